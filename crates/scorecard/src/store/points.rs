//! The points ledger.

use std::collections::HashSet;

use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{Actor, Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{appeal, point_entry};
use point_entry::{Column, Entity, Model};

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub org: Option<Uuid>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

fn condition(actor: &Actor, filter: &Filter) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    if let Some(org) = filter.org {
        all = all.add(Column::OrgId.eq(org));
    }
    if let Some(from) = filter.from {
        all = all.add(Column::OnDay.gte(from));
    }
    if let Some(to) = filter.to {
        all = all.add(Column::OnDay.lte(to));
    }
    all
}

/// A part of the ledger, newest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(condition(actor, filter))
        .order_by_desc(Column::OnDay)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Entries of the whole list.
pub(crate) async fn count(conn: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64> {
    Entity::find().filter(condition(actor, filter)).count(conn).await.or_fail()
}

/// The sum of one organisation.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Sum {
    pub org_id: Uuid,
    pub points: i64,
    pub entries: i64,
}

/// Sums by organisation, most points first.
pub(crate) async fn sums(conn: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<Vec<Sum>> {
    let points = Expr::col((Entity, Column::Points)).sum().cast_as("bigint");
    Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column_as(points.clone(), "points")
        .column_as(Column::Id.count(), "entries")
        .filter(condition(actor, filter))
        .group_by(Column::OrgId)
        .order_by_desc(points)
        .into_model::<Sum>()
        .all(conn)
        .await
        .or_fail()
}

/// One entry within the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Model> {
    Entity::find_by_id(id)
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这笔积分", "entry of the points ledger"))
}

/// Adds an entry.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// Whether the same stands in the ledger already: the same rule, day and words for the same department.
pub(crate) async fn is_known(conn: &impl ConnectionTrait, row: &Model) -> Result<bool> {
    let same = Entity::find()
        .filter(Column::OrgId.eq(row.org_id))
        .filter(Column::Rule.eq(&row.rule))
        .filter(Column::OnDay.eq(row.on_day))
        .filter(Column::Reason.eq(&row.reason))
        .filter(Column::Reverses.is_null());
    let ids: Vec<Uuid> = same.select_only().column(Column::Id).into_tuple().all(conn).await.or_fail()?;
    let taken_back = reversed(conn, &ids).await?;
    Ok(ids.iter().any(|id| !taken_back.contains(id)))
}

/// Which of some entries were taken back.
pub(crate) async fn reversed(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let found: Vec<Option<Uuid>> = Entity::find()
        .select_only()
        .column(Column::Reverses)
        .filter(Column::Reverses.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Ok(found.into_iter().flatten().collect())
}

/// Appeals against entries.
pub(crate) async fn appeals(conn: &impl ConnectionTrait, entries: &[Uuid]) -> Result<Vec<appeal::Model>> {
    appeal::Entity::find()
        .filter(appeal::Column::EntryId.is_in(entries.iter().copied()))
        .all(conn)
        .await
        .or_fail()
}

/// There is an appeal already.
pub(crate) fn appealed() -> Error {
    Error::conflict(
        "points-appealed",
        "这笔积分已有申诉，请在申诉中答复或等待答复。",
        "There is an appeal against this entry. Answer it there, or wait for its answer.",
    )
}

/// Adds an appeal; one for each entry.
///
/// # Errors
/// `points-appealed` where there is one.
pub(crate) async fn add_appeal(conn: &impl ConnectionTrait, row: appeal::Model) -> Result<()> {
    if !appeals(conn, &[row.entry_id]).await?.is_empty() {
        return Err(appealed());
    }
    appeal::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Answers the open appeal against an entry.
///
/// # Errors
/// Not found without an open appeal.
pub(crate) async fn answer(
    conn: &impl ConnectionTrait,
    entry: Uuid,
    mut change: appeal::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done = appeal::Entity::update_many()
        .set(change)
        .filter(appeal::Column::EntryId.eq(entry))
        .filter(appeal::Column::State.eq("open"))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || Error::not_found("待答复的申诉", "open appeal"))
}
