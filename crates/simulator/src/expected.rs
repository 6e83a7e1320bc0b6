//! What the approval platform knows (应报清单): each week it lists the decisions taken in the departments connected to it. A few of
//! them their department never hands in.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use indexmap::IndexMap;
use kernel::Result;
use standards::calendar;

use crate::batch::outside;
use crate::city::{City, Org};
use crate::items;
use crate::layout::Format;
use crate::ledger::{Decision, FileEntry};
use crate::records::{self, Maker, Row, Subject};
use crate::rng::Rng;
use crate::sheet::{Cell, Sheet};
use crate::template::{Part, Resource};

/// How likely it is that a department forgets a decision in a week.
const FORGETS: f64 = 0.15;
/// Numbers of the decisions that nobody hands in begin here, far above those that are.
const FIRST_FORGOTTEN: usize = 90_001;

/// The decisions of the departments connected to the approval platform, as they are learned file by file.
#[derive(Default)]
pub(crate) struct Known {
    lists: BTreeMap<(NaiveDate, Resource), Vec<Row>>,
}

/// One list, ready to be handed in.
pub(crate) struct List {
    pub entry: FileEntry,
    pub bytes: Vec<u8>,
    /// Those in it that their department never hands in.
    pub forgotten: Vec<Decision>,
}

impl Known {
    /// Learns of a decision as it ought to be.
    ///
    /// # Errors
    /// `calendar-missing` when a day lies outside the published calendar.
    pub fn learn(&mut self, city: &City, department: usize, row: &Row) -> Result<()> {
        if let (true, Some(decided)) = (listed(city, department, row), row.decided) {
            let day = list_day(decided, city.options.as_of)?;
            self.lists.entry((day, row.resource)).or_default().push(row.clone());
        }
        Ok(())
    }

    /// The lists in the order of their days.
    ///
    /// # Errors
    /// `calendar-missing` when a day lies outside the published calendar.
    pub fn lists(mut self, city: &City) -> Result<Vec<List>> {
        let mut forgotten: BTreeMap<(NaiveDate, Resource), Vec<(usize, Row)>> = BTreeMap::new();
        let weeks: Vec<(NaiveDate, Resource)> = self.lists.keys().copied().collect();
        let mut rng = Rng::new(city.options.seed, "forgotten");
        let mut number = FIRST_FORGOTTEN;
        for (day, resource) in weeks {
            for (d, department) in city.departments.iter().enumerate() {
                let decides = match resource {
                    Resource::Penalty2018 => !department.work.penalties.is_empty(),
                    _ => !department.work.licences.is_empty(),
                };
                if !(connected(city, d) && decides && rng.chance(FORGETS)) {
                    continue;
                }
                let mut maker = Maker { city, department, rng: &mut rng, number };
                let row = match resource {
                    Resource::Penalty2018 => records::penalty(&mut maker, resource, day),
                    _ => records::licence(&mut maker, resource, day),
                };
                if listed(city, d, &row) {
                    number += 1;
                    forgotten.entry((day, resource)).or_default().push((d, row));
                }
            }
        }
        let bureau = city.departments.iter().find(|d| d.org.code == "dept-dsj");
        let Some(bureau) = bureau else { return Ok(Vec::new()) };
        std::mem::take(&mut self.lists)
            .into_iter()
            .map(|(key, rows)| {
                list(city, &bureau.org, key, &rows, &forgotten.remove(&key).unwrap_or_default())
            })
            .collect()
    }
}

/// Every third department has its approvals on the city's platform.
fn connected(city: &City, department: usize) -> bool {
    department.is_multiple_of(3) && !city.departments[department].old_edition
}

/// Whether the platform lists a decision: it knows firms by their code.
fn listed(city: &City, department: usize, row: &Row) -> bool {
    let edition = matches!(row.resource, Resource::Licence2018 | Resource::Penalty2018);
    edition && connected(city, department) && matches!(row.subject, Subject::Entity(_))
}

/// The last working day of the week of a decision, or the last day of the history.
pub(crate) fn list_day(decided: NaiveDate, last: NaiveDate) -> Result<NaiveDate> {
    let mut day = decided + Days::new(6 - u64::from(decided.weekday().num_days_from_monday()));
    while day > decided && !calendar::is_workday(day.min(calendar::last_day())).map_err(outside)? {
        day = day - Days::new(1);
    }
    Ok(day.min(last))
}

fn list(
    city: &City,
    bureau: &crate::city::Org,
    (day, resource): (NaiveDate, Resource),
    rows: &[Row],
    forgotten: &[(usize, Row)],
) -> Result<List> {
    let listed = match resource {
        Resource::Penalty2018 => Resource::ExpectedPenalties,
        _ => Resource::ExpectedLicences,
    };
    let mut sheet = Sheet {
        name: listed.title().to_owned(),
        titles: Vec::new(),
        header: listed.fields().iter().map(|(_, label)| (*label).to_owned()).collect(),
        lines: Vec::with_capacity(rows.len() + forgotten.len()),
    };
    let line =
        |row: &Row| listed.fields().iter().map(|(field, _)| Cell::Text(row.get(field).to_owned())).collect();
    sheet.lines.extend(rows.iter().map(line));
    let file = format!("{day}_{}_{}.csv", bureau.name, listed.title());
    let mut decisions = Vec::with_capacity(forgotten.len());
    for (department, row) in forgotten {
        sheet.lines.push(line(row));
        decisions.push(Decision {
            file: file.clone(),
            row: sheet.header_row() + sheet.lines.len() as u32,
            resource,
            org: city.departments[*department].org.code.clone(),
            document: row.part(Part::Document).to_owned(),
            decided: day,
            received_on: None,
            items: items::of_row(row)?,
            rejected: false,
            mended_on: None,
            truth: IndexMap::new(),
        });
    }
    let (entry, bytes) = handed_in((file, listed), bureau, day, &sheet)?;
    Ok(List { entry, bytes, forgotten: decisions })
}

/// A list as an office hands it in, with its bytes: every line of it passes.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn handed_in(
    (file, resource): (String, Resource),
    office: &Org,
    day: NaiveDate,
    sheet: &Sheet,
) -> Result<(FileEntry, Vec<u8>)> {
    let count = sheet.lines.len() as u64;
    let mut items = 0;
    for line in &sheet.lines {
        let cell = |field: &str| match resource.position(field).and_then(|at| line.get(at)) {
            Some(Cell::Text(text)) => text.as_str(),
            _ => "",
        };
        items += items::of(resource, cell)?;
    }
    let entry = FileEntry {
        file,
        resource,
        org: office.code.clone(),
        org_name: office.name.clone(),
        received_on: day,
        format: Format::CsvUtf8Bom.ending().to_owned(),
        encoding: Format::CsvUtf8Bom.encoding().to_owned(),
        header_row: sheet.header_row(),
        rows: count,
        rejected: 0,
        warned: 0,
        passed: count,
        items,
        findings: IndexMap::new(),
    };
    Ok((entry, sheet.bytes(Format::CsvUtf8Bom, false)?))
}
