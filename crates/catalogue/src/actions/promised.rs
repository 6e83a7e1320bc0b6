//! What departments promised to deliver, and how often: the published entries whose data comes in by a pack's resource.

use ::store::OrFail;
use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{Actor, OrgId, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::model::{EntryState, UpdateCycle, cycle};
use crate::store::entries::{Column, Entity};

/// A promise (应报): this organisation delivers this resource at this cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// 信息资源代码 of the entry.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Resource of the pack.
    pub resource: String,
    /// Who delivers.
    pub org: OrgId,
    /// How often.
    pub cycle: UpdateCycle,
    /// The day since which it holds: when the entry was first published.
    pub since: NaiveDate,
}

/// The promises of the actor's scope, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn promised(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Promise>> {
    type Row = (String, String, Option<String>, uuid::Uuid, String);
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .columns([Column::Code, Column::Name, Column::PackResource, Column::OrgId, Column::UpdateCycle])
        .filter(Column::Current.eq(true))
        .filter(Column::State.is_in([EntryState::Published.name(), EntryState::Changing.name()]))
        .filter(Column::PackResource.is_not_null())
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Code)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    // A later version does not renew the promise.
    let first: std::collections::HashMap<String, Option<NaiveDate>> = Entity::find()
        .select_only()
        .column(Column::Code)
        .column_as(Column::PublishedOn.min(), "since")
        .filter(Column::PackResource.is_not_null())
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .group_by(Column::Code)
        .into_tuple::<(String, Option<NaiveDate>)>()
        .all(conn)
        .await
        .or_fail()?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .filter_map(|(code, name, resource, org, named)| {
            Some(Promise {
                since: first.get(&code).copied().flatten()?,
                cycle: cycle(&named)?,
                resource: resource?,
                org: OrgId(org),
                code,
                name,
            })
        })
        .collect())
}
