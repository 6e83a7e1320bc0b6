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

use crate::Intake;
use crate::actions::push_rows::{Push, push_rows};

/// The sender's key of a request, if it gave one.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    headers.get("idempotency-key").and_then(|v| v.to_str().ok()).filter(|v| !v.is_empty()).map(str::to_owned)
}

/// Rows in a body: one JSON object, an array of objects, or NDJSON.
///
/// # Errors
/// `push-json` naming the line.
pub(super) fn rows_in(body: &[u8]) -> Result<Vec<IndexMap<String, String>>> {
    let wrong = |e: &serde_json::Error| {
        Error::bad_input(
            "push-json",
            format!("请求体不是正确的JSON：第{}行第{}列。", e.line(), e.column()),
            format!("The body is not valid JSON: line {}, column {}.", e.line(), e.column()),
        )
        .because(e)
    };
    let mut rows = Vec::new();
    for value in serde_json::Deserializer::from_slice(body).into_iter::<Value>() {
        match value.map_err(|e| wrong(&e))? {
            Value::Array(list) => {
                for item in list {
                    rows.push(row_of(item)?);
                }
            }
            one => rows.push(row_of(one)?),
        }
    }
    Ok(rows)
}

/// The cells of one object as text.
pub(super) fn row_of(value: Value) -> Result<IndexMap<String, String>> {
    let Value::Object(map) = value else {
        return Err(Error::bad_input(
            "push-json",
            "每一行应是一个JSON对象：{\"字段代码\": \"值\"}。",
            "Each row is a JSON object: {\"field code\": \"value\"}.",
        ));
    };
    let text = |v: Value| match v {
        Value::Null => String::new(),
        Value::String(s) => s,
        other => other.to_string(),
    };
    Ok(map.into_iter().map(|(k, v)| (k, text(v))).collect())
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
    let rows = rows_in(&body)?;
    let push =
        Push { resource: code.clone(), org: None, key: idempotency_key(&headers), rows, body: body.to_vec() };
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
    fn one_row_many_rows_and_lines_are_rows() {
        assert_eq!(rows_in(br#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(rows_in(br#"[{"a":1},{"a":null}]"#).unwrap()[1]["a"], "");
        assert_eq!(rows_in(b"{\"a\":1}\n{\"a\":\"x\"}\n").unwrap()[1]["a"], "x");
        let e = rows_in(b"{\"a\":1}\n{\"a\":}").unwrap_err();
        assert!(e.text().zh.contains("第2行"), "{}", e.text().zh);
        assert_eq!(rows_in(b"[1]").unwrap_err().code(), "push-json");
    }
}
