//! Webhooks.

use kernel::{Error, OrgId, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::webhook::{Column, Entity, Model};

/// All of them, those of the whole city first.
pub(crate) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Entity::find()
        .order_by_desc(Column::OrgId.is_null())
        .order_by_asc(Column::Title)
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Whether there is any.
pub(crate) async fn any(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(Entity::find().one(conn).await.or_fail()?.is_some())
}

/// Those that hear of a department, or of the whole city.
pub(crate) async fn concerned(conn: &impl ConnectionTrait, org: Option<OrgId>) -> Result<Vec<Model>> {
    let mut which = Condition::any().add(Column::OrgId.is_null());
    if let Some(org) = org {
        which = which.add(Column::OrgId.eq(org.0));
    }
    Entity::find().filter(which).order_by_asc(Column::Id).all(conn).await.or_fail()
}

/// One.
///
/// # Errors
/// Not found.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid) -> Result<Model> {
    Entity::find_by_id(id)
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这个 Webhook", "webhook"))
}

/// Adds one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// Removes one. What waited for it is refused when its turn comes.
pub(crate) async fn remove(conn: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    Entity::delete_by_id(id).exec(conn).await.or_fail()?;
    Ok(())
}
