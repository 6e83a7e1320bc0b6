//! 登记数据: the bureau enters a figure of an indicator whose business is done outside this platform.

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::Org;
use kernel::{Actor, Error, OrgId, Result};
use serde_json::json;
use store::{Tx, audit};
use uuid::Uuid;

use super::{STEWARD, said, sensible};
use crate::context::Scorecard;
use crate::model::{Indicators, check_figure};
use crate::store::entity::registered_figure::Model;
use crate::store::{instant, registered};

/// Longest basis, in characters.
const LONGEST_BASIS: usize = 200;

/// A figure as it stands on a day.
#[derive(Debug, Clone)]
pub struct NewFigure {
    /// Whose figure it is; what those below it have is entered for them.
    pub org: OrgId,
    /// Code of the indicator.
    pub indicator: String,
    /// The day up to which it was counted.
    pub day: NaiveDate,
    /// The denominator.
    pub whole: i64,
    /// The numerator.
    pub part: i64,
    /// The document or source the two numbers are taken from.
    pub basis: String,
    /// What else there is to say; may be empty.
    pub note: String,
}

/// Enters a figure (登记数据). The newest one of a department and indicator counts, until a newer one takes its place.
///
/// # Errors
/// Forbidden without the role; not found for the department; `registered-indicator`, `registered-org`, `registered-day`, `score-day`,
/// `registered-counts`, `registered-part`, `registered-basis`, `registered-known`; `score-reason-long`.
pub async fn record_figure(scorecard: &Scorecard, actor: &Actor, new: NewFigure) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let org = identity::org::require_in_scope(intake.db.conn(), &actor.scope, new.org).await?;
    let row = checked(actor, now, &org, new)?;
    let id = row.id;
    intake
        .db
        .tx(async |tx| {
            if registered::is_known(tx, &row).await? {
                return Err(Error::conflict(
                    "registered-known",
                    "同样的数已经登记过，没有重复登记。数字有变化的，请填写新的统计截止日。",
                    "The same figure is entered already; it was not entered twice. Where it changed, give the new day up to which it was counted.",
                ));
            }
            write_down(tx, actor, now, &row).await
        })
        .await?;
    Ok(id)
}

/// A figure of a department as it is kept, where it makes sense.
///
/// # Errors
/// As [`record_figure`] of what is wrong in it.
pub(super) fn checked(actor: &Actor, now: DateTime<Utc>, org: &Org, new: NewFigure) -> Result<Model> {
    if org.kind == "city" {
        return Err(Error::bad_input(
            "registered-org",
            "全市的数由各单位的相加得出，不单独登记。请选择部门、区县或镇街。",
            "The city's figure is the sum of its departments' and is not entered. Choose a department, district or township.",
        ));
    }
    let all = Indicators::builtin()?;
    let found = all.registered().find(|(i, _)| i.code == new.indicator);
    let (indicator, registers) = found.ok_or_else(|| {
        Error::bad_input(
            "registered-indicator",
            "请从列表中选择指标。其他指标由平台按业务数据计算，不用登记。",
            "Choose one of the indicators listed. The others are counted from what the platform knows.",
        )
    })?;
    if new.day > kernel::beijing_date(now) {
        return Err(Error::bad_input(
            "registered-day",
            "统计截止日不能晚于今天。",
            "The day up to which the figure was counted cannot be ahead.",
        ));
    }
    check_figure(indicator, registers, (new.whole, new.part))?;
    let basis = new.basis.trim();
    if basis.is_empty() || basis.chars().count() > LONGEST_BASIS {
        return Err(Error::bad_input(
            "registered-basis",
            format!("请填写数据依据，例如文件的名称和文号、统计报表，最多 {LONGEST_BASIS} 字。"),
            format!(
                "Say where the figures are taken from, such as name and number of a document, in at most {LONGEST_BASIS} characters."
            ),
        ));
    }
    Ok(Model {
        id: Uuid::now_v7(),
        org_id: org.id,
        indicator: new.indicator,
        on_day: sensible(new.day)?,
        whole: new.whole,
        part: new.part,
        basis: basis.to_owned(),
        note: if new.note.trim().is_empty() { String::new() } else { said(&new.note)? },
        by_name: actor.name.clone(),
        at: instant(now),
        revoked_by: None,
        revoked_at: None,
    })
}

/// Keeps a figure and who entered it.
pub(super) async fn write_down(tx: &Tx, actor: &Actor, now: DateTime<Utc>, row: &Model) -> Result<()> {
    registered::insert(tx, row.clone()).await?;
    let detail = json!({ "org": row.org_id, "indicator": row.indicator, "day": row.on_day,
        "whole": row.whole, "part": row.part, "basis": row.basis });
    audit::record(tx, now, actor, "registered.record", &format!("registered:{}", row.id), &detail).await?;
    Ok(())
}

/// Takes a figure back (撤销登记): it counts no more, the one before stands again, and it stays in the list.
///
/// # Errors
/// Forbidden without the role; not found where there is none that stands.
pub async fn revoke_figure(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    intake
        .db
        .tx(async |tx| {
            registered::revoke(tx, id, (&actor.name, now)).await?;
            audit::record(tx, now, actor, "registered.revoke", &format!("registered:{id}"), &json!({}))
                .await?;
            Ok(())
        })
        .await
}
