//! The interfaces of sharing for systems (接口). `Authorization: Bearer <credential>`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use intake::{idempotency_key, rows_in};
use lake::check::render;
use serde_json::{Value, json};
use shell::{Cx, Reply, Signed};
use utoipa::OpenApi as _;

use crate::actions::{case_stands, take_cases};
use crate::context::Sharing;

#[derive(utoipa::OpenApi)]
#[openapi(paths(push_cases, case))]
struct Document;

/// This crate's part of `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// 推送办件结果
///
/// One finished case, an array of them, or NDJSON; keys are field codes, labels or synonyms of the resource `finished-case`.
/// Answered when the cases are durable, with what each will be in the publicity format: `taken` arrives there within seconds,
/// `waiting` needs a person, `wrong` says in plain words what to mend. The same `Idempotency-Key` with the same body lands nothing
/// twice. The credential's organisation is the authority of the cases or one above it; others' cases are wrong (E122).
#[utoipa::path(
    post,
    path = "/api/v1/finished-cases",
    tag = "sharing",
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique within the department")),
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 200, description = "Counts, every finding, and the state of each case: `{case, state, said}`"),
        (status = 400, description = "problem+json"),
        (status = 409, description = "The key came with another body before")
    )
)]
pub async fn push_cases(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply<Json<Value>> {
    let given = (idempotency_key(&headers)?, rows_in(&body)?, body.to_vec());
    let done = take_cases(&sharing, &actor, given, cx.lang()).await?;
    let pushed = done.pushed;
    let packs = &sharing.intake.packs;
    let findings: Vec<_> =
        pushed.findings.iter().map(|f| render(packs, "finished-case", f, cx.lang())).collect();
    Ok(Json(json!({
        "submission": pushed.submission, "rows": pushed.rows, "landed": pushed.landed,
        "rejected": pushed.rejected, "findings": findings, "cases": done.cases,
    })))
}

/// 查询办件结果
///
/// Where a finished case stands: whether a person has to decide first, and every target it went to.
#[utoipa::path(
    get,
    path = "/api/v1/finished-cases/{number}",
    tag = "sharing",
    params(("number" = String, Path, description = "Number of the case")),
    responses(
        (status = 200, description = "Received, waiting, and where it went"),
        (status = 404, description = "problem+json")
    )
)]
pub async fn case(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(number): Path<String>,
) -> Reply<Json<Value>> {
    let stands = case_stands(&sharing, &actor, &number).await?;
    let went = stands.went.iter().map(|w| {
        json!({
            "target": w.target, "title": cx.text(&w.title), "acknowledged_at": w.acknowledged_at,
            "pending": w.pending, "withdrawn": w.withdrawn,
        })
    });
    Ok(Json(json!({
        "case": stands.case, "submission": stands.submission, "received_at": stands.received_at,
        "records": stands.records, "waiting": stands.waiting.iter().map(|t| cx.text(t)).collect::<Vec<_>>(),
        "targets": went.collect::<Vec<_>>(),
    })))
}
