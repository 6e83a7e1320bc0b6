//! 考核范围: which departments and resources count, changed by a dated decision.

use chrono::NaiveDate;
use kernel::{Actor, Error, OrgId, Result};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, said, sensible};
use crate::context::Scorecard;
use crate::store::entity::scope_change::{ActiveModel, Model};
use crate::store::{basis, instant};

/// A change of what counts.
#[derive(Debug, Clone)]
pub struct NewScope {
    /// The organisation and all below it; all where nothing is said.
    pub org: Option<OrgId>,
    /// The resource; all where nothing is said.
    pub resource: Option<String>,
    /// Whether facts from that day on count.
    pub counts: bool,
    /// From this day on.
    pub from: NaiveDate,
    /// The decision it rests on.
    pub basis: String,
}

/// Changes what counts from a day on (调整考核范围).
///
/// # Errors
/// Forbidden without the role; `score-day`; `scope-all` where neither organisation nor resource is named; not found for either; `score-reason`.
pub async fn change_scope(scorecard: &Scorecard, actor: &Actor, new: NewScope) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    if new.org.is_none() && new.resource.is_none() {
        return Err(Error::bad_input(
            "scope-all",
            "请至少选择一个单位或一类数据。",
            "Choose a department or a resource at least.",
        ));
    }
    if let Some(org) = new.org {
        identity::org::require_in_scope(intake.db.conn(), &actor.scope, org).await?;
    }
    if new.resource.as_deref().is_some_and(|r| intake.packs.resource(r).is_none()) {
        return Err(Error::not_found("这类数据", "resource"));
    }
    let row = Model {
        id: Uuid::now_v7(),
        org_id: new.org.map(|o| o.0),
        resource: new.resource,
        counts: new.counts,
        from_day: sensible(new.from)?,
        basis: said(&new.basis)?,
        by_name: actor.name.clone(),
        at: instant(now),
        revoked_by: None,
        revoked_at: None,
    };
    let id = row.id;
    intake
        .db
        .tx(async |tx| {
            basis::change_scope(tx, row.clone()).await?;
            let detail = json!({ "org": row.org_id, "resource": row.resource, "counts": row.counts,
                "from": row.from_day, "basis": row.basis });
            audit::record(tx, now, actor, "scope.change", &format!("scope:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(id)
}

/// Takes a change of scope back (撤销范围调整); periods that are published keep it.
///
/// # Errors
/// Forbidden without the role; not found where it is not in force.
pub async fn revoke_scope(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(STEWARD)?;
    let now = scorecard.intake.clock.now();
    scorecard
        .intake
        .db
        .tx(async |tx| {
            let change = ActiveModel {
                revoked_by: Set(Some(actor.name.clone())),
                revoked_at: Set(Some(instant(now))),
                ..Default::default()
            };
            basis::revoke(tx, id, change).await?;
            audit::record(tx, now, actor, "scope.revoke", &format!("scope:{id}"), &json!({})).await?;
            Ok(())
        })
        .await
}
