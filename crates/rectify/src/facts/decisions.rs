//! Decisions with the dates by which they are judged.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, RecordId, Result};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use store::OrFail as _;
use uuid::Uuid;

use crate::context::Rectify;
use crate::store::entity::record::{Column, Entity, Model};

/// A decision (决定) and how it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// See [`crate::model::record_id`].
    pub record: RecordId,
    /// Code of the resource.
    pub resource: String,
    /// The authority that took it.
    pub org: OrgId,
    /// The day it was taken.
    pub decision_date: NaiveDate,
    /// Last day on which it is in time; none where no working days are published for it.
    pub deadline: Option<NaiveDate>,
    /// The resource from which it is known; none where only its own rows tell of it.
    pub expected_from: Option<String>,
    /// When it was first received, valid or not.
    pub first_received_at: Option<DateTime<Utc>>,
    /// When it was first received in a form that passed.
    pub first_valid_at: Option<DateTime<Utc>>,
    /// How often it was handed in, valid or not.
    pub attempts: i64,
    /// Whether the very first receipt passed; none before it was received.
    pub first_attempt_valid: Option<bool>,
    /// When it was made public.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Model> for Decision {
    fn from(r: Model) -> Self {
        Self {
            record: RecordId(r.id),
            resource: r.resource,
            org: OrgId(r.org_id),
            decision_date: r.decision_date,
            deadline: r.deadline,
            expected_from: r.expected_from,
            first_received_at: r.first_received_at,
            first_valid_at: r.first_valid_at,
            attempts: r.attempts,
            first_attempt_valid: r.first_received_at.map(|at| r.first_valid_at == Some(at)),
            published_at: r.published_at,
            withdrawn_at: r.withdrawn_at,
        }
    }
}

/// At most `limit` decisions after an id. One that a mapping made of a row with its own clock counts there, and one that another
/// record replaced counts as that.
///
/// # Errors
/// When the database cannot be read.
pub async fn decisions(rectify: &Rectify, after: Option<Uuid>, limit: u64) -> Result<Vec<Decision>> {
    let mut find = Entity::find().filter(Column::Derived.eq(false)).filter(Column::ReplacedBy.is_null());
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    let rows = find.order_by_asc(Column::Id).limit(limit).all(rectify.intake.db.conn()).await.or_fail()?;
    Ok(rows.into_iter().map(Decision::from).collect())
}
