//! `POST /api/v1/resources/{code}/files`, `GET /api/v1/submissions/{id}`, `GET /api/v1/submissions/{id}/groups`: a file is
//! handed in and followed.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures::TryStreamExt as _;
use indexmap::IndexMap;
use kernel::{Error, OrgId, Result, SubmissionId};
use serde::Serialize;
use shell::{Cx, Reply, Signed};
use tokio_util::io::StreamReader;

use super::push::idempotency_key;
use crate::Intake;
use crate::actions::look_up::{Summary, summary};
use crate::actions::receive_upload::{Received, Upload, receive_upload};
use crate::model::Way;
use crate::pages::detail::cause;
use crate::pages::submission_id;
use crate::store::{self, submissions};

/// What stands in the query beside the file.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    name: String,
    /// Code of the department; the sender's own when absent.
    org: Option<String>,
    again: bool,
    mapping: IndexMap<String, String>,
}

impl Asked {
    fn read(query: &str) -> Result<Self> {
        let mut asked = Self::default();
        for (name, value) in shell::form_pairs(query.as_bytes()) {
            match name.as_str() {
                "name" => asked.name = value,
                "org" => asked.org = Some(value).filter(|v| !v.is_empty()),
                "again" => asked.again = value == "true",
                "map" => {
                    let (header, field) = value.rsplit_once('=').ok_or_else(|| {
                        Error::bad_input(
                            "map-form",
                            format!("“{value}”应写成 表头=字段代码；字段代码留空表示不要这一列。"),
                            format!("Write “{value}” as HEADER=FIELD; an empty field leaves the column out."),
                        )
                    })?;
                    asked.mapping.insert(header.trim().to_owned(), field.trim().to_owned());
                }
                _ => {}
            }
        }
        Ok(asked)
    }
}

/// 上传文件
///
/// The body is the file itself. Answered when the bytes are stored; ask for the submission to follow the check.
#[utoipa::path(
    post,
    path = "/api/v1/resources/{code}/files",
    tag = "intake",
    params(
        ("code" = String, Path, description = "Resource, e.g. `licence-2018`"),
        ("name" = Option<String>, Query, description = "Name of the file"),
        ("org" = Option<String>, Query, description = "Code of the department, where the credential acts for several"),
        ("map" = Option<Vec<String>>, Query, description = "`HEADER=FIELD`, repeatable; an empty field leaves the column out"),
        ("again" = Option<bool>, Query, description = "Take the file even if the same bytes came before"),
        ("Idempotency-Key" = Option<String>, Header, description = "Unique within the department"),
    ),
    request_body(content = String, content_type = "application/octet-stream"),
    responses(
        (status = 202, description = "A new submission"),
        (status = 200, description = "The same key or the same bytes came before"),
        (status = 400, description = "problem+json"),
        (status = 409, description = "The key came with another file before")
    )
)]
pub async fn upload(
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Reply<Response> {
    let asked = Asked::read(&query.unwrap_or_default())?;
    let org = match &asked.org {
        None => actor.org.ok_or_else(Error::forbidden)?,
        Some(code) => {
            let found = identity::org::by_code(intake.db.conn(), code).await?;
            found.map(|o| OrgId(o.id)).ok_or_else(|| Error::not_found("组织机构", "organisation"))?
        }
    };
    let upload = Upload {
        org,
        resource: Some(code),
        file_name: if asked.name.is_empty() { "upload".to_owned() } else { asked.name },
        way: Way::Push,
        key: idempotency_key(&headers)?,
        again: asked.again,
        mapping: asked.mapping,
    };
    let bytes = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let received = receive_upload(&intake, &actor, upload, bytes).await?;
    let status = if matches!(received, Received::New(_)) { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(summary(&intake, &actor, received.id()).await?)).into_response())
}

/// 查询批次
///
/// Where a submission stands, with its counts.
#[utoipa::path(
    get,
    path = "/api/v1/submissions/{id}",
    tag = "intake",
    params(("id" = String, Path, description = "Id of the submission")),
    responses((status = 200, description = "State and counts"), (status = 404, description = "problem+json"))
)]
pub async fn submission(
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Json<Summary>> {
    let id: SubmissionId = submission_id(&id)?;
    Ok(Json(summary(&intake, &actor, id).await?))
}

/// A cause of findings, in the caller's language.
#[derive(Debug, Serialize)]
pub struct Group {
    code: String,
    pattern: String,
    /// Code of the field; empty for the row as a whole.
    field: String,
    label: String,
    severity: String,
    findings: i64,
    suggestions: i64,
    title: String,
    why: String,
    fix: String,
    samples: Vec<Sample>,
}

/// One place where it was found.
#[derive(Debug, Serialize)]
struct Sample {
    place: String,
    value: String,
    suggestion: Option<String>,
}

/// 查询批次的问题
///
/// What is wrong in a submission: one entry for each cause, with why and how to mend it, in the caller's language.
#[utoipa::path(
    get,
    path = "/api/v1/submissions/{id}/groups",
    tag = "intake",
    params(("id" = String, Path, description = "Id of the submission")),
    responses((status = 200, description = "The causes, most severe first"), (status = 404, description = "problem+json"))
)]
pub async fn groups(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Json<Vec<Group>>> {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let found = store::groups::list(intake.db.conn(), id).await?;
    let groups = found.into_iter().map(|g| {
        let c = cause(&cx, &intake, &row.resource, g)?;
        let sample = |(place, value, suggestion)| Sample { place, value, suggestion };
        Ok(Group {
            code: c.code,
            pattern: c.pattern,
            field: c.field,
            label: c.label,
            severity: c.severity,
            findings: c.findings,
            suggestions: c.suggestions,
            title: c.title,
            why: c.why,
            fix: c.fix,
            samples: c.samples.into_iter().map(sample).collect(),
        })
    });
    Ok(Json(groups.collect::<Result<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_mapped_in_the_query() {
        let asked = Asked::read("name=a%20b.csv&map=%E5%90%8D=%E7%A7%B0%3DNAME&map=x%3D&org=A1").unwrap();
        assert_eq!((asked.name.as_str(), asked.org.as_deref(), asked.again), ("a b.csv", Some("A1"), false));
        assert_eq!(asked.mapping["名=称"], "NAME");
        assert_eq!(asked.mapping["x"], "");
        assert_eq!(Asked::read("map=x").unwrap_err().code(), "map-form");
    }
}
