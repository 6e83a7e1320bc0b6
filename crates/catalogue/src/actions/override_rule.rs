//! A check of the superior profile is switched off or replaced locally (新增本地规则调整).

use ::store::{Db, OrFail, audit, events};
use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::{Actor, Error, Event, OrgId, Result, Scope, beijing_date};
use lake::check::{Change, Override};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use standards::pack::Packs;
use uuid::Uuid;

use super::RULES;
use crate::store::overrides::{self, Model};
use identity::org;

/// A new override.
#[derive(Debug, Clone)]
pub struct NewOverride {
    /// Code of the resource.
    pub resource: String,
    /// For this organisation and those below it; the whole city when absent.
    pub org: Option<OrgId>,
    /// Name of a row rule, or the code of a built-in check.
    pub rule: String,
    /// What is done otherwise.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// Last day on which it applies.
    pub expires: NaiveDate,
}

/// Puts an override in force from now on. `longest` is the greatest number of days it may run.
///
/// # Errors
/// Forbidden without the role, or for the whole city without a city-wide scope; not found outside the scope;
/// `override-rule` and `override-change` when the check cannot be changed so; `override-reason` without a reason;
/// `override-expiry` when the last day is past or too far off; `override-exists` when one is in force already.
pub async fn override_rule(
    db: &Db,
    actor: &Actor,
    packs: &Packs,
    new: NewOverride,
    longest: u16,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    actor.require(RULES)?;
    let reason = new.reason.trim();
    if reason.is_empty() {
        return Err(Error::bad_input(
            "override-reason",
            "请写明调整的理由，例如依据的通知或会议纪要。",
            "Give the reason, such as the notice or the decision it rests on.",
        ));
    }
    let today = beijing_date(now);
    check_expiry(new.expires, today, longest)?;
    match new.org {
        Some(org) => {
            org::require_in_scope(db.conn(), &actor.scope, org).await?;
        }
        None if actor.scope != Scope::City => return Err(Error::forbidden()),
        None => {}
    }
    let wanted = Override {
        id: String::new(),
        rule: new.rule.clone(),
        change: new.change.clone(),
        reason: reason.to_owned(),
        author: actor.name.clone(),
        expires: Some(new.expires),
    };
    wanted.validate(packs, &new.resource)?;
    db.tx(async |tx| {
        if let Some(same) = overrides::same(tx, &new.resource, &new.rule, new.org, today).await? {
            return Err(Error::conflict(
                "override-exists",
                format!(
                    "“{}”已有一项生效的调整（编号 {}，到 {}）。请先撤销它，或为它延期。",
                    new.rule,
                    same.number(),
                    same.expires_on
                ),
                format!(
                    "“{}” has an override in force already ({}, until {}). Revoke or extend that one.",
                    new.rule,
                    same.number(),
                    same.expires_on
                ),
            ));
        }
        let row = Model {
            id: Uuid::now_v7(),
            resource: new.resource.clone(),
            org_id: new.org.map(|o| o.0),
            rule: new.rule.clone(),
            change: serde_json::to_string(&new.change).map_err(Error::internal)?,
            reason: reason.to_owned(),
            author: actor.name.clone(),
            created_at: now,
            expires_on: new.expires,
            revoked_at: None,
            revoked_by: None,
        };
        overrides::ActiveModel {
            id: Set(row.id),
            resource: Set(row.resource.clone()),
            org_id: Set(row.org_id),
            rule: Set(row.rule.clone()),
            change: Set(row.change.clone()),
            reason: Set(row.reason.clone()),
            author: Set(row.author.clone()),
            created_at: Set(row.created_at),
            expires_on: Set(row.expires_on),
            revoked_at: Set(None),
            revoked_by: Set(None),
        }
        .insert(tx)
        .await
        .or_fail()?;
        overrides::add_step(tx, &row, "add", actor, reason, now).await?;
        told(tx, actor, &row, "rule-overridden", "override.add", now).await?;
        Ok(row.id)
    })
    .await
}

/// Refuses a last day that is past, or so far off that nobody would look again.
pub(super) fn check_expiry(expires: NaiveDate, today: NaiveDate, longest: u16) -> Result<()> {
    let last = today.checked_add_days(Days::new(u64::from(longest))).unwrap_or(NaiveDate::MAX);
    if expires >= today && expires <= last {
        return Ok(());
    }
    Err(Error::bad_input(
        "override-expiry",
        format!("到期日“{expires}”应在 {today} 到 {last} 之间（最长{longest}天）；到期前可以延期。"),
        format!(
            "The last day {expires} must lie between {today} and {last} ({longest} days at most); it can be extended before it ends."
        ),
    ))
}

/// Event and audit record of a step.
pub(super) async fn told(
    tx: &::store::Tx,
    actor: &Actor,
    row: &Model,
    event: &str,
    action: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let data = json!({
        "resource": row.resource, "org": row.org_id, "rule": row.rule, "change": row.change()?,
        "reason": row.reason, "expires": row.expires_on, "number": row.number(),
    });
    let event = Event {
        kind: event.to_owned(),
        at: now,
        org: row.org_id.map(OrgId),
        resource: Some(row.resource.clone()),
        submission: None,
        data: data.clone(),
    };
    events::append(tx, &event).await?;
    audit::record(tx, now, actor, action, &format!("override:{}", row.id), &data).await?;
    Ok(())
}
