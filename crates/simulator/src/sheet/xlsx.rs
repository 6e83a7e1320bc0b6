//! XLSX as departments keep it: a merged title, a line with unit and measure, real dates and numbers.

use chrono::Datelike;
use kernel::{Error, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, XlsxError};

use super::{Cell, Sheet};

/// The bytes of a workbook with one sheet.
pub(super) fn bytes(sheet: &Sheet) -> Result<Vec<u8>> {
    build(sheet).map_err(Error::internal)
}

fn build(sheet: &Sheet) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The day of writing would make the bytes differ from run to run.
    let made = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(&sheet.name).set_creation_datetime(&made));
    let page = workbook.add_worksheet();
    page.set_name(&sheet.name)?;
    let title = Format::new().set_bold().set_align(FormatAlign::Center).set_font_size(16);
    let bold = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy/mm/dd");
    let general = Format::new();
    let last = sheet.header.len().saturating_sub(1) as u16;
    for (row, text) in sheet.titles.iter().enumerate() {
        if row == 0 && last > 0 {
            page.merge_range(0, 0, 0, last, text, &title)?;
        } else {
            page.write_string(row as u32, 0, text)?;
        }
    }
    let header = sheet.titles.len() as u32;
    for (column, text) in sheet.header.iter().enumerate() {
        page.write_string_with_format(header, column as u16, text, &bold)?;
    }
    for (line, cells) in sheet.lines.iter().enumerate() {
        let row = header + 1 + line as u32;
        for (column, cell) in cells.iter().enumerate() {
            let column = column as u16;
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    page.write_string(row, column, text)?;
                }
                Cell::Error(text) => {
                    page.write_formula(row, column, Formula::new("=NA()").set_result(text))?;
                }
                Cell::Number { value, .. } => {
                    page.write_number_with_format(row, column, *value, &general)?;
                }
                Cell::Date { day, .. } => {
                    let day = ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8)?;
                    page.write_datetime_with_format(row, column, &day, &date)?;
                }
            }
        }
    }
    workbook.save_to_buffer()
}
