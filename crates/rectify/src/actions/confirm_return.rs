//! 整改确认: the department holds a record sent back to be right as it stands and says why; the bureau agrees, or sends it back.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, Role};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{Db, audit};
use uuid::Uuid;

use super::settle_returns::{documents, issues_of, keep_returned_issue, told};
use super::speak_of_issue::{MAY_CHASE, said};
use crate::context::Rectify;
use crate::model::{EntryKind, ReturnState};
use crate::store::entity::returned::{ActiveModel, Model};
use crate::store::returns::{self, These};
use crate::store::{issues, records};

/// Who asks for a confirmation: the department.
pub const MAY_CONFIRM: &[Role] = &[Role::DataOfficer];

/// What the bureau answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 同意
    Agree,
    /// 退回
    SendBack,
}

/// The department asks the bureau to confirm rows that are right as they stand (申请确认). Returns how many.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` without a reason; `return-moved` when none of them
/// waits.
pub(crate) async fn ask_confirmation(
    db: &Db,
    actor: &Actor,
    which: These,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64> {
    actor.require(MAY_CONFIRM)?;
    let reason = said(reason)?;
    let change = ActiveModel {
        state: Set(ReturnState::Asked.name().to_owned()),
        reason: Set(reason.to_owned()),
        reason_by: Set(actor.name.clone()),
        ..Default::default()
    };
    let step = Step {
        from: ReturnState::Open,
        change,
        kind: EntryKind::ConfirmAsked,
        event: "return-asked",
        action: "return.ask",
    };
    go(db, actor, which, reason, step, now).await
}

/// The bureau answers (答复确认): what it agrees to is closed as confirmed, the rest is open again. Returns how many.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` when sent back without a text; `return-moved` when
/// nobody asks any more.
pub(crate) async fn answer_confirmation(
    db: &Db,
    actor: &Actor,
    which: These,
    (answer, text): (Answer, &str),
    now: DateTime<Utc>,
) -> Result<u64> {
    actor.require(MAY_CHASE)?;
    let text = match answer {
        Answer::Agree if text.trim().is_empty() => "",
        _ => said(text)?,
    };
    let step = match answer {
        Answer::Agree => Step {
            from: ReturnState::Asked,
            change: returns::closed(ReturnState::Confirmed, now, None),
            kind: EntryKind::Confirmed,
            event: "return-confirmed",
            action: "return.confirm",
        },
        Answer::SendBack => Step {
            from: ReturnState::Asked,
            change: ActiveModel { state: Set(ReturnState::Open.name().to_owned()), ..Default::default() },
            kind: EntryKind::ConfirmRefused,
            event: "return-refused",
            action: "return.send-back",
        },
    };
    go(db, actor, which, text, step, now).await
}

/// The department asks the bureau to confirm one row by its id (see [`crate::facts::Return`]).
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `issue-note` without a reason; `return-moved` when it does not wait.
pub async fn ask_to_confirm(rectify: &Rectify, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    let intake = &rectify.intake;
    ask_confirmation(&intake.db, actor, These::One(id), reason, intake.clock.now()).await.map(drop)
}

/// The bureau agrees that one row is right as it stands.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `return-moved` when nobody asks any more.
pub async fn agree_to_confirm(rectify: &Rectify, actor: &Actor, id: Uuid, text: &str) -> Result<()> {
    let (intake, answer) = (&rectify.intake, (Answer::Agree, text));
    answer_confirmation(&intake.db, actor, These::One(id), answer, intake.clock.now()).await.map(drop)
}

struct Step {
    from: ReturnState,
    change: ActiveModel,
    kind: EntryKind,
    event: &'static str,
    action: &'static str,
}

async fn go(db: &Db, actor: &Actor, which: These, text: &str, step: Step, now: DateTime<Utc>) -> Result<u64> {
    let rows = returns::these(db.conn(), actor, which).await?;
    let rows: Vec<Model> = rows.into_iter().filter(|r| r.state == step.from.name()).collect();
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    db.tx(async |tx| {
        let n = returns::change(tx, &ids, &[step.from], &step.change).await?;
        if n == 0 || n != ids.len() as u64 {
            return Err(Error::conflict(
                "return-moved",
                "这些记录的状态刚刚变了，请刷新页面再试。",
                "These records have just changed. Reload the page and try again.",
            ));
        }
        for issue in issues_of(&rows) {
            let of: Vec<&Model> = rows.iter().filter(|r| r.issue_id == issue.0).collect();
            let note = match text {
                "" => documents(&of),
                text => format!("{}：{text}", documents(&of)),
            };
            issues::note(tx, issue, step.kind, (&actor.name, &note), now).await?;
            keep_returned_issue(tx, issue, now).await?;
        }
        told(tx, step.event, &rows.iter().collect::<Vec<_>>(), records::instant(now)).await?;
        let subject = match which {
            These::One(id) => format!("returned:{id}"),
            These::Issue(id) => format!("issue:{id}"),
        };
        audit::record(tx, now, actor, step.action, &subject, &json!({ "rows": n })).await?;
        Ok(n)
    })
    .await
}
