//! Tables and queries of identity.

pub mod entity;
pub mod lists;

use ::store::{Db, MigrationTrait, OrFail, sql_migration};
use chrono::{DateTime, Duration, SubsecRound, Utc};
use kernel::{Actor, CredentialId, OrgId, Result, Role, Scope, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use shell::Who;

use entity::{account, credential, org, role_grant};

sql_migration!(
    /// Organisations, accounts, roles, credentials.
    Identity0001,
    "identity_0001",
    "create table org (
        id {uuid} primary key,
        code text not null unique,
        name_zh text not null,
        name_en text not null,
        kind text not null,
        parent_id {uuid} references org (id),
        path text not null unique,
        valid_from date not null,
        valid_to date
    );
    create index org_parent on org (parent_id);
    create table account (
        id {uuid} primary key,
        name text not null unique,
        display_name text not null,
        password text not null,
        must_change_password boolean not null,
        org_id {uuid} references org (id),
        scope text not null check (scope in ('city', 'org')),
        disabled_at {time},
        created_at {time} not null,
        signed_in_at {time}
    );
    create index account_org on account (org_id);
    create table role_grant (
        account_id {uuid} not null references account (id) on delete cascade,
        role text not null,
        primary key (account_id, role)
    );
    create table credential (
        id {uuid} primary key,
        org_id {uuid} not null references org (id),
        label text not null,
        prefix text not null,
        digest text not null unique,
        created_by {uuid} not null references account (id),
        created_at {time} not null,
        last_used_at {time},
        revoked_at {time}
    );
    create index credential_org on credential (org_id);
    create index credential_created_by on credential (created_by)",
    "drop table credential; drop table role_grant; drop table account; drop table org"
);

/// The migrations of this crate, in order. They stand after those of `store` and `shell`.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Identity0001)]
}

/// The roles of an account; a stored name that is no longer known counts for nothing.
pub async fn roles(conn: &impl ConnectionTrait, account: UserId) -> Result<Vec<Role>> {
    let rows = role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.eq(account.0))
        .all(conn)
        .await
        .or_fail()?;
    let mut roles: Vec<Role> = rows.iter().filter_map(|r| r.role.parse().ok()).collect();
    roles.sort_unstable();
    Ok(roles)
}

pub async fn account(conn: &impl ConnectionTrait, id: UserId) -> Result<Option<account::Model>> {
    account::Entity::find_by_id(id.0).one(conn).await.or_fail()
}

pub async fn account_by_name(conn: &impl ConnectionTrait, name: &str) -> Result<Option<account::Model>> {
    account::Entity::find().filter(account::Column::Name.eq(name)).one(conn).await.or_fail()
}

/// The actor of an account that is not disabled.
pub async fn who_by_account(conn: &impl ConnectionTrait, id: UserId) -> Result<Option<Who>> {
    let Some(row) = account(conn, id).await? else { return Ok(None) };
    if row.disabled_at.is_some() {
        return Ok(None);
    }
    let roles = roles(conn, id).await?;
    Ok(actor(&row, roles).map(|actor| Who { actor, must_change_password: row.must_change_password }))
}

/// `None` for an account whose scope is an organisation it does not have: it may see nothing, so it cannot act.
pub fn actor(row: &account::Model, roles: Vec<Role>) -> Option<Actor> {
    let org = row.org_id.map(OrgId);
    let scope = match (row.scope.as_str(), org) {
        ("city", _) => Scope::City,
        (_, Some(org)) => Scope::Org(org),
        (_, None) => return None,
    };
    Some(Actor {
        user: Some(UserId(row.id)),
        credential: None,
        name: row.display_name.clone(),
        roles,
        scope,
        org,
    })
}

/// Hex digest under which a secret is stored.
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A credential acts as a data officer of its department.
pub async fn who_by_secret(db: &Db, secret: &str, now: DateTime<Utc>) -> Result<Option<Who>> {
    let found = credential::Entity::find()
        .filter(credential::Column::Digest.eq(digest(secret)))
        .filter(credential::Column::RevokedAt.is_null())
        .one(db.conn())
        .await
        .or_fail()?;
    let Some(row) = found else { return Ok(None) };
    let now = now.trunc_subsecs(6);
    // One write a minute is exact enough for "last used".
    if row.last_used_at.is_none_or(|at| now - at > Duration::minutes(1)) {
        credential::Entity::update_many()
            .col_expr(credential::Column::LastUsedAt, Expr::value(now))
            .filter(credential::Column::Id.eq(row.id))
            .exec(db.conn())
            .await
            .or_fail()?;
    }
    let org = org::Entity::find_by_id(row.org_id).one(db.conn()).await.or_fail()?;
    Ok(org.map(|org| Who {
        actor: Actor {
            user: None,
            credential: Some(CredentialId(row.id)),
            name: format!("{} · {}", org.name_zh, row.label),
            roles: vec![Role::DataOfficer, Role::Consumer],
            scope: Scope::Org(OrgId(org.id)),
            org: Some(OrgId(org.id)),
        },
        must_change_password: false,
    }))
}
