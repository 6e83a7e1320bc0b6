//! What a commit brought (带来的行): for whoever keeps something in step with a table.

use async_recursion::async_recursion;
use deltalake_core::DeltaTable;
use deltalake_core::arrow::array::{BooleanArray, RecordBatch};
use deltalake_core::arrow::compute::filter_record_batch;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use kernel::{Result, SubmissionId};
use serde_json::Value;

use super::commit::{CommitKind, Share, expired};
use super::error::OrStorage;
use super::files::{self, DataFile, text_column};
use super::lake::Lake;
use super::spec::{Column, SUBMISSION};
use crate::query::rows_of;

/// Rows in batches, each row the values of the columns asked for, in that order.
pub type Rows = BoxStream<'static, Result<Vec<Vec<Value>>>>;

/// The rows a commit brought.
pub struct Brought {
    /// What kind of commit; absent for upkeep, which brings nothing.
    pub kind: Option<CommitKind>,
    /// The submissions in it. For an undo: the one taken back.
    pub shares: Vec<Share>,
    /// The rows in batches, each row the values of the columns asked for, in that order; null for a column the table does not
    /// have yet.
    pub rows: Rows,
}

impl Lake {
    /// The columns a resource's table has stored by now; a field that its pack was given since is not among them.
    ///
    /// # Errors
    /// `not-found` when the resource has no table.
    #[async_recursion]
    pub async fn columns(&self, resource: &str) -> Result<Vec<Column>> {
        super::stored_columns(&self.newest(resource).await?, resource)
    }

    /// The rows that one commit of a resource's table brought: of each submission in it, its own. Rows that were only
    /// written anew beside them are left out; an undo brings none.
    ///
    /// # Errors
    /// `not-found` when the resource has no table, `history-expired` when the commit or its files are gone.
    #[async_recursion]
    pub async fn brought(&self, resource: &str, version: u64, columns: &[&str]) -> Result<Brought> {
        let found = self.brought_batches(resource, version, columns).await?;
        let wanted: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let in_batch = resource.to_owned();
        let rows = found.batches.map(move |batch| rows(&batch?, &wanted, &in_batch)).boxed();
        Ok(Brought { kind: found.kind, shares: found.shares, rows })
    }

    /// All rows of a resource's table as it stands, with its version: for whoever comes too late for its commits.
    ///
    /// # Errors
    /// `not-found` when the resource has no table.
    #[async_recursion]
    pub async fn standing(&self, resource: &str, columns: &[&str]) -> Result<(u64, Rows)> {
        let table = self.newest(resource).await?;
        let version = table.version().unwrap_or(0);
        let active = files::active(&table, resource)?.into_iter().map(|(file, _)| file).collect();
        let wanted: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let in_batch = resource.to_owned();
        let batches = read_all(&table, resource, active, columns)?;
        Ok((version, batches.map(move |batch| rows(&batch?, &wanted, &in_batch)).boxed()))
    }

    /// The same in batches, with the submission beside the columns asked for.
    pub(crate) async fn brought_batches(
        &self,
        resource: &str,
        version: u64,
        columns: &[&str],
    ) -> Result<BroughtBatches> {
        let slot = self.slot(resource)?;
        let table = self.newest(resource).await?;
        let digest = self.digest(&slot, &table, version).await?.ok_or_else(|| expired(resource))?;
        let none = |kind, shares| BroughtBatches { kind, shares, batches: futures::stream::empty().boxed() };
        let Some(record) = &digest.record else { return Ok(none(None, Vec::new())) };
        let (kind, shares) = (record.kind, record.shares.clone());
        if kind == CommitKind::Undo {
            return Ok(none(Some(kind), shares));
        }
        let added = self.commit_files(&table, resource, version).await?.added;
        let own: Vec<String> = shares.iter().map(|s| s.submission.to_string()).collect();
        let in_batch = resource.to_owned();
        let batches = read_all(&table, resource, added, columns)?
            .map(move |batch| mine(&batch?, &own, &in_batch))
            .boxed();
        Ok(BroughtBatches { kind: Some(kind), shares, batches })
    }
}

/// The rows a commit brought, as the engine holds them.
pub(crate) struct BroughtBatches {
    pub(crate) kind: Option<CommitKind>,
    pub(crate) shares: Vec<Share>,
    pub(crate) batches: BoxStream<'static, Result<RecordBatch>>,
}

impl Lake {
    /// The rows of some submissions that stand in a resource's table, with the submission beside the columns asked for.
    pub(crate) async fn standing_batches(
        &self,
        resource: &str,
        of: &[SubmissionId],
        columns: &[&str],
    ) -> Result<BoxStream<'static, Result<RecordBatch>>> {
        let table = self.newest(resource).await?;
        let active = files::active(&table, resource)?.into_iter().map(|(file, _)| file).collect();
        let own: Vec<String> = of.iter().map(ToString::to_string).collect();
        let in_batch = resource.to_owned();
        let batches = read_all(&table, resource, active, columns)?;
        Ok(batches.map(move |batch| mine(&batch?, &own, &in_batch)).boxed())
    }
}

/// The rows of some files, with the submission beside the columns asked for that the table has.
fn read_all(
    table: &DeltaTable,
    resource: &str,
    all: Vec<DataFile>,
    columns: &[&str],
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let schema = files::schema(table, resource)?;
    let there = columns.iter().filter(|c| **c != SUBMISSION && schema.field_with_name(c).is_ok());
    let read: Vec<String> = there.map(|c| (*c).to_owned()).chain([SUBMISSION.to_owned()]).collect();
    let (table, code) = (table.clone(), resource.to_owned());
    let batches = futures::stream::iter(all).then(move |file| {
        let (table, code, read) = (table.clone(), code.clone(), read.clone());
        async move {
            let columns: Vec<&str> = read.iter().map(String::as_str).collect();
            files::read(&table, &code, &file, Some(&columns)).await
        }
    });
    Ok(batches.try_flatten().boxed())
}

/// The rows of these submissions in a batch.
fn mine(batch: &RecordBatch, own: &[String], code: &str) -> Result<RecordBatch> {
    let mine: BooleanArray = text_column(batch, SUBMISSION)?
        .iter()
        .map(|s| Some(s.is_some_and(|s| own.iter().any(|o| o == s))))
        .collect();
    filter_record_batch(batch, &mine).or_storage(code)
}

/// The rows of a batch, in the order of the columns wanted; null where the table does not have a column yet.
fn rows(batch: &RecordBatch, wanted: &[String], code: &str) -> Result<Vec<Vec<Value>>> {
    let schema = batch.schema();
    let at: Vec<Option<usize>> = wanted.iter().map(|name| schema.index_of(name).ok()).collect();
    let there: Vec<usize> = at.iter().copied().flatten().collect();
    let found = rows_of(&batch.project(&there).or_storage(code)?)?;
    if there.len() == wanted.len() {
        return Ok(found);
    }
    let fill = |row: Vec<Value>| {
        let mut values = row.into_iter();
        at.iter().map(|a| a.and_then(|_| values.next()).unwrap_or(Value::Null)).collect()
    };
    Ok(found.into_iter().map(fill).collect())
}
