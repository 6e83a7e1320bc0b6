//! Help for writing migrations: one text of SQL for both databases.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

/// Runs the statements of `sql`, in which `{uuid}`, `{time}`, `{bytes}` and `{double}` stand for the column types
/// the two databases name differently.
///
/// # Errors
/// The first statement that fails.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let types: [(&str, &str); 4] = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{time}", "timestamptz"),
            ("{bytes}", "bytea"),
            ("{double}", "double precision"),
        ],
        _ => [("{uuid}", "blob"), ("{time}", "text"), ("{bytes}", "blob"), ("{double}", "real")],
    };
    let sql = types.iter().fold(sql.to_owned(), |sql, (name, ty)| sql.replace(name, ty));
    for statement in sql.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Makes `table` append-only: the database itself refuses to change or remove a row.
///
/// # Errors
/// When the triggers cannot be made.
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            conn.execute_unprepared(&format!(
                "create function {table}_append_only() returns trigger language plpgsql as \
                 $$ begin raise exception '{table} is append-only'; end $$"
            ))
            .await?;
            conn.execute_unprepared(&format!(
                "create trigger {table}_append_only before update or delete on {table} \
                 for each row execute function {table}_append_only()"
            ))
            .await?;
        }
        _ => {
            for verb in ["update", "delete"] {
                conn.execute_unprepared(&format!(
                    "create trigger {table}_no_{verb} before {verb} on {table} \
                     begin select raise(abort, '{table} is append-only'); end"
                ))
                .await?;
            }
        }
    }
    Ok(())
}

/// Takes [`append_only`] back, and the table with it.
///
/// # Errors
/// When they cannot be dropped.
pub async fn drop_append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    conn.execute_unprepared(&format!("drop table {table}")).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        conn.execute_unprepared(&format!("drop function {table}_append_only()")).await?;
    }
    Ok(())
}

/// Declares a migration written as SQL for both databases (see [`run`]): name, up, down.
#[macro_export]
macro_rules! sql_migration {
    ($(#[$doc:meta])* $name:ident, $id:literal, $up:expr, $down:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl $crate::__migration::MigrationName for $name {
            fn name(&self) -> &'static str {
                $id
            }
        }

        #[$crate::__migration::async_trait::async_trait]
        impl $crate::__migration::MigrationTrait for $name {
            async fn up(&self, manager: &$crate::__migration::SchemaManager) -> Result<(), $crate::sea_orm::DbErr> {
                $crate::migration::run(manager, $up).await
            }

            async fn down(&self, manager: &$crate::__migration::SchemaManager) -> Result<(), $crate::sea_orm::DbErr> {
                $crate::migration::run(manager, $down).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
