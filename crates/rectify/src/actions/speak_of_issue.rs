//! What people say about an issue: a note, a telephone call, a dispute and its answer.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, IssueId, Result, Role};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{Db, Tx, audit};

use crate::model::{EntryKind, IssueState};
use crate::store::entity::issue::ActiveModel;
use crate::store::{issues, records};

/// Who writes to an issue: the department, and the bureau.
pub const MAY_SPEAK: &[Role] = &[Role::DataOfficer, Role::BureauSteward];
/// Who chases, and answers disputes: the bureau owns the rules.
pub const MAY_CHASE: &[Role] = &[Role::BureauSteward];
/// Longest text, in characters.
const LONGEST: usize = 2_000;

pub(super) fn said(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::bad_input("issue-note", "请写明内容。", "Write something."));
    }
    let n = text.chars().count();
    if n > LONGEST {
        return Err(Error::bad_input(
            "issue-note-long",
            format!("最多 {LONGEST} 字，现在有 {n} 字。请写简短些。"),
            format!("At most {LONGEST} characters; there are {n}. Make it shorter."),
        ));
    }
    Ok(text)
}

/// Writes a note into the history, or, from the bureau, that the department was called.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` without a text.
pub async fn add_note(
    db: &Db,
    actor: &Actor,
    id: IssueId,
    (text, call): (&str, bool),
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(if call { MAY_CHASE } else { MAY_SPEAK })?;
    let text = said(text)?;
    issues::get(db.conn(), actor, id).await?;
    let kind = if call { EntryKind::Call } else { EntryKind::Note };
    db.tx(async |tx| {
        issues::note(tx, id, kind, (&actor.name, text), now).await?;
        if call {
            let change = ActiveModel { contacted_at: Set(Some(records::instant(now))), ..Default::default() };
            issues::update(tx, id, change).await?;
        }
        record(tx, actor, id, kind, now).await
    })
    .await
}

/// The department says the rule is wrong (提出争议): the issue is not chased until the bureau has answered.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` without a reason; `issue-moved` when it is not open.
pub async fn dispute(db: &Db, actor: &Actor, id: IssueId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    actor.require(&[Role::DataOfficer])?;
    let step = (IssueState::Open, IssueState::Disputed, EntryKind::Disputed);
    move_on(db, actor, id, reason, step, now).await
}

/// The bureau answers a dispute (答复争议): the issue is open again, with the answer in its history. Where the rule is to change,
/// that is done on the page of the rule.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` without a text; `issue-moved` when it is not disputed.
pub async fn answer(db: &Db, actor: &Actor, id: IssueId, text: &str, now: DateTime<Utc>) -> Result<()> {
    actor.require(MAY_CHASE)?;
    let step = (IssueState::Disputed, IssueState::Open, EntryKind::Answered);
    move_on(db, actor, id, text, step, now).await
}

async fn move_on(
    db: &Db,
    actor: &Actor,
    id: IssueId,
    text: &str,
    (from, to, kind): (IssueState, IssueState, EntryKind),
    now: DateTime<Utc>,
) -> Result<()> {
    let text = said(text)?;
    issues::get(db.conn(), actor, id).await?;
    db.tx(async |tx| {
        issues::transition(tx, id, from, to).await?;
        issues::note(tx, id, kind, (&actor.name, text), now).await?;
        record(tx, actor, id, kind, now).await
    })
    .await
}

async fn record(tx: &Tx, actor: &Actor, id: IssueId, kind: EntryKind, now: DateTime<Utc>) -> Result<()> {
    let action = match kind {
        EntryKind::Call => "issue.call",
        EntryKind::Disputed => "issue.dispute",
        EntryKind::Answered => "issue.answer",
        _ => "issue.note",
    };
    audit::record(tx, now, actor, action, &format!("issue:{id}"), &json!({})).await?;
    Ok(())
}
