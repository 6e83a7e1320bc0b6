//! Workbooks that are made in the background.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, SubmissionId};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::data_export::{ActiveModel, Column, Entity, Model};
use crate::model::Wanted;

/// Most lines of the list.
const LISTED: u64 = 100;

/// Writes down what is wanted, and returns its id.
pub(crate) async fn add(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    wanted: &Wanted,
    (submission, rows): (Option<SubmissionId>, u64),
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    ActiveModel {
        id: Set(id),
        owner: Set(super::push_days::sender(actor)),
        resource: Set(wanted.resource.clone()),
        submission_id: Set(submission.map(|s| s.0)),
        name: Set(wanted.name.clone()),
        rows: Set(i64::try_from(rows).map_err(Error::internal)?),
        wanted: Set(serde_json::to_string(wanted).map_err(Error::internal)?),
        created_at: Set(now),
        finished_at: Set(None),
        size: Set(0),
    }
    .insert(conn)
    .await
    .or_fail()?;
    Ok(id)
}

/// One of them, whoever asked.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Entity::find_by_id(id).one(conn).await.or_fail()
}

/// One of the actor's own.
pub(crate) async fn of(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Option<Model>> {
    Entity::find_by_id(id).filter(Column::Owner.eq(super::push_days::sender(actor))).one(conn).await.or_fail()
}

/// The actor's own, newest first.
pub(crate) async fn list(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::Owner.eq(super::push_days::sender(actor)))
        .order_by_desc(Column::Id)
        .limit(LISTED)
        .all(conn)
        .await
        .or_fail()
}

/// Writes down that the file is there.
pub(crate) async fn finish(
    conn: &impl ConnectionTrait,
    id: Uuid,
    size: u64,
    now: DateTime<Utc>,
) -> Result<()> {
    let size = i64::try_from(size).map_err(Error::internal)?;
    Entity::update_many()
        .set(ActiveModel { finished_at: Set(Some(now)), size: Set(size), ..Default::default() })
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Those asked for before an instant.
pub(crate) async fn before(conn: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<Vec<Uuid>> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CreatedAt.lt(at))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// Forgets one.
pub(crate) async fn forget(conn: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(conn).await.or_fail()?;
    Ok(())
}
