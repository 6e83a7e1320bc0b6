//! What a submission changed (变更明细): its rows beside the ones they took the place of.

use async_recursion::async_recursion;
use std::collections::HashMap;

use deltalake_core::DeltaTable;
use deltalake_core::ObjectStoreError;
use deltalake_core::Path;
use deltalake_core::arrow::array::{BooleanArray, RecordBatch, StringArray};
use deltalake_core::arrow::compute::filter_record_batch;
use deltalake_core::kernel::Action;
use deltalake_core::logstore::get_actions;
use deltalake_core::logstore::object_store::ObjectStoreExt;
use futures::StreamExt;
use kernel::{Result, SubmissionId};
use serde::Serialize;
use serde_json::Value;

use super::commit::{CommitKind, Landed, expired};
use super::error::{OrStorage, storage};
use super::files::{self, DataFile, text_column};
use super::keys::Keys;
use super::lake::Lake;
use super::spec::{KEY, SUBMISSION};
use crate::query::{ColumnInfo, columns, rows_of};

/// One row a submission changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The business key as stored.
    pub key: Option<String>,
    /// The row the submission brought; absent when it only removed one.
    pub new: Option<Vec<Value>>,
    /// The row it took the place of, or removed.
    pub old: Option<Vec<Value>>,
}

/// A page of what a submission changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changes {
    /// What landed.
    pub landed: Landed,
    /// Columns of the rows.
    pub columns: Vec<ColumnInfo>,
    /// The changes of this page: first rows brought, in the order of the file; then, where a submission replaced the
    /// whole table, rows of which it brought no new one.
    pub changes: Vec<Change>,
}

/// The files one commit added and removed.
pub(crate) struct CommitFiles {
    pub(crate) kind: CommitKind,
    pub(crate) added: Vec<DataFile>,
    pub(crate) removed_files: Vec<DataFile>,
}

impl Lake {
    /// What a submission changed in a resource's table, `limit` changes from `offset` on.
    ///
    /// # Errors
    /// `not-found` when it did not land there, `history-expired` when the replaced rows are gone.
    #[async_recursion]
    pub async fn changes(
        &self,
        resource: &str,
        submission: SubmissionId,
        offset: u64,
        limit: usize,
    ) -> Result<Changes> {
        let slot = self.slot(resource)?;
        let table = self.newest(resource).await?;
        let landed = self.version_of(&slot, &table, submission).await?;
        let commit = self.commit_files(&table, resource, landed.version).await?;
        let id = submission.to_string();
        let keyed = landed.removed > 0;

        let mut brought = Page::new(offset, limit);
        let mut all_keys = Keys::default();
        let tail = commit.kind == CommitKind::Replace && keyed;
        for file in &commit.added {
            let mut batches = files::read(&table, resource, file, None).await?;
            while let Some(batch) = batches.next().await {
                let own = of_submission(&batch?, &id, resource)?;
                if tail {
                    all_keys.add(text_column(&own, KEY)?, 0)?;
                }
                brought.take(&own)?;
                if brought.full() && !tail {
                    break;
                }
            }
        }
        let mut changes = brought.rows;
        if keyed {
            let mut wanted: HashMap<String, usize> =
                changes.iter().enumerate().filter_map(|(i, c)| Some((c.key.clone()?, i))).collect();
            let mut gone = Page::new(offset.saturating_sub(landed.rows), limit - changes.len());
            for file in &commit.removed_files {
                let mut batches = files::read(&table, resource, file, None).await?;
                while let Some(batch) = batches.next().await {
                    let batch = batch?;
                    pair(&batch, &mut wanted, &mut changes)?;
                    if tail && !gone.full() {
                        gone.take(&without(&batch, &all_keys, resource)?)?;
                    }
                }
            }
            changes.extend(gone.rows.into_iter().map(|c| Change { key: c.key, new: None, old: c.new }));
        }
        let schema = files::schema(&table, resource)?;
        Ok(Changes { landed, columns: columns(&schema), changes })
    }

    /// What a commit added and removed; fails when removed files are no longer there.
    pub(crate) async fn commit_files(
        &self,
        table: &DeltaTable,
        code: &str,
        version: u64,
    ) -> Result<CommitFiles> {
        let slot = self.slot(code)?;
        let bytes = table.log_store().read_commit_entry(version).await.or_storage(code)?;
        let (Some(bytes), Some(digest)) = (bytes, self.digest(&slot, table, version).await?) else {
            return Err(expired(code));
        };
        let kind = digest.record.as_ref().map_or(CommitKind::Land, |r| r.kind);
        let mut found = CommitFiles { kind, added: Vec::new(), removed_files: Vec::new() };
        for action in get_actions(version, &bytes).or_storage(code)? {
            match action {
                Action::Add(a) => {
                    found.added.push(DataFile { path: a.path, size: a.size, stats: a.stats });
                }
                Action::Remove(r) => {
                    let size = r.size.unwrap_or(0);
                    found.removed_files.push(DataFile { path: r.path, size, stats: None });
                }
                _ => {}
            }
        }
        for file in found.added.iter().chain(&found.removed_files) {
            let path = Path::parse(&file.path).unwrap_or_else(|_| Path::from(file.path.as_str()));
            match table.object_store().head(&path).await {
                Ok(_) => {}
                Err(ObjectStoreError::NotFound { .. }) => return Err(expired(code)),
                Err(e) => return Err(storage(code, e)),
            }
        }
        Ok(found)
    }
}

/// The rows a submission brought.
pub(crate) fn of_submission(batch: &RecordBatch, id: &str, code: &str) -> Result<RecordBatch> {
    filter_record_batch(batch, &is_submission(batch, id)?).or_storage(code)
}

/// Which rows a submission brought.
pub(crate) fn is_submission(batch: &RecordBatch, id: &str) -> Result<BooleanArray> {
    Ok(text_column(batch, SUBMISSION)?.iter().map(|s| Some(s == Some(id))).collect())
}

fn without(batch: &RecordBatch, keys: &Keys, code: &str) -> Result<RecordBatch> {
    let column: &StringArray = text_column(batch, KEY)?;
    let other: BooleanArray = column.iter().map(|k| Some(k.is_none_or(|k| !keys.has(k)))).collect();
    filter_record_batch(batch, &other).or_storage(code)
}

/// Sets the old row of each change whose key stands in the batch.
fn pair(batch: &RecordBatch, wanted: &mut HashMap<String, usize>, changes: &mut [Change]) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    for (i, key) in text_column(batch, KEY)?.iter().enumerate() {
        if let Some(at) = key.and_then(|k| wanted.remove(k))
            && let Some(change) = changes.get_mut(at)
        {
            change.old = rows_of(&batch.slice(i, 1))?.pop();
        }
    }
    Ok(())
}

/// Rows from `offset` on, `limit` of them.
struct Page {
    skip: u64,
    left: usize,
    rows: Vec<Change>,
}

impl Page {
    fn new(skip: u64, limit: usize) -> Self {
        Self { skip, left: limit, rows: Vec::new() }
    }

    fn full(&self) -> bool {
        self.left == 0
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<()> {
        let n = batch.num_rows();
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(n);
        self.skip -= skipped as u64;
        let batch = batch.slice(skipped, (n - skipped).min(self.left));
        self.left -= batch.num_rows();
        let keys = text_column(&batch, KEY)?;
        for (key, row) in keys.iter().zip(rows_of(&batch)?) {
            self.rows.push(Change { key: key.map(str::to_owned), new: Some(row), old: None });
        }
        Ok(())
    }
}
