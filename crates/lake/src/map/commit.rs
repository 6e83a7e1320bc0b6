//! The rows that a commit brought, mapped as they are read.

use async_recursion::async_recursion;
use datafusion::arrow::array::{Array as _, AsArray as _, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use kernel::{Error, Result, SubmissionId};
use std::sync::Arc;

use super::{MappedRow, Mapper};
use crate::table::{CommitKind, KEY, Lake, ROW, SUBMISSION, Share};

/// A row of the source with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromRow {
    /// The submission that brought the source row.
    pub submission: SubmissionId,
    /// Its row in the received file.
    pub row: i64,
    /// Its business key; empty when it has none.
    pub key: String,
    /// What became of it.
    pub mapped: MappedRow,
}

/// The rows of a commit, mapped.
pub struct MappedCommit {
    /// What kind of commit; absent for upkeep, which brings nothing.
    pub kind: Option<CommitKind>,
    /// The submissions in it. For an undo: the one taken back.
    pub shares: Vec<Share>,
    /// The rows in batches.
    pub rows: MappedRows,
}

/// Mapped rows in batches.
pub type MappedRows = BoxStream<'static, Result<Vec<FromRow>>>;

impl Lake {
    /// The rows that one commit of the source's table brought, mapped batch by batch in flat memory.
    ///
    /// # Errors
    /// As [`Lake::brought`]; when an expression fails on a row.
    #[async_recursion]
    pub async fn mapped(&self, mapper: &Arc<Mapper>, version: u64) -> Result<MappedCommit> {
        let columns = self.source_columns(mapper).await?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let brought = self.brought_batches(&mapper.mapping.source, version, &columns).await?;
        let mapper = Arc::clone(mapper);
        let rows = brought.batches.map(move |batch| map(&mapper, &batch?)).boxed();
        Ok(MappedCommit { kind: brought.kind, shares: brought.shares, rows })
    }

    /// The rows of some submissions that stand in the source's table, mapped: for commits whose history is gone.
    ///
    /// # Errors
    /// `not-found` without a table; when an expression fails on a row.
    #[async_recursion]
    pub async fn mapped_standing(&self, mapper: &Arc<Mapper>, of: &[SubmissionId]) -> Result<MappedRows> {
        let columns = self.source_columns(mapper).await?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let batches = self.standing_batches(&mapper.mapping.source, of, &columns).await?;
        let mapper = Arc::clone(mapper);
        Ok(batches.map(move |batch| map(&mapper, &batch?)).boxed())
    }

    async fn source_columns(&self, mapper: &Mapper) -> Result<Vec<String>> {
        let stored = self.columns(&mapper.mapping.source).await?;
        let fields = mapper.source.fields.iter().map(|f| f.code.as_str());
        let there = fields.filter(|f| stored.iter().any(|c| c.name == *f));
        Ok(there.chain([KEY, ROW]).map(str::to_owned).collect())
    }
}

fn map(mapper: &Mapper, batch: &RecordBatch) -> Result<Vec<FromRow>> {
    let column = |name: &str| {
        batch.column_by_name(name).ok_or_else(|| Error::internal(format!("a batch without {name}")))
    };
    let (submissions, keys) = (column(SUBMISSION)?.as_string::<i32>(), column(KEY)?.as_string::<i32>());
    let numbers: &Int64Array = column(ROW)?.as_primitive::<Int64Type>();
    let from = |(i, mapped): (usize, MappedRow)| {
        Ok(FromRow {
            submission: submissions.value(i).parse().map_err(Error::internal)?,
            row: if numbers.is_null(i) { 0 } else { numbers.value(i) },
            key: if keys.is_null(i) { String::new() } else { keys.value(i).to_owned() },
            mapped,
        })
    };
    mapper.map(batch)?.into_iter().enumerate().map(from).collect()
}
