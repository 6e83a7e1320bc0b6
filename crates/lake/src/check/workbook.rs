//! The report as a workbook (工作簿): a summary, and the wrong rows with the message as a note on each wrong cell.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use datafusion::arrow::array::Array;
use hashbrown::HashMap;
use kernel::{Error, Result};
use standards::Lang;
use standards::pack::{Packs, Severity};

use super::finding::Finding;
use super::render::render;
use super::report::Report;
use super::run::CheckOutcome;
use crate::read::{self, Chunk, ReadOptions};
use crate::sheet::{Book, Cell, Col};

/// A checked file, to be read again for its wrong rows.
pub struct CheckedSource<'a> {
    /// Where the bytes are.
    pub path: &'a Path,
    /// The name the sender gave the file.
    pub name: &'a str,
    /// How it was read.
    pub read: &'a ReadOptions,
    /// What the check found.
    pub outcome: &'a CheckOutcome,
}

/// Wrong rows of one table a workbook shows; the findings file has all of them.
pub const MOST_ROWS: usize = 100_000;

/// Notes on one row: (column, or none for the row; whether it rejects; the text).
type Notes = Vec<(Option<usize>, bool, String)>;
/// Notes by table (file and sheet) and row.
type NotesByTable = HashMap<(String, Option<String>), HashMap<u32, Notes>>;

/// Writes the report as a workbook: one sheet of counts and groups, then a sheet for each table that has wrong rows.
///
/// # Errors
/// What reading the sources again says; `Internal` when the workbook cannot be written.
pub fn to_workbook(
    report: &Report,
    sources: &[CheckedSource<'_>],
    packs: &Packs,
    lang: Lang,
    out: &Path,
) -> Result<()> {
    let mut book = Book::new();
    summary(&mut book, report, packs, lang)?;
    let mut number = 0;
    for source in sources {
        let notes = notes(source, report, packs, lang)?;
        let inspection = read::inspect(source.path, source.name, source.read)?;
        for table in &source.outcome.tables {
            let Some(info) = inspection.tables.get(table.table) else { continue };
            let place = (info.file(&inspection).to_owned(), info.sheet.clone());
            let Some(of_rows) = notes.get(&place).filter(|n| !n.is_empty()) else { continue };
            number += 1;
            let mut cols = vec![Col::new(if lang == Lang::Zh { "行号" } else { "Row" }, 6)];
            cols.extend(info.header.iter().map(|h| Col::new(h.as_str(), 14)));
            let title = info.sheet.as_deref().unwrap_or(&place.0);
            let sheet = book.sheet(&format!("{number} {title}"), &cols)?;
            let mut chunks = read::open(&inspection, table.table, source.read)?;
            while let Some(raw) = chunks.next()? {
                let chunk = raw.parse()?;
                for (i, row) in chunk.rows.iter().enumerate() {
                    if let Some(notes) = of_rows.get(row) {
                        book.row(sheet, &cells(&chunk, i, *row, notes))?;
                    }
                }
            }
        }
    }
    book.save(out)
}

fn summary(book: &mut Book, report: &Report, packs: &Packs, lang: Lang) -> Result<()> {
    let zh = lang == Lang::Zh;
    let titles: [(&str, &str, u32); 8] = [
        ("级别", "Severity", 8),
        ("代码", "Code", 8),
        ("问题", "Problem", 24),
        ("字段", "Field", 20),
        ("数量", "Findings", 8),
        ("首个行号", "First row", 8),
        ("为什么错", "Why", 50),
        ("怎么改", "Fix", 50),
    ];
    let cols: Vec<Col> = titles.iter().map(|(a, b, n)| Col::new(if zh { *a } else { *b }, *n)).collect();
    let sheet = book.sheet(if zh { "汇总" } else { "Summary" }, &cols)?;
    let counts = if zh {
        format!(
            "共{}行：通过{}行（其中{}行有提醒），退回{}行",
            report.rows, report.passed, report.warned, report.rejected
        )
    } else {
        format!(
            "{} rows: {} passed ({} with warnings), {} rejected",
            report.rows, report.passed, report.warned, report.rejected
        )
    };
    book.row(sheet, &[Cell::Empty, Cell::Text(&report.rule_set), Cell::Text(&counts)])?;
    for group in &report.groups {
        let Some(first) = group.first.first() else { continue };
        let words = render(packs, &report.resource, first, lang);
        let field = group.field.as_deref().and_then(|f| packs.resource(&report.resource)?.1.field(f));
        let severity = match (group.severity, zh) {
            (Severity::Reject, true) => "退回",
            (Severity::Warn, true) => "提醒",
            (Severity::Pass, true) => "说明",
            (Severity::Reject, false) => "reject",
            (Severity::Warn, false) => "warn",
            (Severity::Pass, false) => "note",
        };
        book.row(
            sheet,
            &[
                Cell::Text(severity),
                Cell::Text(&group.code),
                Cell::Text(&words.title),
                field.map_or(Cell::Empty, |f| Cell::Text(f.label.get(lang))),
                Cell::Number(group.findings as f64),
                Cell::Number(f64::from(first.row)),
                Cell::Text(&words.why),
                Cell::Text(&words.fix),
            ],
        )?;
    }
    Ok(())
}

/// What is to be noted, by table and row; only so many rows of a table.
fn notes(source: &CheckedSource<'_>, report: &Report, packs: &Packs, lang: Lang) -> Result<NotesByTable> {
    let mut out = NotesByTable::new();
    let file = File::open(&source.outcome.findings).map_err(Error::internal)?;
    for line in BufReader::new(file).lines() {
        let finding: Finding =
            serde_json::from_str(&line.map_err(Error::internal)?).map_err(Error::internal)?;
        if finding.severity == Severity::Pass {
            continue;
        }
        let rows = out.entry((finding.file.clone(), finding.sheet.clone())).or_default();
        if rows.len() >= MOST_ROWS && !rows.contains_key(&finding.row) {
            continue;
        }
        let words = render(packs, &report.resource, &finding, lang);
        let mut text = format!("{} {}{}", finding.code, words.why, words.fix);
        if let Some(suggestion) = finding.suggestion.as_deref().filter(|s| !s.is_empty()) {
            text.push_str(&format!("\n→ {suggestion}"));
        }
        let column = finding.column.as_ref().map(|c| number_of(&c.letter));
        rows.entry(finding.row).or_default().push((column, finding.severity == Severity::Reject, text));
    }
    Ok(out)
}

/// A row of the file: its number, then its cells; what is said about the row as a whole stands on the number.
fn cells<'a>(chunk: &'a Chunk, i: usize, row: u32, notes: &'a Notes) -> Vec<Cell<'a>> {
    let mut out = vec![Cell::Number(f64::from(row))];
    out.extend(chunk.columns.iter().map(|c| if c.is_null(i) { Cell::Empty } else { Cell::Text(c.value(i)) }));
    for (column, rejects, text) in notes {
        let at = column.map_or(0, |c| c + 1);
        let Some(cell) = out.get_mut(at) else { continue };
        let value = match *cell {
            Cell::Text(v) | Cell::Wrong(v, _) | Cell::Doubtful(v, _) | Cell::Link(v, _) => v,
            Cell::Empty => "",
            // Only the row's number is one, and it keeps standing in the first cell of a note of its own.
            Cell::Number(_) => "!",
        };
        // The first finding of a cell is the most telling; a rejection goes before a warning.
        match (&*cell, rejects) {
            (Cell::Wrong(..), _) | (Cell::Doubtful(..), false) => {}
            (_, true) => *cell = Cell::Wrong(value, text),
            (_, false) => *cell = Cell::Doubtful(value, text),
        }
    }
    out
}

/// The index of a column letter, from 0.
fn number_of(letter: &str) -> usize {
    letter.bytes().fold(0_usize, |n, b| n * 26 + usize::from(b - b'A') + 1).saturating_sub(1)
}
