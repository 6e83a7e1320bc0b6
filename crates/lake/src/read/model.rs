//! The nouns of reading, as plain data that other crates may keep and show.

use std::path::PathBuf;

use kernel::Text;
use serde::{Deserialize, Serialize};

/// What a table is written in, found from its content and never from the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text (CSV, TSV and kin)
    Csv,
    /// Excel workbook since 2007
    Xlsx,
    /// Excel binary workbook since 2007
    Xlsb,
    /// Excel workbook 97–2003 (also WPS `.et`)
    Xls,
    /// One JSON array of objects
    Json,
    /// One JSON object a line
    Ndjson,
    /// Apache Parquet
    Parquet,
}

/// How text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8
    Utf8,
    /// UTF-8 that starts with a byte order mark
    Utf8Bom,
    /// UTF-16, little end first, with a byte order mark
    Utf16Le,
    /// UTF-16, big end first, with a byte order mark
    Utf16Be,
    /// GB 18030 (of which GBK and GB 2312 are parts)
    Gb18030,
}

impl Encoding {
    /// The name a person knows it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 BOM",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Gb18030 => "GB18030",
        }
    }
}

/// What the file as received is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// Not packed.
    None,
    /// gzip
    Gzip,
    /// A zip archive; each file in it is a table of its own.
    Zip,
}

/// Beyond these a file is refused, so that no input can exhaust memory or disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes a packed file may unpack to, all its parts together.
    pub max_expanded_bytes: u64,
    /// Unpacked bytes per packed byte. Checked once more than 64 MiB were unpacked.
    pub max_ratio: u64,
    /// Bytes of one record (row).
    pub max_record_bytes: usize,
    /// Columns of one table.
    pub max_columns: usize,
    /// Tables in one file.
    pub max_tables: usize,
    /// Bytes of a file in a format that can only be read as a whole (`xls`).
    pub max_whole_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_expanded_bytes: 64 << 30,
            max_ratio: 400,
            max_record_bytes: 16 << 20,
            max_columns: 10_000,
            max_tables: 500,
            max_whole_bytes: 256 << 20,
        }
    }
}

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// What is refused.
    pub limits: Limits,
    /// Bytes cut off at a time; one chunk holds about this much text.
    pub block_bytes: usize,
    /// Rows shown in [`TableInfo::sample`].
    pub sample_rows: usize,
    /// The header's row as the spreadsheet shows it, when a person has said so.
    pub header_row: Option<u32>,
    /// The encoding, when a person has said so.
    pub encoding: Option<Encoding>,
    /// The separator, when a person has said so (one ASCII character).
    pub separator: Option<char>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            block_bytes: 2 << 20,
            sample_rows: 20,
            header_row: None,
            encoding: None,
            separator: None,
        }
    }
}

/// What a file is found to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Where the bytes are.
    pub path: PathBuf,
    /// The name the sender gave the file.
    pub name: String,
    /// Size as received, in bytes.
    pub bytes: u64,
    /// What it is packed in.
    pub compression: Compression,
    /// The tables in it, at least one: one for a text file, one a sheet for a workbook, one or more a file for a zip.
    pub tables: Vec<TableInfo>,
    /// Remarks on the file as a whole.
    pub notes: Vec<Note>,
}

/// One table of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableInfo {
    /// The file inside a zip archive.
    pub entry: Option<ZipEntry>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Whether the sheet is hidden.
    pub hidden: bool,
    /// What it is written in.
    pub format: Format,
    /// How its text is encoded (text formats only).
    pub encoding: Option<Encoding>,
    /// What separates its cells (CSV only).
    pub separator: Option<char>,
    /// Row of the header as the spreadsheet shows it; with a header of several rows, the last. 0 when the format
    /// names its columns itself (JSON, Parquet).
    pub header_row: u32,
    /// The header's cells as written, without surrounding blanks and line breaks.
    pub header: Vec<String>,
    /// The first rows.
    pub sample: Vec<SampleRow>,
    /// Number of merged areas in the sheet, those of title and header included.
    #[serde(default)]
    pub merged: usize,
    /// Number of data rows, where the format says so at once (Parquet).
    pub rows: Option<u64>,
    /// Remarks on this table.
    pub notes: Vec<Note>,
}

impl TableInfo {
    /// The file this table is in, for a finding: the zip's entry or else the file itself.
    #[must_use]
    pub fn file<'a>(&'a self, inspection: &'a Inspection) -> &'a str {
        self.entry.as_ref().map_or(&inspection.name, |e| &e.name)
    }
}

/// A file inside a zip archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZipEntry {
    /// Its position in the archive.
    pub index: usize,
    /// Its name, decoded from UTF-8 or GB 18030.
    pub name: String,
}

/// One row of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Row as the spreadsheet shows it.
    pub row: u32,
    /// One cell per header cell.
    pub cells: Vec<Option<String>>,
}

/// A remark with a stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable code, e.g. `hidden-sheet`.
    pub code: String,
    /// The remark in both languages.
    pub text: Text,
}

impl Note {
    /// A remark in Chinese and English.
    pub(crate) fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.to_owned(), text: Text::new(zh, en) }
    }
}
