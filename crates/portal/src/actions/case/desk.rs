//! Steps of the desks (岗位办理): forward, ask for papers, halt and resume the clock, extend, note; and the handler's data in the clear.

use kernel::{Actor, Error, RecordId, Result, Text};
use rectify::model::NoticeKind;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use standards::pack::CaseLimits;
use store::audit;
use uuid::Uuid;

use super::record::names_in;
use super::{CENTRE, DEPARTMENT, MAY_WORK, subject, tell};
use crate::context::Portal;
use crate::model::case::{Desk, Kind, Pause, Sealed, State, Step, Term};
use crate::model::guard;
use crate::seal::Seal;
use crate::store::case::entity::file::{ActiveModel, Model};
use crate::store::case::{cases, parts};

/// Longest text, in characters.
const LONGEST: usize = 2_000;

/// A text that must be there.
pub(super) fn said(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::bad_input("case-note", "请写明内容或理由。", "State what or why."));
    }
    let n = text.chars().count();
    if n > LONGEST {
        return Err(Error::bad_input(
            "case-note-long",
            format!("最多 {LONGEST} 字，现在有 {n} 字。请写简短些。"),
            format!("At most {LONGEST} characters; there are {n}. Make it shorter."),
        ));
    }
    Ok(text)
}

/// The limits by which a case is handled: those of the day it was opened.
pub(crate) fn limits<'a>(portal: &'a Portal, case: &Model) -> Result<&'a CaseLimits> {
    let place = portal.intake.packs.cases().profiles.get(&case.profile);
    let place = place.ok_or_else(|| Error::internal(format!("profile {}", case.profile)))?;
    Ok(match case.kind.parse::<Kind>()? {
        Kind::Objection => &place.objection,
        Kind::Repair => &place.repair,
    })
}

/// Whether the actor sits at the desk that has the case; what is decided is the centre's.
pub(super) fn require_desk(actor: &Actor, case: &Model) -> Result<()> {
    let state: State = case.state.parse()?;
    actor.require(if state.desk() == Desk::Department { DEPARTMENT } else { CENTRE })
}

/// What a step does to the desk.
pub(super) enum TaskMove {
    /// The same desk, perhaps on another day.
    Due,
    /// To another desk.
    To(Desk),
    /// The desk is done.
    Close,
}

/// One step: checked against the course, written with its history and its record.
pub(super) struct Move<'a> {
    pub step: Step,
    /// Empty for the applicant and the platform.
    pub by: &'a str,
    pub note: &'a str,
    pub term: Option<Term>,
    pub task: TaskMove,
    pub change: ActiveModel,
}

impl<'a> Move<'a> {
    pub(super) fn new(step: Step, by: &'a str, note: &'a str) -> Self {
        Self { step, by, note, term: None, task: TaskMove::Due, change: ActiveModel::default() }
    }
}

/// Takes a step in a transaction that `more` may add to.
pub(super) async fn take(
    portal: &Portal,
    actor: &Actor,
    case: &Model,
    step: Move<'_>,
    more: impl AsyncFnOnce(&store::Tx) -> Result<()>,
) -> Result<()> {
    let after = case.course(0)?.take(step.step)?;
    let now = portal.intake.clock.now();
    let mut change = step.change;
    change.state = Set(after.state.name().to_owned());
    change.pause = Set(after.pause.map(|p| p.name().to_owned()));
    change.asked = Set(after.asked);
    change.extended = Set(after.extended);
    let due = step.term.map_or(case.due, |t| t.due);
    if let Some(term) = step.term {
        change.due = Set(term.due);
        change.total_due = Set(term.total);
    }
    let action = format!("case.{}", step.step.name());
    portal
        .intake
        .db
        .tx(async |tx| {
            cases::update(tx, case, change).await?;
            if !matches!(step.task, TaskMove::Due) {
                tell::settle(tx, case, now).await?;
            }
            match step.task {
                TaskMove::Due => parts::move_task(tx, case.id, due).await?,
                TaskMove::Close => parts::close_task(tx, case.id, now).await?,
                TaskMove::To(desk) => {
                    parts::close_task(tx, case.id, now).await?;
                    parts::open_task(tx, case.id, desk, due, now).await?;
                }
            }
            parts::note(tx, case.id, step.step.name(), (step.by, step.note), now).await?;
            more(tx).await?;
            let detail = json!({ "number": case.number, "from": case.state, "to": after.state.name() });
            audit::record(tx, now, actor, &action, &subject(case), &detail).await?;
            Ok(())
        })
        .await
}

pub(super) fn term(case: &Model) -> Term {
    Term { due: case.due, total: case.total_due }
}

async fn at_desk(portal: &Portal, actor: &Actor, id: Uuid) -> Result<Model> {
    actor.require(MAY_WORK)?;
    let case = cases::get(portal.intake.db.conn(), actor, id).await?;
    require_desk(actor, &case)?;
    Ok(case)
}

/// The centre forwards a case to the department that provided the record (转部门核实).
///
/// # Errors
/// Forbidden at another desk; not found outside the scope; `case-step`, `case-moved`.
pub async fn forward_case(portal: &Portal, actor: &Actor, id: Uuid, note: &str) -> Result<()> {
    let case = at_desk(portal, actor, id).await?;
    let forwarded = term(&case).forwarded(limits(portal, &case)?, portal.intake.clock.today());
    let post = tell::address(portal, &case, NoticeKind::CaseForwarded, forwarded.due).await?;
    let step = Move {
        term: Some(forwarded),
        task: TaskMove::To(Desk::Department),
        ..Move::new(Step::Forward, &actor.name, note.trim())
    };
    take(portal, actor, &case, step, async |tx| post.send(tx).await).await
}

/// The centre takes a case back from a department that does not act (中心收回), so that it can decide or forward it again. Nobody
/// gains time by it: the last day stays.
///
/// # Errors
/// Forbidden for anybody but the centre; not found outside the scope; `case-note` without a reason; `case-step`, `case-moved`.
pub async fn take_back_case(portal: &Portal, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    actor.require(CENTRE)?;
    let case = cases::get(portal.intake.db.conn(), actor, id).await?;
    let step =
        Move { task: TaskMove::To(Desk::Centre), ..Move::new(Step::TakeBack, &actor.name, said(reason)?) };
    take(portal, actor, &case, step, async |_| Ok(())).await
}

/// A text for the applicant, without anything of a person.
async fn told<'a>(portal: &Portal, case: &Model, text: &'a str, place: &Text) -> Result<&'a str> {
    let text = said(text)?;
    let names = names_in(portal, RecordId(case.record_id)).await?;
    guard::pass(text, place, &names, portal.intake.clock.today())?;
    Ok(text)
}

/// The desk tells the applicant, once, everything that is missing (一次性告知补正); the clock stands still until it comes.
///
/// # Errors
/// As [`forward_case`]; `case-note` without a text, `text-personal` for one with a person's number or name.
pub async fn ask_papers(portal: &Portal, actor: &Actor, id: Uuid, missing: &str) -> Result<()> {
    let case = at_desk(portal, actor, id).await?;
    let missing = told(portal, &case, missing, &Text::new("补正内容", "what is missing")).await?;
    let mut step = Move::new(Step::AskPapers, &actor.name, missing);
    step.change.paused_on = Set(Some(portal.intake.clock.today()));
    take(portal, actor, &case, step, async |_| Ok(())).await
}

/// The clock stands still for a test, an appraisal or experts (检验、鉴定、专家评审).
///
/// # Errors
/// As [`forward_case`]; `case-note` without a reason; `case-no-pause` where the rules do not let that time out.
pub async fn halt_case(portal: &Portal, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    let case = at_desk(portal, actor, id).await?;
    let rules = limits(portal, &case)?;
    if !rules.expert_pause {
        return Err(Error::conflict(
            "case-no-pause",
            format!(
                "现行规则（{}）没有规定检验、鉴定和专家评审的时间不计入办理期限，不能暂停计时。需要更多时间请申请延期。",
                rules.source
            ),
            format!(
                "The rules in force ({}) do not leave time for tests and experts out of the limit. Extend the case if it needs more time.",
                rules.source
            ),
        ));
    }
    let mut step = Move::new(Step::Halt, &actor.name, said(reason)?);
    step.change.paused_on = Set(Some(portal.intake.clock.today()));
    take(portal, actor, &case, step, async |_| Ok(())).await
}

/// A case whose clock runs on, as many working days later as it stood.
pub(super) fn resumed(portal: &Portal, case: &Model) -> Term {
    match case.paused_on {
        Some(from) => term(case).paused(from, portal.intake.clock.today()),
        None => term(case),
    }
}

/// The clock runs on (恢复计时).
///
/// # Errors
/// As [`forward_case`].
pub async fn resume_case(portal: &Portal, actor: &Actor, id: Uuid, note: &str) -> Result<()> {
    let case = at_desk(portal, actor, id).await?;
    let mut step =
        Move { term: Some(resumed(portal, &case)), ..Move::new(Step::Resume, &actor.name, note.trim()) };
    step.change.paused_on = Set(None);
    take(portal, actor, &case, step, async |_| Ok(())).await
}

/// The desk takes the further working days that the rules allow, once and with a reason (延期).
///
/// # Errors
/// As [`forward_case`]; `case-note` without a reason, `text-personal`; `case-no-extension` where the rules allow none, `case-extension-late` after
/// the last day, `case-no-calendar`.
pub async fn extend_case(portal: &Portal, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    let case = at_desk(portal, actor, id).await?;
    let reason = told(portal, &case, reason, &Text::new("延期理由", "reason of the extension")).await?;
    // What cannot be extended at all is said before what the place allows.
    case.course(0)?.take(Step::Extend)?;
    let rules = limits(portal, &case)?;
    let Some(days) = rules.extension else {
        return Err(Error::conflict(
            "case-no-extension",
            format!("现行规则（{}）没有规定可以延期。", rules.source),
            format!("The rules in force ({}) allow no extension.", rules.source),
        ));
    };
    if case.due.is_some_and(|due| portal.intake.clock.today() > due) {
        return Err(Error::conflict(
            "case-extension-late",
            "期限已过，不能再延期。请尽快办理。",
            "The limit is past and can no longer be extended. Settle the case as soon as possible.",
        ));
    }
    let extended = term(&case).extended(days)?;
    let step = Move { term: Some(extended), ..Move::new(Step::Extend, &actor.name, reason) };
    take(portal, actor, &case, step, async |_| Ok(())).await
}

/// Writes a note that only the desks read (备注).
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `case-note`, `case-note-long`.
pub async fn note_case(portal: &Portal, actor: &Actor, id: Uuid, text: &str) -> Result<()> {
    actor.require(MAY_WORK)?;
    let text = said(text)?;
    let case = cases::get(portal.intake.db.conn(), actor, id).await?;
    let now = portal.intake.clock.now();
    portal
        .intake
        .db
        .tx(async |tx| {
            parts::note(tx, id, "note", (&actor.name, text), now).await?;
            let detail = json!({ "number": case.number });
            audit::record(tx, now, actor, "case.note", &subject(&case), &detail).await?;
            Ok(())
        })
        .await
}

/// The handler's data and what was claimed in the clear, for the desk that has the case; leaves a record.
///
/// # Errors
/// Forbidden at another desk; not found outside the scope; `case-unreadable` with another key.
pub async fn reveal_contact(portal: &Portal, actor: &Actor, id: Uuid) -> Result<Sealed> {
    let case = at_desk(portal, actor, id).await?;
    let open = Seal::of(&portal.intake.lake)?.open(case.id, &case.sealed)?;
    let sealed: Sealed = serde_json::from_slice(&open).map_err(Error::internal)?;
    let now = portal.intake.clock.now();
    portal
        .intake
        .db
        .tx(async |tx| {
            let detail = json!({ "number": case.number });
            audit::record(tx, now, actor, "case.contact", &subject(&case), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(sealed)
}

/// Why the clock of a case stands still.
pub(super) fn is_waiting_for_papers(case: &Model) -> bool {
    case.pause.as_deref() == Some(Pause::Papers.name())
}
