//! 修改提醒规则

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result};
use serde_json::json;
use store::{Db, audit};

use super::MAY_STEER;
use crate::model::NoticeRules;
use crate::outgoing::Outgoing;
use crate::store::notices::{hooks, rules};

/// Puts rules in force, for everything that is told from now on.
///
/// # Errors
/// Forbidden without the role; `notice-days`, `notice-hour`; `notice-address`, also when mail or a webhook has nothing to put before
/// its links; `mail-not-set-up` when mail is switched on and no
/// mail server is set up.
pub async fn set_rules(
    db: &Db,
    outgoing: &Outgoing,
    actor: &Actor,
    new: NoticeRules,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(MAY_STEER)?;
    let new = new.settled()?;
    if new.mail {
        outgoing.mailer()?;
    }
    if new.mail || hooks::any(db.conn()).await? {
        new.require_address()?;
    }
    let (old, _) = rules::rules(db.conn()).await?;
    db.tx(async |tx| {
        rules::set_rules(tx, &new, &actor.name, now).await?;
        let (before, after) = (of(&old)?, of(&new)?);
        audit::record(
            tx,
            now,
            actor,
            "notice.rules",
            "notice-rules:city",
            &json!({ "before": before, "after": after }),
        )
        .await
    })
    .await?;
    Ok(())
}

fn of(rules: &NoticeRules) -> Result<serde_json::Value> {
    serde_json::to_value(rules).map_err(Error::internal)
}
