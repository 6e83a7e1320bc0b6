//! Pull (前置库抽取): reads a table of a department's front-end database and writes it as NDJSON, so that what was
//! pulled is kept as received and then goes the same way as an upload.

mod dialect;

use std::io::Write as _;
use std::path::Path;

use dialect::{Column, Dialect};
use futures::TryStreamExt as _;
use kernel::{Error, Result};
use sqlx::{Connection as _, Row as _};

/// What to pull.
#[derive(Debug, Clone)]
pub struct PullRequest {
    /// `postgres://user:password@host/db`, `mysql://…` or `sqlite://path`.
    pub address: String,
    /// Table or view, optionally with its schema: `zwfw.t_licence`.
    pub table: String,
    /// Pull only rows past a value of an increasing column; the whole table when absent.
    pub after: Option<After>,
}

/// The increasing column and the value reached so far.
#[derive(Debug, Clone)]
pub struct After {
    /// Column that only grows: a sequence or a time of change.
    pub column: String,
    /// Value reached by the last pull; all rows when absent.
    pub value: Option<String>,
    /// Whether rows *at* the value are read again. Safe, and needed for times of change, where landing replaces rows
    /// by business key: two rows may carry the same instant.
    pub inclusive: bool,
}

/// What was pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Rows written.
    pub rows: u64,
    /// Value of the increasing column in the last row; the request's own when there was none.
    pub reached: Option<String>,
    /// Column names in table order.
    pub columns: Vec<String>,
}

/// Reads the table and writes one JSON object a row to `out`. Streams; memory does not grow with the table.
///
/// # Errors
/// `pull-address` for an address of another kind, `pull-table` and `pull-column` for what does not exist there,
/// `unavailable` when the database does not answer. `out` then holds no complete result and must not be used.
pub async fn pull(request: &PullRequest, out: &Path) -> Result<Pulled> {
    let scheme = request.address.split(':').next().unwrap_or_default();
    match scheme {
        "postgres" | "postgresql" => {
            let mut conn = sqlx::PgConnection::connect(&request.address).await.map_err(unreachable)?;
            let columns = columns(&mut conn, Dialect::Postgres, &request.table).await?;
            copy(&mut conn, Dialect::Postgres, columns, request, out).await
        }
        "mysql" | "mariadb" => {
            let mut conn = sqlx::MySqlConnection::connect(&request.address).await.map_err(unreachable)?;
            let columns = columns(&mut conn, Dialect::MySql, &request.table).await?;
            copy(&mut conn, Dialect::MySql, columns, request, out).await
        }
        "sqlite" => {
            let options: sqlx::sqlite::SqliteConnectOptions = request.address.parse().map_err(unreachable)?;
            let options = options.read_only(true).create_if_missing(false);
            let mut conn = sqlx::SqliteConnection::connect_with(&options).await.map_err(unreachable)?;
            let columns = columns(&mut conn, Dialect::Sqlite, &request.table).await?;
            copy(&mut conn, Dialect::Sqlite, columns, request, out).await
        }
        _ => Err(Error::bad_input(
            "pull-address",
            "前置库地址要以 postgres://、mysql:// 或 sqlite:// 开头。",
            "The address of the front-end database must begin with postgres://, mysql:// or sqlite://.",
        )),
    }
}

async fn columns<C>(conn: &mut C, dialect: Dialect, table: &str) -> Result<Vec<Column>>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    for<'q> <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
    for<'q> String: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
    for<'r> String: sqlx::Decode<'r, C::Database>,
    usize: sqlx::ColumnIndex<<C::Database as sqlx::Database>::Row>,
{
    let (schema, name) = match table.split_once('.') {
        Some((s, t)) => (s.to_owned(), t.to_owned()),
        None => (String::new(), table.to_owned()),
    };
    let mut query = sqlx::query(sqlx::AssertSqlSafe(dialect.columns_sql())).bind(name);
    if dialect.binds_schema() {
        query = query.bind(schema);
    }
    let rows = query.fetch_all(&mut *conn).await.map_err(unreachable)?;
    let columns: Vec<Column> = rows
        .iter()
        .map(|r| {
            Ok(Column { name: r.try_get(0).map_err(unreachable)?, kind: r.try_get(1).map_err(unreachable)? })
        })
        .collect::<Result<_>>()?;
    if columns.is_empty() {
        return Err(Error::bad_input(
            "pull-table",
            format!("前置库里没有“{table}”这张表，或账号无权读取。请核对表名（可写成 模式.表名）和授权。"),
            format!(
                "There is no table “{table}” in the front-end database, or the account may not read it. Check the name (schema.table) and the grant."
            ),
        ));
    }
    Ok(columns)
}

async fn copy<C>(
    conn: &mut C,
    dialect: Dialect,
    columns: Vec<Column>,
    request: &PullRequest,
    out: &Path,
) -> Result<Pulled>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
    for<'q> String: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
    for<'r> Option<String>: sqlx::Decode<'r, C::Database> + sqlx::Type<C::Database>,
    usize: sqlx::ColumnIndex<<C::Database as sqlx::Database>::Row>,
{
    let cursor = match &request.after {
        None => None,
        Some(after) => Some(
            columns.iter().position(|c| c.name.eq_ignore_ascii_case(&after.column)).ok_or_else(|| {
                Error::bad_input(
                    "pull-column",
                    format!("表“{}”里没有“{}”这一列，请重新选择递增列。", request.table, after.column),
                    format!(
                        "The table “{}” has no column “{}”; choose the increasing column again.",
                        request.table, after.column
                    ),
                )
            })?,
        ),
    };
    let sql = dialect.select_sql(&request.table, &columns, cursor, request.after.as_ref());
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    let mut reached = None;
    if let Some(after) = &request.after
        && let Some(value) = &after.value
    {
        reached = Some(value.clone());
        query = query.bind(value.clone());
    }
    let file = std::fs::File::create(out).map_err(|e| Error::unavailable("存储", "storage", e))?;
    let mut writer = std::io::BufWriter::new(file);
    let mut rows = 0;
    let mut stream = query.fetch(&mut *conn);
    while let Some(row) = stream.try_next().await.map_err(unreachable)? {
        let mut object = serde_json::Map::with_capacity(columns.len());
        for (i, column) in columns.iter().enumerate() {
            let value: Option<String> = row.try_get(i).map_err(unreachable)?;
            if Some(i) == cursor && value.is_some() {
                reached.clone_from(&value);
            }
            object.insert(column.name.clone(), value.map_or(serde_json::Value::Null, Into::into));
        }
        serde_json::to_writer(&mut writer, &object).map_err(Error::internal)?;
        writer.write_all(b"\n").map_err(|e| Error::unavailable("存储", "storage", e))?;
        rows += 1;
    }
    writer.flush().map_err(|e| Error::unavailable("存储", "storage", e))?;
    Ok(Pulled { rows, reached, columns: columns.into_iter().map(|c| c.name).collect() })
}

fn unreachable(e: impl std::fmt::Display) -> Error {
    Error::unavailable("前置库", "front-end database", e)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn front_end(dir: &Path) -> String {
        let address = format!("sqlite://{}", dir.join("front.db").display());
        let options: sqlx::sqlite::SqliteConnectOptions = address.parse().unwrap();
        let mut conn = sqlx::SqliteConnection::connect_with(&options.create_if_missing(true)).await.unwrap();
        for sql in [
            "CREATE TABLE t_licence (seq INTEGER PRIMARY KEY, \"许可机关\" TEXT, amount REAL)",
            "INSERT INTO t_licence VALUES (1, '示例监管局', 0.5), (2, NULL, 2), (10, '示例\"局', NULL)",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
        address
    }

    fn request(address: &str, value: Option<&str>, inclusive: bool) -> PullRequest {
        let after = After { column: "SEQ".into(), value: value.map(Into::into), inclusive };
        PullRequest { address: address.into(), table: "t_licence".into(), after: Some(after) }
    }

    #[tokio::test]
    async fn only_rows_past_the_value_come_and_numbers_compare_as_numbers() {
        let dir = tempfile::tempdir().unwrap();
        let address = front_end(dir.path()).await;
        let out = dir.path().join("out.ndjson");

        let all = pull(&request(&address, None, false), &out).await.unwrap();
        assert_eq!((all.rows, all.reached.as_deref()), (3, Some("10")));
        let text = std::fs::read_to_string(&out).unwrap();
        assert_eq!(text.lines().next().unwrap(), r#"{"seq":"1","许可机关":"示例监管局","amount":"0.5"}"#);
        assert!(text.contains(r#"{"seq":"2","许可机关":null,"amount":"2.0"}"#), "{text}");

        let later = pull(&request(&address, Some("9"), false), &out).await.unwrap();
        assert_eq!((later.rows, later.reached.as_deref()), (1, Some("10")));
        assert_eq!(pull(&request(&address, Some("10"), true), &out).await.unwrap().rows, 1);
        let none = pull(&request(&address, Some("10"), false), &out).await.unwrap();
        assert_eq!((none.rows, none.reached.as_deref()), (0, Some("10")));
    }

    #[tokio::test]
    async fn what_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let address = front_end(dir.path()).await;
        let out = dir.path().join("out.ndjson");
        let mut wrong = request(&address, None, false);
        wrong.table = "t_other\"; DROP TABLE t_licence; --".into();
        assert_eq!(pull(&wrong, &out).await.unwrap_err().code(), "pull-table");
        let mut wrong = request(&address, None, false);
        wrong.after.as_mut().unwrap().column = "id".into();
        assert_eq!(pull(&wrong, &out).await.unwrap_err().code(), "pull-column");
        wrong.address = "oracle://x".into();
        assert_eq!(pull(&wrong, &out).await.unwrap_err().code(), "pull-address");
        wrong.address = format!("sqlite://{}", dir.path().join("none.db").display());
        assert_eq!(pull(&wrong, &out).await.unwrap_err().code(), "unavailable");
    }
}
