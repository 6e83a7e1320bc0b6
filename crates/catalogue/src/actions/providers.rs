//! 数源部门: who provides a resource, by the published catalogue. What several departments report each for itself has many
//! providers; what the city keeps once (一数一源) has one.

use ::store::OrFail;
use identity::org::{Entity as OrgEntity, Org};
use kernel::Result;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::model::EntryState;
use crate::store::entries::{Column, Entity};

/// The organisations whose published entries provide a resource of a pack, in the order of the tree.
///
/// # Errors
/// When the database cannot be read.
pub async fn providers(conn: &impl ConnectionTrait, resource: &str) -> Result<Vec<Org>> {
    let published = [EntryState::Published.name(), EntryState::Changing.name()];
    let theirs = Query::select()
        .column(Column::OrgId)
        .from(Entity)
        .and_where(Column::Current.eq(true))
        .and_where(Column::State.is_in(published))
        .and_where(Column::PackResource.eq(resource))
        .take();
    OrgEntity::find()
        .filter(identity::org::Column::Id.in_subquery(theirs))
        .order_by_asc(identity::org::Column::Path)
        .all(conn)
        .await
        .or_fail()
}
