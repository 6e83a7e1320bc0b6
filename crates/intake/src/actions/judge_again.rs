//! 重新判定: wrong rows are judged anew by the rules in force today, as they stand, because a rule was changed. Rows that pass now
//! land the way mended rows do: they were handed in to be landed, and only the rule kept them out.

use chrono::NaiveDate;
use indexmap::IndexMap;
use kernel::{Actor, Error, OrgId, Result, SubmissionId};
use lake::check::{CheckRequest, Finding, Override, check_of, part_overrides};
use standards::pack::Severity;
use store::jobs::JobCx;
use uuid::Uuid;

use super::land_mended::begin;
use super::mend_rows::{Reason, judge, may_be_mended, write};
use crate::context::Intake;
use crate::model::RowState;
use crate::store::entity::wrong_row;
use crate::store::{mends, submissions, wrong_rows};

/// Rows judged and written in one transaction.
const BATCH: u64 = 1_000;
/// How often a batch is begun anew when somebody changed one of its rows meanwhile.
const TRIES: usize = 5;

/// What judging again came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rejudged {
    /// Rows that pass now and did not before.
    pub passed: u64,
    /// Rows that are still wrong.
    pub left: u64,
}

/// Where judging again shows how far it is.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The job.
    pub job: &'a JobCx,
    /// Rows looked at before.
    pub before: i64,
    /// Of so many.
    pub total: i64,
    /// In words: a message key.
    pub note: &'static str,
}

/// The name of the rule set by which an organisation's rows of a resource are judged on a day.
///
/// # Errors
/// When the database cannot be read.
pub async fn rule_set_of(intake: &Intake, resource: &str, org: OrgId, day: NaiveDate) -> Result<String> {
    Ok(request_without_tables(intake, resource, org, day).await?.rule_set())
}

/// The overrides in force, without the tables their rules ask.
async fn request_without_tables(
    intake: &Intake,
    resource: &str,
    org: OrgId,
    day: NaiveDate,
) -> Result<CheckRequest> {
    let in_force = catalogue::overrides_in_force(intake.db.conn(), resource, org, day).await?;
    let (overrides, unfit) = part_overrides(&intake.packs, resource, in_force);
    Ok(CheckRequest {
        overrides,
        unfit,
        ..CheckRequest::new(std::sync::Arc::clone(&intake.packs), resource, day)
    })
}

/// The overrides in force for an organisation's rows of a resource on a day that today's packs can carry out.
///
/// # Errors
/// When the database cannot be read.
pub async fn overrides_of(
    intake: &Intake,
    resource: &str,
    org: OrgId,
    day: NaiveDate,
) -> Result<Vec<Override>> {
    Ok(request_without_tables(intake, resource, org, day).await?.overrides)
}

/// Judges the rows of a submission that have a finding of one of `codes` (all of them when none is named) and have neither
/// landed nor been dropped. `step` names the judging: done again after a crash, rows that passed before are not counted anew and
/// none is lost. `shown` says on which job it shows how far it is.
///
/// # Errors
/// When the database or the lake fails; what was judged so far stays.
pub async fn judge_again(
    intake: &Intake,
    id: SubmissionId,
    codes: &[String],
    step: &str,
    shown: Option<Shown<'_>>,
) -> Result<Rejudged> {
    let submission = submissions::load(intake.db.conn(), id).await?;
    let kind = step_kind(step);
    let mut done = Rejudged::default();
    if may_be_mended(&submission).is_err() {
        return Ok(done);
    }
    let (mut after, mut tries, mut checked) = (0, 0, 0);
    loop {
        let batch = wrong_rows::concerned(intake.db.conn(), id, (codes, None), after, BATCH).await?;
        let Some((last, _)) = batch.last() else { break };
        let last = last.ordinal;
        let n = batch.len() as u64;
        let rows = batch.iter().map(|(row, _)| Ok((row.clone(), cells(row)?))).collect::<Result<Vec<_>>>()?;
        let mut found = judge(intake, &submission, &rows).await?;
        for (list, (_, before)) in found.iter_mut().zip(&batch) {
            // What only the file as a whole can show stays with its row.
            for f in before.iter().filter(|f| of_file(&f.code)) {
                list.push(serde_json::from_value(f.data.clone()).map_err(Error::internal)?);
            }
        }
        let written =
            write(intake, &Actor::system(), &submission, rows, found, Vec::new(), Reason::Rules(&kind)).await;
        match written {
            Ok(judged) => {
                let open = judged.iter().filter(|(row, _)| row.state == RowState::Open.name());
                done.left += open.count() as u64;
                checked += n;
                after = last;
                tries = 0;
                if let Some(shown) = shown {
                    let done = shown.before + i64::try_from(checked).unwrap_or(0);
                    // Progress is for looking at; a write that fails is made good by the next.
                    let _ = shown.job.progress(done, Some(shown.total.max(done)), shown.note).await;
                }
            }
            Err(e) if e.code() == "row-changed" && tries < TRIES => tries += 1,
            Err(e) => return Err(e),
        }
    }
    done.passed = mends::rows_of_step(intake.db.conn(), id, &kind).await?.len() as u64;
    Ok(done)
}

/// Begins the landing of the rows that passed in a step of judging again and have not landed since. Nothing when there are none.
///
/// # Errors
/// When the database fails.
pub async fn land_judged(intake: &Intake, id: SubmissionId, step: &str) -> Result<Option<SubmissionId>> {
    let rows = mends::rows_of_step(intake.db.conn(), id, &step_kind(step)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let parent = submissions::load(intake.db.conn(), id).await?;
    let rows: Vec<Uuid> = rows.into_iter().collect();
    let stands = wrong_rows::plain(intake.db.conn(), id, &rows).await?;
    // What stands as it was handed in counts from then, what was mended too from now: they land apart.
    let (as_received, mended): (Vec<_>, Vec<_>) = stands.into_iter().partition(|r| r.cells == r.original);
    let mut begun = None;
    for rows in [as_received, mended] {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        match begin(intake, &Actor::system(), &parent, Some(&ids)).await {
            Ok(child) => begun = begun.or(Some(child)),
            // They have landed before, or somebody landed or dropped them meanwhile.
            Err(e) if e.code() == "nothing-mended" => {}
            Err(e) => return Err(e),
        }
    }
    Ok(begun)
}

/// What rules would make of wrong rows: how many there are of a department, and how many would pass. Nothing is changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tried {
    /// Rows looked at.
    pub checked: u64,
    /// Rows that would pass.
    pub passed: u64,
    /// Whether there were more rows than were looked at.
    pub more: bool,
}

/// Tries `new` in the place of whatever is in force for its check on the wrong rows of some submissions of an organisation, at
/// most `most` rows.
///
/// # Errors
/// As [`lake::check::check_file`].
pub async fn try_override(
    intake: &Intake,
    (resource, org): (&str, OrgId),
    submissions: &[SubmissionId],
    (new, codes): (&Override, &[String]),
    most: u64,
) -> Result<Tried> {
    let today = intake.clock.today();
    let mut request = request_without_tables(intake, resource, org, today).await?;
    request.overrides.insert(0, new.clone());
    request.lookups = crate::lookups::for_resource(intake, resource, &request.overrides, today).await?;
    let mut tried = Tried::default();
    for id in submissions {
        let mut after = 0;
        loop {
            let about = (codes, check_of(&new.rule).1);
            let batch = wrong_rows::concerned(intake.db.conn(), *id, about, after, BATCH).await?;
            let Some((last, _)) = batch.last() else { break };
            after = last.ordinal;
            if tried.checked >= most {
                tried.more = true;
                return Ok(tried);
            }
            let given = batch.iter().map(|(row, _)| cells(row)).collect::<Result<Vec<_>>>()?;
            let (asked, n) = (request.clone(), given.len() as u64);
            let found = tokio::task::spawn_blocking(move || lake::landing::check_cells(&asked, &given))
                .await
                .map_err(Error::internal)??;
            let rejected = |list: &[Finding]| list.iter().any(|f| f.severity == Severity::Reject);
            let stays = |(list, (_, before)): &(&Vec<Finding>, &(wrong_row::Model, Vec<_>))| {
                let whole = |f: &crate::store::entity::finding::Model| {
                    of_file(&f.code) && f.severity == Severity::Reject.name()
                };
                rejected(list) || before.iter().any(whole)
            };
            let left = found.iter().zip(&batch).filter(stays).count() as u64;
            tried.checked += n;
            tried.passed += n - left;
        }
    }
    Ok(tried)
}

fn cells(row: &wrong_row::Model) -> Result<IndexMap<String, String>> {
    serde_json::from_value(row.cells.clone()).map_err(Error::internal)
}

/// Findings that are seen only when a file is checked as a whole: its structure, and rows that repeat others.
fn of_file(code: &str) -> bool {
    code == "E504" || (code.starts_with('S') && !matches!(code, "S014" | "S018"))
}

/// How the log of mends names a step of judging again.
fn step_kind(step: &str) -> String {
    format!("{JUDGED}{step}")
}

/// What the name of a step of judging again begins with, in the log of mends.
pub(crate) const JUDGED: &str = "judge:";

/// Whether a row stands where it has only just passed.
pub(crate) fn newly_passed(before: &str, now: RowState) -> bool {
    before == RowState::Open.name() && now == RowState::Mended
}
