//! Organisations are merged (机构合并): they end, and one takes over.

use ::store::{Db, audit};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result};
use serde_json::json;

use super::successor::{NewUnit, ORGS, changeable_org, hand_over, move_children};
use crate::store::orgs;
use identity::org::{self, Org};

/// Who takes over.
#[derive(Debug, Clone)]
pub enum Successor {
    /// A unit that comes into being, beside the first of those merged and of its kind.
    New(NewUnit),
    /// A unit that exists.
    Existing(OrgId),
}

/// A merge.
#[derive(Debug, Clone)]
pub struct Merge {
    /// What ends.
    pub from: Vec<OrgId>,
    /// Who takes over all entries and all units below.
    pub into: Successor,
    /// First day on which those merged no longer exist.
    pub on: NaiveDate,
}

/// Merges, and returns the unit that takes over.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `org-day`, `org-closed`, `org-incomplete`; `org-parts`
/// when too few are merged, or one into itself or into what lies below it.
pub async fn merge_orgs(db: &Db, actor: &Actor, merge: Merge, now: DateTime<Utc>) -> Result<OrgId> {
    actor.require(ORGS)?;
    let mut ids = merge.from.clone();
    ids.sort_unstable();
    ids.dedup();
    let least = if matches!(merge.into, Successor::New(_)) { 2 } else { 1 };
    if ids.len() < least {
        return Err(parts("至少要选择两个机构合并。", "Choose at least two units to be merged."));
    }
    db.tx(async |tx| {
        let mut from: Vec<Org> = Vec::new();
        for id in &merge.from {
            if !from.iter().any(|o| o.id == id.0) {
                from.push(changeable_org(tx, actor, *id, merge.on, now).await?);
            }
        }
        let Some(first) = from.first() else { return Err(Error::internal("nothing to merge")) };
        let (kind, parent) = (first.kind.clone(), first.parent_id.map(OrgId));
        let to = match &merge.into {
            Successor::Existing(id) => changeable_org(tx, actor, *id, merge.on, now).await?,
            Successor::New(unit) => {
                if parent.is_some_and(|p| ids.contains(&p)) {
                    return Err(within());
                }
                org::insert(tx, unit.org(&kind, parent, merge.on)?).await?
            }
        };
        // One within another would leave the tree hanging in what has ended.
        if from.iter().any(|o| to.path.starts_with(&o.path))
            || from.iter().any(|a| from.iter().any(|b| a.id != b.id && a.path.starts_with(&b.path)))
        {
            return Err(within());
        }
        let mut merged = Vec::new();
        for old in &from {
            orgs::end(tx, old, merge.on).await?;
            orgs::succeed(tx, old.org_id(), to.org_id(), "merge", merge.on).await?;
            let codes = hand_over(tx, actor, old, &to, None, now).await?;
            move_children(tx, old, &to, None, merge.on).await?;
            merged.push(json!({ "id": old.id, "code": old.code, "name": old.name_zh, "entries": codes }));
        }
        let detail = json!({ "into": to.name_zh, "code": to.code, "on": merge.on, "from": merged });
        audit::record(tx, now, actor, "org.merge", &format!("org:{}", to.id), &detail).await?;
        Ok(to.org_id())
    })
    .await
}

fn parts(zh: &str, en: &str) -> Error {
    Error::bad_input("org-parts", zh, en)
}

fn within() -> Error {
    parts(
        "不能把机构并入它自己或它的下级，也不能同时合并上下级。请先处理下级机构。",
        "A unit cannot be merged into itself or what lies below it, nor together with a unit above it. Settle the lower one first.",
    )
}
