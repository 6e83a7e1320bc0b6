//! What is delivered (推送内容): one line for each record, kept as NDJSON, written in the format the target takes.

use std::str::FromStr;

use indexmap::IndexMap;
use kernel::{Error, RecordId, Result};
use lake::sheet::{Book, Cell, Col};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use standards::pack::{Field, FieldKind, Resource};

use super::Mark;

/// One line of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The record.
    pub record: RecordId,
    /// Its business key as the lake joins it.
    pub key: String,
    /// Whether it is taken back: only the fields of the key are filled then.
    pub withdrawn: bool,
    /// Why it is taken back.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What a case says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Text by field code, as the lake keeps it: dates `2024-05-01`.
    pub cells: IndexMap<String, String>,
}

/// A format of files (文件格式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with a mark.
    Csv,
    /// A workbook.
    Xlsx,
    /// `<ROWDATA><ROW><字段代码>…`
    Xml,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Xml];

    /// The stored name, also the end of the file's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Xml => "xml",
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|f| f.name() == text).ok_or_else(|| {
            Error::bad_input(
                "target-format",
                format!("没有“{text}”这种文件格式，可选：csv、xlsx、xml。"),
                format!("There is no format “{text}”; choose csv, xlsx or xml."),
            )
        })
    }
}

/// A value of the lake as standards write it: days `2024/05/01`, numbers shortest.
#[must_use]
pub fn as_sent(field: &Field, value: &str) -> String {
    match field.kind {
        FieldKind::Date { .. } => value.replace('-', "/"),
        FieldKind::Decimal { .. } if value.contains('.') => {
            value.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => value.to_owned(),
    }
}

/// A value of a row that was read from the lake.
#[must_use]
pub fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(s)) => s.clone(),
        Some(other) => other.to_string(),
    }
}

/// The number of the line, what to do with it, and the mark of its record; a receipt speaks of lines by this number.
const OWN: [&str; 3] = ["行号", "操作", "标注"];

const fn operation(line: &Line) -> &'static str {
    if line.withdrawn { "撤回" } else { "报送" }
}

fn mark_of(line: &Line) -> &'static str {
    line.mark.map_or("", Mark::word)
}

fn cells<'a>(resource: &'a Resource, line: &'a Line) -> impl Iterator<Item = (&'a Field, String)> {
    resource.fields.iter().map(|f| (f, as_sent(f, line.cells.get(&f.code).map_or("", String::as_str))))
}

impl Format {
    /// The lines as a file.
    ///
    /// # Errors
    /// When a cell is longer than a workbook takes.
    pub fn write(self, resource: &Resource, lines: &[Line]) -> Result<Vec<u8>> {
        match self {
            Self::Csv => Ok(csv(resource, lines)),
            Self::Xlsx => xlsx(resource, lines),
            Self::Xml => Ok(xml(resource, lines)),
        }
    }
}

fn heads(resource: &Resource) -> impl Iterator<Item = &str> {
    OWN.into_iter().chain(resource.fields.iter().map(|f| f.label.zh.as_str()))
}

fn csv(resource: &Resource, lines: &[Line]) -> Vec<u8> {
    let mut out = shell::ui::CSV_MARK.to_owned();
    csv_line(&mut out, heads(resource).map(str::to_owned));
    for (n, line) in (1..).zip(lines) {
        let own = [n.to_string(), operation(line).to_owned(), mark_of(line).to_owned()].into_iter();
        csv_line(&mut out, own.chain(cells(resource, line).map(|(_, v)| v)));
    }
    out.into_bytes()
}

/// A line for programs: nothing is added to a cell, as lists for people have it.
fn csv_line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        match cell.contains([',', '"', '\n', '\r']) {
            true => out.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
            false => out.push_str(&cell),
        }
    }
    out.push_str("\r\n");
}

fn xlsx(resource: &Resource, lines: &[Line]) -> Result<Vec<u8>> {
    let mut book = Book::new();
    let cols: Vec<Col> = heads(resource).map(|h| Col::new(h, 16)).collect();
    let sheet = book.sheet(&resource.title.zh, &cols)?;
    for (n, line) in (1..).zip(lines) {
        let n = n.to_string();
        let values: Vec<String> = cells(resource, line).map(|(_, v)| v).collect();
        let own = [&n, operation(line), mark_of(line)].into_iter().map(Cell::Text);
        let row: Vec<Cell<'_>> = own.chain(values.iter().map(|v| Cell::Text(v))).collect();
        book.row(sheet, &row)?;
    }
    book.bytes()
}

fn xml(resource: &Resource, lines: &[Line]) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ROWDATA>\n");
    for (n, line) in (1..).zip(lines) {
        out.push_str(&format!("<ROW NUMBER=\"{n}\" OPERATION=\"{}\"", operation(line)));
        if let Some(mark) = line.mark {
            out.push_str(&format!(" MARK=\"{}\"", mark.word()));
        }
        out.push('>');
        for (field, value) in cells(resource, line).filter(|(_, v)| !v.is_empty()) {
            let code = &field.code;
            out.push_str(&format!("<{code}>{}</{code}>", shell::ui::escape(&in_xml(&value))));
        }
        out.push_str("</ROW>\n");
    }
    out.push_str("</ROWDATA>\n");
    out.into_bytes()
}

/// XML has no place for control characters but these three.
fn in_xml(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_tells_the_line_what_to_do_and_the_cells() {
        let packs = standards::pack::Packs::builtin().unwrap();
        let (_, resource) = packs.resource("penalty-2018").unwrap();
        let cells = [("CF_XDR_MC", "示例<甲>&乙"), ("CF_JDRQ", "2024-02-08"), ("CF_NR_FK", "0.200000")];
        let line = |withdrawn, mark| Line {
            record: RecordId::new(),
            key: String::new(),
            withdrawn,
            reason: String::new(),
            mark,
            cells: cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        };
        let lines = [line(false, Some(Mark::Objection)), line(true, None)];
        let csv = String::from_utf8(Format::Csv.write(resource, &lines).unwrap()).unwrap();
        let second: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
        assert_eq!(&second[..4], ["1", "报送", "异议处理中", "示例<甲>&乙"]);
        assert!(csv.contains(",2024/02/08,") && csv.contains(",0.2,"), "{csv}");
        assert!(csv.lines().nth(2).unwrap().starts_with("2,撤回,,"));
        let xml = String::from_utf8(Format::Xml.write(resource, &lines).unwrap()).unwrap();
        assert!(
            xml.contains("<ROW NUMBER=\"1\" OPERATION=\"报送\" MARK=\"异议处理中\"><CF_XDR_MC>示例&lt;甲&gt;&amp;乙</CF_XDR_MC>")
        );
        assert!(xml.contains("<ROW NUMBER=\"2\" OPERATION=\"撤回\"><"));
        let book = lake::sheet::read_small(&Format::Xlsx.write(resource, &lines).unwrap(), 10_000).unwrap();
        assert_eq!(&book[0].1[2][..2], ["2", "撤回"]);
    }
}
