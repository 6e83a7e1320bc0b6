//! Samples of what the public sees (公示抽查).

use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{Actor, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::publication;
use super::entity::sample::{Column, Entity, Model};

/// Whether a day has been sampled.
///
/// # Errors
/// When the database fails.
pub(crate) async fn is_done(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<bool> {
    let sql = "select day from publication_sampled where day = $1";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [day.into()]);
    Ok(conn.query_one_raw(asked).await.or_fail()?.is_some())
}

/// Writes a day's samples.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put(conn: &impl ConnectionTrait, day: NaiveDate, rows: Vec<Model>) -> Result<()> {
    let sql = "insert into publication_sampled (day, records) values ($1, $2) on conflict (day) do nothing";
    let n = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let values = [day.into(), n.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values))
        .await
        .or_fail()?;
    for batch in rows.chunks(500) {
        let rows = batch.iter().map(|r| r.clone().into_active_model());
        Entity::insert_many(rows)
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The shown record whose public id follows a place; public ids are random, so places drawn at random draw records at
/// random.
///
/// # Errors
/// When the database fails.
pub(crate) async fn drawn(conn: &impl ConnectionTrait, place: Uuid) -> Result<Option<publication::Model>> {
    use publication::Column as C;
    let shown = publication::Entity::find().filter(C::Shown.eq(true)).order_by_asc(C::PublicId).limit(1);
    match shown.clone().filter(C::PublicId.gte(place)).one(conn).await.or_fail()? {
        Some(found) => Ok(Some(found)),
        None => shown.one(conn).await.or_fail(),
    }
}

/// Samples after one of them, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut asked = Entity::find();
    if let Some(after) = after {
        asked = asked.filter(Column::Id.gt(after));
    }
    asked.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

fn condition(actor: &Actor, faults_only: bool) -> Condition {
    let all = in_scope((Entity, Column::OrgId), &actor.scope);
    if faults_only { all.add(Column::Ok.eq(false)) } else { all }
}

/// Samples the actor may see, the newest first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    faults_only: bool,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(condition(actor, faults_only))
        .order_by_desc(Column::SampledAt)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count(conn: &impl ConnectionTrait, actor: &Actor, faults_only: bool) -> Result<u64> {
    Entity::find().filter(condition(actor, faults_only)).count(conn).await.or_fail()
}
