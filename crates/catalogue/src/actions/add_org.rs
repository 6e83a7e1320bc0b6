//! A new organisation in the tree.

use ::store::{Db, audit};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result, beijing_date};
use serde_json::json;

use super::successor::{NewUnit, ORGS};
use crate::model::ORG_KINDS;
use crate::store::orgs;
use identity::org;

/// Adds a unit below `parent`; levels may be skipped.
///
/// # Errors
/// Forbidden without the role; `org-incomplete`, `org-kind`, `org-code`; not found outside the scope; conflict when
/// the code is taken.
pub async fn add_org(
    db: &Db,
    actor: &Actor,
    parent: OrgId,
    kind: &str,
    unit: NewUnit,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<OrgId> {
    actor.require(ORGS)?;
    if !ORG_KINDS.contains(&kind) {
        return Err(Error::bad_input(
            "org-kind",
            format!("没有“{kind}”这种机构类别。"),
            format!("There is no kind of organisation “{kind}”."),
        ));
    }
    let above = org::require_in_scope(db.conn(), &actor.scope, parent).await?;
    if !orgs::valid_on(&above, beijing_date(now)) {
        return Err(Error::conflict(
            "org-closed",
            format!("“{}”已撤销，不能在它下面设立机构。", above.name_zh),
            format!("“{}” is closed; nothing can be added below it.", above.name_en),
        ));
    }
    let new = unit.org(kind, Some(parent), from)?;
    db.tx(async |tx| {
        let org = org::insert(tx, new).await?;
        let detail =
            json!({ "code": org.code, "name": org.name_zh, "kind": kind, "parent": parent, "from": from });
        audit::record(tx, now, actor, "org.add", &format!("org:{}", org.id), &detail).await?;
        Ok(org.org_id())
    })
    .await
}
