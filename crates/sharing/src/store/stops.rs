//! Queries on records that are not shared (停止共享).

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::Result;
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::stopped::{Column, Entity, Model};
use super::entity::withheld;
use super::instant;
use crate::model::Stop;

/// Rows written with one statement: below SQLite's limit of bound values.
const BATCH: usize = 500;

/// Stops records for a reason. What is stopped for it already stays so.
pub(crate) async fn stop(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    kind: Stop,
    at: DateTime<Utc>,
) -> Result<()> {
    let row = |id: &Uuid| Model { record_id: *id, kind: kind.name().to_owned(), at: instant(at) };
    for batch in records.chunks(BATCH) {
        let row = |id: &Uuid| row(id).into_active_model().reset_all();
        Entity::insert_many(batch.iter().map(row))
            .on_conflict(OnConflict::columns([Column::RecordId, Column::Kind]).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// A reason for which records were stopped is over.
pub(crate) async fn go_again(conn: &impl ConnectionTrait, records: &[Uuid], kind: Stop) -> Result<()> {
    for batch in records.chunks(BATCH) {
        Entity::delete_many()
            .filter(Column::RecordId.is_in(batch.iter().copied()))
            .filter(Column::Kind.eq(kind.name()))
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Which of some records are stopped for one of some reasons.
pub(crate) async fn among(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    kinds: &[Stop],
) -> Result<HashSet<Uuid>> {
    let mut found = HashSet::new();
    for batch in records.chunks(BATCH) {
        let find = Entity::find()
            .select_only()
            .column(Column::RecordId)
            .filter(Column::RecordId.is_in(batch.iter().copied()))
            .filter(Column::Kind.is_in(kinds.iter().map(|k| k.name())));
        found.extend(find.into_tuple::<Uuid>().all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// The records that are stopped for a reason.
pub(crate) async fn of_kind(conn: &impl ConnectionTrait, kind: Stop) -> Result<HashSet<Uuid>> {
    let find = Entity::find().select_only().column(Column::RecordId).filter(Column::Kind.eq(kind.name()));
    Ok(find.into_tuple::<Uuid>().all(conn).await.or_fail()?.into_iter().collect())
}

/// Notes rows that targets are not given; of several of a record the newest.
pub(crate) async fn withhold(conn: &impl ConnectionTrait, rows: Vec<withheld::Model>) -> Result<()> {
    use withheld::Column;
    let key = [Column::RecordId, Column::TargetId];
    for batch in rows.chunks(BATCH / 5) {
        withheld::Entity::insert_many(batch.iter().map(|r| r.clone().into_active_model().reset_all()))
            .on_conflict(
                OnConflict::columns(key).update_columns([Column::OrgId, Column::SubmissionId]).to_owned(),
            )
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The rows of some records that targets were not given.
pub(crate) async fn withheld(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Vec<withheld::Model>> {
    let mut found = Vec::new();
    for batch in records.chunks(BATCH) {
        let rows = withheld::Entity::find()
            .filter(withheld::Column::RecordId.is_in(batch.iter().copied()))
            .order_by_asc(withheld::Column::RecordId)
            .order_by_asc(withheld::Column::TargetId);
        found.extend(rows.all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// Records go again: their rows are withheld no more.
pub(crate) async fn release(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<()> {
    for batch in records.chunks(BATCH) {
        withheld::Entity::delete_many()
            .filter(withheld::Column::RecordId.is_in(batch.iter().copied()))
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The records that mappings left out, as a subquery.
#[must_use]
pub fn left_out() -> SelectStatement {
    stopped(Stop::LeftOut)
}

/// The records that gave way to others, and what mappings made of them, as a subquery.
#[must_use]
pub fn gave_way() -> SelectStatement {
    stopped(Stop::Replaced)
}

fn stopped(kind: Stop) -> SelectStatement {
    Query::select().column(Column::RecordId).from(Entity).and_where(Column::Kind.eq(kind.name())).take()
}
