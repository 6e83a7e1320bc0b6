//! 补充说明: what the bureau adds to a frequent question, for everybody.

use chrono::{DateTime, Utc};
use kernel::{Actor, Result};
use serde_json::json;
use store::{Db, audit};

use super::speak_of_issue::{MAY_CHASE, said};
use crate::model::Cause;
use crate::store::faq;

/// Writes what the bureau adds to a cause; an empty text takes it away.
///
/// # Errors
/// Forbidden without the role; not found when nobody ever had that cause; `issue-note-long`.
pub async fn add_to_faq(db: &Db, actor: &Actor, cause: &Cause, note: &str, now: DateTime<Utc>) -> Result<()> {
    actor.require(MAY_CHASE)?;
    let note = if note.trim().is_empty() { "" } else { said(note)? };
    db.tx(async |tx| {
        faq::set_note(tx, cause, (&actor.name, note), now).await?;
        let subject = format!("faq:{}/{}", cause.resource, cause.code);
        audit::record(tx, now, actor, "faq.note", &subject, &json!({ "field": cause.field, "note": note }))
            .await
    })
    .await?;
    Ok(())
}
