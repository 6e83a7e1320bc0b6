//! The control database (控制库): connections, migrations, the audit log, events and background jobs.
//!
//! One code path for SQLite (the default, nothing to install) and PostgreSQL. No other crate opens a connection.

pub mod audit;
mod db;
mod error;
pub mod events;
pub mod jobs;
pub mod migration;
pub mod testing;
mod write;

pub use db::{Db, Tx};
pub use error::{OrFail, fail};
pub use sea_orm;
pub use sea_orm_migration::MigrationTrait;
pub use write::{instant, only_one};

/// The migrations of this crate, in order. Append-only: a landed migration is never edited.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(audit::migration::Audit0001),
        Box::new(events::Events0001),
        Box::new(jobs::migration::Jobs0001),
        Box::new(events::Events0002),
    ]
}

#[doc(hidden)]
pub mod __migration {
    pub use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};
}
