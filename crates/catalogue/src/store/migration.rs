//! Migrations of the catalogue, append-only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, date, date_null, integer, json_binary, string, string_null, text, text_null,
    timestamp_with_time_zone, uuid, uuid_null,
};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Catalogue0001), Box::new(Catalogue0002), Box::new(Catalogue0003)]
}

::store::sql_migration!(
    /// Sequence numbers of codes, the steps of an entry, and how organisations came to be what they are.
    Catalogue0002,
    "catalogue_0002_steps_and_successors",
    "create table catalogue_sequence (
        class text primary key,
        last bigint not null
    );
    create table entry_step (
        id {uuid} primary key,
        entry_id {uuid} not null references catalogue_entry (id),
        code text not null,
        version integer not null,
        verb text not null,
        state text not null,
        actor text not null,
        at {time} not null,
        note text not null
    );
    create index ix_entry_step_entry on entry_step (entry_id);
    create index ix_entry_step_code on entry_step (code, at);
    create table org_past (
        id {uuid} primary key,
        org_id {uuid} not null references org (id),
        name_zh text not null,
        name_en text not null,
        valid_from date not null,
        valid_to date not null
    );
    create index ix_org_past_org on org_past (org_id);
    create table org_succession (
        id {uuid} primary key,
        from_id {uuid} not null references org (id),
        to_id {uuid} not null references org (id),
        kind text not null check (kind in ('split', 'merge')),
        on_day date not null,
        unique (from_id, to_id)
    );
    create index ix_org_succession_to on org_succession (to_id)",
    "drop table org_succession; drop table org_past; drop table entry_step; drop table catalogue_sequence"
);

::store::sql_migration!(
    /// Local overrides of rules, and what was done with them.
    Catalogue0003,
    "catalogue_0003_rule_overrides",
    "create table rule_override (
        id {uuid} primary key,
        resource text not null,
        org_id {uuid} references org (id),
        rule text not null,
        change text not null,
        reason text not null,
        author text not null,
        created_at {time} not null,
        expires_on date not null,
        revoked_at {time},
        revoked_by text
    );
    create index ix_rule_override_resource on rule_override (resource, expires_on);
    create index ix_rule_override_org on rule_override (org_id);
    create table rule_override_step (
        id {uuid} primary key,
        override_id {uuid} not null references rule_override (id),
        verb text not null check (verb in ('add', 'extend', 'revoke')),
        actor text not null,
        at {time} not null,
        expires_on date not null,
        note text not null
    );
    create index ix_rule_override_step on rule_override_step (override_id, at)",
    "drop table rule_override_step; drop table rule_override"
);

struct Catalogue0001;

impl MigrationName for Catalogue0001 {
    fn name(&self) -> &'static str {
        "catalogue_0001_entries"
    }
}

const ENTRY: &str = "catalogue_entry";

/// (index, table, columns, unique)
const INDEXES: [(&str, &str, &[&str], bool); 6] = [
    ("ux_catalogue_entry_version", "catalogue_entry", &["code", "version"], true),
    ("ix_catalogue_entry_org", "catalogue_entry", &["org_id", "current"], false),
    ("ix_catalogue_entry_state", "catalogue_entry", &["state", "current"], false),
    ("ix_catalogue_entry_pack", "catalogue_entry", &["pack_resource", "current"], false),
    ("ix_catalogue_entry_previous", "catalogue_entry", &["previous_id"], false),
    ("ix_responsible_person", "responsible_person", &["org_id", "entry_code"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Catalogue0001 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = || uuid("id").primary_key().take();
        manager
            .create_table(
                Table::create()
                    .table("catalogue_entry")
                    .col(id())
                    .col(string("code"))
                    .col(integer("version"))
                    .col(uuid_null("previous_id"))
                    .col(boolean("current"))
                    .col(uuid("org_id"))
                    .col(string("name"))
                    .col(text("summary"))
                    .col(string_null("pack_resource"))
                    .col(string("class_path"))
                    .col(string("share_type"))
                    .col(string("open_type"))
                    .col(string("update_cycle"))
                    .col(string("state"))
                    .col(json_binary("content"))
                    .col(date_null("published_on"))
                    .col(string("updated_by"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(text_null("review_note"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_catalogue_entry_previous")
                            .from("catalogue_entry", "previous_id")
                            .to(ENTRY, "id"),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("responsible_person")
                    .col(id())
                    .col(uuid("org_id"))
                    .col(string("entry_code"))
                    .col(string("duty"))
                    .col(string("name"))
                    .col(string("phone"))
                    .col(string("email"))
                    .col(date("valid_from"))
                    .col(date_null("valid_to"))
                    .take(),
            )
            .await?;
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
        for table in ["responsible_person", "catalogue_entry"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
