//! Migrations of the catalogue, append-only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, date, date_null, integer, json_binary, string, string_null, text, text_null,
    timestamp_with_time_zone, uuid, uuid_null,
};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Catalogue0001)]
}

struct Catalogue0001;

impl MigrationName for Catalogue0001 {
    fn name(&self) -> &'static str {
        "catalogue_0001_entries"
    }
}

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
                            .to("catalogue_entry", "id"),
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
