//! Queries on cases. Lists are filtered in SQL by what the actor may see.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, OrgId, RecordId, Result, Scope};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, SimpleExpr};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::file;
use crate::model::case::{Course, Kind, State};
use crate::store::instant;
use file::{ActiveModel, Column, Entity, Model};

impl Model {
    /// Its course, with the acknowledgements that are missing.
    pub(crate) fn course(&self, missing: u32) -> Result<Course> {
        Ok(Course {
            state: self.state.parse()?,
            pause: self.pause.as_deref().map(str::parse).transpose()?,
            asked: self.asked,
            extended: self.extended,
            carried_out: self.carried_out_at.is_some(),
            missing,
            rated: self.rating.is_some(),
        })
    }
}

/// Adds a case.
///
/// # Errors
/// Conflict when the form was sent before.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// The case made of a form.
pub(crate) async fn by_form(conn: &impl ConnectionTrait, form_key: &str) -> Result<Option<Model>> {
    Entity::find().filter(Column::FormKey.eq(form_key)).one(conn).await.or_fail()
}

/// The case of a code.
pub(crate) async fn by_code(conn: &impl ConnectionTrait, digest: &str) -> Result<Option<Model>> {
    Entity::find().filter(Column::CodeDigest.eq(digest)).one(conn).await.or_fail()
}

/// One case the actor may see.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Model> {
    Entity::find_by_id(id)
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这个办件", "case"))
}

/// One case, whoever asks: for background work.
pub(crate) async fn load(conn: &impl ConnectionTrait, id: Uuid) -> Result<Model> {
    let found = Entity::find_by_id(id).one(conn).await.or_fail()?;
    found.ok_or_else(|| Error::not_found("这个办件", "case"))
}

/// Cases on a record that nobody has decided yet.
pub(crate) async fn open_on(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::RecordId.eq(record.0))
        .filter(Column::State.is_in([State::Review.name(), State::Verify.name()]))
        .order_by_asc(Column::OpenedAt)
        .all(conn)
        .await
        .or_fail()
}

/// Ids of cases in some states, after one, in order.
pub(crate) async fn in_states(
    conn: &impl ConnectionTrait,
    states: &[State],
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut find = Entity::find().filter(Column::State.is_in(states.iter().map(|s| s.name())));
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

/// Cases that were closed since a time, and however long ago those among some and those on some records.
pub(crate) async fn closed(
    conn: &impl ConnectionTrait,
    since: DateTime<Utc>,
    (ids, records): (&[Uuid], &[Uuid]),
) -> Result<Vec<Model>> {
    let ids = ids.chunks(500).map(|part| Column::Id.is_in(part.iter().copied()));
    let records = records.chunks(500).map(|part| Column::RecordId.is_in(part.iter().copied()));
    let mut found: BTreeMap<Uuid, Model> = BTreeMap::new();
    for which in std::iter::once(Column::ClosedAt.gte(instant(since))).chain(ids).chain(records) {
        let find = Entity::find().filter(Column::State.eq(State::Done.name())).filter(which);
        found.extend(find.all(conn).await.or_fail()?.into_iter().map(|c| (c.id, c)));
    }
    Ok(found.into_values().collect())
}

/// Every case on a record.
pub(crate) async fn on_record(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<Model>> {
    Entity::find().filter(Column::RecordId.eq(record.0)).all(conn).await.or_fail()
}

/// Granted cases on some records, the first decided first.
pub(crate) async fn granted_on(conn: &impl ConnectionTrait, records: &[uuid::Uuid]) -> Result<Vec<Model>> {
    let mut found = Vec::new();
    for batch in records.chunks(500) {
        let rows = Entity::find()
            .filter(Column::RecordId.is_in(batch.iter().copied()))
            .filter(Column::State.is_in([State::Passed.name(), State::Done.name()]))
            .filter(Column::Outcome.is_not_null())
            .order_by_asc(Column::DecidedAt)
            .all(conn)
            .await
            .or_fail()?;
        found.extend(rows);
    }
    Ok(found)
}

/// Cases whose record does not bear its mark yet.
pub(crate) async fn unmarked(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::MarkedAt.is_null())
        .filter(Column::State.is_in([State::Review, State::Verify, State::Withdrawn].map(State::name)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Open cases without a last day, after one, in order.
pub(crate) async fn undated(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut find = Entity::find()
        .filter(Column::State.is_in([State::Review.name(), State::Verify.name()]))
        .filter(Column::Due.is_null());
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

/// Running cases whose desk is late, the latest last.
pub(crate) async fn overdue(conn: &impl ConnectionTrait, today: NaiveDate, limit: u64) -> Result<Vec<Model>> {
    let late = Entity::find().filter(Which::Overdue.condition(today));
    late.order_by_desc(Column::Due).order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

/// The record bears its mark.
pub(crate) async fn set_marked(
    conn: &impl ConnectionTrait,
    id: Uuid,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let change = ActiveModel { marked_at: sea_orm::ActiveValue::Set(Some(at)), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(id)).exec(conn).await.or_fail()?;
    Ok(())
}

/// Every case after one, in order, whatever its state.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    in_states(conn, State::ALL, after, limit).await
}

/// Writes the columns set in `change`, if the case still stands as it was read. Of two desks that act at once, one succeeds.
///
/// # Errors
/// `case-moved`
pub(crate) async fn update(
    conn: &impl ConnectionTrait,
    before: &Model,
    mut change: ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let mut find = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(before.id))
        .filter(Column::State.eq(&before.state))
        .filter(Column::Asked.eq(before.asked))
        .filter(Column::Extended.eq(before.extended));
    find = match &before.pause {
        Some(pause) => find.filter(Column::Pause.eq(pause)),
        None => find.filter(Column::Pause.is_null()),
    };
    let done = find.exec(conn).await.or_fail()?;
    only_one(&done, || {
        Error::conflict(
            "case-moved",
            "这个办件刚刚被别人办理过，请刷新页面再试。",
            "Somebody has just worked on this case. Reload the page and try again.",
        )
    })
}

/// Which cases by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Which {
    /// 在办: not decided yet.
    #[default]
    Open,
    /// 今天到期
    Today,
    /// 逾期
    Overdue,
    /// 暂停计时
    Paused,
    /// 待回执: decided, an acknowledgement is missing.
    Unacknowledged,
    /// 已办结
    Closed,
    /// 全部
    All,
}

impl Which {
    /// In the order of the filter.
    pub(crate) const ALL: [Self; 7] =
        [Self::Open, Self::Today, Self::Overdue, Self::Paused, Self::Unacknowledged, Self::Closed, Self::All];

    /// The name in an address, also the end of the key of its text.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Today => "today",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Unacknowledged => "unacknowledged",
            Self::Closed => "closed",
            Self::All => "all",
        }
    }

    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|w| w.name() == name).unwrap_or_default()
    }

    fn condition(self, today: NaiveDate) -> Condition {
        let within = |states: &[State]| Column::State.is_in(states.iter().map(|s| s.name()));
        let open = Condition::all().add(within(&[State::Review, State::Verify]));
        let running = open.clone().add(Column::Pause.is_null());
        match self {
            Self::Open => open,
            Self::Today => running.add(Column::Due.eq(today)),
            Self::Overdue => running.add(Column::Due.lt(today)),
            Self::Paused => open.add(Column::Pause.is_not_null()),
            Self::Unacknowledged => Condition::all().add(within(&[State::Passed, State::Failed])),
            Self::Closed => Condition::all().add(within(&[State::Done, State::Withdrawn])),
            Self::All => Condition::all(),
        }
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub which: Which,
    pub kind: Option<Kind>,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// Number of the case, document number, or part of the subject's name.
    pub text: Option<String>,
}

fn condition(actor: &Actor, filter: &Filter) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    if let Some(kind) = filter.kind {
        all = all.add(Column::Kind.eq(kind.name()));
    }
    if let Some(org) = filter.org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        let any = Condition::any()
            .add(Column::Number.contains(text.to_uppercase()))
            .add(Column::PaperNumber.eq(text))
            .add(Column::Document.contains(text))
            .add(Column::Subject.contains(text));
        all = all.add(any);
    }
    all
}

/// By what a list is sorted: the deadline first by default.
pub(crate) const SORTS: [&str; 3] = ["due", "opened", "number"];

/// A part of the list.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
    (sort, descending): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let column = match sort {
        "opened" => Column::OpenedAt,
        "number" => Column::Number,
        _ => Column::Due,
    };
    Entity::find()
        .filter(condition(actor, filter).add(filter.which.condition(today)))
        // What has no deadline stands last, on either database.
        .order_by_asc(Expr::expr(Expr::case(Column::Due.is_null(), 1).finally(0)))
        .order_by(column, if descending { Order::Desc } else { Order::Asc })
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// How many cases stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Counts {
    pub all: i64,
    pub open: i64,
    pub today: i64,
    pub overdue: i64,
    pub paused: i64,
    pub unacknowledged: i64,
    pub closed: i64,
}

impl Counts {
    /// How many stand in one way.
    pub(crate) const fn of(&self, which: Which) -> i64 {
        match which {
            Which::All => self.all,
            Which::Open => self.open,
            Which::Today => self.today,
            Which::Overdue => self.overdue,
            Which::Paused => self.paused,
            Which::Unacknowledged => self.unacknowledged,
            Which::Closed => self.closed,
        }
    }
}

fn count(which: Condition) -> SimpleExpr {
    let ones = Expr::expr(Expr::case(which, 1).finally(0)).sum();
    Func::coalesce([ones, Expr::val(0)]).cast_as("bigint")
}

/// Counts the list whichever way its cases stand.
pub(crate) async fn counts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
) -> Result<Counts> {
    let of = |which: Which| count(which.condition(today));
    let found = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "all")
        .column_as(of(Which::Open), "open")
        .column_as(of(Which::Today), "today")
        .column_as(of(Which::Overdue), "overdue")
        .column_as(of(Which::Paused), "paused")
        .column_as(of(Which::Unacknowledged), "unacknowledged")
        .column_as(of(Which::Closed), "closed")
        .filter(condition(actor, filter))
        .into_model::<Counts>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(found.unwrap_or_default())
}
