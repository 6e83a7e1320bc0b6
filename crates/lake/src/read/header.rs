//! Finds the header (表头) among the first rows: below blank rows, a title in merged cells, a line with the
//! unit and the date, as departments lay out their sheets; of one row or of several with merged group names.

use std::collections::HashSet;

use kernel::Result;

use super::model::{Note, ReadOptions, SampleRow};
use super::refuse;

/// Rows in which the header is looked for.
pub(super) const LOOK_AT: usize = 30;

/// A merged area. Rows as the spreadsheet shows them, columns from 0; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

impl Area {
    const fn holds(&self, row: u32, column: u32) -> bool {
        row >= self.first_row
            && row <= self.last_row
            && column >= self.first_column
            && column <= self.last_column
    }

    const fn width(&self) -> u32 {
        self.last_column.saturating_sub(self.first_column).saturating_add(1)
    }
}

/// A header and what follows it.
#[derive(Debug)]
pub(super) struct Found {
    /// Its row; of several, the last.
    pub row: u32,
    pub cells: Vec<String>,
    pub sample: Vec<SampleRow>,
    pub notes: Vec<Note>,
}

/// Finds the header.
///
/// `rows` are the first rows with their numbers, ascending; blank ones may be left out.
///
/// # Errors
/// No header, or more columns than allowed.
pub(super) fn find(rows: &[(u32, Vec<String>)], merged: &[Area], options: &ReadOptions) -> Result<Found> {
    let grid = Grid { rows, merged };
    let (first, certain) = match options.header_row {
        Some(said) => match rows.iter().position(|(row, _)| *row == said) {
            Some(at) => (at, true),
            None => {
                return Err(refuse::bad_option(
                    &format!("第 {said} 行不在文件前几行之内，不能作为表头"),
                    &format!("row {said} is not among the first rows and cannot be the header"),
                ));
            }
        },
        None => grid.guess().ok_or_else(|| refuse::no_columns("表"))?,
    };
    let last = if options.header_row.is_some() { first } else { grid.last_row_of_header(first) };
    let mut cells = grid.names(first, last);
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    if cells.is_empty() {
        return Err(refuse::no_columns("表"));
    }
    if cells.len() > options.limits.max_columns {
        return Err(refuse::too_many_columns(cells.len(), &options.limits));
    }
    let (row, width) = (rows[last].0, cells.len());
    let mut notes = Vec::new();
    if rows[first].0 > 1 {
        let above = rows[first].0 - 1;
        notes.push(Note::new(
            "rows-above-header",
            format!("表头在第 {row} 行；其上 {above} 行（空行、标题、单位等）不作为数据。"),
            format!(
                "The header is in row {row}; the {above} row(s) above it (blank, title, unit) are not data."
            ),
        ));
    }
    if last > first {
        notes.push(Note::new(
            "header-of-several-rows",
            format!("表头占第 {} 至 {row} 行，已合并读取。", rows[first].0),
            format!("The header takes rows {} to {row}; they were read as one.", rows[first].0),
        ));
    }
    if !certain {
        notes.push(Note::new(
            "header-looks-like-data",
            format!("第 {row} 行被当作表头，但看起来像数据。请确认文件有一行列名。"),
            format!("Row {row} was taken as the header but looks like data. Check that the file has a row with the names of the columns."),
        ));
    }
    let sample: Vec<SampleRow> = rows[last + 1..]
        .iter()
        .filter(|(_, cells)| cells.iter().any(|c| !c.is_empty()))
        .take(options.sample_rows)
        .map(|(row, cells)| SampleRow {
            row: *row,
            cells: (0..width).map(|c| cells.get(c).cloned()).collect(),
        })
        .collect();
    if sample.is_empty() {
        notes.push(Note::new("no-rows", "只有表头，没有数据。", "There is a header but no data."));
    }
    Ok(Found { row, cells, sample, notes })
}

/// A header cell without what people do not see: blanks around it, line breaks inside, a byte order mark.
pub(super) fn clean(text: &str) -> String {
    let unseen = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0');
    let mut out = String::with_capacity(text.len());
    for part in text.split(['\n', '\r']).map(|p| p.trim_matches(unseen)).filter(|p| !p.is_empty()) {
        // A line break inside a Chinese name is nothing, between English words a blank.
        if out.ends_with(|c: char| c.is_ascii_alphanumeric())
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

struct Grid<'a> {
    rows: &'a [(u32, Vec<String>)],
    merged: &'a [Area],
}

impl Grid<'_> {
    /// The first row of the header, and whether it looks like one.
    fn guess(&self) -> Option<(usize, bool)> {
        let looked_at = self.rows.len().min(LOOK_AT);
        let width = (0..looked_at).map(|r| self.filled(r)).max().filter(|w| *w > 0)?;
        let enough = if width == 1 { 1 } else { (width * 3).div_ceil(5).max(2) };
        let labels = |r: &usize| self.looks_like_labels(*r);
        let wide = |r: &usize| self.filled(*r) >= enough;
        if let Some(row) = (0..looked_at).filter(wide).find(labels) {
            return Some((row, true));
        }
        // A header much narrower than the rows below it, as when only some columns were named.
        let narrow = |r: &usize| self.filled(*r) >= 2.min(width);
        let first = (0..looked_at).find(wide)?;
        match (0..first).filter(narrow).find(labels) {
            Some(row) => Some((row, true)),
            None => Some((first, false)),
        }
    }

    /// The text at a place, merged areas counting as filled all over.
    fn at(&self, row: usize, column: usize) -> &str {
        let (number, cells) = &self.rows[row];
        match cells.get(column) {
            Some(text) if !text.is_empty() => text,
            _ => match self.area(*number, column) {
                Some(area) => self
                    .rows
                    .iter()
                    .find(|(r, _)| *r == area.first_row)
                    .and_then(|(_, cells)| cells.get(area.first_column as usize))
                    .map_or("", String::as_str),
                None => "",
            },
        }
    }

    fn area(&self, row: u32, column: usize) -> Option<&Area> {
        let column = u32::try_from(column).ok()?;
        self.merged.iter().find(|a| a.holds(row, column))
    }

    fn width(&self, row: usize) -> usize {
        let (number, cells) = &self.rows[row];
        let merged = self
            .merged
            .iter()
            .filter(|a| a.first_row <= *number && a.last_row >= *number)
            .map(|a| (a.last_column as usize).saturating_add(1))
            .max();
        cells.len().max(merged.unwrap_or(0).min(20_000))
    }

    /// Cells with content. A title across the sheet counts as one, the names of groups as all they cover.
    fn filled(&self, row: usize) -> usize {
        let (number, cells) = &self.rows[row];
        let own = cells.iter().filter(|c| !clean(c).is_empty()).count();
        let grouped = (0..self.width(row)).filter(|c| {
            cells.get(*c).is_none_or(String::is_empty)
                && self.area(*number, *c).is_some_and(|a| a.first_row == *number || a.width() == 1)
                && !clean(self.at(row, *c)).is_empty()
        });
        if own < 2 { own } else { own + grouped.count() }
    }

    fn looks_like_labels(&self, row: usize) -> bool {
        let cells: Vec<String> =
            self.rows[row].1.iter().map(|c| clean(c)).filter(|c| !c.is_empty()).collect();
        let labels = cells.iter().filter(|c| is_label(c)).count();
        let distinct = cells.iter().collect::<HashSet<_>>().len();
        !cells.is_empty() && labels * 10 >= cells.len() * 7 && distinct * 10 >= cells.len() * 8
    }

    /// The last row of a header whose group names have names below them.
    fn last_row_of_header(&self, first: usize) -> usize {
        let number = self.rows[first].0;
        let starting: Vec<&Area> = self.merged.iter().filter(|a| a.first_row == number).collect();
        let below = first + 1;
        if starting.is_empty() || self.rows.get(below).is_none_or(|(row, _)| *row != number + 1) {
            return first;
        }
        let tall = starting.iter().filter(|a| a.last_row > number).count();
        let named_below = starting.iter().filter(|a| a.last_row == number && a.width() > 1).any(|a| {
            (a.first_column..=a.last_column.min(20_000)).all(|c| is_label(&clean(self.at(below, c as usize))))
        });
        let own = self.rows[first].1.iter().filter(|c| !c.is_empty()).count();
        if named_below || tall * 2 > own {
            let deepest = starting.iter().map(|a| a.last_row).max().unwrap_or(number);
            let last = deepest.max(if named_below { number + 1 } else { number }).min(number + 3);
            return (first..self.rows.len()).take_while(|r| self.rows[*r].0 <= last).last().unwrap_or(first);
        }
        first
    }

    /// One name a column: the lowest, with its group's name before it where it would stand twice.
    fn names(&self, first: usize, last: usize) -> Vec<String> {
        let width = (first..=last).map(|r| self.width(r)).max().unwrap_or(0);
        let stacks: Vec<Vec<String>> = (0..width)
            .map(|c| {
                let mut stack: Vec<String> = Vec::new();
                for row in first..=last {
                    let text = clean(if first == last { self.own(row, c) } else { self.at(row, c) });
                    if !text.is_empty() && stack.last() != Some(&text) {
                        stack.push(text);
                    }
                }
                stack
            })
            .collect();
        let lowest: Vec<&str> = stacks.iter().map(|s| s.last().map_or("", String::as_str)).collect();
        stacks
            .iter()
            .zip(&lowest)
            .map(|(stack, name)| {
                let twice = lowest.iter().filter(|n| *n == name).count() > 1;
                if twice && stack.len() > 1 { stack.join("-") } else { (*name).to_owned() }
            })
            .collect()
    }

    fn own(&self, row: usize, column: usize) -> &str {
        self.rows[row].1.get(column).map_or("", String::as_str)
    }
}

/// Whether a text could be the name of a column: not a number, date or code, not a sentence, not «key: value».
fn is_label(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let key_and_value = text.split_once(['：', ':']).is_some_and(|(_, value)| !value.trim().is_empty());
    letters > 0
        && letters >= digits
        && digits < 8
        && text.chars().count() <= 60
        && !key_and_value
        && !(digits > 0 && text.contains('年') && text.contains('月'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&str]) -> Vec<(u32, Vec<String>)> {
        texts
            .iter()
            .enumerate()
            .map(|(i, line)| (u32::try_from(i).unwrap() + 1, line.split(',').map(str::to_owned).collect()))
            .collect()
    }

    fn area(first_row: u32, last_row: u32, first_column: u32, last_column: u32) -> Area {
        Area { first_row, last_row, first_column, last_column }
    }

    fn find_in(texts: &[&str], merged: &[Area]) -> Found {
        find(&rows(texts), merged, &ReadOptions::default()).unwrap()
    }

    #[test]
    fn header_in_the_first_row() {
        let found = find_in(&["名称,代码,日期,", "甲公司,91440101,2024-01-01", "乙公司,,"], &[]);
        assert_eq!(
            (found.row, found.cells),
            (1, vec!["名称".to_owned(), "代码".to_owned(), "日期".to_owned()])
        );
        assert_eq!(found.sample.len(), 2);
        assert_eq!(
            found.sample[1].cells,
            [Some("乙公司".to_owned()), Some(String::new()), Some(String::new())]
        );
        assert!(found.notes.is_empty(), "{:?}", found.notes);
    }

    #[test]
    fn header_below_title_and_unit() {
        let found = find_in(
            &[
                "行政许可信息公示表,,,",
                "",
                "填报单位：市场监管局,,,日期：2024-05-01",
                "名称,代码,日期,金额",
                "甲,1,2,3",
            ],
            &[area(1, 1, 0, 3)],
        );
        assert_eq!(found.row, 4);
        assert_eq!(found.notes[0].code, "rows-above-header");
        assert!(found.notes[0].text.zh.contains("其上 3 行"));
    }

    #[test]
    fn header_of_two_rows() {
        let found = find_in(
            &[
                "许可信息,,,,",
                "序号,行政相对人,,有效期,",
                ",名称,代码,自,至",
                "1,甲公司,91440101000000000X,2024-01-01,2025-01-01",
            ],
            &[area(1, 1, 0, 4), area(2, 3, 0, 0), area(2, 2, 1, 2), area(2, 2, 3, 4)],
        );
        assert_eq!(found.row, 3);
        assert_eq!(found.cells, ["序号", "名称", "代码", "自", "至"]);
        assert!(found.notes.iter().any(|n| n.code == "header-of-several-rows"));
    }

    #[test]
    fn names_that_stand_twice_keep_their_group() {
        let found = find_in(
            &["许可,,处罚,", "名称,日期,名称,日期", "甲,2024-01-01,乙,2024-01-01"],
            &[area(1, 1, 0, 1), area(1, 1, 2, 3)],
        );
        assert_eq!(found.cells, ["许可-名称", "许可-日期", "处罚-名称", "处罚-日期"]);
    }

    #[test]
    fn data_without_a_header_are_doubted() {
        let found = find_in(&["1,2024-01-01,91440101000000000X", "2,2024-01-02,91440101000000001X"], &[]);
        assert_eq!(found.row, 1);
        assert!(found.notes.iter().any(|n| n.code == "header-looks-like-data"));
    }

    #[test]
    fn a_person_has_the_last_word() {
        let options = ReadOptions { header_row: Some(2), ..ReadOptions::default() };
        let found = find(&rows(&["a,b", "c,d", "1,2"]), &[], &options).unwrap();
        assert_eq!((found.row, found.cells), (2, vec!["c".to_owned(), "d".to_owned()]));
        let options = ReadOptions { header_row: Some(9), ..ReadOptions::default() };
        assert_eq!(find(&rows(&["a,b"]), &[], &options).unwrap_err().code(), "bad-read-option");
    }

    #[test]
    fn names_are_cleaned() {
        assert_eq!(clean(" \u{feff}统一社会\r\n信用代码\u{3000}"), "统一社会信用代码");
        assert_eq!(clean("legal\nperson"), "legal person");
    }

    #[test]
    fn nothing_named_is_refused() {
        let options = ReadOptions::default();
        assert_eq!(find(&rows(&[",,", ""]), &[], &options).unwrap_err().code(), "no-columns");
        assert_eq!(find(&[], &[], &options).unwrap_err().code(), "no-columns");
    }
}
