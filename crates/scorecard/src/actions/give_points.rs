//! 积分: points are given and taken by a rule, for a reason.

use chrono::NaiveDate;
use kernel::{Actor, Error, OrgId, Result};
use rectify::actions::notices::address_scores;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, news, said, sensible};
use crate::context::Scorecard;
use crate::model::PointRules;
use crate::store::entity::point_entry::Model;
use crate::store::{instant, points};

/// Points for or against a department.
#[derive(Debug, Clone)]
pub struct NewPoints {
    /// The department.
    pub org: OrgId,
    /// Code of the rule.
    pub rule: String,
    /// The day of what happened.
    pub day: NaiveDate,
    /// What happened.
    pub reason: String,
    /// A place of this platform where it can be seen; empty where there is none.
    pub link: String,
}

/// Gives or takes points (记分).
///
/// # Errors
/// Forbidden without the role; not found for the department or the rule; `points-day` for a day ahead; `points-link` for a
/// link that leads elsewhere; `points-known` where the same stands already; `score-reason`.
pub async fn give_points(scorecard: &Scorecard, actor: &Actor, new: NewPoints) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    identity::org::require_in_scope(intake.db.conn(), &actor.scope, new.org).await?;
    let rules = PointRules::builtin()?;
    let rule = rules.find(&new.rule).ok_or_else(|| Error::not_found("这条积分规则", "rule"))?;
    if new.day > intake.clock.today() {
        return Err(Error::bad_input(
            "points-day",
            "发生日期不能晚于今天。",
            "The day of what happened cannot be ahead.",
        ));
    }
    let link = new.link.trim();
    // Browsers read a backslash as a slash.
    let leaves = link.starts_with("//") || link.contains(|c: char| c == '\\' || c.is_control());
    if !link.is_empty() && (!link.starts_with('/') || leaves || link.chars().count() > 300) {
        return Err(Error::bad_input(
            "points-link",
            "依据链接请填本平台的页面地址，以“/”开头。",
            "The link is the address of a page of this platform and begins with \"/\".",
        ));
    }
    let row = Model {
        id: Uuid::now_v7(),
        org_id: new.org.0,
        rule: rule.code.clone(),
        points: rule.points,
        on_day: sensible(new.day)?,
        reason: said(&new.reason)?,
        link: link.to_owned(),
        reverses: None,
        by_name: actor.name.clone(),
        at: instant(now),
    };
    let id = row.id;
    let post = address_scores(&news::rectify(scorecard), vec![news::given(scorecard, &row).await?]).await?;
    intake
        .db
        .tx(async |tx| {
            if points::is_known(tx, &row).await? {
                return Err(Error::conflict(
                    "points-known",
                    "这笔积分已经记过，没有重复记分。确是另一件事的，请在事由中写明。",
                    "These points are in the ledger already; they were not given twice. If it is another matter, say so in the reason.",
                ));
            }
            points::insert(tx, row.clone()).await?;
            post.send(tx).await?;
            let detail =
                json!({ "org": row.org_id, "rule": row.rule, "points": row.points, "reason": row.reason });
            audit::record(tx, now, actor, "points.give", &format!("points:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(id)
}
