//! An organisation is split (机构拆分): it ends, and several new ones take over.

use ::store::{Db, audit};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result};
use serde_json::json;

use super::successor::{NewUnit, ORGS, changeable_org, hand_over, move_children};
use crate::store::orgs;
use identity::org;

/// One of the units that take over.
#[derive(Debug, Clone)]
pub struct Part {
    /// The new unit.
    pub unit: NewUnit,
    /// Codes of the entries it takes.
    pub entries: Vec<String>,
    /// Units below that come under it.
    pub children: Vec<OrgId>,
}

/// A split.
#[derive(Debug, Clone)]
pub struct Split {
    /// What is split.
    pub org: OrgId,
    /// First day of the new units.
    pub on: NaiveDate,
    /// At least two. What nobody takes by name goes to the first.
    pub parts: Vec<Part>,
}

/// Splits, and returns the new units in the order given.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `org-day`, `org-closed`, `org-incomplete`; `org-parts`
/// with fewer than two parts; conflict when a code is taken.
pub async fn split_org(db: &Db, actor: &Actor, split: Split, now: DateTime<Utc>) -> Result<Vec<OrgId>> {
    actor.require(ORGS)?;
    if split.parts.len() < 2 {
        return Err(Error::bad_input(
            "org-parts",
            "拆分后至少要有两个机构。只改名称请用“更名”。",
            "A split makes at least two units. To change the name only, rename it.",
        ));
    }
    db.tx(async |tx| {
        let from = changeable_org(tx, actor, split.org, split.on, now).await?;
        orgs::end(tx, &from, split.on).await?;
        let mut made = Vec::new();
        for part in &split.parts {
            let new = part.unit.org(&from.kind, from.parent_id.map(OrgId), split.on)?;
            let to = org::insert(tx, new).await?;
            orgs::succeed(tx, split.org, to.org_id(), "split", split.on).await?;
            made.push(to);
        }
        let mut moved = Vec::new();
        for (part, to) in split.parts.iter().zip(&made).skip(1) {
            moved.push(hand_over(tx, actor, &from, to, Some(&part.entries), now).await?);
            move_children(tx, &from, to, Some(&part.children), split.on).await?;
        }
        if let Some(first) = made.first() {
            moved.insert(0, hand_over(tx, actor, &from, first, None, now).await?);
            move_children(tx, &from, first, None, split.on).await?;
        }
        let into: Vec<_> = made
            .iter()
            .zip(&moved)
            .map(|(o, codes)| json!({ "id": o.id, "code": o.code, "name": o.name_zh, "entries": codes }))
            .collect();
        let detail = json!({ "name": from.name_zh, "on": split.on, "into": into });
        audit::record(tx, now, actor, "org.split", &format!("org:{}", from.id), &detail).await?;
        Ok(made.iter().map(org::Org::org_id).collect())
    })
    .await
}
