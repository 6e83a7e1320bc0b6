//! Landing (入库): the rows of one submission become one commit, exactly once.

use async_recursion::async_recursion;
use deltalake_core::DeltaTable;
use deltalake_core::protocol::{DeltaOperation, MergePredicate, SaveMode};
use futures::StreamExt;
use kernel::{Error, Result};
use standards::pack::LandingMode;

use super::commit::{CommitKind, Landed, Outcome, Record, Share, commit, land_mark};
use super::files::{actions, discard, schema};
use super::lake::Lake;
use super::rows::{BatchStream, Provenance, Rows, dress};
use super::spec::TableSpec;
use super::stage::{plan, stage};

/// How often a commit is tried again when other processes keep committing first.
pub(crate) const ATTEMPTS: u32 = 20;

impl Lake {
    /// Lands rows held in memory. See [`Lake::land`].
    ///
    /// # Errors
    /// As [`Lake::land`].
    #[async_recursion]
    pub async fn land_rows(
        &self,
        spec: &TableSpec,
        mode: LandingMode,
        from: &Provenance,
        rows: Rows,
    ) -> Result<Landed> {
        self.land(spec, mode, from, rows.stream()).await
    }

    /// Lands the rows of a submission as one commit, in flat memory: batches with the resource's fields by name and,
    /// where known, `_row`. With `upsert`, rows without any key element and all rows of a resource without business key
    /// are added. A submission that has landed is not landed again: the earlier result comes back.
    ///
    /// # Errors
    /// What the stream says; `lake-full`, `lake-unreadable`, `lake-corrupt`, `table-schema`, `table-busy`. After an
    /// error nothing of the submission is in the table, and the same call may be made again.
    pub(crate) async fn land(
        &self,
        spec: &TableSpec,
        mode: LandingMode,
        from: &Provenance,
        rows: BatchStream,
    ) -> Result<Landed> {
        let slot = self.slot(&spec.code)?;
        let table = {
            let _one = slot.writing.lock().await;
            self.prepared(spec).await?
        };
        if let Some(done) = self.landed_before(&slot, &table, from.submission).await? {
            return Ok(done);
        }
        let keyed = mode == LandingMode::Upsert && !spec.key.is_empty();
        let dressed = dressed(spec, &table, from, rows)?;
        let mut staged = stage(&table, &spec.code, self.inner.settings.file_size, keyed, dressed).await?;

        let _one = slot.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let ready = async {
                let table = self.newest(&spec.code).await?;
                let done = self.landed_before(&slot, &table, from.submission).await?;
                Ok::<_, Error>((table, done))
            };
            let (table, done) = match ready.await {
                Ok(ready) => ready,
                Err(e) => {
                    discard(&table, &staged.adds).await;
                    return Err(e);
                }
            };
            if let Some(done) = done {
                discard(&table, &staged.adds).await;
                return Ok(done);
            }
            let meet = match plan(&table, &spec.code, self.inner.settings.file_size, mode, &mut staged).await
            {
                Ok(meet) => meet,
                Err(e) => {
                    discard(&table, &staged.adds).await;
                    return Err(e);
                }
            };
            let share = Share {
                submission: from.submission,
                rows: staged.rows,
                inserted: staged.rows - meet.updated.min(staged.rows),
                updated: meet.updated,
                removed: meet.removed,
            };
            let kind = if mode == LandingMode::Replace { CommitKind::Replace } else { CommitKind::Land };
            let record = Record { kind, shares: vec![share.clone()] };
            let mut all = staged.adds.clone();
            all.extend(meet.adds.iter().cloned());
            let actions = actions(&all, meet.removes);
            // Should this fail, the commit may still be in the log: the files stay, and the sweep decides.
            match commit(
                &table,
                &spec.code,
                actions,
                operation(mode),
                &record,
                Some(land_mark(from.submission)),
            )
            .await?
            {
                Outcome::Done(after, version) => {
                    self.remember(&slot, &after);
                    return Ok(Landed {
                        version,
                        rows: share.rows,
                        inserted: share.inserted,
                        updated: share.updated,
                        removed: share.removed,
                        repeated: false,
                    });
                }
                Outcome::Lost => discard(&table, &meet.adds).await,
            }
        }
        discard(&table, &staged.adds).await;
        Err(busy(&spec.code))
    }

    /// What the submission landed in the resource's table, if it has.
    ///
    /// # Errors
    /// As the storage says.
    #[async_recursion]
    pub async fn landed(&self, resource: &str, submission: kernel::SubmissionId) -> Result<Option<Landed>> {
        if !self.has_table(resource) {
            return self.reachable().map(|()| None);
        }
        let slot = self.slot(resource)?;
        let table = self.newest(resource).await?;
        match self.version_of(&slot, &table, submission).await {
            Ok(landed) => Ok(Some(landed)),
            Err(e) if e.kind() == kernel::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }
}

fn dressed(
    spec: &TableSpec,
    table: &DeltaTable,
    from: &Provenance,
    rows: BatchStream,
) -> Result<BatchStream> {
    let schema = schema(table, &spec.code)?;
    let (spec, from) = (spec.clone(), from.clone());
    let mut next = 1_i64;
    Ok(Box::pin(rows.map(move |batch| {
        let batch = batch?;
        let first = next;
        next += i64::try_from(batch.num_rows()).map_err(Error::internal)?;
        dress(&spec, &schema, &from, first, &batch)
    })))
}

pub(crate) fn operation(mode: LandingMode) -> DeltaOperation {
    let action = |action_type: &str| MergePredicate { action_type: action_type.to_owned(), predicate: None };
    match mode {
        LandingMode::Append => {
            DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None }
        }
        LandingMode::Replace => {
            DeltaOperation::Write { mode: SaveMode::Overwrite, partition_by: None, predicate: None }
        }
        LandingMode::Upsert => DeltaOperation::Merge {
            predicate: None,
            merge_predicate: Some("target._key = source._key".to_owned()),
            matched_predicates: vec![action("update")],
            not_matched_predicates: vec![action("insert")],
            not_matched_by_source_predicates: Vec::new(),
        },
    }
}

pub(crate) fn busy(code: &str) -> Error {
    Error::new(
        kernel::ErrorKind::Unavailable,
        "table-busy",
        kernel::Text::new(
            format!("数据表“{code}”正被其他进程频繁写入，本次内容没有写入，请稍后重试。"),
            format!(
                "Table `{code}` is being written by other processes all the time; this was not written. Try again later."
            ),
        ),
    )
}
