//! Queries on records that are not shared (停止共享).

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::Result;
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::stopped::{Column, Entity, Model};
use super::instant;

/// Rows written with one statement: below SQLite's limit of bound values.
const BATCH: usize = 500;

/// Stops records: left out by a mapping, or decided. What is stopped that way already stays so.
pub(crate) async fn stop(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    left_out: bool,
    at: DateTime<Utc>,
) -> Result<()> {
    for batch in records.chunks(BATCH) {
        let row =
            |id: &Uuid| Model { record_id: *id, left_out, at: instant(at) }.into_active_model().reset_all();
        Entity::insert_many(batch.iter().map(row))
            .on_conflict(OnConflict::columns([Column::RecordId, Column::LeftOut]).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Records are left out by their mapping no more, or what was decided of them is over.
pub(crate) async fn go_again(conn: &impl ConnectionTrait, records: &[Uuid], left_out: bool) -> Result<()> {
    for batch in records.chunks(BATCH) {
        Entity::delete_many()
            .filter(Column::RecordId.is_in(batch.iter().copied()))
            .filter(Column::LeftOut.eq(left_out))
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Which of some records are stopped, left out or decided or either.
pub(crate) async fn among(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    left_out: Option<bool>,
) -> Result<HashSet<Uuid>> {
    let mut found = HashSet::new();
    for batch in records.chunks(BATCH) {
        let mut find = Entity::find()
            .select_only()
            .column(Column::RecordId)
            .filter(Column::RecordId.is_in(batch.iter().copied()));
        if let Some(left_out) = left_out {
            find = find.filter(Column::LeftOut.eq(left_out));
        }
        found.extend(find.into_tuple::<Uuid>().all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// The records that mappings left out, as a subquery.
#[must_use]
pub fn left_out() -> SelectStatement {
    Query::select().column(Column::RecordId).from(Entity).and_where(Column::LeftOut.eq(true)).take()
}
