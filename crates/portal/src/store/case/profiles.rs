//! The rules chosen by the city (办理规则).

use chrono::NaiveDate;
use kernel::Result;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};
use store::OrFail as _;

use super::entity::profile::{Column, Entity, Model};

/// Followed until the city has chosen: three working days at the centre, seven in all.
pub(crate) const DEFAULT: &str = "shandong";

/// The profile in force on a day.
pub(crate) async fn on(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<String> {
    let chosen = Entity::find()
        .filter(Column::ValidFrom.lte(day))
        .order_by_desc(Column::ValidFrom)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .one(conn)
        .await
        .or_fail()?;
    Ok(chosen.map_or_else(|| DEFAULT.to_owned(), |c| c.profile))
}

/// Every choice, the newest first.
pub(crate) async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Entity::find()
        .order_by_desc(Column::ValidFrom)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Writes a choice down; nothing takes it away, a later one takes its place.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}
