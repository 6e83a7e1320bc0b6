//! 更正: a person changes cells of wrong rows; they are judged on the spot and wait to be landed.

use std::collections::HashMap;

use indexmap::IndexMap;
use kernel::{Actor, Error, Result, SubmissionId};
use lake::check::Finding;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use serde_json::json;
use standards::pack::Resource;
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::judge_again::newly_passed;
use super::process_submission::{business_key, finding_model, request};
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::model::{RowState, State};
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::entity::{finding, mend_log, wrong_row};
use crate::store::{mends, push_days, submissions, wrong_rows};

/// A change to one row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Edit {
    /// The wrong row.
    pub row: Uuid,
    /// The version it was made on; a row changed since is not overwritten. Any version when absent.
    #[serde(default)]
    pub version: Option<i32>,
    /// New text by field code; other cells stay.
    pub values: IndexMap<String, String>,
}

/// One row's change as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub row: Uuid,
    pub before: IndexMap<String, String>,
    pub after: IndexMap<String, String>,
}

impl Change {
    /// A row that moves on with its cells as they are.
    pub(crate) fn none(row: Uuid) -> Self {
        Self { row, before: IndexMap::new(), after: IndexMap::new() }
    }
}

/// Why rows change, which says how the log keeps it.
#[derive(Clone, Copy)]
pub(crate) enum Reason<'a> {
    /// A step of mending, by its name.
    Step(&'a str),
    /// A step is taken back: no mend of its own, but a mark on the one that was.
    Undo(&'a mend_log::Model),
    /// The rules were changed and the rows are judged as they stand; those that pass now are written down under this name.
    Rules(&'a str),
}

/// A row as it stands after a change.
pub(crate) type Judged = (wrong_row::Model, Vec<finding::Model>);

/// Most rows of one call; a whole group goes through [`super::accept_suggestions`].
pub const MOST_ROWS: usize = 2_000;

/// Changes cells and judges the rows again. Returns them with the name of the step, for [`super::undo_mend`].
///
/// # Errors
/// `row-changed` when somebody else changed a row meanwhile, `row-landed` for a row that has landed, `mending-closed`
/// when the submission is not one with wrong rows, `mend-field` for a field the resource does not have.
pub(crate) async fn mend_rows(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    edits: &[Edit],
) -> Result<(Vec<Judged>, String)> {
    actor.require(MAY_HAND_IN)?;
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    too_many(edits.len())?;
    let step = format!("edit:{}", Uuid::now_v7());
    Ok((apply(intake, actor, &row, edits, Reason::Step(&step)).await?, step))
}

/// Changes cells and judges the rows again; returns the name of the step, for [`super::undo_mend`].
///
/// # Errors
/// As for `mend_rows`.
pub async fn mend(intake: &Intake, actor: &Actor, id: SubmissionId, edits: &[Edit]) -> Result<String> {
    Ok(mend_rows(intake, actor, id, edits).await?.1)
}

/// Refuses more rows than one call takes.
pub(super) fn too_many(rows: usize) -> Result<()> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    Err(Error::bad_input(
        "mend-too-many",
        format!("一次最多更正{MOST_ROWS}行，请分几次提交，或按分组整批采用建议。"),
        format!(
            "At most {MOST_ROWS} rows can be mended at once; send them in parts, or accept a whole group."
        ),
    ))
}

/// Refuses a row that has landed, is landing, or was dropped.
pub(super) fn may_still_change(row: &wrong_row::Model) -> Result<()> {
    if row.landed_by.is_none() && row.state != RowState::Dropped.name() {
        return Ok(());
    }
    Err(Error::conflict(
        "row-landed",
        format!("第{}行已经入库、放弃，或已由后来报送的数据代替，不能再改。", row.row),
        format!(
            "Row {} has landed, was dropped, or a later hand-in took its place; it can no longer be changed.",
            row.row
        ),
    ))
}

/// Changes cells, judges, and writes rows, log, counts and audit in one transaction.
pub(crate) async fn apply(
    intake: &Intake,
    actor: &Actor,
    submission: &Model,
    edits: &[Edit],
    reason: Reason<'_>,
) -> Result<Vec<Judged>> {
    let id = SubmissionId(submission.id);
    may_be_mended(submission)?;
    let (_, resource) = intake.resource(&submission.resource)?;
    for field in edits.iter().flat_map(|e| e.values.keys()) {
        if resource.field(field).is_none() {
            return Err(Error::bad_input(
                "mend-field",
                format!("资源“{}”没有字段“{field}”。", submission.resource),
                format!("“{}” has no field “{field}”.", submission.resource),
            ));
        }
    }
    let by_row: HashMap<Uuid, &Edit> = edits.iter().map(|e| (e.row, e)).collect();
    let ids: Vec<Uuid> = by_row.keys().copied().collect();
    let rows = wrong_rows::by_ids(intake.db.conn(), id, &ids).await?;
    let mut changed: Vec<(wrong_row::Model, IndexMap<String, String>)> = Vec::with_capacity(rows.len());
    let mut log = Vec::with_capacity(rows.len());
    let mut pairs = Vec::with_capacity(rows.len());
    for (row, findings) in rows {
        let Some(edit) = by_row.get(&row.id) else { continue };
        // A dropped row changes only by being taken in again.
        let taken_in = matches!(reason, Reason::Undo(mend) if mend.kind.starts_with("drop:"));
        if !taken_in || row.landed_by.is_some() {
            may_still_change(&row)?;
        }
        if edit.version.is_some_and(|v| v != row.version) {
            return Err(wrong_rows::changed_meanwhile(&row));
        }
        let mut cells: IndexMap<String, String> =
            serde_json::from_value(row.cells.clone()).map_err(Error::internal)?;
        let mut change = Change::none(row.id);
        for (field, text) in &edit.values {
            let old = cells.insert(field.clone(), text.clone()).unwrap_or_default();
            if old != *text {
                change.before.insert(field.clone(), old);
                change.after.insert(field.clone(), text.clone());
            }
        }
        if !change.after.is_empty() {
            log.push(change);
        }
        pairs.push(other_that_landed(resource, &row, &findings, &cells)?);
        changed.push((row, cells));
    }
    let mut found = judge(intake, submission, &changed).await?;
    for (list, pair) in found.iter_mut().zip(pairs) {
        list.extend(pair);
    }
    write(intake, actor, submission, changed, found, log, reason).await
}

/// That another row of the file has this row's key and landed. It is seen only when the file as a whole is checked, so it stays with
/// the row until its key changes: a mended row takes the other's place.
fn other_that_landed(
    resource: &Resource,
    row: &wrong_row::Model,
    findings: &[finding::Model],
    cells: &IndexMap<String, String>,
) -> Result<Option<Finding>> {
    if business_key(resource, |field| cells.get(field).map(String::as_str)) != row.business_key {
        return Ok(None);
    }
    let pair = findings.iter().find(|f| f.code == "E504" && f.pattern == "other-lands");
    pair.map(|f| serde_json::from_value(f.data.clone()).map_err(Error::internal)).transpose()
}

/// Whether the submission has wrong rows that may be changed.
pub(crate) fn may_be_mended(submission: &Model) -> Result<()> {
    if submission.state == State::Landed.name() {
        return Ok(());
    }
    Err(Error::conflict(
        "mending-closed",
        "这批数据还没有入库或已撤回，现在不能更正。",
        "This submission has not landed or was withdrawn; its rows cannot be mended now.",
    ))
}

/// The findings of rows as they stand now, by position.
pub(super) async fn judge(
    intake: &Intake,
    submission: &Model,
    rows: &[(wrong_row::Model, IndexMap<String, String>)],
) -> Result<Vec<Vec<Finding>>> {
    let as_of = intake.clock.today();
    let request = request(intake, submission, as_of).await?;
    let cells: Vec<IndexMap<String, String>> = rows.iter().map(|(_, cells)| cells.clone()).collect();
    let mut found = tokio::task::spawn_blocking(move || lake::landing::check_cells(&request, &cells))
        .await
        .map_err(Error::internal)??;
    for (list, (row, _)) in found.iter_mut().zip(rows) {
        for f in list {
            // The place stays the one in the file as handed in.
            f.file = row.file.clone().unwrap_or_default();
            f.sheet.clone_from(&row.sheet);
            f.row = u32::try_from(row.row).unwrap_or_default();
        }
    }
    Ok(found)
}

pub(super) async fn write(
    intake: &Intake,
    actor: &Actor,
    submission: &Model,
    rows: Vec<(wrong_row::Model, IndexMap<String, String>)>,
    found: Vec<Vec<Finding>>,
    log: Vec<Change>,
    reason: Reason<'_>,
) -> Result<Vec<Judged>> {
    let id = SubmissionId(submission.id);
    let now = intake.clock.now();
    let mut judged = Vec::with_capacity(rows.len());
    let mut passed = Vec::new();
    let tx = intake.db.begin().await?;
    for ((mut row, cells), found) in rows.into_iter().zip(found) {
        let wrong = found.iter().any(|f| f.severity == standards::pack::Severity::Reject);
        let state = if wrong { RowState::Open } else { RowState::Mended };
        let findings = found.iter().map(|f| finding_model(id, row.id, f)).collect::<Result<Vec<_>>>()?;
        let cells = serde_json::to_value(&cells).map_err(Error::internal)?;
        if newly_passed(&row.state, state) {
            passed.push(Change::none(row.id));
        }
        wrong_rows::replace(&tx, &row, cells.clone(), state, findings.clone()).await?;
        row.cells = cells;
        row.state = state.name().to_owned();
        row.version += 1;
        judged.push((row, findings));
    }
    let subject = format!("submission:{id}");
    match reason {
        Reason::Step(_) if log.is_empty() => {}
        Reason::Step(kind) => {
            let detail = json!({ "kind": kind, "rows": log.len() });
            mends::add(&tx, id, actor, kind, serde_json::to_value(&log).map_err(Error::internal)?, now)
                .await?;
            recount(&tx, id, now).await?;
            audit::record(&tx, now, actor, "submission.mend", &subject, &detail).await?;
        }
        Reason::Rules(kind) => {
            let detail = json!({ "kind": kind, "rows": judged.len(), "passed": passed.len() });
            if !passed.is_empty() {
                let changes = serde_json::to_value(&passed).map_err(Error::internal)?;
                mends::add(&tx, id, actor, kind, changes, now).await?;
            }
            recount(&tx, id, now).await?;
            audit::record(&tx, now, actor, "submission.rejudge", &subject, &detail).await?;
        }
        Reason::Undo(mend) => {
            let detail = json!({ "kind": mend.kind, "rows": judged.len() });
            mends::mark_undone(&tx, mend.id).await?;
            recount(&tx, id, now).await?;
            audit::record(&tx, now, actor, "submission.undo-mend", &subject, &detail).await?;
        }
    }
    tx.commit().await.or_fail()?;
    Ok(judged)
}

/// Brings the number of open rows up to date.
pub(crate) async fn recount(
    tx: &store::Tx,
    id: SubmissionId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let open = wrong_rows::count(tx, id, RowState::Open).await?
        + wrong_rows::count(tx, id, RowState::Mended).await?;
    let open = i64::try_from(open).map_err(Error::internal)?;
    submissions::update(tx, id, ActiveModel { rows_open: Set(open), ..Default::default() }, now).await?;
    match submissions::load(tx, id).await?.push_day_id {
        Some(day) => push_days::recount_open(tx, day).await,
        None => Ok(()),
    }
}
