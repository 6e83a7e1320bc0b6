//! `POST /api/v1/resources/{code}/rows`: rows are pushed.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use indexmap::IndexMap;
use kernel::{Error, Result};
use lake::check::render;
use serde_json::{Value, json};
use shell::{Cx, Reply, Signed};

use super::body::{Given, row_of};
use crate::Intake;
use crate::actions::push_rows::{Push, push_rows};

/// Most characters of a key.
const LONGEST_KEY: usize = 200;

/// The sender's key of a request, if it gave one. Chinese in UTF-8 is as good as ASCII.
///
/// # Errors
/// `push-key` for a key that could not be kept: a retry under it would land the rows again.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>> {
    let mut given = headers.get_all("idempotency-key").into_iter();
    let Some(first) = given.next() else { return Ok(None) };
    let key = std::str::from_utf8(first.as_bytes()).ok().map(str::trim);
    match key {
        Some("") if given.next().is_none() => Ok(None),
        Some(key)
            if given.next().is_none()
                && key.chars().count() <= LONGEST_KEY
                && !key.contains(char::is_control) =>
        {
            Ok(Some(key.to_owned()))
        }
        _ => Err(Error::bad_input(
            "push-key",
            format!(
                "幂等键（Idempotency-Key）无法识别：只能有一个，不超过{LONGEST_KEY}个字，用UTF-8书写。本次没有收下任何内容。"
            ),
            format!(
                "The Idempotency-Key cannot be used: give one, of at most {LONGEST_KEY} characters, in UTF-8. Nothing was taken."
            ),
        )),
    }
}

/// Rows in a body: one JSON object, an array of objects, or NDJSON.
///
/// # Errors
/// `push-json` naming the line; as [`row_of`].
pub fn rows_in(body: &[u8]) -> Result<Vec<IndexMap<String, String>>> {
    let wrong = |e: &serde_json::Error| {
        Error::bad_input(
            "push-json",
            format!("请求体不是正确的JSON：第{}行第{}列。", e.line(), e.column()),
            format!("The body is not valid JSON: line {}, column {}.", e.line(), e.column()),
        )
        .because(e)
    };
    let mut rows = Vec::new();
    for value in serde_json::Deserializer::from_slice(body).into_iter::<Given>() {
        match value.map_err(|e| wrong(&e))? {
            Given::Array(list) => {
                for item in list {
                    rows.push(row_of(item, rows.len() + 1)?);
                }
            }
            one => rows.push(row_of(one, rows.len() + 1)?),
        }
    }
    Ok(rows)
}

/// 推送数据行
///
/// One JSON object, an array of objects, or NDJSON; keys are field codes, labels or synonyms. Answered when the good rows
/// are durable. The same `Idempotency-Key` with the same body gives the same answer and lands nothing twice.
#[utoipa::path(
    post,
    path = "/api/v1/resources/{code}/rows",
    tag = "intake",
    params(
        ("code" = String, Path, description = "Resource, e.g. `licence-2018`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Unique within department and resource"),
    ),
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 200, description = "Counts and every finding with why and how to mend it"),
        (status = 400, description = "problem+json"),
        (status = 409, description = "The key came with another body before")
    )
)]
pub async fn push(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply<Json<Value>> {
    let key = idempotency_key(&headers)?;
    let rows = rows_in(&body)?;
    let push = Push { resource: code.clone(), org: None, key, rows, body: body.to_vec(), by_case: false };
    let done = push_rows(&intake, &actor, push).await?;
    let findings: Vec<_> = done.findings.iter().map(|f| render(&intake.packs, &code, f, cx.lang())).collect();
    Ok(Json(json!({
        "submission": done.submission, "rows": done.rows, "landed": done.landed, "rejected": done.rejected,
        "version": done.version, "findings": findings,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_or_refused_but_never_passed_over() {
        let of = |keys: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for key in keys {
                headers.append("idempotency-key", axum::http::HeaderValue::from_bytes(key).unwrap());
            }
            idempotency_key(&headers).map_err(|e| e.code())
        };
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[b" k1 "]), Ok(Some("k1".to_owned())));
        assert_eq!(of(&["办件2020-1号".as_bytes()]), Ok(Some("办件2020-1号".to_owned())));
        assert_eq!(of(&[b"\xb0\xec\xbc\xfe"]), Err("push-key"), "GB 18030");
        assert_eq!(of(&[b"a", b"b"]), Err("push-key"));
        assert_eq!(of(&["长".repeat(201).as_bytes()]), Err("push-key"));
    }

    #[test]
    fn one_row_many_rows_and_lines_are_rows() {
        assert_eq!(rows_in(br#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(rows_in(br#"[{"a":1},{"a":null}]"#).unwrap()[1]["a"], "");
        assert_eq!(rows_in(b"{\"a\":1}\n{\"a\":\"x\"}\n").unwrap()[1]["a"], "x");
        let e = rows_in(b"{\"a\":1}\n{\"a\":}").unwrap_err();
        assert!(e.text().zh.contains("第2行"), "{}", e.text().zh);
        assert_eq!(rows_in(b"[1]").unwrap_err().code(), "push-json");
        let nested = rows_in(br#"{"NAME":{"a":1}}"#).unwrap_err();
        assert!(nested.text().zh.contains("第1行“NAME”"), "{}", nested.text().zh);
        let twice = rows_in(b"{\"NAME\":1}\n{\"NAME\":1,\"NAME\":2}\n").unwrap_err();
        assert_eq!(twice.code(), "push-key-twice");
        assert!(twice.text().zh.contains("第2行的键“NAME”"), "{}", twice.text().zh);
    }
}
