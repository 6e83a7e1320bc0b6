//! Quashed decisions that must be taken down (待撤回).

use identity::org::in_scope;
use kernel::{Actor, RecordId, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;

use super::entity::recall::{Column, Entity, Model};

/// Writes one down.
///
/// # Errors
/// When the database fails.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// The open one of a record.
///
/// # Errors
/// When the database fails.
pub(crate) async fn open_of(conn: &impl ConnectionTrait, record: RecordId) -> Result<Option<Model>> {
    Entity::find()
        .filter(Column::RecordId.eq(record.0))
        .filter(Column::ClosedAt.is_null())
        .one(conn)
        .await
        .or_fail()
}

/// Open ones that must be done by a day, the earliest first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn due_by(
    conn: &impl ConnectionTrait,
    day: chrono::NaiveDate,
    limit: u64,
) -> Result<Vec<Model>> {
    let open = Entity::find().filter(Column::ClosedAt.is_null()).filter(Column::Due.lte(day));
    open.order_by_asc(Column::Due).order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

/// Closes what is open of a record.
///
/// # Errors
/// When the database fails.
pub(crate) async fn close(
    conn: &impl ConnectionTrait,
    record: RecordId,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ClosedAt, Expr::value(at))
        .filter(Column::RecordId.eq(record.0))
        .filter(Column::ClosedAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

fn condition(actor: &Actor, done: bool) -> Condition {
    let all = in_scope((Entity, Column::OrgId), &actor.scope);
    all.add(if done { Column::ClosedAt.is_not_null() } else { Column::ClosedAt.is_null() })
}

/// Those still to be done, the earliest limit first; or those done, the last first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    done: bool,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let asked = Entity::find().filter(condition(actor, done));
    let asked = if done { asked.order_by_desc(Column::ClosedAt) } else { asked.order_by_asc(Column::Due) };
    asked.order_by_asc(Column::Id).offset(offset).limit(limit).all(conn).await.or_fail()
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count(conn: &impl ConnectionTrait, actor: &Actor, done: bool) -> Result<u64> {
    Entity::find().filter(condition(actor, done)).count(conn).await.or_fail()
}
