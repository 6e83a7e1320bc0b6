//! Lists as files: a workbook of one or more sheets, or CSV.

use axum::response::Response;
use kernel::{Error, Result};
use lake::sheet::{Book, Cell, Col};
use shell::Cx;
use shell::ui::{self, attachment};

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Number(n as f64)
    }
}

/// A sheet: its title, its columns with their widths in characters, its rows.
pub struct Sheet {
    /// Its name, also on its tab.
    pub title: String,
    /// Titles and widths.
    pub columns: Vec<(String, u32)>,
    /// Cells, one for each column.
    pub rows: Vec<Vec<Value>>,
}

/// Most lines of a list in one download.
const MOST_LINES: i64 = 200_000;
/// Lines read at a time for it.
const AT_A_TIME: i64 = 2_000;

/// The parts, offset and limit, in which a list of so many lines is read for a download.
///
/// # Errors
/// `export-too-long` beyond 200,000 lines.
pub fn parts(lines: i64) -> Result<impl Iterator<Item = (u64, u64)>> {
    if lines > MOST_LINES {
        return Err(Error::bad_input(
            "export-too-long",
            format!("符合条件的有 {lines} 条，一次最多导出 {MOST_LINES} 条。请先按单位、资源或日期筛选。"),
            format!(
                "{lines} lines meet the conditions; at most {MOST_LINES} can be exported at once. Narrow by organisation, resource or date."
            ),
        ));
    }
    let size = AT_A_TIME.unsigned_abs();
    Ok((0..lines.unsigned_abs().div_ceil(size)).map(move |n| (n * size, size)))
}

/// Columns by the keys of their titles, with their widths in characters.
#[must_use]
pub fn columns(cx: &Cx, columns: &[(&str, u32)]) -> Vec<(String, u32)> {
    columns.iter().map(|(key, width)| (cx.t(key), *width)).collect()
}

/// A download named `name` without its ending.
///
/// # Errors
/// When the workbook cannot be written.
pub async fn workbook(name: &str, sheets: Vec<Sheet>) -> Result<Response> {
    Ok(attachment(&format!("{name}.xlsx"), XLSX, book(sheets).await?))
}

/// The bytes of a workbook.
///
/// # Errors
/// When it cannot be written.
pub async fn book(sheets: Vec<Sheet>) -> Result<Vec<u8>> {
    let bytes = tokio::task::spawn_blocking(move || -> Result<Vec<u8>> {
        let mut book = Book::new();
        for sheet in &sheets {
            let columns: Vec<Col> = sheet.columns.iter().map(|(t, w)| Col::new(t.clone(), *w)).collect();
            let at = book.sheet(&sheet.title, &columns)?;
            for row in &sheet.rows {
                let cells: Vec<Cell<'_>> = row
                    .iter()
                    .map(|v| match v {
                        Value::Text(t) => Cell::Text(t),
                        Value::Number(n) => Cell::Number(*n),
                    })
                    .collect();
                book.row(at, &cells)?;
            }
        }
        book.bytes()
    });
    bytes.await.map_err(Error::internal)?
}

/// The sheet as CSV.
pub fn csv(name: &str, sheet: Sheet) -> Response {
    let header: Vec<String> = sheet.columns.into_iter().map(|(title, _)| title).collect();
    let rows = sheet.rows.into_iter().map(|row| {
        row.into_iter().map(|v| match v {
            Value::Text(t) => t,
            Value::Number(n) => n.to_string(),
        })
    });
    ui::csv(&format!("{name}.csv"), &header, rows)
}
