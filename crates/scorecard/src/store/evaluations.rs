//! What outside evaluators found in the files of departments.

use chrono::{DateTime, Utc};
use identity::org::in_scope;
use kernel::{Actor, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::evaluation::{Column, Entity, Model};
use super::revoke;

/// A part of the list, newest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .order_by_desc(Column::OnDay)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Entries of the whole list.
pub(crate) async fn count(conn: &impl ConnectionTrait, actor: &Actor) -> Result<u64> {
    Entity::find().filter(in_scope((Entity, Column::OrgId), &actor.scope)).count(conn).await.or_fail()
}

/// At most `limit` evaluations that stand, after an id, in the order of ids.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut find = Entity::find().filter(Column::RevokedAt.is_null());
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

/// Whether the same evaluation stands already.
pub(crate) async fn is_known(conn: &impl ConnectionTrait, row: &Model) -> Result<bool> {
    let resource = match &row.resource {
        Some(code) => Column::Resource.eq(code),
        None => Column::Resource.is_null(),
    };
    let same = Entity::find()
        .filter(Column::OrgId.eq(row.org_id))
        .filter(resource)
        .filter(Column::OnDay.eq(row.on_day))
        .filter(Column::Evaluator.eq(&row.evaluator))
        .filter(Column::Sampled.eq(row.sampled))
        .filter(Column::Unreported.eq(row.unreported))
        .filter(Column::Note.eq(&row.note))
        .filter(Column::RevokedAt.is_null());
    Ok(same.count(conn).await.or_fail()? > 0)
}

/// Adds an evaluation.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// Takes an evaluation back.
///
/// # Errors
/// Not found where there is none that stands.
pub(crate) async fn revoke(conn: &impl ConnectionTrait, id: Uuid, by: (&str, DateTime<Utc>)) -> Result<()> {
    let columns = (Column::Id, Column::RevokedBy, Column::RevokedAt);
    revoke::revoke::<Entity>(conn, columns, id, by, ("这次抽查评估", "evaluation")).await
}
