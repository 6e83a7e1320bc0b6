//! Writing what is published: every write moves the revision on and keeps the counts, in one transaction.

use std::collections::HashMap;

use kernel::{Result, SubmissionId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    Iterable as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement,
};
use store::{OrFail as _, Tx};
use uuid::Uuid;

use super::counts;
use super::entity::publication::{Column, Entity, Model};
use crate::model::publication::{Reason, State};

/// Rows written with one statement: below the limit of bound values of either database.
const BATCH: usize = 500;

/// The next revision. Whoever takes one keeps later writers waiting until it commits, so that revisions become visible in
/// their order and a reader that has seen one has seen all before it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn next_rev(tx: &Tx) -> Result<i64> {
    let sql = "update publication_clock set rev = rev + 1 where id = 1 returning rev";
    let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), sql)).await.or_fail()?;
    row.map_or(Ok(0), |r| r.try_get("", "rev").or_fail())
}

/// Numbers for new records, the first of `n` that follow one another.
///
/// # Errors
/// When the database fails.
pub(crate) async fn next_places(tx: &Tx, n: usize) -> Result<i64> {
    let n = i64::try_from(n).map_err(kernel::Error::internal)?;
    let sql = "update publication_clock set places = places + $1 where id = 1 returning places";
    let asked = Statement::from_sql_and_values(tx.get_database_backend(), sql, [n.into()]);
    let row = tx.query_one_raw(asked).await.or_fail()?;
    let last: i64 = row.map_or(Ok(n), |r| r.try_get("", "places").or_fail())?;
    Ok(last - n)
}

/// The revision reached.
///
/// # Errors
/// When the database fails.
pub(crate) async fn rev(conn: &impl ConnectionTrait) -> Result<i64> {
    let sql = "select rev from publication_clock where id = 1";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.or_fail()?;
    row.map_or(Ok(0), |r| r.try_get("", "rev").or_fail())
}

/// These records as they stand, by their ids.
///
/// # Errors
/// When the database fails.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let mut found = HashMap::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let rows =
            Entity::find().filter(Column::Id.is_in(batch.iter().copied())).all(conn).await.or_fail()?;
        found.extend(rows.into_iter().map(|r| (r.id, r)));
    }
    Ok(found)
}

/// Writes records, new or changed; `before` are the changed ones as they stood.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put(tx: &Tx, before: &HashMap<Uuid, Model>, rows: Vec<Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut deltas = counts::Deltas::default();
    for row in &rows {
        if let Some(old) = before.get(&row.id).filter(|o| o.shown) {
            deltas.add(old, -1);
        }
        if row.shown {
            deltas.add(row, 1);
        }
    }
    let again = OnConflict::column(Column::Id)
        .update_columns(
            Column::iter().filter(|c| !matches!(c, Column::Id | Column::PublicId | Column::Place)),
        )
        .to_owned();
    for batch in rows.chunks(BATCH) {
        let rows = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        Entity::insert_many(rows).on_conflict(again.clone()).exec_without_returning(tx).await.or_fail()?;
    }
    deltas.write(tx).await
}

/// Shown records whose last day is over.
///
/// # Errors
/// When the database fails.
pub(crate) async fn over(
    conn: &impl ConnectionTrait,
    today: chrono::NaiveDate,
    limit: u64,
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::Shown.eq(true))
        .filter(Column::Until.lt(today))
        .order_by_asc(Column::Until)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Records that are among others and not withdrawn, at most `limit`.
///
/// # Errors
/// When the database fails.
pub(crate) async fn not_withdrawn(
    conn: &impl ConnectionTrait,
    among: sea_orm::sea_query::SelectStatement,
    limit: u64,
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::Id.in_subquery(among))
        .filter(Column::State.ne(State::Withdrawn.name()))
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Records that were taken down for a reason and are not among some.
pub(crate) async fn withdrawn_but(
    conn: &impl ConnectionTrait,
    reason: Reason,
    among: sea_orm::sea_query::SelectStatement,
    limit: u64,
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::State.eq(State::Withdrawn.name()))
        .filter(Column::ReasonKind.eq(reason.name()))
        .filter(Column::Id.not_in_subquery(among))
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// The version up to which a table has been followed; 0 before the first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn followed(conn: &impl ConnectionTrait, resource: &str) -> Result<u64> {
    let sql = "select version from publication_followed where resource = $1";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [resource.into()]);
    let row = conn.query_one_raw(asked).await.or_fail()?;
    let version: i64 = row.map(|r| r.try_get("", "version")).transpose().or_fail()?.unwrap_or(0);
    Ok(u64::try_from(version).unwrap_or(0))
}

/// Writes down how far a table has been followed.
///
/// # Errors
/// When the database fails.
pub(crate) async fn set_followed(conn: &impl ConnectionTrait, resource: &str, version: u64) -> Result<()> {
    let version = i64::try_from(version).map_err(kernel::Error::internal)?;
    let sql = "insert into publication_followed (resource, version) values ($1, $2)
               on conflict (resource) do update set version = excluded.version";
    let values = [resource.into(), version.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values))
        .await
        .or_fail()?;
    Ok(())
}

/// Records made from a submission's rows, after one of them.
///
/// # Errors
/// When the database fails.
pub(crate) async fn of_submission(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut asked = Entity::find().filter(Column::SubmissionId.eq(submission.0));
    if let Some(after) = after {
        asked = asked.filter(Column::Id.gt(after));
    }
    asked.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}
