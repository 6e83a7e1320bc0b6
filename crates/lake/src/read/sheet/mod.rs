//! Workbooks (工作簿): xlsx, xlsb and xls, with titles above the header, merged cells, formulas and dates.

mod book;
mod compound;
mod padded;
mod rows;
mod value;

use std::fs::File;
use std::thread;

use crossbeam_channel::{Receiver, bounded};
use kernel::{Error, Result};

use super::chunk::{Chunk, Parse, RawChunk, RawChunks};
use super::header;
use super::model::{Format, Note, ReadOptions, TableInfo};
use super::refuse;
use super::source::Source;
use book::Book;
use rows::Rows;

/// Columns further out are ignored when the header is looked for; far beyond any limit.
const FARTHEST_COLUMN: usize = 20_000;

/// A floating number as a spreadsheet shows it.
pub(super) fn number(f: f64) -> String {
    let mut out = String::new();
    value::number(f, &mut out);
    out
}

/// The kind of workbook a zip archive is, or `None`, and remarks on it.
pub(super) fn package(file: File, notes: &mut Vec<Note>) -> Result<Option<Format>> {
    book::package(file, notes)
}

/// Finds the sheets with content and their headers.
pub(super) fn inspect(
    source: &Source,
    format: Format,
    notes: &mut Vec<Note>,
    options: &ReadOptions,
) -> Result<Vec<TableInfo>> {
    let mut book = Book::open(source.seekable()?, format, source.limits())?;
    let mut tables = Vec::new();
    for (sheet, hidden) in book.sheets() {
        let rows = first_rows(&mut book, &sheet, header::LOOK_AT + options.sample_rows)?;
        if rows.is_empty() {
            notes.push(Note::new(
                "empty-sheet",
                format!("工作表“{sheet}”没有内容，已跳过。"),
                format!("The sheet “{sheet}” has no content and was skipped."),
            ));
            continue;
        }
        let merged = book.merged(&sheet)?;
        let found = header::find(&rows, &merged, options).map_err(|e| refuse::within(&sheet, e))?;
        let mut remarks = found.notes;
        if hidden {
            remarks.push(Note::new(
                "hidden-sheet",
                format!("工作表“{sheet}”是隐藏的。"),
                format!("The sheet “{sheet}” is hidden."),
            ));
        }
        tables.push(TableInfo {
            entry: None,
            sheet: Some(sheet),
            hidden,
            format,
            encoding: None,
            separator: None,
            header_row: found.row,
            header: found.cells,
            sample: found.sample,
            merged: merged.len(),
            rows: None,
            notes: remarks,
        });
    }
    if tables.is_empty() { Err(refuse::no_sheet()) } else { Ok(tables) }
}

/// The first rows that have content, as text.
fn first_rows(book: &mut Book, sheet: &str, count: usize) -> Result<Vec<(u32, Vec<String>)>> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    book.each(sheet, &mut |cell| {
        let mut text = String::new();
        let column = cell.column as usize;
        if value::write(&cell.value, &mut text) == value::Kind::Empty || column > FARTHEST_COLUMN {
            return Ok(true);
        }
        let row = cell.row.saturating_add(1);
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() == count {
                return Ok(false);
            }
            rows.push((row, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text;
        }
        Ok(true)
    })?;
    Ok(rows)
}

/// Starts reading a sheet. The library's readers borrow from the workbook, so a thread of its own holds both and
/// hands over chunks; it ends when nobody takes them any more.
pub(super) fn open(
    source: &Source,
    table: &TableInfo,
    options: &ReadOptions,
) -> Result<Box<dyn RawChunks + Send>> {
    let file = source.seekable()?;
    let (source, table) = (source.clone(), table.clone());
    let chunk_bytes = options.block_bytes;
    let (sender, receiver) = bounded::<Result<Chunk>>(2);
    thread::Builder::new()
        .name("sheet-reader".to_owned())
        .spawn(move || {
            let mut send = |chunk| Ok(sender.send(Ok(chunk)).is_ok());
            if let Err(refusal) = read(file, &source, &table, chunk_bytes, &mut send) {
                // Nobody listening any more is no failure.
                let _ = sender.send(Err(refusal));
            }
        })
        .map_err(|e| Error::internal(format!("no thread for a sheet: {e}")))?;
    Ok(Box::new(SheetChunks { receiver }))
}

fn read(
    file: File,
    source: &Source,
    table: &TableInfo,
    chunk_bytes: usize,
    send: &mut dyn FnMut(Chunk) -> Result<bool>,
) -> Result<()> {
    let sheet = table.sheet.as_deref().unwrap_or_default();
    let mut book = Book::open(file, table.format, source.limits())?;
    // They stand behind the cells, so that finding them means going through the whole sheet.
    let merged = if table.merged > 0 { book.merged(sheet)? } else { Vec::new() };
    let max_record = source.limits().max_record_bytes;
    let mut rows = Rows::new(&table.header, table.header_row, &merged, chunk_bytes, max_record, send);
    book.each(sheet, &mut |cell| rows.take(cell))?;
    rows.finish()
}

/// The chunks of a sheet; parsed already when they arrive.
struct SheetChunks {
    receiver: Receiver<Result<Chunk>>,
}

impl RawChunks for SheetChunks {
    fn next(&mut self) -> Result<Option<RawChunk>> {
        match self.receiver.recv() {
            Ok(chunk) => Ok(Some(RawChunk(Box::new(Ready(chunk?))))),
            Err(_) => Ok(None),
        }
    }
}

/// A chunk that needs no parsing.
pub(super) struct Ready(pub Chunk);

impl Parse for Ready {
    fn parse(self: Box<Self>) -> Result<Chunk> {
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests;
