//! Pull (前置库抽取): reads a table of a department's front-end database and writes it as NDJSON, so that what was
//! pulled is kept as received and then goes the same way as an upload.

mod address;
mod connect;
mod dialect;
mod edge;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use async_recursion::async_recursion;
use dialect::Column;
use futures::TryStreamExt as _;
use kernel::{Error, Result};
use sqlx::Row as _;

pub use address::{Address, Kind};
use connect::row_in_time;
use edge::Edge;

/// A front-end database and who reads it.
#[derive(Clone)]
pub struct Source {
    /// Where it is.
    pub address: Address,
    /// The account that reads; ignored for a file.
    pub user: String,
    password: String,
}

impl Source {
    /// `password` is empty when the database asks for none.
    #[must_use]
    pub fn new(address: Address, user: impl Into<String>, password: impl Into<String>) -> Self {
        Self { address, user: user.into(), password: password.into() }
    }

    fn password(&self) -> &str {
        &self.password
    }
}

/// Without the password, so that it cannot reach a log.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", self.address, self.user)
    }
}

/// What to pull.
#[derive(Debug, Clone)]
pub struct PullRequest {
    /// From where.
    pub source: Source,
    /// Table or view, optionally with its schema: `zwfw.t_licence`.
    pub table: String,
    /// Pull only rows past a value of an increasing column; the whole table when absent.
    pub after: Option<After>,
    /// With an increasing column: stop after so many rows, at the next change of its value. The rest is for the next
    /// pull.
    pub most_rows: u64,
    /// Most bytes of the result.
    pub most_bytes: u64,
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
    /// Tells the rows at the value reached from others at the same value: equal when nothing came and nothing changed
    /// there. Absent without an increasing column or without a row.
    pub edge: Option<String>,
    /// Whether rows were left for the next pull.
    pub more: bool,
    /// Column names in table order.
    pub columns: Vec<String>,
}

/// A column of a table, with some of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peeked {
    /// Name.
    pub name: String,
    /// Type as the database names it.
    pub kind: String,
    /// Values of the first rows as they would be pulled; absent ones left out.
    pub samples: Vec<String>,
}

/// Opens a connection of the right kind and goes on with it.
macro_rules! connected {
    ($source:expr, $conn:ident => $work:expr) => {
        match $source.address.kind() {
            Kind::Postgres => {
                let mut $conn = connect::postgres($source).await?;
                $work
            }
            Kind::MySql => {
                let mut $conn = connect::mysql($source).await?;
                $work
            }
            Kind::Sqlite => {
                let mut $conn = connect::sqlite($source).await?;
                $work
            }
        }
    };
}

/// Reads the table and writes one JSON object a row to `out`. Streams; memory does not grow with the table.
/// `progress` is told the number of rows from time to time.
///
/// # Errors
/// `pull-table`, `pull-column`, `pull-sign-in`, `pull-reached` for what the database refuses, `pull-unreachable` when it
/// does not answer in time, `too-large` beyond the bytes allowed, `lake-full`. `out` then holds no complete result and
/// must not be used.
pub async fn pull(request: &PullRequest, out: &Path, progress: impl Fn(u64)) -> Result<Pulled> {
    connected!(&request.source, conn => {
        let columns = columns(&mut conn, &request.source, &request.table).await?;
        copy(&mut conn, columns, request, out, progress).await
    })
}

/// The columns of a table with values of its first rows: connects, and takes nothing.
///
/// # Errors
/// As [`pull`].
#[async_recursion]
pub async fn peek(source: &Source, table: &str, rows: u32) -> Result<Vec<Peeked>> {
    connected!(source, conn => {
        let columns = columns(&mut conn, source, table).await?;
        sample(&mut conn, source, columns, table, rows).await
    })
}

async fn columns<C>(conn: &mut C, source: &Source, table: &str) -> Result<Vec<Column>>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
    for<'q> String: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
    for<'r> String: sqlx::Decode<'r, C::Database>,
    usize: sqlx::ColumnIndex<<C::Database as sqlx::Database>::Row>,
{
    let kind = source.address.kind();
    let (schema, name) = match table.split_once('.') {
        Some((s, t)) if kind != Kind::Sqlite => (s.to_owned(), t.to_owned()),
        _ => (String::new(), table.to_owned()),
    };
    let mut query = sqlx::query(sqlx::AssertSqlSafe(dialect::columns_sql(kind))).bind(name);
    if dialect::binds_schema(kind) {
        query = query.bind(schema);
    }
    let rows = row_in_time(source, query.fetch_all(&mut *conn)).await?;
    let text = |row: &<C::Database as sqlx::Database>::Row, i: usize| -> Result<String> {
        row.try_get(i).map_err(|e| connect::say(source, &e))
    };
    let columns: Vec<Column> =
        rows.iter().map(|r| Ok(Column { name: text(r, 0)?, kind: text(r, 1)? })).collect::<Result<_>>()?;
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

async fn sample<C>(
    conn: &mut C,
    source: &Source,
    columns: Vec<Column>,
    table: &str,
    rows: u32,
) -> Result<Vec<Peeked>>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
    for<'r> Option<String>: sqlx::Decode<'r, C::Database> + sqlx::Type<C::Database>,
    for<'r> Option<Vec<u8>>: sqlx::Decode<'r, C::Database>,
    usize: sqlx::ColumnIndex<<C::Database as sqlx::Database>::Row>,
{
    let sql = dialect::sample_sql(source.address.kind(), table, &columns, rows);
    let found = row_in_time(source, sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *conn)).await?;
    let mut peeked: Vec<Peeked> =
        columns.into_iter().map(|c| Peeked { name: c.name, kind: c.kind, samples: Vec::new() }).collect();
    for row in &found {
        for (i, column) in peeked.iter_mut().enumerate() {
            column.samples.extend(text_of(source, row, i)?);
        }
    }
    Ok(peeked)
}

/// A value as text. SQLite takes any bytes for a text, and programs of a Chinese Windows write GB 18030 there; what is neither
/// that nor UTF-8 comes with replacement characters, which the check finds.
fn text_of<R>(source: &Source, row: &R, i: usize) -> Result<Option<String>>
where
    R: sqlx::Row,
    for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> Option<Vec<u8>>: sqlx::Decode<'r, R::Database>,
    usize: sqlx::ColumnIndex<R>,
{
    match row.try_get(i) {
        Err(sqlx::Error::ColumnDecode { .. }) if source.address.kind() == Kind::Sqlite => {
            let bytes: Option<Vec<u8>> = row.try_get_unchecked(i).map_err(|e| connect::say(source, &e))?;
            Ok(bytes.map(|b| {
                match encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(&b) {
                    Some(text) => text.into_owned(),
                    None => String::from_utf8_lossy(&b).into_owned(),
                }
            }))
        }
        given => given.map_err(|e| connect::say(source, &e)),
    }
}

/// How many rows pass between two words about progress.
const STRIDE: u64 = 5_000;

async fn copy<C>(
    conn: &mut C,
    columns: Vec<Column>,
    request: &PullRequest,
    out: &Path,
    progress: impl Fn(u64),
) -> Result<Pulled>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
    <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
    for<'q> String: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
    for<'r> Option<String>: sqlx::Decode<'r, C::Database> + sqlx::Type<C::Database>,
    for<'r> Option<Vec<u8>>: sqlx::Decode<'r, C::Database>,
    usize: sqlx::ColumnIndex<<C::Database as sqlx::Database>::Row>,
{
    let source = &request.source;
    let cursor = match &request.after {
        None => None,
        Some(after) => Some(
            columns
                .iter()
                .position(|c| c.name.eq_ignore_ascii_case(&after.column))
                .ok_or_else(|| no_column(&request.table, &after.column))?,
        ),
    };
    let sql =
        dialect::select_sql(source.address.kind(), &request.table, &columns, cursor, request.after.as_ref());
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    let mut reached = None;
    if let Some(value) = request.after.as_ref().and_then(|a| a.value.as_ref()) {
        if cursor.is_some_and(|i| !dialect::is_value_of(source.address.kind(), &columns[i].kind, value)) {
            return Err(connect::wrong_value());
        }
        reached = Some(value.clone());
        query = query.bind(value.clone());
    }
    let file = std::fs::File::create(out).map_err(unwritable)?;
    let mut writer = std::io::BufWriter::new(file);
    let (mut rows, mut bytes, mut more) = (0_u64, 0_u64, false);
    let mut edge = Edge::default();
    let mut line = Vec::new();
    let mut stream = query.fetch(&mut *conn);
    while let Some(row) = row_in_time(source, stream.try_next()).await? {
        let mut object = serde_json::Map::with_capacity(columns.len());
        let mut at = None;
        for (i, column) in columns.iter().enumerate() {
            let value = text_of(source, &row, i)?;
            if Some(i) == cursor {
                at.clone_from(&value);
            }
            object.insert(column.name.clone(), value.map_or(serde_json::Value::Null, Into::into));
        }
        // Only where the value changes: rows of one value stay together.
        if cursor.is_some() && rows >= request.most_rows && at.is_some() && at != reached {
            more = true;
            break;
        }
        line.clear();
        serde_json::to_writer(&mut line, &object).map_err(Error::internal)?;
        line.push(b'\n');
        bytes += line.len() as u64;
        if bytes > request.most_bytes {
            return Err(too_large(&request.table, request.most_bytes));
        }
        writer.write_all(&line).map_err(unwritable)?;
        if let Some(at) = at {
            edge.add(&at, &line);
            reached = Some(at);
        }
        rows += 1;
        if rows % STRIDE == 0 {
            progress(rows);
        }
    }
    writer.flush().map_err(unwritable)?;
    progress(rows);
    let columns = columns.into_iter().map(|c| c.name).collect();
    Ok(Pulled { rows, reached, edge: edge.text(), more, columns })
}

fn no_column(table: &str, column: &str) -> Error {
    Error::bad_input(
        "pull-column",
        format!("表“{table}”里没有“{column}”这一列，请重新选择递增列。"),
        format!("The table “{table}” has no column “{column}”; choose the increasing column again."),
    )
}

fn too_large(table: &str, most: u64) -> Error {
    let most = most >> 20;
    Error::new(
        kernel::ErrorKind::TooLarge,
        "too-large",
        kernel::Text::new(
            format!("表“{table}”的内容超过一次抽取的上限（{most} MB）。请改为按递增列抽取，平台会分批读取。"),
            format!(
                "The table “{table}” holds more than one pull may take ({most} MB). Pull it by an increasing column; it is then read in parts."
            ),
        ),
    )
}

fn unwritable(e: std::io::Error) -> Error {
    crate::table::error::storage("work", e)
}
