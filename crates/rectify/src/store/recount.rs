//! What a record's receipts say of it, taken from them anew.

use chrono::{DateTime, Utc};
use kernel::Result;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, Statement, Value};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::attempt;
use super::entity::record::{Column, Entity};
use super::records::{BATCH, instant};

/// Counts the attempts of records anew and takes their first times from them, and whether they are counted elsewhere. A record
/// that nobody expects and nobody handed in any more goes.
pub(crate) async fn recount(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        let places: Vec<String> = (1..=batch.len()).map(|i| format!("${i}")).collect();
        let of = "select %s from record_attempt a where a.record_id = record.id";
        let sql = format!(
            "update record set first_received_at = ({}), first_valid_at = ({} and a.valid), attempts = ({}),
             derived = exists ({} and a.derived), withdrawn_at = case when attempts = 0 then null else withdrawn_at end
             where id in ({}) and (withdrawn_at is null or exists ({}))",
            of.replace("%s", "min(a.at)"),
            of.replace("%s", "min(a.at)"),
            of.replace("%s", "count(distinct a.submission_id)"),
            of.replace("%s", "1"),
            places.join(", "),
            of.replace("%s", "1"),
        );
        let values: Vec<Value> = batch.iter().map(|id| Value::from(*id)).collect();
        let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        conn.execute_raw(statement).await.or_fail()?;
        Entity::delete_many()
            .filter(Column::Id.is_in(batch.iter().copied()))
            .filter(Column::Attempts.eq(0))
            .filter(Column::WithdrawnAt.is_null())
            .filter(Column::ExpectedFrom.is_null())
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Notes of records whose last receipt was taken back that they were withdrawn: they keep their times, so that nobody clears a late
/// decision away by taking its batch back. What a list expects is open again instead; handed in anew, a record begins anew.
pub(crate) async fn withdraw_lost(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        let left = Query::select()
            .column(attempt::Column::RecordId)
            .from(attempt::Entity)
            .and_where(attempt::Column::RecordId.is_in(batch.iter().copied()))
            .take();
        Entity::update_many()
            .col_expr(Column::WithdrawnAt, Expr::col(Column::WithdrawnAt).if_null(instant(now)))
            .col_expr(Column::Attempts, Expr::value(0))
            .filter(Column::Id.is_in(batch.iter().copied()))
            .filter(Column::Id.not_in_subquery(left))
            .filter(Column::FirstValidAt.is_not_null())
            .filter(Column::ExpectedFrom.is_null())
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}
