//! Versions of indicators that the bureau sets.

use chrono::NaiveDate;
use kernel::{Error, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::indicator_version::{ActiveModel, Column, Entity, Model};
use crate::model::Revision;

/// Every version, newest first, those taken back too; of one indicator where one is named.
pub(crate) async fn all(conn: &impl ConnectionTrait, indicator: Option<&str>) -> Result<Vec<Model>> {
    let mut find = Entity::find();
    if let Some(code) = indicator {
        find = find.filter(Column::Indicator.eq(code));
    }
    find.order_by_asc(Column::Indicator).order_by_desc(Column::Version).all(conn).await.or_fail()
}

/// What is in force or to come.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn revisions(conn: &impl ConnectionTrait) -> Result<Vec<Revision>> {
    let rows = Entity::find().filter(Column::RevokedAt.is_null()).all(conn).await.or_fail()?;
    rows.into_iter()
        .map(|row| {
            Ok(Revision {
                version: u32::try_from(row.version).map_err(Error::internal)?,
                from: row.from_day,
                terms: serde_json::from_str(&row.terms).map_err(Error::internal)?,
                indicator: row.indicator,
            })
        })
        .collect()
}

/// Adds a version.
///
/// # Errors
/// `indicator-moved` where that version is there already.
pub(crate) async fn add(conn: &impl ConnectionTrait, row: Model) -> Result<()> {
    let key = sea_orm::sea_query::OnConflict::columns([Column::Indicator, Column::Version]);
    let done = Entity::insert(row.into_active_model().reset_all())
        .on_conflict(key.to_owned().do_nothing().to_owned())
        .exec_without_returning(conn)
        .await;
    match done {
        Ok(1) => Ok(()),
        Ok(_) | Err(sea_orm::DbErr::RecordNotInserted) => Err(moved()),
        Err(e) => Err(e).or_fail(),
    }
}

/// The indicator was revised since it was seen.
pub(crate) fn moved() -> Error {
    Error::conflict(
        "indicator-moved",
        "这项指标刚刚被别人修改，没有保存。请核对本页上的各个版本后再保存。",
        "This indicator has just been changed by somebody else; nothing was saved. Check the versions on this page before you save.",
    )
}

/// Takes a version back that does not apply yet.
///
/// # Errors
/// `indicator-applies` where it applies already, or was taken back.
pub(crate) async fn revoke(
    conn: &impl ConnectionTrait,
    (id, today): (Uuid, NaiveDate),
    mut change: ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::FromDay.gt(today))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || {
        Error::conflict(
            "indicator-applies",
            "这一版已经适用或已经撤销。要改动，请另存新的一版。",
            "This version applies already or was taken back. To change it, save a new version.",
        )
    })
}

/// One version.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid) -> Result<Model> {
    Entity::find_by_id(id).one(conn).await.or_fail()?.ok_or_else(|| Error::not_found("这一版", "version"))
}
