//! Calls about decisions (联系记录): what was said about one that was never handed in has no issue to stand in.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::records::instant;
use note::{Column, Entity, Model};

/// `record_note` (联系记录)
pub(crate) mod note {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_note")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub record_id: Uuid,
        pub at: ChronoDateTimeUtc,
        pub by_name: String,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Writes a call down.
pub(crate) async fn add(
    conn: &impl ConnectionTrait,
    record: RecordId,
    (by, text): (&str, &str),
    at: DateTime<Utc>,
) -> Result<()> {
    let row = Model {
        id: Uuid::now_v7(),
        record_id: record.0,
        at: instant(at),
        by_name: by.to_owned(),
        note: text.to_owned(),
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// The calls about a decision, newest first.
pub(crate) async fn of_record(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::RecordId.eq(record.0))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .or_fail()
}
