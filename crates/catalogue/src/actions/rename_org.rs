//! An organisation gets another name; the old one stays known for its time.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;

use super::successor::{ORGS, changeable_org};
use crate::store::orgs;

/// Renames from the day `on`. The span of the name before ends the day before; the unit itself, its code and its
/// entries stay.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `org-incomplete`, `org-day`, `org-closed`.
pub async fn rename_org(
    db: &Db,
    actor: &Actor,
    id: OrgId,
    name_zh: &str,
    name_en: &str,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(ORGS)?;
    let zh = name_zh.trim();
    if zh.is_empty() {
        return Err(Error::bad_input("org-incomplete", "请填写机构名称。", "Give the organisation's name."));
    }
    let en = if name_en.trim().is_empty() { zh } else { name_en.trim() };
    db.tx(async |tx| {
        let org = changeable_org(tx, actor, id, on, now).await?;
        if let Some(last) = orgs::past(tx, id).await?.first()
            && on <= last.valid_to
        {
            return Err(Error::bad_input(
                "org-day",
                format!("生效日期 {on} 早于上一次更名，请改用 {} 之后的日期。", last.valid_to),
                format!("The day {on} lies before the last change; choose one after {}.", last.valid_to),
            ));
        }
        let last = on.checked_sub_days(Days::new(1)).ok_or_else(|| Error::internal("no day before"))?;
        orgs::keep_past(tx, &org, last).await?;
        let detail = json!({ "from": org.name_zh, "to": zh, "on": on });
        let mut row = org.into_active_model();
        row.name_zh = Set(zh.to_owned());
        row.name_en = Set(en.to_owned());
        row.update(tx).await.or_fail()?;
        audit::record(tx, now, actor, "org.rename", &format!("org:{id}"), &detail).await?;
        Ok(())
    })
    .await
}
