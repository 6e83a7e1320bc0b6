//! 映射产出: rows that were made of another submission's rows are a submission of their own, which names it. They are checked
//! and landed like any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::{Actor, Event, OrgId, Result, SubmissionId};
use lake::check::{Finding, Lookups, asked_in};
use lake::landing::{Cells, check_cells};
use serde_json::json;
use store::{Tx, audit, events};

use super::process_submission::request_for;
use crate::context::Intake;
use crate::lookups;
use crate::model::{State, Way};
use crate::store::entity::submission::Model;
use crate::store::submissions;

/// A submission made of another one.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Its id; the same whenever it is made again.
    pub id: SubmissionId,
    /// The submission it was made of.
    pub parent: SubmissionId,
    /// The department that answers for its rows.
    pub org: OrgId,
    /// Code of the resource of its rows.
    pub resource: String,
    /// What it is called in lists.
    pub name: String,
    /// Its rows: NDJSON by field code, among the lake's blobs.
    pub digest: String,
    /// Bytes of it.
    pub size: u64,
    /// When the source was received: what a department handed in in time is in time.
    pub received_at: DateTime<Utc>,
}

/// Writes it down; [`super::process_submission::process_submission`] takes it from there. False when it was there already.
///
/// # Errors
/// When the database refuses.
pub async fn derive(intake: &Intake, tx: &Tx, derived: Derived) -> Result<bool> {
    if submissions::exists(tx, derived.id).await? {
        return Ok(false);
    }
    let now = intake.clock.now();
    let system = Actor::system();
    let row = Model {
        resource: derived.resource.clone(),
        way: Way::Derive.name().to_owned(),
        file_name: derived.name,
        digest: derived.digest,
        size: i64::try_from(derived.size).map_err(kernel::Error::internal)?,
        created_by: system.name.clone(),
        parent_id: Some(derived.parent.0),
        updated_at: now,
        ..Model::begun(derived.id, derived.org, State::Received, derived.received_at)
    };
    submissions::insert(tx, row).await?;
    let data = json!({ "resource": derived.resource, "way": Way::Derive.name(), "of": derived.parent });
    let event = Event {
        kind: "derived".to_owned(),
        at: now,
        org: Some(derived.org),
        resource: Some(derived.resource),
        submission: Some(derived.id),
        data: data.clone(),
    };
    events::append(tx, &event).await?;
    audit::record(tx, now, &system, "submission.derive", &format!("submission:{}", derived.id), &data)
        .await?;
    Ok(true)
}

/// Where a submission stands, for whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// Rows in the lake.
    pub landed: i64,
    /// Wrong rows that still wait.
    pub open: i64,
}

/// Where submissions stand; those that are gone are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing(intake: &Intake, id: SubmissionId) -> Result<Option<Standing>> {
    if !submissions::exists(intake.db.conn(), id).await? {
        return Ok(None);
    }
    let row = submissions::load(intake.db.conn(), id).await?;
    Ok(Some(Standing { state: row.state.parse()?, landed: row.rows_landed, open: row.rows_open }))
}

/// When submissions were received and by whom they were handed in.
///
/// # Errors
/// When the database cannot be read, or there is no such submission.
pub async fn received(intake: &Intake, id: SubmissionId) -> Result<(OrgId, DateTime<Utc>)> {
    let row = submissions::load(intake.db.conn(), id).await?;
    Ok((OrgId(row.org_id), row.created_at))
}

/// The tables that expressions look things up in.
///
/// # Errors
/// When the lake cannot be read; `resource-unknown`.
pub async fn lookups_for(intake: &Intake, expressions: &[String]) -> Result<Arc<Lookups>> {
    let asked: BTreeMap<_, _> = asked_in(expressions.iter().map(String::as_str));
    lookups::of(intake, asked).await
}

/// What the rules in force for an organisation say of rows of a resource, without landing them.
///
/// # Errors
/// `resource-unknown`; what the lake says.
pub async fn judge_rows(
    intake: &Intake,
    resource: &str,
    org: OrgId,
    rows: Vec<Cells>,
) -> Result<Vec<Vec<Finding>>> {
    let request = request_for(intake, resource, org, intake.clock.today()).await?;
    tokio::task::spawn_blocking(move || check_cells(&request, &rows))
        .await
        .map_err(kernel::Error::internal)?
}
