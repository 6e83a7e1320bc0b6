//! Checking a file (检查文件) from its bytes to the report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use indexmap::IndexMap;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use standards::pack::{NeedMark, Severity};

use super::binding::Binding;
use super::codes as code;
use super::duplicates::Duplicates;
use super::finding::Finding;
use super::header::{self, HeaderHit};
use super::hit::{Hit, WHOLE_ROW};
use super::items::Items;
use super::keys;
use super::pipeline::{self, Checked};
use super::repeats;
use super::report::{Report, TableReport};
use super::request::CheckRequest;
use super::rowset::RowSet;
use super::ruleset::{RuleSet, builtin};
use super::sink::FindingSink;
use crate::read::{self, Chunk, Inspection, RowNoteKind, TableInfo};
use crate::table::error::working;

/// What a check leaves behind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// Counts.
    pub report: Report,
    /// Every finding, one [`Finding`] a line (NDJSON).
    pub findings: PathBuf,
    /// The tables that were checked, with their rejected rows, for landing.
    pub tables: Vec<CheckedTable>,
}

/// One table of a checked file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckedTable {
    /// Index among [`Inspection::tables`].
    pub table: usize,
    /// How its columns are bound.
    pub binding: Binding,
    /// Data rows.
    pub rows: u64,
    /// Rows that must not land.
    pub rejected: RowSet,
}

/// A row of the tables we know takes about this many bytes; a wrong guess only makes the filter less sharp.
const ROW_BYTES: u64 = 80;

/// Where a finding is made.
pub(super) struct Place<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) binding: &'a Binding,
    file: &'a str,
    sheet: Option<&'a str>,
}

/// Checks a file. `name` is what the sender called it; `progress` is told the rows checked so far, from this thread.
///
/// Findings go to the request's file, or to a new file in the temporary folder which is then the caller's to remove.
///
/// # Errors
/// `NotFound` for an unknown resource; `BadInput` or `TooLarge` when the file cannot be read, no header fits, or the mapping
/// names something that does not exist; `Internal` when the disk fails.
pub fn check_file(
    path: &Path,
    name: &str,
    request: &CheckRequest,
    progress: impl Fn(u64),
) -> Result<CheckOutcome> {
    let rules = RuleSet::compile(request)?;
    check_with(&rules, path, name, request, progress)
}

/// As [`check_file`], with a rule set compiled before: for many files of one resource.
///
/// # Errors
/// As [`check_file`].
pub fn check_with(
    rules: &RuleSet,
    path: &Path,
    name: &str,
    request: &CheckRequest,
    progress: impl Fn(u64),
) -> Result<CheckOutcome> {
    let start = Instant::now();
    let inspection = read::inspect(path, name, &request.read)?;
    let tables = choose(rules, &inspection, request)?;
    let findings = match &request.findings {
        Some(path) => path.clone(),
        None => temporary()?,
    };
    let mut sink = FindingSink::create(&findings)?;
    let mut report = Report {
        resource: rules.resource.resource.clone(),
        rule_set: rules.name().to_owned(),
        as_of: request.as_of,
        ..Report::default()
    };
    for unfit in &request.unfit {
        let finding = Finding {
            file: inspection.name.clone(),
            value: unfit.rule.clone(),
            params: vec![("id".to_owned(), unfit.id.clone())],
            severity: Severity::Warn,
            ..blank(builtin(code::OVERRIDE_UNFIT))
        };
        sink.put(finding, false)?;
    }
    let mut duplicates = Duplicates::new(inspection.bytes / ROW_BYTES)?;
    let mut checked: Vec<CheckedTable> = Vec::new();
    for (index, info) in inspection.tables.iter().enumerate() {
        if !tables.contains(&index) {
            if request.sheet.is_none() {
                let finding = Finding {
                    file: info.file(&inspection).to_owned(),
                    sheet: info.sheet.clone(),
                    value: info.sheet.clone().unwrap_or_else(|| info.file(&inspection).to_owned()),
                    severity: Severity::Pass,
                    ..blank(builtin(code::SHEET_SKIPPED))
                };
                sink.put(finding, false)?;
            }
            continue;
        }
        sink.begin_table();
        duplicates.begin_table();
        let (binding, header_hits) = header::bind(&rules.resource, &info.header, &request.mapping);
        let place = Place::of(rules, &inspection, info, &binding);
        let edition = header::other_edition(rules, &info.header).filter(|_| request.mapping.is_empty());
        // A margin beside the table: nothing stands there, and nothing is lost.
        let is_margin = |column: usize| {
            !info.sample.is_empty()
                && info.sample.iter().all(|r| {
                    r.cells.get(column).and_then(Option::as_deref).unwrap_or_default().trim().is_empty()
                })
        };
        let header_hits = header_hits
            .into_iter()
            .filter(|h| h.code != code::HEADER_BLANK || !h.column.is_some_and(is_margin));
        for hit in header_hits.chain(edition) {
            if let Some(finding) = place.header_finding(hit, info.header_row) {
                sink.put(finding, false)?;
            }
        }
        let before = report.rows;
        let source = read::open(&inspection, index, &request.read)?;
        let found = (&mut sink, &mut duplicates);
        let (rows, items) = check_table(&place, source, request.threads, found, info.header_row, |n| {
            progress(before + n);
        })?;
        report.items.add(items);
        if rows == 0
            && let Some(finding) = place.header_finding(HeaderHit::new(code::NO_ROWS, ""), info.header_row)
        {
            sink.put(finding, false)?;
        }
        report.rows += rows;
        checked.push(CheckedTable { table: index, binding, rows, rejected: RowSet::default() });
    }
    let places: Vec<Place<'_>> = checked
        .iter()
        .map(|t| Place::of(rules, &inspection, &inspection.tables[t.table], &t.binding))
        .collect();
    repeats::report(&places, duplicates, &mut sink)?;
    let rows = sink.take_tables();
    report.tables = places
        .iter()
        .zip(&checked)
        .zip(&rows)
        .map(|((place, table), (rejected, _))| TableReport {
            file: place.file.to_owned(),
            sheet: place.sheet.map(str::to_owned),
            rows: table.rows,
            rejected: rejected.len(),
            columns: bound_columns(rules, &table.binding),
        })
        .collect();
    for (table, (rejected, warned)) in checked.iter_mut().zip(rows) {
        report.rejected += rejected.len();
        report.warned += warned;
        table.rejected = rejected.into();
    }
    report.passed = report.rows - report.rejected;
    sink.finish(&mut report)?;
    report.seconds = start.elapsed().as_secs_f64();
    Ok(CheckOutcome { report, findings, tables: checked })
}

/// The tables to check: the one that was asked for, else those whose header fits.
pub(super) fn choose(rules: &RuleSet, inspection: &Inspection, request: &CheckRequest) -> Result<Vec<usize>> {
    let headers: Vec<&[String]> = inspection.tables.iter().map(|t| t.header.as_slice()).collect();
    header::check_mapping(&rules.resource, &headers, &request.mapping)?;
    if let Some(sheet) = &request.sheet {
        let found = inspection
            .tables
            .iter()
            .position(|t| t.sheet.as_deref() == Some(sheet) || t.file(inspection) == sheet);
        return found.map(|i| vec![i]).ok_or_else(|| {
            let name = |t: &'_ TableInfo| t.sheet.clone().or_else(|| t.entry.as_ref().map(|e| e.name.clone()));
            let all: Vec<String> = inspection.tables.iter().filter_map(name).collect();
            if all.is_empty() {
                return Error::bad_input(
                    "unknown-sheet",
                    format!("“{}”不是工作簿，里面只有一张表，没有工作表“{sheet}”。请去掉 --sheet。", inspection.name),
                    format!(
                        "\"{}\" is no workbook: it holds one table and no sheet \"{sheet}\". Leave --sheet out.",
                        inspection.name
                    ),
                );
            }
            Error::bad_input(
                "unknown-sheet",
                format!("文件里没有工作表“{sheet}”。有：{}。", all.join("、")),
                format!("The file has no sheet \"{sheet}\". It has: {}.", all.join(", ")),
            )
        });
    }
    let fits = |t: &read::TableInfo| header::bind(&rules.resource, &t.header, &request.mapping).0.bound();
    let bound: Vec<usize> = inspection.tables.iter().map(fits).collect();
    let best = bound.iter().copied().max().unwrap_or(0);
    if best == 0 {
        return Err(no_header(rules, inspection));
    }
    // A sheet of notes may have a word in common with the header; a table has most of it.
    let enough = (best / 2).max(1);
    Ok((0..bound.len()).filter(|i| bound[*i] >= enough && !inspection.tables[*i].hidden).collect())
}

fn no_header(rules: &RuleSet, inspection: &Inspection) -> Error {
    // What stands where the header should be may be anything, of any length.
    let clipped = |name: &String| match name.char_indices().nth(30) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.clone(),
    };
    let given: Vec<String> = inspection.tables.iter().flat_map(|t| &t.header).take(20).map(clipped).collect();
    let json =
        inspection.tables.iter().any(|t| matches!(t.format, read::Format::Json | read::Format::Ndjson));
    let (json_zh, json_en) = if json {
        (
            "JSON 里应是记录的数组 [{…}, {…}]；记录包在别的层里的，请只取出那个数组。",
            " The JSON must be an array of records [{…}, {…}]; if they are wrapped in something else, take out that array alone.",
        )
    } else {
        ("", "")
    };
    let wanted = |lang| {
        rules.resource.fields.iter().take(12).map(|f| f.label.get(lang)).collect::<Vec<_>>().join("、")
    };
    let title = &rules.resource.title;
    Error::bad_input(
        "header-unknown",
        format!(
            "表头没有一列对得上“{}”。文件里是：{}。应有：{}……请使用模板，或用 --map 指定对应关系。{json_zh}",
            title.zh,
            given.join("、"),
            wanted(standards::Lang::Zh)
        ),
        format!(
            "No column of the header belongs to \"{}\". The file has: {}. Expected: {} … Use the template, or map the columns with --map.{json_en}",
            title.en,
            given.join(", "),
            wanted(standards::Lang::En)
        ),
    )
}

fn check_table(
    place: &Place<'_>,
    source: Box<dyn read::RawChunks + Send>,
    threads: usize,
    (sink, duplicates): (&mut FindingSink, &mut Duplicates),
    header_row: u32,
    progress: impl Fn(u64),
) -> Result<(u64, Items)> {
    let rules = place.rules;
    let missing = rules.missing(place.binding);
    let (mut rows, mut items) = (0_u64, Items::default());
    let mut missed_by_kind = vec![false; missing.len()];
    // Blank rows at the end are no one's mistake, so a run is reported when a row follows it.
    pipeline::run(rules, place.binding, source, threads, |checked| {
        rows += checked.rows.len() as u64;
        items.add(checked.items);
        missed(place, &missing, &checked, &mut missed_by_kind, sink);
        collect(place, checked, sink, duplicates)?;
        progress(rows);
        Ok(())
    })?;
    for (field, missed) in missing.iter().zip(missed_by_kind) {
        let field = &rules.fields[*field].field;
        if missed
            && field.need.mark(None) != NeedMark::R
            && let Some(finding) = place.header_finding(header::missing(&field.code), header_row)
        {
            sink.put(finding, false)?;
        }
    }
    Ok((rows, items))
}

/// Rejects the rows that lack a column they need, and remembers which columns these are.
fn missed(
    place: &Place<'_>,
    missing: &[usize],
    checked: &Checked,
    missed: &mut [bool],
    sink: &mut FindingSink,
) {
    if missing.is_empty() {
        return;
    }
    for (i, row) in checked.rows.iter().enumerate() {
        let kind = checked.judged.kinds.get(i).copied().flatten();
        for (field, missed) in missing.iter().zip(missed.iter_mut()) {
            if place.rules.fields[*field].mark(kind) == NeedMark::R {
                *missed = true;
                sink.reject(*row);
            }
        }
    }
}

/// Hands the findings of one chunk on, in row order.
fn collect(
    place: &Place<'_>,
    checked: Checked,
    sink: &mut FindingSink,
    duplicates: &mut Duplicates,
) -> Result<()> {
    let Checked { rows, judged, hashes, notes, .. } = checked;
    for note in &notes {
        let hit = match &note.kind {
            RowNoteKind::BlankRows(n) => Hit::new(0, WHOLE_ROW, code::BLANK_ROWS, "").param("n", n),
            RowNoteKind::RepeatedHeader => Hit::new(0, WHOLE_ROW, code::HEADER_REPEATED, "")
                .pattern("header-inside")
                .severity(Severity::Warn),
            RowNoteKind::NoteRow(text) => Hit::new(0, WHOLE_ROW, code::NOTE_ROW, text),
            _ => continue,
        };
        if let Some(finding) = place.finding(hit, note.row) {
            sink.put(finding, false)?;
        }
    }
    for hit in judged.hits {
        let row = rows.get(hit.row as usize).copied().unwrap_or_default();
        if let Some(finding) = place.finding(hit, row) {
            sink.put(finding, true)?;
        }
    }
    duplicates.add(hashes, &rows, |i| keys::shown(place.rules, &judged.batch, i))
}

/// The findings of rows that did not come out of a file, and their items. Duplicates among them are not looked for.
///
/// # Errors
/// `Internal` when a rule fails to evaluate.
pub(crate) fn findings_in(rules: &RuleSet, binding: &Binding, chunk: Chunk) -> Result<(Vec<Finding>, Items)> {
    let place = Place { rules, binding, file: "", sheet: None };
    let checked = pipeline::check(rules, binding, chunk)?;
    let row = |hit: &Hit| checked.rows.get(hit.row as usize).copied().unwrap_or_default();
    let found = checked.judged.hits.into_iter().filter_map(|hit| {
        let row = row(&hit);
        place.finding(hit, row)
    });
    Ok((found.collect(), checked.items))
}

fn blank(code: &str) -> Finding {
    Finding {
        file: String::new(),
        sheet: None,
        row: 0,
        column: None,
        field: None,
        code: code.to_owned(),
        pattern: String::new(),
        severity: Severity::Reject,
        value: String::new(),
        params: Vec::new(),
        suggestion: None,
        alternatives: Vec::new(),
        related: Vec::new(),
        ambiguous: false,
        rule: None,
    }
}

impl<'a> Place<'a> {
    fn of(rules: &'a RuleSet, inspection: &'a Inspection, info: &'a TableInfo, binding: &'a Binding) -> Self {
        Self { rules, binding, file: info.file(inspection), sheet: info.sheet.as_deref() }
    }

    /// What to call this table in a message about a row of `from`.
    pub(super) fn name(&self, from: &Self) -> String {
        match self.sheet {
            Some(sheet) if self.file == from.file => sheet.to_owned(),
            Some(sheet) => format!("{} / {sheet}", self.file),
            None => self.file.to_owned(),
        }
    }

    /// A hit with its place; `None` when its check is switched off locally.
    pub(super) fn finding(&self, hit: Hit, row: u32) -> Option<Finding> {
        let severity = self.rules.severity(&hit)?;
        let info = &self.rules.codes[hit.code.0 as usize];
        let field = |i: u16| self.rules.fields.get(usize::from(i)).map(|f| f.field.code.clone());
        let column = self.binding.columns.get(usize::from(hit.field)).copied().flatten();
        Some(Finding {
            file: self.file.to_owned(),
            sheet: self.sheet.map(str::to_owned),
            row,
            column: column.map(|c| header::column(self.binding, c)),
            field: field(hit.field),
            pattern: match &info.pattern {
                Some(pattern) if hit.pattern.is_empty() => pattern.clone(),
                _ => hit.pattern.to_owned(),
            },
            severity,
            value: hit.value,
            params: hit.params,
            suggestion: hit.suggestion,
            alternatives: hit.alternatives,
            related: hit.related.into_iter().filter_map(field).collect(),
            ambiguous: hit.ambiguous,
            rule: info.rule.clone(),
            ..blank(&info.code)
        })
    }

    fn header_finding(&self, hit: HeaderHit, row: u32) -> Option<Finding> {
        let like = Hit::new(0, WHOLE_ROW, hit.code, &hit.value).pattern(hit.pattern);
        let severity = self.rules.severity(&like)?;
        Some(Finding {
            file: self.file.to_owned(),
            sheet: self.sheet.map(str::to_owned),
            row,
            column: hit.column.map(|c| header::column(self.binding, c)),
            field: hit.field,
            pattern: hit.pattern.to_owned(),
            severity,
            value: hit.value,
            params: hit.params,
            suggestion: hit.suggestion,
            ..blank(builtin(hit.code))
        })
    }
}

fn bound_columns(rules: &RuleSet, binding: &Binding) -> Vec<(String, String)> {
    let mut columns: IndexMap<usize, (String, String)> = IndexMap::new();
    for (field, column) in binding.columns.iter().enumerate() {
        if let Some(column) = column {
            let header = binding.headers.get(*column).cloned().unwrap_or_default();
            columns.insert(*column, (header, rules.resource.fields[field].code.clone()));
        }
    }
    columns.sort_keys();
    columns.into_values().collect()
}

fn temporary() -> Result<PathBuf> {
    let file =
        tempfile::Builder::new().prefix("yishu-findings-").suffix(".ndjson").tempfile().map_err(working)?;
    let (_, path) = file.keep().map_err(|e| working(e.error))?;
    Ok(path)
}
