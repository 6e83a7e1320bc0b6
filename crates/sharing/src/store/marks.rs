//! Queries on the marks of records (标注).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kernel::Result;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::mark::{Column, Entity, Model};
use super::{instant, lines};
use crate::model::Mark;

/// Records asked for with one statement: below SQLite's limit of bound values.
const BATCH: usize = 500;

/// Marks of records; a record without one is left out.
pub(crate) type Marks = HashMap<Uuid, Mark>;

/// Gives a record a mark, or takes it off.
pub(crate) async fn set(
    conn: &impl ConnectionTrait,
    record: Uuid,
    mark: Option<Mark>,
    at: DateTime<Utc>,
) -> Result<()> {
    let Some(mark) = mark else {
        Entity::delete_by_id(record).exec(conn).await.or_fail()?;
        return Ok(());
    };
    let row = Model { record_id: record, mark: mark.name().to_owned(), at: instant(at) };
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(Column::RecordId).update_columns([Column::Mark, Column::At]).to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// The marks of some records: their own, else that of what they were made of by mappings.
pub(crate) async fn of(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Marks> {
    let mut marks = own(conn, records).await?;
    let sources: Vec<Uuid> = lines::sources(conn, records).await?.into_iter().collect();
    let inherited = own(conn, &sources).await?;
    if !inherited.is_empty() {
        let asked: HashSet<&Uuid> = records.iter().collect();
        for (source, mark) in inherited {
            let made = lines::with_offspring(conn, &[source]).await?;
            for record in made.into_iter().filter(|id| asked.contains(id)) {
                marks.entry(record).or_insert(mark);
            }
        }
    }
    Ok(marks)
}

/// The marks that records bear themselves.
pub(crate) async fn own(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Marks> {
    let mut marks = Marks::new();
    for batch in records.chunks(BATCH) {
        let found = Entity::find().filter(Column::RecordId.is_in(batch.iter().copied()));
        let found = found.all(conn).await.or_fail()?;
        marks.extend(found.into_iter().filter_map(|m| Some((m.record_id, Mark::of(&m.mark)?))));
    }
    Ok(marks)
}
