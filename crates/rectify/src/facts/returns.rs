//! Records that a superior platform sent back, for 整改确认率.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, RecordId, Result};
use uuid::Uuid;

use crate::context::Rectify;
use crate::model::ReturnState;
use crate::store::returns::after as rows_after;

/// One record sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Its id; the next page begins after it.
    pub id: Uuid,
    /// The decision; none where the platform does not know it.
    pub record: Option<RecordId>,
    /// The resource the record stands in.
    pub resource: String,
    /// Who answers for it.
    pub org: OrgId,
    /// The day on which it was sent back.
    pub returned_at: NaiveDate,
    /// When the list was received here.
    pub received_at: DateTime<Utc>,
    /// The last day for correcting or confirming it; none where no working days are published.
    pub due: Option<NaiveDate>,
    /// When it was corrected or confirmed.
    pub closed_at: Option<DateTime<Utc>>,
    /// How it stands: closed are [`ReturnState::Corrected`] and [`ReturnState::Confirmed`].
    pub outcome: ReturnState,
}

/// Records sent back after one of them, ordered by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn returns(rectify: &Rectify, after: Option<Uuid>, limit: u64) -> Result<Vec<Return>> {
    let rows = rows_after(rectify.intake.db.conn(), after, limit).await?;
    rows.into_iter()
        .map(|r| {
            Ok(Return {
                id: r.id,
                record: r.record_id.map(RecordId),
                resource: r.resource,
                org: OrgId(r.org_id),
                returned_at: r.returned_on,
                received_at: r.received_at,
                due: r.due,
                closed_at: r.closed_at,
                outcome: r.state.parse()?,
            })
        })
        .collect()
}
