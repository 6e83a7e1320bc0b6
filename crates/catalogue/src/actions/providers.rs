//! 数源部门: who provides a resource, by the published catalogue. What several departments report each for itself has many
//! providers; what the city keeps once (一数一源) has one.

use std::collections::HashMap;

use ::store::OrFail;
use identity::org::Org;
use kernel::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::model::EntryState;
use crate::store::entries::{Column, Entity};

/// The organisations whose published entries provide a resource of a pack.
///
/// # Errors
/// When the database cannot be read.
pub async fn providers(conn: &impl ConnectionTrait, resource: &str) -> Result<Vec<Org>> {
    let entries = published().filter(Column::PackResource.eq(resource));
    Ok(named(conn, entries).await?.into_iter().map(|(_, org)| org).collect())
}

/// The same of every resource, by its code; those that nobody provides are absent.
///
/// # Errors
/// When the database cannot be read.
pub async fn providers_of_all(conn: &impl ConnectionTrait) -> Result<HashMap<String, Vec<Org>>> {
    let mut all: HashMap<String, Vec<Org>> = HashMap::new();
    for (resource, org) in named(conn, published()).await? {
        all.entry(resource).or_default().push(org);
    }
    Ok(all)
}

fn published() -> sea_orm::Select<Entity> {
    let states = [EntryState::Published.name(), EntryState::Changing.name()];
    Entity::find().filter(Column::Current.eq(true)).filter(Column::State.is_in(states))
}

async fn named(conn: &impl ConnectionTrait, entries: sea_orm::Select<Entity>) -> Result<Vec<(String, Org)>> {
    let pairs: Vec<(Option<String>, Uuid)> = entries
        .select_only()
        .columns([Column::PackResource, Column::OrgId])
        .distinct()
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    let ids = pairs.iter().map(|(_, org)| *org);
    let orgs = identity::org::Entity::find().filter(identity::org::Column::Id.is_in(ids));
    let orgs: HashMap<Uuid, Org> =
        orgs.all(conn).await.or_fail()?.into_iter().map(|org| (org.id, org)).collect();
    Ok(pairs.into_iter().filter_map(|(resource, org)| Some((resource?, orgs.get(&org)?.clone()))).collect())
}
