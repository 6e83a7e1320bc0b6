//! Staging (暂存): a submission's rows are written as data files first, which no reader sees; the commit then only
//! names them. Should the process die in between, they are orphans and [`super::Lake::sweep`] removes them.

use deltalake_core::DeltaTable;
use deltalake_core::arrow::array::{BooleanArray, RecordBatch};
use deltalake_core::kernel::{Add, Remove};
use futures::StreamExt;
use kernel::Result;
use standards::pack::LandingMode;

use super::error::OrStorage;
use super::files::{self, DataFile, text_column};
use super::keys::Keys;
use super::rows::BatchStream;
use super::spec::KEY;

/// Rows written but not committed.
pub(crate) struct Staged {
    pub(crate) adds: Vec<Add>,
    pub(crate) rows: u64,
    pub(crate) keys: Option<Keys>,
}

/// Writes batches in the table's schema. With `keyed`, keys are gathered and, where a key comes twice, the later row
/// stays.
pub(crate) async fn stage(
    table: &DeltaTable,
    code: &str,
    file_size: u64,
    keyed: bool,
    mut batches: BatchStream,
) -> Result<Staged> {
    let mut writer = files::writer(table, code, file_size)?;
    let mut rows = 0_u64;
    let mut keys = keyed.then(Keys::default);
    let written: Result<()> = async {
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            if let Some(keys) = &mut keys {
                keys.add(text_column(&batch, KEY)?, rows)?;
            }
            rows += batch.num_rows() as u64;
            writer.write(&batch).await.or_storage(code)?;
        }
        Ok(())
    }
    .await;
    if let Err(e) = written {
        let _ = writer.abort().await;
        return Err(e);
    }
    let mut staged = Staged { adds: writer.close().await.or_storage(code)?, rows, keys };
    drop_replaced(table, code, file_size, &mut staged).await?;
    Ok(staged)
}

/// Leaves out the rows that a later row of the same submission replaces. Rare, so it costs a second writing only then.
async fn drop_replaced(table: &DeltaTable, code: &str, file_size: u64, staged: &mut Staged) -> Result<()> {
    let Some(replaced) = staged.keys.as_ref().map(|k| k.replaced.clone()).filter(|r| !r.is_empty()) else {
        return Ok(());
    };
    let written = std::mem::take(&mut staged.adds);
    let sources: Vec<DataFile> = written
        .iter()
        .map(|a| DataFile { path: a.path.clone(), size: a.size, stats: a.stats.clone() })
        .collect();
    let mut place = 0_u32;
    let rewritten = files::rewrite(table, code, file_size, &sources, |batch: &RecordBatch| {
        let from = place;
        place += u32::try_from(batch.num_rows()).map_err(kernel::Error::internal)?;
        Ok((from..place).map(|p| Some(replaced.contains(p))).collect::<BooleanArray>())
    })
    .await;
    files::discard(table, &written).await;
    let rewritten = rewritten?;
    staged.rows -= rewritten.dropped;
    staged.adds = rewritten.adds;
    Ok(())
}

/// What has to happen to the rows already there.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) removes: Vec<Remove>,
    pub(crate) adds: Vec<Add>,
    pub(crate) updated: u64,
    pub(crate) removed: u64,
}

/// Plans how staged rows meet the table: appending touches nothing, replacing removes every file, and an upsert writes
/// each file that holds one of the keys again without those rows.
///
/// This is what the table format's MERGE does too, but MERGE joins whole rows of both sides in memory, while here the
/// table is streamed past the set of keys.
pub(crate) async fn plan(
    table: &DeltaTable,
    code: &str,
    file_size: u64,
    mode: LandingMode,
    staged: &mut Staged,
) -> Result<Plan> {
    let mut plan = Plan::default();
    match (mode, &mut staged.keys) {
        (LandingMode::Replace, _) => {
            for (file, remove) in files::active(table, code)? {
                plan.removed += file.rows();
                plan.removes.push(remove);
            }
        }
        (LandingMode::Upsert, Some(keys)) => {
            let mut touched = Vec::new();
            for (file, remove) in files::active(table, code)? {
                let (least, greatest) = file.span(KEY);
                if keys.may_lie_between(least.as_deref(), greatest.as_deref())
                    && holds_any(table, code, &file, keys).await?
                {
                    touched.push(file);
                    plan.removes.push(remove);
                }
            }
            keys.forget_found();
            let rewritten =
                files::rewrite(table, code, file_size, &touched, |b| Ok(keys.matches(text_column(b, KEY)?)))
                    .await?;
            plan.adds = rewritten.adds;
            plan.removed = rewritten.dropped;
            plan.updated = keys.found();
        }
        _ => {}
    }
    Ok(plan)
}

async fn holds_any(table: &DeltaTable, code: &str, file: &DataFile, keys: &Keys) -> Result<bool> {
    let mut batches = files::read(table, code, file, Some(&[KEY])).await?;
    while let Some(batch) = batches.next().await {
        if keys.any(text_column(&batch?, KEY)?) {
            return Ok(true);
        }
    }
    Ok(false)
}
