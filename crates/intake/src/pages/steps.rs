//! The buttons of a submission's page: withdraw, decide, accept a group, undo, land what is mended.

use axum::extract::{Form, Path, State as Shared};
use axum::response::Response;
use kernel::Error;
use serde::Deserialize;
use shell::{Cx, Flash, Reply, Signed, redirect};

use super::submission_id;
use crate::Intake;
use crate::actions::accept_suggestions::accept_suggestions;
use crate::actions::decide_held::{Decision, decide_held};
use crate::actions::land_mended::land_mended;
use crate::actions::undo_mend::undo_mend;
use crate::actions::withdraw_submission::withdraw_submission;
use crate::store::{groups, submissions};

/// Why it is taken back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reason {
    reason: String,
}

/// `POST /submissions/{id}/withdraw`
pub async fn withdraw(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Form(given): Form<Reason>,
) -> Reply<Response> {
    let id = submission_id(&id)?;
    withdraw_submission(&intake, &actor, id, &given.reason).await?;
    Ok(redirect(&cx, &format!("/submissions/{id}"), Some(Flash::ok(cx.t("withdrawn")))))
}

/// What is decided.
#[derive(Debug, Deserialize)]
pub struct Decided {
    decision: String,
}

/// `POST /submissions/{id}/decide`
pub async fn decide(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Form(given): Form<Decided>,
) -> Reply<Response> {
    let id = submission_id(&id)?;
    let decision = match given.decision.as_str() {
        "land" => Decision::Land,
        "refuse" => Decision::Refuse,
        other => {
            return Err(Error::bad_input(
                "decision-unknown",
                format!("没有“{other}”这个选择，请选择入库或退回。"),
                format!("“{other}” is no choice; land or refuse."),
            )
            .into());
        }
    };
    decide_held(&intake, &actor, id, decision).await?;
    Ok(redirect(&cx, &format!("/submissions/{id}"), None))
}

/// Which group.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    group: uuid::Uuid,
}

/// `POST /submissions/{id}/accept`, from the list of causes.
pub async fn accept(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Form(given): Form<Chosen>,
) -> Reply<Response> {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let group = groups::find(intake.db.conn(), kernel::SubmissionId(row.id), given.group).await?;
    let (n, _) = accept_suggestions(&intake, &actor, id, (group.code, group.pattern, group.field)).await?;
    let text = cx.t1("accepted", "n", n);
    Ok(redirect(&cx, &format!("/submissions/{id}#mend"), Some(Flash::ok(text))))
}

/// `POST /submissions/{id}/undo-mend`
pub async fn undo(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = submission_id(&id)?;
    let n = undo_mend(&intake, &actor, id, None).await?;
    Ok(redirect(&cx, &format!("/submissions/{id}#mend"), Some(Flash::ok(cx.t1("undone", "n", n)))))
}

/// `POST /submissions/{id}/land-mended`
pub async fn land(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = submission_id(&id)?;
    let child = land_mended(&intake, &actor, id).await?;
    Ok(redirect(&cx, &format!("/submissions/{child}"), Some(Flash::ok(cx.t("land-mended-begun")))))
}
