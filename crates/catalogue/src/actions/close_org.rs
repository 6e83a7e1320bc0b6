//! An organisation is closed without a successor. It is never deleted: its past stays readable.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::successor::{ORGS, changeable_org};
use crate::model::EntryState;
use crate::store::{entries, orgs};

/// Closes the unit; `on` is the first day on which it no longer exists.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `org-day`, `org-closed`; `org-in-use` while units below
/// it exist or entries of it are published or under way, since then somebody has to take over.
pub async fn close_org(db: &Db, actor: &Actor, id: OrgId, on: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    actor.require(ORGS)?;
    db.tx(async |tx| {
        let org = changeable_org(tx, actor, id, on, now).await?;
        let below = orgs::children(tx, id, on).await?.len();
        let over = [EntryState::TakenDown, EntryState::Rejected, EntryState::Superseded].map(EntryState::name);
        let open = entries::Entity::find()
            .filter(entries::Column::OrgId.eq(id.0))
            .filter(entries::Column::State.is_not_in(over))
            .count(tx)
            .await
            .or_fail()?;
        if below > 0 || open > 0 {
            return Err(Error::conflict(
                "org-in-use",
                format!("“{}”还有 {below} 个下级机构、{open} 条未下架的目录，不能直接撤销。请用合并或拆分指定由谁承继。", org.name_zh),
                format!(
                    "“{}” still has {below} units below it and {open} entries that are not taken down. Merge or split it, so that somebody takes over.",
                    org.name_en
                ),
            ));
        }
        orgs::end(tx, &org, on).await?;
        let detail = json!({ "code": org.code, "name": org.name_zh, "on": on });
        audit::record(tx, now, actor, "org.close", &format!("org:{id}"), &detail).await?;
        Ok(())
    })
    .await
}
