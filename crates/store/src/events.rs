//! Events (事件): immutable facts. Every metric is a query over this table, so the counts it needs stand in
//! columns of their own beside the JSON.

use chrono::SubsecRound;
use kernel::{Event, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, entity::prelude::*};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::OrFail;
use crate::migration::{append_only, drop_append_only, run};

/// One event as stored.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Sorts by time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `received`, `validated`, `landed`, `corrected`, `withdrawn` …
    pub kind: String,
    /// When.
    pub at: DateTimeUtc,
    /// The day in Beijing, `YYYY-MM-DD`, for grouping.
    pub day: String,
    /// The department.
    pub org_id: Option<Uuid>,
    /// Code of the resource.
    pub resource: Option<String>,
    /// The submission.
    pub submission_id: Option<Uuid>,
    /// `rows` of the data, where given.
    pub rows: Option<i64>,
    /// `passed` of the data, where given.
    pub passed: Option<i64>,
    /// `warned` of the data, where given.
    pub warned: Option<i64>,
    /// `rejected` of the data, where given.
    pub rejected: Option<i64>,
    /// The whole data as JSON text.
    pub data: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Appends one event, in the caller's transaction when `conn` is one.
///
/// # Errors
/// When the database refuses.
pub async fn append(conn: &impl ConnectionTrait, event: &Event) -> Result<()> {
    let count = |name: &str| event.data.get(name).and_then(serde_json::Value::as_i64);
    ActiveModel {
        id: Set(Uuid::now_v7()),
        kind: Set(event.kind.clone()),
        at: Set(event.at.trunc_subsecs(6)),
        day: Set(beijing_date(event.at).to_string()),
        org_id: Set(event.org.map(|o| o.0)),
        resource: Set(event.resource.clone()),
        submission_id: Set(event.submission.map(|s| s.0)),
        rows: Set(count("rows")),
        passed: Set(count("passed")),
        warned: Set(count("warned")),
        rejected: Set(count("rejected")),
        data: Set(event.data.to_string()),
    }
    .insert(conn)
    .await
    .or_fail()?;
    Ok(())
}

/// The table of events.
pub struct Events0001;

impl MigrationName for Events0001 {
    fn name(&self) -> &'static str {
        "store_0002_event"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Events0001 {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        run(
            manager,
            "create table event (
                id {uuid} primary key,
                kind text not null,
                at {time} not null,
                day text not null,
                org_id {uuid},
                resource_id {uuid},
                submission_id {uuid},
                rows bigint,
                passed bigint,
                warned bigint,
                rejected bigint,
                data text not null
            );
            create index event_day on event (day, kind, org_id);
            create index event_org on event (org_id, day);
            create index event_resource on event (resource_id, day);
            create index event_submission on event (submission_id, at)",
        )
        .await?;
        append_only(manager, "event").await
    }

    async fn down(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        drop_append_only(manager, "event").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

crate::sql_migration!(
    /// A resource is told by its code, the name packs and files know it by.
    Events0002,
    "store_0004_event_resource",
    "drop index event_resource;
    alter table event drop column resource_id;
    alter table event add column resource text;
    create index event_resource on event (resource, day)",
    "drop index event_resource;
    alter table event drop column resource;
    alter table event add column resource_id {uuid};
    create index event_resource on event (resource_id, day)"
);
