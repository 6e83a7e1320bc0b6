//! The workbook: a sheet of entries, a sheet of items.

use kernel::{Error, Lang, Result, Text};
use lake::sheet::{Book, Cell, Col, read_small};

use super::Given;
use super::columns::{self, Column, ENTRIES, ITEMS};
use crate::model::{Entry, Item};

/// Enough for every entry of a city with its items: 10,456 entries of 12 items are 1.8 million cells.
const MAX_CELLS: usize = 4_000_000;

const SHEETS: [[&str; 2]; 2] = [["目录", "Entries"], ["信息项", "Items"]];

const fn sheet(number: usize, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => SHEETS[number][0],
        Lang::En => SHEETS[number][1],
    }
}

pub fn write(entries: &[Entry], lang: Lang) -> Result<Vec<u8>> {
    let mut book = Book::new();
    let cols =
        |all: &[Column]| -> Vec<Col> { all.iter().map(|c| Col::new(c.header(lang), c.width)).collect() };
    let first = book.sheet(sheet(0, lang), &cols(&ENTRIES))?;
    for entry in entries {
        put(&mut book, first, ENTRIES.iter().map(|c| columns::entry_cell(entry, c.field)))?;
    }
    let second = book.sheet(sheet(1, lang), &cols(&ITEMS))?;
    for entry in entries {
        for item in &entry.items {
            put(&mut book, second, ITEMS.iter().map(|c| columns::item_cell(entry, item, c.field)))?;
        }
    }
    book.bytes()
}

fn put(book: &mut Book, sheet: usize, cells: impl Iterator<Item = String>) -> Result<()> {
    let texts: Vec<String> = cells.collect();
    let cells: Vec<Cell<'_>> =
        texts.iter().map(|t| if t.is_empty() { Cell::Empty } else { Cell::Text(t) }).collect();
    if book.row(sheet, &cells)? {
        return Ok(());
    }
    Err(Error::bad_input(
        "catalogue-file",
        "目录或信息项超过一张工作表能放的行数。请筛选后分几次导出，或导出 YAML。",
        "There are more rows than a sheet can hold. Export in several parts, or as YAML.",
    ))
}

/// One sheet as read: which column stands where, and its rows with their numbers.
struct Sheet {
    name: String,
    at: Vec<Option<usize>>,
    columns: &'static [Column],
    rows: Vec<(usize, Vec<String>)>,
}

impl Sheet {
    fn cell(&self, row: &[String], field: &str) -> String {
        let here = self.columns.iter().zip(&self.at).find(|(c, _)| c.field == field);
        here.and_then(|(_, at)| row.get((*at)?)).map(|s| s.trim().replace("\r\n", "\n")).unwrap_or_default()
    }

    fn place(&self, row: usize) -> Text {
        Text::new(format!("工作表“{}”第 {row} 行", self.name), format!("Sheet “{}”, row {row}", self.name))
    }
}

fn sheet_of(
    sheets: &[(String, Vec<Vec<String>>)],
    number: usize,
    columns: &'static [Column],
) -> Result<Option<Sheet>> {
    let Some((name, rows)) = sheets.iter().find(|(name, _)| SHEETS[number].contains(&name.trim())) else {
        return Ok(None);
    };
    let filled = |row: &[String]| row.iter().any(|c| !c.trim().is_empty());
    let Some(head) = rows.iter().position(|r| filled(r)) else { return Ok(None) };
    let headers = &rows[head];
    let unknown: Vec<&str> = headers
        .iter()
        .map(|h| h.trim())
        .filter(|h| !h.is_empty() && !columns.iter().any(|c| c.is(h)))
        .collect();
    if !unknown.is_empty() {
        return Err(Error::bad_input(
            "catalogue-file",
            format!(
                "工作表“{name}”第 {} 行有不认识的列：{}。请按模板的列名填写。",
                head + 1,
                unknown.join("、")
            ),
            format!(
                "Sheet “{name}”, row {}: unknown columns {}. Use the column names of the template.",
                head + 1,
                unknown.join(", ")
            ),
        ));
    }
    let at = columns.iter().map(|c| headers.iter().position(|h| c.is(h))).collect();
    let rows = rows
        .iter()
        .enumerate()
        .skip(head + 1)
        .filter(|(_, r)| filled(r))
        .map(|(i, r)| (i + 1, r.clone()))
        .collect();
    Ok(Some(Sheet { name: name.clone(), at, columns, rows }))
}

pub fn read(bytes: &[u8]) -> Result<Vec<Given>> {
    let sheets = read_small(bytes, MAX_CELLS)?;
    let Some(entries) = sheet_of(&sheets, 0, &ENTRIES)? else {
        return Err(Error::bad_input(
            "catalogue-file",
            "工作簿里没有“目录”这张工作表。请下载空白模板填写后上传。",
            "The workbook has no sheet “Entries”. Download the empty template, fill it in and upload it.",
        ));
    };
    let mut given: Vec<Given> = entries
        .rows
        .iter()
        .map(|(number, row)| Given {
            place: entries.place(*number),
            entry: columns::entry(&|field| entries.cell(row, field)),
        })
        .collect();
    if let Some(items) = sheet_of(&sheets, 1, &ITEMS)? {
        let whose = Whose::of(&entries);
        for (number, row) in &items.rows {
            let item = columns::item(&|field| items.cell(row, field));
            let (code, name) = (items.cell(row, "entry"), items.cell(row, "entry_name"));
            match whose.find(&code, &name) {
                Some(n) => add(&mut given[n], item, &items.place(*number)),
                None => {
                    given.push(Given { place: items.place(*number), entry: Err(vec![nobody(&code, &name)]) })
                }
            }
        }
    }
    Ok(given)
}

/// Row of the sheet of entries by code, and by name for those that have no code yet.
struct Whose {
    codes: std::collections::HashMap<String, usize>,
    names: std::collections::HashMap<String, usize>,
}

impl Whose {
    fn of(entries: &Sheet) -> Self {
        let (mut codes, mut names) = (std::collections::HashMap::new(), std::collections::HashMap::new());
        for (n, (_, row)) in entries.rows.iter().enumerate() {
            match entries.cell(row, "code") {
                code if code.is_empty() => names.entry(entries.cell(row, "name")).or_insert(n),
                code => codes.entry(code).or_insert(n),
            };
        }
        Self { codes, names }
    }

    fn find(&self, code: &str, name: &str) -> Option<usize> {
        if code.is_empty() { self.names.get(name).copied() } else { self.codes.get(code).copied() }
    }
}

fn add(to: &mut Given, item: std::result::Result<Item, Vec<Text>>, place: &Text) {
    match (&mut to.entry, item) {
        (Ok(entry), Ok(item)) => entry.items.push(item),
        (Ok(_), Err(wrong)) => to.entry = Err(placed(place, wrong)),
        (Err(all), Err(wrong)) => all.extend(placed(place, wrong)),
        (Err(_), Ok(_)) => {}
    }
}

fn placed(place: &Text, wrong: Vec<Text>) -> Vec<Text> {
    wrong
        .into_iter()
        .map(|t| Text::new(format!("{}：{}", place.zh, t.zh), format!("{}: {}", place.en, t.en)))
        .collect()
}

fn nobody(code: &str, name: &str) -> Text {
    Text::new(
        format!(
            "信息项所属的目录（代码“{code}”、名称“{name}”）不在“目录”工作表中。新目录没有代码，请用名称对应。"
        ),
        format!(
            "The item belongs to no row of the sheet of entries (code “{code}”, name “{name}”). An entry without a code is found by its name."
        ),
    )
}
