//! Administrative divisions (行政区划, GB/T 2260) to the six-digit level, with their validity over time.
//!
//! The data are year-accurate: dated editions tell between which of them a code came or went, and every answer takes
//! the widest span they allow, so that a code is never called expired by guess. Changes after [`LAST_EDITION`] are not
//! in the table; a code it does not know deserves a warning, no rejection.

use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};

const DATA: &str = include_str!("../data/divisions.tsv");

/// Day up to which the table follows the changes.
pub const LAST_EDITION: &str = "2023-06-30";

/// One code under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Six digits.
    pub code: &'static str,
    /// Name of this level alone, e.g. `芝罘区`; see [`full_name`].
    pub name: &'static str,
    /// First year; 1980 means 1980 or earlier.
    pub from: i32,
    /// Year in which the code or its name ended; `None` while in force.
    pub until: Option<i32>,
    /// Whether the code is a statistical zone (统计用功能区, e.g. `370671`), which GB/T 2260 does not have.
    pub statistical: bool,
    /// The code that took over the name, where exactly one did.
    pub successor: Option<&'static str>,
}

impl Division {
    fn covers(&self, year: i32) -> bool {
        self.from <= year && self.until.is_none_or(|until| year <= until)
    }

    fn is_county(&self) -> bool {
        // 市辖区 and 县 are headings of the code system, no places with a government.
        !self.code.ends_with("00") && !matches!(self.name, "市辖区" | "县")
    }
}

/// What the table says of a code on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In force under this name.
    Known(&'static Division),
    /// Came later; the first entry.
    NotYet(&'static Division),
    /// Was in force and is no more; the last entry, which may name a successor.
    Expired(&'static Division),
    /// Never in the table.
    Unknown,
}

struct Table {
    /// All entries in order of code and time.
    entries: Vec<Division>,
    /// For each six-digit number the place of its first entry, from 1; 0 where there is none. Two megabytes, so that a
    /// look-up in a column of millions costs one read.
    first: Vec<u16>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let entries: Vec<Division> = DATA.lines().filter_map(entry).collect();
        let mut first = vec![0; 1_000_000];
        for (i, division) in entries.iter().enumerate().rev() {
            if let Some(slot) = key(division.code).and_then(|k| first.get_mut(k)) {
                *slot = u16::try_from(i + 1).unwrap_or_default();
            }
        }
        Table { entries, first }
    })
}

/// A line of the table; comments give `None`.
fn entry(line: &'static str) -> Option<Division> {
    let mut cells = line.split('\t');
    let code = cells.next().filter(|c| key(c).is_some())?;
    let name = cells.next()?;
    let from = cells.next()?.parse().ok()?;
    let until = cells.next()?.parse().ok();
    let statistical = cells.next()? == "s";
    let successor = cells.next().filter(|c| !c.is_empty());
    Some(Division { code, name, from, until, statistical, successor })
}

/// Six digits as a number.
fn key(code: &str) -> Option<usize> {
    let digits = <&[u8; 6]>::try_from(code.as_bytes()).ok()?;
    digits.iter().try_fold(0, |n, d| d.is_ascii_digit().then(|| n * 10 + usize::from(d - b'0')))
}

/// Every entry of a code, oldest first; empty when it was never in the table.
#[must_use]
pub fn history(code: &str) -> &'static [Division] {
    let table = table();
    let Some(start) = key(code).and_then(|k| usize::from(table.first[k]).checked_sub(1)) else { return &[] };
    let entries = &table.entries[start..];
    let n = entries.iter().take_while(|d| d.code == code).count();
    &entries[..n]
}

/// What the table says of a six-digit code on a day.
#[must_use]
pub fn lookup(code: &str, on: NaiveDate) -> Standing {
    let history = history(code);
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return Standing::Unknown };
    // In the year of a change both names cover the day; the later one is shown.
    if let Some(division) = history.iter().rev().find(|d| d.covers(on.year())) {
        Standing::Known(division)
    } else if on.year() < first.from {
        Standing::NotYet(first)
    } else {
        Standing::Expired(last)
    }
}

/// Whether a code was in force at any time in `year` or later.
#[must_use]
pub fn ever_valid_since(code: &str, year: i32) -> bool {
    history(code).last().is_some_and(|d| d.until.is_none_or(|until| year <= until))
}

/// The entry in force at the last edition, if the code is.
#[must_use]
pub fn current(code: &str) -> Option<&'static Division> {
    history(code).last().filter(|d| d.until.is_none())
}

/// The name with those of the levels above, e.g. `山东省烟台市芝罘区`, each the latest the table has. `None` for a code
/// never in the table. Levels that are mere headings (市辖区, 省直辖县级行政区划) are left out.
#[must_use]
pub fn full_name(code: &str) -> Option<String> {
    let name = history(code).last()?.name;
    let mut full = String::new();
    for above in [format!("{}0000", &code[..2]), format!("{}00", &code[..4])] {
        if above != code
            && let Some(division) = history(&above).last()
            && !division.name.contains("直辖")
            && !matches!(division.name, "市辖区" | "县")
        {
            full.push_str(division.name);
        }
    }
    full.push_str(name);
    Some(full)
}

/// The provinces in force.
#[must_use]
pub fn provinces() -> Vec<&'static Division> {
    in_force("").filter(|d| d.code.ends_with("0000") && d.code != "100000" && d.code != "830000").collect()
}

/// The prefectures in force of a province given by its first two digits or its whole code.
#[must_use]
pub fn prefectures(province: &str) -> Vec<&'static Division> {
    let Some(stem) = province.get(..2) else { return Vec::new() };
    in_force(stem).filter(|d| d.code.ends_with("00") && !d.code.ends_with("0000")).collect()
}

/// The counties, districts, county-level cities and statistical zones in force of a prefecture given by its first four
/// digits or its whole code. Empty for a city without counties such as Dongguan (`4419`).
#[must_use]
pub fn counties(prefecture: &str) -> Vec<&'static Division> {
    let Some(stem) = prefecture.get(..4) else { return Vec::new() };
    in_force(stem).filter(|d| d.is_county()).collect()
}

/// Entries in force whose code begins with `stem`.
fn in_force(stem: &str) -> impl Iterator<Item = &'static Division> {
    let entries = &table().entries;
    let start = entries.partition_point(|d| d.code < stem);
    entries[start..].iter().take_while(move |d| d.code.starts_with(stem)).filter(|d| d.until.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 7, 1).unwrap()
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = DATA.lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(table().entries.len(), lines);
        assert!(lines > 7000);
        assert!(table().entries.is_sorted_by_key(|d| d.code));
        for d in &table().entries {
            assert!(d.from >= 1980 && d.until.is_none_or(|u| u >= d.from && u <= 2023), "{d:?}");
            if let Some(next) = d.successor {
                assert!(!history(next).is_empty(), "{d:?}");
                assert_eq!(next[..2], d.code[..2], "a name stays in its province: {d:?}");
            }
        }
    }

    #[test]
    fn a_code_by_day() {
        let name = |code, year| match lookup(code, on(year)) {
            Standing::Known(d) => d.name,
            Standing::NotYet(_) => "not yet",
            Standing::Expired(_) => "expired",
            Standing::Unknown => "unknown",
        };
        assert_eq!(name("370602", 2026), "芝罘区");
        assert_eq!(name("370602", 1981), "not yet");
        assert_eq!(name("110221", 1990), "昌平县");
        assert_eq!(name("110221", 2026), "expired");
        assert_eq!(name("320602", 1985), "城区");
        assert_eq!(name("320602", 2000), "崇川区");
        assert_eq!(name("370671", 2020), "烟台高新技术产业开发区");
        assert_eq!(name("370699", 2020), "unknown");
        for malformed in ["", "37", "37060", "3706020", "37060a", "芝罘"] {
            assert_eq!(lookup(malformed, on(2026)), Standing::Unknown);
        }
    }

    #[test]
    fn successors_and_kinds() {
        assert_eq!(history("110221").last().unwrap().successor, Some("110114"));
        assert_eq!(history("371200").last().unwrap().successor, Some("370116"));
        assert!(current("370671").unwrap().statistical);
        assert!(!current("370602").unwrap().statistical);
        assert!(current("110221").is_none());
    }

    #[test]
    fn validity_since_a_year() {
        assert!(ever_valid_since("110221", 1984) && ever_valid_since("110221", 1999));
        assert!(!ever_valid_since("110221", 2000));
        assert!(ever_valid_since("370602", 2026));
        assert!(!ever_valid_since("999999", 1984));
    }

    #[test]
    fn the_five_cities_have_the_counties_of_the_statistics_bureau() {
        let count = |city: &str| counties(city).len();
        assert_eq!((count("3714"), count("3309"), count("4104"), count("3706")), (12, 4, 12, 13));
        assert_eq!(count("441900"), 0);
        assert_eq!(full_name("370602").as_deref(), Some("山东省烟台市芝罘区"));
        assert_eq!(full_name("110101").as_deref(), Some("北京市东城区"));
        assert_eq!(full_name("441900").as_deref(), Some("广东省东莞市"));
        assert_eq!(full_name("370699"), None);
    }

    #[test]
    fn the_upper_levels() {
        assert_eq!(provinces().len(), 34);
        assert!(prefectures("37").iter().any(|d| d.name == "烟台市"));
        assert_eq!(prefectures("370000").len(), 16);
        assert!(prefectures("3").is_empty() && counties("37").is_empty() && counties("烟台").is_empty());
    }
}
