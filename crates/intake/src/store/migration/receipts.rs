//! Receipts (收件): what a list and a dashboard read. A push makes one submission each, at a hundred a second; those of
//! one sender, resource and day are counted together in `push_day` as they come, so that no list has to group them.

use sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::prelude::*;
use store::migration::run;

pub(super) struct Intake0003;

impl MigrationName for Intake0003 {
    fn name(&self) -> &'static str {
        "intake_0003_receipts"
    }
}

/// The partial indexes leave single pushes out: a list of lines never meets them.
const UP: &str = "
    alter table submission add column day text not null default '';
    alter table submission add column push_day_id {uuid};
    create table push_day (
        id {uuid} primary key,
        org_id {uuid} not null,
        resource text not null,
        day text not null,
        sender text not null,
        created_by text not null,
        first_at {time} not null,
        last_at {time} not null,
        pushes bigint not null,
        rows_total bigint not null,
        rows_passed bigint not null,
        rows_warned bigint not null,
        rows_rejected bigint not null,
        rows_landed bigint not null,
        rows_open bigint not null
    );
    create unique index ux_push_day on push_day (org_id, resource, day, sender);
    create index ix_submission_line on submission (created_at) where push_day_id is null;
    create index ix_submission_line_day on submission (day, org_id) where push_day_id is null;
    create index ix_submission_push_day on submission (push_day_id, created_at);
    create index ix_submission_push_open on submission (push_day_id) where rows_open > 0";

/// The view, with what both halves have beside. Both have the same types, or SQLite would put the whole view together before it
/// reads a page of it.
fn view(manager: &SchemaManager, more: &str) -> String {
    let text = "
    create view receipt as
        select id, push_day_id, cast('one' as text) as kind, org_id, resource, way, file_name, state, created_by, day,
            created_at, size, cast(1 as bigint) as submissions, rows_total, rows_passed, rows_warned,
            rows_rejected, rows_landed, rows_open{more}
        from submission
        union all
        select id, cast(null as {uuid}), cast('pushes' as text), org_id, resource, cast('push' as text),
            created_by, cast('landed' as text), created_by, day, last_at, cast(0 as bigint), pushes, rows_total, rows_passed, rows_warned,
            rows_rejected, rows_landed, rows_open{more}
        from push_day";
    text.replace("{more}", more).replace("{uuid}", uuid(manager))
}

/// The name that the first migration's columns of ids have.
fn uuid(manager: &SchemaManager) -> &'static str {
    if manager.get_database_backend() == DbBackend::Postgres { "uuid" } else { "uuid_text" }
}

const DOWN: &str = "
    drop view receipt;
    drop index ix_submission_push_open;
    drop index ix_submission_push_day;
    drop index ix_submission_line_day;
    drop index ix_submission_line;
    drop table push_day;
    alter table submission drop column push_day_id;
    alter table submission drop column day";

#[async_trait::async_trait]
impl MigrationTrait for Intake0003 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        run(manager, &UP.replace("{uuid}", uuid(manager))).await?;
        run(manager, &view(manager, "")).await?;
        // The day in Beijing. Pushes from before stand alone.
        let day = if postgres {
            "to_char(created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')"
        } else {
            "date(created_at, '+8 hours')"
        };
        let sql = format!("update submission set day = {day}");
        manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

store::sql_migration!(
    /// The order of a day's pushes is told by an index alone, however far back the page.
    Intake0004,
    "intake_0004_push_order",
    "create index ix_submission_push_order on submission (push_day_id, created_at, id);
    drop index ix_submission_push_day",
    "create index ix_submission_push_day on submission (push_day_id, created_at);
    drop index ix_submission_push_order"
);

/// Rows that took the place of an earlier state, rows whose subject no library knows, and cells that had to be filled: for the shares of each.
pub(super) struct Intake0006;

impl MigrationName for Intake0006 {
    fn name(&self) -> &'static str {
        "intake_0006_items"
    }
}

const ITEMS: [&str; 4] = ["rows_updated", "rows_unlinked", "items_required", "items_given"];

#[async_trait::async_trait]
impl MigrationTrait for Intake0006 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "drop view receipt").await?;
        for table in ["submission", "push_day"] {
            for column in ITEMS {
                run(manager, &format!("alter table {table} add column {column} bigint not null default 0"))
                    .await?;
            }
        }
        run(manager, &view(manager, &format!(", {}", ITEMS.join(", ")))).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "drop view receipt").await?;
        for table in ["submission", "push_day"] {
            for column in ITEMS {
                run(manager, &format!("alter table {table} drop column {column}")).await?;
            }
        }
        run(manager, &view(manager, "")).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
