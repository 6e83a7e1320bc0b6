//! Causes of wrong rows, with how many findings still wait.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{IssueId, OrgId, Result};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use store::OrFail as _;
use uuid::Uuid;

use crate::context::Rectify;
use crate::store::entity::issue::{Column, Entity, Model};

/// A cause of wrong rows in one submission (整改单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueFact {
    /// Its id.
    pub id: IssueId,
    /// Code of the resource.
    pub resource: String,
    /// Who has to put it right.
    pub org: OrgId,
    /// Findings there were.
    pub findings: i64,
    /// Findings in rows that still wait.
    pub open: i64,
    /// `open`, `disputed` or `closed`.
    pub state: String,
    /// The earliest deadline of the decisions concerned.
    pub due: Option<NaiveDate>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When its last row was put right or given up.
    pub closed_at: Option<DateTime<Utc>>,
}

impl From<Model> for IssueFact {
    fn from(i: Model) -> Self {
        Self {
            id: IssueId(i.id),
            resource: i.resource,
            org: OrgId(i.org_id),
            findings: i.findings,
            open: i.open,
            state: i.state,
            due: i.due,
            opened_at: i.opened_at,
            closed_at: i.closed_at,
        }
    }
}

/// At most `limit` issues after an id.
///
/// # Errors
/// When the database cannot be read.
pub async fn issues(rectify: &Rectify, after: Option<Uuid>, limit: u64) -> Result<Vec<IssueFact>> {
    let mut find = Entity::find();
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    let rows = find.order_by_asc(Column::Id).limit(limit).all(rectify.intake.db.conn()).await.or_fail()?;
    Ok(rows.into_iter().map(IssueFact::from).collect())
}
