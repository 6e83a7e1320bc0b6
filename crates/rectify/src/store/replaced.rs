//! Queries on records that tell of the same decision under another key (由更正后的记录代替).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{RecordId, Result, SubmissionId};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Statement, Value,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::attempt;
use super::entity::record::{Column, Entity, Model};
use super::records::{BATCH, instant};
use crate::model::threshold;

/// The records that share resource, department and document number with one of `ids`, these among them, where one of them never
/// passed, was sent back, or is one about which people decide; and those that one of `ids` replaced. A document may have thousands of
/// subjects; a number without a digit (空) tells no document from another.
///
/// `coalesce` keeps SQLite from the index of departments, by which it would read all their records for each number.
pub(crate) async fn families(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Model>> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let of = || Entity::find().filter(Column::Id.is_in(batch.iter().copied()));
        let numbers = of().select_only().column(Column::Number).distinct().into_tuple::<String>();
        let mut numbers = numbers.all(conn).await.or_fail()?;
        numbers.retain(|n| n.contains(|c: char| c.is_ascii_digit()));
        let sql = format!(
            "select r.* from (select g.* from (select distinct t.resource, t.org_id, t.number from record t
                where t.number in ({})) g
                where exists (select 1 from record o where o.number = g.number and o.resource = g.resource
                        and o.org_id = g.org_id and (o.first_valid_at is null or o.replaced_by is not null
                            or o.case_opened or o.same_as is not null))
                    or exists (select 1 from record d join returned x on x.record_id = d.id
                        where d.number = g.number and coalesce(d.org_id, d.org_id) = g.org_id)) h
             join record r on r.number = h.number and r.resource = h.resource and r.org_id = h.org_id",
            places(numbers.len(), 1)
        );
        if !numbers.is_empty() {
            let asked = Statement::from_sql_and_values(
                conn.get_database_backend(),
                sql,
                numbers.into_iter().map(Value::from),
            );
            found.extend(Entity::find().from_raw_sql(asked).all(conn).await.or_fail()?);
        }
        let replaced = Entity::find().filter(Column::ReplacedBy.is_in(batch.iter().copied()));
        found.extend(replaced.all(conn).await.or_fail()?);
    }
    found.sort_by_key(|r| r.id);
    found.dedup_by_key(|r| r.id);
    Ok(found)
}

fn places(n: usize, first: usize) -> String {
    (first..first + n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

/// The receipts of records that stand, valid or not, oldest first.
pub(crate) async fn standing(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<attempt::Model>>> {
    let mut found: HashMap<Uuid, Vec<attempt::Model>> = HashMap::new();
    for batch in ids.chunks(BATCH) {
        let rows = attempt::Entity::find()
            .filter(attempt::Column::RecordId.is_in(batch.iter().copied()))
            .filter(attempt::Column::GivenUp.eq(false));
        for row in rows.all(conn).await.or_fail()? {
            found.entry(row.record_id).or_default().push(row);
        }
    }
    for receipts in found.values_mut() {
        receipts.sort_by_key(|a| (a.at, a.valid));
    }
    Ok(found)
}

/// A day on which a record was sent back.
#[derive(Debug, FromQueryResult)]
struct SentBack {
    id: Uuid,
    returned_on: NaiveDate,
    received_at: DateTime<Utc>,
}

/// From when on a receipt is newer than what a superior sent back, of each record; also where it sent back what a mapping had made
/// of it. What was confirmed to be right as it stands is not meant.
///
/// `coalesce` as in [`families`].
pub(crate) async fn sent_back(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<DateTime<Utc>>>> {
    let mut found: HashMap<Uuid, Vec<DateTime<Utc>>> = HashMap::new();
    for batch in ids.chunks(BATCH) {
        let sql = format!(
            "select r.id, t.returned_on, t.received_at from record r
             join record d on d.number = r.number and coalesce(d.org_id, d.org_id) = r.org_id and (d.id = r.id or d.derived
                and d.resource <> r.resource and d.decision_date = r.decision_date and d.party_digest = r.party_digest)
             join returned t on t.record_id = d.id and t.state <> 'confirmed' where r.id in ({})",
            places(batch.len(), 1)
        );
        let values = batch.iter().map(|id| Value::from(*id));
        let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        for row in SentBack::find_by_statement(asked).all(conn).await.or_fail()? {
            found.entry(row.id).or_default().push(threshold(row.returned_on, row.received_at));
        }
    }
    Ok(found)
}

/// Writes that `by` replaced a record: what was received of it counts there.
pub(crate) async fn replace(
    conn: &impl ConnectionTrait,
    old: &Model,
    by: &Model,
    now: DateTime<Utc>,
) -> Result<()> {
    let none = || Expr::value(Option::<DateTime<Utc>>::None);
    Entity::update_many()
        .col_expr(Column::ReplacedBy, Expr::value(by.id))
        .col_expr(Column::ReplacementOpen, Expr::value(true))
        .col_expr(Column::FirstReceivedAt, none())
        .col_expr(Column::FirstValidAt, none())
        .col_expr(Column::Attempts, Expr::value(0_i64))
        .col_expr(Column::WithdrawnAt, Expr::value(old.withdrawn_at.unwrap_or_else(|| instant(now))))
        .filter(Column::Id.eq(old.id))
        .exec(conn)
        .await
        .or_fail()?;
    if old.expected_from.is_some() && by.expected_from.is_none() {
        expect(conn, by.id, (old.expected_from.clone(), old.expected_at)).await?;
    }
    Ok(())
}

/// Writes that a record is replaced no more. `by` is the record that had replaced it, where that is still there.
pub(crate) async fn restore(conn: &impl ConnectionTrait, old: &Model, by: Option<&Model>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ReplacedBy, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::ReplacementOpen, Expr::value(true))
        .col_expr(Column::WithdrawnAt, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(old.id))
        .exec(conn)
        .await
        .or_fail()?;
    match by.filter(|by| old.expected_from.is_some() && by.expected_at == old.expected_at) {
        Some(by) => expect(conn, by.id, (None, None)).await,
        None => Ok(()),
    }
}

async fn expect(
    conn: &impl ConnectionTrait,
    id: Uuid,
    (from, at): (Option<String>, Option<DateTime<Utc>>),
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ExpectedFrom, Expr::value(from))
        .col_expr(Column::ExpectedAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Wrong rows that a later receipt of the same decision overtook: their submission, their place in it, and the submission that did.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Overtaken {
    submission_id: Uuid,
    pub ordinal: i64,
    by: Uuid,
}

impl Overtaken {
    /// Whose row it is.
    pub(crate) const fn submission(&self) -> SubmissionId {
        SubmissionId(self.submission_id)
    }

    /// Whose row took its place.
    pub(crate) const fn by(&self) -> SubmissionId {
        SubmissionId(self.by)
    }
}

/// The wrong rows of records that a later valid receipt overtook, of the record itself or of the one that replaced it.
pub(crate) async fn overtaken(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Overtaken>> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        // Of several later ones any will do: the rows wait again with its withdrawal, and give way to the next.
        let sql = format!(
            "select a.submission_id, a.ordinal, v.submission_id as \"by\"
             from record_attempt a join record r on r.id = a.record_id
             join record_attempt v on v.record_id = coalesce(r.replaced_by, r.id)
             where a.record_id in ({}) and not a.valid and not a.given_up and a.ordinal is not null
                and v.valid and not v.given_up and v.at > a.at and v.submission_id <> a.submission_id
             order by a.submission_id, a.ordinal, v.at",
            places(batch.len(), 1)
        );
        let values = batch.iter().map(|id| Value::from(*id));
        let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        found.extend(Overtaken::find_by_statement(asked).all(conn).await.or_fail()?);
    }
    found.dedup_by_key(|o| (o.submission_id, o.ordinal));
    Ok(found)
}

/// Writes down whether people decide what becomes of a record.
pub(crate) async fn set_case_opened(conn: &impl ConnectionTrait, id: RecordId, opened: bool) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::CaseOpened, Expr::value(opened))
        .filter(Column::Id.eq(id.0))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Writes down of which record about which people decide a record is another one.
pub(crate) async fn set_same_as(conn: &impl ConnectionTrait, id: Uuid, of: Option<Uuid>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::SameAs, Expr::value(of))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Records of which it changed whether they are replaced, and whether they are now; at most `limit`.
pub(crate) async fn to_tell(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<(Uuid, bool)>> {
    // Spelt out, so that the index of these few is used.
    let open = Entity::find().filter(Expr::cust("replacement_open"));
    let rows = open.limit(limit).all(conn).await.or_fail()?;
    Ok(rows.into_iter().map(|r| (r.id, r.replaced_by.is_some())).collect())
}

/// Writes down that it was told of a record as it stood.
pub(crate) async fn told(conn: &impl ConnectionTrait, id: Uuid, replaced: bool) -> Result<()> {
    let as_told = match replaced {
        true => Column::ReplacedBy.is_not_null(),
        false => Column::ReplacedBy.is_null(),
    };
    Entity::update_many()
        .col_expr(Column::ReplacementOpen, Expr::value(false))
        .filter(Condition::all().add(Column::Id.eq(id)).add(as_told))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Which records replaced some others.
pub(crate) async fn replacing(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let mut found = HashMap::new();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<(Uuid, Option<Uuid>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::ReplacedBy])
            .filter(Column::Id.is_in(batch.iter().copied()))
            .filter(Column::ReplacedBy.is_not_null())
            .into_tuple()
            .all(conn)
            .await
            .or_fail()?;
        found.extend(rows.into_iter().filter_map(|(id, by)| Some((id, by?))));
    }
    Ok(found)
}

/// The records that one replaced.
pub(crate) async fn of(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<Model>> {
    Entity::find().filter(Column::ReplacedBy.eq(id.0)).order_by_asc(Column::Id).all(conn).await.or_fail()
}

/// A record of the same decision as an earlier one about which people decide.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Beside {
    pub id: Uuid,
    pub original: Uuid,
    pub decided: NaiveDate,
    pub original_decided: NaiveDate,
}

/// Records of the same decision as others about which people decide: those among `ids`, or those beside one of `ids`.
pub(crate) async fn same_as(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
    of_originals: bool,
) -> Result<Vec<Beside>> {
    let mut found = Vec::new();
    for batch in ids.chunks(BATCH) {
        let sql = format!(
            "select r.id, o.id as original, r.decision_date as decided, o.decision_date as original_decided
             from record r join record o on o.id = r.same_as where {} in ({}) order by r.id",
            if of_originals { "r.same_as" } else { "r.id" },
            places(batch.len(), 1)
        );
        let values = batch.iter().map(|id| Value::from(*id));
        let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        found.extend(Beside::find_by_statement(asked).all(conn).await.or_fail()?);
    }
    Ok(found)
}

/// The records of decisions that stand in an earlier record too.
pub(crate) async fn all_beside(conn: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    let find = Entity::find().select_only().column(Column::Id).filter(Column::SameAs.is_not_null());
    find.into_tuple().all(conn).await.or_fail()
}

/// The records of decisions that stand in an earlier record too, as a subquery.
#[must_use]
pub fn beside_an_earlier() -> SelectStatement {
    Query::select().column(Column::Id).from(Entity).and_where(Column::SameAs.is_not_null()).take()
}

/// What tells of a record, or of one that it replaced; `column` is the record's id.
pub(crate) fn is_or_was<C: ColumnTrait + Copy>(column: C, id: RecordId) -> Condition {
    let replaced = Entity::find().select_only().column(Column::Id).filter(Column::ReplacedBy.eq(id.0));
    Condition::any().add(column.eq(id.0)).add(column.in_subquery(replaced.into_query()))
}

/// The attempts of a record and of those it replaced, oldest first.
pub(crate) async fn attempts(conn: &impl ConnectionTrait, id: RecordId) -> Result<Vec<attempt::Model>> {
    attempt::Entity::find()
        .filter(is_or_was(attempt::Column::RecordId, id))
        .order_by_asc(attempt::Column::At)
        .order_by_asc(attempt::Column::Valid)
        .all(conn)
        .await
        .or_fail()
}
