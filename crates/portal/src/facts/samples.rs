//! Samples of what the public sees, for indicators.

use chrono::{DateTime, Utc};
use kernel::{OrgId, RecordId, Result};
use uuid::Uuid;

use crate::context::Portal;
use crate::store::publication::samples as store;

/// One public record laid beside its row (公示抽查).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its own id; the next page begins after it.
    pub id: Uuid,
    /// The decision.
    pub record: RecordId,
    /// Code of the resource.
    pub resource: String,
    /// Who handed it in.
    pub org: OrgId,
    /// When it was looked at.
    pub sampled_at: DateTime<Utc>,
    /// Whether nothing was wrong.
    pub ok: bool,
    /// `gone`, `differs:FIELD` or `leaks:FIELD`.
    pub fault: Option<String>,
}

/// Samples after one of them, by id, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn samples(portal: &Portal, after: Option<Uuid>, limit: u64) -> Result<Vec<Sample>> {
    let rows = store::after(portal.intake.db.conn(), after, limit).await?;
    Ok(rows
        .into_iter()
        .map(|r| Sample {
            id: r.id,
            record: RecordId(r.record_id),
            resource: r.resource,
            org: OrgId(r.org_id),
            sampled_at: r.sampled_at,
            ok: r.ok,
            fault: r.fault,
        })
        .collect())
}
