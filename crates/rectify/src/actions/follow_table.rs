//! 跟踪入库: the records of a resource are kept in step with its table, commit by commit, so that every first valid receipt
//! is known however the rows came, singly or by the million.

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use intake::actions::follow::senders_of;
use kernel::{Result, SubmissionId};
use lake::table::{CommitKind, KEY, RECEIVED_AT, SUBMISSION};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::batch::{Batch, Receipt, made_elsewhere};
use super::orgs::Authorities;
use super::reading::Reading;
use super::settle_replaced::settle_replaced;
use super::settle_returns::reopen_returns;
use crate::context::Rectify;
use crate::store::{attempts, records, recount};

/// Records written in one transaction; a longer one would keep other writers waiting.
const BATCH: usize = 2_000;

/// Follows every resource that has a reporting limit, or lists decisions that are expected in one that has.
///
/// # Errors
/// When the lake or the database fails; what was followed so far stays.
pub(super) async fn follow_tables(rectify: &Rectify) -> Result<()> {
    let mut all_well = Ok(());
    for (_, resource) in rectify.intake.packs.resources() {
        if let Some(reading) = Reading::of(rectify, resource) {
            all_well = all_well.and(follow_table(rectify, &reading).await);
        }
    }
    all_well
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
    let own_columns = columns.len();
    // The content of a receipt is all of it: what a record sent back must differ in, nobody knows beforehand.
    columns.extend(reading.other_columns());
    let content_columns = columns.len();
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
    let derived = made_elsewhere(rectify, &submissions).await?;
    let mut batch = Batch::default();
    while let Some(rows) = brought.rows.next().await {
        for row in rows? {
            let (content, tail) = row.split_at(content_columns);
            let [key, submission, received] = tail else { continue };
            let (Some(key), Some(submission), Some(received)) =
                (text(key), id(submission), instant(received))
            else {
                continue;
            };
            let Some(sender) = senders.get(&submission) else { continue };
            if let Some(record) = reading.record(&content[..own_columns], key, *sender, authorities, received)
            {
                let receipt = || Receipt {
                    submission,
                    at: received,
                    content: Some(digest(content)),
                    derived: derived.contains(&submission),
                    given_up: false,
                    ordinal: None,
                };
                batch.add(record, (!reading.is_list()).then(receipt));
            }
        }
        if batch.len() >= BATCH {
            batch.write(rectify, true).await?;
        }
    }
    batch.write(rectify, true).await
}

/// A digest of a row's values, in hexadecimal digits.
fn digest(values: &[Value]) -> String {
    let mut hash = Sha256::new();
    for value in values {
        match value {
            Value::Null => {}
            Value::String(text) => hash.update(text.as_bytes()),
            other => hash.update(other.to_string().as_bytes()),
        }
        hash.update([0x1f]);
    }
    hex::encode(&hash.finalize()[..16])
}

pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

pub(super) fn id(value: &Value) -> Option<SubmissionId> {
    text(value)?.parse().ok()
}

pub(super) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    text(value)?.parse().ok()
}

/// The rows of a submission are in the table no more.
async fn taken_back(rectify: &Rectify, submission: SubmissionId) -> Result<()> {
    rectify
        .intake
        .db
        .tx(async |tx| {
            let touched = attempts::of_valid_rows(tx, submission).await?;
            attempts::give_up_valid(tx, submission).await?;
            let now = rectify.intake.clock.now();
            recount::recount(tx, &touched, now).await?;
            settle_replaced(tx, &touched, now).await?;
            reopen_returns(tx, submission, now).await
        })
        .await
}
