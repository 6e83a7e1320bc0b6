//! The connection to the control database.

use std::time::Duration;

use kernel::{Error, Result};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, MigratorTraitSelf};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::OrFail;

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
pub type Tx = DatabaseTransaction;

/// How long a writer waits for another one before it gives up.
const BUSY: Duration = Duration::from_secs(15);

/// The control database (控制库). Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    conn: DatabaseConnection,
}

impl Db {
    /// Opens `sqlite://path` (the file and its folder are made when missing) or `postgres://…`.
    ///
    /// # Errors
    /// `database-address` when the address is of neither kind; unavailable when nothing answers there.
    pub async fn connect(address: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(address);
        options.sqlx_logging(false).connect_timeout(BUSY).acquire_timeout(BUSY);
        if let Some(path) = address.strip_prefix("sqlite:") {
            let path = path.trim_start_matches("//");
            let path = path.split('?').next().unwrap_or(path);
            if let Some(folder) = std::path::Path::new(path).parent() {
                std::fs::create_dir_all(folder).map_err(|e| {
                    Error::bad_input(
                        "database-address",
                        format!("无法建立数据库所在的文件夹“{}”：{e}。", folder.display()),
                        format!("Cannot make the folder {} of the database: {e}.", folder.display()),
                    )
                })?;
            }
            options.max_connections(8).map_sqlx_sqlite_opts(|o| {
                o.create_if_missing(true)
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // NORMAL in WAL mode may lose the last commits on a power cut; what we answered must stay.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(BUSY)
            });
            options.map_sqlx_sqlite_pool_opts(|pool| {
                pool.after_release(|conn, _| Box::pin(async move { is_free(conn).await }))
            });
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            options.max_connections(16);
        } else {
            return Err(Error::bad_input(
                "database-address",
                format!("数据库地址“{address}”无法识别，应为 sqlite://路径 或 postgres://…。"),
                format!("The database address “{address}” is neither sqlite://path nor postgres://…"),
            ));
        }
        let conn = Database::connect(options)
            .await
            .map_err(|e| Error::unavailable("数据库", "database", format!("{address}: {e}")))?;
        Ok(Self { conn })
    }

    /// The connection pool, for reading.
    #[must_use]
    pub const fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }

    /// Which of the two databases it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.conn.get_database_backend()
    }

    /// Begins a transaction for writing. On SQLite it takes the write lock at once, so that two writers queue
    /// instead of one of them failing half-way.
    ///
    /// # Errors
    /// Unavailable when no connection can be had.
    pub async fn begin(&self) -> Result<Tx> {
        let mode = match self.backend() {
            DbBackend::Sqlite => Some(SqliteTransactionMode::Immediate),
            _ => None,
        };
        self.conn
            .begin_with_options(TransactionOptions { sqlite_transaction_mode: mode, ..Default::default() })
            .await
            .or_fail()
    }

    /// Runs `work` in one transaction: committed when it returns `Ok`, rolled back otherwise.
    ///
    /// # Errors
    /// What `work` returns, or the database's refusal.
    pub async fn tx<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        let tx = self.begin().await?;
        let out = work(&tx).await?;
        tx.commit().await.or_fail()?;
        Ok(out)
    }

    /// Applies every migration that is not applied yet.
    ///
    /// # Errors
    /// When a migration fails, or the database holds one this program does not know.
    pub async fn migrate(&self, migrations: fn() -> Vec<Box<dyn MigrationTrait>>) -> Result<()> {
        List(migrations).up(&self.conn, None).await.or_fail()
    }

    /// Takes back every migration.
    ///
    /// # Errors
    /// When a migration cannot be taken back.
    pub async fn migrate_down(&self, migrations: fn() -> Vec<Box<dyn MigrationTrait>>) -> Result<()> {
        List(migrations).down(&self.conn, None).await.or_fail()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Unavailable when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.conn.ping().await.map_err(|e| Error::unavailable("数据库", "database", e))
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// When a connection cannot be closed in good order.
    pub async fn close(self) -> Result<()> {
        self.conn.close().await.or_fail()
    }
}

/// Whether a connection that comes back is out of its transaction. When the disk is full SQLite ends a transaction by itself, or
/// neither commits nor ends it; a connection that still counts one would keep every writer out, so it is closed.
async fn is_free(conn: &mut SqliteConnection) -> sqlx::Result<bool> {
    if !conn.is_in_transaction() {
        return Ok(true);
    }
    // A rollback may still be on its way; the answer comes after it.
    conn.ping().await?;
    Ok(!conn.is_in_transaction())
}

struct List(fn() -> Vec<Box<dyn MigrationTrait>>);

impl MigratorTraitSelf for List {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.0)()
    }
}
