//! 由更正后的记录代替: for capabilities further down the flow, which records gave way to another one of the same decision, or do so
//! no more.

use kernel::{RecordId, Result};
use sea_orm::ConnectionTrait;

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

/// 有异议、修复办件的记录: an objection or an application for repair was opened on a record. From then on it gives way to no other
/// record by itself: what is being decided of it must not be lost with it.
///
/// # Errors
/// When the database fails.
pub async fn case_was_opened(conn: &impl ConnectionTrait, record: RecordId) -> Result<()> {
    replaced::set_case_opened(conn, record).await
}
