//! 公示时间: when a decision was first shown to the public, and when it was taken down. Written by the public site alone.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use sea_orm::ConnectionTrait;

use crate::store::records;

/// Writes down that decisions are shown. The first time counts; one that had been taken down is so no longer.
///
/// # Errors
/// When the database fails.
pub async fn mark_published(conn: &impl ConnectionTrait, shown: &[(RecordId, DateTime<Utc>)]) -> Result<()> {
    records::set_publication(conn, shown, true).await
}

/// Writes down that decisions were taken down.
///
/// # Errors
/// When the database fails.
pub async fn mark_withdrawn(conn: &impl ConnectionTrait, gone: &[(RecordId, DateTime<Utc>)]) -> Result<()> {
    records::set_publication(conn, gone, false).await
}

/// The version up to which the records of a resource stand in step with its table: whoever marks records of later rows would
/// mark nothing.
///
/// # Errors
/// When the database fails.
pub async fn followed_to(conn: &impl ConnectionTrait, resource: &str) -> Result<u64> {
    records::followed(conn, resource).await
}
