//! 撤回入库: the rows of a submission are in the table no more. What they had taken the place of is public again; what they
//! alone brought is taken down.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{Result, SubmissionId};
use lake::table::{KEY, ROW, SUBMISSION};
use serde_json::Value;
use store::Tx;
use uuid::Uuid;

use super::batch::{move_to, put_drafts, tell_times};
use super::follow_tables::{draft, own_senders};
use super::instant;
use super::reading::Reading;
use crate::context::Portal;
use crate::model::publication::{Reason, State};
use crate::store::publication::entity::publication::Model;
use crate::store::publication::write;

/// Changes read at a time.
const PAGE: usize = 5_000;

/// Takes down what a submission brought, and puts back what stood there before it.
///
/// # Errors
/// When the lake or the database fails; done again, it does the rest.
pub(super) async fn taken_back(
    portal: &Portal,
    reading: &Reading<'_>,
    submission: SubmissionId,
) -> Result<()> {
    restore(portal, reading, submission).await?;
    // Restored records name an older submission now.
    take_down(portal, submission).await
}

async fn restore(portal: &Portal, reading: &Reading<'_>, submission: SubmissionId) -> Result<()> {
    let (intake, code) = (&portal.intake, reading.resource.resource.as_str());
    let today = intake.clock.today();
    let mut offset = 0;
    loop {
        let changes = match intake.lake.changes(code, submission, offset, PAGE).await {
            Ok(changes) => changes,
            Err(e) if e.code() == "history-expired" => {
                tracing::warn!(resource = code, %submission, "what was replaced is no longer known");
                return Ok(());
            }
            Err(e) => return Err(e),
        };
        let at: HashMap<&str, usize> =
            changes.columns.iter().enumerate().map(|(i, c)| (c.name.as_str(), i)).collect();
        let wanted: Vec<Option<usize>> = reading
            .columns()
            .iter()
            .copied()
            .chain([KEY, SUBMISSION, ROW])
            .map(|name| at.get(name).copied())
            .collect();
        let old: Vec<Vec<Value>> = changes
            .changes
            .iter()
            .filter_map(|c| c.old.as_ref())
            .map(|row| {
                wanted.iter().map(|i| i.and_then(|i| row.get(i)).cloned().unwrap_or_default()).collect()
            })
            .collect();
        let ids: Vec<SubmissionId> =
            old.iter().filter_map(|row| row.get(row.len().checked_sub(2)?)?.as_str()?.parse().ok()).collect();
        let senders = own_senders(portal, &ids).await?;
        let drafts = old.iter().filter_map(|row| draft(reading, row, &senders, today)).collect();
        put_drafts(portal, reading, drafts).await?;
        if changes.changes.len() < PAGE {
            return Ok(());
        }
        offset += PAGE as u64;
    }
}

async fn take_down(portal: &Portal, submission: SubmissionId) -> Result<()> {
    let db = &portal.intake.db;
    let now = instant(portal.intake.clock.now());
    let mut after: Option<Uuid> = None;
    loop {
        let tx = db.begin().await?;
        let rev = write::next_rev(&tx).await?;
        let mut found = write::of_submission(&tx, submission, after, 500).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = Some(last.id);
        found.retain(|r| r.state != State::Withdrawn.name());
        withdraw_rows(&tx, found, Reason::TakenBack, (rev, now)).await?;
        store::OrFail::or_fail(tx.commit().await)?;
    }
}

/// Takes records down because the data say so, and tells their clocks.
pub(super) async fn withdraw_rows(
    tx: &Tx,
    mut rows: Vec<Model>,
    reason: Reason,
    (rev, now): (i64, DateTime<Utc>),
) -> Result<()> {
    let before: HashMap<Uuid, _> = rows.iter().map(|r| (r.id, r.clone())).collect();
    for row in &mut rows {
        let was = row.shown;
        move_to(row, was, State::Withdrawn, Some(reason), now);
        row.rev = rev;
    }
    tell_times(tx, &before, &rows, now).await?;
    write::put(tx, &before, rows).await
}
