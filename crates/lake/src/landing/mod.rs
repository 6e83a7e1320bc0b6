//! Landing a checked file (校验后入库): the second pass reads the stored bytes again; rows that passed go into the table as
//! one commit, rows that did not are written out as they were handed in, to be mended.

mod cells;

use async_recursion::async_recursion;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use datafusion::arrow::array::{Array as _, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use futures::StreamExt as _;
use indexmap::IndexMap;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use standards::pack::LandingMode;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

use crate::check::{CheckOutcome, CheckRequest, CheckedTable, RuleSet};
use crate::read::{self, Chunk};
use crate::table::error::working;
use crate::table::{Lake, Landed, Provenance, ROW, TableSpec};
use crate::typed::to_typed;

pub(crate) use cells::as_chunk;
pub use cells::{Cells, check_cells, count_cells, rows_of};

/// A row that did not land, as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongRow {
    /// The file as the sender named it, or the file inside the zip.
    pub file: String,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row as the spreadsheet shows it.
    pub row: u32,
    /// Text by field code; fields without a column are left out.
    pub cells: IndexMap<String, String>,
}

/// A checked file on its way into the lake.
pub struct CheckedFile<'a> {
    /// Where the bytes are.
    pub path: &'a Path,
    /// The name the sender gave the file.
    pub name: &'a str,
    /// What it was checked against; the same request gives the same rows.
    pub request: &'a CheckRequest,
    /// What the check found.
    pub outcome: &'a CheckOutcome,
}

/// Batches on their way from the reading thread to the writer; few, so that memory stays flat.
const UNDER_WAY: usize = 4;

impl Lake {
    /// Lands the rows that passed as one commit and writes the others to `wrong`, one [`WrongRow`] a line (NDJSON).
    /// Done again after a crash, it lands nothing twice and writes `wrong` anew.
    ///
    /// # Errors
    /// As [`Lake::land_rows`], and what reading says.
    #[async_recursion]
    pub async fn land_checked<'a>(
        &'a self,
        spec: &TableSpec,
        mode: LandingMode,
        from: &Provenance,
        file: CheckedFile<'a>,
        wrong: &Path,
    ) -> Result<Landed> {
        let rules = RuleSet::compile(file.request)?;
        let inspection = read::inspect(file.path, file.name, &file.request.read)?;
        let out = File::create(wrong).map_err(working)?;
        let mut reading = Reading {
            rules,
            inspection,
            request: file.request.clone(),
            tables: file.outcome.tables.clone(),
            out: BufWriter::new(out),
        };
        let (send, receive) = mpsc::channel(UNDER_WAY);
        let (tell, told) = oneshot::channel();
        let reader = tokio::task::spawn_blocking(move || match reading.run(&send) {
            Ok(()) => drop(tell.send(Ok(()))),
            // Nobody listens where the writer gave up, and has said why, or found the rows there already.
            Err(e) if send.is_closed() => drop(tell.send(Err(e))),
            Err(e) => drop(send.blocking_send(Err(e))),
        });
        // A reader that panics must not pass for one that came to its end: half a file would be committed.
        let ended = futures::stream::once(reader).filter_map(async |ended| {
            ended.err().map(|e| Err(Error::internal(format!("reading failed: {e}"))))
        });
        let landed = self.land(spec, mode, from, Box::pin(ReceiverStream::new(receive).chain(ended))).await?;
        // What has landed before is answered at once, while the wrong rows are still being written.
        told.await
            .unwrap_or_else(|_| Err(Error::internal("the wrong rows were not written to their end")))?;
        Ok(landed)
    }
}

struct Reading {
    rules: RuleSet,
    inspection: read::Inspection,
    request: CheckRequest,
    tables: Vec<CheckedTable>,
    out: BufWriter<File>,
}

impl Reading {
    fn run(&mut self, send: &mpsc::Sender<Result<RecordBatch>>) -> Result<()> {
        let tables = std::mem::take(&mut self.tables);
        let mut listening = true;
        for table in &tables {
            let mut source = read::open(&self.inspection, table.table, &self.request.read)?;
            while let Some(raw) = source.next()? {
                let chunk = raw.parse()?;
                if !table.rejected.is_empty() {
                    self.write_wrong(table, &chunk)?;
                }
                // A submission that has landed before is read only for its wrong rows.
                if listening && !chunk.rows.is_empty() {
                    let batch = passed(&self.rules, table, &chunk)?;
                    listening = batch.num_rows() == 0 || send.blocking_send(Ok(batch)).is_ok();
                }
            }
        }
        self.out.flush().map_err(working)
    }

    fn write_wrong(&mut self, table: &CheckedTable, chunk: &Chunk) -> Result<()> {
        let info = self.inspection.tables.get(table.table).ok_or_else(|| Error::internal("no such table"))?;
        let fields = &self.request.packs.resource(&self.request.resource);
        let Some((_, resource)) = fields else { return Err(Error::internal("no such resource")) };
        for (i, row) in chunk.rows.iter().enumerate().filter(|(_, row)| table.rejected.contains(**row)) {
            let cells = resource
                .fields
                .iter()
                .zip(&table.binding.columns)
                .filter_map(|(field, column)| {
                    let column = chunk.columns.get((*column)?)?;
                    let text = if column.is_null(i) { "" } else { column.value(i) };
                    Some((field.code.clone(), text.to_owned()))
                })
                .collect();
            let wrong = WrongRow {
                file: info.file(&self.inspection).to_owned(),
                sheet: info.sheet.clone(),
                row: *row,
                cells,
            };
            serde_json::to_writer(&mut self.out, &wrong).map_err(working)?;
            self.out.write_all(b"\n").map_err(working)?;
        }
        Ok(())
    }
}

/// The rows of a chunk that passed, typed, with their row numbers.
fn passed(rules: &RuleSet, table: &CheckedTable, chunk: &Chunk) -> Result<RecordBatch> {
    let typed = to_typed(rules, &table.binding, chunk)?;
    let numbers: ArrayRef = Arc::new(chunk.rows.iter().map(|r| i64::from(*r)).collect::<Int64Array>());
    let mut fields: Vec<_> = typed.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(ROW, DataType::Int64, true)));
    let mut columns = typed.columns().to_vec();
    columns.push(numbers);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(Error::internal)?;
    if table.rejected.is_empty() {
        return Ok(batch);
    }
    let keep: BooleanArray = chunk.rows.iter().map(|r| Some(!table.rejected.contains(*r))).collect();
    filter_record_batch(&batch, &keep).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use chrono::NaiveDate;
    use kernel::SubmissionId;
    use standards::pack::Packs;

    use super::*;
    use crate::check::check_file;

    /// Enough wrong rows that writing them takes longer than seeing that the others are there.
    const WRONG: usize = 30_000;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn landed_again_the_wrong_rows_are_written_to_their_end() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(&folder.path().display().to_string(), "local").await.unwrap();
        let packs = Packs::builtin().unwrap();
        let mut text = "企业名称,统一社会信用代码\n东莞示例食品有限公司,91441900MA0DEM013W\n".to_owned();
        for n in 0..WRONG {
            writeln!(text, "东莞示例{n}有限公司,9144190OMA0DEM013W").unwrap();
        }
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).unwrap();
        let day = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        let request = CheckRequest::new(packs.clone(), "legal-entity", day);
        let outcome = check_file(&path, "a.csv", &request, |_| {}).unwrap();
        let resource = packs.resource("legal-entity").unwrap().1;
        let spec = TableSpec::of(resource).unwrap();
        let wrong = folder.path().join("wrong.ndjson");
        let from = Provenance {
            submission: SubmissionId::new(),
            source: "a".to_owned(),
            received_at: "2024-03-01T00:00:00Z".parse().unwrap(),
        };
        for repeated in [false, true] {
            let file = CheckedFile { path: &path, name: "a.csv", request: &request, outcome: &outcome };
            let landed = lake.land_checked(&spec, resource.landing.mode, &from, file, &wrong).await.unwrap();
            assert_eq!((landed.rows, landed.repeated), (1, repeated));
            let lines = std::fs::read_to_string(&wrong).unwrap().lines().count();
            assert_eq!(lines, WRONG, "repeated: {repeated}");
        }
        std::fs::remove_file(&outcome.findings).unwrap();
    }
}
