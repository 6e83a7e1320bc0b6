//! Results as files (导出): CSV, NDJSON, Parquet and XLSX, streamed.

use std::io::Write;
use std::str::FromStr;
use std::sync::Arc;

use deltalake_core::arrow::array::{ArrayRef, RecordBatch};
use deltalake_core::arrow::compute::cast;
use deltalake_core::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake_core::parquet::arrow::ArrowWriter;
use futures::StreamExt;
use kernel::{Error, Result};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};
use serde_json::Value;

use super::{Query, Running, refuse, value};
use crate::table::Lake;
use crate::table::error::OrStorage;

/// Kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with byte order mark, so that Excel shows Chinese.
    Csv,
    /// Comma-separated, UTF-8 without byte order mark, for other programs.
    PlainCsv,
    /// One JSON object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
    /// Excel workbook; at most 1,048,575 rows, and every identifier as text.
    Xlsx,
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        match s.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            "parquet" => Ok(Self::Parquet),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Error::bad_input(
                "format",
                format!("不支持格式“{s}”，可选 csv、ndjson、parquet、xlsx。"),
                format!("Format `{s}` is not supported; choose csv, ndjson, parquet or xlsx."),
            )),
        }
    }
}

/// Rows of an Excel sheet below its header.
const SHEET_ROWS: u64 = 1_048_575;
const PLACE: &str = "export";

impl Lake {
    /// Writes the result of a query to `out`; returns the number of rows. The query's own row limit holds.
    ///
    /// # Errors
    /// As [`Lake::query`]; `too-many-rows` when a workbook cannot hold them; `lake-full` when `out` is full.
    pub async fn export(&self, query: &Query, format: Format, out: impl Write + Send) -> Result<u64> {
        refuse::in_time(query.timeout, async {
            let running = self.run(query).await?;
            let left = query.limit as u64;
            match format {
                Format::Csv => csv(running, left, out, "\u{feff}").await,
                Format::PlainCsv => csv(running, left, out, "").await,
                Format::Ndjson => ndjson(running, left, out).await,
                Format::Parquet => parquet(running, left, out).await,
                Format::Xlsx => xlsx(running, left, out).await,
            }
        })
        .await
    }
}

/// The next batch, cut to the rows still wanted.
async fn next(running: &mut Running, left: &mut u64) -> Result<Option<RecordBatch>> {
    if *left == 0 {
        return Ok(None);
    }
    let Some(batch) = running.batches.next().await else { return Ok(None) };
    let batch = batch.map_err(refuse::engine)?;
    let take = (batch.num_rows() as u64).min(*left);
    *left -= take;
    Ok(Some(batch.slice(0, usize::try_from(take).map_err(Error::internal)?)))
}

async fn csv(mut running: Running, mut left: u64, mut out: impl Write + Send, mark: &str) -> Result<u64> {
    out.write_all(mark.as_bytes()).or_storage(PLACE)?;
    let failed = |e: csv::Error| Error::internal(format!("csv: {e}"));
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(running.schema.fields().iter().map(|f| f.name())).map_err(failed)?;
    let mut count = 0;
    while let Some(batch) = next(&mut running, &mut left).await? {
        let mut rows = Vec::new();
        value::append(&batch, &mut rows)?;
        for row in rows {
            writer.write_record(row.iter().map(text)).map_err(|e| match e.into_kind() {
                csv::ErrorKind::Io(io) => crate::table::error::storage(PLACE, io),
                other => Error::internal(format!("csv: {other:?}")),
            })?;
            count += 1;
        }
    }
    writer.flush().or_storage(PLACE)?;
    Ok(count)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

async fn ndjson(mut running: Running, mut left: u64, mut out: impl Write + Send) -> Result<u64> {
    let names: Vec<String> = running.schema.fields().iter().map(|f| f.name().clone()).collect();
    let mut count = 0;
    while let Some(batch) = next(&mut running, &mut left).await? {
        let mut rows = Vec::new();
        value::append(&batch, &mut rows)?;
        for row in rows {
            let object: serde_json::Map<String, Value> = names.iter().cloned().zip(row).collect();
            let mut line = serde_json::to_vec(&object).map_err(Error::internal)?;
            line.push(b'\n');
            out.write_all(&line).or_storage(PLACE)?;
            count += 1;
        }
    }
    out.flush().or_storage(PLACE)?;
    Ok(count)
}

/// The engine hands text over as views, which older readers do not know.
fn plain_schema(schema: &Schema) -> SchemaRef {
    let plain = |f: &Arc<Field>| match f.data_type() {
        DataType::Utf8View => Field::new(f.name(), DataType::Utf8, f.is_nullable()),
        _ => f.as_ref().clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(plain).collect::<Vec<_>>()))
}

async fn parquet(mut running: Running, mut left: u64, out: impl Write + Send) -> Result<u64> {
    let schema = plain_schema(&running.schema);
    let mut writer = ArrowWriter::try_new(out, schema.clone(), None).or_storage(PLACE)?;
    let mut count = 0;
    while let Some(batch) = next(&mut running, &mut left).await? {
        let columns = batch
            .columns()
            .iter()
            .zip(schema.fields())
            .map(|(c, f)| cast(c, f.data_type()).or_storage(PLACE))
            .collect::<Result<Vec<ArrayRef>>>()?;
        count += batch.num_rows() as u64;
        writer.write(&RecordBatch::try_new(schema.clone(), columns).or_storage(PLACE)?).or_storage(PLACE)?;
    }
    writer.close().or_storage(PLACE)?;
    Ok(count)
}

async fn xlsx(mut running: Running, mut left: u64, mut out: impl Write + Send) -> Result<u64> {
    let failed = |e: XlsxError| match e {
        XlsxError::IoError(io) => crate::table::error::storage(PLACE, io),
        other => Error::internal(format!("xlsx: {other}")),
    };
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
    let bold = CellFormat::new().set_bold();
    for (c, field) in (0_u16..).zip(running.schema.fields()) {
        sheet.write_string_with_format(0, c, field.name(), &bold).map_err(failed)?;
    }
    let mut count = 0_u64;
    while let Some(batch) = next(&mut running, &mut left).await? {
        let mut rows = Vec::new();
        value::append(&batch, &mut rows)?;
        for row in rows {
            count += 1;
            if count > SHEET_ROWS {
                return Err(Error::bad_input(
                    "too-many-rows",
                    "Excel 工作表最多 1,048,575 行数据，请缩小范围，或改用 CSV、Parquet。",
                    "An Excel sheet holds at most 1,048,575 rows; narrow the query, or use CSV or Parquet.",
                ));
            }
            let r = u32::try_from(count).map_err(Error::internal)?;
            for (c, value) in (0_u16..).zip(&row) {
                match value {
                    Value::Null => {}
                    Value::Number(n) => {
                        sheet.write_number(r, c, n.as_f64().unwrap_or_default()).map_err(failed)?;
                    }
                    Value::Bool(b) => {
                        sheet.write_boolean(r, c, *b).map_err(failed)?;
                    }
                    other => {
                        sheet.write_string(r, c, text(other)).map_err(failed)?;
                    }
                }
            }
        }
    }
    let bytes = book.save_to_buffer().map_err(failed)?;
    out.write_all(&bytes).or_storage(PLACE)?;
    out.flush().or_storage(PLACE)?;
    Ok(count)
}
