//! 标注、撤回、恢复公示: a record is marked, taken down or put back by a person or by a case.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, RecordId, Result, Role, Scope, Text};
use rectify::actions::notices::case_was_dealt_with;
use rectify::actions::{case_came_to_nothing, case_was_opened, later_of_decision};
use serde_json::json;
use store::{Tx, audit};

use super::batch::{move_to, tell_times};
use super::recall::recall_subject;
use super::{instant, targets};
use crate::actions::case::{names_in, people_decide};
use crate::context::Portal;
use crate::model::guard;
use crate::model::publication::{Reason, State};
use crate::store::publication::entity::publication::Model;
use crate::store::publication::{lists, recalls, write};

/// Who takes records down and puts them back: the department that handed them in, and the bureau.
pub const MAY_WITHDRAW: &[Role] = &[Role::DataOfficer, Role::BureauSteward];
/// Who ends a publication as a case would.
pub const MAY_END: &[Role] = &[Role::BureauSteward];
/// Longest reason, in characters.
const LONGEST: usize = 500;

/// Why a record is taken down. The public page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Which kind of reason.
    pub reason: Reason,
    /// In words: what happened, by which decision.
    pub text: String,
}

/// Marks a record at once (标注), such as while an objection is open. `mark` is the key of the text that is shown, in the message
/// catalogue; an empty one takes the mark off (取消标注). A record that is not shown keeps the mark for the day it is.
///
/// # Errors
/// Forbidden without the role; not found outside the scope or when it was never published.
pub async fn mark(portal: &Portal, actor: &Actor, record: RecordId, mark: &str) -> Result<()> {
    let now = portal.intake.clock.now();
    portal.intake.db.tx(async |tx| mark_in(tx, actor, record, mark, now).await).await
}

/// [`mark`], as a part of a transaction.
///
/// # Errors
/// As [`mark`].
pub async fn mark_in(tx: &Tx, actor: &Actor, record: RecordId, mark: &str, now: DateTime<Utc>) -> Result<()> {
    change(tx, actor, record, now, ("publication.mark", json!({ "mark": mark })), |row, now| {
        mark.clone_into(&mut row.mark);
        if row.shown {
            let state = if mark.is_empty() { State::Published } else { State::Marked };
            move_to(row, true, state, None, now);
        }
        Ok(())
    })
    .await
}

/// Takes a record down (撤回公示). Its page says that it was taken down and why, without the content; what had to be taken
/// down within a limit counts as done.
///
/// # Errors
/// As [`mark`]; `publication-reason` without words or with too many; `publication-reason-case` for a department that gives the result
/// of a case as its reason; `text-personal` when they hold a person's number or a name of the record; `publication-moved` when it is
/// down already.
pub async fn withdraw(portal: &Portal, actor: &Actor, record: RecordId, why: &Withdrawal) -> Result<()> {
    actor.require(MAY_WITHDRAW)?;
    if why.reason.is_of_case() && actor.require(MAY_END).is_err() {
        return Err(Error::bad_input(
            "publication-reason-case",
            "异议成立、信用修复要先办理案件，办结后自动撤回。请由主体或窗口提出申请，或选择其他原因；确需直接撤回的，请联系数据局。",
            "An upheld objection and a repair are results of a case, which takes the record down when it is decided. Have the subject or the hall apply, choose another reason, or ask the data bureau.",
        ));
    }
    let names = names_in(portal, record).await?;
    let place = Text::new("撤回原因", "reason of the withdrawal");
    guard::pass(&why.text, &place, &names, portal.intake.clock.today())?;
    let now = portal.intake.clock.now();
    let take_down = async |tx: &Tx| {
        withdraw_in(tx, actor, record, why, now).await?;
        targets::enqueue(tx, record, &why.text, now).await?;
        if why.reason.is_decided() { withdraw_later(tx, record, why, now).await } else { Ok(Vec::new()) }
    };
    let later = portal.intake.db.tx(take_down).await?;
    // Wherever else they went, they are taken back too: at once where that can be, else by the job.
    for record in later.into_iter().chain([record]) {
        at_once(portal, record, &why.text).await;
    }
    Ok(())
}

/// What was decided about a record holds for the same decision under another key ([`Reason::holds_for`]): its later records are taken
/// down with it, but for those a person took down. Answers with those that were not.
async fn withdraw_later(
    tx: &Tx,
    record: RecordId,
    why: &Withdrawal,
    now: DateTime<Utc>,
) -> Result<Vec<RecordId>> {
    case_was_opened(tx, record, now).await?;
    let mut down = Vec::new();
    for later in later_of_decision(tx, record).await? {
        if why.reason.holds_for(later.same_day)
            && take_down_unless(tx, later.record, why, now, is_by_hand).await?
        {
            targets::enqueue(tx, later.record, &why.text, now).await?;
            down.push(later.record);
        }
    }
    Ok(down)
}

/// [`withdraw`], as a part of a transaction and on the public site alone: whoever calls it takes it back from its targets.
///
/// # Errors
/// As [`withdraw`].
pub async fn withdraw_in(
    tx: &Tx,
    actor: &Actor,
    record: RecordId,
    why: &Withdrawal,
    now: DateTime<Utc>,
) -> Result<()> {
    let text = said(&why.text)?;
    let told = json!({ "reason": why.reason.name() });
    change(tx, actor, record, now, ("publication.withdraw", told), |row, now| {
        if is_by_hand(row) {
            return Err(moved());
        }
        take_down(row, why.reason, text, now);
        Ok(())
    })
    .await?;
    recall_done(tx, record, now).await
}

/// Takes a record down because a case decided so, shown or not: what is held, over, or was taken back by its department could
/// come to be shown later. One that a decision took down stays as it is; one that is not on the site yet comes to it taken
/// down ([`super::batch`]).
///
/// # Errors
/// When the database fails.
pub(in crate::actions) async fn withdraw_for_case(
    portal: &Portal,
    record: RecordId,
    why: &Withdrawal,
) -> Result<()> {
    let now = portal.intake.clock.now();
    let take_down = async |tx: &Tx| take_down_unless(tx, record, why, now, is_down_by_decision).await;
    portal.intake.db.tx(take_down).await?;
    Ok(())
}

/// [`withdraw_for_case`] of a later record of the decision that the case is about. What a person took down stays as it is.
///
/// # Errors
/// When the database fails.
pub(in crate::actions) async fn withdraw_with_case(
    portal: &Portal,
    record: RecordId,
    why: &Withdrawal,
) -> Result<()> {
    let now = portal.intake.clock.now();
    portal.intake.db.tx(async |tx| take_down_unless(tx, record, why, now, is_by_hand).await).await?;
    Ok(())
}

/// Takes a record down that is on the site and not down in some way already; whether it was.
async fn take_down_unless(
    tx: &Tx,
    record: RecordId,
    why: &Withdrawal,
    now: DateTime<Utc>,
    is_down: fn(&Model) -> bool,
) -> Result<bool> {
    // First of all: a row that comes to the site at this moment is seen here, or sees the decision.
    write::next_rev(tx).await?;
    let row = write::by_ids(tx, &[record.0]).await?.remove(&record.0);
    if row.is_none_or(|row| is_down(&row)) {
        return Ok(false);
    }
    let told = json!({ "reason": why.reason.name() });
    change(tx, &Actor::system(), record, now, ("publication.withdraw", told), |row, now| {
        take_down(row, why.reason, &why.text, now);
        Ok(())
    })
    .await?;
    recall_done(tx, record, now).await?;
    Ok(true)
}

/// What had to be taken down within a limit is.
async fn recall_done(tx: &Tx, record: RecordId, now: DateTime<Utc>) -> Result<()> {
    recalls::close(tx, record, instant(now)).await?;
    case_was_dealt_with(tx, &recall_subject(record.0), now).await
}

fn take_down(row: &mut Model, reason: Reason, text: &str, now: DateTime<Utc>) {
    let was = row.shown;
    move_to(row, was, State::Withdrawn, Some(reason), now);
    text.clone_into(&mut row.reason);
}

/// Whether a person took a record down, for whatever reason.
fn is_by_hand(row: &Model) -> bool {
    let by_hand = row.reason_kind.parse::<Reason>().is_ok_and(|r| !r.is_automatic());
    row.state == State::Withdrawn.name() && by_hand
}

/// Why a record is down that a decision took down.
pub(in crate::actions) fn decided_against(row: &Model) -> Option<Withdrawal> {
    let reason = row.reason_kind.parse().ok().filter(|_| is_down_by_decision(row))?;
    Some(Withdrawal { reason, text: row.reason.clone() })
}

/// Whether a decision took a record down: it does not come back by itself, and its department cannot put it back.
pub(in crate::actions) fn is_down_by_decision(row: &Model) -> bool {
    row.state == State::Withdrawn.name() && row.reason_kind.parse().is_ok_and(Reason::is_decided)
}

/// Puts a record that was taken down back (恢复公示), with its row as it is now, for a reason that the audit log keeps; its targets
/// get it again. Past its last day it shows as expired.
///
/// # Errors
/// As [`mark`]; `publication-reason` without a reason; `text-personal` when it holds a person's number or a name of the record;
/// `publication-moved` when it was not taken down by a person; `publication-decided` for anybody but the bureau where an objection,
/// a repair or the end of the decision took it down.
pub async fn republish(portal: &Portal, actor: &Actor, record: RecordId, why: &str) -> Result<()> {
    actor.require(MAY_WITHDRAW)?;
    let names = names_in(portal, record).await?;
    let place = Text::new("恢复公示的理由", "reason for putting it back");
    guard::pass(why, &place, &names, portal.intake.clock.today())?;
    let now = portal.intake.clock.now();
    let put_back = async |tx: &Tx| {
        let old = lists::get(tx, actor, record).await?;
        republish_in(tx, actor, record, why, now).await?;
        targets::enqueue(tx, record, "", now).await?;
        republish_later(tx, &old, why, now).await
    };
    let later = portal.intake.db.tx(put_back).await?;
    for record in later.into_iter().chain([record]) {
        at_once(portal, record, "").await;
    }
    Ok(())
}

/// The other way round than [`withdraw_later`]: what went down with a record comes back with it.
async fn republish_later(tx: &Tx, old: &Model, why: &str, now: DateTime<Utc>) -> Result<Vec<RecordId>> {
    let record = RecordId(old.id);
    let ids: Vec<_> = later_of_decision(tx, record).await?.into_iter().map(|r| r.record.0).collect();
    let mut back = Vec::new();
    for row in write::by_ids(tx, &ids).await?.into_values() {
        // What was down before that for a reason of its own stays so.
        let with_it = row.ended_at.is_none() || row.ended_at >= old.ended_at;
        let same = (&row.reason_kind, &row.reason) == (&old.reason_kind, &old.reason);
        if is_down_by_decision(&row) && with_it && same {
            republish_in(tx, &Actor::system(), RecordId(row.id), why, now).await?;
            targets::enqueue(tx, RecordId(row.id), "", now).await?;
            back.push(RecordId(row.id));
        }
    }
    if !people_decide(tx, record).await? {
        case_came_to_nothing(tx, record, now).await?;
    }
    Ok(back)
}

/// Keeps the targets of a record in step at once; where that fails, the job does it.
pub(super) async fn at_once(portal: &Portal, record: RecordId, reason: &str) {
    if let Err(e) = targets::keep_targets(portal, record, reason).await {
        tracing::warn!(%record, error = ?e, "the targets of a record could not be told at once");
    }
}

/// Whether an actor may put back what was taken down for a reason.
pub(crate) fn may_republish(actor: &Actor, reason: Reason) -> bool {
    let bureau = actor.scope == Scope::City && actor.is_any(&[Role::BureauSteward]);
    actor.is_any(MAY_WITHDRAW) && (bureau || !reason.is_decided())
}

/// [`republish`], as a part of a transaction.
///
/// # Errors
/// As [`republish`].
pub async fn republish_in(
    tx: &Tx,
    actor: &Actor,
    record: RecordId,
    why: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let told = json!({ "why": said(why)? });
    change(tx, actor, record, now, ("publication.republish", told), |row, now| {
        let reason = row.reason_kind.parse::<Reason>().ok().filter(|r| !r.is_automatic());
        let Some(reason) = reason.filter(|_| row.state == State::Withdrawn.name()) else {
            return Err(moved());
        };
        if !may_republish(actor, reason) {
            return Err(decided());
        }
        put_back(row, now);
        Ok(())
    })
    .await
}

/// A record that was taken down, as it stands without that.
pub(super) fn put_back(row: &mut Model, now: DateTime<Utc>) {
    let over = row.until.is_some_and(|last| last < kernel::beijing_date(now));
    let state = match (over, row.held_content.is_some(), row.mark.is_empty()) {
        (true, _, _) => State::Expired,
        (_, true, _) => State::Held,
        (_, _, false) => State::Marked,
        _ => State::Published,
    };
    move_to(row, false, state, None, now);
    row.reason.clear();
}

/// Changes one record the actor may change, with everything that hangs on it.
pub(super) async fn change(
    tx: &Tx,
    actor: &Actor,
    record: RecordId,
    now: DateTime<Utc>,
    (action, told): (&str, serde_json::Value),
    how: impl FnOnce(&mut Model, DateTime<Utc>) -> Result<()>,
) -> Result<()> {
    actor.require(MAY_WITHDRAW)?;
    let rev = write::next_rev(tx).await?;
    let now = instant(now);
    let old = lists::get(tx, actor, record).await?;
    let mut row = old.clone();
    how(&mut row, now)?;
    row.rev = rev;
    let before = HashMap::from([(old.id, old)]);
    tell_times(tx, &before, std::slice::from_ref(&row), now).await?;
    write::put(tx, &before, vec![row]).await?;
    audit::record(tx, now, actor, action, &format!("publication:{record}"), &told).await?;
    Ok(())
}

fn said(text: &str) -> Result<&str> {
    let text = text.trim();
    let n = text.chars().count();
    if n == 0 || n > LONGEST {
        return Err(Error::bad_input(
            "publication-reason",
            format!("请写明原因，不超过 {LONGEST} 字；撤回的原因会显示在公示页上，请勿写入个人信息。"),
            format!(
                "State the reason in at most {LONGEST} characters. Why a record is taken down is shown on the public page: no personal data."
            ),
        ));
    }
    Ok(text)
}

fn decided() -> Error {
    Error::conflict(
        "publication-decided",
        "这条记录是因异议成立、信用修复或决定失效撤下的，本单位不能自行恢复公示。如撤下有误，请联系数据主管部门核实后恢复。",
        "An objection, a repair or the end of the decision took this record down; the department cannot put it back by itself. If that was wrong, ask the data bureau.",
    )
}

pub(super) fn moved() -> Error {
    Error::conflict(
        "publication-moved",
        "这条记录的公示状态已经变化，请刷新后再操作。",
        "The record stands otherwise by now. Reload the page and try again.",
    )
}
