//! Undo (撤销): a new commit that takes a submission's rows out and puts back the ones they took the place of. The table's
//! earlier versions stay as they were.

use async_recursion::async_recursion;
use deltalake_core::DeltaTable;
use deltalake_core::arrow::array::{Array, BooleanArray};
use deltalake_core::kernel::{Add, Remove};
use deltalake_core::protocol::DeltaOperation;
use futures::StreamExt;
use kernel::{Error, Result, SubmissionId};
use serde::Serialize;

use super::changes::{CommitFiles, is_submission, of_submission};
use super::commit::{CommitKind, Landed, Outcome, Record, Share, commit, expired, undo_mark};
use super::files::{self, DataFile, actions, discard, text_column};
use super::keys::Keys;
use super::lake::{Lake, Slot};
use super::land::{ATTEMPTS, busy};
use super::spec::{KEY, SUBMISSION};

/// The result of an undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// Version of the table after it.
    pub version: u64,
    /// Rows of the submission taken out.
    pub removed: u64,
    /// Earlier rows put back.
    pub restored: u64,
    /// Whether it had been undone before.
    pub repeated: bool,
}

/// What an undo does to the table.
struct Reversal {
    adds: Vec<Add>,
    /// Files written for it, which are of no use should the commit be lost.
    written: Vec<Add>,
    removes: Vec<Remove>,
    removed: u64,
    restored: u64,
}

impl Lake {
    /// Takes a submission back. Doing it twice does it once. A submission id that was undone does not land again: what
    /// is sent anew is a new submission.
    ///
    /// # Errors
    /// `not-found` when it did not land there; `undo-touched` when a later submission changed the same rows (the message
    /// names it: undo that one first); `history-expired`; what the storage says.
    #[async_recursion]
    pub async fn undo(&self, resource: &str, submission: SubmissionId) -> Result<Undone> {
        let slot = self.slot(resource)?;
        let _one = slot.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let table = self.newest(resource).await?;
            if let Some(version) = self.marked(&slot, &table, undo_mark(submission)).await? {
                return self.undone(&slot, &table, submission, version).await;
            }
            let landed = self.version_of(&slot, &table, submission).await?;
            let then = self.commit_files(&table, resource, landed.version).await?;
            let reversal = if then.kind == CommitKind::Replace {
                self.restore_all(&slot, &table, &landed, then).await?
            } else {
                self.take_out(&slot, &table, submission, &landed, &then).await?
            };
            let share = Share {
                submission,
                rows: reversal.restored,
                inserted: 0,
                updated: 0,
                removed: reversal.removed,
            };
            let record = Record { kind: CommitKind::Undo, shares: vec![share] };
            let operation =
                DeltaOperation::Delete { predicate: Some(format!("{SUBMISSION} = '{submission}'")) };
            let acts = actions(&reversal.adds, reversal.removes);
            match commit(&table, resource, acts, operation, &record, Some(undo_mark(submission))).await? {
                Outcome::Done(after, version) => {
                    self.remember(&slot, &after);
                    let (removed, restored) = (reversal.removed, reversal.restored);
                    return Ok(Undone { version, removed, restored, repeated: false });
                }
                Outcome::Lost => discard(&table, &reversal.written).await,
            }
        }
        Err(busy(resource))
    }

    async fn undone(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        submission: SubmissionId,
        version: u64,
    ) -> Result<Undone> {
        let digest = self.digest(slot, table, version).await?;
        let record = digest.as_ref().and_then(|d| d.record.as_ref());
        let share = record.and_then(|r| r.shares.iter().find(|s| s.submission == submission));
        let share = share.ok_or_else(|| expired(&slot.code))?;
        Ok(Undone { version, removed: share.removed, restored: share.rows, repeated: true })
    }

    /// After a replacement the table is the submission: the files it removed become the table again.
    async fn restore_all(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        landed: &Landed,
        then: CommitFiles,
    ) -> Result<Reversal> {
        if let Some(later) = self.landed_since(slot, table, landed.version).await?.first() {
            return Err(touched(later.submission));
        }
        let mut reversal = Reversal {
            adds: Vec::new(),
            written: Vec::new(),
            removes: Vec::new(),
            removed: 0,
            restored: landed.removed,
        };
        for (file, remove) in files::active(table, &slot.code)? {
            reversal.removed += file.rows();
            reversal.removes.push(remove);
        }
        // The old files could be named again as they are, but the statistics that the log held for them went with
        // their removal; written anew they have them.
        let copied =
            files::rewrite(table, &slot.code, self.inner.settings.file_size, &then.removed_files, |b| {
                Ok(BooleanArray::from(vec![false; b.num_rows()]))
            })
            .await?;
        reversal.adds.clone_from(&copied.adds);
        reversal.written = copied.adds;
        Ok(reversal)
    }

    /// Takes the submission's rows out of the files that hold them, and puts back the rows whose keys they took.
    async fn take_out(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        submission: SubmissionId,
        landed: &Landed,
        then: &CommitFiles,
    ) -> Result<Reversal> {
        let code = slot.code.as_str();
        let size = self.inner.settings.file_size;
        let id = submission.to_string();
        let mut holders: Vec<DataFile> = Vec::new();
        let mut removes = Vec::new();
        let mut keys = Keys::default();
        let mut count = 0;
        for (file, remove) in files::active(table, code)? {
            let (least, greatest) = file.span(SUBMISSION);
            if least.is_some_and(|l| id < l) || greatest.is_some_and(|g| id > g && !id.starts_with(&g)) {
                continue;
            }
            let mut batches = files::read(table, code, &file, Some(&[SUBMISSION, KEY])).await?;
            let mut holds = false;
            while let Some(batch) = batches.next().await {
                let own = of_submission(&batch?, &id, code)?;
                holds |= own.num_rows() > 0;
                count += own.num_rows() as u64;
                keys.add(text_column(&own, KEY)?, 0)?;
            }
            if holds {
                holders.push(file);
                removes.push(remove);
            }
        }
        if count != landed.rows {
            return Err(touched(self.culprit(slot, table, &id, landed, then, &keys).await?));
        }
        let kept = files::rewrite(table, code, size, &holders, |b| is_submission(b, &id)).await?;
        let restored = files::rewrite(table, code, size, &then.removed_files, |b| {
            let column = text_column(b, KEY)?;
            Ok(column.iter().map(|k| Some(!k.is_some_and(|k| keys.has(k)))).collect())
        })
        .await;
        let restored = match restored {
            Ok(r) => r,
            Err(e) => {
                discard(table, &kept.adds).await;
                return Err(e);
            }
        };
        let mut adds = kept.adds;
        let back = restored.adds.iter().map(|a| DataFile {
            path: a.path.clone(),
            size: a.size,
            stats: a.stats.clone(),
        });
        let back = back.map(|f| f.rows()).sum();
        adds.extend(restored.adds);
        Ok(Reversal { written: adds.clone(), adds, removes, removed: kept.dropped, restored: back })
    }

    /// The later submission that took the place of one of our rows.
    async fn culprit(
        &self,
        slot: &Slot,
        table: &DeltaTable,
        id: &str,
        landed: &Landed,
        then: &CommitFiles,
        present: &Keys,
    ) -> Result<SubmissionId> {
        let code = slot.code.as_str();
        let mut missing = Keys::default();
        for file in &then.added {
            let mut batches = files::read(table, code, file, Some(&[SUBMISSION, KEY])).await?;
            while let Some(batch) = batches.next().await {
                let own = of_submission(&batch?, id, code)?;
                let gone = text_column(&own, KEY)?.iter().map(|k| k.filter(|k| !present.has(k)));
                missing.add(&gone.collect(), 0)?;
            }
        }
        for (file, _) in files::active(table, code)? {
            let mut batches = files::read(table, code, &file, Some(&[SUBMISSION, KEY])).await?;
            while let Some(batch) = batches.next().await {
                let batch = batch?;
                let (ids, own) = (text_column(&batch, SUBMISSION)?, text_column(&batch, KEY)?);
                let hit = (0..batch.num_rows()).find(|i| own.is_valid(*i) && missing.has(own.value(*i)));
                if let Some(i) = hit
                    && let Ok(by) = ids.value(i).parse()
                {
                    return Ok(by);
                }
            }
        }
        let since = self.landed_since(slot, table, landed.version).await?;
        since.last().map(|s| s.submission).ok_or_else(|| {
            Error::internal(format!("{code}: rows of {id} are missing, and no later submission is known"))
        })
    }
}

fn touched(by: SubmissionId) -> Error {
    Error::conflict(
        "undo-touched",
        format!("不能撤销：后来的批次 {by} 改动了同样的数据。请先撤销那一批，或重新报送正确的数据。"),
        format!(
            "Cannot be undone: the later submission {by} changed the same rows. Undo that one first, or send the right rows again."
        ),
    )
    .about(by)
}
