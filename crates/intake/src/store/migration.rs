//! Migrations of intake, append-only.

mod corrections;
mod exports;
mod following;
mod receipts;

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, date_null, integer, json_binary, json_binary_null, string, string_null, text,
    text_null, timestamp_with_time_zone, uuid, uuid_null,
};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Intake0001),
        Box::new(super::pull_migration::Intake0002),
        Box::new(receipts::Intake0003),
        Box::new(receipts::Intake0004),
        Box::new(exports::Intake0005),
        Box::new(receipts::Intake0006),
        Box::new(corrections::Intake0007),
        Box::new(following::Intake0008),
    ]
}

struct Intake0001;

impl MigrationName for Intake0001 {
    fn name(&self) -> &'static str {
        "intake_0001_submissions"
    }
}

/// Tables in the order in which they may be made; dropped in reverse.
const TABLES: [&str; 7] =
    ["submission", "wrong_row", "finding", "finding_group", "header_mapping", "mend_log", "push_key"];

fn id() -> ColumnDef {
    uuid("id").primary_key().take()
}

fn belongs_to(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("submission")
            .col(id())
            .col(string("resource"))
            .col(uuid("org_id"))
            .col(string("way"))
            .col(string("file_name"))
            .col(string("digest"))
            .col(big_integer("size"))
            .col(string("state"))
            .col(json_binary_null("reason"))
            .col(string("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(string_null("idempotency_key"))
            .col(json_binary_null("mapping"))
            .col(string_null("format"))
            .col(string_null("encoding"))
            .col(string_null("rule_set"))
            .col(date_null("as_of"))
            .col(big_integer("rows_total").default(0))
            .col(big_integer("rows_passed").default(0))
            .col(big_integer("rows_warned").default(0))
            .col(big_integer("rows_rejected").default(0))
            .col(big_integer("findings").default(0))
            .col(big_integer("rows_open").default(0))
            .col(big_integer("rows_landed").default(0))
            .col(uuid_null("parent_id"))
            .col(ColumnDef::new("lake_version").big_integer().null())
            .col(big_integer("progress_rows").default(0))
            .foreign_key(&mut belongs_to("submission", "parent_id", "submission"))
            .take(),
        Table::create()
            .table("wrong_row")
            .col(id())
            .col(uuid("submission_id"))
            .col(big_integer("ordinal"))
            .col(string_null("file"))
            .col(string_null("sheet"))
            .col(big_integer("row"))
            .col(json_binary("cells"))
            .col(json_binary("original"))
            .col(text("business_key"))
            .col(string("state"))
            .col(integer("version").default(1))
            .col(uuid_null("landed_by"))
            .foreign_key(&mut belongs_to("wrong_row", "submission_id", "submission"))
            .take(),
        Table::create()
            .table("finding")
            .col(id())
            .col(uuid("submission_id"))
            .col(uuid("wrong_row_id"))
            .col(string("field"))
            .col(string("code"))
            .col(string("pattern"))
            .col(string("severity"))
            .col(text_null("suggestion"))
            .col(json_binary("data"))
            .foreign_key(&mut belongs_to("finding", "submission_id", "submission"))
            .foreign_key(&mut belongs_to("finding", "wrong_row_id", "wrong_row"))
            .take(),
        Table::create()
            .table("finding_group")
            .col(id())
            .col(uuid("submission_id"))
            .col(string("code"))
            .col(string("pattern"))
            .col(string("field"))
            .col(string("severity"))
            .col(big_integer("findings"))
            .col(big_integer("suggestions"))
            .col(json_binary("data"))
            .foreign_key(&mut belongs_to("finding_group", "submission_id", "submission"))
            .take(),
        Table::create()
            .table("header_mapping")
            .col(id())
            .col(uuid("org_id"))
            .col(string("resource"))
            .col(text("header"))
            .col(string("field"))
            .col(string("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .take(),
        Table::create()
            .table("mend_log")
            .col(id())
            .col(uuid("submission_id"))
            .col(timestamp_with_time_zone("at"))
            .col(string("by"))
            .col(string("kind"))
            .col(json_binary("changes"))
            .col(boolean("undone").default(false))
            .foreign_key(&mut belongs_to("mend_log", "submission_id", "submission"))
            .take(),
        Table::create()
            .table("push_key")
            .col(id())
            .col(uuid("org_id"))
            .col(string("resource"))
            .col(string("key"))
            .col(uuid("submission_id"))
            .col(timestamp_with_time_zone("at"))
            .col(json_binary("answer"))
            .take(),
    ]
}

/// (index, table, columns, unique)
const INDEXES: [(&str, &str, &[&str], bool); 16] = [
    ("ix_submission_org_created", "submission", &["org_id", "created_at"], false),
    ("ix_submission_resource", "submission", &["resource", "created_at"], false),
    ("ix_submission_state", "submission", &["state"], false),
    ("ix_submission_digest", "submission", &["org_id", "digest"], false),
    ("ix_submission_parent", "submission", &["parent_id"], false),
    ("ux_submission_idempotency", "submission", &["org_id", "idempotency_key"], true),
    ("ux_wrong_row_ordinal", "wrong_row", &["submission_id", "ordinal"], true),
    ("ix_wrong_row_state", "wrong_row", &["submission_id", "state", "ordinal"], false),
    ("ix_wrong_row_landed_by", "wrong_row", &["landed_by"], false),
    ("ix_finding_row", "finding", &["wrong_row_id"], false),
    ("ix_finding_submission", "finding", &["submission_id"], false),
    ("ix_finding_group", "finding", &["submission_id", "code", "pattern", "field"], false),
    ("ix_finding_group_submission", "finding_group", &["submission_id"], false),
    ("ux_header_mapping", "header_mapping", &["org_id", "resource", "header"], true),
    ("ix_mend_log", "mend_log", &["submission_id", "at"], false),
    ("ux_push_key", "push_key", &["org_id", "resource", "key"], true),
];

#[async_trait::async_trait]
impl MigrationTrait for Intake0001 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (name, table, columns, unique) in INDEXES {
            let mut index = Index::create().name(name).table(table).take();
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
