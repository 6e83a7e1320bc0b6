//! Queries on records that a superior platform sent back. Lists are filtered in SQL by what the actor may see.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, IssueId, OrgId, RecordId, Result, Scope, SubmissionId};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use standards::fold::document_number;
use store::OrFail as _;
use uuid::Uuid;

use super::count;
use super::entity::{attempt, record, returned};
use super::records::instant;
use crate::model::ReturnState;
use returned::{ActiveModel, Column, Entity, Model};

/// Rows asked for or written with one statement: below SQLite's limit of bound values.
const BATCH: usize = 500;

/// Those that are neither corrected nor confirmed.
fn unsettled() -> Condition {
    Condition::all().add(Column::State.is_in([ReturnState::Open.name(), ReturnState::Asked.name()]))
}

/// Which of these are there already.
pub(crate) async fn known(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let ids = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(batch.iter().copied()))
            .into_tuple::<Uuid>()
            .all(conn)
            .await
            .or_fail()?;
        found.extend(ids);
    }
    Ok(found)
}

/// Adds rows; one that is there already stays.
pub(crate) async fn insert(conn: &impl ConnectionTrait, rows: &[Model]) -> Result<()> {
    for batch in rows.chunks(BATCH / 4) {
        let rows = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        Entity::insert_many(rows)
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Takes rows away.
pub(crate) async fn remove(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        Entity::delete_many().filter(Column::Id.is_in(batch.iter().copied())).exec(conn).await.or_fail()?;
    }
    Ok(())
}

/// Writes the columns set in `change` to rows that stand in one of `from`. Returns how many.
pub(crate) async fn change(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
    from: &[ReturnState],
    change: &ActiveModel,
) -> Result<u64> {
    let mut changed = 0;
    for batch in ids.chunks(BATCH) {
        let mut change = change.clone();
        change.id = sea_orm::ActiveValue::NotSet;
        changed += Entity::update_many()
            .set(change)
            .filter(Column::Id.is_in(batch.iter().copied()))
            .filter(Column::State.is_in(from.iter().map(|s| s.name())))
            .exec(conn)
            .await
            .or_fail()?
            .rows_affected;
    }
    Ok(changed)
}

/// The rows of some records that are not settled.
pub(crate) async fn open_of(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Vec<Model>> {
    let mut found = Vec::new();
    for batch in records.chunks(BATCH) {
        let of = Entity::find().filter(Column::RecordId.is_in(batch.iter().copied())).filter(unsettled());
        found.extend(of.all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// The valid receipts of some records that were not taken back, oldest first.
pub(crate) async fn receipts(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
) -> Result<HashMap<Uuid, Vec<attempt::Model>>> {
    let mut found: HashMap<Uuid, Vec<attempt::Model>> = HashMap::new();
    for batch in records.chunks(BATCH) {
        let rows = attempt::Entity::find()
            .filter(attempt::Column::RecordId.is_in(batch.iter().copied()))
            .filter(attempt::Column::Valid.eq(true))
            .filter(attempt::Column::GivenUp.eq(false))
            .order_by_asc(attempt::Column::At)
            .all(conn)
            .await
            .or_fail()?;
        for row in rows {
            found.entry(row.record_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// The rows a submission brought, or whose correction it brought.
pub(crate) async fn of_submission(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
    corrected: bool,
) -> Result<Vec<Model>> {
    let column = if corrected { Column::ClosedBy } else { Column::SubmissionId };
    Entity::find().filter(column.eq(submission.0)).all(conn).await.or_fail()
}

/// The rows of a record, newest first.
pub(crate) async fn of_record(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::RecordId.eq(id.0));
    of.order_by_desc(Column::ReturnedOn).order_by_asc(Column::Id).all(conn).await.or_fail()
}

/// Rows that wait and whose record is not known, after one of them.
pub(crate) async fn unknown(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut find = Entity::find()
        .filter(Column::RecordId.is_null())
        .filter(Column::State.eq(ReturnState::Open.name()))
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.all(conn).await.or_fail()
}

/// The resources and days of return of rows that have no deadline.
pub(crate) async fn without_due(conn: &impl ConnectionTrait) -> Result<Vec<(String, NaiveDate)>> {
    Entity::find()
        .select_only()
        .columns([Column::Resource, Column::ReturnedOn])
        .distinct()
        .filter(Column::Due.is_null())
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// Gives the rows of a resource and day of return that have no deadline theirs.
pub(crate) async fn set_due(
    conn: &impl ConnectionTrait,
    (resource, returned_on): (&str, NaiveDate),
    due: NaiveDate,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Due, Expr::value(due))
        .filter(Column::Due.is_null())
        .filter(Column::Resource.eq(resource))
        .filter(Column::ReturnedOn.eq(returned_on))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// The decisions with these document numbers, however they are written.
pub(crate) async fn by_documents(
    conn: &impl ConnectionTrait,
    documents: &[String],
) -> Result<Vec<record::Model>> {
    let mut found = Vec::new();
    for batch in documents.chunks(BATCH) {
        let numbers = batch.iter().map(|d| document_number(d).into_owned());
        let of = record::Entity::find()
            .filter(record::Column::Number.is_in(numbers))
            .filter(record::Column::ReplacedBy.is_null());
        found.extend(of.all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// What of one department, resource and day of return waits, of what came in a time.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Lot {
    pub org_id: Uuid,
    pub resource: String,
    pub returned_on: NaiveDate,
    pub due: Option<NaiveDate>,
    pub n: i64,
    /// Document number of one of them.
    pub example: String,
}

/// What waits of the rows that came from an instant until before another.
pub(crate) async fn lots(
    conn: &impl ConnectionTrait,
    (from, before): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Lot>> {
    Entity::find()
        .select_only()
        .columns([Column::OrgId, Column::Resource, Column::ReturnedOn])
        .column_as(Column::Due.min(), "due")
        .column_as(Column::Id.count(), "n")
        .column_as(Column::Document.min(), "example")
        .filter(Column::State.eq(ReturnState::Open.name()))
        .filter(Column::ReceivedAt.gte(instant(from)))
        .filter(Column::ReceivedAt.lt(instant(before)))
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .group_by(Column::ReturnedOn)
        .order_by_asc(Column::ReturnedOn)
        .into_model::<Lot>()
        .all(conn)
        .await
        .or_fail()
}

/// How an issue of records sent back stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Tally {
    pub rows: i64,
    pub open: i64,
    pub due: Option<NaiveDate>,
}

/// Counts the rows of an issue.
pub(crate) async fn tally(conn: &impl ConnectionTrait, issue: IssueId) -> Result<Tally> {
    let due = Expr::case(unsettled(), Expr::col((Entity, Column::Due))).finally(Option::<NaiveDate>::None);
    let found = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "rows")
        .column_as(count(unsettled()), "open")
        .column_as(Expr::expr(due).min(), "due")
        .filter(Column::IssueId.eq(issue.0))
        .into_model::<Tally>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(found.unwrap_or_default())
}

/// What is spoken of: one row, or all rows of an issue.
#[derive(Debug, Clone, Copy)]
pub(crate) enum These {
    One(Uuid),
    Issue(IssueId),
}

/// Rows the actor may see.
///
/// # Errors
/// Not found when there is none.
pub(crate) async fn these(conn: &impl ConnectionTrait, actor: &Actor, which: These) -> Result<Vec<Model>> {
    let named = match which {
        These::One(id) => Column::Id.eq(id),
        These::Issue(id) => Column::IssueId.eq(id.0),
    };
    let find = Entity::find().filter(named).filter(in_scope((Entity, Column::OrgId), &actor.scope));
    let rows = find.all(conn).await.or_fail()?;
    if rows.is_empty() {
        return Err(Error::not_found("这条省退回的记录", "record sent back"));
    }
    Ok(rows)
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// None for all.
    pub state: Option<ReturnState>,
    /// Only those that are neither corrected nor confirmed and past their day.
    pub overdue: bool,
    /// Only those whose record the platform does not know.
    pub unknown: bool,
    pub issue: Option<IssueId>,
    pub resource: Option<String>,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// Part of the document number, the subject's name or the superior's code.
    pub text: Option<String>,
    /// First and last day of return.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

fn overdue(today: NaiveDate) -> Condition {
    unsettled().add(Column::Due.lt(today))
}

fn condition(actor: &Actor, filter: &Filter, today: NaiveDate) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    if let Some(state) = filter.state {
        all = all.add(Column::State.eq(state.name()));
    }
    if filter.overdue {
        all = all.add(overdue(today));
    }
    if filter.unknown {
        all = all.add(Column::RecordId.is_null());
    }
    if let Some(issue) = filter.issue {
        all = all.add(Column::IssueId.eq(issue.0));
    }
    if let Some(resource) = &filter.resource {
        all = all.add(Column::Resource.eq(resource));
    }
    if let Some(org) = filter.org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        let any = Condition::any()
            .add(Column::Document.contains(text))
            .add(Column::Subject.contains(text))
            .add(Column::Code.eq(text));
        all = all.add(any);
    }
    if let Some(from) = filter.from {
        all = all.add(Column::ReturnedOn.gte(from));
    }
    if let Some(to) = filter.to {
        all = all.add(Column::ReturnedOn.lte(to));
    }
    all
}

/// By what the list is sorted: the day by which it must be settled first.
pub(crate) const SORTS: [&str; 3] = ["due", "returned", "document"];

/// A part of the list. What is settled stands after what waits.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
    (sort, descending): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let order = if descending { Order::Desc } else { Order::Asc };
    let find = Entity::find().filter(condition(actor, filter, today));
    let find = match sort {
        "returned" => find.order_by(Column::ReturnedOn, order),
        "document" => find.order_by(Column::Document, order),
        _ => find
            .order_by_asc(Column::ClosedAt.is_not_null())
            .order_by_asc(Column::Due.is_null())
            .order_by(Column::Due, order),
    };
    find.order_by_asc(Column::Id).offset(offset).limit(limit).all(conn).await.or_fail()
}

/// The list in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Counts {
    pub returned: i64,
    pub open: i64,
    pub asked: i64,
    pub corrected: i64,
    pub confirmed: i64,
    pub overdue: i64,
    pub unknown: i64,
}

impl Counts {
    /// 已整改确认: corrected or confirmed.
    pub(crate) const fn closed(&self) -> i64 {
        self.corrected + self.confirmed
    }
}

/// Counts the whole list.
pub(crate) async fn counts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
) -> Result<Counts> {
    let state = |s: ReturnState| count(Condition::all().add(Column::State.eq(s.name())));
    let found = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "returned")
        .column_as(state(ReturnState::Open), "open")
        .column_as(state(ReturnState::Asked), "asked")
        .column_as(state(ReturnState::Corrected), "corrected")
        .column_as(state(ReturnState::Confirmed), "confirmed")
        .column_as(count(overdue(today)), "overdue")
        .column_as(count(Condition::all().add(Column::RecordId.is_null())), "unknown")
        .filter(condition(actor, filter, today))
        .into_model::<Counts>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(found.unwrap_or_default())
}

/// Rows after one of them, by id, whoever may see them.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut find = Entity::find().order_by_asc(Column::Id).limit(limit);
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.all(conn).await.or_fail()
}

/// A row closed at a time, by the submission that corrected it where there is one.
pub(crate) fn closed(state: ReturnState, at: DateTime<Utc>, by: Option<SubmissionId>) -> ActiveModel {
    ActiveModel {
        state: Set(state.name().to_owned()),
        closed_at: Set(Some(instant(at))),
        closed_by: Set(by.map(|s| s.0)),
        ..Default::default()
    }
}
