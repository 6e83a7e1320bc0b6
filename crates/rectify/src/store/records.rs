//! Queries on records. Lists are filtered in SQL by what the actor may see.

use std::collections::HashMap;

pub(crate) use ::store::instant;
use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, OrgId, RecordId, Result, Scope, SubmissionId};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement,
};
use standards::fold::document_number;
use store::OrFail as _;
use uuid::Uuid;

use super::count;
use super::entity::{looked, record};
use record::{Column, Entity, Model};

/// Rows written with one statement: below SQLite's limit of bound values.
pub(super) const BATCH: usize = 500;

/// Adds records, or brings the ones of the same id up to date in what names them. A list of expected decisions marks
/// them expected and leaves the names of those already received alone.
pub(crate) async fn upsert(conn: &impl ConnectionTrait, records: &[Model]) -> Result<()> {
    for batch in records.chunks(BATCH) {
        let expected = batch.first().is_some_and(|r| r.expected_from.is_some());
        let mut again = OnConflict::column(Column::Id);
        if expected {
            again
                .value(
                    Column::ExpectedFrom,
                    Expr::cust("coalesce(record.expected_from, excluded.expected_from)"),
                )
                .value(Column::ExpectedAt, Expr::cust("coalesce(record.expected_at, excluded.expected_at)"));
        } else {
            again.update_columns([Column::OrgId, Column::Number, Column::NameDigest, Column::PartyDigest]);
            again.update_columns([Column::Document, Column::Subject]);
        }
        let rows = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        Entity::insert_many(rows).on_conflict(again).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// Adds records that are not there yet.
pub(crate) async fn insert_new(conn: &impl ConnectionTrait, records: &[Model]) -> Result<()> {
    for batch in records.chunks(BATCH) {
        let rows = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        Entity::insert_many(rows)
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Writes when decisions were shown (the first time stays, and ends that they had been taken down) or taken down.
pub(crate) async fn set_publication(
    conn: &impl ConnectionTrait,
    marks: &[(RecordId, DateTime<Utc>)],
    shown: bool,
) -> Result<()> {
    let mut by_time: std::collections::BTreeMap<DateTime<Utc>, Vec<Uuid>> = std::collections::BTreeMap::new();
    for (id, at) in marks {
        by_time.entry(instant(*at)).or_default().push(id.0);
    }
    for (at, ids) in by_time {
        for batch in ids.chunks(BATCH) {
            let update = Entity::update_many().filter(Column::Id.is_in(batch.iter().copied()));
            let update = if shown {
                let first = Expr::col(Column::PublishedAt).if_null(at);
                update
                    .col_expr(Column::PublishedAt, first)
                    .col_expr(Column::WithdrawnAt, Expr::value(Option::<DateTime<Utc>>::None))
            } else {
                // What was taken back before it counted is expected again, not withdrawn.
                update
                    .filter(Column::FirstReceivedAt.is_not_null())
                    .col_expr(Column::WithdrawnAt, Expr::value(at))
            };
            update.exec(conn).await.or_fail()?;
        }
    }
    Ok(())
}

/// Records without a deadline, after one of them.
pub(crate) async fn without_deadline(
    conn: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut find = Entity::find().filter(Column::Deadline.is_null());
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    find.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()
}

/// Writes the deadline of records.
pub(crate) async fn set_deadline(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
    deadline: NaiveDate,
    ends_at: Option<DateTime<Utc>>,
) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        Entity::update_many()
            .col_expr(Column::Deadline, Expr::value(deadline))
            .col_expr(Column::DeadlineEndsAt, Expr::value(ends_at))
            .filter(Column::Id.is_in(batch.iter().copied()))
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The version up to which a table has been followed; 0 before the first.
pub(crate) async fn followed(conn: &impl ConnectionTrait, resource: &str) -> Result<u64> {
    let sql = "select version from followed where resource = $1";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [resource.into()]);
    let row = conn.query_one_raw(asked).await.or_fail()?;
    let version: i64 = row.map(|r| r.try_get("", "version")).transpose().or_fail()?.unwrap_or(0);
    Ok(u64::try_from(version).unwrap_or(0))
}

/// Writes down how far a table has been followed.
pub(crate) async fn set_followed(conn: &impl ConnectionTrait, resource: &str, version: u64) -> Result<()> {
    let version = i64::try_from(version).map_err(Error::internal)?;
    let sql = "insert into followed (resource, version) values ($1, $2)
               on conflict (resource) do update set version = excluded.version";
    let values = [resource.into(), version.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values))
        .await
        .or_fail()?;
    Ok(())
}

/// When the newest submission with wrong rows that was looked at had changed.
pub(crate) async fn looked_until(conn: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>> {
    looked::Entity::find()
        .select_only()
        .column_as(looked::Column::ChangedAt.max(), "changed_at")
        .into_tuple::<Option<DateTime<Utc>>>()
        .one(conn)
        .await
        .or_fail()
        .map(Option::flatten)
}

/// When these submissions had changed as they were last looked at.
pub(crate) async fn looked_at(
    conn: &impl ConnectionTrait,
    ids: impl Iterator<Item = SubmissionId>,
) -> Result<HashMap<Uuid, DateTime<Utc>>> {
    let found = looked::Entity::find().filter(looked::Column::SubmissionId.is_in(ids.map(|id| id.0)));
    Ok(found.all(conn).await.or_fail()?.into_iter().map(|l| (l.submission_id, l.changed_at)).collect())
}

/// Writes down how a submission stood as it was looked at.
pub(crate) async fn set_looked_at(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
    changed_at: DateTime<Utc>,
) -> Result<()> {
    let row = looked::Model { submission_id: submission.0, changed_at: instant(changed_at) };
    looked::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(looked::Column::SubmissionId)
                .update_column(looked::Column::ChangedAt)
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Which records by how they stand (时限状态).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Which {
    #[default]
    All,
    /// 待报: not valid yet, the deadline ahead or today.
    Due,
    /// 逾期: not valid, the deadline past.
    Overdue,
    /// 漏报: expected, never received, the deadline past.
    Missing,
    /// 迟报
    Late,
    /// 及时
    Timely,
    /// No working days published for the deadline.
    NoCalendar,
}

impl Which {
    /// In the order of the filter.
    pub(crate) const ALL: [Self; 7] =
        [Self::All, Self::Due, Self::Overdue, Self::Missing, Self::Late, Self::Timely, Self::NoCalendar];

    /// The name in an address, also the end of the key of its text.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Missing => "missing",
            Self::Late => "late",
            Self::Timely => "timely",
            Self::NoCalendar => "no-calendar",
        }
    }

    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|w| w.name() == name).unwrap_or_default()
    }

    pub(super) fn condition(self, today: NaiveDate) -> Condition {
        let open = Condition::all().add(Column::FirstValidAt.is_null()).add(Column::WithdrawnAt.is_null());
        let in_time =
            Expr::col((Entity, Column::FirstValidAt)).lt(Expr::col((Entity, Column::DeadlineEndsAt)));
        let valid =
            Condition::all().add(Column::FirstValidAt.is_not_null()).add(Column::Deadline.is_not_null());
        match self {
            Self::All => Condition::all(),
            Self::Due => open.add(Column::Deadline.gte(today)),
            Self::Overdue => open.add(Column::Deadline.lt(today)),
            Self::Missing => open.add(Column::Deadline.lt(today)).add(Column::FirstReceivedAt.is_null()),
            Self::Late => valid.add(in_time.not()),
            Self::Timely => valid.add(in_time),
            Self::NoCalendar => Condition::all().add(Column::Deadline.is_null()),
        }
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub which: Which,
    pub resource: Option<String>,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// Beginning of a document number or part of a subject's name.
    pub text: Option<String>,
    /// First and last day of decision.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

fn condition(actor: &Actor, filter: &Filter, today: NaiveDate) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope).add(filter.which.condition(today));
    all = all.add(Column::Derived.eq(false)).add(Column::ReplacedBy.is_null());
    if let Some(org) = filter.org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(resource) = &filter.resource {
        all = all.add(Column::Resource.eq(resource));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        all = all
            .add(Condition::any().add(Column::Document.contains(text)).add(Column::Subject.contains(text)));
    }
    if let Some(from) = filter.from {
        all = all.add(Column::DecisionDate.gte(from));
    }
    if let Some(to) = filter.to {
        all = all.add(Column::DecisionDate.lte(to));
    }
    all
}

/// By what a list is sorted: the deadline first by default.
pub(crate) const SORTS: [&str; 4] = ["deadline", "decided", "document", "attempts"];

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
        "decided" => Column::DecisionDate,
        "document" => Column::Document,
        "attempts" => Column::Attempts,
        _ => Column::Deadline,
    };
    Entity::find()
        .filter(condition(actor, filter, today))
        .order_by(column, if descending { Order::Desc } else { Order::Asc })
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// How many records stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Counts {
    pub records: i64,
    pub due_today: i64,
    pub due: i64,
    pub overdue: i64,
    pub missing: i64,
    pub late: i64,
    pub timely: i64,
    pub no_calendar: i64,
}

impl Counts {
    /// How many of them stand in one way.
    pub(crate) const fn of(&self, which: Which) -> i64 {
        match which {
            Which::All => self.records,
            Which::Due => self.due,
            Which::Overdue => self.overdue,
            Which::Missing => self.missing,
            Which::Late => self.late,
            Which::Timely => self.timely,
            Which::NoCalendar => self.no_calendar,
        }
    }
}

/// Counts the whole list.
pub(crate) async fn counts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
) -> Result<Counts> {
    let today_only = Which::Due.condition(today).add(Column::Deadline.eq(today));
    let found = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "records")
        .column_as(count(today_only), "due_today")
        .column_as(count(Which::Due.condition(today)), "due")
        .column_as(count(Which::Overdue.condition(today)), "overdue")
        .column_as(count(Which::Missing.condition(today)), "missing")
        .column_as(count(Which::Late.condition(today)), "late")
        .column_as(count(Which::Timely.condition(today)), "timely")
        .column_as(count(Which::NoCalendar.condition(today)), "no_calendar")
        .filter(condition(actor, filter, today))
        .into_model::<Counts>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(found.unwrap_or_default())
}

/// One record of a scope.
pub(crate) async fn find(conn: &impl ConnectionTrait, scope: &Scope, id: RecordId) -> Result<Option<Model>> {
    Entity::find_by_id(id.0).filter(in_scope((Entity, Column::OrgId), scope)).one(conn).await.or_fail()
}

/// Those of some records that a scope has.
pub(crate) async fn find_all(conn: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Model>> {
    let mut found = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let some = Entity::find().filter(Column::Id.is_in(batch.iter().copied()));
        found.extend(some.filter(in_scope((Entity, Column::OrgId), scope)).all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// Records with this document number, however it is written, the newest first.
pub(crate) async fn by_document(
    conn: &impl ConnectionTrait,
    document: &str,
    limit: u64,
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::Number.eq(document_number(document)))
        .filter(Column::ReplacedBy.is_null())
        .order_by_desc(Column::DecisionDate)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// One record the actor may see.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<Model> {
    find(conn, &actor.scope, id).await?.ok_or_else(|| Error::not_found("这条决定", "decision"))
}

/// A new record, before anything is known of its receipts.
pub(crate) fn begun(id: RecordId, resource: &str, org: OrgId, decision_date: NaiveDate) -> Model {
    Model {
        id: id.0,
        resource: resource.to_owned(),
        org_id: org.0,
        document: String::new(),
        subject: String::new(),
        number: String::new(),
        name_digest: String::new(),
        party_digest: String::new(),
        decision_date,
        deadline: None,
        deadline_ends_at: None,
        expected_from: None,
        expected_at: None,
        first_received_at: None,
        first_valid_at: None,
        attempts: 0,
        published_at: None,
        withdrawn_at: None,
        derived: false,
        replaced_by: None,
        replacement_open: false,
        case_opened: false,
        same_as: None,
    }
}
