//! Facts for indicators (指标事实): units and their accounts, page by page in the order of ids. Nothing here is for a person; whoever
//! shows it filters by what the actor may see.

use std::collections::HashMap;

use ::store::OrFail as _;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, Result};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::store::entity::{account, org};

/// An organisation, and whether anybody of it can sign in (单位).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFact {
    /// The organisation.
    pub org: OrgId,
    /// `city`, `district`, `department`, `township`, `village`, `unit`.
    pub kind: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; none while it exists.
    pub valid_to: Option<NaiveDate>,
    /// When the oldest of its accounts that are not disabled was opened; none without any.
    pub opened_at: Option<DateTime<Utc>>,
}

/// At most `limit` organisations after an id; two queries whatever their number.
///
/// # Errors
/// When the database cannot be read.
pub async fn units(conn: &impl ConnectionTrait, after: Option<Uuid>, limit: u64) -> Result<Vec<UnitFact>> {
    let mut find = org::Entity::find();
    if let Some(after) = after {
        find = find.filter(org::Column::Id.gt(after));
    }
    let orgs = find.order_by_asc(org::Column::Id).limit(limit).all(conn).await.or_fail()?;
    let open: Vec<(Option<Uuid>, DateTime<Utc>)> = account::Entity::find()
        .select_only()
        .columns([account::Column::OrgId, account::Column::CreatedAt])
        .filter(account::Column::DisabledAt.is_null())
        .filter(account::Column::OrgId.is_in(orgs.iter().map(|o| o.id)))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    let mut oldest: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
    for (org, at) in open {
        let Some(org) = org else { continue };
        let first = oldest.entry(org).or_insert(at);
        *first = at.min(*first);
    }
    Ok(orgs
        .into_iter()
        .map(|o| UnitFact {
            org: OrgId(o.id),
            kind: o.kind,
            valid_from: o.valid_from,
            valid_to: o.valid_to,
            opened_at: oldest.get(&o.id).copied(),
        })
        .collect())
}
