//! Puts the cells of a sheet together into rows and chunks.

use std::collections::HashMap;

use kernel::Result;

use super::book::{Cell, More};
use super::value::{self, Kind};
use crate::read::build::ChunkBuilder;
use crate::read::chunk::{Chunk, RowNoteKind};
use crate::read::header::{Area, clean};
use crate::read::refuse;

/// Cells beyond the header that are kept for a remark.
const MAX_EXTRA: usize = 1000;

/// Gathers cells; gives a chunk to `send` whenever one is full.
pub(super) struct Rows<'a> {
    header: &'a [String],
    header_row: u32,
    chunk_bytes: usize,
    max_record: usize,
    /// Merged areas below the header that span rows, by first row.
    merged: Vec<Area>,
    /// The first of `merged` not yet reached.
    next_area: usize,
    /// Areas that reach into the current row, each with its value.
    open_areas: Vec<(Area, String)>,
    send: &'a mut dyn FnMut(Chunk) -> Result<More>,
    builder: ChunkBuilder,
    bytes: usize,
    /// Formulas of this chunk: column → (first row, count).
    formulas: HashMap<u32, (u32, u32)>,
    /// The row being gathered (as shown, 0: none), its text, and where in it each cell lies.
    row: u32,
    text: String,
    cells: Vec<Option<(usize, usize)>>,
    extra: Vec<(u32, String)>,
    odd: Vec<RowNoteKind>,
    /// The last row given out, blank ones included.
    done: u32,
    stopped: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        header: &'a [String],
        header_row: u32,
        merged: &[Area],
        chunk_bytes: usize,
        max_record: usize,
        send: &'a mut dyn FnMut(Chunk) -> Result<More>,
    ) -> Self {
        let spans = |a: &&Area| a.first_row > header_row && a.last_row > a.first_row;
        Self {
            header,
            header_row,
            chunk_bytes,
            max_record,
            merged: merged.iter().filter(spans).copied().collect(),
            next_area: 0,
            open_areas: Vec::new(),
            send,
            builder: ChunkBuilder::new(header.len(), 1024, chunk_bytes),
            bytes: 0,
            formulas: HashMap::new(),
            row: 0,
            text: String::new(),
            cells: vec![None; header.len()],
            extra: Vec::new(),
            odd: Vec::new(),
            done: header_row,
            stopped: false,
        }
    }

    /// Takes one cell; cells come row by row.
    pub(super) fn take(&mut self, cell: Cell<'_>) -> Result<More> {
        let row = cell.row.saturating_add(1);
        if row <= self.header_row {
            return Ok(true);
        }
        if row != self.row {
            if row < self.row {
                return Err(refuse::truncated("rows out of order"));
            }
            self.end_row()?;
            if self.stopped {
                return Ok(false);
            }
            self.row = row;
        }
        let start = self.text.len();
        let kind = value::write(&cell.value, &mut self.text);
        let end = self.text.len();
        if end > self.max_record {
            return Err(refuse::record_too_long(row, self.max_record));
        }
        let column = cell.column;
        match self.cells.get_mut(column as usize) {
            Some(slot) => {
                if kind != Kind::Empty {
                    *slot = Some((start, end));
                }
                if kind == Kind::Error {
                    self.odd.push(RowNoteKind::ErrorCell { column, error: self.text[start..end].to_owned() });
                }
                if cell.formula {
                    if kind == Kind::Empty {
                        self.odd.push(RowNoteKind::FormulaWithoutValue { column });
                    }
                    self.formulas.entry(column).or_insert((row, 0)).1 += 1;
                }
            }
            None if kind != Kind::Empty && self.extra.len() < MAX_EXTRA => {
                self.extra.push((column, self.text[start..end].to_owned()));
            }
            None => {}
        }
        Ok(true)
    }

    /// Ends the last row and gives out what is left.
    pub(super) fn finish(mut self) -> Result<()> {
        self.end_row()?;
        if !self.stopped {
            self.flush(true)?;
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<()> {
        if self.row > 0 {
            self.give_row();
            self.text.clear();
            self.cells.fill(None);
            self.extra.clear();
            self.odd.clear();
            if self.bytes >= self.chunk_bytes || self.builder.len() >= 1 << 16 {
                self.flush(false)?;
            }
        }
        Ok(())
    }

    fn give_row(&mut self) {
        let row = self.row;
        let gap = row.saturating_sub(self.done).saturating_sub(1);
        self.builder.blank_rows(self.done.saturating_add(1), gap);
        self.done = row;
        if self.cells.iter().all(Option::is_none) && self.extra.is_empty() && self.odd.is_empty() {
            self.open_areas.retain(|(area, _)| area.last_row > row);
            self.builder.blank_row(row);
            return;
        }
        let text = |cell: &Option<(usize, usize)>| cell.map_or("", |(from, to)| &self.text[from..to]);
        if self.header.iter().zip(&self.cells).all(|(name, cell)| clean(text(cell)) == *name) {
            self.builder.note(row, RowNoteKind::RepeatedHeader);
            return;
        }
        self.builder.start_row(row);
        let mut filled = Vec::new();
        for (column, cell) in self.cells.iter().enumerate() {
            match cell {
                Some(_) => self.builder.cell(column, text(cell)),
                None => match self
                    .open_areas
                    .iter()
                    .find(|(a, _)| a.first_column as usize == column && a.last_row >= row)
                {
                    Some((area, value)) if !value.is_empty() => {
                        self.builder.cell(column, value);
                        filled.push((area.first_column, area.first_row));
                    }
                    _ => self.builder.missing(column),
                },
            }
        }
        self.bytes += self.text.len() + self.cells.len();
        for (column, from_row) in filled {
            self.builder.note(row, RowNoteKind::MergedCell { column, from_row });
        }
        for kind in self.odd.drain(..) {
            self.builder.note(row, kind);
        }
        if let Some((last, _)) = self.extra.iter().max_by_key(|(column, _)| *column) {
            let width = self.header.len();
            let many = (*last as usize).saturating_sub(width).saturating_add(1).min(MAX_EXTRA);
            let mut texts = vec![String::new(); many];
            for (column, text) in self.extra.drain(..) {
                if let Some(slot) = texts.get_mut((column as usize).saturating_sub(width)) {
                    *slot = text;
                }
            }
            self.builder.note(row, RowNoteKind::ExtraCells(texts));
        }
        self.open_areas.retain(|(area, _)| area.last_row > row);
        while let Some(area) = self.merged.get(self.next_area).filter(|a| a.first_row <= row) {
            if area.first_row == row {
                let cell = self.cells.get(area.first_column as usize).copied().flatten();
                let value = cell.map_or(String::new(), |(from, to)| self.text[from..to].to_owned());
                self.open_areas.push((*area, value));
            }
            self.next_area += 1;
        }
    }

    fn flush(&mut self, last: bool) -> Result<()> {
        let fresh = ChunkBuilder::new(self.header.len(), 1024, self.chunk_bytes);
        let builder = std::mem::replace(&mut self.builder, fresh);
        let mut chunk = builder.finish(last);
        for (column, (row, cells)) in self.formulas.drain() {
            let kind = RowNoteKind::Formulas { column, cells };
            chunk.notes.push(crate::read::chunk::RowNote { row, kind });
        }
        chunk.notes.sort_by_key(|n| n.row);
        self.bytes = 0;
        if !(self.send)(chunk)? {
            self.stopped = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use calamine::DataRef;

    use super::*;
    use crate::read::chunk::RowNote;

    #[test]
    fn a_formula_never_calculated_is_remarked() {
        let header = ["名称".to_owned(), "合计".to_owned()];
        let mut chunks = Vec::new();
        let mut send = |chunk| {
            chunks.push(chunk);
            Ok(true)
        };
        let mut rows = Rows::new(&header, 1, &[], 1 << 20, 1 << 20, &mut send);
        let cell = |row, column, value, formula| Cell { row, column, value, formula };
        assert!(rows.take(cell(0, 0, DataRef::SharedString("名称"), false)).unwrap());
        assert!(rows.take(cell(1, 0, DataRef::SharedString("甲"), false)).unwrap());
        assert!(rows.take(cell(1, 1, DataRef::Empty, true)).unwrap());
        rows.finish().unwrap();
        assert_eq!(chunks[0].rows, [2]);
        assert_eq!(
            chunks[0].notes,
            [
                RowNote { row: 2, kind: RowNoteKind::FormulaWithoutValue { column: 1 } },
                RowNote { row: 2, kind: RowNoteKind::Formulas { column: 1, cells: 1 } },
            ]
        );
    }

    #[test]
    fn rows_out_of_order_are_refused() {
        let header = ["名称".to_owned()];
        let mut send = |_| Ok(true);
        let mut rows = Rows::new(&header, 1, &[], 1 << 20, 1 << 20, &mut send);
        let cell = |row| Cell { row, column: 0, value: DataRef::SharedString("甲"), formula: false };
        rows.take(cell(5)).unwrap();
        assert_eq!(rows.take(cell(4)).unwrap_err().code(), "damaged-file");
    }
}
