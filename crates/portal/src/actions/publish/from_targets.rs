//! 从各目标撤回: what a person took down is taken back from every target it went to. A job that is written together with the
//! withdrawal does it, so that a platform that stops in between makes up for it.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use serde::{Deserialize, Serialize};
use sharing::Sharing;
use sharing::actions::withdraw_from_targets;
use store::Tx;
use store::jobs::{self, NewJob};
use uuid::Uuid;

use crate::context::Portal;
use crate::model::publication::State;
use crate::store::publication::write;

/// Takes a record back from its targets.
pub const TAKE_BACK: &str = "portal.take-back";
/// With pauses of up to an hour, about forty days.
const ATTEMPTS: i32 = 1_000;

/// Payload of [`TAKE_BACK`].
#[derive(Debug, Serialize, Deserialize)]
pub struct TakeBack {
    /// The record.
    pub record: Uuid,
    /// Why, as the targets are told.
    pub reason: String,
}

/// Asks for it, in the transaction that takes the record down.
///
/// # Errors
/// When the database fails.
pub(super) async fn enqueue(tx: &Tx, record: RecordId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    let work = TakeBack { record: record.0, reason: reason.to_owned() };
    let job = NewJob::new(TAKE_BACK, format!("publication:{record}"), &work)?.attempts(ATTEMPTS);
    jobs::enqueue(tx, job, now).await?;
    Ok(())
}

/// Takes a record that is down back from every target that holds it. One that was put back meanwhile is left alone. Doing it
/// twice changes nothing.
///
/// # Errors
/// When the lake or the database fails.
pub(crate) async fn take_back(portal: &Portal, record: RecordId, reason: &str) -> Result<()> {
    let found = write::by_ids(portal.intake.db.conn(), &[record.0]).await?;
    if found.get(&record.0).is_none_or(|row| row.state != State::Withdrawn.name()) {
        return Ok(());
    }
    withdraw_from_targets(&Sharing { intake: portal.intake.clone() }, record, reason).await
}
