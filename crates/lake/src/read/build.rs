//! Builds a [`Chunk`] row by row.

use datafusion::arrow::array::StringBuilder;

use super::chunk::{Chunk, RowNote, RowNoteKind};

/// Cells of one chunk being gathered. Every row must give each column exactly one value.
pub(super) struct ChunkBuilder {
    rows: Vec<u32>,
    columns: Vec<StringBuilder>,
    notes: Vec<RowNote>,
    /// First of the blank rows seen since the last row with content, and how many.
    blank: Option<(u32, u32)>,
}

impl ChunkBuilder {
    /// Room for so many rows and bytes of text.
    pub(super) fn new(width: usize, rows: usize, bytes: usize) -> Self {
        let each = bytes / width.max(1);
        let column = || StringBuilder::with_capacity(rows, each);
        Self {
            rows: Vec::with_capacity(rows),
            columns: (0..width).map(|_| column()).collect(),
            notes: Vec::new(),
            blank: None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row without content, which is left out.
    pub(super) fn blank_row(&mut self, row: u32) {
        self.blank_rows(row, 1);
    }

    /// So many rows without content from `row` on.
    pub(super) fn blank_rows(&mut self, row: u32, count: u32) {
        if count == 0 {
            return;
        }
        self.blank = match self.blank {
            Some((first, n)) if first.saturating_add(n) == row => Some((first, n.saturating_add(count))),
            _ => {
                self.flush_blank();
                Some((row, count))
            }
        };
    }

    fn flush_blank(&mut self) {
        if let Some((row, count)) = self.blank.take() {
            self.notes.push(RowNote { row, kind: RowNoteKind::BlankRows(count) });
        }
    }

    pub(super) fn note(&mut self, row: u32, kind: RowNoteKind) {
        self.flush_blank();
        self.notes.push(RowNote { row, kind });
    }

    /// Begins a row; [`Self::cell`] or [`Self::missing`] follows once for each column.
    pub(super) fn start_row(&mut self, row: u32) {
        self.flush_blank();
        self.rows.push(row);
    }

    #[inline]
    pub(super) fn cell(&mut self, column: usize, text: &str) {
        if let Some(builder) = self.columns.get_mut(column) {
            builder.append_value(text);
        }
    }

    pub(super) fn missing(&mut self, column: usize) {
        if let Some(builder) = self.columns.get_mut(column) {
            builder.append_null();
        }
    }

    /// The chunk. With `last`, blank rows at its end are no remark: nothing follows them.
    pub(super) fn finish(mut self, last: bool) -> Chunk {
        if !last {
            self.flush_blank();
        }
        Chunk {
            rows: self.rows,
            columns: self.columns.iter_mut().map(StringBuilder::finish).collect(),
            notes: self.notes,
        }
    }
}
