//! 决定: more rows failed than the resource allows; a person lands the good ones or turns the file away.

use kernel::{Actor, Error, Result, SubmissionId, Text};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit, jobs};

use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::jobs::process_job;
use crate::model::State;
use crate::store::entity::submission::ActiveModel;
use crate::store::submissions;

/// What a person decides about a held submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Land the good rows, keep the wrong ones for mending.
    Land,
    /// Turn the file away as a whole.
    Refuse,
}

/// Carries the decision out.
///
/// # Errors
/// `submission-state` unless the submission is held.
pub async fn decide_held(intake: &Intake, actor: &Actor, id: SubmissionId, decision: Decision) -> Result<()> {
    actor.require(MAY_HAND_IN)?;
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    let now = intake.clock.now();
    let tx = intake.db.begin().await?;
    match decision {
        Decision::Land => {
            let change = ActiveModel { reason: Set(None), ..Default::default() };
            submissions::transition(&tx, id, State::Held, State::Landing, change, now).await?;
            jobs::enqueue(&tx, process_job(id)?, now).await?;
        }
        Decision::Refuse => {
            let why = Text::new(
                format!("{}人工决定整批退回。", actor.name),
                format!("{} decided to turn the whole file away.", actor.name),
            );
            let reason = serde_json::to_value(why).map_err(Error::internal)?;
            let change = ActiveModel { reason: Set(Some(reason)), ..Default::default() };
            submissions::transition(&tx, id, State::Held, State::Refused, change, now).await?;
        }
    }
    let decided = match decision {
        Decision::Land => "land",
        Decision::Refuse => "refuse",
    };
    let detail = json!({ "decision": decided, "rejected": row.rows_rejected, "rows": row.rows_total });
    audit::record(&tx, now, actor, "submission.decide", &format!("submission:{id}"), &detail).await?;
    tx.commit().await.or_fail()
}
