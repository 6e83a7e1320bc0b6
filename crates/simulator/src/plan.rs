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
    let mut lags = LAGS.iter().cycle();
    for (d, department) in city.departments.iter().enumerate() {
        let mut number = 1;
        for resource in resources(department) {
            let days = match (city.options.staggered, lags.next()) {
                (true, Some(lag)) => staggered_days(city, *lag),
                _ => month_days(city),
            };
            for received_on in days {
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

/// Days by which the newest file of one department and resource lies behind the last day of the history, one after the other.
/// Of what is promised every 31 days most has come, some is due in a few days or on the day, and some is late.
const LAGS: [u64; 17] = [0, 2, 5, 1, 34, 8, 0, 12, 3, 29, 6, 1, 45, 4, 9, 31, 10];

/// The days on which a department that is `lag` days behind has handed in, oldest first. The newest is the very day, so
/// that what is due does not depend on the weekday; those before it are working days.
fn staggered_days(city: &City, lag: u64) -> Vec<NaiveDate> {
    let apart = (30 / city.options.scale.size().batches as u64).max(1);
    let newest = city.options.as_of - Days::new(lag);
    let mut days: Vec<NaiveDate> = (1..)
        .map(|n| last_working_day(newest - Days::new(n * apart)))
        .take_while(|day| *day > city.begin())
        .collect();
    days.reverse();
    days.push(newest.max(city.begin()));
    days
}

/// The days of every month on which everybody hands in.
fn month_days(city: &City) -> Vec<NaiveDate> {
    let firsts = (0..city.options.months).map(|month| city.begin() + Months::new(month));
    let count = city.options.scale.size().batches;
    firsts.flat_map(|first| hand_in_days(first, city.options.as_of, count)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Options, Scale};

    fn files(today: NaiveDate) -> Vec<(Resource, usize, Option<usize>, NaiveDate)> {
        let city = City::with(Options::alive_on(1, Scale::Tiny, today));
        batches(&city).iter().map(|b| (b.resource, b.department, b.district, b.received_on)).collect()
    }

    #[test]
    fn a_city_that_is_alive_handed_in_last_on_the_day_and_no_file_takes_the_place_of_another() {
        // The first day of a month, a Sunday, the days around the National Day and the Spring Festival.
        for today in [(2026, 11, 1), (2026, 11, 22), (2026, 10, 9), (2026, 2, 24), (2024, 2, 29)] {
            let today = date(today.0, today.1, today.2);
            let files = files(today);
            assert_eq!(files.iter().map(|f| f.3).max(), Some(today));
            let distinct: std::collections::HashSet<_> = files.iter().collect();
            assert_eq!(distinct.len(), files.len(), "{today}");
            let newest = |f: &(Resource, usize, Option<usize>, NaiveDate)| {
                files.iter().filter(|o| (o.0, o.1) == (f.0, f.1)).map(|o| o.3).max()
            };
            let base = [Resource::Authority, Resource::LegalEntity, Resource::Person];
            let decisions = files.iter().filter(|f| !base.contains(&f.0));
            let ages: std::collections::BTreeMap<_, i64> = decisions
                .filter_map(|f| Some(((f.0.code(), f.1), (today - newest(f)?).num_days())))
                .collect();
            let of = |from, to| ages.values().filter(|a| (from..=to).contains(*a)).count();
            let (done, due, late) = (of(0, 28), of(29, 31), of(32, 60));
            assert!(done > due + late && due > 0 && late > 0, "{today}: {done} {due} {late}");
        }
    }

    #[test]
    fn beyond_the_published_calendar_the_history_ends_on_its_last_day() {
        let files = files(date(2027, 1, 15));
        assert_eq!(files.iter().map(|f| f.3).max(), Some(calendar::last_day()));
    }
}
