//! An administrator opens an account.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, Error, OrgId, Result, Role, Scope, UserId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};
use serde_json::json;

use super::slow;
use crate::model;
use crate::store::entity::{account, role_grant};

/// A new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Sign-in name.
    pub name: String,
    /// As others see the person.
    pub display_name: String,
    /// First password; see [`model::check_password`].
    pub password: String,
    /// Whether it must be changed at the first sign-in.
    pub must_change_password: bool,
    /// The organisation the person belongs to.
    pub org: Option<OrgId>,
    /// Whether the person sees the whole city, or only the organisation and what is below it.
    pub city_wide: bool,
    /// Roles.
    pub roles: Vec<Role>,
}

/// Opens the account.
///
/// # Errors
/// Forbidden unless the actor is an administrator; `account-name`, `password-weak`, `account-roles`, `account-org`;
/// conflict when the name is taken.
pub async fn create_account(db: &Db, actor: &Actor, new: NewAccount, now: DateTime<Utc>) -> Result<UserId> {
    actor.require(&[Role::Administrator])?;
    let name = model::account_name(&new.name)?;
    model::check_password(&name, &new.password)?;
    check_place(db, actor, new.org, new.city_wide, &new.roles).await?;
    let password = new.password;
    let hash = slow(move || model::hash_password(&password)).await??;
    let id = UserId::new();
    let display = match new.display_name.trim() {
        "" => name.clone(),
        given => given.chars().take(64).collect(),
    };
    db.tx(async |tx| {
        account::ActiveModel {
            id: Set(id.0),
            name: Set(name.clone()),
            display_name: Set(display),
            password: Set(hash),
            must_change_password: Set(new.must_change_password),
            org_id: Set(new.org.map(|o| o.0)),
            scope: Set(if new.city_wide { "city" } else { "org" }.to_owned()),
            disabled_at: Set(None),
            created_at: Set(now.trunc_subsecs(6)),
            signed_in_at: Set(None),
        }
        .insert(tx)
        .await
        .or_fail()?;
        for role in &new.roles {
            role_grant::ActiveModel { account_id: Set(id.0), role: Set(role.name().to_owned()) }
                .insert(tx)
                .await
                .or_fail()?;
        }
        let roles: Vec<&str> = new.roles.iter().map(|r| r.name()).collect();
        let detail = json!({ "name": name, "org": new.org, "city_wide": new.city_wide, "roles": roles });
        audit::record(tx, now, actor, "account.create", &format!("account:{id}"), &detail).await?;
        Ok(id)
    })
    .await
}

/// What an administrator may give: at least one role, and a place within their own scope.
pub(super) async fn check_place(
    db: &Db,
    actor: &Actor,
    org: Option<OrgId>,
    city_wide: bool,
    roles: &[Role],
) -> Result<()> {
    if roles.is_empty() {
        return Err(Error::bad_input("account-roles", "请至少选择一个角色。", "Choose at least one role."));
    }
    if org.is_none() && !city_wide {
        return Err(Error::bad_input(
            "account-org",
            "请选择所属单位；只有全市范围的账号可以不选。",
            "Choose the organisation; only an account for the whole city may go without.",
        ));
    }
    if city_wide && actor.scope != Scope::City {
        return Err(Error::forbidden());
    }
    if let Some(id) = org {
        crate::org::require_in_scope(db.conn(), &actor.scope, id).await?;
    }
    Ok(())
}

/// Opens the account `admin` when the platform has no account at all. Returns whether it did.
///
/// # Errors
/// `password-weak`
pub async fn ensure_administrator(db: &Db, password: &str, now: DateTime<Utc>) -> Result<bool> {
    if account::Entity::find().count(db.conn()).await.or_fail()? > 0 {
        return Ok(false);
    }
    let new = NewAccount {
        name: "admin".to_owned(),
        display_name: "系统管理员".to_owned(),
        password: password.to_owned(),
        must_change_password: true,
        org: None,
        city_wide: true,
        roles: vec![Role::Administrator],
    };
    create_account(db, &Actor::system(), new, now).await?;
    Ok(true)
}
