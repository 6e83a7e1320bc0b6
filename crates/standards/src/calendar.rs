//! The working-day calendar (工作日历), 2004–2026.
//!
//! A day is a working day when it is a Monday to Friday and no holiday, or a weekend day worked in exchange (调休).
//! The State Council publishes each year in the autumn before, so nothing can be known beyond the last published
//! year: asking there is an error, not a guess.

use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate, Weekday};
use thiserror::Error;

/// `YYYY off MMDD …` and `YYYY work MMDD …`, two lines a year.
const DATA: &str = include_str!("../data/workdays.txt");

/// The question reaches beyond the published calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the working-day calendar covers {first} to {last}; {date} lies outside")]
pub struct OutsideCalendar {
    /// The day asked for, or the first day needed that is not covered.
    pub date: NaiveDate,
    /// First day covered.
    pub first: NaiveDate,
    /// Last day covered.
    pub last: NaiveDate,
}

struct Calendar {
    first: NaiveDate,
    last: NaiveDate,
    /// For each day since `first`: number of working days from `first` up to and including it.
    count: Vec<u32>,
    /// Every working day in order.
    workdays: Vec<NaiveDate>,
}

fn calendar() -> &'static Calendar {
    static CALENDAR: OnceLock<Calendar> = OnceLock::new();
    CALENDAR.get_or_init(|| {
        let mut years = Vec::new();
        let mut exceptions = std::collections::HashSet::new();
        for line in DATA.lines().filter(|l| !l.starts_with('#')) {
            let mut words = line.split_ascii_whitespace();
            let Some(year) = words.next().and_then(|y| y.parse::<i32>().ok()) else { continue };
            years.push(year);
            for day in words.skip(1).filter_map(|w| w.parse::<u32>().ok()) {
                exceptions.extend(NaiveDate::from_ymd_opt(year, day / 100, day % 100));
            }
        }
        let day = |year: Option<&i32>, month, day| {
            year.and_then(|y| NaiveDate::from_ymd_opt(*y, month, day)).unwrap_or_default()
        };
        let first = day(years.iter().min(), 1, 1);
        let last = day(years.iter().max(), 12, 31);
        let mut count = Vec::new();
        let mut workdays = Vec::new();
        for date in first.iter_days().take_while(|d| *d <= last) {
            let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            // `off` lists only weekdays and `work` only weekend days, so an exception always turns the rule round.
            if weekend == exceptions.contains(&date) {
                workdays.push(date);
            }
            count.push(workdays.len() as u32);
        }
        Calendar { first, last, count, workdays }
    })
}

impl Calendar {
    fn outside(&self, date: NaiveDate) -> OutsideCalendar {
        OutsideCalendar { date, first: self.first, last: self.last }
    }

    /// Number of working days from the first day covered up to and including `date`.
    fn count(&self, date: NaiveDate) -> Result<u32, OutsideCalendar> {
        usize::try_from((date - self.first).num_days())
            .ok()
            .and_then(|i| self.count.get(i))
            .copied()
            .ok_or_else(|| self.outside(date))
    }
}

/// First day of the published calendar.
#[must_use]
pub fn first_day() -> NaiveDate {
    calendar().first
}

/// Last day of the published calendar.
#[must_use]
pub fn last_day() -> NaiveDate {
    calendar().last
}

/// Whether `date` is a working day.
///
/// # Errors
/// [`OutsideCalendar`] when no calendar has been published for that day.
pub fn is_workday(date: NaiveDate) -> Result<bool, OutsideCalendar> {
    let calendar = calendar();
    let count = calendar.count(date)? as usize;
    Ok(count > 0 && calendar.workdays.get(count - 1) == Some(&date))
}

/// The `n`th working day after `date`. `date` itself is not counted, working day or not; `n` = 0 gives `date`.
///
/// So a decision's reporting deadline (发改办财金〔2018〕424号: within 7 working days) is `add_workdays(decision, 7)`, to
/// the end of that day in Beijing.
///
/// # Errors
/// [`OutsideCalendar`] when `date` or the answer is not covered.
pub fn add_workdays(date: NaiveDate, n: u32) -> Result<NaiveDate, OutsideCalendar> {
    let calendar = calendar();
    let before = calendar.count(date)?;
    if n == 0 {
        return Ok(date);
    }
    let index = before as usize + n as usize - 1;
    calendar
        .workdays
        .get(index)
        .copied()
        .ok_or_else(|| calendar.outside(calendar.last.succ_opt().unwrap_or(calendar.last)))
}

/// Number of working days after `from` up to and including `to`; negative when `to` lies before `from`. It undoes
/// [`add_workdays`]: `workdays_between(d, add_workdays(d, n)) == n`.
///
/// # Errors
/// [`OutsideCalendar`] when either day is not covered.
pub fn workdays_between(from: NaiveDate, to: NaiveDate) -> Result<i64, OutsideCalendar> {
    let calendar = calendar();
    Ok(i64::from(calendar.count(to)?) - i64::from(calendar.count(from)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn reporting_deadlines_of_seven_working_days() {
        for (decision, deadline) in [
            ("2020-09-29", "2020-10-15"),
            ("2021-02-08", "2021-02-23"),
            ("2024-02-08", "2024-02-23"),
            ("2024-09-27", "2024-10-12"),
            ("2025-01-24", "2025-02-10"),
            ("2025-09-26", "2025-10-13"),
            ("2026-02-13", "2026-03-02"),
            ("2020-10-08", "2020-10-16"),
            ("2026-04-30", "2026-05-13"),
            ("2026-02-14", "2026-03-03"),
        ] {
            assert_eq!(add_workdays(d(decision), 7), Ok(d(deadline)), "{decision}");
        }
        assert_eq!(add_workdays(d("2024-02-08"), 10), Ok(d("2024-02-28")));
        assert_eq!(add_workdays(d("2025-09-26"), 20), Ok(d("2025-10-30")));
    }

    #[test]
    fn working_days_of_each_year() {
        let totals = [
            (2004, 252),
            (2005, 250),
            (2006, 251),
            (2007, 249),
            (2008, 251),
            (2009, 250),
            (2010, 250),
            (2011, 250),
            (2012, 249),
            (2013, 250),
            (2014, 250),
            (2015, 249),
            (2016, 250),
            (2017, 249),
            (2018, 250),
            (2019, 250),
            (2020, 249),
            (2021, 250),
            (2022, 249),
            (2023, 249),
            (2024, 251),
            (2025, 248),
            (2026, 248),
        ];
        for (year, total) in totals {
            let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days();
            let counted = days.take_while(|d| d.year() == year).filter(|d| is_workday(*d).unwrap()).count();
            assert_eq!(counted, total, "{year}");
        }
    }

    #[test]
    fn every_exception_turns_the_weekday_rule_round() {
        for line in DATA.lines().filter(|l| !l.starts_with('#')) {
            let words: Vec<_> = line.split_ascii_whitespace().collect();
            let off = match words[1] {
                "off" => true,
                "work" => false,
                other => panic!("unknown kind {other}"),
            };
            for day in &words[2..] {
                let date = d(&format!("{}-{}-{}", words[0], &day[..2], &day[2..]));
                let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
                assert_eq!(weekend, !off, "{date}");
                assert_eq!(is_workday(date), Ok(!off), "{date}");
            }
        }
    }

    #[test]
    fn beyond_the_published_calendar_is_an_error() {
        assert_eq!((first_day(), last_day()), (d("2004-01-01"), d("2026-12-31")));
        for outside in ["2003-12-31", "2027-01-01"] {
            assert_eq!(is_workday(d(outside)).unwrap_err().date, d(outside));
            assert!(add_workdays(d(outside), 0).is_err());
        }
        assert!(is_workday(d("2026-12-31")).unwrap());
        assert!(add_workdays(d("2026-12-31"), 1).is_err());
        assert!(add_workdays(d("2026-12-31"), u32::MAX).is_err());
        assert!(workdays_between(d("2026-12-31"), d("2027-01-01")).is_err());
        assert!(workdays_between(NaiveDate::MIN, NaiveDate::MAX).is_err());
    }

    proptest! {
        #[test]
        fn counting_undoes_adding(offset in 0u64..7700, n in 1u32..400) {
            let from = first_day() + chrono::Days::new(offset);
            let to = add_workdays(from, n).unwrap();
            prop_assert_eq!(workdays_between(from, to), Ok(i64::from(n)));
            prop_assert_eq!(workdays_between(to, from), Ok(-i64::from(n)));
            prop_assert_eq!(is_workday(to), Ok(true));
            prop_assert_eq!(add_workdays(from, 0), Ok(from));
        }
    }
}
