//! Parquet: every value as text, as a person would write it.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use kernel::Result;

use super::chunk::{Chunk, NestedShape, Parse, RawChunk, RawChunks, RowNote, RowNoteKind};
use super::model::{Format, Note, ReadOptions, SampleRow, TableInfo};
use super::source::Source;
use super::{refuse, sheet};

/// An instant is a day only somewhere: Spark writes midnight in Beijing as 16:00 UTC of the day before.
const BEIJING: &str = "+08:00";
/// Rows a chunk.
const ROWS: usize = 16_384;

/// Columns, number of rows and the first of them.
pub(super) fn inspect(source: &Source, options: &ReadOptions) -> Result<TableInfo> {
    let file = source.seekable()?;
    guard(|| {
        let builder = builder(file)?;
        let header: Vec<String> = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
        if header.is_empty() {
            return Err(refuse::no_columns("Parquet"));
        }
        if header.len() > options.limits.max_columns {
            return Err(refuse::too_many_columns(header.len(), &options.limits));
        }
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        if rows >= u64::from(u32::MAX) {
            return Err(refuse::too_many_rows());
        }
        let mut notes = Vec::new();
        if rows == 0 {
            notes.push(Note::new("no-rows", "没有任何记录。", "There are no records."));
        }
        let mut sample = Vec::new();
        let reader =
            builder.with_batch_size(options.sample_rows.max(1)).build().map_err(refuse::truncated)?;
        if let Some(batch) = reader.into_iter().next() {
            let chunk = texts(&batch.map_err(refuse::truncated)?, 1)?;
            for (i, row) in chunk.rows.iter().enumerate().take(options.sample_rows) {
                let cells = chunk.columns.iter().map(|c| c.is_valid(i).then(|| c.value(i).to_owned()));
                sample.push(SampleRow { row: *row, cells: cells.collect() });
            }
        }
        Ok(TableInfo {
            entry: None,
            sheet: None,
            hidden: false,
            format: Format::Parquet,
            encoding: None,
            separator: None,
            header_row: 0,
            header,
            sample,
            merged: 0,
            rows: Some(rows),
            notes,
        })
    })
}

/// Starts reading.
pub(super) fn open(source: &Source) -> Result<Box<dyn RawChunks + Send>> {
    let file = source.seekable()?;
    let reader = guard(|| builder(file)?.with_batch_size(ROWS).build().map_err(refuse::truncated))?;
    Ok(Box::new(ParquetChunks { reader, row: 1 }))
}

fn builder(file: File) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(refuse::truncated)
}

/// On crafted files the decoder may panic, which is then a damaged file like any other.
fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(refuse::truncated("the Parquet decoder gave up")))
}

struct ParquetChunks {
    reader: ParquetRecordBatchReader,
    row: u32,
}

impl RawChunks for ParquetChunks {
    fn next(&mut self) -> Result<Option<RawChunk>> {
        let reader = &mut self.reader;
        let Some(batch) = guard(|| reader.next().transpose().map_err(refuse::truncated))? else {
            return Ok(None);
        };
        let first = self.row;
        let rows = u32::try_from(batch.num_rows()).map_err(|_| refuse::too_many_rows())?;
        self.row = first.checked_add(rows).ok_or_else(refuse::too_many_rows)?;
        Ok(Some(RawChunk(Box::new(Batch { batch, first }))))
    }
}

struct Batch {
    batch: RecordBatch,
    first: u32,
}

impl Parse for Batch {
    fn parse(self: Box<Self>) -> Result<Chunk> {
        guard(|| texts(&self.batch, self.first))
    }
}

fn texts(batch: &RecordBatch, first: u32) -> Result<Chunk> {
    let rows = u32::try_from(batch.num_rows()).map_err(|_| refuse::too_many_rows())?;
    let mut notes = Vec::new();
    for (column, values) in (0..).zip(batch.columns()) {
        let Some(shape) = nested(values.data_type()) else { continue };
        let filled = (first..).zip(0..values.len()).filter(|(_, i)| values.is_valid(*i));
        notes.extend(filled.map(|(row, _)| RowNote { row, kind: RowNoteKind::Nested { column, shape } }));
    }
    notes.sort_by_key(|note: &RowNote| note.row);
    Ok(Chunk {
        rows: (first..first.saturating_add(rows)).collect(),
        columns: batch.columns().iter().map(text).collect::<Result<_>>()?,
        notes,
    })
}

/// Whether a cell of the column holds several values, and in what shape.
fn nested(kind: &DataType) -> Option<NestedShape> {
    match kind {
        DataType::Struct(_) | DataType::Map(..) | DataType::Union(..) => Some(NestedShape::Object),
        kind if kind.is_nested() => Some(NestedShape::Array),
        _ => None,
    }
}

/// A column as text: dates as YYYY-MM-DD, instants as the clock in Beijing shows them, floating numbers as a spreadsheet shows
/// them, nested values spelled out.
fn text(column: &ArrayRef) -> Result<StringArray> {
    if let DataType::Timestamp(unit, Some(zone)) = column.data_type()
        && &**zone != BEIJING
    {
        let here = DataType::Timestamp(*unit, Some(BEIJING.into()));
        return text(&cast(column, &here).map_err(refuse::truncated)?);
    }
    let format = FormatOptions::new()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S"))
        .with_datetime_format(Some("%Y-%m-%d %H:%M:%S"));
    match column.data_type() {
        DataType::Float64 => {
            return Ok(column.as_primitive::<Float64Type>().iter().map(|v| v.map(sheet::number)).collect());
        }
        DataType::Float32 => {
            let values = column.as_primitive::<Float32Type>().iter();
            // By its own shortest spelling, lest 0.1 become 0.100000001490116.
            return Ok(values
                .map(|v| v.map(|f| sheet::number(f.to_string().parse().unwrap_or(f64::NAN))))
                .collect());
        }
        _ => {}
    }
    // Hive and Impala leave out the mark that bytes are text.
    let bytes: Option<Vec<Option<&[u8]>>> = match column.data_type() {
        DataType::Binary => Some(column.as_binary::<i32>().iter().collect()),
        DataType::LargeBinary => Some(column.as_binary::<i64>().iter().collect()),
        DataType::BinaryView => Some(column.as_binary_view().iter().collect()),
        _ => None,
    };
    if let Some(bytes) = bytes {
        let texts: Option<Vec<Option<&str>>> = bytes
            .into_iter()
            .map(|b| b.map(|b| std::str::from_utf8(b).ok()).map_or(Some(None), |t| t.map(Some)))
            .collect();
        if let Some(texts) = texts {
            return Ok(StringArray::from(texts));
        }
    }
    let options = CastOptions { safe: true, format_options: format.clone() };
    let castable = !column.data_type().is_nested()
        && !matches!(
            column.data_type(),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
        );
    if castable && let Ok(cast) = cast_with_options(column, &DataType::Utf8, &options) {
        let strings: Arc<dyn Array> = cast;
        if let Some(strings) = strings.as_string_opt::<i32>() {
            return Ok(match column.data_type() {
                DataType::Timestamp(..) | DataType::Date64 => {
                    strings.iter().map(|v| v.map(|t| t.strip_suffix(" 00:00:00").unwrap_or(t))).collect()
                }
                _ => strings.clone(),
            });
        }
    }
    let formatter = ArrayFormatter::try_new(column.as_ref(), &format).map_err(refuse::truncated)?;
    let mut out = StringBuilder::new();
    for i in 0..column.len() {
        if column.is_null(i) {
            out.append_null();
        } else {
            out.append_value(formatter.value(i).try_to_string().map_err(refuse::truncated)?);
        }
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    };
    use datafusion::arrow::record_batch::RecordBatch;
    use datafusion::parquet::arrow::ArrowWriter;

    use crate::read::testing::{file, read_file};
    use crate::read::{Format, ReadOptions, inspect};

    fn written() -> Vec<u8> {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("名称", Arc::new(StringArray::from(vec![Some("甲"), None]))),
            ("数量", Arc::new(Int64Array::from(vec![441_900_199_001_011_234, 2]))),
            ("金额", Arc::new(Float64Array::from(vec![0.1 + 0.2, 4.419e17]))),
            ("日期", Arc::new(Date32Array::from(vec![18_661, 0]))),
            (
                "时间",
                Arc::new(TimestampMicrosecondArray::from(vec![1_612_310_400_000_000, 1_612_310_401_000_000])),
            ),
            ("有效", Arc::new(BooleanArray::from(vec![true, false]))),
            ("备注", Arc::new(BinaryArray::from(vec![Some("已履行".as_bytes()), None]))),
            (
                "登记时刻",
                Arc::new(
                    TimestampMicrosecondArray::from(vec![1_612_281_600_000_000, 1_612_281_599_000_000])
                        .with_timezone("UTC"),
                ),
            ),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    #[test]
    fn values_are_texts() {
        let bytes = written();
        let inspection = inspect(file(&bytes).path(), "x", &ReadOptions::default()).unwrap();
        assert_eq!((inspection.tables[0].format, inspection.tables[0].rows), (Format::Parquet, Some(2)));
        let all = read_file(&bytes, 0, &ReadOptions::default()).unwrap();
        assert_eq!(all.header, ["名称", "数量", "金额", "日期", "时间", "有效", "备注", "登记时刻"]);
        let row = |i: usize| all.rows[i].1.iter().map(|c| c.as_deref().unwrap_or("∅")).collect::<Vec<_>>();
        assert_eq!(all.rows[0].0, 1);
        assert_eq!(
            row(0),
            ["甲", "441900199001011234", "0.3", "2021-02-03", "2021-02-03", "true", "已履行", "2021-02-03"]
        );
        let second =
            ["∅", "2", "4.419E+17", "1970-01-01", "2021-02-03 00:00:01", "false", "∅", "2021-02-02 23:59:59"];
        assert_eq!(row(1), second);
        assert_eq!(inspection.tables[0].sample[1].cells[0], None);
    }

    #[test]
    fn a_cut_file_is_refused() {
        let bytes = written();
        let refusal = read_file(&bytes[..bytes.len() - 20], 0, &ReadOptions::default()).unwrap_err();
        assert_eq!(refusal.code(), "damaged-file");
    }
}
