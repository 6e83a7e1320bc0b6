//! 由更正后的记录代替、同一决定的记录: for capabilities further down the flow, which records gave way to another one of the same
//! decision, and which stand beside one about which people decide.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use sea_orm::{ColumnTrait as _, ConnectionTrait};
use store::Tx;
use uuid::Uuid;

use super::settle_replaced::settle_replaced;
use crate::store::entity::record::Column;
use crate::store::replaced;

/// Records asked for with one statement.
const BATCH: usize = 500;

/// A record of which it changed whether another one replaced it, or beside which one it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// The record.
    pub record: RecordId,
    /// Whether it is replaced now.
    pub replaced: bool,
    /// The earlier record of the same decision about which people decide.
    pub same_as: Option<RecordId>,
}

/// Records of which it changed and whom it concerns has not been told ([`replacement_told`]), at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn replacements(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Replacement>> {
    let all = replaced::to_tell(conn, limit).await?;
    let one = |r: crate::store::entity::record::Model| Replacement {
        record: RecordId(r.id),
        replaced: r.replaced_by.is_some(),
        same_as: r.same_as.map(RecordId),
    };
    Ok(all.into_iter().map(one).collect())
}

/// Whoever it concerns has been told. What changed again meanwhile is told again.
///
/// # Errors
/// When the database fails.
pub async fn replacement_told(conn: &impl ConnectionTrait, told: Replacement) -> Result<()> {
    replaced::told(conn, told.record.0, (told.replaced, told.same_as.map(|r| r.0))).await
}

/// 由人决定的记录: an objection or an application for repair was opened on a record, or it was taken down because the decision holds
/// no longer. From then on it gives way to no other record by itself: what is being decided of it must not be lost with it, and what
/// was decided holds for every later record of the same decision ([`same_decision`]).
///
/// # Errors
/// When the database fails.
pub async fn case_was_opened(tx: &Tx, record: RecordId, now: DateTime<Utc>) -> Result<()> {
    replaced::set_case_opened(tx, record, true).await?;
    settle_replaced(tx, &[record.0], now).await?;
    Ok(())
}

/// Nothing came of what was to be decided of a record: it stands as any other again.
///
/// # Errors
/// When the database fails.
pub async fn case_came_to_nothing(tx: &Tx, record: RecordId, now: DateTime<Utc>) -> Result<()> {
    replaced::set_case_opened(tx, record, false).await?;
    settle_replaced(tx, &[record.0], now).await?;
    Ok(())
}

/// 同一决定的原记录: for each of some records the earlier one of the same decision about which people decide, where there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn same_decision(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let mut found = HashMap::new();
    for batch in records.chunks(BATCH) {
        let all = replaced::same_as(conn, Column::Id.is_in(batch.iter().copied())).await?;
        found.extend(all.into_iter().filter_map(|(id, of)| Some((id, of?))));
    }
    Ok(found)
}

/// 同一决定的后来记录: the later records of the decision of one about which people decide.
///
/// # Errors
/// When the database cannot be read.
pub async fn later_of_decision(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<RecordId>> {
    let all = replaced::same_as(conn, Column::SameAs.eq(record.0)).await?;
    Ok(all.into_iter().map(|(id, _)| RecordId(id)).collect())
}
