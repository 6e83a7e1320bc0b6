//! 跟踪入库: the records of a resource are kept in step with its table, commit by commit, so that every first valid receipt
//! is known however the rows came, singly or by the million.

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use intake::actions::follow::senders_of;
use kernel::{Result, SubmissionId};
use lake::table::{CommitKind, KEY, RECEIVED_AT, SUBMISSION};
use serde_json::Value;

use super::batch::Batch;
use super::orgs::Authorities;
use super::reading::Reading;
use crate::context::Rectify;
use crate::store::records;

/// Records written in one transaction; a longer one would keep other writers waiting.
const BATCH: usize = 2_000;

/// Follows every resource that has a reporting limit, or lists decisions that are expected in one that has.
///
/// # Errors
/// When the lake or the database fails; what was followed so far stays.
pub(super) async fn follow_tables(rectify: &Rectify) -> Result<()> {
    for (_, resource) in rectify.intake.packs.resources() {
        if let Some(reading) = Reading::of(rectify, resource) {
            follow_table(rectify, &reading).await?;
        }
    }
    Ok(())
}

/// Follows one table from the version reached before to its newest. Killed at any instant, it begins that commit anew.
async fn follow_table(rectify: &Rectify, reading: &Reading<'_>) -> Result<()> {
    let (intake, code) = (&rectify.intake, reading.code());
    if !intake.lake.has_table(code) {
        return Ok(());
    }
    let newest = intake.lake.version(code).await?;
    let mut at = records::followed(intake.db.conn(), code).await?;
    if at >= newest {
        return Ok(());
    }
    let authorities = Authorities::read(intake.db.conn()).await?;
    while at < newest {
        at += 1;
        follow_commit(rectify, reading, &authorities, at).await?;
        records::set_followed(intake.db.conn(), code, at).await?;
    }
    Ok(())
}

async fn follow_commit(
    rectify: &Rectify,
    reading: &Reading<'_>,
    authorities: &Authorities,
    version: u64,
) -> Result<()> {
    let intake = &rectify.intake;
    let mut columns = reading.columns();
    columns.extend([KEY, SUBMISSION, RECEIVED_AT]);
    let mut brought = match intake.lake.brought(reading.code(), version, &columns).await {
        Ok(brought) => brought,
        Err(e) if e.code() == "history-expired" => {
            // So old that its files are gone: later commits carry what still holds of it.
            tracing::warn!(resource = reading.code(), version, "a commit could not be followed any more");
            return Ok(());
        }
        Err(e) => return Err(e),
    };
    if brought.kind == Some(CommitKind::Undo) {
        for share in &brought.shares {
            taken_back(rectify, share.submission).await?;
        }
        return Ok(());
    }
    let submissions: Vec<SubmissionId> = brought.shares.iter().map(|s| s.submission).collect();
    let senders = senders_of(intake, &submissions).await?;
    let mut batch = Batch::default();
    while let Some(rows) = brought.rows.next().await {
        for row in rows? {
            let (own, tail) = row.split_at(columns.len() - 3);
            let [key, submission, received] = tail else { continue };
            let (Some(key), Some(submission), Some(received)) =
                (text(key), id(submission), instant(received))
            else {
                continue;
            };
            let Some(sender) = senders.get(&submission) else { continue };
            if let Some(record) = reading.record(own, key, *sender, authorities, received) {
                batch.add(record, (!reading.is_list()).then_some((submission, received)));
            }
        }
        if batch.len() >= BATCH {
            batch.write(rectify, true).await?;
        }
    }
    batch.write(rectify, true).await
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn id(value: &Value) -> Option<SubmissionId> {
    text(value)?.parse().ok()
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    text(value)?.parse().ok()
}

/// The rows of a submission are in the table no more.
async fn taken_back(rectify: &Rectify, submission: SubmissionId) -> Result<()> {
    rectify
        .intake
        .db
        .tx(async |tx| {
            let touched = records::of_submission(tx, submission, true).await?;
            records::forget_attempts(tx, submission, true).await?;
            records::recount(tx, &touched).await
        })
        .await
}
