//! An administrator disables or enables an account.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, Result, Role, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shell::Sessions;

use super::others_account;
use crate::store::entity::account;

/// Disables the account and ends its sessions, or enables it again. Nothing an account did is ever removed, so an
/// account is never deleted.
///
/// # Errors
/// Forbidden unless an administrator; `account-self`; not found outside the scope.
pub async fn set_account_state(
    db: &Db,
    sessions: &Sessions,
    actor: &Actor,
    id: UserId,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(&[Role::Administrator])?;
    let row = others_account(db.conn(), actor, id).await?;
    let at = (!enabled).then(|| now.trunc_subsecs(6));
    db.tx(async |tx| {
        account::Entity::update_many()
            .col_expr(account::Column::DisabledAt, Expr::value(at))
            .filter(account::Column::Id.eq(id.0))
            .exec(tx)
            .await
            .or_fail()?;
        if !enabled {
            sessions.close_all(tx, id).await?;
        }
        let action = if enabled { "account.enable" } else { "account.disable" };
        audit::record(tx, now, actor, action, &format!("account:{id}"), &json!({ "name": row.name })).await?;
        Ok(())
    })
    .await
}
