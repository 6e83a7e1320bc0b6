//! Calendar days (日期).

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, Date32Builder};

use super::super::codes as code;
use super::super::hit::Hit;
use super::{Column, FieldCheck, Shared};
use crate::typed::dates::{self, DateRead};

/// Settings of the field, as days from 1970-01-01.
pub(super) struct DateCheck {
    min: Option<i32>,
    not_after: Option<i32>,
}

/// The day that is meant when letters stand in the place of digits: `2O20/O9/29`.
fn with_digits(v: &str) -> Option<i32> {
    let digits: String = v
        .chars()
        .map(|c| match c {
            'O' | 'o' => '0',
            'I' | 'l' => '1',
            c => c,
        })
        .collect();
    match dates::read(&digits) {
        DateRead::Good(day) if digits != v => Some(day),
        _ => None,
    }
}

/// What people write for 长期, which the standards write as 2099/12/31.
const LONG_TERM: [&str; 7] = ["长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限", "永续"];
const LONG_TERM_DAY: &str = "2099/12/31";

/// A day that came as a count of days or seconds.
fn counted(hit: Hit, pattern: &'static str, day: i32) -> Hit {
    let d = dates::write(day);
    hit.pattern(pattern).param("d", &d).suggest(d)
}

impl DateCheck {
    pub(super) fn new(min: Option<NaiveDate>, not_future: bool, shared: &Shared) -> Self {
        let today = shared.today;
        Self { min: min.map(dates::from_date), not_after: not_future.then(|| dates::from_date(today)) }
    }

    pub(super) fn run(&self, field: &FieldCheck, column: &Column<'_>, hits: &mut Vec<Hit>) -> ArrayRef {
        let mut days = Date32Builder::with_capacity(column.cells.len());
        field.each(column, hits, |row, cell, hits| {
            let Some(v) = cell else { return days.append_null() };
            let day = match dates::read(v) {
                DateRead::Good(day) => Some(day),
                other => self.explain(field, row, v, other, hits),
            };
            if let Some(day) = day {
                self.judge_range(field, row, v, day, hits);
            }
            days.append_option(day);
        });
        Arc::new(days.finish())
    }

    #[inline]
    fn judge_range(&self, field: &FieldCheck, row: usize, v: &str, day: i32, hits: &mut Vec<Hit>) {
        if let Some(limit) = self.not_after
            && day > limit
        {
            hits.push(field.hit(row, code::DATE_FUTURE, v));
        } else if let Some(min) = self.min
            && day < min
        {
            hits.push(field.hit(row, code::DATE_TOO_EARLY, v).param("m", dates::write(min)));
        }
    }

    #[cold]
    fn explain(
        &self,
        field: &FieldCheck,
        row: usize,
        v: &str,
        read: DateRead,
        hits: &mut Vec<Hit>,
    ) -> Option<i32> {
        let (hit, day) = match read {
            DateRead::Good(day) => return Some(day),
            DateRead::Folded(day, how) => {
                (field.folded(row, v, &dates::write(day), how.pattern()), Some(day))
            }
            DateRead::English(day) => (field.folded(row, v, &dates::write(day), "english-date"), Some(day)),
            DateRead::Numerals(day) => {
                (field.folded(row, v, &dates::write(day), "chinese-numerals"), Some(day))
            }
            DateRead::OtherZone(day) => (field.folded(row, v, &dates::write(day), "date-words"), Some(day)),
            DateRead::Serial(day) => {
                (counted(field.hit(row, code::DATE_SERIAL, v), "excel-serial", day), Some(day))
            }
            DateRead::Milliseconds(day) => {
                (counted(field.hit(row, code::DATE_SERIAL, v), "epoch-milliseconds", day), Some(day))
            }
            DateRead::Seconds(day) => {
                (counted(field.hit(row, code::DATE_SERIAL, v), "epoch-seconds", day), Some(day))
            }
            DateRead::DayFirst(day) => (
                field.hit(row, code::DATE_UNREADABLE, v).pattern("day-first").suggest(dates::write(day)),
                None,
            ),
            // Which of the two was meant, only the sender knows: no suggestion that a whole group would take over.
            DateRead::DayOrMonth(a, b) => (
                field
                    .hit(row, code::DATE_UNREADABLE, v)
                    .pattern("day-or-month")
                    .param("a", dates::write(a))
                    .param("b", dates::write(b)),
                None,
            ),
            DateRead::TwoDigitYear(y) => {
                let hit = field
                    .hit(row, code::DATE_TWO_DIGITS, v)
                    .pattern("two-digit-year")
                    .param("y", format!("{y:02}"));
                (self.guess_century(hit, v, y), None)
            }
            DateRead::NoSuchDay => (field.hit(row, code::DATE_UNREADABLE, v).pattern("no-such-day"), None),
            DateRead::NoDay => (field.hit(row, code::DATE_UNREADABLE, v).pattern("month-only"), None),
            DateRead::Unreadable => {
                if LONG_TERM.contains(&v.trim()) && self.not_after.is_none() {
                    let day = dates::days(2099, 12, 31);
                    (field.folded(row, v, LONG_TERM_DAY, "long-term"), day)
                } else {
                    let hit = field.hit(row, code::DATE_UNREADABLE, v);
                    (
                        match with_digits(v) {
                            Some(day) => hit.pattern("letter-o").suggest(dates::write(day)),
                            None => hit,
                        },
                        None,
                    )
                }
            }
        };
        hits.push(hit);
        day
    }

    /// Where the field takes no future day, a year that would lie ahead belongs to the last century.
    fn guess_century(&self, mut hit: Hit, v: &str, y: u8) -> Hit {
        let read = |century: &str| {
            let digits = v.trim_start_matches(|c: char| !c.is_ascii_digit());
            let rest = digits.get(2..).unwrap_or_default();
            let whole = format!("{century}{y:02}{rest}");
            match dates::read(&whole) {
                DateRead::Good(day) | DateRead::Folded(day, _) => Some(day),
                _ => None,
            }
        };
        let ok = |day: &i32| self.not_after.is_none_or(|l| *day <= l) && self.min.is_none_or(|m| *day >= m);
        let (this, last) = (read("20").filter(ok), read("19").filter(ok));
        match (this, last) {
            (Some(day), None) | (None, Some(day)) => hit.suggestion = Some(dates::write(day)),
            // Both can be; records of this platform are mostly of this century, so it is offered first.
            (Some(this), Some(last)) => {
                hit.suggestion = Some(dates::write(this));
                hit.alternatives = vec![dates::write(last)];
                hit.ambiguous = true;
            }
            (None, None) => {}
        }
        hit
    }
}
