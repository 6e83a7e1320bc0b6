//! Connecting: read-only, within a time limit, in Beijing time, and with failures told in everyday words.

use std::str::FromStr as _;
use std::time::Duration;

use kernel::{Error, ErrorKind, Result, Text};
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection, Executor, MySqlConnection, PgConnection, SqliteConnection};

use super::Source;
use super::address::{Address, Kind};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long to wait for the next row. The first one may need the whole table sorted.
const NEXT_ROW: Duration = Duration::from_secs(300);

pub(super) async fn postgres(source: &Source) -> Result<PgConnection> {
    let Address::Server { host, port, database, tls, .. } = &source.address else { return Err(mismatch()) };
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(host.trim_matches(['[', ']']))
        .port(*port)
        .username(&source.user)
        // Set even when empty, or the server's own environment would be asked for one.
        .password(source.password())
        .database(database)
        .application_name("yishu");
    if let Some(mode) = tls {
        options = options.ssl_mode(PgSslMode::from_str(mode).map_err(|e| wrong_tls(mode, &e))?);
    }
    // A long table is a slow statement by nature; nothing of a department's reaches the log.
    let options = options.disable_statement_logging();
    let mut conn = in_time(CONNECT, source, PgConnection::connect_with(&options)).await?;
    // Times with a zone are handed over as the clock in Beijing shows them, as the department sees them.
    let setup = "SET default_transaction_read_only = on; SET TIME ZONE INTERVAL '+08:00' HOUR TO MINUTE; SET DateStyle = ISO";
    in_time(CONNECT, source, conn.execute(setup)).await?;
    Ok(conn)
}

pub(super) async fn mysql(source: &Source) -> Result<MySqlConnection> {
    let Address::Server { host, port, database, tls, .. } = &source.address else { return Err(mismatch()) };
    let mut options = MySqlConnectOptions::new()
        .host(host.trim_matches(['[', ']']))
        .port(*port)
        .username(&source.user)
        .database(database)
        // As the clock in Beijing shows it; the driver's default is UTC.
        .timezone(Some("+08:00".to_owned()));
    if !source.password().is_empty() {
        options = options.password(source.password());
    }
    if let Some(mode) = tls {
        options = options.ssl_mode(MySqlSslMode::from_str(mode).map_err(|e| wrong_tls(mode, &e))?);
    }
    let options = options.disable_statement_logging();
    let mut conn = in_time(CONNECT, source, MySqlConnection::connect_with(&options)).await?;
    in_time(CONNECT, source, conn.execute("SET SESSION TRANSACTION READ ONLY")).await?;
    Ok(conn)
}

pub(super) async fn sqlite(source: &Source) -> Result<SqliteConnection> {
    let Address::File { path } = &source.address else { return Err(mismatch()) };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .create_if_missing(false)
        .busy_timeout(CONNECT)
        .disable_statement_logging();
    in_time(CONNECT, source, SqliteConnection::connect_with(&options)).await
}

fn mismatch() -> Error {
    Error::internal("an address of another kind")
}

fn wrong_tls(mode: &str, detail: &sqlx::Error) -> Error {
    Error::bad_input(
        "pull-address",
        format!("地址里的加密方式“{mode}”无法识别，请改为 require，或去掉这一项。"),
        format!(
            "The kind of encryption “{mode}” in the address is not known; write require, or leave it out."
        ),
    )
    .because(detail)
}

/// Waits for a row, but not for ever.
pub(super) async fn row_in_time<T>(
    source: &Source,
    work: impl Future<Output = sqlx::Result<T>>,
) -> Result<T> {
    in_time(NEXT_ROW, source, work).await
}

async fn in_time<T>(
    limit: Duration,
    source: &Source,
    work: impl Future<Output = sqlx::Result<T>>,
) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(|e| say(source, &e)),
        Err(_) => Err(unreachable(source, "time limit")),
    }
}

/// The failure in everyday words, with its remedy.
pub(super) fn say(source: &Source, e: &sqlx::Error) -> Error {
    let Some(code) = e.as_database_error().and_then(|d| d.code().map(|c| (c.into_owned(), d))) else {
        return unreachable(source, e);
    };
    let number = code.1.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map(|m| m.number());
    match (source.address.kind(), code.0.as_str(), number) {
        (Kind::Postgres, "28P01" | "28000", _) | (Kind::MySql, _, Some(1044 | 1045 | 1698)) => {
            Error::bad_input(
                "pull-sign-in",
                format!("前置库不让用户“{}”登录：请核对用户名，并请管理员核对服务器上配置的密码和前置库的访问授权。", source.user),
                format!(
                    "The front-end database does not let “{}” in: check the user, and have the administrator check the password kept on the server and the grants in the database.",
                    source.user
                ),
            )
        }
        (Kind::Postgres, "3D000", _) | (Kind::MySql, _, Some(1049)) => Error::bad_input(
            "pull-address",
            "前置库服务器上没有这个库，请核对地址最后的库名。",
            "The server has no database of this name; check the end of the address.",
        ),
        (Kind::Postgres, "42501", _) | (Kind::MySql, _, Some(1142 | 1143)) => Error::bad_input(
            "pull-table",
            format!("用户“{}”无权读取这张表，请前置库管理员授予查询（SELECT）权限。", source.user),
            format!("“{}” may not read this table; ask for the right to SELECT from it.", source.user),
        ),
        (Kind::Postgres, "22P02" | "22007" | "22003" | "22008", _) | (Kind::MySql, _, Some(1292 | 1525)) => {
            wrong_value()
        }
        (Kind::Sqlite, "26", _) => Error::bad_input(
            "pull-address",
            "这个文件不是 SQLite 数据库，请核对文件名。",
            "The file is no SQLite database; check its name.",
        ),
        _ => unreachable(source, e),
    }
    .because(e)
}

pub(super) fn wrong_value() -> Error {
    Error::bad_input(
        "pull-reached",
        "“已读到”的值与递增列的类型不符，请修改它，或清空后从头读取。",
        "The value reached does not fit the type of the increasing column; change it, or clear it to read from the beginning.",
    )
}

fn unreachable(source: &Source, detail: impl std::fmt::Display) -> Error {
    let (zh, en) = match &source.address {
        Address::File { .. } => (
            "读不了前置库文件：请核对文件是否在约定的文件夹里、平台有没有读取权限。".to_owned(),
            "The front-end database file cannot be read: check that it lies in the agreed folder and that the platform may read it.".to_owned(),
        ),
        Address::Server { host, port, .. } => (
            format!("连不上前置库 {host}:{port}，或连接中断：请核对地址和端口，检查前置库是否已启动、网络和防火墙是否放行。本次没有读取任何数据，稍后会再试。"),
            format!(
                "The front-end database {host}:{port} does not answer, or broke off: check address and port, whether it runs, and whether network and firewall let us through. Nothing was taken this time; it will be tried again."
            ),
        ),
    };
    Error::new(ErrorKind::Unavailable, "pull-unreachable", Text::new(zh, en)).because(detail)
}
