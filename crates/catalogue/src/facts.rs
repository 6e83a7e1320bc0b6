//! Facts for indicators (指标事实): the entries in force, page by page in the order of ids. Nothing here is for a person; whoever
//! shows it filters by what the actor may see.

use ::store::OrFail as _;
use chrono::NaiveDate;
use kernel::{OrgId, Result};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::model::EntryState;
use crate::store::entries::{Column, Entity};

/// An entry in force (目录).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFact {
    /// Of this version.
    pub id: Uuid,
    /// The code of the entry (信息资源代码).
    pub code: String,
    /// Its name.
    pub name: String,
    /// Who provides it.
    pub org: OrgId,
    /// The resource whose rows it tells of; none where nothing is attached.
    pub resource: Option<String>,
    /// `1`, `2` or `3`: not shared.
    pub share_type: String,
    /// Since when it is public.
    pub published_on: Option<NaiveDate>,
}

/// At most `limit` published entries after an id.
///
/// # Errors
/// When the database cannot be read.
pub async fn entries(conn: &impl ConnectionTrait, after: Option<Uuid>, limit: u64) -> Result<Vec<EntryFact>> {
    let in_force = [EntryState::Published.name(), EntryState::Changing.name()];
    let mut find = Entity::find().filter(Column::State.is_in(in_force));
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    let rows = find.order_by_asc(Column::Id).limit(limit).all(conn).await.or_fail()?;
    Ok(rows
        .into_iter()
        .map(|e| EntryFact {
            id: e.id,
            code: e.code,
            name: e.name,
            org: OrgId(e.org_id),
            resource: e.pack_resource.filter(|r| !r.is_empty()),
            share_type: e.share_type,
            published_on: e.published_on,
        })
        .collect())
}
