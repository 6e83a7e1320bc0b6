//! An administrator resets a forgotten password.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Result, Role, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shell::Sessions;

use super::{one_time_password, others_account, slow};
use crate::model;
use crate::store::entity::account;

/// Sets a one-time password, which is returned, and ends the person's sessions.
///
/// # Errors
/// Forbidden unless an administrator; `account-self`; not found outside the scope.
pub async fn reset_password(
    db: &Db,
    sessions: &Sessions,
    actor: &Actor,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<String> {
    actor.require(&[Role::Administrator])?;
    let row = others_account(db.conn(), actor, id).await?;
    let password = one_time_password();
    let copy = password.clone();
    let hash = slow(move || model::hash_password(&copy)).await??;
    db.tx(async |tx| {
        account::Entity::update_many()
            .col_expr(account::Column::Password, Expr::value(hash))
            .col_expr(account::Column::MustChangePassword, Expr::value(true))
            .filter(account::Column::Id.eq(id.0))
            .exec(tx)
            .await
            .or_fail()?;
        sessions.close_all(tx, id).await?;
        let detail = json!({ "name": row.name });
        audit::record(tx, now, actor, "account.reset-password", &format!("account:{id}"), &detail).await
    })
    .await?;
    Ok(password)
}
