//! A department hands an entry in for review.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Result};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;

use super::{EDIT, changeable, subject};
use crate::model::EntryState;
use crate::store::entries;

/// Hands in the version being worked on and returns its new state: waiting for registration at first, for
/// publication after that. While a change waits, the version in force is marked 变更审核中.
///
/// # Errors
/// `entry-incomplete` naming each missing piece; `entry-state` when there is nothing to hand in.
pub async fn submit_entry(db: &Db, actor: &Actor, code: &str, now: DateTime<Utc>) -> Result<EntryState> {
    actor.require(EDIT)?;
    db.tx(async |tx| {
        let (chain, org) = changeable(tx, actor, code).await?;
        let work = chain.work();
        let state = work.state()?.submit(chain.pending.is_some())?;
        work.entry(Some(&org))?.check()?;
        let mut row = work.clone().into_active_model();
        row.state = Set(state.name().to_owned());
        row.review_note = Set(None);
        let row = row.update(tx).await.or_fail()?;
        if chain.pending.is_some() && chain.current.state()? == EntryState::Published {
            let mut current = chain.current.clone().into_active_model();
            current.state = Set(EntryState::Changing.name().to_owned());
            current.update(tx).await.or_fail()?;
        }
        entries::step(tx, &row, "submitted", "", actor, now).await?;
        let detail = json!({ "version": row.version, "state": row.state });
        audit::record(tx, now, actor, "entry.submit", &subject(code), &detail).await?;
        Ok(state)
    })
    .await
}
