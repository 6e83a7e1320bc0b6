//! Queries (查询): read-only SQL over the lake's tables, with limits on rows, time and memory.
//!
//! Tables are named by resource code; `licence-2018` needs quotes (`"licence-2018"`) or is written `licence_2018`.
//! Names are matched as written, so `SELECT XK_WSH FROM licence_2018` needs no quotes.

mod browse;
mod catalogue;
mod export;
mod lookup;
mod refuse;
mod session;
mod value;

use async_recursion::async_recursion;
use std::collections::HashMap;
use std::time::Duration;

use datafusion::execution::SendableRecordBatchStream;
use deltalake_core::arrow::array::RecordBatch;
use deltalake_core::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use kernel::Result;
use serde_json::Value;

pub use browse::{Browse, Filter, Order, Page, Stream, Test};
pub use export::Format;
pub(crate) use session::runtime;
pub(crate) use value::columns;

use crate::table::Lake;

/// A question to the lake.
#[derive(Debug, Clone)]
pub struct Query {
    /// One statement: `SELECT`, `WITH`, `EXPLAIN`, `SHOW` or `DESCRIBE`.
    pub sql: String,
    /// Values for `$1`, `$2`, …
    pub params: Vec<Value>,
    /// Rows returned at most; [`Table::more`] tells whether there were others.
    pub limit: usize,
    /// Time after which the query is given up.
    pub timeout: Duration,
    /// Versions at which to read tables (by resource code); the newest where nothing is said.
    pub versions: HashMap<String, u64>,
}

impl Query {
    /// A query with the usual limits: 10,000 rows, 60 seconds, newest versions.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            params: Vec::new(),
            limit: 10_000,
            timeout: Duration::from_secs(60),
            versions: HashMap::new(),
        }
    }

    /// Binds the values of `$1`, `$2`, …
    #[must_use]
    pub fn bind(mut self, params: impl IntoIterator<Item = Value>) -> Self {
        self.params = params.into_iter().collect();
        self
    }

    /// Sets the greatest number of rows.
    #[must_use]
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = rows;
        self
    }

    /// Sets the time after which the query is given up.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Reads a table as it was at a version.
    #[must_use]
    pub fn at(mut self, resource: impl Into<String>, version: u64) -> Self {
        self.versions.insert(resource.into(), version);
        self
    }
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ColumnInfo {
    /// Name.
    pub name: String,
    /// `text`, `integer`, `number`, `decimal(18,4)`, `date`, `timestamp`, `boolean`; else the engine's own name.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A result as plain data.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Table {
    /// Columns in order.
    pub columns: Vec<ColumnInfo>,
    /// Rows. Whole numbers and floating ones are JSON numbers; decimals are text, exactly; dates `2024-05-01`; instants
    /// RFC 3339 in UTC.
    pub rows: Vec<Vec<Value>>,
    /// Whether rows were left out because of the limit.
    pub more: bool,
    /// Versions of the tables that were read, by resource code.
    pub versions: Vec<(String, u64)>,
}

/// The rows of a batch as plain values.
pub(crate) fn rows_of(batch: &RecordBatch) -> Result<Vec<Vec<Value>>> {
    let mut rows = Vec::with_capacity(batch.num_rows());
    value::append(batch, &mut rows)?;
    Ok(rows)
}

/// A running query.
pub(crate) struct Running {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: SendableRecordBatchStream,
    pub(crate) versions: Vec<(String, u64)>,
}

impl Lake {
    /// Answers a query.
    ///
    /// # Errors
    /// `sql-read-only` for anything that is not a question, `sql` for what cannot be understood, `query-timeout`,
    /// `query-memory`, and what the storage says.
    #[async_recursion]
    pub async fn query(&self, query: Query) -> Result<Table> {
        let timeout = query.timeout;
        refuse::in_time(timeout, async {
            let limit = query.limit;
            let mut running = self.run(&query).await?;
            let columns = value::columns(&running.schema);
            let mut rows: Vec<Vec<Value>> = Vec::new();
            let mut more = false;
            while let Some(batch) = running.batches.next().await {
                let batch: RecordBatch = batch.map_err(refuse::engine)?;
                let left = limit - rows.len();
                more = batch.num_rows() > left;
                value::append(&batch.slice(0, batch.num_rows().min(left)), &mut rows)?;
                if more {
                    break;
                }
            }
            Ok(Table { columns, rows, more, versions: running.versions })
        })
        .await
    }

    /// Starts a query.
    pub(crate) async fn run(&self, query: &Query) -> Result<Running> {
        let (context, catalogue) = session::open(self, &query.versions);
        let frame = session::plan(&context, &query.sql, &query.params).await?;
        // A slip in the name would answer with the newest rows, as if they were those of that version.
        let read = catalogue.read();
        if let Some(unread) = query.versions.keys().find(|code| !read.iter().any(|(name, _)| name == *code)) {
            return Err(refuse::version_unread(unread));
        }
        let schema: SchemaRef = std::sync::Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.execute_stream().await.map_err(refuse::engine)?;
        Ok(Running { schema, batches, versions: read })
    }
}
