//! Queries on submissions. Every list and look-up for a person is filtered in SQL by what the actor may see.

use chrono::{DateTime, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, Result, SubmissionId};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::submission::{ActiveModel, Column, Entity, Model};
use crate::model::{State, Way};

/// A submission the actor may see.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: SubmissionId) -> Result<Model> {
    Entity::find_by_id(id.0)
        .filter(in_scope(Column::OrgId, &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这批数据", "submission"))
}

/// A submission, for background work.
pub(crate) async fn load(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Model> {
    Entity::find_by_id(id.0)
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这批数据", "submission"))
}

/// An earlier submission of the department with the same key.
pub(crate) async fn by_key(conn: &impl ConnectionTrait, org: Uuid, key: &str) -> Result<Option<Model>> {
    Entity::find()
        .filter(Column::OrgId.eq(org))
        .filter(Column::IdempotencyKey.eq(key))
        .one(conn)
        .await
        .or_fail()
}

/// The newest earlier submission of the same bytes by the department that was not turned away or taken back.
pub(crate) async fn same_bytes(
    conn: &impl ConnectionTrait,
    org: Uuid,
    digest: &str,
) -> Result<Option<Model>> {
    Entity::find()
        .filter(Column::OrgId.eq(org))
        .filter(Column::Digest.eq(digest))
        .filter(Column::ParentId.is_null())
        .filter(Column::State.is_not_in([State::Refused.name(), State::Withdrawn.name()]))
        .order_by_desc(Column::CreatedAt)
        .one(conn)
        .await
        .or_fail()
}

/// The submissions that brought mended rows of this one.
pub(crate) async fn children(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::ParentId.eq(id.0))
        .filter(Column::Way.eq(Way::Mend.name()))
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Adds a submission.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<Model> {
    let mut row = row.into_active_model();
    // Every column is set, also the ones that equal their default.
    row = row.reset_all();
    row.insert(conn).await.or_fail()
}

/// Writes the columns set in `change` and the time of change.
pub(crate) async fn update(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    mut change: ActiveModel,
    now: DateTime<Utc>,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    change.updated_at = Set(now);
    Entity::update_many().set(change).filter(Column::Id.eq(id.0)).exec(conn).await.or_fail()?;
    Ok(())
}

/// Moves a submission to `next`, only if it still stands where `from` says. Of two that try, one succeeds.
///
/// # Errors
/// `submission-state` when the step is not allowed, or somebody else moved it meanwhile.
pub(crate) async fn transition(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    from: State,
    next: State,
    mut change: ActiveModel,
    now: DateTime<Utc>,
) -> Result<()> {
    from.to(next)?;
    change.id = sea_orm::ActiveValue::NotSet;
    change.state = Set(next.name().to_owned());
    change.updated_at = Set(now);
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(from.name()))
        .exec(conn)
        .await
        .or_fail()?;
    if done.rows_affected == 1 {
        return Ok(());
    }
    let stands: State = load(conn, id).await?.state.parse()?;
    stands.to(next)?;
    Err(Error::conflict(
        "submission-moved",
        "这批数据刚被别人处理过，请刷新页面再试。",
        "Somebody else has just changed this submission. Reload the page and try again.",
    ))
}

/// Writes down what became of a push, announced before or not; false where that was done already.
pub(crate) async fn complete_push(conn: &impl ConnectionTrait, row: Model) -> Result<bool> {
    let id = row.id;
    if !exists(conn, SubmissionId(id)).await? {
        insert(conn, row).await?;
        return Ok(true);
    }
    let mut change = row.into_active_model().reset_all();
    change.id = sea_orm::ActiveValue::NotSet;
    // When it came stays as it was announced.
    change.created_at = sea_orm::ActiveValue::NotSet;
    change.day = sea_orm::ActiveValue::NotSet;
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .filter(Column::PushDayId.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}

/// Pushes that were announced before a time and of which nothing more was written down, the oldest first.
pub(crate) async fn cut_off(
    conn: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::State.eq(State::Landing.name()))
        .filter(Column::Way.eq(Way::Push.name()))
        .filter(Column::UpdatedAt.lt(before))
        .order_by_asc(Column::UpdatedAt)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Settles a push that was cut off; false where somebody completed it meanwhile.
pub(crate) async fn settle_push(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    mut change: ActiveModel,
    now: DateTime<Utc>,
) -> Result<bool> {
    change.updated_at = Set(now);
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(State::Landing.name()))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}

/// Whether a submission is written down already.
pub(crate) async fn exists(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<bool> {
    Ok(Entity::find_by_id(id.0).count(conn).await.or_fail()? > 0)
}
