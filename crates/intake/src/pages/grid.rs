//! What the correction grid asks for; the contract stands in `web/README.md`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use chrono::NaiveDate;
use indexmap::IndexMap;
use kernel::{Error, Result, SubmissionId};
use lake::check::{Finding, Group, render};
use serde::{Deserialize, Serialize};
use shell::{Cx, Reply, Signed};
use standards::pack::{FieldKind, Packs, Resource, Severity};

use super::{question, submission_id};
use crate::Intake;
use crate::actions::accept_suggestions::accept_suggestions;
use crate::actions::drop_rows::drop_rows;
use crate::actions::mend_rows::{Edit, Judged, mend_rows};
use crate::actions::undo_mend::undo_mend;
use crate::model::RowState;
use crate::store::entity::submission::Model;
use crate::store::{groups, submissions, wrong_rows};

/// Most rows of one page.
const MOST: u64 = 1_000;

/// Which rows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    offset: u64,
    limit: u64,
    group: String,
}

/// One page of wrong rows.
#[derive(Debug, Serialize)]
pub struct WrongRows {
    columns: Vec<Column>,
    rows: Vec<Row>,
    groups: Vec<Cause>,
    total: u64,
}

#[derive(Debug, Serialize)]
struct Column {
    code: String,
    label: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    list: Vec<Choice>,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    label: String,
}

/// A wrong row. `row` is its number within the submission; `place` what a person looks for.
#[derive(Debug, Serialize)]
pub struct Row {
    row: i64,
    place: String,
    version: i32,
    values: IndexMap<String, String>,
    findings: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Cell {
    field: Option<String>,
    code: String,
    severity: Severity,
    why: String,
    fix: String,
    suggestion: Option<String>,
    group: String,
    /// Address of the frequent question.
    faq: String,
}

#[derive(Debug, Serialize)]
struct Cause {
    id: String,
    code: String,
    title: String,
    why: String,
    fix: String,
    count: i64,
    has_suggestion: bool,
}

/// `GET /submissions/{id}/wrong-rows.json`
pub async fn rows(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply<Json<WrongRows>> {
    let id = submission_id(&id)?;
    let submission = submissions::get(intake.db.conn(), &actor, id).await?;
    let (_, resource) = intake.resource(&submission.resource)?;
    let filter = wrong_rows::Filter {
        state: if asked.group.is_empty() { None } else { Some(RowState::Open) },
        unsettled: true,
        group: parse_group(&asked.group),
        offset: asked.offset,
        limit: if asked.limit == 0 { 200 } else { asked.limit.min(MOST) },
    };
    let (page, total) = wrong_rows::page(intake.db.conn(), id, &filter).await?;
    let several = several_tables(&page);
    let rows = page
        .into_iter()
        .map(|r| row(&cx, &intake, &submission.resource, r, several))
        .collect::<Result<_>>()?;
    Ok(Json(WrongRows {
        columns: columns(&cx, &intake.packs, resource, intake.clock.today()),
        groups: causes(&cx, &intake, id, &submission).await?,
        rows,
        total,
    }))
}

fn several_tables(rows: &[Judged]) -> bool {
    let mut tables = rows.iter().map(|(r, _)| (&r.file, &r.sheet));
    let first = tables.next();
    tables.any(|t| Some(t) != first)
}

fn row(cx: &Cx, intake: &Intake, resource: &str, (row, found): Judged, several: bool) -> Result<Row> {
    let values = serde_json::from_value(row.cells).map_err(Error::internal)?;
    let table = row.sheet.as_ref().or(row.file.as_ref());
    let place = match table {
        Some(table) if several => format!("{table} {}", row.row),
        _ => row.row.to_string(),
    };
    let findings = found.into_iter().map(|f| {
        let group = group_id(&f.code, &f.pattern, &f.field);
        let faq = question(resource, &f.code, &f.pattern, &f.field);
        let finding: Finding = serde_json::from_value(f.data).map_err(Error::internal)?;
        let said = render(&intake.packs, resource, &finding, cx.lang());
        Ok(Cell {
            field: finding.field.clone(),
            code: finding.code.clone(),
            severity: finding.severity,
            why: said.why,
            fix: said.fix,
            suggestion: finding.suggestion.clone(),
            group,
            faq,
        })
    });
    Ok(Row {
        row: row.ordinal,
        place,
        version: row.version,
        values,
        findings: findings.collect::<Result<_>>()?,
    })
}

fn columns(cx: &Cx, packs: &Packs, resource: &Resource, today: NaiveDate) -> Vec<Column> {
    let pack = packs.resource(&resource.resource).map(|(p, _)| p);
    let of = |field: &standards::pack::Field| {
        let (kind, list) = match &field.kind {
            FieldKind::Date { .. } => ("date", Vec::new()),
            FieldKind::Integer { .. } => ("integer", Vec::new()),
            FieldKind::Decimal { .. } => ("number", Vec::new()),
            FieldKind::Code { list, separator: None, open_value: None, .. } => {
                let edition = pack.and_then(|p| packs.code_list_at(p, list, today));
                let values = edition.map(|e| e.values.as_slice()).unwrap_or_default();
                let list = values.iter().map(|v| Choice { code: v.value.clone(), label: v.value.clone() });
                ("code", list.collect())
            }
            _ => ("text", Vec::new()),
        };
        Column { code: field.code.clone(), label: field.label.get(cx.lang()).to_owned(), kind, list }
    };
    resource.fields.iter().map(of).collect()
}

async fn causes(cx: &Cx, intake: &Intake, id: SubmissionId, submission: &Model) -> Result<Vec<Cause>> {
    let conn = intake.db.conn();
    let known: HashMap<String, Group> = groups::list(conn, id)
        .await?
        .into_iter()
        .filter_map(|g| Some((group_id(&g.code, &g.pattern, &g.field), serde_json::from_value(g.data).ok()?)))
        .collect();
    let mut causes = Vec::new();
    for open in wrong_rows::open_groups(conn, id).await? {
        let key = group_id(&open.code, &open.pattern, &open.field);
        let first = match known.get(&key).and_then(|g| g.first.first()) {
            Some(first) => first.clone(),
            // A cause that mending brought up.
            None => wrong_rows::one_finding(conn, id, &open).await?,
        };
        let said = render(&intake.packs, &submission.resource, &first, cx.lang());
        causes.push(Cause {
            id: key,
            code: open.code,
            title: said.title,
            why: said.why,
            fix: said.fix,
            count: open.findings,
            has_suggestion: open.suggestions > 0,
        });
    }
    Ok(causes)
}

/// Where a submission's rows of one cause are mended.
#[must_use]
pub fn mend_href(id: SubmissionId, code: &str, pattern: &str, field: &str) -> String {
    format!("/submissions/{id}?group={}#mend", shell::ui::encode(&group_id(code, pattern, field)))
}

fn group_id(code: &str, pattern: &str, field: &str) -> String {
    format!("{code}|{pattern}|{field}")
}

fn parse_group(id: &str) -> Option<(String, String, String)> {
    let mut parts = id.split('|');
    Some((parts.next()?.to_owned(), parts.next()?.to_owned(), parts.next()?.to_owned()))
}

/// Cells changed in the grid.
#[derive(Debug, Deserialize)]
pub struct Mends {
    rows: Vec<Mend>,
}

#[derive(Debug, Deserialize)]
struct Mend {
    row: i64,
    version: i32,
    values: IndexMap<String, String>,
}

/// The same rows after the re-check.
#[derive(Debug, Serialize)]
pub struct Mended {
    rows: Vec<Row>,
    remaining: u64,
    /// Takes this step back.
    undo: String,
}

/// `POST /submissions/{id}/mend`
pub async fn mend(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Json(given): Json<Mends>,
) -> Reply<Json<Mended>> {
    let id = submission_id(&id)?;
    let submission = submissions::get(intake.db.conn(), &actor, id).await?;
    let ordinals: Vec<i64> = given.rows.iter().map(|r| r.row).collect();
    let ids = wrong_rows::ids_of(intake.db.conn(), id, &ordinals).await?;
    let edits = given.rows.into_iter().map(|m| {
        let row =
            ids.get(&m.row).copied().ok_or_else(|| Error::not_found("要更正的行", "row to be mended"))?;
        Ok(Edit { row, version: Some(m.version), values: m.values })
    });
    let edits = edits.collect::<Result<Vec<_>>>()?;
    let (judged, undo) = mend_rows(&intake, &actor, id, &edits).await?;
    let several = several_tables(&judged);
    let rows = judged
        .into_iter()
        .map(|r| row(&cx, &intake, &submission.resource, r, several))
        .collect::<Result<_>>()?;
    let remaining = wrong_rows::count(intake.db.conn(), id, RowState::Open).await?;
    Ok(Json(Mended { rows, remaining, undo }))
}

/// The group whose suggestions are accepted.
#[derive(Debug, Deserialize)]
pub struct Accept {
    group: String,
}

/// How many rows were changed, and the token that takes it back.
#[derive(Debug, Serialize)]
pub struct Accepted {
    count: u64,
    undo: String,
}

/// `POST /submissions/{id}/accept.json`
pub async fn accept(
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Json(given): Json<Accept>,
) -> Reply<Json<Accepted>> {
    let id = submission_id(&id)?;
    let group =
        parse_group(&given.group).ok_or_else(|| Error::not_found("这一组问题", "group of findings"))?;
    let (count, undo) = accept_suggestions(&intake, &actor, id, group).await?;
    Ok(Json(Accepted { count, undo }))
}

/// How many rows were restored.
#[derive(Debug, Serialize)]
pub struct Undone {
    count: u64,
}

/// Rows that are not to be handed in after all.
#[derive(Debug, Deserialize)]
pub struct Drop {
    rows: Vec<Dropped>,
}

#[derive(Debug, Deserialize)]
struct Dropped {
    row: i64,
    version: i32,
}

/// `POST /submissions/{id}/drop`
pub async fn drop_wrong(
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Json(given): Json<Drop>,
) -> Reply<Json<Accepted>> {
    let id = submission_id(&id)?;
    submissions::get(intake.db.conn(), &actor, id).await?;
    let ordinals: Vec<i64> = given.rows.iter().map(|r| r.row).collect();
    let ids = wrong_rows::ids_of(intake.db.conn(), id, &ordinals).await?;
    let seen = given.rows.iter().map(|r| {
        let row =
            ids.get(&r.row).copied().ok_or_else(|| Error::not_found("要放弃的行", "row to be dropped"))?;
        Ok((row, r.version))
    });
    let seen = seen.collect::<Result<Vec<_>>>()?;
    let undo = drop_rows(&intake, &actor, id, &seen).await?;
    Ok(Json(Accepted { count: seen.len() as u64, undo }))
}

/// The step to be taken back, as its answer named it.
#[derive(Debug, Deserialize)]
pub struct Undo {
    undo: String,
}

/// `POST /submissions/{id}/undo`: takes back a step, if it is the last one.
pub async fn undo(
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Json(given): Json<Undo>,
) -> Reply<Json<Undone>> {
    let id = submission_id(&id)?;
    Ok(Json(Undone { count: undo_mend(&intake, &actor, id, Some(&given.undo)).await? }))
}
