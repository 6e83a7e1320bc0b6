//! 由更正后的记录代替、同一决定的记录: for capabilities further down the flow, which records gave way to another one of the same
//! decision, and which stand beside one about which people decide.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use sea_orm::ConnectionTrait;
use store::Tx;
use uuid::Uuid;

use super::settle_replaced::settle_replaced;
use crate::store::replaced;

/// A record of which it changed whether another one replaced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// The record.
    pub record: RecordId,
    /// Whether it is replaced now.
    pub replaced: bool,
}

/// Records of which it changed and whom it concerns has not been told ([`replacement_told`]), at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn replacements(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Replacement>> {
    let all = replaced::to_tell(conn, limit).await?;
    Ok(all.into_iter().map(|(id, replaced)| Replacement { record: RecordId(id), replaced }).collect())
}

/// Whoever it concerns has been told. What changed again meanwhile is told again.
///
/// # Errors
/// When the database fails.
pub async fn replacement_told(conn: &impl ConnectionTrait, told: Replacement) -> Result<()> {
    replaced::told(conn, told.record.0, told.replaced).await
}

/// 由人决定的记录: an objection or an application for repair was opened on a record, or it was taken down because the decision holds
/// no longer. From then on it gives way to no other record by itself: what is being decided of it must not be lost with it, and what
/// was decided concerns every later record of the same decision ([`same_decision`]).
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

/// A later record of the same decision as one about which people decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfDecision {
    /// The later record.
    pub record: RecordId,
    /// The earlier one, about which people decide.
    pub original: RecordId,
    /// Whether both are of one day: what is of another day may be a document renewed under its old number.
    pub same_day: bool,
}

impl From<replaced::Beside> for OfDecision {
    fn from(found: replaced::Beside) -> Self {
        Self {
            record: RecordId(found.id),
            original: RecordId(found.original),
            same_day: found.decided == found.original_decided,
        }
    }
}

/// 同一决定的原记录: of some records those of whose decision people decide about an earlier record.
///
/// # Errors
/// When the database cannot be read.
pub async fn same_decision(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Vec<OfDecision>> {
    Ok(replaced::same_as(conn, records, false).await?.into_iter().map(OfDecision::from).collect())
}

/// The records of decisions that stand in an earlier record too, about which people decide.
///
/// # Errors
/// When the database cannot be read.
pub async fn beside_an_earlier(conn: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    replaced::all_beside(conn).await
}

/// 同一决定的后来记录: the later records of the decision of one about which people decide.
///
/// # Errors
/// When the database cannot be read.
pub async fn later_of_decision(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<OfDecision>> {
    Ok(replaced::same_as(conn, &[record.0], true).await?.into_iter().map(OfDecision::from).collect())
}
