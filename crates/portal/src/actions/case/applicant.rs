//! What an applicant does with the code (申请人): look, add papers, withdraw, say how it went.

use kernel::{Error, ErrorKind, RecordId, Result, Text};
use sea_orm::ActiveValue::Set;

use super::desk::{Move, TaskMove, is_waiting_for_papers, resumed, said, take};
use super::open_case::Refused;
use super::record::names_in;
use super::{applicant, carry_out, papers, same_decision};
use crate::context::Portal;
use crate::model::case::{Attachment, FollowCode, Step};
use crate::model::guard::hide;
use crate::store::case::entity::file::Model;
use crate::store::case::{cases, parts};
use crate::store::instant;

/// The case of a code as it was typed.
///
/// # Errors
/// `case-code` whether the code is ill-formed or unknown.
pub(crate) async fn of_code(portal: &Portal, typed: &str) -> Result<Model> {
    let code = FollowCode::read(typed)?;
    let found = cases::by_code(portal.intake.db.conn(), &code.digest()).await?;
    found.ok_or_else(crate::model::case::unknown_code)
}

/// Whether a code leads to a case; its id.
///
/// # Errors
/// `case-code`
pub async fn follow_case(portal: &Portal, typed: &str) -> Result<uuid::Uuid> {
    Ok(of_code(portal, typed).await?.id)
}

/// The applicant answers what was asked for; the clock runs on.
///
/// # Errors
/// `case-code`, `case-step` when nothing was asked, `case-note` without a word and a file, the codes of attachments.
pub async fn give_papers(
    portal: &Portal,
    code: &str,
    note: &str,
    files: Vec<Attachment>,
) -> Result<(), Refused> {
    let case = of_code(portal, code).await?;
    case.course(0)?.take(Step::GivePapers)?;
    let note = if files.is_empty() { said(note)? } else { note.trim() };
    let names = names_in(portal, RecordId(case.record_id)).await?;
    let note = hide(note, &names, portal.intake.clock.today());
    let kinds =
        papers::judge(&files).map_err(|all| Refused(all.into_iter().map(|e| ("files", e)).collect()))?;
    let rows = papers::keep(portal, case.id, (&files, &kinds), &names).await?;
    debug_assert!(is_waiting_for_papers(&case), "the course has said so");
    let mut step = Move { term: Some(resumed(portal, &case)), ..Move::new(Step::GivePapers, "", &note) };
    step.change.paused_on = Set(None);
    step.change.papers_complete = Set(true);
    take(portal, &applicant(), &case, step, async |tx| parts::add_papers(tx, rows).await).await?;
    Ok(())
}

/// The applicant withdraws (撤回申请); the mark goes.
///
/// # Errors
/// `case-code`, `case-step` once it is decided.
pub async fn withdraw_case(portal: &Portal, code: &str) -> Result<()> {
    let case = of_code(portal, code).await?;
    let now = instant(portal.intake.clock.now());
    let mut step = Move { task: TaskMove::Close, ..Move::new(Step::Withdraw, "", "") };
    step.change.closed_at = Set(Some(now));
    step.change.paused_on = Set(None);
    // Until the mark is off, every round tries.
    step.change.marked_at = Set(None);
    let record = RecordId(case.record_id);
    take(portal, &applicant(), &case, step, async |tx| same_decision::came_to_nothing(tx, record, now).await)
        .await?;
    if let Err(e) = carry_out::mark(portal, &case).await {
        tracing::warn!(case = %case.id, error = ?e, "the mark could not be taken off at once");
    }
    Ok(())
}

/// Whether it was solved and how satisfied the applicant is, from 1 非常不满意 to 5 非常满意 (评价).
///
/// # Errors
/// `case-code`, `case-step` before it is closed or a second time, `case-rating` outside 1 to 5.
pub async fn rate_case(portal: &Portal, code: &str, solved: bool, rating: i64) -> Result<()> {
    if !(1..=5).contains(&rating) {
        return Err(Error::new(
            ErrorKind::BadInput,
            "case-rating",
            Text::new("请在五档满意度中选择一档。", "Choose one of the five steps."),
        ));
    }
    let case = of_code(portal, code).await?;
    let mut step = Move::new(Step::Rate, "", "");
    step.change.solved = Set(Some(solved));
    step.change.rating = Set(Some(rating));
    take(portal, &applicant(), &case, step, async |_| Ok(())).await
}
