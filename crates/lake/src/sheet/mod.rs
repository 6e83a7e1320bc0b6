//! Workbooks (电子表格) for people: written row by row with flat memory, and small ones read back.

use std::path::Path;

use calamine::{Data, Reader as _};
use kernel::{Error, Result};
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, FormatUnderline, Formula, Note, Workbook, XlsxError,
};

use crate::table::error::working;

/// Most rows a sheet of Excel can hold, header included.
pub const MAX_ROWS: u32 = 1_048_576;

/// The longest address that a formula of Excel links to.
const LONGEST_LINK: usize = 255;

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Col {
    /// Shown in the header row.
    pub title: String,
    /// Width in characters.
    pub width: f64,
}

impl Col {
    /// A column with a width that suits its title and about `chars` characters.
    pub fn new(title: impl Into<String>, chars: u32) -> Self {
        let title = title.into();
        // A Chinese character is as wide as two Latin ones.
        let wide: u32 = title.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        Self { title, width: f64::from(wide.max(chars).clamp(6, 60)) + 2.0 }
    }
}

/// A cell to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, kept as text: numbers with 18 digits stay whole and nothing becomes a formula.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Text that is wrong, shown on red with a note.
    Wrong(&'a str, &'a str),
    /// Text that is doubtful, shown on yellow with a note.
    Doubtful(&'a str, &'a str),
    /// A text that leads to an address. One of more than 255 characters, which no such link may have, stands as text.
    Link(&'a str, &'a str),
}

/// A workbook being written.
pub struct Book {
    workbook: Workbook,
    /// Next row and number of columns, by sheet.
    next: Vec<(u32, u16)>,
    header: Format,
    text: Format,
    wrong: Format,
    doubtful: Format,
    link: Format,
}

impl Default for Book {
    fn default() -> Self {
        Self::new()
    }
}

impl Book {
    /// An empty workbook.
    #[must_use]
    pub fn new() -> Self {
        let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
        Self {
            workbook: Workbook::new(),
            next: Vec::new(),
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00E8_EEF7))
                .set_border_bottom(FormatBorder::Thin),
            wrong: text.clone().set_background_color(Color::RGB(0x00FD_D8D8)),
            doubtful: text.clone().set_background_color(Color::RGB(0x00FF_F3CD)),
            link: Format::new()
                .set_font_color(Color::RGB(0x0000_50B3))
                .set_underline(FormatUnderline::Single)
                .set_align(FormatAlign::Top),
            text,
        }
    }

    /// Adds a sheet with a frozen, filterable header row and returns its number.
    ///
    /// # Errors
    /// When the name is not one Excel takes.
    pub fn sheet(&mut self, name: &str, cols: &[Col]) -> Result<usize> {
        let header = &self.header;
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(cannot)?;
        sheet.set_name(sheet_name(name)).map_err(cannot)?;
        for (i, col) in cols.iter().enumerate() {
            let i = column(i)?;
            sheet.set_column_width(i, col.width).map_err(cannot)?;
        }
        for (i, col) in cols.iter().enumerate() {
            sheet.write_string_with_format(0, column(i)?, &col.title, header).map_err(cannot)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(cannot)?;
        self.next.push((1, column(cols.len())?));
        Ok(self.next.len() - 1)
    }

    /// Writes the next row of a sheet. Returns false, and writes nothing, when the sheet is full.
    ///
    /// # Errors
    /// When a cell holds more than Excel takes (32,767 characters).
    pub fn row(&mut self, sheet: usize, cells: &[Cell<'_>]) -> Result<bool> {
        let Some(&(row, _)) = self.next.get(sheet) else {
            return Err(Error::internal("no such sheet"));
        };
        if row >= MAX_ROWS {
            return Ok(false);
        }
        let (text, wrong, doubtful, blue) = (&self.text, &self.wrong, &self.doubtful, &self.link);
        let out = self.workbook.worksheet_from_index(sheet).map_err(cannot)?;
        for (i, cell) in cells.iter().enumerate() {
            let i = column(i)?;
            match cell {
                Cell::Empty => {}
                Cell::Text(s) => {
                    out.write_string_with_format(row, i, clip(s), text).map_err(cannot)?;
                }
                Cell::Number(n) => {
                    out.write_number(row, i, *n).map_err(cannot)?;
                }
                Cell::Link(_, address) if address.len() > LONGEST_LINK => {
                    out.write_string_with_format(row, i, clip(address), text).map_err(cannot)?;
                }
                Cell::Link(s, address) => {
                    // A formula: of links proper a sheet takes 65,530.
                    let quote = |text: &str| text.replace('"', "\"\"");
                    let link = format!("=HYPERLINK(\"{}\",\"{}\")", quote(address), quote(s));
                    let link = Formula::new(link).set_result(*s);
                    out.write_formula_with_format(row, i, link, blue).map_err(cannot)?;
                }
                Cell::Wrong(s, note) | Cell::Doubtful(s, note) => {
                    let format = if matches!(cell, Cell::Wrong(..)) { wrong } else { doubtful };
                    out.write_string_with_format(row, i, clip(s), format).map_err(cannot)?;
                    let note = Note::new(clip(note)).set_author("Yishu").add_author_prefix(false);
                    out.insert_note(row, i, &note.set_width(320).set_height(120)).map_err(cannot)?;
                }
            }
        }
        self.next[sheet].0 = row + 1;
        Ok(true)
    }

    /// Saves the workbook.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(mut self, path: &Path) -> Result<()> {
        self.filters()?;
        self.workbook.save(path).map_err(cannot)
    }

    /// The workbook as bytes.
    ///
    /// # Errors
    /// When there is no room for its temporary files.
    pub fn bytes(mut self) -> Result<Vec<u8>> {
        self.filters()?;
        self.workbook.save_to_buffer().map_err(cannot)
    }

    fn filters(&mut self) -> Result<()> {
        for (sheet, (next, columns)) in self.workbook.worksheets_mut().iter_mut().zip(&self.next) {
            if *columns > 0 {
                sheet.autofilter(0, 0, next - 1, columns - 1).map_err(cannot)?;
            }
        }
        Ok(())
    }
}

/// The sheets of a small workbook as text: (name, rows of cells). For templates and lists that people send back;
/// large tables go through [`crate::read`].
///
/// # Errors
/// `workbook-unreadable` when the bytes are no workbook, `workbook-too-large` beyond `max_cells`.
pub fn read_small(bytes: &[u8], max_cells: usize) -> Result<Vec<(String, Vec<Vec<String>>)>> {
    let unreadable = |e: &dyn std::fmt::Display| {
        Error::bad_input(
            "workbook-unreadable",
            "这个文件不是能打开的Excel工作簿（.xlsx）。请用Excel或WPS打开后另存为 .xlsx 再上传。",
            "This file is not a workbook that can be opened (.xlsx). Open it in Excel or WPS, save it as .xlsx, and upload it again.",
        )
        .because(e)
    };
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    let mut out = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|e| unreadable(&e))?;
        let (height, width) = range.get_size();
        cells += height * width;
        if cells > max_cells {
            return Err(Error::bad_input(
                "workbook-too-large",
                format!("工作簿的单元格超过{max_cells}个。请分成几个文件上传。"),
                format!("The workbook has more than {max_cells} cells. Split it and upload the parts."),
            ));
        }
        let top = range.start().map_or(0, |(row, _)| row as usize);
        let left = range.start().map_or(0, |(_, column)| column as usize);
        let mut rows = vec![Vec::new(); top];
        for row in range.rows() {
            let mut cells = vec![String::new(); left];
            cells.extend(row.iter().map(shown));
            rows.push(cells);
        }
        out.push((name, rows));
    }
    Ok(out)
}

fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(s) => s.clone(),
        Data::DateTime(d) if d.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = d.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        other => other.to_string(),
    }
}

/// Excel refuses some characters and more than 31 of any kind.
fn sheet_name(name: &str) -> String {
    let clean: String =
        name.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).take(31).collect();
    if clean.trim().is_empty() { "Sheet".to_owned() } else { clean }
}

fn column(i: usize) -> Result<u16> {
    u16::try_from(i).map_err(Error::internal)
}

/// The longest text a cell takes; what is longer ends in an ellipsis, so that it is seen to be cut.
fn clip(s: &str) -> std::borrow::Cow<'_, str> {
    const MAX: usize = 32_767;
    if s.len() <= MAX || s.chars().count() <= MAX {
        return s.into();
    }
    let mut cut: String = s.chars().take(MAX - 1).collect();
    cut.push('…');
    cut.into()
}

fn cannot(e: XlsxError) -> Error {
    // A full disk is told as one.
    if matches!(e, XlsxError::IoError(_) | XlsxError::ZipError(_)) {
        return working(std::io::Error::other(e.to_string()));
    }
    Error::internal(format!("workbook: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_as_text() {
        let mut book = Book::new();
        let sheet = book.sheet("错误/行", &[Col::new("行号", 6), Col::new("代码", 18)]).unwrap();
        book.row(sheet, &[Cell::Number(12.0), Cell::Wrong("440524188001010014", "校验位不对")]).unwrap();
        book.row(sheet, &[Cell::Empty, Cell::Text("=1+1")]).unwrap();
        let bytes = book.bytes().unwrap();
        let sheets = read_small(&bytes, 1_000).unwrap();
        assert_eq!(sheets[0].0, "错误_行");
        assert_eq!(
            sheets[0].1,
            [["行号", "代码"], ["12", "440524188001010014"], ["", "=1+1"]]
                .map(|r| r.map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn a_link_shows_its_text_and_leads_to_its_address() {
        let mut book = Book::new();
        let sheet = book.sheet("a", &[Col::new("x", 1)]).unwrap();
        let long = format!("https://a.example/{}", "x".repeat(300));
        for address in ["https://a.example/faq?code=E\"1", &long] {
            book.row(sheet, &[Cell::Link("常见问题", address)]).unwrap();
        }
        let bytes = book.bytes().unwrap();
        assert_eq!(
            read_small(&bytes, 10).unwrap()[0].1[1..],
            [vec!["常见问题".to_owned()], vec![long.clone()]]
        );
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let formulas = book.worksheet_formula("a").unwrap();
        let links: Vec<&String> = formulas.rows().flatten().collect();
        assert_eq!(links, ["HYPERLINK(\"https://a.example/faq?code=E\"\"1\",\"常见问题\")"]);
    }

    #[test]
    fn what_is_no_workbook_is_refused_with_a_remedy() {
        let e = read_small(b"%PDF-1.4", 10).unwrap_err();
        assert_eq!(e.code(), "workbook-unreadable");
        let mut book = Book::new();
        book.sheet("a", &[Col::new("x", 1), Col::new("y", 1)]).unwrap();
        assert_eq!(read_small(&book.bytes().unwrap(), 1).unwrap_err().code(), "workbook-too-large");
    }

    #[test]
    fn a_text_too_long_for_a_cell_is_seen_to_be_cut() {
        let long = "字".repeat(40_000);
        assert_eq!(clip(&long).chars().count(), 32_767);
        assert!(clip(&long).ends_with('…'));
    }
}
