//! A stretch of days (统计期) that a dashboard looks at.

use chrono::{Datelike as _, Days, Months, NaiveDate};

/// From a day to a day, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, not before the first.
    pub to: NaiveDate,
}

/// Beyond this many days an axis shows months.
const DAYS_SHOWN: i64 = 100;

impl Period {
    /// The last `days` days up to `to`.
    #[must_use]
    pub fn last(days: u64, to: NaiveDate) -> Self {
        Self { from: to.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(to), to }
    }

    /// From one day to another, in whichever order they were given.
    #[must_use]
    pub fn between(a: NaiveDate, b: NaiveDate) -> Self {
        Self { from: a.min(b), to: a.max(b) }
    }

    /// Whether it is too long to be shown day by day.
    #[must_use]
    pub fn by_month(&self) -> bool {
        (self.to - self.from).num_days() >= DAYS_SHOWN
    }

    /// Its days, or its months, each as it is written (`2026-01-31`, `2026-01`) with its first and last day.
    #[must_use]
    pub fn spans(&self) -> Vec<(String, Self)> {
        if !self.by_month() {
            let days = self.from.iter_days().take_while(|d| *d <= self.to);
            return days.map(|d| (d.to_string(), Self { from: d, to: d })).collect();
        }
        let mut out = Vec::new();
        let mut first = self.from.with_day(1).unwrap_or(self.from);
        while first <= self.to {
            let Some(next) = first.checked_add_months(Months::new(1)) else { break };
            let last = next.pred_opt().unwrap_or(first);
            let span = Self { from: first.max(self.from), to: last.min(self.to) };
            out.push((first.format("%Y-%m").to_string(), span));
            first = next;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_short_period_is_shown_day_by_day() {
        let week = Period::last(7, day("2026-03-03"));
        assert_eq!(week.from, day("2026-02-25"));
        let spans = week.spans();
        assert_eq!(spans.len(), 7);
        assert_eq!(spans[4].0, "2026-03-01");
        assert_eq!(spans[6].1, Period { from: day("2026-03-03"), to: day("2026-03-03") });
    }

    #[test]
    fn a_long_period_is_shown_by_months_cut_at_its_ends() {
        let year = Period::between(day("2026-06-15"), day("2025-11-20"));
        assert!(year.by_month());
        let spans = year.spans();
        assert_eq!(spans.len(), 8);
        assert_eq!(spans[0], ("2025-11".to_owned(), Period::between(day("2025-11-20"), day("2025-11-30"))));
        assert_eq!(spans[7], ("2026-06".to_owned(), Period::between(day("2026-06-01"), day("2026-06-15"))));
    }
}
