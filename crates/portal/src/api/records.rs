//! Published records as JSON.

use axum::Json;
use axum::extract::{Path, State as Shared};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Error, Result};
use serde::Serialize;
use shell::ui::TableState;
use shell::{Cx, Reply};

use crate::context::Portal;
use crate::model::guard::hide;
use crate::pages::public::record::{fields, rule};
use crate::pages::public::{Wanted, hits};
use crate::store::publication::entity::publication::Model;
use crate::store::publication::lists;

/// A page of records.
#[derive(Debug, Serialize)]
pub struct Page {
    /// Records that match, at most 10,000.
    total: u64,
    /// Whether there are more than these.
    more: bool,
    records: Vec<Record>,
}

/// One record.
#[derive(Debug, Serialize)]
pub struct Record {
    id: String,
    kind: String,
    /// `published`, `marked`, `withdrawn` or `expired`. Of the last two nothing else is told but why.
    state: String,
    subject: String,
    code: String,
    document: String,
    title: String,
    authority: String,
    decided: Option<NaiveDate>,
    until: Option<NaiveDate>,
    published_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    rule: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Cell>,
    page: String,
}

/// One public field.
#[derive(Debug, Serialize)]
struct Cell {
    code: String,
    label: String,
    value: String,
}

fn record(cx: &Cx, row: &Model) -> Record {
    let text = |value: &String| if row.shown { value.clone() } else { String::new() };
    Record {
        id: row.public_id.to_string(),
        kind: row.kind.clone(),
        state: row.state.clone(),
        subject: text(&row.subject),
        code: text(&row.code),
        document: text(&row.document),
        title: text(&row.title),
        authority: text(&row.authority),
        decided: row.shown.then_some(row.decided),
        until: row.until.filter(|_| row.shown),
        published_at: row.published_at,
        mark: (row.shown && !row.mark.is_empty()).then(|| cx.t(&row.mark)),
        reason: hide(&row.reason, &[], kernel::beijing_date(cx.now())),
        rule: String::new(),
        fields: Vec::new(),
        page: format!("/public/records/{}", row.public_id),
    }
}

/// 查询公示记录
///
/// Published licences and penalties by name, code or document number as people type them; the newest decision first where nothing
/// is typed. A question looks at 10,000 matches at most.
#[utoipa::path(
    get,
    path = "/api/v1/public/records",
    tag = "public",
    params(
        ("q" = Option<String>, Query, description = "Part of a name, a code or its beginning, a document number in any brackets"),
        ("kind" = Option<String>, Query, description = "`licence` or `penalty`"),
        ("authority" = Option<String>, Query, description = "Full name of the authority"),
        ("year" = Option<i32>, Query, description = "Year of the decision"),
        ("page" = Option<u64>, Query, description = "From 1"),
        ("size" = Option<u64>, Query, description = "Records a page, at most 500; 50 when absent"),
    ),
    responses((status = 200, description = "A page of records"), (status = 429, description = "problem+json"))
)]
pub async fn list(cx: Cx, Shared(portal): Shared<Portal>) -> Reply<Json<Page>> {
    let state = TableState::read(&cx, &["-decided"]);
    let found = hits(&portal, &Wanted::read(&state), (state.offset(), state.limit())).await?;
    let records = found.rows.iter().map(|r| record(&cx, r)).collect();
    let shown = state.offset() + found.rows.len() as u64;
    Ok(Json(Page { total: found.total, more: found.more || found.total > shown, records }))
}

/// 查看一条公示记录
///
/// One record with every public field; of one that was taken down or has expired, that it was and why.
#[utoipa::path(
    get,
    path = "/api/v1/public/records/{id}",
    tag = "public",
    params(("id" = String, Path, description = "Id of the record")),
    responses((status = 200, description = "The record"), (status = 404, description = "problem+json"))
)]
pub async fn one(cx: Cx, Shared(portal): Shared<Portal>, Path(id): Path<String>) -> Reply<Json<Record>> {
    let id = id.parse().map_err(|_| Error::not_found("这条公示记录", "published record"))?;
    let row = lists::by_public(portal.intake.db.conn(), id).await?;
    let mut found = record(&cx, &row);
    if row.shown {
        let packs = &portal.intake.packs;
        found.rule = rule(packs, cx.lang(), &row);
        let cells: Result<Vec<Cell>> = fields(packs, cx.lang(), &row).map(|all| {
            all.into_iter().map(|f| Cell { code: f.code, label: f.label, value: f.value }).collect()
        });
        found.fields = cells?;
    }
    Ok(Json(found))
}
