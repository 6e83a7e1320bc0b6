//! 重新发送: a message that failed is tried again, once what was wrong is put right.

use chrono::{DateTime, Utc};
use kernel::{Actor, Result};
use serde_json::json;
use store::jobs::{self, NewJob};
use store::{Db, audit};
use uuid::Uuid;

use super::MAY_STEER;
use super::send::{ATTEMPTS, SEND, Send};
use crate::store::notices::outbox;

/// Puts a failed message back in line.
///
/// # Errors
/// Forbidden without the role; not found; `outbox-moved` when it has not failed.
pub async fn retry_sending(db: &Db, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    actor.require(MAY_STEER)?;
    outbox::get(db.conn(), id).await?;
    db.tx(async |tx| {
        outbox::take_up(tx, id).await?;
        let job = NewJob::new(SEND, format!("outbox:{id}"), &Send { outbox: id })?.attempts(ATTEMPTS);
        jobs::enqueue(tx, job, now).await?;
        audit::record(tx, now, actor, "outbox.retry", &format!("outbox:{id}"), &json!({})).await
    })
    .await?;
    Ok(())
}
