//! 标为已读: by the person whose inbox it is.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result};
use serde_json::json;
use store::{Db, audit};
use uuid::Uuid;

use crate::store::notices::inbox;

/// Marks a notice as read. Where it leads.
///
/// # Errors
/// Not found when it is somebody else's.
pub async fn mark_read(db: &Db, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<String> {
    mark(db, actor, id, Some(now), now).await
}

/// Takes that back.
///
/// # Errors
/// Not found when it is somebody else's.
pub async fn mark_unread(db: &Db, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    mark(db, actor, id, None, now).await.map(drop)
}

async fn mark(
    db: &Db,
    actor: &Actor,
    id: Uuid,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<String> {
    let notice = inbox::get(db.conn(), actor, id).await?;
    if notice.read_at.is_some() == at.is_some() && (at.is_some() || notice.settled_at.is_none()) {
        return Ok(notice.href);
    }
    db.tx(async |tx| {
        inbox::mark(tx, id, at).await?;
        let detail = json!({ "read": at.is_some() });
        audit::record(tx, now, actor, "notice.read", &format!("notice:{id}"), &detail).await
    })
    .await?;
    Ok(notice.href)
}

/// Marks everything unread as read; how many there were.
///
/// # Errors
/// Forbidden for a system, which has no inbox.
pub async fn mark_all_read(db: &Db, actor: &Actor, now: DateTime<Utc>) -> Result<u64> {
    let user = actor.user.ok_or_else(Error::forbidden)?;
    db.tx(async |tx| {
        let n = inbox::mark_all(tx, actor, now).await?;
        let detail = json!({ "read": n });
        audit::record(tx, now, actor, "notice.read", &format!("account:{user}"), &detail).await?;
        Ok(n)
    })
    .await
}
