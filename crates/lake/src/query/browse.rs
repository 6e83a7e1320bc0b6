//! Pages of a table's rows (浏览), for the console: filtered, ordered, counted, with every value bound.

use std::time::Duration;

use async_recursion::async_recursion;
use futures::stream::{BoxStream, StreamExt as _};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ColumnInfo, Query, columns, refuse, rows_of};
use crate::table::{Column, ColumnType, Lake, known_rows};

/// What a filter asks of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// Equal to the value.
    Equals,
    /// The text holds the value.
    Contains,
    /// The text begins with the value.
    StartsWith,
    /// The value or later, greater.
    From,
    /// The value or earlier, less.
    To,
    /// Not equal to the value, or nothing is there.
    IsNot,
    /// Nothing is there.
    Empty,
    /// Something is there.
    Filled,
}

/// A condition on a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Column.
    pub column: String,
    /// What is asked.
    pub test: Test,
    /// The value as text: dates `2024-05-01`.
    pub value: String,
}

impl Filter {
    /// Column equals value.
    pub fn equals(column: impl Into<String>, value: impl Into<String>) -> Self {
        Self { column: column.into(), test: Test::Equals, value: value.into() }
    }
}

/// An order of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Column.
    pub column: String,
    /// Greatest first.
    pub descending: bool,
}

/// Which page of which rows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Browse {
    /// Columns shown; all when empty.
    pub columns: Vec<String>,
    /// Conditions, all of which must hold.
    pub filters: Vec<Filter>,
    /// Orders, the first counting most. Rows equal in all of them keep a fixed order by submission and row.
    pub order: Vec<Order>,
    /// Rows skipped.
    pub offset: usize,
    /// Rows on the page, at most 1,000; 50 when 0.
    pub limit: usize,
    /// Version read; the newest when absent.
    pub version: Option<u64>,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Page {
    /// Columns in order.
    pub columns: Vec<ColumnInfo>,
    /// Rows, as in [`super::Table::rows`].
    pub rows: Vec<Vec<Value>>,
    /// Rows that meet the conditions.
    pub total: u64,
    /// Version of the table that was read.
    pub version: u64,
}

const PAGE: usize = 50;
const LARGEST_PAGE: usize = 1_000;

/// A name as SQL writes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Conditions and order as SQL, with the values of their places.
struct Clauses {
    filtered: String,
    order: Vec<String>,
    shown: String,
    params: Vec<Value>,
}

fn clauses(resource: &str, stored: &[Column], browse: &Browse) -> Result<Clauses> {
    let kind = |name: &str| {
        stored.iter().find(|c| c.name == name).map(|c| c.kind).ok_or_else(|| unknown_column(resource, name))
    };
    let mut params = Vec::new();
    let mut conditions = Vec::new();
    for filter in &browse.filters {
        let kind = kind(&filter.column)?;
        conditions.push(condition(filter, kind, &mut params)?);
    }
    let filtered =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let mut order = Vec::new();
    for o in &browse.order {
        kind(&o.column)?;
        let way = if o.descending { "DESC" } else { "ASC" };
        order.push(format!("{} {way} NULLS LAST", quoted(&o.column)));
    }
    let shown: Vec<String> = if browse.columns.is_empty() {
        stored.iter().map(|c| quoted(&c.name)).collect()
    } else {
        for name in &browse.columns {
            kind(name)?;
        }
        browse.columns.iter().map(|n| quoted(n)).collect()
    };
    Ok(Clauses { filtered, order, shown: shown.join(", "), params })
}

/// How long a download of many rows may take.
const LONG: Duration = Duration::from_secs(3_600);

/// Every row that meets the conditions, in pieces.
pub struct Stream {
    /// Columns in order.
    pub columns: Vec<ColumnInfo>,
    /// Version of the table that is read.
    pub version: u64,
    /// Rows, as in [`super::Table::rows`], some thousands at a time.
    pub rows: BoxStream<'static, Result<Vec<Vec<Value>>>>,
}

impl Lake {
    /// A page of a resource's rows.
    ///
    /// # Errors
    /// `not-found` without table or version, `filter` for an unknown column or a value of another type.
    #[async_recursion]
    pub async fn browse(&self, resource: &str, browse: &Browse) -> Result<Page> {
        let table = match browse.version {
            Some(v) => self.at_version(resource, v).await?,
            None => self.newest(resource).await?,
        };
        let version = table.version().unwrap_or(0);
        let stored = crate::table::stored_columns(&table, resource)?;
        let Clauses { filtered, mut order, shown, params } = clauses(resource, &stored, browse)?;
        order.extend(["\"_submission\"".to_owned(), "\"_row\"".to_owned()]);
        let limit = if browse.limit == 0 { PAGE } else { browse.limit.min(LARGEST_PAGE) };
        let rows = format!(
            "SELECT {shown} FROM {}{filtered} ORDER BY {} LIMIT {limit} OFFSET {}",
            quoted(resource),
            order.join(", "),
            browse.offset
        );
        let ask = |sql: String| Query::new(sql).bind(params.clone()).at(resource, version).limit(limit);
        let page = self.query(ask(rows)).await?;
        // The log knows how many rows there are in all; only what is filtered has to be counted.
        let total = match known_rows(&table, resource)?.filter(|_| filtered.is_empty()) {
            Some(rows) => rows,
            None => {
                let count = format!("SELECT count(*) FROM {}{filtered}", quoted(resource));
                let total = self.query(ask(count)).await?;
                total.rows.first().and_then(|r| r.first()).and_then(Value::as_u64).unwrap_or(0)
            }
        };
        Ok(Page { columns: page.columns, rows: page.rows, total, version })
    }

    /// Every row that meets the conditions, in flat memory; `offset` and `limit` do not count. Without an order the rows
    /// come as they lie.
    ///
    /// # Errors
    /// As [`Lake::browse`]; what is wrong later comes through the stream.
    #[async_recursion]
    pub async fn browse_all(&self, resource: &str, browse: &Browse) -> Result<Stream> {
        let table = match browse.version {
            Some(v) => self.at_version(resource, v).await?,
            None => self.newest(resource).await?,
        };
        let version = table.version().unwrap_or(0);
        let stored = crate::table::stored_columns(&table, resource)?;
        let Clauses { filtered, order, shown, params } = clauses(resource, &stored, browse)?;
        let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
        let sql = format!("SELECT {shown} FROM {}{filtered}{order}", quoted(resource));
        let query = Query::new(sql).bind(params).at(resource, version).limit(usize::MAX).timeout(LONG);
        let running = self.run(&query).await?;
        let columns = columns(&running.schema);
        let rows = running.batches.map(|batch| rows_of(&batch.map_err(refuse::engine)?)).boxed();
        Ok(Stream { columns, version, rows })
    }

    /// Rows of a resource's table: 0 when it has none yet.
    ///
    /// # Errors
    /// What the storage says; `not-found` for a version that is not there.
    #[async_recursion]
    pub async fn count(&self, resource: &str, version: Option<u64>) -> Result<u64> {
        if version.is_none() && !self.has_table(resource) {
            return self.reachable().map(|()| 0);
        }
        let table = match version {
            Some(v) => self.at_version(resource, v).await?,
            None => self.newest(resource).await?,
        };
        if let Some(rows) = known_rows(&table, resource)? {
            return Ok(rows);
        }
        let mut query = Query::new(format!("SELECT count(*) FROM {}", quoted(resource)));
        if let Some(v) = version {
            query = query.at(resource, v);
        }
        let table = self.query(query).await?;
        Ok(table.rows.first().and_then(|r| r.first()).and_then(Value::as_u64).unwrap_or(0))
    }
}

fn condition(filter: &Filter, kind: ColumnType, params: &mut Vec<Value>) -> Result<String> {
    let column = quoted(&filter.column);
    let mut bind = |value: Value| {
        params.push(value);
        format!("${}", params.len())
    };
    let text = || Value::String(filter.value.clone());
    Ok(match filter.test {
        Test::Empty => format!("{column} IS NULL"),
        Test::Filled => format!("{column} IS NOT NULL"),
        Test::Contains => format!("strpos(CAST({column} AS VARCHAR), {}) > 0", bind(text())),
        Test::StartsWith => format!("starts_with(CAST({column} AS VARCHAR), {})", bind(text())),
        Test::Equals | Test::IsNot | Test::From | Test::To => {
            let sign = match filter.test {
                Test::From => ">=",
                Test::To => "<=",
                Test::IsNot => "IS DISTINCT FROM",
                _ => "=",
            };
            let sql_type = match kind {
                ColumnType::Text => "VARCHAR".to_owned(),
                ColumnType::Date => "DATE".to_owned(),
                ColumnType::Integer => "BIGINT".to_owned(),
                ColumnType::Decimal(p, s) => format!("DECIMAL({p},{s})"),
                ColumnType::Instant => "TIMESTAMP".to_owned(),
            };
            check_value(filter, kind)?;
            format!("{column} {sign} CAST({} AS {sql_type})", bind(text()))
        }
    })
}

/// The value has to be of the column's type; the engine would say so too, but not in the person's words.
fn check_value(filter: &Filter, kind: ColumnType) -> Result<()> {
    let value = filter.value.trim();
    let (fits, example) = match kind {
        ColumnType::Text => (true, ""),
        ColumnType::Date => (value.parse::<chrono::NaiveDate>().is_ok(), "2024-05-01"),
        ColumnType::Integer => (value.parse::<i64>().is_ok(), "12"),
        ColumnType::Decimal(..) => (value.parse::<f64>().is_ok_and(f64::is_finite), "12.50"),
        ColumnType::Instant => (
            value.parse::<chrono::DateTime<chrono::Utc>>().is_ok()
                || value.parse::<chrono::NaiveDateTime>().is_ok(),
            "2024-05-01T08:00:00Z",
        ),
    };
    if fits {
        return Ok(());
    }
    Err(Error::bad_input(
        "filter",
        format!("筛选值“{}”与字段“{}”的类型不符，应形如 {example}。", filter.value, filter.column),
        format!(
            "`{}` does not fit the type of `{}`; it should look like {example}.",
            filter.value, filter.column
        ),
    ))
}

fn unknown_column(resource: &str, name: &str) -> Error {
    Error::bad_input(
        "filter",
        format!("数据表“{resource}”没有字段“{name}”。"),
        format!("Table `{resource}` has no field `{name}`."),
    )
}
