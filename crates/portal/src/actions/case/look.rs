//! What pages show of cases (查看): lists with what is missing, one case with everything the reader may see.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{Actor, RecordId, Result};
use uuid::Uuid;

use super::MAY_SEE;
use super::record::{self, Shown};
use crate::context::Portal;
use crate::model::case::{Standing, State};
use crate::store::case::cases::{self, Filter};
use crate::store::case::entity::{ack, claim, correction, entry, file, paper, profile, task};
use crate::store::case::{parts, profiles};

/// One case of a list.
pub(crate) struct Line {
    pub case: file::Model,
    pub state: State,
    pub standing: Standing,
    /// Targets that have not acknowledged.
    pub missing: Vec<ack::Model>,
}

/// A page of the list.
pub(crate) async fn lines(
    portal: &Portal,
    actor: &Actor,
    filter: &Filter,
    sort: (&str, bool),
    part: (u64, u64),
) -> Result<Vec<Line>> {
    actor.require(MAY_SEE)?;
    let (conn, today) = (portal.intake.db.conn(), portal.intake.clock.today());
    let found = cases::page(conn, actor, filter, today, sort, part).await?;
    let ids: Vec<Uuid> = found.iter().map(|c| c.id).collect();
    let mut acks = parts::acks(conn, &ids).await?;
    found.into_iter().map(|case| line(case, &mut acks, today)).collect()
}

fn line(case: file::Model, acks: &mut HashMap<Uuid, Vec<ack::Model>>, today: NaiveDate) -> Result<Line> {
    let missing = acks.remove(&case.id).unwrap_or_default();
    Ok(Line {
        state: case.state.parse()?,
        standing: standing(&case, today),
        missing: missing.into_iter().filter(|a| a.acknowledged_at.is_none()).collect(),
        case,
    })
}

/// How a case stands on a day; one that was withdrawn counts as settled on that day.
pub(crate) fn standing(case: &file::Model, today: NaiveDate) -> Standing {
    let decided = case.decided_at.or(case.closed_at).map(kernel::beijing_date);
    Standing::on(today, case.due, case.pause.is_some(), decided)
}

/// Counts the list whichever way its cases stand.
pub(crate) async fn case_counts(portal: &Portal, actor: &Actor, filter: &Filter) -> Result<cases::Counts> {
    actor.require(MAY_SEE)?;
    cases::counts(portal.intake.db.conn(), actor, filter, portal.intake.clock.today()).await
}

/// The case of a code, for its applicant.
///
/// # Errors
/// `case-code`
pub(crate) async fn view_of_code(portal: &Portal, code: &str) -> Result<CaseView> {
    let case = super::applicant::of_code(portal, code).await?;
    load_view(portal, case).await
}

/// One case with its parts.
pub(crate) struct CaseView {
    pub case: file::Model,
    pub history: Vec<entry::Model>,
    pub tasks: Vec<task::Model>,
    pub papers: Vec<paper::Model>,
    pub claims: Vec<claim::Model>,
    pub corrections: Vec<correction::Model>,
    pub acks: Vec<ack::Model>,
    /// The record as it stands; none when nothing of it is in the lake any more.
    pub shown: Option<Shown>,
}

/// One case the actor may see.
///
/// # Errors
/// Forbidden without the role; not found outside the scope.
pub(crate) async fn case_of_actor(portal: &Portal, actor: &Actor, id: Uuid) -> Result<CaseView> {
    actor.require(MAY_SEE)?;
    let case = cases::get(portal.intake.db.conn(), actor, id).await?;
    load_view(portal, case).await
}

/// The parts of a case.
async fn load_view(portal: &Portal, case: file::Model) -> Result<CaseView> {
    let conn = portal.intake.db.conn();
    let shown = record::standing(portal, RecordId(case.record_id)).await?;
    Ok(CaseView {
        history: parts::history(conn, case.id).await?,
        tasks: parts::tasks(conn, &[case.id]).await?.remove(&case.id).unwrap_or_default(),
        papers: parts::papers(conn, case.id).await?,
        claims: parts::claims(conn, case.id).await?,
        corrections: parts::corrections(conn, case.id).await?,
        acks: parts::acks(conn, &[case.id]).await?.remove(&case.id).unwrap_or_default(),
        shown,
        case,
    })
}

/// The rules in force today.
pub(crate) async fn profile_in_force(portal: &Portal) -> Result<String> {
    profiles::on(portal.intake.db.conn(), portal.intake.clock.today()).await
}

/// Every choice of rules, the newest first.
pub(crate) async fn profiles_chosen(portal: &Portal) -> Result<Vec<profile::Model>> {
    profiles::all(portal.intake.db.conn()).await
}
