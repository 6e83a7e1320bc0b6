//! Workbooks as departments make them, written here with `rust_xlsxwriter`.

use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};

use crate::read::chunk::{RowNote, RowNoteKind};
use crate::read::inspect;
use crate::read::model::{Format, ReadOptions};
use crate::read::testing::{file, options, read_file, some};

/// Title, unit line, header of two rows, dates, an identifier typed as a number, formulas, an error, merged rows.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("许可").unwrap();
    let plain = Style::new();
    let day = Style::new().set_num_format("yyyy-mm-dd");
    sheet.merge_range(0, 0, 0, 6, "行政许可信息公示表", &plain).unwrap();
    sheet.write_string(1, 0, "填报单位：市场监管局").unwrap();
    sheet.write_string(1, 6, "日期：2024-05-01").unwrap();
    sheet.merge_range(2, 0, 3, 0, "部门", &plain).unwrap();
    sheet.merge_range(2, 1, 2, 2, "行政相对人", &plain).unwrap();
    sheet.write_string(3, 1, "名称").unwrap();
    sheet.write_string(3, 2, "代码").unwrap();
    for (column, name) in [(3, "决定日期"), (4, "金额"), (5, "有效"), (6, "备注")] {
        sheet.merge_range(2, column, 3, column, name, &plain).unwrap();
    }
    sheet.merge_range(4, 0, 5, 0, "市监局", &plain).unwrap();
    for (row, name) in [(4, "甲公司"), (5, "乙公司"), (8, "丙公司")] {
        sheet.write_string(row, 1, name).unwrap();
    }
    sheet.write_number(4, 2, 441_900_199_001_011_234.0).unwrap();
    sheet.write_string(5, 2, "91441900MA4WXXXXXX").unwrap();
    let at = ExcelDateTime::from_ymd(2021, 2, 3).unwrap();
    sheet.write_datetime_with_format(4, 3, &at, &day).unwrap();
    sheet.write_number(5, 3, 44230).unwrap();
    sheet.write_formula(4, 4, Formula::new("=1+2").set_result("3")).unwrap();
    sheet.write_formula(5, 4, Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write_formula(8, 4, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_boolean(4, 5, true).unwrap();
    sheet.write_string(5, 8, "多出来的").unwrap();
    sheet.write_blank(20, 1, &day).unwrap();
    let hidden = book.add_worksheet();
    hidden.set_name("字典").unwrap();
    hidden.set_hidden(true);
    hidden.write_string(0, 0, "代码").unwrap();
    hidden.write_string(0, 1, "名称").unwrap();
    book.add_worksheet().set_name("空表").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn tables_of_a_workbook() {
    let bytes = workbook();
    let found = inspect(file(&bytes).path(), "许可.csv", &ReadOptions::default()).unwrap();
    assert_eq!(found.tables.len(), 2);
    let table = &found.tables[0];
    assert_eq!((table.format, table.header_row, table.hidden), (Format::Xlsx, 4, false));
    assert_eq!(table.sheet.as_deref(), Some("许可"));
    assert_eq!(table.header, ["部门", "名称", "代码", "决定日期", "金额", "有效", "备注"]);
    assert_eq!(table.sample[0].row, 5);
    assert!(found.tables[1].hidden);
    let codes = |notes: &[crate::read::Note]| notes.iter().map(|n| n.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&found.notes), ["empty-sheet"]);
    assert_eq!(codes(&found.tables[1].notes), ["no-rows", "hidden-sheet"]);
}

#[test]
fn cells_of_a_workbook() {
    let all = read_file(&workbook(), 0, &options(1 << 20)).unwrap();
    let row = |i: usize| all.rows[i].1.iter().map(|c| c.as_deref().unwrap_or("∅")).collect::<Vec<_>>();
    assert_eq!(all.rows.iter().map(|r| r.0).collect::<Vec<_>>(), [5, 6, 9]);
    assert_eq!(row(0), ["市监局", "甲公司", "4.419E+17", "2021-02-03", "3", "TRUE", "∅"]);
    assert_eq!(row(1), ["市监局", "乙公司", "91441900MA4WXXXXXX", "44230", "#N/A", "∅", "∅"]);
    assert_eq!(row(2), ["∅", "丙公司", "∅", "∅", "2", "∅", "∅"]);
    let note = |row, kind| RowNote { row, kind };
    assert_eq!(
        all.notes,
        [
            note(5, RowNoteKind::Formulas { column: 4, cells: 3 }),
            note(6, RowNoteKind::MergedCell { column: 0, from_row: 5 }),
            note(6, RowNoteKind::ErrorCell { column: 4, error: "#N/A".to_owned() }),
            note(6, RowNoteKind::ExtraCells(vec![String::new(), "多出来的".to_owned()])),
            note(7, RowNoteKind::BlankRows(2)),
        ]
    );
}

#[test]
fn a_code_keeps_the_zeros_it_is_shown_with() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in [(0, "区划"), (1, "金额"), (2, "数量")] {
        sheet.write_string(0, column, name).unwrap();
    }
    let (six, money, one) = (
        Style::new().set_num_format("000000"),
        Style::new().set_num_format("0.00"),
        Style::new().set_num_format("0"),
    );
    for (row, code) in [(1, 42.0), (2, 370_602.0), (3, 1_234_567.0), (4, 1.5), (5, -7.0)] {
        sheet.write_number_with_format(row, 0, code, &six).unwrap();
        sheet.write_number_with_format(row, 1, 7.0, &money).unwrap();
        sheet.write_number_with_format(row, 2, 7.0, &one).unwrap();
    }
    // Below, the same column without the format.
    sheet.write_number(6, 0, 42.0).unwrap();
    let all = read_file(&book.save_to_buffer().unwrap(), 0, &options(1 << 20)).unwrap();
    let cell = |row: usize, column: usize| all.rows[row].1[column].clone().unwrap();
    let codes: Vec<String> = (0..6).map(|row| cell(row, 0)).collect();
    assert_eq!(codes, ["000042", "370602", "1234567", "1.5", "-7", "42"]);
    assert_eq!((cell(0, 1).as_str(), cell(0, 2).as_str()), ("7", "7"));
}

#[test]
fn chunks_hold_what_one_would() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["名称", "代码"].iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).unwrap(), *name).unwrap();
    }
    for row in 1..500u32 {
        sheet.write_string(row, 0, format!("公司{row}")).unwrap();
        sheet.write_number(row, 1, row).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let whole = read_file(&bytes, 0, &options(1 << 20)).unwrap();
    assert_eq!(whole.rows.len(), 499);
    assert_eq!(whole.rows[498], (500, some(&["公司499", "499"])));
    assert_eq!(read_file(&bytes, 0, &options(64)).unwrap(), whole);
}

#[test]
fn damaged_workbooks_are_refused() {
    let bytes = workbook();
    for cut in [bytes.len() / 2, bytes.len() - 30, 200, 10] {
        let refusal = read_file(&bytes[..cut], 0, &options(1 << 20)).unwrap_err();
        assert_eq!(refusal.code(), "damaged-file", "{cut}");
    }
    // One byte wrong somewhere: read or refused, but never a panic.
    for at in (0..bytes.len()).step_by(97) {
        let mut wrong = bytes.clone();
        wrong[at] ^= 0x55;
        let _ = read_file(&wrong, 0, &options(1 << 20));
    }
}

#[test]
fn columns_beyond_the_limit_are_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for column in 0..10_001u16 {
        sheet.write_string(0, column, format!("列{column}")).unwrap();
    }
    let refusal = read_file(&book.save_to_buffer().unwrap(), 0, &options(64)).unwrap_err();
    assert_eq!(refusal.code(), "too-many-columns");
}
