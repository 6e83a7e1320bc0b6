//! Days of pushes: what one sender pushed into one resource on one day, counted as it comes.

use kernel::{Actor, Error, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::submission::Model;
use crate::model::State;

/// What a day counts of its pushes.
const COUNTS: [&str; 10] = [
    "rows_total",
    "rows_passed",
    "rows_warned",
    "rows_rejected",
    "rows_landed",
    "rows_open",
    "rows_updated",
    "rows_unlinked",
    "items_required",
    "items_given",
];

/// Who pushes: the credential, or the person; names may be given twice.
pub(crate) fn sender(actor: &Actor) -> String {
    match (actor.credential, actor.user) {
        (Some(credential), _) => credential.to_string(),
        (None, Some(user)) => user.to_string(),
        (None, None) => actor.name.clone(),
    }
}

/// Adds a push to its day and returns the day's id. The first of a day makes it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn add(conn: &impl ConnectionTrait, sender: &str, push: &Model) -> Result<Uuid> {
    let counts = [
        push.rows_total,
        push.rows_passed,
        push.rows_warned,
        push.rows_rejected,
        push.rows_landed,
        push.rows_open,
        push.rows_updated,
        push.rows_unlinked,
        push.items_required,
        push.items_given,
    ];
    let mut values: Vec<Value> = vec![
        Uuid::now_v7().into(),
        push.org_id.into(),
        push.resource.clone().into(),
        push.day.clone().into(),
        sender.into(),
        push.created_by.clone().into(),
        push.created_at.into(),
    ];
    values.extend(counts.map(Value::from));
    let row = conn
        .query_one_raw(Statement::from_sql_and_values(
            conn.get_database_backend(),
            "insert into push_day (id, org_id, resource, day, sender, created_by, first_at, last_at, pushes,
                rows_total, rows_passed, rows_warned, rows_rejected, rows_landed, rows_open, rows_updated, rows_unlinked, items_required, items_given)
             values ($1, $2, $3, $4, $5, $6, $7, $7, 1, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             on conflict (org_id, resource, day, sender) do update set
                last_at = excluded.last_at, pushes = push_day.pushes + 1,
                rows_total = push_day.rows_total + excluded.rows_total,
                rows_passed = push_day.rows_passed + excluded.rows_passed,
                rows_warned = push_day.rows_warned + excluded.rows_warned,
                rows_rejected = push_day.rows_rejected + excluded.rows_rejected,
                rows_landed = push_day.rows_landed + excluded.rows_landed,
                rows_open = push_day.rows_open + excluded.rows_open,
                rows_updated = push_day.rows_updated + excluded.rows_updated,
                rows_unlinked = push_day.rows_unlinked + excluded.rows_unlinked,
                items_required = push_day.items_required + excluded.items_required,
                items_given = push_day.items_given + excluded.items_given
             returning id",
            values,
        ))
        .await
        .or_fail()?
        .ok_or_else(|| Error::internal("no day of pushes"))?;
    row.try_get("", "id").or_fail()
}

/// Counts a day anew from its pushes that were not withdrawn. How many pushes came stays.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn recount(conn: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    // First the day is taken hold of: a push that comes at this moment is counted before or after, never lost.
    let hold = "update push_day set pushes = pushes where id = $1";
    let sums = COUNTS.map(|c| format!("{c} = t.{c}")).join(", ");
    let of = COUNTS.map(|c| format!("cast(coalesce(sum({c}), 0) as bigint) as {c}")).join(", ");
    let count = format!(
        "update push_day set {sums} from (select {of} from submission
            where push_day_id = $1 and state <> '{}') as t where push_day.id = $1",
        State::Withdrawn.name()
    );
    for sql in [hold, &count] {
        let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [id.into()]);
        conn.execute_raw(asked).await.or_fail()?;
    }
    Ok(())
}

/// Brings the number of open rows of a day up to date after one of its pushes was mended.
pub(crate) async fn recount_open(conn: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    conn.execute_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        "update push_day set rows_open = (
            select cast(coalesce(sum(rows_open), 0) as bigint) from submission
            where push_day_id = $1 and rows_open > 0)
         where id = $1",
        [id.into()],
    ))
    .await
    .or_fail()?;
    Ok(())
}

/// A day of pushes as the list's heading names it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct PushDay {
    pub resource: String,
    pub day: String,
    pub created_by: String,
}

/// One day of pushes.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<PushDay>> {
    PushDay::find_by_statement(Statement::from_sql_and_values(
        conn.get_database_backend(),
        "select resource, day, created_by from push_day where id = $1",
        [id.into()],
    ))
    .one(conn)
    .await
    .or_fail()
}
