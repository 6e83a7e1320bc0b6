//! 跟踪错行: a decision that was handed in wrong is received all the same; its record shows it, and that it is not valid yet.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta};
use intake::actions::follow::{Faulty, faulty_after, wrong_rows_after};
use kernel::Result;
use store::OrFail as _;
use uuid::Uuid;

use super::batch::{Batch, Receipt, made_elsewhere};
use super::keep_issues::keep_issues;
use super::orgs::Authorities;
use super::reading::Reading;
use super::settle_replaced::settle_replaced;
use crate::context::Rectify;
use crate::store::{attempts, judgements, records, recount};

/// Rows read at a time.
const PAGE: u64 = 2_000;
/// Submissions looked at in one go.
const SUBMISSIONS: u64 = 500;
/// A transaction may end so long after the time it carries: a round begins so long before what the last one saw.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);

/// Follows the submissions with wrong rows that changed since the last time.
///
/// # Errors
/// When the database fails; what was followed so far stays.
pub(super) async fn follow_wrong_rows(rectify: &Rectify) -> Result<()> {
    let conn = rectify.intake.db.conn();
    let begin = records::looked_until(conn).await?.map_or(DateTime::UNIX_EPOCH, |at| at - OVERLAP);
    // Inside a round the place moves on whatever is known already: however many changed at about the same time, all are seen.
    let mut after = (begin, Uuid::nil());
    loop {
        let changed = faulty_after(&rectify.intake, after, SUBMISSIONS).await?;
        follow_some(rectify, &changed).await?;
        match changed.last() {
            Some(last) if u64::try_from(changed.len()).is_ok_and(|n| n >= SUBMISSIONS) => {
                after = (last.changed_at, last.submission.0);
            }
            _ => return Ok(()),
        }
    }
}

/// Follows those of some submissions that changed since they were looked at.
async fn follow_some(rectify: &Rectify, changed: &[Faulty]) -> Result<()> {
    let conn = rectify.intake.db.conn();
    let known = records::looked_at(conn, changed.iter().map(|f| f.submission)).await?;
    let new: Vec<&Faulty> = changed
        .iter()
        .filter(|f| known.get(&f.submission.0) != Some(&records::instant(f.changed_at)))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let authorities = Authorities::read(conn).await?;
    // What is being judged again keeps its counts until that can be explained.
    let judging = judgements::waiting_for_judgement(conn).await?;
    let submissions: Vec<_> = new.iter().map(|f| f.submission).collect();
    let derived = made_elsewhere(rectify, &submissions).await?;
    for faulty in new {
        if judging.contains(&faulty.submission.0) {
            continue;
        }
        follow(rectify, &authorities, faulty, derived.contains(&faulty.submission)).await?;
        keep_issues(rectify, faulty).await?;
        records::set_looked_at(conn, faulty.submission, faulty.changed_at).await?;
    }
    Ok(())
}

/// Writes the receipts of one submission's wrong rows anew. What was given up stays known as such.
async fn follow(rectify: &Rectify, authorities: &Authorities, faulty: &Faulty, derived: bool) -> Result<()> {
    let Ok((_, resource)) = rectify.intake.resource(&faulty.resource) else { return Ok(()) };
    let Some(reading) = Reading::of(rectify, resource).filter(|r| !r.is_list()) else { return Ok(()) };
    let conn = rectify.intake.db.conn();
    let before = attempts::of_wrong_rows(conn, faulty.submission).await?;
    let named: HashMap<i64, Uuid> = before.iter().filter_map(|(id, at)| Some(((*at)?, *id))).collect();
    let before: Vec<Uuid> = before.into_iter().map(|(id, _)| id).collect();
    attempts::forget_wrong(conn, faulty.submission).await?;
    let mut at = 0;
    loop {
        let rows = wrong_rows_after(&rectify.intake, faulty.submission, at, PAGE).await?;
        let Some(last) = rows.last() else { break };
        at = last.ordinal;
        let mut batch = Batch::default();
        for row in &rows {
            let (values, key) = reading.of_cells(&row.cells);
            if let Some(record) = reading.record(&values, &key, faulty.org, authorities, faulty.received_at) {
                if let Some(old) = named.get(&row.ordinal).filter(|old| **old != record.id) {
                    batch.rename(*old, record.id);
                }
                let receipt = Receipt {
                    submission: faulty.submission,
                    at: faulty.received_at,
                    content: None,
                    derived,
                    given_up: row.dropped || faulty.withdrawn,
                    ordinal: row.waits.then_some(row.ordinal),
                };
                batch.add(record, Some(receipt));
            }
        }
        batch.write(rectify, false).await?;
    }
    let (tx, now) = (rectify.intake.db.begin().await?, rectify.intake.clock.now());
    recount::recount(&tx, &before, now).await?;
    settle_replaced(&tx, &before, now).await?;
    tx.commit().await.or_fail()
}
