//! Lists, filtered by scope in SQL.

use ::store::{Db, OrFail};
use kernel::{Error, Result, Role, Scope, UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::{account, credential, org, role_grant};
use crate::org::in_scope;

/// Which part of a list, in which order.
pub struct Slice<'a> {
    pub sort: &'a str,
    pub descending: bool,
    pub offset: u64,
    pub limit: u64,
}

const fn order(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

/// An account as the list shows it.
pub struct AccountLine {
    pub account: account::Model,
    pub roles: Vec<Role>,
    pub org: Option<org::Model>,
}

/// Accounts whose name or display name holds `text`; `state` is `active`, `disabled` or empty.
pub async fn accounts(
    db: &Db,
    scope: &Scope,
    text: &str,
    state: &str,
    slice: &Slice<'_>,
) -> Result<(Vec<AccountLine>, u64)> {
    let mut found =
        account::Entity::find().filter(in_scope((account::Entity, account::Column::OrgId), scope));
    if !text.is_empty() {
        found = found.filter(
            Condition::any()
                .add(account::Column::Name.contains(text.to_lowercase()))
                .add(account::Column::DisplayName.contains(text)),
        );
    }
    match state {
        "active" => found = found.filter(account::Column::DisabledAt.is_null()),
        "disabled" => found = found.filter(account::Column::DisabledAt.is_not_null()),
        _ => {}
    }
    let total = found.clone().count(db.conn()).await.or_fail()?;
    let column = match slice.sort {
        "signed-in" => account::Column::SignedInAt,
        "created" => account::Column::CreatedAt,
        _ => account::Column::Name,
    };
    let rows = found
        .find_also_related(org::Entity)
        .order_by(column, order(slice.descending))
        .order_by_asc(account::Column::Id)
        .offset(slice.offset)
        .limit(slice.limit)
        .all(db.conn())
        .await
        .or_fail()?;
    let ids: Vec<Uuid> = rows.iter().map(|(a, _)| a.id).collect();
    let grants = role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.is_in(ids))
        .order_by_asc(role_grant::Column::Role)
        .all(db.conn())
        .await
        .or_fail()?;
    let lines = rows
        .into_iter()
        .map(|(account, org)| AccountLine {
            roles: grants
                .iter()
                .filter(|g| g.account_id == account.id)
                .filter_map(|g| g.role.parse().ok())
                .collect(),
            account,
            org,
        })
        .collect();
    Ok((lines, total))
}

/// One account of the scope with its roles; not found outside.
pub async fn account(db: &Db, scope: &Scope, id: UserId) -> Result<(account::Model, Vec<Role>)> {
    let row = account::Entity::find_by_id(id.0)
        .filter(in_scope((account::Entity, account::Column::OrgId), scope))
        .one(db.conn())
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("账号", "account"))?;
    Ok((row, super::roles(db.conn(), id).await?))
}

/// How many accounts of the scope are active, and how many of those have never signed in.
pub async fn account_counts(db: &Db, scope: &Scope) -> Result<(u64, u64)> {
    let active = account::Entity::find()
        .filter(in_scope((account::Entity, account::Column::OrgId), scope))
        .filter(account::Column::DisabledAt.is_null());
    let never = active.clone().filter(account::Column::SignedInAt.is_null());
    Ok((active.count(db.conn()).await.or_fail()?, never.count(db.conn()).await.or_fail()?))
}

/// How many credentials of the scope are valid.
pub async fn credential_count(db: &Db, scope: &Scope) -> Result<u64> {
    credential::Entity::find()
        .filter(in_scope((credential::Entity, credential::Column::OrgId), scope))
        .filter(credential::Column::RevokedAt.is_null())
        .count(db.conn())
        .await
        .or_fail()
}

/// A credential as the list shows it.
pub struct CredentialLine {
    pub credential: credential::Model,
    pub org: Option<org::Model>,
}

/// Credentials of the departments in scope, the open ones first, then the newest.
pub async fn credentials(db: &Db, scope: &Scope, slice: &Slice<'_>) -> Result<(Vec<CredentialLine>, u64)> {
    let found =
        credential::Entity::find().filter(in_scope((credential::Entity, credential::Column::OrgId), scope));
    let total = found.clone().count(db.conn()).await.or_fail()?;
    let column = match slice.sort {
        "label" => credential::Column::Label,
        "last-used" => credential::Column::LastUsedAt,
        _ => credential::Column::CreatedAt,
    };
    let rows = found
        .find_also_related(org::Entity)
        .order_by(column, order(slice.descending))
        .order_by_asc(credential::Column::Id)
        .offset(slice.offset)
        .limit(slice.limit)
        .all(db.conn())
        .await
        .or_fail()?;
    Ok((rows.into_iter().map(|(credential, org)| CredentialLine { credential, org }).collect(), total))
}
