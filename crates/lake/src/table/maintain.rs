//! Upkeep (维护) in the background: small files become large ones, and what no version needs goes.
//!
//! Everything here may be cut off at any moment and done again.

use async_recursion::async_recursion;
use std::collections::HashSet;
use std::num::NonZeroU64;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use deltalake_core::DeltaTableError;
use deltalake_core::checkpoints::cleanup_metadata;
use deltalake_core::kernel::transaction::{CommitProperties, TransactionError};
use deltalake_core::operations::optimize::OptimizeType;
use futures::StreamExt;
use kernel::Result;
use serde::Serialize;

use super::error::OrStorage;
use super::files;
use super::lake::Lake;

/// Files smaller than the target by this factor count as small.
const SMALL: i64 = 4;
/// So many small files make a compaction worth its while.
const MANY: usize = 20;
/// Files no commit names are kept at least this long: a landing may still be going to name them.
pub const ORPHAN_AGE: Duration = Duration::from_secs(24 * 3600);

/// What upkeep did to a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Maintained {
    /// Small files that were gathered.
    pub files_before: u64,
    /// Files they became.
    pub files_after: u64,
    /// Data files removed that no version needs any more.
    pub swept: u64,
    /// Log files removed that are past their retention.
    pub log_files: u64,
}

impl Lake {
    /// Everything a table needs from time to time: compaction where it has many small files, sweeping, log clean-up.
    ///
    /// # Errors
    /// `not-found` without table; what the storage says.
    #[async_recursion]
    pub async fn maintain(&self, resource: &str) -> Result<Maintained> {
        let mut done = Maintained::default();
        if self.small_files(resource).await? >= MANY {
            done = self.compact(resource).await?;
        }
        done.swept = self.sweep(resource, ORPHAN_AGE).await?;
        let table = self.newest(resource).await?;
        done.log_files = cleanup_metadata(&table, None).await.or_storage(resource)? as u64;
        Ok(done)
    }

    /// Number of data files much smaller than the target.
    ///
    /// # Errors
    /// As [`Lake::maintain`].
    #[async_recursion]
    pub async fn small_files(&self, resource: &str) -> Result<usize> {
        let table = self.newest(resource).await?;
        let small = i64::try_from(self.inner.settings.file_size).unwrap_or(i64::MAX) / SMALL;
        Ok(files::active(&table, resource)?.iter().filter(|(f, _)| f.size < small).count())
    }

    /// Gathers small files into files of the target size. The rows stay the same; landings go on meanwhile, and should
    /// one of them rewrite a file that is being gathered, the compaction gives way and nothing is done.
    ///
    /// # Errors
    /// As [`Lake::maintain`].
    #[async_recursion]
    pub async fn compact(&self, resource: &str) -> Result<Maintained> {
        let table = self.newest(resource).await?;
        let Some(size) = NonZeroU64::new(self.inner.settings.file_size) else {
            return Ok(Maintained::default());
        };
        let properties = CommitProperties::default().with_cleanup_expired_logs(Some(false));
        let done = table
            .optimize()
            .with_type(OptimizeType::Compact)
            .with_target_size(size)
            .with_max_concurrent_tasks(1)
            .with_commit_properties(properties)
            .await;
        match done {
            Ok((after, metrics)) => {
                self.remember(&*self.slot(resource)?, &after);
                Ok(Maintained {
                    files_before: metrics.num_files_removed,
                    files_after: metrics.num_files_added,
                    ..Maintained::default()
                })
            }
            Err(DeltaTableError::Transaction { source: TransactionError::CommitConflict(_) }) => {
                Ok(Maintained::default())
            }
            Err(e) => Err(super::error::storage(resource, e)),
        }
    }

    /// Removes data files that no version within retention needs and that are older than `age`: replaced ones past
    /// their retention, and orphans of landings that were cut off. Returns how many.
    ///
    /// # Errors
    /// As [`Lake::maintain`].
    #[async_recursion]
    pub async fn sweep(&self, resource: &str, age: Duration) -> Result<u64> {
        // Files named by a commit that is made from here on are younger than the listing only if `age` is kept.
        let listed = SystemTime::now();
        let table = self.newest(resource).await?;
        let mut needed: HashSet<String> =
            files::active(&table, resource)?.into_iter().map(|(f, _)| f.path).collect();
        let oldest = self.now() - TimeDelta::days(i64::from(self.inner.settings.retention_days));
        let log_store = table.log_store();
        let state = table.snapshot().or_storage(resource)?;
        let mut tombstones = state.all_tombstones(log_store.as_ref());
        while let Some(tombstone) = tombstones.next().await {
            let tombstone = tombstone.or_storage(resource)?;
            if tombstone.deletion_timestamp().is_none_or(|t| t >= oldest.timestamp_millis()) {
                needed.insert(tombstone.path().into_owned());
            }
        }
        drop(tombstones);
        let folder = self.folder(resource);
        let place = resource.to_owned();
        tokio::task::spawn_blocking(move || {
            let old = |modified: SystemTime| listed.duration_since(modified).is_ok_and(|d| d >= age);
            let data = remove(&folder, |name, modified| {
                let ours = name.ends_with(".parquet") && !needed.contains(name);
                (ours || name.contains('#')) && old(modified)
            });
            let log =
                remove(&folder.join("_delta_log"), |name, modified| name.contains('#') && old(modified));
            Ok(data.or_storage(&place)? + log.or_storage(&place)?)
        })
        .await
        .map_err(kernel::Error::internal)?
    }
}

/// Removes the files of a folder that `unneeded` names by file name and time of change.
fn remove(folder: &Path, unneeded: impl Fn(&str, SystemTime) -> bool) -> std::io::Result<u64> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_file() && unneeded(&entry.file_name().to_string_lossy(), about.modified()?) {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}
