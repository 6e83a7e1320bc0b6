//! 补算期限: a case that came in before the calendar of its days was published gets its last day once it is.

use std::collections::HashMap;

use kernel::{Actor, Result, beijing_date};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{desk, subject};
use crate::context::Portal;
use crate::model::case::{Step, Term};
use crate::store::case::entity::entry;
use crate::store::case::entity::file::{ActiveModel, Model};
use crate::store::case::{cases, parts};

/// Cases looked at together.
const BATCH: u64 = 200;

/// Dates what can be dated by now. Doing it twice changes nothing.
///
/// # Errors
/// The first failure; every other case has been tried.
pub(super) async fn date_cases(portal: &Portal) -> Result<()> {
    let conn = portal.intake.db.conn();
    let (mut first, mut after) = (Ok(()), None);
    loop {
        let batch = cases::undated(conn, after, BATCH).await?;
        let Some(last) = batch.last() else { return first };
        after = Some(last.id);
        let ids: Vec<Uuid> = batch.iter().map(|c| c.id).collect();
        let mut steps: HashMap<Uuid, Vec<entry::Model>> = parts::histories(conn, &ids).await?;
        for case in &batch {
            let steps = steps.remove(&case.id).unwrap_or_default();
            first = first.and(date(portal, case, &steps).await);
        }
    }
}

async fn date(portal: &Portal, case: &Model, history: &[entry::Model]) -> Result<()> {
    let step = |e: &entry::Model| Some((e.kind.parse::<Step>().ok()?, beijing_date(e.at)));
    let steps: Vec<_> = history.iter().filter_map(step).collect();
    let term = Term::counted(desk::limits(portal, case)?, beijing_date(case.opened_at), &steps);
    let Some(due) = term.due else { return Ok(()) };
    let change = ActiveModel { due: Set(Some(due)), total_due: Set(term.total), ..Default::default() };
    let now = portal.intake.clock.now();
    portal
        .intake
        .db
        .tx(async |tx| {
            cases::update(tx, case, change).await?;
            parts::move_task(tx, case.id, Some(due)).await?;
            let detail = json!({ "number": case.number, "due": due });
            audit::record(tx, now, &Actor::system(), "case.date", &subject(case), &detail).await?;
            Ok(())
        })
        .await
}
