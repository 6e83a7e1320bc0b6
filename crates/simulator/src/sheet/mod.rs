//! Spreadsheets on their way to bytes (表格文件).

mod csv;
mod xlsx;

use chrono::NaiveDate;
use kernel::Result;

use crate::layout::Format;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Text; empty for no value.
    Text(String),
    /// A number cell in a workbook; what Excel shows for it in a CSV.
    Number { value: f64, shown: String },
    /// A spreadsheet error such as `#N/A`, as a formula without result leaves it.
    Error(String),
    /// A date cell in a workbook; the text in a CSV.
    Date { day: NaiveDate, shown: String },
}

impl Cell {
    /// The cell as text.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Error(text) => text,
            Self::Number { shown, .. } | Self::Date { shown, .. } => shown,
        }
    }
}

/// One sheet.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    /// Name of the sheet in a workbook.
    pub name: String,
    /// Lines above the header; the first is merged over all columns.
    pub titles: Vec<String>,
    /// The header.
    pub header: Vec<String>,
    /// The lines below the header.
    pub lines: Vec<Vec<Cell>>,
}

impl Sheet {
    /// The header's row as the spreadsheet shows it.
    pub fn header_row(&self) -> u32 {
        self.titles.len() as u32 + 1
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// `Internal` when the workbook cannot be written.
    pub fn bytes(&self, format: Format, quoted: bool) -> Result<Vec<u8>> {
        if format.is_workbook() { xlsx::bytes(self) } else { csv::bytes(self, format, quoted) }
    }
}
