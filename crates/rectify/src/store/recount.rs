//! What a record's receipts say of it, taken from them anew.

use chrono::{DateTime, Utc};
use kernel::Result;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, Statement, Value};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::record::{Column, Entity};
use super::records::{BATCH, instant};

/// Counts the attempts of records anew and takes their first times from them, and whether they are counted elsewhere.
///
/// While any receipt stands, every one that was wrong counts, also one that was given up: nobody clears a failed attempt away by
/// taking its batch back. A valid one that was taken back does not; handed in anew, a decision is valid anew. Where every receipt was
/// given up, the record stands as withdrawn with the times of them all, `attempts` 0 until it comes again; what a list expects is
/// missing again instead. A record that nobody expects and no receipt tells of any more goes: its row names another one now.
/// The receipts of a record that another replaced count as that one's; itself it stays as it was set.
pub(crate) async fn recount(conn: &impl ConnectionTrait, ids: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        let places: Vec<String> = (2..=batch.len() + 1).map(|i| format!("${i}")).collect();
        let sql = format!(
            "update record set
                first_received_at = case when t.standing > 0 then t.counted_at
                    when record.expected_from is null then t.known_at end,
                first_valid_at = case when t.standing > 0 then t.valid_at
                    when record.expected_from is null then t.once_valid_at end,
                attempts = case when t.standing > 0 then t.counted else 0 end,
                derived = case when t.standing > 0 or record.expected_from is not null then t.derived > 0
                    else t.once_derived > 0 end,
                withdrawn_at = case
                    when t.standing = 0 and t.known > 0 and record.expected_from is null
                        then coalesce(record.withdrawn_at, $1)
                    when record.attempts > 0 then record.withdrawn_at end
             from (select r.id as id, count(a.record_id) as known,
                    count(case when not a.given_up then 1 end) as standing,
                    count(distinct case when not (a.valid and a.given_up) then a.submission_id end) as counted,
                    count(case when a.derived and not a.given_up then 1 end) as derived,
                    count(case when a.derived then 1 end) as once_derived,
                    min(a.at) as known_at,
                    min(case when not (a.valid and a.given_up) then a.at end) as counted_at,
                    min(case when a.valid then a.at end) as once_valid_at,
                    min(case when a.valid and not a.given_up then a.at end) as valid_at
                from record r
                join (select id, id as counts_as from record where id in ({list})
                    union all select id, replaced_by from record where replaced_by in ({list})) o on o.counts_as = r.id
                left join record_attempt a on a.record_id = o.id
                where r.id in ({list}) group by r.id) as t
             where record.id = t.id and record.replaced_by is null and (record.withdrawn_at is null or t.standing > 0
                or (t.known > 0 and (record.expected_from is null or record.attempts = 0)))",
            list = places.join(", "),
        );
        let values: Vec<Value> = std::iter::once(Value::from(instant(now)))
            .chain(batch.iter().map(|id| Value::from(*id)))
            .collect();
        let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        conn.execute_raw(statement).await.or_fail()?;
        Entity::delete_many()
            .filter(Column::Id.is_in(batch.iter().copied()))
            .filter(Column::Attempts.eq(0))
            .filter(Column::WithdrawnAt.is_null())
            .filter(Column::ReplacedBy.is_null())
            .filter(Column::ExpectedFrom.is_null())
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}
