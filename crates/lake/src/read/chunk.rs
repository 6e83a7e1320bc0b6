//! What a reader delivers: blocks of raw bytes, cheap to cut on one thread, and the [`Chunk`] of cells each
//! becomes on any other thread.

use datafusion::arrow::array::StringArray;
use kernel::Result;

use super::model::Encoding;

/// Some rows of one table, every cell as the text a person would see.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    /// Row number of each row as the spreadsheet shows it (1-based; the header is usually row 1). A CSV record
    /// with line breaks inside quotes is one row; blank rows are counted but left out. For JSON the number of
    /// the record, for Parquet of the row, both from 1. Strictly increasing, over chunks too.
    pub rows: Vec<u32>,
    /// One array per header cell, each as long as `rows`. Null: the cell is not there (short row, absent or
    /// null JSON key, Parquet null, spreadsheet cell never filled). An empty CSV cell is an empty text.
    pub columns: Vec<StringArray>,
    /// What is odd about these rows, by increasing row.
    pub notes: Vec<RowNote>,
}

/// Something odd about one row (or, for [`RowNoteKind::BlankRows`], several).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowNote {
    /// The row as the spreadsheet shows it.
    pub row: u32,
    /// What is odd.
    pub kind: RowNoteKind,
}

/// What is odd about a row. `column` is always an index into [`Chunk::columns`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowNoteKind {
    /// So many rows without any content start here. They are not in [`Chunk::rows`]. Blank rows after the last
    /// row with content are not noted.
    BlankRows(u32),
    /// The header once more. The row is not in [`Chunk::rows`].
    RepeatedHeader,
    /// A total, a note or a signature below the table (合计、备注、填表人), as its text. The row is not in [`Chunk::rows`].
    NoteRow(String),
    /// More cells than the header has; the cells beyond it, at least one of them not empty.
    ExtraCells(Vec<String>),
    /// So many cells fewer than the header has (text files only); the missing ones are null.
    MissingCells(u32),
    /// Bytes that are text in no encoding we know; each stands as U+FFFD in the delivered cell.
    InvalidBytes {
        /// The cell.
        column: u32,
        /// The first bytes of the cell as received, in hexadecimal.
        hex: String,
    },
    /// The cell is in another encoding than the file. The delivered cell is decoded with that other encoding.
    OtherEncoding {
        /// The cell.
        column: u32,
        /// Its own encoding.
        encoding: Encoding,
    },
    /// The cell holds a NUL byte; it is delivered as it is.
    NulByte {
        /// The cell.
        column: u32,
    },
    /// A spreadsheet error such as `#N/A`; the delivered cell is that text.
    ErrorCell {
        /// The cell.
        column: u32,
        /// The error as the spreadsheet shows it.
        error: String,
    },
    /// Formulas in this column; their stored results are delivered. One note per column and chunk, `row` being
    /// the first.
    Formulas {
        /// The column.
        column: u32,
        /// How many in this chunk.
        cells: u32,
    },
    /// A formula whose result was never stored (written by a program, not saved by a spreadsheet). The
    /// delivered cell is null.
    FormulaWithoutValue {
        /// The cell.
        column: u32,
    },
    /// The cell belongs to a merged area that starts in another row; delivered with the value of that area, as
    /// a person sees it.
    MergedCell {
        /// The cell.
        column: u32,
        /// The row that holds the value.
        from_row: u32,
    },
    /// A JSON key that is not among the header's (the file changed after it was looked at).
    UnknownKey {
        /// The key.
        key: String,
        /// Its value as text.
        value: String,
    },
    /// A JSON object that has the same key twice; the first value is delivered.
    DuplicateKey {
        /// The cell.
        column: u32,
        /// The other value as text; empty for null.
        again: String,
    },
    /// An object or an array in the place of one value; delivered as it is spelled.
    Nested {
        /// The cell.
        column: u32,
        /// Which of the two.
        shape: NestedShape,
    },
}

/// What stands in the place of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NestedShape {
    /// Values by name: a JSON object, a struct or map of Parquet.
    Object,
    /// Values in a row: a JSON array, a list of Parquet.
    Array,
}

/// Cuts a table into raw chunks, in order. Runs on one thread; memory is bounded by the block size and the limit
/// on one record, whatever the size of the file.
pub(crate) trait RawChunks {
    /// The next raw chunk, or `None` after the last.
    ///
    /// # Errors
    /// `BadInput` for what cannot be read (see [`super::refuse`]); `Internal` when the disk fails. After an error
    /// nothing more may be asked.
    fn next(&mut self) -> Result<Option<RawChunk>>;
}

/// A piece of a table that is cut but not yet parsed. Parse it on whatever thread is free.
pub(crate) struct RawChunk(pub(super) Box<dyn Parse + Send>);

/// The second half of reading, done by each format for itself.
pub(super) trait Parse {
    /// Turns the bytes into cells.
    fn parse(self: Box<Self>) -> Result<Chunk>;
}

impl RawChunk {
    /// The cells.
    ///
    /// # Errors
    /// `BadInput` naming the row when the bytes cannot be read as the format they claim to be.
    pub(crate) fn parse(self) -> Result<Chunk> {
        self.0.parse()
    }
}
