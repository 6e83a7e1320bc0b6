//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

mod appeal_points;
mod ask_exemption;
mod change_scope;
mod deliver_copy;
mod discard_period;
mod edit_regulation;
mod figures;
mod give_points;
mod import_figures;
mod issue_circular;
mod news;
mod object;
mod open_period;
mod publish_period;
mod record_evaluation;
mod record_figure;
mod reverse_points;
mod revise_indicator;
mod write_circular;

pub use appeal_points::{answer_appeal, appeal_points};
pub use ask_exemption::{AskExemption, ask_exemption, decide_exemption, revoke_exemption};
pub use change_scope::{NewScope, change_scope, revoke_scope};
pub(crate) use deliver_copy::by_hand;
pub use deliver_copy::deliver_copy;
pub use discard_period::discard_period;
pub use edit_regulation::{edit_regulation, regulation};
pub(crate) use figures::shown;
pub use figures::{basis, count_board, counted, follow, refresh};
pub use give_points::{NewPoints, give_points};
pub use import_figures::{Imported, called, import_figures};
pub(crate) use issue_circular::signable;
pub use issue_circular::{issue_circular, read_circular};
pub use object::{NewObjection, answer_objection, object_to};
pub use open_period::{NewPeriod, open_period, recount_period};
pub use publish_period::{Recomputed, publish_period, recompute};
pub use record_evaluation::{NewEvaluation, record_evaluation, revoke_evaluation};
pub use record_figure::{NewFigure, record_figure, revoke_figure};
pub use reverse_points::reverse_points;
pub use revise_indicator::{
    NewVersion, Refused, Tried, indicator, newest, points_from, revise_indicator, revoke_version, try_terms,
};
pub(crate) use write_circular::before;
pub use write_circular::{draft_circular, edit_circular};

use kernel::{Actor, Error, Result, Role};

use crate::store::circulars::Seen;

/// Who runs the scorecard (管理方).
pub const STEWARD: &[Role] = &[Role::BureauSteward];
/// Who speaks for a department.
pub const DEPARTMENT: &[Role] = &[Role::DataOfficer, Role::TownshipClerk];
/// Who asks for an exemption: the department, or the bureau for it.
pub const MAY_ASK: &[Role] = &[Role::DataOfficer, Role::TownshipClerk, Role::BureauSteward];
/// Who sees everything, drafts included.
pub const INSIDE: &[Role] = &[Role::BureauSteward, Role::Auditor, Role::Administrator];

/// Who sees the scorecard.
pub const READERS: &[Role] =
    &[Role::DataOfficer, Role::TownshipClerk, Role::BureauSteward, Role::Auditor, Role::Administrator];

/// Which circulars an actor sees: the bureau all, members what is issued, a leader what was copied to the leader.
pub(crate) fn seen_by(actor: &Actor) -> Seen {
    if actor.is_any(INSIDE) {
        Seen::Drafts
    } else if actor.is_any(READERS) {
        Seen::Issued
    } else {
        Seen::CopiedTo(actor.user.map(|u| u.0))
    }
}

/// Longest text of a reason or an answer, in characters.
const LONGEST: usize = 2_000;

/// A reason or an answer as it is kept.
///
/// # Errors
/// `score-reason` without any, `score-reason-long`
fn said(text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Error::bad_input(
            "score-reason",
            "请写明理由或答复。",
            "Write the reason or the answer.",
        ));
    }
    let n = text.chars().count();
    if n > LONGEST {
        return Err(Error::bad_input(
            "score-reason-long",
            format!("最多 {LONGEST} 字，现在有 {n} 字。请写简短些。"),
            format!("At most {LONGEST} characters; there are {n}. Make it shorter."),
        ));
    }
    Ok(text)
}

/// Working days are asked for that nobody has published yet.
pub(crate) fn unpublished(outside: standards::calendar::OutsideCalendar) -> Error {
    Error::bad_input(
        "calendar-unpublished",
        format!(
            "工作日历只发布到 {}，{} 的期限无法计算。请在国务院公布下一年放假安排后更新平台。",
            outside.last, outside.date
        ),
        format!(
            "The working-day calendar is published up to {} only; nothing can be counted for {}. Update the platform once the next year's holidays are announced.",
            outside.last, outside.date
        ),
    )
}

/// A day of figures, points or scope that makes sense: nothing was counted before 2000, nothing is decided for after 2100.
///
/// # Errors
/// `score-day`
pub(crate) fn sensible(day: chrono::NaiveDate) -> Result<chrono::NaiveDate> {
    use chrono::Datelike as _;
    if (2000..=2100).contains(&day.year()) {
        return Ok(day);
    }
    Err(Error::bad_input(
        "score-day",
        format!("日期 {day} 不对，请填 2000 年到 2100 年之间的日期。"),
        format!("The day {day} makes no sense; choose one between 2000 and 2100."),
    ))
}
