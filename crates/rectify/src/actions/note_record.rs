//! 记录联系: the bureau called about a decision, such as one that was never handed in.

use chrono::{DateTime, Utc};
use kernel::{Actor, RecordId, Result};
use serde_json::json;
use store::{Db, audit};

use super::speak_of_issue::{MAY_CHASE, said};
use crate::store::{record_notes, records};

/// Writes down that the department was called about a decision, and what it said.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` without a text.
pub async fn note_record(db: &Db, actor: &Actor, id: RecordId, text: &str, now: DateTime<Utc>) -> Result<()> {
    actor.require(MAY_CHASE)?;
    let text = said(text)?;
    records::get(db.conn(), actor, id).await?;
    db.tx(async |tx| {
        record_notes::add(tx, id, (&actor.name, text), now).await?;
        audit::record(tx, now, actor, "record.call", &format!("record:{id}"), &json!({})).await?;
        Ok(())
    })
    .await
}
