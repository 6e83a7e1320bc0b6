//! 抽查评估: an outside evaluator drew decisions from a department's files and found some that were neither reported nor published.

use chrono::NaiveDate;
use kernel::{Actor, Error, OrgId, Result};
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, said, sensible};
use crate::context::Scorecard;
use crate::store::entity::evaluation::Model;
use crate::store::{evaluations, instant};

/// Longest name of an evaluator, in characters.
const LONGEST_NAME: usize = 100;
/// Most decisions of one evaluation.
const MOST: i64 = 1_000_000;

/// What an evaluator found.
#[derive(Debug, Clone)]
pub struct NewEvaluation {
    /// The department whose files were looked at.
    pub org: OrgId,
    /// Code of the resource; none where decisions of every kind were looked at.
    pub resource: Option<String>,
    /// The day of the evaluation.
    pub day: NaiveDate,
    /// Who looked.
    pub evaluator: String,
    /// Decisions drawn.
    pub sampled: i64,
    /// Of these, decisions neither reported nor published (瞒报).
    pub unreported: i64,
    /// Which ones, and what else was found.
    pub note: String,
}

/// Writes down what an evaluator found (登记抽查评估).
///
/// # Errors
/// Forbidden without the role; not found for the department or the resource; `evaluation-counts`, `evaluation-day`,
/// `evaluation-evaluator`, `evaluation-note`, `evaluation-known`; `score-reason-long`.
pub async fn record_evaluation(scorecard: &Scorecard, actor: &Actor, new: NewEvaluation) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    identity::org::require_in_scope(intake.db.conn(), &actor.scope, new.org).await?;
    if let Some(resource) = &new.resource {
        intake.resource(resource)?;
    }
    if new.sampled < 1 || new.sampled > MOST || new.unreported < 0 || new.unreported > new.sampled {
        return Err(Error::bad_input(
            "evaluation-counts",
            format!("抽查件数应为 1 到 {MOST} 的整数，瞒报件数应为 0 到抽查件数的整数。"),
            format!(
                "The decisions drawn are a number from 1 to {MOST}; those not reported are a number from 0 to the decisions drawn."
            ),
        ));
    }
    if new.day > intake.clock.today() {
        return Err(Error::bad_input(
            "evaluation-day",
            "评估日期不能晚于今天。",
            "The day of the evaluation cannot be ahead.",
        ));
    }
    let evaluator = new.evaluator.trim();
    if evaluator.is_empty() || evaluator.chars().count() > LONGEST_NAME {
        return Err(Error::bad_input(
            "evaluation-evaluator",
            format!("请填写评估方，最多 {LONGEST_NAME} 字。"),
            format!("Say who evaluated, in at most {LONGEST_NAME} characters."),
        ));
    }
    if new.note.trim().is_empty() {
        return Err(Error::bad_input(
            "evaluation-note",
            "请在说明中写明抽查了哪些决定、发现了什么。",
            "Say in the note which decisions were drawn and what was found.",
        ));
    }
    let row = Model {
        id: Uuid::now_v7(),
        org_id: new.org.0,
        resource: new.resource,
        on_day: sensible(new.day)?,
        evaluator: evaluator.to_owned(),
        sampled: new.sampled,
        unreported: new.unreported,
        note: said(&new.note)?,
        by_name: actor.name.clone(),
        at: instant(now),
        revoked_by: None,
        revoked_at: None,
    };
    let id = row.id;
    intake
        .db
        .tx(async |tx| {
            if evaluations::is_known(tx, &row).await? {
                return Err(Error::conflict(
                    "evaluation-known",
                    "这次评估已经登记过，没有重复登记。确是另一次评估的，请在说明中写明。",
                    "This evaluation is recorded already; it was not recorded twice. If it is another one, say so in the note.",
                ));
            }
            evaluations::insert(tx, row.clone()).await?;
            let detail = json!({ "org": row.org_id, "resource": row.resource, "day": row.on_day,
                "sampled": row.sampled, "unreported": row.unreported });
            audit::record(tx, now, actor, "evaluation.record", &format!("evaluation:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(id)
}

/// Takes an evaluation back (撤销登记): it counts no more, and stays in the list.
///
/// # Errors
/// Forbidden without the role; not found where there is none that stands.
pub async fn revoke_evaluation(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    intake
        .db
        .tx(async |tx| {
            evaluations::revoke(tx, id, (&actor.name, now)).await?;
            audit::record(tx, now, actor, "evaluation.revoke", &format!("evaluation:{id}"), &json!({}))
                .await?;
            Ok(())
        })
        .await
}
