//! The table of the audit log and the head of its chain.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::migration::{append_only, drop_append_only, run};

/// Audit log and its head.
pub struct Audit0001;

impl MigrationName for Audit0001 {
    fn name(&self) -> &'static str {
        "store_0001_audit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Audit0001 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "create table audit_log (
                seq bigint primary key,
                at {time} not null,
                actor text not null,
                user_id {uuid},
                credential_id {uuid},
                org_id {uuid},
                action text not null,
                subject text not null,
                detail text not null,
                previous text not null,
                hash text not null unique
            );
            create index audit_log_subject on audit_log (subject, seq);
            create index audit_log_actor on audit_log (actor, seq);
            create index audit_log_action on audit_log (action, seq);
            create table audit_head (id integer primary key, seq bigint not null, hash text not null);
            insert into audit_head (id, seq, hash) values (1, 0, '')",
        )
        .await?;
        append_only(manager, "audit_log").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_append_only(manager, "audit_log").await?;
        run(manager, "drop table audit_head").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
