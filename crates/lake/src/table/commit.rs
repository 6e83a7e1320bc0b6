//! Commits (提交): each carries what it landed, so that a retry finds the earlier result and history can be told.
//!
//! Exactly once rests on two marks, both written in the very commit that brings the rows:
//! * a file submission sets the Delta application transaction `yishu:<submission>` to the version it lands in. It
//!   stays in the table's state for ever, checkpoints included;
//! * single pushes, which may come by the hundred each second, would swell that state; their ids stand in the
//!   commit's own information instead. A submission's id is a UUID of version 7 and so tells when it was made: only
//!   commits younger than that need to be looked at, which for a fresh push is a handful that are in memory anyway.
//!
//! The commit itself is one file made under a name that must not exist. We never let the library rebase it over a
//! commit of another process: we look again for our mark first.

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, Transaction};
use deltalake_core::protocol::DeltaOperation;
use deltalake_core::{DeltaTable, DeltaTableError};
use kernel::{Error, Result, SubmissionId};
use serde::{Deserialize, Serialize};

use super::error::{OrStorage, corrupt, storage};
use super::lake::{Lake, Slot};

/// The result of a landing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landed {
    /// Version of the table that holds the rows.
    pub version: u64,
    /// Rows of the submission that are in the table.
    pub rows: u64,
    /// Of these, rows whose business key was new.
    pub inserted: u64,
    /// Of these, rows that took the place of a row with the same business key.
    pub updated: u64,
    /// Rows that were in the table before and are not any more: the replaced ones, or the whole table.
    pub removed: u64,
    /// Whether this had landed before, by an earlier attempt.
    pub repeated: bool,
}

/// What kind of commit it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommitKind {
    /// One submission, rows added or replaced by key.
    Land,
    /// One submission that became the whole table.
    Replace,
    /// Several single pushes.
    Push,
    /// An earlier submission taken back.
    Undo,
}

/// One submission's share of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The submission.
    pub submission: SubmissionId,
    /// See [`Landed::rows`].
    pub rows: u64,
    /// See [`Landed::inserted`].
    pub inserted: u64,
    /// See [`Landed::updated`].
    pub updated: u64,
    /// See [`Landed::removed`].
    pub removed: u64,
}

impl Share {
    fn landed(&self, version: u64) -> Landed {
        Landed {
            version,
            rows: self.rows,
            inserted: self.inserted,
            updated: self.updated,
            removed: self.removed,
            repeated: true,
        }
    }
}

/// What a commit says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) kind: CommitKind,
    pub(crate) shares: Vec<Share>,
}

/// The head of a commit.
#[derive(Debug, Clone)]
pub(crate) struct Digest {
    pub(crate) at: DateTime<Utc>,
    pub(crate) operation: String,
    pub(crate) record: Option<Record>,
}

/// How a commit went.
pub(crate) enum Outcome {
    /// It is in the log.
    Done(Box<DeltaTable>, u64),
    /// Another commit was first; look again.
    Lost,
}

const RECORD: &str = "yishu";
/// How far the clocks of two machines may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(10);
/// Heads of commits kept in memory for each table.
const DIGESTS: usize = 20_000;

/// The application transaction that marks a landing.
pub(crate) fn land_mark(submission: SubmissionId) -> String {
    format!("yishu:{submission}")
}

/// The application transaction that marks an undo.
pub(crate) fn undo_mark(submission: SubmissionId) -> String {
    format!("yishu-undo:{submission}")
}

/// Commits on top of exactly the snapshot given.
pub(crate) async fn commit(
    table: &DeltaTable,
    code: &str,
    actions: Vec<Action>,
    operation: DeltaOperation,
    record: &Record,
    mark: Option<String>,
) -> Result<Outcome> {
    let state = table.snapshot().or_storage(code)?;
    let next = state.version() + 1;
    let said = serde_json::to_value(record).map_err(Error::internal)?;
    let mut properties = CommitProperties::default()
        .with_max_retries(0)
        .with_cleanup_expired_logs(Some(false))
        .with_metadata([(RECORD.to_owned(), said)]);
    if let Some(mark) = mark {
        let version = i64::try_from(next).map_err(Error::internal)?;
        properties = properties.with_application_transaction(Transaction::new(mark, version));
    }
    let done = CommitBuilder::from(properties)
        .with_actions(actions)
        .build(Some(state), table.log_store(), operation)
        .await;
    match done {
        Ok(done) => {
            let mut after = table.clone();
            let version = done.version();
            after.state = Some(done.snapshot());
            Ok(Outcome::Done(Box::new(after), version))
        }
        Err(
            DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source:
                    TransactionError::MaxCommitAttempts(_)
                    | TransactionError::VersionAlreadyExists(_)
                    | TransactionError::CommitConflict(_),
            },
        ) => Ok(Outcome::Lost),
        // What follows a commit (a checkpoint) may fail though the commit stands: then it is done.
        Err(e) => match is_ours(table, next, record).await {
            Some(after) => {
                tracing::warn!(table = code, version = next, error = %e, "committed, but what follows a commit failed");
                Ok(Outcome::Done(Box::new(after), next))
            }
            None => Err(storage(code, e)),
        },
    }
}

async fn is_ours(table: &DeltaTable, version: u64, record: &Record) -> Option<DeltaTable> {
    let bytes = table.log_store().read_commit_entry(version).await.ok().flatten()?;
    let digest = parse(&bytes).ok()?;
    if digest.record.as_ref() != Some(record) {
        return None;
    }
    let mut after = table.clone();
    after.update_incremental(Some(version)).await.ok()?;
    Some(after)
}

fn parse(bytes: &[u8]) -> Result<Digest, String> {
    #[derive(Deserialize)]
    struct Line {
        #[serde(rename = "commitInfo")]
        info: Option<Info>,
    }
    #[derive(Deserialize)]
    struct Info {
        timestamp: Option<i64>,
        operation: Option<String>,
        yishu: Option<Record>,
    }
    for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
        let line: Line = serde_json::from_slice(line).map_err(|e| e.to_string())?;
        if let Some(info) = line.info {
            let at = info.timestamp.and_then(DateTime::from_timestamp_millis).unwrap_or_default();
            let operation = info.operation.unwrap_or_default();
            return Ok(Digest { at, operation, record: info.yishu });
        }
    }
    Ok(Digest { at: DateTime::default(), operation: String::new(), record: None })
}

impl Lake {
    /// The head of a commit; `None` when the log no longer reaches back so far.
    pub(crate) async fn digest(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        version: u64,
    ) -> Result<Option<Arc<Digest>>> {
        let known = slot.digests.lock().unwrap_or_else(PoisonError::into_inner).get(&version).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let Some(bytes) = table.log_store().read_commit_entry(version).await.or_storage(&slot.code)? else {
            return Ok(None);
        };
        let digest =
            Arc::new(parse(&bytes).map_err(|e| corrupt(&slot.code, &format!("commit {version}: {e}")))?);
        let mut digests = slot.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.insert(version, digest.clone());
        if digests.len() > DIGESTS {
            digests.pop_first();
        }
        Ok(Some(digest))
    }

    /// The version a mark was set in.
    pub(crate) async fn marked(&self, slot: &Slot, table: &DeltaTable, mark: String) -> Result<Option<u64>> {
        let state = table.snapshot().or_storage(&slot.code)?;
        let version =
            state.transaction_version(table.log_store().as_ref(), mark).await.or_storage(&slot.code)?;
        Ok(version.and_then(|v| u64::try_from(v).ok()))
    }

    /// What an earlier attempt of a file submission landed, if it did.
    pub(crate) async fn landed_before(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        submission: SubmissionId,
    ) -> Result<Option<Landed>> {
        match self.marked(slot, table, land_mark(submission)).await? {
            Some(version) => self.share(slot, table, submission, version).await.map(Some),
            None => Ok(None),
        }
    }

    async fn share(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        submission: SubmissionId,
        version: u64,
    ) -> Result<Landed> {
        let digest = self.digest(slot, table, version).await?;
        let record = digest.as_ref().and_then(|d| d.record.as_ref());
        record
            .and_then(|r| r.shares.iter().find(|s| s.submission == submission))
            .map(|s| s.landed(version))
            .ok_or_else(|| expired(&slot.code))
    }

    /// What an earlier attempt of a push landed, if it did: looks through the commits younger than the push.
    pub(crate) async fn pushed_before(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        submission: SubmissionId,
    ) -> Result<Option<Landed>> {
        let made = made_at(submission).map(|t| t - CLOCK_SKEW);
        let mut version = table.version();
        while let Some(v) = version {
            let Some(digest) = self.digest(slot, table, v).await? else { break };
            if let Some(record) = digest.record.as_ref().filter(|r| r.kind == CommitKind::Push)
                && let Some(share) = record.shares.iter().find(|s| s.submission == submission)
            {
                return Ok(Some(share.landed(v)));
            }
            if made.is_some_and(|made| digest.at < made) {
                break;
            }
            version = v.checked_sub(1);
        }
        Ok(None)
    }

    /// The version in which a submission landed, however it came.
    pub(crate) async fn version_of(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        submission: SubmissionId,
    ) -> Result<Landed> {
        if let Some(landed) = self.landed_before(slot, table, submission).await? {
            return Ok(landed);
        }
        match self.pushed_before(slot, table, submission).await? {
            Some(landed) => Ok(landed),
            None => Err(Error::not_found(
                "该批次在此数据表中的入库记录",
                "landing of this submission in this table",
            )),
        }
    }
}

fn made_at(submission: SubmissionId) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = submission.0.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// The log no longer holds what is asked for.
pub(crate) fn expired(code: &str) -> Error {
    Error::conflict(
        "history-expired",
        format!("数据表“{code}”在那次提交时的历史已超过保留期，无法查看或撤销。"),
        format!(
            "The history of table `{code}` at that commit is past its retention; it can no longer be seen or undone."
        ),
    )
}
