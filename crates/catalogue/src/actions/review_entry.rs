//! The data bureau decides on an entry handed in (《政务数据共享条例》 art. 16).

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;

use super::{REVIEW, changeable, subject};
use crate::model::{EntryState, Verdict};
use crate::store::entries;

/// Approves, sends back or rejects what waits for review, and returns the new state. An approved change takes the
/// place of the version in force.
///
/// # Errors
/// Forbidden unless the actor is a steward; `review-note` when a refusal gives no reason; `entry-state` when
/// nothing is under review.
pub async fn review_entry(
    db: &Db,
    actor: &Actor,
    code: &str,
    verdict: Verdict,
    note: &str,
    now: DateTime<Utc>,
) -> Result<EntryState> {
    actor.require(REVIEW)?;
    let note = note.trim();
    if verdict != Verdict::Approve && note.is_empty() {
        return Err(Error::bad_input(
            "review-note",
            "退回或拒绝时请写明原因，方便部门修改。",
            "Say why it is sent back or rejected, so that the department can mend it.",
        ));
    }
    db.tx(async |tx| {
        let (chain, _) = changeable(tx, actor, code).await?;
        let change = chain.pending.is_some();
        let state = chain.work().state()?.review(verdict, change)?;
        if change {
            let mut current = chain.current.clone().into_active_model();
            if state == EntryState::Published {
                current.state = Set(EntryState::Superseded.name().to_owned());
                current.current = Set(false);
                current.update(tx).await.or_fail()?;
            } else if chain.current.state()? == EntryState::Changing {
                current.state = Set(EntryState::Published.name().to_owned());
                current.update(tx).await.or_fail()?;
            }
        }
        let mut row = chain.work().clone().into_active_model();
        row.state = Set(state.name().to_owned());
        row.review_note = Set((!note.is_empty()).then(|| note.to_owned()));
        if state == EntryState::Published {
            row.current = Set(true);
            row.published_on = Set(Some(beijing_date(now)));
        }
        let row = row.update(tx).await.or_fail()?;
        entries::step(tx, &row, verdict.name(), note, actor, now).await?;
        let detail =
            json!({ "version": row.version, "verdict": verdict.name(), "state": row.state, "note": note });
        audit::record(tx, now, actor, "entry.review", &subject(code), &detail).await?;
        Ok(state)
    })
    .await
}
