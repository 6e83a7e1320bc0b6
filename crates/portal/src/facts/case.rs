//! Cases as facts: for 协同处理及时 and 信用修复规范.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, RecordId, Result};
use uuid::Uuid;

use crate::context::Portal;
use crate::model::case::{Desk, Kind, Outcome};
use crate::store::case::{cases as table, parts};

/// An objection or a repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFact {
    /// Its id.
    pub id: Uuid,
    /// Objection or repair.
    pub kind: Kind,
    /// The record concerned.
    pub record: RecordId,
    /// Code of the resource.
    pub resource: String,
    /// The organisation that provided the record.
    pub org: OrgId,
    /// When it was handed in.
    pub opened_at: DateTime<Utc>,
    /// Last day of the desk that has it, or had it last; none where no calendar is published.
    pub due: Option<NaiveDate>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was closed, or withdrawn by the applicant.
    pub closed_at: Option<DateTime<Utc>>,
    /// What it led to; none while it is open, or where it was not granted.
    pub outcome: Option<Outcome>,
    /// Whether the applicant withdrew it.
    pub withdrawn: bool,
    /// Whether every paper of the list is in.
    pub papers_complete: bool,
    /// When the last target acknowledged the result.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Its stays at desks, in order.
    pub tasks: Vec<TaskFact>,
}

/// The stay of a case at a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFact {
    /// Centre or department.
    pub desk: Desk,
    /// When it came.
    pub opened_at: DateTime<Utc>,
    /// Last day, with pauses and extension; none where no calendar is published.
    pub due: Option<NaiveDate>,
    /// When it left.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Cases after one, ordered by id, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn cases(portal: &Portal, after: Option<Uuid>, limit: u64) -> Result<Vec<CaseFact>> {
    let conn = portal.intake.db.conn();
    let found = table::after(conn, after, limit).await?;
    let ids: Vec<Uuid> = found.iter().map(|c| c.id).collect();
    let mut tasks = parts::tasks(conn, &ids).await?;
    let fact = |c: crate::store::case::entity::file::Model| {
        let stays = tasks.remove(&c.id).unwrap_or_default().into_iter().map(|t| {
            Ok(TaskFact { desk: t.desk.parse()?, opened_at: t.opened_at, due: t.due, closed_at: t.closed_at })
        });
        Ok(CaseFact {
            tasks: stays.collect::<Result<_>>()?,
            id: c.id,
            kind: c.kind.parse()?,
            record: RecordId(c.record_id),
            resource: c.resource,
            org: OrgId(c.org_id),
            opened_at: c.opened_at,
            due: c.due,
            decided_at: c.decided_at,
            closed_at: c.closed_at,
            outcome: c.outcome.as_deref().map(str::parse).transpose()?,
            withdrawn: c.state == crate::model::case::State::Withdrawn.name(),
            papers_complete: c.papers_complete,
            acknowledged_at: c.acknowledged_at,
        })
    };
    found.into_iter().map(fact).collect()
}
