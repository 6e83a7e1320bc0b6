//! Lists as files: a workbook of one or more sheets, or CSV.

use axum::response::Response;
use kernel::{Error, Result};
use lake::sheet::{Book, Cell, Col};
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

/// The refusal of a download that would be too long.
#[must_use]
pub fn too_long(lines: i64, most: i64) -> Error {
    Error::bad_input(
        "export-too-long",
        format!("符合条件的有 {lines} 条，一次最多导出 {most} 条。请先按单位、资源或日期筛选。"),
        format!(
            "{lines} lines meet the conditions; at most {most} can be exported at once. Narrow by organisation, resource or date."
        ),
    )
}

/// A download named `name` without its ending.
///
/// # Errors
/// When the workbook cannot be written.
pub async fn workbook(name: &str, sheets: Vec<Sheet>) -> Result<Response> {
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
    Ok(attachment(&format!("{name}.xlsx"), XLSX, bytes.await.map_err(Error::internal)??))
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
