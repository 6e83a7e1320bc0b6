//! Queries on pull sources and their runs. What a person sees is filtered in SQL by what the actor may see.

use chrono::{DateTime, SubsecRound as _, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{pull_run, pull_source};
use crate::model::{PullId, RunState};
use pull_source::{ActiveModel, Column, Entity, Model};

fn none() -> Error {
    Error::not_found("这个前置库", "pull source")
}

/// A source the actor may see.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: PullId) -> Result<Model> {
    Entity::find_by_id(id.0)
        .filter(in_scope(Column::OrgId, &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(none)
}

/// A source, for background work.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: PullId) -> Result<Option<Model>> {
    Entity::find_by_id(id.0).one(conn).await.or_fail()
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// `on`, `off` or `failing`; anything else is all.
    pub state: String,
    /// `name`, `last` or `next`.
    pub sort: String,
    pub descending: bool,
    pub offset: u64,
    pub limit: u64,
}

/// One page of sources and how many there are in all.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<(Vec<Model>, u64)> {
    let mut find = Entity::find().filter(in_scope(Column::OrgId, &actor.scope));
    find = match filter.state.as_str() {
        "on" => find.filter(Column::Enabled.eq(true)),
        "off" => find.filter(Column::Enabled.eq(false)),
        "failing" => find.filter(Column::Failures.gt(0)),
        _ => find,
    };
    let total = find.clone().count(conn).await.or_fail()?;
    let column = match filter.sort.as_str() {
        "last" => Column::LastAt,
        "next" => Column::NextAt,
        _ => Column::Name,
    };
    let order = if filter.descending { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    let rows = find
        .order_by(column, order)
        .order_by_asc(Column::Id)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(conn)
        .await
        .or_fail()?;
    Ok((rows, total))
}

/// Sources whose time has come and that are not being read.
pub(crate) async fn due(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::Enabled.eq(true))
        .filter(Column::NextAt.lte(now.trunc_subsecs(6)))
        .filter(Column::RunId.is_null())
        .order_by_asc(Column::NextAt)
        .limit(200)
        .all(conn)
        .await
        .or_fail()
}

/// Sources that are being read.
pub(crate) async fn running(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Entity::find().filter(Column::RunId.is_not_null()).all(conn).await.or_fail()
}

/// Adds a source.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    row.into_active_model().reset_all().insert(conn).await.or_fail()?;
    Ok(())
}

/// Removes a source and its runs.
pub(crate) async fn remove(conn: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(conn).await.or_fail()?;
    Ok(())
}

/// Writes `change` only if the source stands at `version` still, and counts the version up.
///
/// # Errors
/// `pull-changed` when somebody else changed it meanwhile.
pub(crate) async fn change(
    conn: &impl ConnectionTrait,
    id: Uuid,
    version: i64,
    mut change: ActiveModel,
    now: DateTime<Utc>,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    change.version = sea_orm::ActiveValue::Set(version + 1);
    change.updated_at = sea_orm::ActiveValue::Set(now.trunc_subsecs(6));
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || {
        Error::conflict(
            "pull-changed",
            "这个前置库的设置刚被改过，请刷新页面后再试；正在进行的抽取作废，下次按新设置读取。",
            "The settings of this source were changed just now. Reload the page and try again; a pull under way is dropped, and the next one goes by the new settings.",
        )
    })
}

/// Writes `change` whatever the version: for what a pull under way need not heed.
pub(crate) async fn set(
    conn: &impl ConnectionTrait,
    id: Uuid,
    mut change: ActiveModel,
    now: DateTime<Utc>,
) -> Result<()> {
    change.updated_at = sea_orm::ActiveValue::Set(now.trunc_subsecs(6));
    Entity::update_many().set(change).filter(Column::Id.eq(id)).exec(conn).await.or_fail()?;
    Ok(())
}

/// Takes the one place there is for a run. `false` when another run holds it.
pub(crate) async fn take_place(conn: &impl ConnectionTrait, source: Uuid, run: Uuid) -> Result<bool> {
    let change = ActiveModel { run_id: sea_orm::ActiveValue::Set(Some(run)), ..Default::default() };
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(source))
        .filter(Column::RunId.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}

/// Gives the place back. `false` when the run did not hold it.
pub(crate) async fn give_back(conn: &impl ConnectionTrait, source: Uuid, run: Uuid) -> Result<bool> {
    let change = ActiveModel { run_id: sea_orm::ActiveValue::Set(None), ..Default::default() };
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(source))
        .filter(Column::RunId.eq(run))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}

/// Writes down that a run began.
pub(crate) async fn insert_run(conn: &impl ConnectionTrait, row: pull_run::Model) -> Result<()> {
    row.into_active_model().reset_all().insert(conn).await.or_fail()?;
    Ok(())
}

/// Writes how a run ended.
pub(crate) async fn end_run(
    conn: &impl ConnectionTrait,
    run: Uuid,
    mut change: pull_run::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    pull_run::Entity::update_many()
        .set(change)
        .filter(pull_run::Column::Id.eq(run))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// One run.
pub(crate) async fn run(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<pull_run::Model>> {
    pull_run::Entity::find_by_id(id).one(conn).await.or_fail()
}

/// One page of the runs of a source, newest first, and how many there are.
pub(crate) async fn runs(
    conn: &impl ConnectionTrait,
    source: Uuid,
    offset: u64,
    limit: u64,
) -> Result<(Vec<pull_run::Model>, u64)> {
    let find = pull_run::Entity::find().filter(pull_run::Column::SourceId.eq(source));
    let total = find.clone().count(conn).await.or_fail()?;
    let rows = find
        .order_by_desc(pull_run::Column::BegunAt)
        .order_by_desc(pull_run::Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()?;
    Ok((rows, total))
}

/// Forgets runs before `before` that brought nothing; those that made a submission stay.
pub(crate) async fn forget_runs(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64> {
    let idle = [RunState::Nothing, RunState::Known, RunState::Failed].map(RunState::name);
    let gone = pull_run::Entity::delete_many()
        .filter(pull_run::Column::BegunAt.lt(before.trunc_subsecs(6)))
        .filter(pull_run::Column::State.is_in(idle))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(gone.rows_affected)
}
