//! From the plan to a file (生成文件): correct rows, defects planted among them, and the ledger's lines.

use std::collections::VecDeque;

use chrono::{Datelike, Days, NaiveDate};
use indexmap::IndexMap;
use kernel::{Error, Result};
use standards::calendar;
use standards::pack::Severity;

use crate::city::City;
use crate::defect::{self, Again, Defect, Effects, Insert, Planted, Scene, Shift};
use crate::items;
use crate::layout::{Column, Format};
use crate::ledger::{Decision, Entry, FileEntry};
use crate::mending::Habit;
use crate::plan::Batch;
use crate::records::{self, Maker, Row};
use crate::rng::Rng;
use crate::sheet::{Cell, Sheet};
use crate::template::{Part, Resource};

/// Working days within which a decision must be handed in (发改办财金〔2018〕424号).
const LIMIT: i64 = 7;

/// A file with what is expected of it.
pub(crate) struct Made {
    pub entry: FileEntry,
    pub bytes: Vec<u8>,
    pub ledger: Vec<Entry>,
    /// The decisions in it; none for base libraries.
    pub decisions: Vec<Decision>,
    /// Those that other systems know by the same words.
    pub received: Vec<Received>,
    /// Defects of `must` for which no row offered a place.
    pub left: Vec<&'static Defect>,
}

/// A decision as it ought to be, whatever its department made of it.
pub(crate) struct Received {
    pub row: Row,
    pub department: usize,
    pub on: NaiveDate,
    /// Whether it landed as it ought to be, without a word.
    pub landed: bool,
}

/// A line on its way into the sheet.
struct Line {
    row: Row,
    /// The row as it ought to be, where a defect was planted in it.
    truth: Option<Row>,
    effects: Effects,
    planted: Option<(&'static Defect, Planted)>,
}

/// Makes a file. Each of `must` is planted in it once, wherever a row offers a place.
///
/// # Errors
/// `BadInput` when a day lies outside the published calendar; `Internal` when the file cannot be written.
pub(crate) fn make(city: &City, batch: &Batch, must: &[&'static Defect]) -> Result<Made> {
    let mut rng = Rng::new(city.options.seed, &format!("batch-{}", batch.index));
    let rates = defect::rates(&city.options, batch.resource);
    let columns = batch.layout.columns(batch.resource, &mut rng);
    let mut must: VecDeque<&'static Defect> = must.iter().copied().collect();
    let mut lines = Vec::with_capacity(batch.rows.len());
    for number in batch.rows.clone() {
        let Some((mut row, may_err)) = clean_row(city, batch, number, &mut rng)? else { continue };
        let mut effects = Effects::default();
        let mut planted = None;
        let mut truth = None;
        if may_err {
            let due: Vec<f64> = rates.iter().map(|(_, rate)| *rate).collect();
            let total: f64 = due.iter().sum();
            // Base libraries err only in the tenth that appears in no decision; so ten times as often there.
            let share = if row.decided.is_none() { (total * 10.0).min(0.8) } else { total };
            let drawn = if rng.chance(share) { rng.weighted(&due).map(|i| rates[i].0) } else { None };
            for candidate in must.iter().copied().chain(drawn).collect::<Vec<_>>() {
                let (row_before, effects_before) = (row.clone(), effects.clone());
                let mut scene = Scene {
                    city,
                    rng: &mut rng,
                    row: &mut row,
                    effects: &mut effects,
                    columns: &columns,
                    format: batch.layout.format,
                };
                if let Some(done) = candidate.plant(&mut scene) {
                    planted = Some((candidate, done));
                    truth = Some(row_before);
                    must.retain(|d| d.name != candidate.name);
                    break;
                }
                (row, effects) = (row_before, effects_before);
            }
        }
        if planted.is_none() {
            delay(city, batch, &mut row, &mut rng)?;
        }
        lines.push(Line { row, truth, effects, planted });
    }
    let made = render(city, batch, &columns, lines)?;
    Ok(Made { left: must.into(), ..made })
}

/// The correct row of a number, and whether a defect may be planted in it; `None` when the number belongs to another
/// file. Decisions are dated a few working days back, well inside the limit.
fn clean_row(city: &City, batch: &Batch, number: usize, rng: &mut Rng) -> Result<Option<(Row, bool)>> {
    let of_district = |district: usize| batch.district.is_none_or(|d| d == district);
    Ok(match batch.resource {
        Resource::LegalEntity => of_district(city.entities[number].district)
            .then(|| (records::legal_entity(city, number), number >= city.known_entities())),
        Resource::Person => of_district(city.persons[number].district)
            .then(|| (records::person(city, number), number >= city.known_persons())),
        Resource::Authority => Some((records::authority(city, number), false)),
        // The lists of other systems are made from the decisions.
        Resource::ExpectedLicences | Resource::ExpectedPenalties | Resource::ReturnedRecords => None,
        resource => {
            let decided = workdays_back(batch.received_on, rng.between(1, 4))?;
            let department = &city.departments[batch.department];
            let mut maker = Maker { city, department, rng, number };
            let row = match resource {
                Resource::Penalty2018 | Resource::Penalty2016 => {
                    records::penalty(&mut maker, resource, decided)
                }
                _ => records::licence(&mut maker, resource, decided),
            };
            Some((row, true))
        }
    })
}

/// Hands some of the correct decisions in late, or on the last day.
fn delay(city: &City, batch: &Batch, row: &mut Row, rng: &mut Rng) -> Result<()> {
    let Some(decided) = row.decided else { return Ok(()) };
    let days = if rng.chance(city.options.late) {
        rng.between(LIMIT + 1, LIMIT + 20)
    } else if rng.chance(0.08) {
        rng.between(LIMIT - 1, LIMIT)
    } else {
        return Ok(());
    };
    let earlier = workdays_back(batch.received_on, days)?;
    shift_dates(row, decided, earlier);
    row.decided = Some(earlier);
    Ok(())
}

/// Moves every date of the row that is the decision's to an earlier day.
fn shift_dates(row: &mut Row, from: NaiveDate, to: NaiveDate) {
    let (from, to) = (crate::city::slashed(from), crate::city::slashed(to));
    for cell in &mut row.cells {
        if *cell == from {
            cell.clone_from(&to);
        }
    }
}

/// The working day `n` working days before `day`.
pub(crate) fn workdays_back(day: NaiveDate, n: i64) -> Result<NaiveDate> {
    let mut at = day;
    let mut left = n;
    while left > 0 {
        at = at - Days::new(1);
        if calendar::is_workday(at).map_err(outside)? {
            left -= 1;
        }
    }
    Ok(at)
}

pub(crate) fn outside(e: calendar::OutsideCalendar) -> Error {
    Error::bad_input(
        "calendar-missing",
        "模拟的时段超出了已公布的工作日历，请换一个 --as-of 或减少 --months。",
        "The simulated span leaves the published working-day calendar: choose another --as-of or fewer --months.",
    )
    .because(e)
}

/// Turns lines into cells, counting rows as the spreadsheet shows them.
fn render(city: &City, batch: &Batch, columns: &[Column], lines: Vec<Line>) -> Result<Made> {
    let department = &city.departments[batch.department];
    let file = file_name(city, batch);
    let titles = if batch.layout.format == Format::XlsxTitled {
        vec![
            format!("{}{}信息报送表（模拟数据）", department.org.name, batch.resource.title()),
            format!("填报单位：{}    填报日期：{}    金额单位：万元", department.org.name, batch.received_on),
        ]
    } else {
        Vec::new()
    };
    let mut sheet = Sheet {
        name: batch.resource.title().to_owned(),
        titles,
        header: columns.iter().map(|c| c.header.clone()).collect(),
        lines: Vec::with_capacity(lines.len()),
    };
    let mut book = Book {
        file: file.clone(),
        sheet: batch.layout.format.is_workbook().then(|| sheet.name.clone()),
        ledger: Vec::new(),
    };
    for column in columns.iter().filter(|c| c.field.is_none()) {
        book.note(
            sheet.header_row(),
            Some(column),
            "extra-column",
            ("S006", "", Severity::Pass),
            column.header.clone(),
        );
    }
    let mut repeated = Vec::new();
    let (mut decisions, mut received) = (Vec::new(), Vec::new());
    let habit = Habit::of(city, batch.index);
    let (mut rows, mut items) = (0, 0);
    for line in lines {
        if let Some(insert) = line.effects.before {
            sheet.lines.push(match insert {
                Insert::Header => sheet.header.iter().map(|h| Cell::Text(h.clone())).collect(),
                Insert::Blank => vec![Cell::Text(String::new()); columns.len()],
            });
            book.plant(&sheet, columns, &line);
        }
        sheet.lines.push(cells(batch, columns, &line.row, &line.effects));
        rows += 1;
        items += items::of_row(line.truth.as_ref().unwrap_or(&line.row))?;
        decisions.extend(decision(city, batch, &file, &sheet, &line, &habit)?);
        // What passes with a warning may have landed under another number than the papers bear.
        if line.planted.as_ref().is_none_or(|(d, _)| d.severity == Severity::Reject) {
            received.push(Received {
                row: line.truth.as_ref().unwrap_or(&line.row).clone(),
                department: batch.department,
                on: batch.received_on,
                landed: line.planted.is_none(),
            });
        }
        if line.effects.before.is_none() && line.effects.again.is_none() {
            book.plant(&sheet, columns, &line);
        }
        if line.planted.is_none() {
            book.delay(&sheet, columns, batch, &line.row)?;
        }
        if line.effects.again.is_some() {
            repeated.push(line);
        }
    }
    for mut line in repeated {
        if let Some(Again::Changed(field, value)) = line.effects.again.clone() {
            line.row.set(field, value);
        }
        sheet.lines.push(cells(batch, columns, &line.row, &line.effects));
        rows += 1;
        items += items::of_row(line.truth.as_ref().unwrap_or(&line.row))?;
        book.plant(&sheet, columns, &line);
    }
    let bytes = sheet.bytes(batch.layout.format, batch.layout.quoted)?;
    let entry = FileEntry {
        file,
        resource: batch.resource,
        org: department.org.code.clone(),
        org_name: department.org.name.clone(),
        received_on: batch.received_on,
        format: batch.layout.format.ending().to_owned(),
        encoding: batch.layout.format.encoding().to_owned(),
        header_row: sheet.header_row(),
        items,
        ..count(&book.ledger, rows, sheet.header_row())
    };
    Ok(Made { entry, bytes, ledger: book.ledger, decisions, received, left: Vec::new() })
}

/// What the ledger says of the decision in the line that was written last. A line that only repeats another is none.
fn decision(
    city: &City,
    batch: &Batch,
    file: &str,
    sheet: &Sheet,
    line: &Line,
    habit: &Habit,
) -> Result<Option<Decision>> {
    let truth = line.truth.as_ref().unwrap_or(&line.row);
    let Some(decided) = truth.decided else { return Ok(None) };
    let own = line.effects.before.is_none() && line.effects.again.is_none();
    let planted = line.planted.as_ref().filter(|(d, _)| own && d.severity == Severity::Reject);
    let mended_on = match planted {
        Some((_, planted)) => {
            let pressing = planted.field.is_none_or(|f| truth.names_it(f)) || line.effects.disturbed();
            habit.day(batch.received_on, city.options.as_of, pressing)?
        }
        None => None,
    };
    let fields = batch.resource.fields().iter().zip(&truth.cells);
    Ok(Some(Decision {
        file: file.to_owned(),
        row: sheet.header_row() + sheet.lines.len() as u32,
        resource: batch.resource,
        org: city.departments[batch.department].org.code.clone(),
        document: truth.part(Part::Document).to_owned(),
        decided,
        received_on: Some(batch.received_on),
        items: items::of_row(truth)?,
        rejected: planted.is_some(),
        mended_on,
        truth: match planted {
            Some(_) => fields.map(|((code, _), cell)| ((*code).to_owned(), cell.clone())).collect(),
            None => IndexMap::new(),
        },
    }))
}

/// `2026-06-15_临汐市市场监督管理局_行政许可_2018.csv`, in a folder per day.
fn file_name(city: &City, batch: &Batch) -> String {
    let department = &city.departments[batch.department];
    let mark = match batch.resource {
        Resource::Licence2018 | Resource::Penalty2018 => "_2018版".to_owned(),
        Resource::Licence2016 | Resource::Penalty2016 => "_2016版".to_owned(),
        Resource::LegalEntity
        | Resource::Person
        | Resource::Authority
        | Resource::ExpectedLicences
        | Resource::ExpectedPenalties
        | Resource::ReturnedRecords => {
            batch.district.map_or_else(String::new, |d| format!("_{}", crate::city::DISTRICTS[d].0))
        }
    };
    let ending = batch.layout.format.ending();
    format!("{}_{}_{}{mark}.{ending}", batch.received_on, department.org.name, batch.resource.title())
}

/// The cells of a row in the order of the columns.
fn cells(batch: &Batch, columns: &[Column], row: &Row, effects: &Effects) -> Vec<Cell> {
    let mut out: Vec<Cell> = columns
        .iter()
        .map(|column| match column.field {
            None => Cell::Text("否".to_owned()),
            Some(field) => cell(batch, field, row.get(field), effects),
        })
        .collect();
    // The cells move from the second column on, so that neither the first nor the place is lost.
    match effects.shift {
        Some(Shift::Right) => {
            out.insert(1, Cell::Text(String::new()));
            out.pop();
        }
        Some(Shift::Left) => {
            out.remove(1);
            out.push(Cell::Text(String::new()));
        }
        None => {}
    }
    if effects.short {
        out.pop();
    }
    out.extend(effects.extra.iter().cloned().map(Cell::Text));
    out
}

fn cell(batch: &Batch, field: &str, value: &str, effects: &Effects) -> Cell {
    let layout = &batch.layout;
    if effects.error == Some(field) {
        return Cell::Error(value.to_owned());
    }
    if let Some((_, number)) = effects.numbers.iter().find(|(f, _)| *f == field) {
        return Cell::Number { value: *number, shown: value.to_owned() };
    }
    if effects.texts.contains(&field) {
        return Cell::Text(value.to_owned());
    }
    if let Some(day) = is_date(value) {
        let shown = value.replace('/', &layout.date.to_string());
        // A workbook has no dates before 1900.
        let native = layout.native && day.year() >= 1900;
        return if native { Cell::Date { day, shown } } else { Cell::Text(shown) };
    }
    if layout.native
        && is_amount(batch.resource, field)
        && let Ok(number) = value.parse()
    {
        return Cell::Number { value: number, shown: value.to_owned() };
    }
    Cell::Text(value.to_owned())
}

fn is_date(value: &str) -> Option<NaiveDate> {
    (value.len() == 10).then(|| NaiveDate::parse_from_str(value, "%Y/%m/%d").ok()).flatten()
}

fn is_amount(resource: Resource, field: &str) -> bool {
    [Part::Fine, Part::Confiscation].iter().any(|p| resource.field(*p) == Some(field))
}

/// The ledger of a file in the making.
struct Book {
    file: String,
    sheet: Option<String>,
    ledger: Vec<Entry>,
}

impl Book {
    /// What was planted in the line that was written last.
    fn plant(&mut self, sheet: &Sheet, columns: &[Column], line: &Line) {
        let Some((defect, planted)) = &line.planted else { return };
        let row = sheet.header_row() + sheet.lines.len() as u32;
        let column = planted.field.and_then(|f| columns.iter().find(|c| c.field == Some(f)));
        let value = planted.field.map(|f| line.row.get(f).to_owned()).unwrap_or_default();
        self.note(row, column, defect.name, (defect.code, defect.pattern, defect.severity), value);
        if let Some(entry) = self.ledger.last_mut() {
            entry.suggestion.clone_from(&planted.suggestion);
            (entry.guess, entry.register) = (planted.guess, planted.register);
        }
    }

    /// Notes a correct row that is late, or must be mended today to be in time.
    fn delay(&mut self, sheet: &Sheet, columns: &[Column], batch: &Batch, row: &Row) -> Result<()> {
        let Some(decided) = row.decided else { return Ok(()) };
        let taken = calendar::workdays_between(decided, batch.received_on).map_err(outside)?;
        let expected = if taken > LIMIT {
            ("late", ("W602", "", Severity::Warn))
        } else if taken >= LIMIT - 1 {
            ("near-deadline", ("W601", "", Severity::Warn))
        } else {
            return Ok(());
        };
        let field = batch.resource.field(Part::DecisionDate);
        let column = columns.iter().find(|c| c.field == field);
        let at = sheet.header_row() + sheet.lines.len() as u32;
        let value = row.part(Part::DecisionDate).to_owned();
        self.note(at, column, expected.0, expected.1, value);
        Ok(())
    }

    fn note(
        &mut self,
        row: u32,
        column: Option<&Column>,
        defect: &str,
        (code, pattern, severity): (&str, &str, Severity),
        value: String,
    ) {
        self.ledger.push(Entry {
            file: self.file.clone(),
            sheet: self.sheet.clone(),
            row,
            column: column.map(|c| c.header.clone()),
            field: column.and_then(|c| c.field).map(str::to_owned),
            defect: defect.to_owned(),
            code: code.to_owned(),
            pattern: pattern.to_owned(),
            severity,
            value,
            suggestion: None,
            guess: false,
            register: false,
        });
    }
}

/// Counts rows by the worst finding expected on them.
fn count(ledger: &[Entry], rows: u64, header_row: u32) -> FileEntry {
    let mut worst: IndexMap<u32, Severity> = IndexMap::new();
    let mut findings: IndexMap<String, u64> = IndexMap::new();
    for entry in ledger {
        *findings.entry(entry.code.clone()).or_default() += 1;
        // A header or nothing among the rows is no row.
        if entry.row > header_row && !matches!(entry.defect.as_str(), "header-inside" | "blank-row") {
            let at = worst.entry(entry.row).or_insert(entry.severity);
            *at = (*at).max(entry.severity);
        }
    }
    findings.sort_unstable_keys();
    let of = |severity| worst.values().filter(|s| **s == severity).count() as u64;
    let (rejected, warned) = (of(Severity::Reject), of(Severity::Warn));
    FileEntry {
        file: String::new(),
        resource: Resource::LegalEntity,
        org: String::new(),
        org_name: String::new(),
        received_on: NaiveDate::default(),
        format: String::new(),
        encoding: String::new(),
        header_row,
        rows,
        rejected,
        warned,
        passed: rows - rejected - warned,
        items: 0,
        findings,
    }
}
