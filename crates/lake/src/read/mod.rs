//! Readers (读取): from the bytes a department sent to cells with the place a person sees them at.
//!
//! [`inspect`](inspect()) finds what a file is and where its tables and headers are; [`open`] cuts one table
//! into raw chunks on one thread, and each raw chunk is parsed on any other.

mod build;
pub(crate) mod chunk;
mod csv;
mod decode;
mod header;
mod inspect;
mod json;
mod model;
mod parquet;
mod refuse;
mod sheet;
mod sniff;
mod source;
#[cfg(test)]
mod testing;

use kernel::Result;

pub(crate) use chunk::{Chunk, NestedShape, RawChunk, RawChunks, RowNote, RowNoteKind};
pub use inspect::inspect;
pub use model::{
    Compression, Encoding, Format, Inspection, Limits, Note, ReadOptions, SampleRow, TableInfo, ZipEntry,
};
use source::Source;

/// Starts reading one table of a file.
///
/// `table` counts [`Inspection::tables`] from 0; `options` are those it was inspected with.
///
/// # Errors
/// `BadInput` when there is no such table or its bytes can no longer be read as what they were.
pub(crate) fn open(
    inspection: &Inspection,
    table: usize,
    options: &ReadOptions,
) -> Result<Box<dyn RawChunks + Send>> {
    let info = inspection.tables.get(table).ok_or_else(|| refuse::no_such_table(table))?;
    let source = Source::of(inspection, info, &options.limits);
    match info.format {
        Format::Csv => csv::open(&source, info, options),
        Format::Json | Format::Ndjson => json::open(&source, info, options),
        Format::Parquet => parquet::open(&source),
        Format::Xlsx | Format::Xlsb | Format::Xls => sheet::open(&source, info, options),
    }
}

/// Reads one table to its end and counts its rows with content.
///
/// # Errors
/// As [`inspect`](inspect()), naming the row.
pub fn count_rows(inspection: &Inspection, table: usize, options: &ReadOptions) -> Result<u64> {
    let mut chunks = open(inspection, table, options)?;
    let mut rows = 0;
    while let Some(raw) = chunks.next()? {
        rows += raw.parse()?.rows.len() as u64;
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
