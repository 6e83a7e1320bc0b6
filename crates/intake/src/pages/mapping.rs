//! `GET`, `POST /submissions/{id}/mapping`: which header means which field, with sample values.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Form, Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use indexmap::IndexMap;
use kernel::{Actor, Error, ErrorKind, OrgId, SubmissionId};
use serde::Deserialize;
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::pack::{NeedMark, headers};

use super::submission_id;
use crate::Intake;
use crate::actions::map_headers::map_headers;
use crate::actions::process_submission::inspect;
use crate::actions::provider::handed_in_by;
use crate::actions::receive_upload::MAY_HAND_IN;
use crate::store::entity::submission::Model;
use crate::store::submissions;

/// Values of a column shown beside its header.
const SAMPLES: usize = 4;

#[derive(Template)]
#[template(path = "intake/mapping.html")]
struct Mapping {
    cx: Cx,
    id: SubmissionId,
    file: String,
    resource: String,
    resources: Vec<(String, String)>,
    columns: Vec<Column>,
    /// (code, label, required)
    fields: Vec<(String, String, bool)>,
    missing: Vec<String>,
    /// Why what was chosen cannot be taken.
    error: Option<String>,
}

impl Mapping {
    fn missing(&self) -> String {
        self.missing.join(if self.cx.lang() == kernel::Lang::Zh { "、" } else { ", " })
    }
}

struct Column {
    at: usize,
    letter: String,
    header: String,
    samples: Vec<String>,
    field: String,
    candidates: Vec<String>,
}

/// Another resource, when a person asks for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    resource: String,
}

/// `GET /submissions/{id}/mapping`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    actor.require(MAY_HAND_IN)?;
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    choice(&cx, (&intake, &actor), row, asked.resource, None).await
}

/// The page; after a refusal with what was chosen, and why it was refused.
async fn choice(
    cx: &Cx,
    (intake, actor): (&Intake, &Actor),
    row: Model,
    asked: String,
    refused: Option<(&HashMap<String, String>, &Error)>,
) -> Reply {
    let inspection = inspect(intake, &row).await?;
    let table = inspection.tables.iter().max_by_key(|t| t.header.len());
    let table = table.ok_or_else(|| Error::internal("an inspection without tables"))?;
    let org = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?;
    let offered = handed_in_by(intake, actor, &[&org]).await?;
    let is_offered = |code: &str| offered.iter().any(|(r, _)| r.resource == code);
    let chosen = if asked.is_empty() { row.resource.clone() } else { asked };
    let chosen = if is_offered(&chosen) {
        chosen
    } else {
        headers::guess_resource(&intake.packs, &table.header)
            .iter()
            .map(|g| &g.resource.resource)
            .find(|code| is_offered(code))
            .cloned()
            .unwrap_or_default()
    };
    let remembered: IndexMap<String, String> =
        row.mapping.clone().and_then(|m| serde_json::from_value(m).ok()).unwrap_or_default();
    let declared = intake.packs.resource(&chosen).map(|(_, r)| r);
    let found = declared.map(|r| headers::match_headers(r, &table.header, &remembered)).unwrap_or_default();
    let open: HashMap<usize, &headers::Open> = found.open.iter().map(|o| (o.column, o)).collect();
    let columns = table.header.iter().enumerate().map(|(at, header)| Column {
        at,
        letter: lake::check::letter(at),
        header: header.clone(),
        samples: table
            .sample
            .iter()
            .filter_map(|s| s.cells.get(at)?.clone())
            .filter(|v| !v.trim().is_empty())
            .take(SAMPLES)
            .collect(),
        field: match refused.and_then(|(given, _)| given.get(&format!("column-{at}"))) {
            Some(field) => field.clone(),
            None => found.mapped.iter().find(|m| m.column == at).map(|m| m.field.clone()).unwrap_or_default(),
        },
        candidates: open.get(&at).map(|o| o.candidates.clone()).unwrap_or_default(),
    });
    let fields = declared.iter().flat_map(|r| &r.fields);
    let fields =
        fields.map(|f| (f.code.clone(), f.label.get(cx.lang()).to_owned(), f.need.mark(None) == NeedMark::R));
    let label = |code: &String| {
        let field = declared.and_then(|r| r.field(code));
        field.map_or_else(|| code.clone(), |f| f.label.get(cx.lang()).to_owned())
    };
    page(&Mapping {
        id: SubmissionId(row.id),
        error: refused.map(|(_, e)| cx.text(e.text()).to_owned()),
        file: row.file_name,
        columns: columns.collect(),
        fields: fields.collect(),
        missing: found.missing.iter().map(label).collect(),
        resources: offered
            .iter()
            .map(|(r, _)| (r.resource.clone(), r.title.get(cx.lang()).to_owned()))
            .collect(),
        resource: chosen.clone(),
        cx: cx.clone(),
    })
}

/// `POST /submissions/{id}/mapping`: `resource`, and `column-N` with the field for the N-th column.
pub async fn submit(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Form(given): Form<HashMap<String, String>>,
) -> Reply<Response> {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let inspection = inspect(&intake, &row).await?;
    let table = inspection.tables.iter().max_by_key(|t| t.header.len());
    let headers = table.map(|t| t.header.clone()).unwrap_or_default();
    let mapping: IndexMap<String, String> = headers
        .into_iter()
        .enumerate()
        .filter_map(|(at, header)| Some((header, given.get(&format!("column-{at}"))?.clone())))
        .collect();
    let resource = given.get("resource").cloned().unwrap_or_default();
    match map_headers(&intake, &actor, id, &resource, mapping).await {
        Err(e) if e.kind() == ErrorKind::BadInput => {
            let shown = choice(&cx, (&intake, &actor), row, resource, Some((&given, &e))).await?;
            return Ok((StatusCode::BAD_REQUEST, shown).into_response());
        }
        done => done?,
    }
    Ok(redirect(&cx, &format!("/submissions/{id}"), Some(Flash::ok(cx.t("mapping-saved")))))
}
