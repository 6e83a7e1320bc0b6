//! The same test bodies on both databases.
//!
//! ```ignore
//! store::on_both!(the_log_names_the_altered_record, store::migrations, async |db: Db| { … });
//! ```
//! makes a module with the tests `sqlite` and `postgres`. Each test gets a copy of a template that was migrated once.
//! PostgreSQL's address is taken from `YISHU_TEST_POSTGRES` (see `scripts/postgres.sh`); without it the variant
//! prints a notice and passes, except under `CI`, where it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::MigrationTrait;

use crate::Db;

type Migrations = fn() -> Vec<Box<dyn MigrationTrait>>;

/// A database of one test; gone when dropped.
pub struct TestDb {
    pub db: Db,
    /// The address, for a second connection.
    pub address: String,
    _folder: Option<tempfile::TempDir>,
}

/// Names the template: the same executable and the same list give the same one.
fn template(migrations: Migrations) -> String {
    let mut h = DefaultHasher::new();
    for m in migrations() {
        m.name().hash(&mut h);
    }
    if let Ok(exe) = std::env::current_exe() {
        if let Ok(at) = exe.metadata().and_then(|m| m.modified()) {
            at.hash(&mut h);
        }
        exe.hash(&mut h);
    }
    format!("yishu_template_{:016x}", h.finish())
}

impl TestDb {
    /// A fresh SQLite database.
    pub async fn sqlite(migrations: Migrations) -> Self {
        let template = std::env::temp_dir().join(format!("{}.db", template(migrations)));
        if !template.exists() {
            let folder = tempfile::tempdir().unwrap();
            let made = folder.path().join("made.db");
            let db = Db::connect(&format!("sqlite://{}", made.display())).await.unwrap();
            db.migrate(migrations).await.unwrap();
            db.conn().execute_unprepared("pragma wal_checkpoint(truncate)").await.unwrap();
            db.close().await.unwrap();
            // Another test may make it at the same moment: each copies aside, then renames.
            let aside: PathBuf = template.with_extension(uuid::Uuid::now_v7().simple().to_string());
            std::fs::copy(&made, &aside).unwrap();
            std::fs::rename(&aside, &template).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("control.db");
        std::fs::copy(&template, &file).unwrap();
        let address = format!("sqlite://{}", file.display());
        Self { db: Db::connect(&address).await.unwrap(), address, _folder: Some(folder) }
    }

    /// A fresh PostgreSQL database, or `None` when no server is set and this is not CI.
    pub async fn postgres(migrations: Migrations) -> Option<Self> {
        let Ok(server) = std::env::var("YISHU_TEST_POSTGRES") else {
            assert!(
                std::env::var("CI").is_err(),
                "YISHU_TEST_POSTGRES is not set: the PostgreSQL half of the tests must run in CI"
            );
            println!("skipped: YISHU_TEST_POSTGRES is not set (scripts/postgres.sh start)");
            return None;
        };
        let base = server.trim_end_matches('/').rsplit_once('/').map_or(server.as_str(), |(b, _)| b);
        let template = template(migrations);
        let admin = Db::connect(&server).await.unwrap();
        let run = async |sql: String| admin.conn().execute_unprepared(&sql).await;
        let exists = |name: String| {
            Statement::from_sql_and_values(
                admin.backend(),
                "select 1 from pg_database where datname = $1",
                [name.into()],
            )
        };
        if admin.conn().query_one_raw(exists(template.clone())).await.unwrap().is_none() {
            let aside = format!("aside_{}", uuid::Uuid::now_v7().simple());
            run(format!("create database {aside}")).await.unwrap();
            let db = Db::connect(&format!("{base}/{aside}")).await.unwrap();
            db.migrate(migrations).await.unwrap();
            db.close().await.unwrap();
            // The loser of a race drops its copy.
            if run(format!("alter database {aside} rename to {template}")).await.is_err() {
                run(format!("drop database if exists {aside}")).await.unwrap();
            }
        }
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let mut tries = 0;
        // A template that is being copied by another test at this moment is refused for an instant.
        while let Err(e) = run(format!("create database {name} template {template}")).await {
            tries += 1;
            assert!(tries < 50, "{e}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let address = format!("{base}/{name}");
        admin.close().await.unwrap();
        Some(Self { db: Db::connect(&address).await.unwrap(), address, _folder: None })
    }

    /// Removes a PostgreSQL database; a run leaves nothing behind but its templates. A failed test's stays, to be
    /// looked at.
    pub async fn finish(self) {
        if let (Ok(server), Some((_, name))) = (
            std::env::var("YISHU_TEST_POSTGRES"),
            self.address.rsplit_once('/').filter(|_| self._folder.is_none()),
        ) {
            let admin = Db::connect(&server).await.unwrap();
            admin.conn().execute_unprepared(&format!("drop database {name} with (force)")).await.unwrap();
        }
    }
}

/// Runs a body on a fresh database of each kind. See [`crate::testing`].
#[macro_export]
macro_rules! on_both {
    ($name:ident, $migrations:path, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let test = $crate::testing::TestDb::sqlite($migrations).await;
                ($body)(test.db.clone()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(test) = $crate::testing::TestDb::postgres($migrations).await {
                    ($body)(test.db.clone()).await;
                    test.finish().await;
                }
            }
        }
    };
}

/// A clock that a test moves by hand.
#[derive(Debug, Clone)]
pub struct HandClock(std::sync::Arc<std::sync::Mutex<chrono::DateTime<chrono::Utc>>>);

impl HandClock {
    /// Stands at a Monday morning.
    #[must_use]
    pub fn new() -> Self {
        let monday = "2026-01-05T01:00:00Z".parse().unwrap();
        Self(std::sync::Arc::new(std::sync::Mutex::new(monday)))
    }

    /// Moves forward.
    pub fn advance(&self, by: chrono::Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Default for HandClock {
    fn default() -> Self {
        Self::new()
    }
}

impl kernel::Clock for HandClock {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        *self.0.lock().unwrap()
    }
}
