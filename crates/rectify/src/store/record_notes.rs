//! Calls about decisions (联系记录): what was said about one that was never handed in has no issue to stand in.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};
use store::OrFail as _;
use uuid::Uuid;

use super::records::{BATCH, instant};
use super::replaced::is_or_was;
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

/// The calls about a decision and about the records that it replaced, newest first.
pub(crate) async fn of_record(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<Model>> {
    Entity::find()
        .filter(is_or_was(Column::RecordId, record))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Records of which no receipt tells any more go, as far as no list expects them: gives the calls about them to those that their rows
/// name now. Each pair holds the record that a row named before, and the one it names now.
pub(crate) async fn move_on(conn: &impl ConnectionTrait, renamed: &[(Uuid, Uuid)]) -> Result<()> {
    for batch in renamed.chunks(BATCH) {
        let of = Column::RecordId.is_in(batch.iter().map(|(old, _)| *old));
        let called: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::RecordId)
            .distinct()
            .filter(of)
            .into_tuple()
            .all(conn)
            .await
            .or_fail()?;
        for (old, new) in batch.iter().filter(|(old, _)| called.contains(old)) {
            let sql = "update record_note set record_id = $1 where record_id = $2
                and not exists (select 1 from record_attempt a where a.record_id = $2)
                and exists (select 1 from record r where r.id = $2 and r.expected_from is null)";
            let values = [Value::from(*new), Value::from(*old)];
            let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
            conn.execute_raw(asked).await.or_fail()?;
        }
    }
    Ok(())
}
