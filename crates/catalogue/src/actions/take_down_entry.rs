//! An entry is taken down (下架).

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;

use super::{REVIEW, changeable, subject};
use crate::store::entries;

/// Takes a published entry out of the public list; its versions and steps stay. It can be handed in again.
///
/// # Errors
/// Forbidden unless the actor is a steward; `review-note` without a reason; `entry-state` unless it is published.
pub async fn take_down_entry(
    db: &Db,
    actor: &Actor,
    code: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(REVIEW)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::bad_input(
            "review-note",
            "下架时请写明原因。",
            "Say why the entry is taken down.",
        ));
    }
    db.tx(async |tx| {
        let (chain, _) = changeable(tx, actor, code).await?;
        let state = chain.current.state()?.take_down()?;
        let mut row = chain.current.clone().into_active_model();
        row.state = Set(state.name().to_owned());
        row.review_note = Set(Some(reason.to_owned()));
        let row = row.update(tx).await.or_fail()?;
        entries::step(tx, &row, "taken-down", reason, actor, now).await?;
        let detail = json!({ "version": row.version, "reason": reason });
        audit::record(tx, now, actor, "entry.take-down", &subject(code), &detail).await?;
        Ok(())
    })
    .await
}
