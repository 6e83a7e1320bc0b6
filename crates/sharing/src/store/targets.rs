//! Queries on targets and what they take.

use kernel::{Error, Result};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{feed, target};

/// All targets by their code.
pub(crate) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<target::Model>> {
    target::Entity::find().order_by_asc(target::Column::Code).all(conn).await.or_fail()
}

/// One target.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid) -> Result<target::Model> {
    let found = target::Entity::find_by_id(id).one(conn).await.or_fail()?;
    found.ok_or_else(|| Error::not_found("这个共享对象", "target"))
}

/// What all targets take.
pub(crate) async fn feeds(conn: &impl ConnectionTrait) -> Result<Vec<feed::Model>> {
    feed::Entity::find().order_by_asc(feed::Column::Resource).all(conn).await.or_fail()
}

/// What a target takes of a resource.
pub(crate) async fn feed(
    conn: &impl ConnectionTrait,
    target: Uuid,
    resource: &str,
) -> Result<Option<feed::Model>> {
    feed::Entity::find_by_id((target, resource.to_owned())).one(conn).await.or_fail()
}

/// Adds a target with what it takes.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    row: target::Model,
    feeds: Vec<feed::Model>,
) -> Result<()> {
    target::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    add_feeds(conn, feeds).await
}

async fn add_feeds(conn: &impl ConnectionTrait, feeds: Vec<feed::Model>) -> Result<()> {
    if feeds.is_empty() {
        return Ok(());
    }
    let rows = feeds.into_iter().map(|f| f.into_active_model().reset_all());
    feed::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// Writes the columns set in `change`.
pub(crate) async fn update(
    conn: &impl ConnectionTrait,
    id: Uuid,
    mut change: target::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    target::Entity::update_many().set(change).filter(target::Column::Id.eq(id)).exec(conn).await.or_fail()?;
    Ok(())
}

/// What a target takes from now on: what it took before goes on from where it stood.
pub(crate) async fn set_feeds(conn: &impl ConnectionTrait, id: Uuid, wanted: Vec<feed::Model>) -> Result<()> {
    let before = feed::Entity::find().filter(feed::Column::TargetId.eq(id)).all(conn).await.or_fail()?;
    let gone: Vec<&str> = before
        .iter()
        .map(|f| f.resource.as_str())
        .filter(|r| !wanted.iter().any(|w| w.resource == *r))
        .collect();
    if !gone.is_empty() {
        feed::Entity::delete_many()
            .filter(feed::Column::TargetId.eq(id))
            .filter(feed::Column::Resource.is_in(gone))
            .exec(conn)
            .await
            .or_fail()?;
    }
    let new = wanted.into_iter().filter(|w| !before.iter().any(|b| b.resource == w.resource));
    add_feeds(conn, new.collect()).await
}

/// Remembers up to which version a table was delivered; false where it did not stand at the version before any more.
pub(crate) async fn set_followed(
    conn: &impl ConnectionTrait,
    id: Uuid,
    resource: &str,
    (before, version): (u64, u64),
) -> Result<bool> {
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    let done = feed::Entity::update_many()
        .set(feed::ActiveModel { followed: Set(count(version)?), ..Default::default() })
        .filter(feed::Column::TargetId.eq(id))
        .filter(feed::Column::Resource.eq(resource))
        .filter(feed::Column::Followed.eq(count(before)?))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}
