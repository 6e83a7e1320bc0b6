//! A local override is given a later last day (延期).

use ::store::{Db, OrFail};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Error, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;

use super::RULES;
use super::override_rule::{check_expiry, told};
use crate::store::overrides::{self, Model};

/// Extends an override in force until `until`. Returns it as it stands then. One that has ended stays ended: what happened
/// meanwhile was checked without it.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `override-ended` when it is no longer in force;
/// `override-expiry` when the day is not later than the present one, or too far off.
pub async fn extend_override(
    db: &Db,
    actor: &Actor,
    id: Uuid,
    until: NaiveDate,
    longest: u16,
    now: DateTime<Utc>,
) -> Result<Model> {
    actor.require(RULES)?;
    let today = beijing_date(now);
    check_expiry(until, today, longest)?;
    db.tx(async |tx| {
        let row = overrides::changeable(tx, actor, id).await?;
        still_in_force(&row, today)?;
        if until <= row.expires_on {
            return Err(Error::bad_input(
                "override-expiry",
                format!("延期应晚于现在的到期日 {}；要提前结束请撤销。", row.expires_on),
                format!(
                    "An extension must end after the present last day, {}; to end it earlier, revoke it.",
                    row.expires_on
                ),
            ));
        }
        let mut change = row.into_active_model();
        change.expires_on = Set(until);
        let row = change.update(tx).await.or_fail()?;
        overrides::add_step(tx, &row, "extend", actor, "", now).await?;
        told(tx, actor, &row, "override-extended", "override.extend", now).await?;
        Ok(row)
    })
    .await
}

/// Refuses one that was revoked or has expired.
pub(super) fn still_in_force(row: &Model, today: NaiveDate) -> Result<()> {
    if row.in_force(today) {
        return Ok(());
    }
    Err(Error::conflict(
        "override-ended",
        "这项调整已经到期或撤销；如仍需要，请重新新增。",
        "This override has expired or was revoked; add a new one if it is still needed.",
    ))
}
