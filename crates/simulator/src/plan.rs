//! Which files there are (报送计划): who hands in what, when, and how its spreadsheet looks.

use chrono::{Datelike, Days, Months, NaiveDate};
use standards::calendar;

use crate::city::{City, DISTRICT_DIVISIONS, date};
use crate::layout::Layout;
use crate::rng::Rng;
use crate::template::Resource;

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Position in the plan; names the file's random stream.
    pub index: usize,
    /// What it holds.
    pub resource: Resource,
    /// Index of the department that hands it in.
    pub department: usize,
    /// Day on which the department hands it in; the day to check by.
    pub received_on: NaiveDate,
    /// How it looks.
    pub layout: Layout,
    /// The rows: indices of the base library, or running numbers of decisions.
    pub rows: std::ops::Range<usize>,
    /// For base libraries, the district whose rows these are.
    pub district: Option<usize>,
}

/// All files, in the order in which they are handed in.
pub(crate) fn batches(city: &City) -> Vec<Batch> {
    let mut out = Vec::new();
    let begin = city.begin();
    let registrar = department(city, "dept-scjg");
    let police = department(city, "dept-gaj");
    let bureau = department(city, "dept-dsj");
    // First of all the list of authorities, by which the decisions' authorities are judged.
    out.push(Batch {
        index: 0,
        resource: Resource::Authority,
        department: bureau,
        received_on: begin,
        layout: Layout::of(Resource::Authority, bureau),
        rows: 0..city.departments.len(),
        district: None,
    });
    for district in 0..DISTRICT_DIVISIONS.len() {
        for (resource, office, count) in [
            (Resource::LegalEntity, registrar, city.entities.len()),
            (Resource::Person, police, city.persons.len()),
        ] {
            out.push(Batch {
                index: 0,
                resource,
                department: office,
                received_on: begin,
                layout: Layout::of(resource, district),
                rows: 0..count,
                district: Some(district),
            });
        }
    }
    let mut rng = Rng::new(city.options.seed, "plan");
    for (d, department) in city.departments.iter().enumerate() {
        let mut number = 1;
        for resource in resources(department) {
            for month in 0..city.options.months {
                let first = begin + Months::new(month);
                for received_on in hand_in_days(first, city.options.as_of, city.options.scale.size().batches)
                {
                    let mean = city.options.scale.size().rows as i64;
                    let count = rng.between(mean / 2, mean * 3 / 2) as usize;
                    out.push(Batch {
                        index: 0,
                        resource,
                        department: d,
                        received_on,
                        layout: Layout::of(resource, d),
                        rows: number..number + count,
                        district: None,
                    });
                    number += count;
                }
            }
        }
    }
    let rank = |resource| Resource::ALL.iter().position(|r| *r == resource);
    out.sort_by_key(|b| (b.received_on, rank(b.resource), b.department, b.district));
    for (index, batch) in out.iter_mut().enumerate() {
        batch.index = index;
    }
    out
}

fn department(city: &City, code: &str) -> usize {
    city.departments.iter().position(|d| d.org.code == code).unwrap_or(0)
}

/// The resources a department hands in, in its edition.
fn resources(department: &crate::city::Department) -> Vec<Resource> {
    let (licence, penalty) = if department.old_edition {
        (Resource::Licence2016, Resource::Penalty2016)
    } else {
        (Resource::Licence2018, Resource::Penalty2018)
    };
    let mut out = Vec::new();
    if !department.work.licences.is_empty() {
        out.push(licence);
    }
    if !department.work.penalties.is_empty() {
        out.push(penalty);
    }
    out
}

/// Working days spread over a month on which batches are handed in, none after `last`.
fn hand_in_days(first: NaiveDate, last: NaiveDate, count: usize) -> Vec<NaiveDate> {
    let next = date(first.year(), first.month(), 1) + Months::new(1);
    let length = (next - first).num_days() as u64;
    (1..=count as u64)
        .map(|n| first + Days::new(length * n / count as u64 - 1))
        .map(|day| last_working_day(day.min(last)))
        .collect()
}

/// The day itself, or the working day before it. Beyond the published calendar, the day itself.
fn last_working_day(mut day: NaiveDate) -> NaiveDate {
    while let Ok(false) = calendar::is_workday(day) {
        day = day - Days::new(1);
    }
    day
}
