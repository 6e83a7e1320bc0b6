//! Queries on local overrides of rules.

use ::store::OrFail;
use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, OrgId, Result, Scope};
use lake::check::{Change, Override};
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder,
};
use uuid::Uuid;

pub use super::entity::rule_override::{ActiveModel, Column, Entity, Model};
use super::entity::rule_override_step as step;

/// How far down the tree an override begins: the nearer one goes before the general one.
const NEARNESS: &str = "coalesce((select length(o.path) from org o where o.id = rule_override.org_id), 0)";

/// The overrides in force for an organisation's rows of a resource on a day, the nearest first and the newest before the
/// older, in one query.
///
/// # Errors
/// When the database cannot be read.
pub async fn in_force(
    conn: &impl ConnectionTrait,
    resource: &str,
    org: OrgId,
    day: NaiveDate,
) -> Result<Vec<Override>> {
    let rows = Entity::find()
        .filter(Column::Resource.eq(resource))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresOn.gte(day))
        .filter(Condition::any().add(Column::OrgId.is_null()).add(Column::OrgId.in_subquery(above(org))))
        .order_by_desc(Expr::cust(NEARNESS))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    rows.iter().map(Model::as_override).collect()
}

/// An organisation and all above it.
fn above(org: OrgId) -> SelectStatement {
    Query::select()
        .column(("top", "id"))
        .from_as("org", "top")
        .join_as(JoinType::InnerJoin, "org", "own", Expr::cust("own.path like top.path || '%'"))
        .and_where(Expr::col(("own", "id")).eq(org.0))
        .take()
}

/// The overrides an actor may see: those of the city, of its own organisations, and of those above them.
fn visible(scope: &Scope) -> Condition {
    match scope {
        Scope::City => Condition::all(),
        Scope::Org(org) => Condition::any()
            .add(Column::OrgId.is_null())
            .add(Column::OrgId.in_subquery(above(*org)))
            .add(in_scope((Entity, Column::OrgId), scope)),
    }
}

/// All overrides the actor may see, of one resource or of all, newest first.
pub async fn list(conn: &impl ConnectionTrait, actor: &Actor, resource: Option<&str>) -> Result<Vec<Model>> {
    let mut find = Entity::find().filter(visible(&actor.scope));
    if let Some(resource) = resource {
        find = find.filter(Column::Resource.eq(resource));
    }
    find.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(conn).await.or_fail()
}

/// One override, if the actor may change it: one for the city wants a city-wide scope.
pub async fn changeable(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Model> {
    let missing = || Error::not_found("本地规则调整", "local override");
    let row = Entity::find_by_id(id)
        .filter(visible(&actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(missing)?;
    match row.org_id {
        Some(org) => identity::org::require_in_scope(conn, &actor.scope, OrgId(org))
            .await
            .map(|_| row)
            .map_err(|_| Error::forbidden()),
        None if actor.scope == Scope::City => Ok(row),
        None => Err(Error::forbidden()),
    }
}

/// One in force for the same check and the same organisation.
pub async fn same(
    conn: &impl ConnectionTrait,
    resource: &str,
    rule: &str,
    org: Option<OrgId>,
    day: NaiveDate,
) -> Result<Option<Model>> {
    let org = match org {
        Some(org) => Column::OrgId.eq(org.0),
        None => Column::OrgId.is_null(),
    };
    Entity::find()
        .filter(Column::Resource.eq(resource))
        .filter(Column::Rule.eq(rule))
        .filter(org)
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresOn.gte(day))
        .one(conn)
        .await
        .or_fail()
}

/// Writes down what was done.
pub async fn add_step(
    conn: &impl ConnectionTrait,
    of: &Model,
    verb: &str,
    actor: &Actor,
    note: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    step::ActiveModel {
        id: Set(Uuid::now_v7()),
        override_id: Set(of.id),
        verb: Set(verb.to_owned()),
        actor: Set(actor.name.clone()),
        at: Set(at),
        expires_on: Set(of.expires_on),
        note: Set(note.to_owned()),
    }
    .insert(conn)
    .await
    .or_fail()?;
    Ok(())
}

/// How many steps there are.
pub async fn count_steps(conn: &impl ConnectionTrait) -> Result<u64> {
    step::Entity::find().count(conn).await.or_fail()
}

/// The steps of some overrides, oldest first.
pub async fn steps(conn: &impl ConnectionTrait, of: &[Model]) -> Result<Vec<step::Model>> {
    step::Entity::find()
        .filter(step::Column::OverrideId.is_in(of.iter().map(|o| o.id)))
        .order_by_asc(step::Column::At)
        .order_by_asc(step::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

impl Model {
    /// Its number as people and rule sets write it: the last eight digits of the id.
    #[must_use]
    pub fn number(&self) -> String {
        let id = self.id.simple().to_string();
        id.get(24..).unwrap_or_default().to_owned()
    }

    /// What it changes.
    ///
    /// # Errors
    /// Internal when the stored text cannot be read.
    pub fn change(&self) -> Result<Change> {
        serde_json::from_str(&self.change).map_err(Error::internal)
    }

    /// Whether it applies on a day.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.revoked_at.is_none() && day <= self.expires_on
    }

    /// As the checker takes it.
    ///
    /// # Errors
    /// Internal when the stored change cannot be read.
    pub fn as_override(&self) -> Result<Override> {
        Ok(Override {
            id: self.number(),
            rule: self.rule.clone(),
            change: self.change()?,
            reason: self.reason.clone(),
            author: self.author.clone(),
            expires: Some(self.expires_on),
        })
    }
}
