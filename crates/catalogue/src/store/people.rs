//! Responsible persons.

use ::store::OrFail;
use chrono::NaiveDate;
use kernel::{OrgId, Result};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

pub use super::entity::responsible_person::{ActiveModel, Column, Entity, Model};

/// Who answers for an entry on a day: those named for it, else those named for the whole organisation.
pub async fn of_entry(
    conn: &impl ConnectionTrait,
    org: OrgId,
    code: &str,
    day: NaiveDate,
) -> Result<Vec<Model>> {
    let all = on_day(conn, org, day).await?;
    let own: Vec<Model> = all.iter().filter(|p| p.entry_code == code).cloned().collect();
    // A duty that nobody holds for the entry itself is held by the organisation's.
    let general = all.into_iter().filter(|p| p.entry_code.is_empty());
    let general: Vec<Model> = general.filter(|p| !own.iter().any(|o| o.duty == p.duty)).collect();
    Ok(own.into_iter().chain(general).collect())
}

/// Everyone who answers for something of the organisation on a day.
pub async fn on_day(conn: &impl ConnectionTrait, org: OrgId, day: NaiveDate) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::OrgId.eq(org.0))
        .filter(Column::ValidFrom.lte(day))
        .filter(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gte(day)))
        .order_by_asc(Column::EntryCode)
        .order_by_desc(Column::Duty)
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .or_fail()
}
