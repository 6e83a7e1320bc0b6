//! Queries on mappings: which are in use, what they made, and rows that wait for a person.

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, Result, SubmissionId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{held, produced, state};
use super::{count, sum};
use crate::model::HeldState;

/// Rows written with one statement: below SQLite's limit of bound values.
const BATCH: usize = 500;

/// Where all mappings stand that were ever switched on.
pub(crate) async fn states(conn: &impl ConnectionTrait) -> Result<Vec<state::Model>> {
    state::Entity::find().all(conn).await.or_fail()
}

/// Switches a mapping on or off. It goes on from what it followed before, or `again` from the first commit.
pub(crate) async fn set_enabled(
    conn: &impl ConnectionTrait,
    mapping: &str,
    (enabled, again, followed): (bool, bool, u64),
    (by, at): (&str, DateTime<Utc>),
) -> Result<()> {
    let row = state::Model {
        mapping: mapping.to_owned(),
        enabled,
        followed: i64::try_from(followed).map_err(Error::internal)?,
        by_name: by.to_owned(),
        at: super::instant(at),
    };
    let mut changed = vec![state::Column::Enabled, state::Column::ByName, state::Column::At];
    if again {
        changed.push(state::Column::Followed);
    }
    state::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::column(state::Column::Mapping).update_columns(changed).to_owned())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Remembers up to which version the source was mapped.
pub(crate) async fn set_followed(conn: &impl ConnectionTrait, mapping: &str, version: u64) -> Result<()> {
    let version = i64::try_from(version).map_err(Error::internal)?;
    state::Entity::update_many()
        .set(state::ActiveModel { followed: Set(version), ..Default::default() })
        .filter(state::Column::Mapping.eq(mapping))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Writes down what was made; what is there already stays.
pub(crate) async fn add_produced(conn: &impl ConnectionTrait, rows: &[produced::Model]) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        let rows = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        produced::Entity::insert_many(rows)
            .on_conflict(OnConflict::column(produced::Column::Id).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// What a mapping made that has not come to its end, oldest first.
pub(crate) async fn unfinished(conn: &impl ConnectionTrait, mapping: &str) -> Result<Vec<produced::Model>> {
    produced::Entity::find()
        .filter(produced::Column::Mapping.eq(mapping))
        .filter(produced::Column::Ended.eq(false))
        .order_by_asc(produced::Column::Version)
        .order_by_asc(produced::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// The latest version of the source that a mapping made something of.
pub(crate) async fn newest_version(conn: &impl ConnectionTrait, mapping: &str) -> Result<i64> {
    let newest = produced::Entity::find()
        .filter(produced::Column::Mapping.eq(mapping))
        .order_by_desc(produced::Column::Version)
        .one(conn)
        .await
        .or_fail()?;
    Ok(newest.map_or(0, |made| made.version))
}

/// Marks what was made as ended.
pub(crate) async fn end(conn: &impl ConnectionTrait, id: Uuid, note: &str) -> Result<()> {
    let change = produced::ActiveModel { ended: Set(true), note: Set(note.to_owned()), ..Default::default() };
    produced::Entity::update_many()
        .set(change)
        .filter(produced::Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// What a mapping made of a submission.
pub(crate) async fn made_of(
    conn: &impl ConnectionTrait,
    mapping: &str,
    source: SubmissionId,
) -> Result<Vec<produced::Model>> {
    produced::Entity::find()
        .filter(produced::Column::Mapping.eq(mapping))
        .filter(produced::Column::SourceId.eq(source.0))
        .all(conn)
        .await
        .or_fail()
}

/// What a mapping made last, of what the actor may see.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    mapping: &str,
    limit: u64,
) -> Result<Vec<produced::Model>> {
    produced::Entity::find()
        .filter(produced::Column::Mapping.eq(mapping))
        .filter(in_scope((produced::Entity, produced::Column::OrgId), &actor.scope))
        .order_by_desc(produced::Column::At)
        .order_by_desc(produced::Column::Version)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Figures of a mapping.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sums {
    pub mapping: String,
    pub made: i64,
    pub rows: i64,
    pub left_out: i64,
}

/// Figures of all mappings, over what the actor may see.
pub(crate) async fn sums(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Sums>> {
    let total = |c: produced::Column| sum(Expr::col((produced::Entity, c)));
    produced::Entity::find()
        .select_only()
        .column(produced::Column::Mapping)
        .column_as(produced::Column::Id.count(), "made")
        .column_as(total(produced::Column::RowsMade), "rows")
        .column_as(total(produced::Column::LeftOut), "left_out")
        .filter(in_scope((produced::Entity, produced::Column::OrgId), &actor.scope))
        .group_by(produced::Column::Mapping)
        .into_model()
        .all(conn)
        .await
        .or_fail()
}

/// Adds rows that wait for a person; one that is there already stays as it is.
pub(crate) async fn add_held(conn: &impl ConnectionTrait, rows: &[held::Model]) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        let rows = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        held::Entity::insert_many(rows)
            .on_conflict(OnConflict::column(held::Column::Id).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Rows that wait are overtaken: of the same records, what came with another submission counts now.
pub(crate) async fn overtake(
    conn: &impl ConnectionTrait,
    mapping: &str,
    records: &[Uuid],
    version: i64,
) -> Result<()> {
    for batch in records.chunks(BATCH) {
        let which = Condition::all()
            .add(held::Column::RecordId.is_in(batch.iter().copied()))
            .add(held::Column::Version.lt(version));
        give_up(conn, mapping, which).await?;
    }
    Ok(())
}

/// Rows that wait are gone with the submission that brought them.
pub(crate) async fn forget(conn: &impl ConnectionTrait, mapping: &str, source: SubmissionId) -> Result<()> {
    give_up(conn, mapping, Condition::all().add(held::Column::SourceId.eq(source.0))).await
}

async fn give_up(conn: &impl ConnectionTrait, mapping: &str, which: Condition) -> Result<()> {
    let change = held::ActiveModel { state: Set(HeldState::Gone.name().to_owned()), ..Default::default() };
    held::Entity::update_many()
        .set(change)
        .filter(held::Column::Mapping.eq(mapping))
        .filter(held::Column::State.eq(HeldState::Open.name()))
        .filter(which)
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// What waits for a department and was made by a mapping.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Waiting {
    pub org_id: Uuid,
    pub mapping: String,
    pub n: i64,
    pub since: DateTime<Utc>,
    pub due: Option<NaiveDate>,
    /// How many of them have no deadline yet.
    pub undated: i64,
}

/// What waits, by department and mapping.
pub(crate) async fn waiting(conn: &impl ConnectionTrait) -> Result<Vec<Waiting>> {
    held::Entity::find()
        .select_only()
        .columns([held::Column::OrgId, held::Column::Mapping])
        .column_as(held::Column::At.count(), "n")
        .column_as(held::Column::At.min(), "since")
        .column_as(held::Column::Due.min(), "due")
        .column_as(count(Condition::all().add(held::Column::Due.is_null())), "undated")
        .filter(held::Column::State.eq(HeldState::Open.name()))
        .group_by(held::Column::OrgId)
        .group_by(held::Column::Mapping)
        .into_model()
        .all(conn)
        .await
        .or_fail()
}

/// Rows of a mapping that wait without a deadline, by id.
pub(crate) async fn undated(
    conn: &impl ConnectionTrait,
    mapping: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<held::Model>> {
    let mut find = held::Entity::find()
        .filter(held::Column::State.eq(HeldState::Open.name()))
        .filter(held::Column::Mapping.eq(mapping))
        .filter(held::Column::Due.is_null());
    if let Some(after) = after {
        find = find.filter(held::Column::Id.gt(after));
    }
    find.order_by_asc(held::Column::Id).limit(limit).all(conn).await.or_fail()
}

/// Gives some rows their deadline.
pub(crate) async fn set_due(conn: &impl ConnectionTrait, ids: &[Uuid], due: NaiveDate) -> Result<()> {
    let change = held::ActiveModel { due: Set(Some(due)), ..Default::default() };
    held::Entity::update_many()
        .set(change)
        .filter(held::Column::Id.is_in(ids.iter().copied()))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Rows that wait, of what the actor may see: what is due first, then the longest waiting.
pub(crate) async fn held(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    mapping: Option<&str>,
    (offset, limit): (u64, u64),
) -> Result<(Vec<held::Model>, u64)> {
    use sea_orm::PaginatorTrait as _;
    let mut find = held::Entity::find()
        .filter(held::Column::State.eq(HeldState::Open.name()))
        .filter(in_scope((held::Entity, held::Column::OrgId), &actor.scope));
    if let Some(mapping) = mapping {
        find = find.filter(held::Column::Mapping.eq(mapping));
    }
    let total = find.clone().count(conn).await.or_fail()?;
    let find = find
        .order_by_asc(held::Column::Due.is_null())
        .order_by_asc(held::Column::Due)
        .order_by_asc(held::Column::At)
        .order_by_asc(held::Column::Id);
    Ok((find.offset(offset).limit(limit).all(conn).await.or_fail()?, total))
}

/// One row that the actor may see.
pub(crate) async fn get_held(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<held::Model> {
    held::Entity::find_by_id(id)
        .filter(in_scope((held::Entity, held::Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这一行", "row"))
}

/// Decides a row that waits. Of two that try, one succeeds.
pub(crate) async fn decide(
    conn: &impl ConnectionTrait,
    id: Uuid,
    mut change: held::ActiveModel,
) -> Result<bool> {
    change.id = NotSet;
    let done = held::Entity::update_many()
        .set(change)
        .filter(held::Column::Id.eq(id))
        .filter(held::Column::State.eq(HeldState::Open.name()))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}

/// Rows that wait, of these records.
pub(crate) async fn waiting_of(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Vec<held::Model>> {
    held::Entity::find()
        .filter(held::Column::RecordId.is_in(records.iter().copied()))
        .filter(held::Column::State.eq(HeldState::Open.name()))
        .all(conn)
        .await
        .or_fail()
}
