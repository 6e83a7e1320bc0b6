//! 抽查评估: an outside evaluator drew decisions from a department's files and found some that were neither reported nor published.

use chrono::NaiveDate;
use identity::org::Org;
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
/// Forbidden without the role; not found for the department; `resource-unknown`, `evaluation-resource`, `evaluation-counts`, `evaluation-day`,
/// `evaluation-evaluator`, `evaluation-note`, `evaluation-known`; `score-reason-long`.
pub async fn record_evaluation(scorecard: &Scorecard, actor: &Actor, new: NewEvaluation) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    identity::org::require_in_scope(intake.db.conn(), &actor.scope, new.org).await?;
    if let Some(resource) = &new.resource {
        decides(scorecard, new.org, resource).await?;
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

/// Refuses what is no list of decisions, and decisions that by the published catalogue others make. Where the catalogue names nobody
/// yet, any department may have made them.
async fn decides(scorecard: &Scorecard, org: OrgId, code: &str) -> Result<()> {
    let intake = &scorecard.intake;
    let (_, resource) = intake.resource(code)?;
    let (zh, en) = (&resource.title.zh, &resource.title.en);
    if resource.time_limit.is_none() {
        return Err(Error::bad_input(
            "evaluation-resource",
            format!(
                "“{zh}”不是有报送期限的决定，不能登记抽查评估。请选择许可、处罚等决定，或选择“各类决定”。"
            ),
            format!(
                "“{en}” is no kind of decision with a reporting limit. Choose a kind of decision, or decisions of every kind."
            ),
        ));
    }
    let named = catalogue::actions::providers(intake.db.conn(), code).await?;
    let own = identity::org::find(intake.db.conn(), org).await?;
    let belongs = |p: &Org| own.path.starts_with(&p.path) || p.path.starts_with(&own.path);
    if named.is_empty() || named.iter().any(belongs) {
        return Ok(());
    }
    Err(Error::bad_input(
        "evaluation-resource",
        format!(
            "按已发布的目录，{}不提供“{zh}”。请核对单位和数据类别；确有这类决定的，先在目录中登记，或选择“各类决定”。",
            own.name_zh
        ),
        format!(
            "By the published catalogue {} does not provide “{en}”. Check department and kind; where it does make such decisions, enter them in the catalogue first, or choose decisions of every kind.",
            own.name_en
        ),
    ))
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
