//! 跟踪入库: what is public is kept in step with the tables, commit by commit.

use std::collections::HashMap;

use chrono::NaiveDate;
use futures::StreamExt as _;
use intake::actions::follow::{counted_at_source, senders_of};
use kernel::{OrgId, Result, SubmissionId};
use lake::table::{CommitKind, KEY, ROW, SUBMISSION};
use serde_json::Value;

use super::batch::put_drafts;
use super::reading::{Draft, Reading};
use super::take_back::taken_back;
use crate::context::Portal;
use crate::store::publication::write;

/// Records written in one transaction; a longer one would keep other writers waiting.
const BATCH: usize = 1_000;

/// Follows every resource the packs make public.
///
/// # Errors
/// The first failure of the lake or the database; what was followed so far stays, and every other resource has been tried.
pub(super) async fn follow_tables(portal: &Portal) -> Result<()> {
    let mut first = Ok(());
    for (pack, resource) in portal.intake.packs.resources() {
        if let Some(reading) = Reading::of(pack, resource) {
            first = first.and(follow_table(portal, &reading).await);
        }
    }
    first
}

/// Follows one table from the version reached before to its newest. Killed at any instant, it begins that commit anew.
async fn follow_table(portal: &Portal, reading: &Reading<'_>) -> Result<()> {
    let (intake, code) = (&portal.intake, reading.resource.resource.as_str());
    if !intake.lake.has_table(code) {
        return Ok(());
    }
    let conn = intake.db.conn();
    // A decision is published after its clock knows it, so that the clock can be told.
    let known = match reading.resource.time_limit {
        Some(_) => rectify::actions::followed_to(conn, code).await?,
        None => u64::MAX,
    };
    let newest = intake.lake.version(code).await?.min(known);
    let mut at = write::followed(conn, code).await?;
    while at < newest {
        at += 1;
        follow_commit(portal, reading, at).await?;
        write::set_followed(conn, code, at).await?;
    }
    Ok(())
}

async fn follow_commit(portal: &Portal, reading: &Reading<'_>, version: u64) -> Result<()> {
    let (intake, code) = (&portal.intake, reading.resource.resource.as_str());
    let mut columns = reading.columns().to_vec();
    columns.extend([KEY, SUBMISSION, ROW]);
    let mut brought = match intake.lake.brought(code, version, &columns).await {
        Ok(brought) => brought,
        Err(e) if e.code() == "history-expired" => {
            // So old that its files are gone: later commits carry what still holds of it.
            tracing::warn!(resource = code, version, "a commit could not be followed any more");
            return Ok(());
        }
        Err(e) => return Err(e),
    };
    if brought.kind == Some(CommitKind::Undo) {
        for share in &brought.shares {
            taken_back(portal, reading, share.submission).await?;
        }
        return Ok(());
    }
    let submissions: Vec<SubmissionId> = brought.shares.iter().map(|s| s.submission).collect();
    let senders = own_senders(portal, &submissions).await?;
    let today = intake.clock.today();
    let mut drafts = Vec::new();
    while let Some(rows) = brought.rows.next().await {
        for row in rows? {
            drafts.extend(draft(reading, &row, &senders, today));
            if drafts.len() >= BATCH {
                put_drafts(portal, reading, std::mem::take(&mut drafts)).await?;
            }
        }
    }
    put_drafts(portal, reading, drafts).await
}

/// Who handed submissions in, but for those that a mapping made of rows which are published themselves: nothing is shown twice.
///
/// # Errors
/// When the database fails.
pub(super) async fn own_senders(
    portal: &Portal,
    submissions: &[SubmissionId],
) -> Result<HashMap<SubmissionId, OrgId>> {
    let mut senders = senders_of(&portal.intake, submissions).await?;
    let shown = counted_at_source(&portal.intake, submissions, |source| source.publicity.is_some()).await?;
    senders.retain(|id, _| !shown.contains(id));
    Ok(senders)
}

/// The draft of a row whose last three values are its key, its submission and its number.
pub(super) fn draft(
    reading: &Reading<'_>,
    row: &[Value],
    senders: &HashMap<SubmissionId, OrgId>,
    today: NaiveDate,
) -> Option<Draft> {
    let (own, tail) = row.split_at(row.len().checked_sub(3)?);
    let [key, submission, number] = tail else { return None };
    let submission: SubmissionId = submission.as_str()?.parse().ok()?;
    let sender = *senders.get(&submission)?;
    reading.draft(own, key.as_str()?, (sender, submission, number.as_i64()?), today)
}
