//! 各共享对象同步: what a person took down is taken back from every target it went to, and what is put back goes there again. A job
//! that is written together with the change does it, so that a platform that stops in between makes up for it.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use serde::{Deserialize, Serialize};
use sharing::Sharing;
use sharing::actions::{share_again, withdraw_from_targets};
use store::Tx;
use store::jobs::{self, NewJob};
use uuid::Uuid;

use crate::context::Portal;
use crate::model::publication::State;
use crate::store::publication::write;

/// Keeps the targets of a record in step with what a person did on the public site.
pub const KEEP_TARGETS: &str = "portal.keep-targets";
/// With pauses of up to an hour, about forty days.
const ATTEMPTS: i32 = 1_000;

/// Payload of [`KEEP_TARGETS`].
#[derive(Debug, Serialize, Deserialize)]
pub struct KeepTargets {
    /// The record.
    pub record: Uuid,
    /// Why it was taken down, as the targets are told; empty where it was put back.
    pub reason: String,
}

/// Asks for it, in the transaction that changes the record.
///
/// # Errors
/// When the database fails.
pub(super) async fn enqueue(tx: &Tx, record: RecordId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    let work = KeepTargets { record: record.0, reason: reason.to_owned() };
    let job = NewJob::new(KEEP_TARGETS, format!("publication:{record}"), &work)?.attempts(ATTEMPTS);
    jobs::enqueue(tx, job, now).await?;
    Ok(())
}

/// Takes a record that was taken down back from every target that holds it, or sends one that was put back there again. What has
/// been changed the other way meanwhile is left to that change's own job. Doing it twice changes nothing.
///
/// # Errors
/// When the lake or the database fails.
pub(crate) async fn keep_targets(portal: &Portal, record: RecordId, reason: &str) -> Result<()> {
    let found = write::by_ids(portal.intake.db.conn(), &[record.0]).await?;
    let Some(row) = found.get(&record.0) else { return Ok(()) };
    let sharing = Sharing { intake: portal.intake.clone() };
    match (row.state == State::Withdrawn.name(), reason.is_empty()) {
        (true, false) => withdraw_from_targets(&sharing, record, reason).await,
        (false, true) => share_again(&sharing, record).await,
        _ => Ok(()),
    }
}
