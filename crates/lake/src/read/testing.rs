//! What the tests of all readers need.

use std::io::Write;

use datafusion::arrow::array::Array;

use super::chunk::{Chunk, RowNote};
use super::model::ReadOptions;
use super::{inspect, open};

/// All of a table: its header, its rows by number, its remarks.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct All {
    pub header: Vec<String>,
    pub rows: Vec<(u32, Vec<Option<String>>)>,
    pub notes: Vec<RowNote>,
}

pub(crate) fn options(block_bytes: usize) -> ReadOptions {
    ReadOptions { block_bytes, ..ReadOptions::default() }
}

pub(crate) fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn rows_of(chunk: &Chunk) -> Vec<(u32, Vec<Option<String>>)> {
    let cell = |r: usize, c: usize| {
        let column = &chunk.columns[c];
        column.is_valid(r).then(|| column.value(r).to_owned())
    };
    (0..chunk.rows.len())
        .map(|r| (chunk.rows[r], (0..chunk.columns.len()).map(|c| cell(r, c)).collect()))
        .collect()
}

pub(crate) fn read_file(bytes: &[u8], table: usize, options: &ReadOptions) -> kernel::Result<All> {
    let file = file(bytes);
    let inspection = inspect(file.path(), "test", options)?;
    let mut chunks = open(&inspection, table, options)?;
    let mut all = All { header: inspection.tables[table].header.clone(), ..All::default() };
    while let Some(raw) = chunks.next()? {
        let chunk = raw.parse()?;
        for column in &chunk.columns {
            assert_eq!(column.len(), chunk.rows.len());
        }
        all.rows.extend(rows_of(&chunk));
        all.notes.extend(chunk.notes);
    }
    assert!(all.rows.is_sorted_by(|a, b| a.0 < b.0));
    Ok(all)
}

/// Cells that are all there.
pub(crate) fn some(cells: &[&str]) -> Vec<Option<String>> {
    cells.iter().map(|c| Some((*c).to_owned())).collect()
}
