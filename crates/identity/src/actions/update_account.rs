//! An administrator changes what an account is and may do.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, OrgId, Result, Role, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::create_account::check_place;
use super::others_account;
use crate::store::entity::{account, role_grant};
use crate::store::roles;

/// What can be changed.
#[derive(Debug, Clone)]
pub struct Update {
    /// As others see the person; left as it is when empty.
    pub display_name: String,
    /// The organisation the person belongs to.
    pub org: Option<OrgId>,
    /// Whether the person sees the whole city.
    pub city_wide: bool,
    /// Roles.
    pub roles: Vec<Role>,
}

/// Changes the account; in force at the person's next request. The record holds what was and what is.
///
/// # Errors
/// Forbidden unless an administrator; `account-self`, `account-roles`, `account-org`; not found outside the scope.
pub async fn update_account(
    db: &Db,
    actor: &Actor,
    id: UserId,
    new: Update,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(&[Role::Administrator])?;
    let row = others_account(db.conn(), actor, id).await?;
    check_place(db, actor, new.org, new.city_wide, &new.roles).await?;
    let display: String = match new.display_name.trim() {
        "" => row.display_name.clone(),
        given => given.chars().take(64).collect(),
    };
    let scope = if new.city_wide { "city" } else { "org" };
    db.tx(async |tx| {
        let names = |roles: &[Role]| roles.iter().map(|r| r.name()).collect::<Vec<_>>();
        let before = roles(tx, id).await?;
        account::Entity::update_many()
            .col_expr(account::Column::DisplayName, Expr::value(display.as_str()))
            .col_expr(account::Column::OrgId, Expr::value(new.org.map(|o| o.0)))
            .col_expr(account::Column::Scope, Expr::value(scope))
            .filter(account::Column::Id.eq(id.0))
            .exec(tx)
            .await
            .or_fail()?;
        role_grant::Entity::delete_many().filter(role_grant::Column::AccountId.eq(id.0)).exec(tx).await.or_fail()?;
        for role in &new.roles {
            role_grant::ActiveModel { account_id: Set(id.0), role: Set(role.name().to_owned()) }
                .insert(tx)
                .await
                .or_fail()?;
        }
        let side = |name: &str, org: Option<Uuid>, scope: &str, roles: &[Role]| {
            json!({ "display_name": name, "org": org, "scope": scope, "roles": names(roles) })
        };
        let detail = json!({
            "name": row.name,
            "before": side(&row.display_name, row.org_id, &row.scope, &before),
            "after": side(&display, new.org.map(|o| o.0), scope, &new.roles),
        });
        audit::record(tx, now, actor, "account.update", &format!("account:{id}"), &detail).await?;
        Ok(())
    })
    .await
}
