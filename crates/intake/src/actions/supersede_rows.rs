//! 由后来的报送代替: a wrong row whose decision was handed in again later, and passed, needs no more mending, and never lands over
//! what came after it. It waits again when what took its place is withdrawn.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, SubmissionId};
use lake::query::Query;
use serde_json::{Value, json};
use store::{OrFail as _, Tx, audit};

use super::mend_rows::{Change, recount};
use crate::context::Intake;
use crate::model::{RowState, State};
use crate::store::entity::submission::Model;
use crate::store::entity::wrong_row;
use crate::store::{mends, submissions, superseded};

/// What the name of the step begins with in the log of mends; the submission that took the rows' place follows.
pub(crate) const SUPERSEDED: &str = "superseded:";

/// Keys asked for at a time.
const PART: usize = 500;

/// Closes the wrong rows of a submission that stand at some places in it: the rows of `by`, received later, take their place. Rows
/// that have landed, are landing or were dropped stay as they are, and all do where `by` has been withdrawn. Where `by` holds mended rows
/// of the same submission, those that somebody mended too stay: of rows with one key the last that was mended counts. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn supersede_rows(
    tx: &Tx,
    id: SubmissionId,
    ordinals: &[i64],
    by: SubmissionId,
    now: DateTime<Utc>,
) -> Result<u64> {
    let (wrong, right) = (submissions::load(tx, id).await?, submissions::load(tx, by).await?);
    if wrong.state != State::Landed.name() || right.state == State::Withdrawn.name() {
        return Ok(0);
    }
    let states: &[RowState] = match right.parent_id == Some(id.0) {
        true => &[RowState::Open],
        false => &[RowState::Open, RowState::Mended],
    };
    let rows = superseded::waiting_at(tx, id, ordinals, states).await?;
    close(tx, id, &rows, by, now).await
}

async fn close(
    tx: &Tx,
    id: SubmissionId,
    rows: &[wrong_row::Model],
    by: SubmissionId,
    now: DateTime<Utc>,
) -> Result<u64> {
    if rows.is_empty() {
        return Ok(0);
    }
    superseded::supersede(tx, rows, by).await?;
    let step = format!("{SUPERSEDED}{by}");
    let log: Vec<Change> = rows.iter().map(|r| Change::none(r.id)).collect();
    let system = Actor::system();
    mends::add(tx, id, &system, &step, serde_json::to_value(&log).map_err(Error::internal)?, now).await?;
    recount(tx, id, now).await?;
    let detail = json!({ "rows": rows.len(), "by": by });
    audit::record(tx, now, &system, "submission.supersede-rows", &format!("submission:{id}"), &detail)
        .await?;
    Ok(rows.len() as u64)
}

/// Of mended rows of `parent` about to land, closes those whose record came again after that submission was received, from another
/// hand-in: what is newer stays. `keys` are the rows' keys in the table. Returns which of them may land.
///
/// # Errors
/// When the lake or the database fails.
pub(super) async fn give_way(
    intake: &Intake,
    parent: &Model,
    rows: &[wrong_row::Model],
    keys: &[Option<String>],
) -> Result<Vec<bool>> {
    let mut newer = newer_than(intake, &parent.resource, keys, parent.created_at).await?;
    let parent = SubmissionId(parent.id);
    // What was mended of the same submission is no newer hand-in: of rows with one key the last that was mended stands.
    let own: Vec<SubmissionId> = submissions::children(intake.db.conn(), parent)
        .await?
        .iter()
        .map(|c| SubmissionId(c.id))
        .chain([parent])
        .collect();
    newer.retain(|_, by| !own.contains(by));
    let by_of = |key: &Option<String>| key.as_ref().and_then(|k| newer.get(k)).copied();
    let mut closed: HashMap<SubmissionId, Vec<wrong_row::Model>> = HashMap::new();
    for (row, key) in rows.iter().zip(keys) {
        if let Some(by) = by_of(key) {
            closed.entry(by).or_default().push(row.clone());
        }
    }
    if !closed.is_empty() {
        let now = intake.clock.now();
        let tx = intake.db.begin().await?;
        for (by, rows) in closed {
            close(&tx, parent, &rows, by, now).await?;
        }
        tx.commit().await.or_fail()?;
    }
    Ok(keys.iter().map(|key| by_of(key).is_none()).collect())
}

/// Which of some keys the table holds with a row received after an instant, and the submission that brought it.
async fn newer_than(
    intake: &Intake,
    resource: &str,
    keys: &[Option<String>],
    received: DateTime<Utc>,
) -> Result<HashMap<String, SubmissionId>> {
    let mut newer = HashMap::new();
    if !intake.lake.has_table(resource) {
        return Ok(newer);
    }
    let keys: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
    for part in keys.chunks(PART) {
        let places: Vec<String> = (2..=part.len() + 1).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT \"{KEY}\", \"{SUBMISSION}\" FROM \"{resource}\"
             WHERE \"{RECEIVED_AT}\" > CAST($1 AS TIMESTAMP) AND \"{KEY}\" IN ({})",
            places.join(", "),
            KEY = lake::table::KEY,
            SUBMISSION = lake::table::SUBMISSION,
            RECEIVED_AT = lake::table::RECEIVED_AT,
        );
        let since = received.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        let bound = std::iter::once(Value::from(since)).chain(part.iter().map(|k| Value::from(*k)));
        let found = intake.lake.query(Query::new(sql).bind(bound).limit(usize::MAX)).await?;
        for row in found.rows {
            if let [Value::String(key), Value::String(by)] = row.as_slice()
                && let Ok(by) = by.parse()
            {
                newer.insert(key.clone(), by);
            }
        }
    }
    Ok(newer)
}
