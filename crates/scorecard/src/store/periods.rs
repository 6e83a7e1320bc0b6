//! Periods and what departments object to.

use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{Actor, Error, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{objection, period};
use crate::model::PeriodState;

/// Longest list shown.
const MOST: u64 = 500;
/// Days by which periods of the same kind differ: months are of 28 to 31 days.
const ABOUT: i64 = 4;

/// All periods, newest first, without their figures.
pub(crate) async fn list(conn: &impl ConnectionTrait) -> Result<Vec<period::Model>> {
    period::Entity::find()
        .order_by_desc(period::Column::FromDay)
        .order_by_desc(period::Column::ToDay)
        .limit(MOST)
        .all(conn)
        .await
        .or_fail()
}

/// One period.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid) -> Result<period::Model> {
    period::Entity::find_by_id(id)
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这个考核周期", "period"))
}

/// The published period before a stretch of days, for movement: the nearest of about the same length, since a year is not compared with
/// a month.
pub(crate) async fn published_before(
    conn: &impl ConnectionTrait,
    span: crate::model::Span,
) -> Result<Option<period::Model>> {
    let length = (span.to - span.from).num_days();
    let all = period::Entity::find()
        .filter(period::Column::State.eq(PeriodState::Published.name()))
        .filter(period::Column::ToDay.lt(span.from))
        .order_by_desc(period::Column::FromDay)
        .order_by_desc(period::Column::ToDay)
        .limit(MOST)
        .all(conn)
        .await
        .or_fail()?;
    Ok(all.into_iter().find(|p| ((p.to_day - p.from_day).num_days() - length).abs() <= ABOUT))
}

/// The period of exactly these days.
pub(crate) async fn of_days(
    conn: &impl ConnectionTrait,
    span: crate::model::Span,
) -> Result<Option<period::Model>> {
    period::Entity::find()
        .filter(period::Column::FromDay.eq(span.from))
        .filter(period::Column::ToDay.eq(span.to))
        .one(conn)
        .await
        .or_fail()
}

/// Periods that have days of these: id, name and days, oldest first.
pub(crate) async fn overlapping(
    conn: &impl ConnectionTrait,
    span: crate::model::Span,
) -> Result<Vec<(Uuid, String, crate::model::Span)>> {
    let found: Vec<(Uuid, String, NaiveDate, NaiveDate)> = period::Entity::find()
        .select_only()
        .columns([period::Column::Id, period::Column::Name, period::Column::FromDay, period::Column::ToDay])
        .filter(period::Column::FromDay.lte(span.to))
        .filter(period::Column::ToDay.gte(span.from))
        .order_by_asc(period::Column::FromDay)
        .order_by_asc(period::Column::ToDay)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    let span = |from, to| crate::model::Span { from, to };
    Ok(found.into_iter().map(|(id, name, from, to)| (id, name, span(from, to))).collect())
}

/// Whether any draft has days of these.
pub(crate) async fn draft_within(conn: &impl ConnectionTrait, span: crate::model::Span) -> Result<bool> {
    let found = period::Entity::find()
        .filter(period::Column::State.eq(PeriodState::Draft.name()))
        .filter(period::Column::FromDay.lte(span.to))
        .filter(period::Column::ToDay.gte(span.from))
        .count(conn)
        .await
        .or_fail()?;
    Ok(found > 0)
}

/// Adds a period.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: period::Model) -> Result<()> {
    period::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Writes to a period that is a draft of the edition seen. Of two that try, one succeeds; what is published never changes.
///
/// # Errors
/// `period-moved`
pub(crate) async fn change_draft(
    conn: &impl ConnectionTrait,
    seen: &period::Model,
    mut change: period::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done =
        period::Entity::update_many().set(change).filter(still_draft(seen)).exec(conn).await.or_fail()?;
    only_one(&done, moved)
}

/// The period as it was seen, while it is a draft.
fn still_draft(seen: &period::Model) -> Condition {
    Condition::all()
        .add(period::Column::Id.eq(seen.id))
        .add(period::Column::State.eq(PeriodState::Draft.name()))
        .add(period::Column::Edition.eq(seen.edition))
}

fn moved() -> Error {
    Error::conflict(
        "period-moved",
        "这个考核周期刚刚变了或已经公布，请刷新页面再试。",
        "This period has just changed or is published. Reload the page and try again.",
    )
}

/// Removes a draft of the edition seen, with what was objected to it.
///
/// # Errors
/// `period-moved`
pub(crate) async fn discard_draft(conn: &impl ConnectionTrait, seen: &period::Model) -> Result<()> {
    objection::Entity::delete_many()
        .filter(objection::Column::PeriodId.eq(seen.id))
        .exec(conn)
        .await
        .or_fail()?;
    let done = period::Entity::delete_many().filter(still_draft(seen)).exec(conn).await.or_fail()?;
    if done.rows_affected == 1 { Ok(()) } else { Err(moved()) }
}

/// Adds an objection.
///
/// # Errors
/// `objection-known`
pub(crate) async fn object(conn: &impl ConnectionTrait, row: objection::Model) -> Result<()> {
    let same = objection::Entity::find()
        .filter(objection::Column::PeriodId.eq(row.period_id))
        .filter(objection::Column::OrgId.eq(row.org_id))
        .filter(objection::Column::Indicator.eq(&row.indicator))
        .filter(objection::Column::Reason.eq(&row.reason))
        .filter(objection::Column::State.eq("open"));
    if same.one(conn).await.or_fail()?.is_some() {
        return Err(Error::conflict(
            "objection-known",
            "同样的异议已经提出，正在等待答复，没有重复提交。",
            "The same objection has been made and waits for its answer; it was not made twice.",
        ));
    }
    objection::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Objections to a period that an actor may see, oldest first.
pub(crate) async fn objections(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    period: Uuid,
) -> Result<Vec<objection::Model>> {
    objection::Entity::find()
        .filter(objection::Column::PeriodId.eq(period))
        .filter(in_scope((objection::Entity, objection::Column::OrgId), &actor.scope))
        .order_by_asc(objection::Column::At)
        .order_by_asc(objection::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Whether any objection to a period waits for its answer.
pub(crate) async fn any_open(conn: &impl ConnectionTrait, period: Uuid) -> Result<bool> {
    let found = objection::Entity::find()
        .filter(objection::Column::PeriodId.eq(period))
        .filter(objection::Column::State.eq("open"))
        .one(conn)
        .await
        .or_fail()?;
    Ok(found.is_some())
}

/// One objection.
pub(crate) async fn objection(conn: &impl ConnectionTrait, id: Uuid) -> Result<objection::Model> {
    objection::Entity::find_by_id(id)
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这项异议", "objection"))
}

/// Answers an objection that is open.
///
/// # Errors
/// `objection-answered`
pub(crate) async fn answer(
    conn: &impl ConnectionTrait,
    id: Uuid,
    mut change: objection::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done = objection::Entity::update_many()
        .set(change)
        .filter(objection::Column::Id.eq(id))
        .filter(objection::Column::State.eq("open"))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, answered)
}

/// The objection has its answer.
pub(crate) fn answered() -> Error {
    Error::conflict(
        "objection-answered",
        "这项异议已经答复，请刷新页面。",
        "This objection has been answered already. Reload the page.",
    )
}
