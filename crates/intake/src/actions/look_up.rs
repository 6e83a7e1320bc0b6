//! 查询: where a submission stands, for interfaces.

use kernel::{Actor, Result, SubmissionId, Text};
use serde::Serialize;

use crate::context::Intake;
use crate::store::submissions;

/// Where a submission stands, with its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its id.
    pub id: SubmissionId,
    /// Resource code; empty until it is known.
    pub resource: String,
    /// The file's name.
    pub file: String,
    /// [`crate::model::State`]
    pub state: String,
    /// Why it was refused or held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// Data rows.
    pub rows: u64,
    /// Rows without rejection, warned ones included.
    pub passed: u64,
    /// Passed rows with a warning.
    pub warned: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Rejected rows not yet mended and landed, or dropped.
    pub open: u64,
    /// Rows in the lake.
    pub landed: u64,
    /// Version of the lake table that holds them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// A submission the actor may see.
///
/// # Errors
/// Not found.
pub async fn summary(intake: &Intake, actor: &Actor, id: SubmissionId) -> Result<Summary> {
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(Summary {
        id,
        resource: row.resource,
        file: row.file_name,
        state: row.state,
        reason: row.reason.and_then(|r| serde_json::from_value(r).ok()),
        rows: count(row.rows_total),
        passed: count(row.rows_passed),
        warned: count(row.rows_warned),
        rejected: count(row.rows_rejected),
        open: count(row.rows_open),
        landed: count(row.rows_landed),
        version: row.lake_version.map(count),
    })
}
