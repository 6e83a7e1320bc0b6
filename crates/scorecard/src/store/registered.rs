//! Figures that the bureau enters.

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QueryResult, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::registered_figure::{Column, Entity, Model};
use super::revoke;

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub org: Option<Uuid>,
    pub indicator: Option<String>,
}

/// A figure, and the day from which a newer one of the same department and indicator takes its place.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    pub row: Model,
    pub until: Option<NaiveDate>,
}

impl FromQueryResult for Entered {
    fn from_query_result(found: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        Ok(Self { row: Model::from_query_result(found, prefix)?, until: found.try_get(prefix, "until_day")? })
    }
}

/// The day of the next figure that stands: of a later day, or of the same day and entered later.
const NEXT: &str = "(select min(newer.on_day) from registered_figure newer \
    where newer.org_id = registered_figure.org_id and newer.indicator = registered_figure.indicator and newer.revoked_at is null \
    and (newer.on_day, newer.at, newer.id) > (registered_figure.on_day, registered_figure.at, registered_figure.id))";

fn condition(actor: &Actor, filter: &Filter) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    if let Some(org) = filter.org {
        all = all.add(Column::OrgId.eq(org));
    }
    if let Some(indicator) = &filter.indicator {
        all = all.add(Column::Indicator.eq(indicator));
    }
    all
}

/// A part of the list, newest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    (offset, limit): (u64, u64),
) -> Result<Vec<Entered>> {
    Entity::find()
        .expr_as(Expr::cust(NEXT), "until_day")
        .filter(condition(actor, filter))
        .order_by_desc(Column::OnDay)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .into_model::<Entered>()
        .all(conn)
        .await
        .or_fail()
}

/// Entries of the whole list.
pub(crate) async fn count(conn: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64> {
    Entity::find().filter(condition(actor, filter)).count(conn).await.or_fail()
}

/// At most `limit` figures that stand, after an id, in the order of ids.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Entered>> {
    let mut find = Entity::find().expr_as(Expr::cust(NEXT), "until_day").filter(Column::RevokedAt.is_null());
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.order_by_asc(Column::Id).limit(limit).into_model::<Entered>().all(conn).await.or_fail()
}

/// Whether the same figure stands already.
pub(crate) async fn is_known(conn: &impl ConnectionTrait, row: &Model) -> Result<bool> {
    let same = Entity::find()
        .filter(Column::OrgId.eq(row.org_id))
        .filter(Column::Indicator.eq(&row.indicator))
        .filter(Column::OnDay.eq(row.on_day))
        .filter(Column::Whole.eq(row.whole))
        .filter(Column::Part.eq(row.part))
        .filter(Column::Basis.eq(&row.basis))
        .filter(Column::RevokedAt.is_null());
    Ok(same.count(conn).await.or_fail()? > 0)
}

/// Adds a figure.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// Takes a figure back.
///
/// # Errors
/// Not found where there is none that stands.
pub(crate) async fn revoke(conn: &impl ConnectionTrait, id: Uuid, by: (&str, DateTime<Utc>)) -> Result<()> {
    let columns = (Column::Id, Column::RevokedBy, Column::RevokedAt);
    revoke::revoke::<Entity>(conn, columns, id, by, ("这次登记", "registered figure")).await
}
