//! Data files (数据文件): read with the table's present schema, written to about the target size.

use std::num::NonZeroU64;
use std::sync::Arc;

use deltalake_core::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, new_null_array,
};
use deltalake_core::arrow::compute::{cast, filter_record_batch};
use deltalake_core::arrow::datatypes::{DataType, SchemaRef};
use deltalake_core::datafile::writer::{DeltaWriter, WriterConfig};
use deltalake_core::kernel::{Action, Add, LogicalFileView, Remove};
use deltalake_core::operations::write::WriterStatsConfig;
use deltalake_core::parquet::arrow::ProjectionMask;
use deltalake_core::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
// Deprecated in parquet 59.2 in favour of writing one's own; the table library still uses it, and so do we.
#[allow(deprecated)]
use deltalake_core::parquet::arrow::async_reader::ParquetObjectReader;
use deltalake_core::parquet::basic::Compression;
use deltalake_core::parquet::file::properties::WriterProperties;
use deltalake_core::{DeltaTable, Path};
use futures::StreamExt;
use kernel::Result;
use serde::Deserialize;

use super::error::{OrStorage, storage};
use super::rows::BatchStream;

/// Rows gathered before they are encoded; bounds the writer's memory whatever the size of the file.
const ROW_GROUP: usize = 128 * 1024;

/// A data file of some version of the table.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    pub(crate) path: String,
    pub(crate) size: i64,
    pub(crate) stats: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Stats {
    num_records: Option<u64>,
    min_values: serde_json::Map<String, serde_json::Value>,
    max_values: serde_json::Map<String, serde_json::Value>,
}

impl DataFile {
    fn parsed(&self) -> Stats {
        self.stats.as_deref().and_then(|s| serde_json::from_str(s).ok()).unwrap_or_default()
    }

    /// Least and greatest value of a text column, where the log holds them; the greatest may be cut short.
    pub(crate) fn span(&self, column: &str) -> (Option<String>, Option<String>) {
        let stats = self.parsed();
        let text = |m: &serde_json::Map<String, serde_json::Value>| {
            m.get(column).and_then(|v| v.as_str()).map(str::to_owned)
        };
        (text(&stats.min_values), text(&stats.max_values))
    }

    pub(crate) fn rows(&self) -> u64 {
        self.known_rows().unwrap_or(0)
    }

    /// Its rows, where the log holds their number.
    pub(crate) fn known_rows(&self) -> Option<u64> {
        self.parsed().num_records
    }
}

/// The files of a snapshot with the action that would remove each.
pub(crate) fn active(table: &DeltaTable, code: &str) -> Result<Vec<(DataFile, Remove)>> {
    let state = table.snapshot().or_storage(code)?;
    let file = |view: LogicalFileView| {
        let found = DataFile { path: view.path().into_owned(), size: view.size(), stats: view.stats() };
        (found, view.remove_action(true))
    };
    Ok(state.snapshot().try_log_data().or_storage(code)?.iter().map(file).collect())
}

/// The schema of the table at this snapshot.
pub(crate) fn schema(table: &DeltaTable, code: &str) -> Result<SchemaRef> {
    Ok(table.snapshot().or_storage(code)?.snapshot().arrow_schema())
}

/// Reads a data file; columns it does not have yet are empty. `columns` limits what is read.
pub(crate) async fn read(
    table: &DeltaTable,
    code: &str,
    file: &DataFile,
    columns: Option<&[&str]>,
) -> Result<BatchStream> {
    let full = schema(table, code)?;
    let wanted: SchemaRef = match columns {
        None => full,
        Some(names) => {
            let picked: Vec<_> = names
                .iter()
                .map(|n| full.field_with_name(n).cloned())
                .collect::<Result<_, _>>()
                .or_storage(code)?;
            Arc::new(deltalake_core::arrow::datatypes::Schema::new(picked))
        }
    };
    let path = Path::parse(&file.path).unwrap_or_else(|_| Path::from(file.path.as_str()));
    #[allow(deprecated)]
    let mut reader = ParquetObjectReader::new(table.object_store(), path);
    if let Some(size) = u64::try_from(file.size).ok().filter(|s| *s > 0) {
        reader = reader.with_file_size(size);
    }
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await.or_storage(code)?;
    let present = wanted.fields().iter().map(|f| f.name().as_str());
    let mask = ProjectionMask::columns(builder.parquet_schema(), present);
    let stream = builder.with_projection(mask).with_batch_size(8192).build().or_storage(code)?;
    let code = code.to_owned();
    Ok(Box::pin(stream.map(move |batch| {
        let batch = batch.map_err(|e| storage(&code, e))?;
        fit(&wanted, &batch, &code)
    })))
}

fn fit(schema: &SchemaRef, batch: &RecordBatch, code: &str) -> Result<RecordBatch> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let n = batch.num_rows();
    let columns = schema
        .fields()
        .iter()
        .map(|f| match batch.column_by_name(f.name()) {
            None => Ok(new_null_array(f.data_type(), n)),
            Some(c) if c.data_type() == f.data_type() => Ok(c.clone()),
            Some(c) => cast(c, f.data_type()).or_storage(code),
        })
        .collect::<Result<Vec<ArrayRef>>>()?;
    RecordBatch::try_new(schema.clone(), columns).or_storage(code)
}

/// A text column of a batch by name; the type is what the spec says, so a miss is our fault.
pub(crate) fn text_column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    batch
        .column_by_name(name)
        .filter(|c| *c.data_type() == DataType::Utf8)
        .map(|c| c.as_string::<i32>())
        .ok_or_else(|| kernel::Error::internal(format!("no text column {name}")))
}

/// A writer of data files for the table.
pub(crate) fn writer(table: &DeltaTable, code: &str, file_size: u64) -> Result<DeltaWriter> {
    let state = table.snapshot().or_storage(code)?;
    let stats = WriterStatsConfig::from_config(state.snapshot().table_configuration());
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build();
    let config = WriterConfig::new(
        schema(table, code)?,
        Vec::new(),
        Some(properties),
        NonZeroU64::new(file_size),
        Some(8192),
        stats.num_indexed_cols,
        stats.stats_columns,
    );
    Ok(DeltaWriter::new(table.object_store(), config))
}

/// What a rewriting kept and dropped.
#[derive(Default)]
pub(crate) struct Rewritten {
    pub(crate) adds: Vec<Add>,
    pub(crate) dropped: u64,
}

/// Writes the rows of `files` that `drop` does not mark into new files.
pub(crate) async fn rewrite(
    table: &DeltaTable,
    code: &str,
    file_size: u64,
    files: &[DataFile],
    mut drop: impl FnMut(&RecordBatch) -> Result<BooleanArray>,
) -> Result<Rewritten> {
    let mut out = Rewritten::default();
    if files.is_empty() {
        return Ok(out);
    }
    let mut writer = writer(table, code, file_size)?;
    let done: Result<()> = async {
        for file in files {
            let mut batches = read(table, code, file, None).await?;
            while let Some(batch) = batches.next().await {
                let batch = batch?;
                let gone = drop(&batch)?;
                let keep = deltalake_core::arrow::compute::not(&gone).or_storage(code)?;
                out.dropped += gone.true_count() as u64;
                let kept = filter_record_batch(&batch, &keep).or_storage(code)?;
                if kept.num_rows() > 0 {
                    writer.write(&kept).await.or_storage(code)?;
                }
            }
        }
        Ok(())
    }
    .await;
    if let Err(e) = done {
        let _ = writer.abort().await;
        return Err(e);
    }
    out.adds = writer.close().await.or_storage(code)?;
    Ok(out)
}

/// Removes files that no commit will ever name. Best effort: what stays is swept later.
pub(crate) async fn discard(table: &DeltaTable, adds: &[Add]) {
    use deltalake_core::logstore::object_store::ObjectStoreExt;
    let store = table.object_store();
    for add in adds {
        if let Ok(path) = Path::parse(&add.path) {
            let _ = store.delete(&path).await;
        }
    }
}

/// Adds and removals as the actions of a commit.
pub(crate) fn actions(adds: &[Add], removes: Vec<Remove>) -> Vec<Action> {
    removes.into_iter().map(Action::Remove).chain(adds.iter().cloned().map(Action::Add)).collect()
}
