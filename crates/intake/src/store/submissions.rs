//! Queries on submissions. Every list and look-up for a person is filtered in SQL by what the actor may see.

use chrono::{DateTime, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, Result, SubmissionId};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, Order, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::submission::{ActiveModel, Column, Entity, Model};
use crate::model::State;

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<State>,
    pub resource: Option<String>,
    pub org: Option<Uuid>,
    /// Part of the file name.
    pub text: Option<String>,
    /// Only submissions with wrong rows open.
    pub open_only: bool,
    pub sort: Sort,
    pub descending: bool,
    /// From 0.
    pub page: u64,
    pub per_page: u64,
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    #[default]
    Created,
    File,
    Rows,
    Rejected,
    Open,
    State,
}

impl Sort {
    const fn column(self) -> Column {
        match self {
            Self::Created => Column::CreatedAt,
            Self::File => Column::FileName,
            Self::Rows => Column::RowsTotal,
            Self::Rejected => Column::RowsRejected,
            Self::Open => Column::RowsOpen,
            Self::State => Column::State,
        }
    }
}

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
    Entity::find().filter(Column::ParentId.eq(id.0)).order_by_asc(Column::Id).all(conn).await.or_fail()
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

/// One page of submissions and how many there are in all.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<(Vec<Model>, u64)> {
    let mut condition = in_scope(Column::OrgId, &actor.scope);
    if let Some(state) = filter.state {
        condition = condition.add(Column::State.eq(state.name()));
    }
    if let Some(resource) = &filter.resource {
        condition = condition.add(Column::Resource.eq(resource));
    }
    if let Some(org) = filter.org {
        condition = condition.add(Column::OrgId.eq(org));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        condition = condition.add(Column::FileName.contains(text));
    }
    if filter.open_only {
        condition = condition.add(Column::RowsOpen.gt(0));
    }
    let total = Entity::find().filter(condition.clone()).count(conn).await.or_fail()?;
    let order = if filter.descending { Order::Desc } else { Order::Asc };
    let rows = Entity::find()
        .filter(condition)
        .order_by(filter.sort.column(), order)
        .order_by_desc(Column::Id)
        .offset(filter.page * filter.per_page)
        .limit(filter.per_page)
        .all(conn)
        .await
        .or_fail()?;
    Ok((rows, total))
}

/// How many submissions stand in each state, of what the actor may see.
pub(crate) async fn count_by_state(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<(String, i64)>> {
    #[derive(FromQueryResult)]
    struct Row {
        state: String,
        n: i64,
    }
    let rows = Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "n")
        .filter(in_scope(Column::OrgId, &actor.scope))
        .group_by(Column::State)
        .into_model::<Row>()
        .all(conn)
        .await
        .or_fail()?;
    Ok(rows.into_iter().map(|r| (r.state, r.n)).collect())
}

/// Whether a submission is written down already.
pub(crate) async fn exists(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<bool> {
    Ok(Entity::find_by_id(id.0).count(conn).await.or_fail()? > 0)
}
