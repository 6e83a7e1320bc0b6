//! History (历史): what happened to a table, and the table as it was.

use async_recursion::async_recursion;
use chrono::{DateTime, Utc};
use deltalake_core::DeltaTable;
use kernel::{Error, Result};
use serde::Serialize;

use super::commit::{CommitKind, Share, expired};
use super::error::OrStorage;
use super::lake::{Lake, Slot};

/// One commit of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryEntry {
    /// Version the commit made.
    pub version: u64,
    /// When, by the clock of the machine that committed.
    pub at: DateTime<Utc>,
    /// What kind of commit; absent for upkeep (making the table, new columns, compaction).
    pub kind: Option<CommitKind>,
    /// The table format's name of the operation, e.g. `WRITE`, `MERGE`, `OPTIMIZE`.
    pub operation: String,
    /// The submissions it holds, with their counts. For an undo: the submission taken back, `rows` being those put
    /// back and `removed` those taken out.
    pub shares: Vec<Share>,
}

impl Lake {
    /// The newest `limit` commits below `before` (or the newest of all), newest first.
    ///
    /// # Errors
    /// `not-found` when the resource has no table; what the storage says.
    #[async_recursion]
    pub async fn history(
        &self,
        resource: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>> {
        let slot = self.slot(resource)?;
        let table = self.newest(resource).await?;
        let newest = table.version().unwrap_or(0);
        let mut at = match before {
            Some(b) => b.min(newest + 1).checked_sub(1),
            None => Some(newest),
        };
        let mut entries = Vec::new();
        while let Some(version) = at.filter(|_| entries.len() < limit) {
            let Some(digest) = self.digest(&slot, &table, version).await? else { break };
            entries.push(HistoryEntry {
                version,
                at: digest.at,
                kind: digest.record.as_ref().map(|r| r.kind),
                operation: digest.operation.clone(),
                shares: digest.record.as_ref().map(|r| r.shares.clone()).unwrap_or_default(),
            });
            at = version.checked_sub(1);
        }
        Ok(entries)
    }

    /// The newest version of a resource's table.
    ///
    /// # Errors
    /// `not-found` when it has none.
    #[async_recursion]
    pub async fn version(&self, resource: &str) -> Result<u64> {
        Ok(self.newest(resource).await?.version().unwrap_or(0))
    }

    /// The version a table had at an instant: the last commit up to then.
    ///
    /// # Errors
    /// `not-found` when the table did not exist then, `history-expired` when the log does not reach back so far.
    #[async_recursion]
    pub async fn version_at(&self, resource: &str, at: DateTime<Utc>) -> Result<u64> {
        let slot = self.slot(resource)?;
        let table = self.newest(resource).await?;
        // Commits are in order of time, and what the log has dropped is the oldest: the last one not later than `at`
        // lies at the edge of a falling predicate.
        let (mut low, mut high) = (0, table.version().unwrap_or(0) + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let digest = self.digest(&slot, &table, middle).await?;
            if digest.is_none_or(|d| d.at <= at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let Some(version) = low.checked_sub(1) else {
            return Err(Error::not_found(
                &format!("数据表“{resource}”在该时刻的内容（当时尚未建表）"),
                &format!("table `{resource}` at that time (it was made later)"),
            ));
        };
        match self.digest(&slot, &table, version).await? {
            Some(_) => Ok(version),
            None => Err(expired(resource)),
        }
    }

    /// Submissions that landed after `version` and were not taken back since, oldest first.
    pub(crate) async fn landed_since(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        version: u64,
    ) -> Result<Vec<Share>> {
        let newest = table.snapshot().or_storage(&slot.code)?.version();
        let mut since: Vec<Share> = Vec::new();
        for v in version + 1..=newest {
            let digest = self.digest(slot, table, v).await?;
            let Some(record) = digest.as_ref().and_then(|d| d.record.as_ref()) else { continue };
            if record.kind == CommitKind::Undo {
                since.retain(|s| record.shares.iter().all(|u| u.submission != s.submission));
            } else {
                since.extend(record.shares.iter().cloned());
            }
        }
        Ok(since)
    }
}
