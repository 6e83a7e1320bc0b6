//! A local override ends at once (撤销).

use ::store::{Db, OrFail};
use chrono::{DateTime, Utc};
use kernel::{Actor, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;

use super::RULES;
use super::extend_override::still_in_force;
use super::override_rule::told;
use crate::store::overrides::{self, Model};

/// Revokes an override in force: what is checked from now on is checked by the superior's rule. Returns it.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `override-ended` when it is no longer in force.
pub async fn revoke_override(db: &Db, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<Model> {
    actor.require(RULES)?;
    db.tx(async |tx| {
        let row = overrides::changeable(tx, actor, id).await?;
        still_in_force(&row, beijing_date(now))?;
        let mut change = row.into_active_model();
        change.revoked_at = Set(Some(now));
        change.revoked_by = Set(Some(actor.name.clone()));
        let row = change.update(tx).await.or_fail()?;
        overrides::add_step(tx, &row, "revoke", actor, "", now).await?;
        told(tx, actor, &row, "override-revoked", "override.revoke", now).await?;
        Ok(row)
    })
    .await
}
