//! Periods (考核周期): a stretch of days whose scores are shown to the departments first and then frozen.

use std::str::FromStr;

use chrono::{Datelike as _, Months, NaiveDate};
use kernel::Error;
use serde::{Deserialize, Serialize};

/// First and last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// Longest stretch of days that is judged at once.
const LONGEST: i64 = 366 * 5;

impl Span {
    /// The days between two, both included.
    ///
    /// # Errors
    /// `period-days` when they are not in order or more than five years apart.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Error> {
        if from > to || (to - from).num_days() > LONGEST {
            return Err(Error::bad_input(
                "period-days",
                "开始日期应不晚于结束日期，且相距不超过五年。",
                "The first day must not be after the last, and they must lie within five years.",
            ));
        }
        Ok(Self { from, to })
    }

    /// The month in which a day lies.
    #[must_use]
    pub fn month_of(day: NaiveDate) -> Self {
        let from = day.with_day(1).unwrap_or(day);
        let next = from.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
        Self { from, to: next.pred_opt().unwrap_or(from) }
    }

    /// Whether both judge some of the same days. Whole months within a quarter or a year are judged apart on purpose.
    #[must_use]
    pub fn clashes(self, other: Self) -> bool {
        let holds = |a: Self, b: Self| a.from <= b.from && b.to <= a.to;
        let nested = self != other && (holds(self, other) || holds(other, self));
        let overlap = self.from <= other.to && other.from <= self.to;
        overlap && !(nested && self.of_months() && other.of_months())
    }

    /// Whether it is made of whole months.
    fn of_months(self) -> bool {
        self.from.day() == 1 && self.to.succ_opt().is_some_and(|next| next.day() == 1)
    }

    /// The stretch before: the month, quarter or year before where it is one, else as many days before.
    #[must_use]
    pub fn before(self) -> Self {
        let last = self.from.pred_opt().unwrap_or(self.from);
        let next = self.to.succ_opt().unwrap_or(self.to);
        if self.from.day() == 1 && next.day() == 1 {
            let months = (next.year() - self.from.year()) * 12 + next.month0().cast_signed()
                - self.from.month0().cast_signed();
            let months = Months::new(u32::try_from(months).unwrap_or(1));
            return Self { from: self.from.checked_sub_months(months).unwrap_or(self.from), to: last };
        }
        Self { from: self.from - (self.to - self.from) - chrono::TimeDelta::days(1), to: last }
    }
}

/// Where a period stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodState {
    /// 征求意见: the departments see their draft scores and may object.
    Draft,
    /// 已公布: frozen for good.
    Published,
}

impl PeriodState {
    /// The stored name, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }
}

impl FromStr for PeriodState {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        [Self::Draft, Self::Published]
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or_else(|| Error::internal(format!("period state {name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        Span::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_stretch_before_is_of_the_same_kind() {
        assert_eq!(span("2026-03-01", "2026-03-31").before(), span("2026-02-01", "2026-02-28"));
        assert_eq!(span("2026-01-01", "2026-03-31").before(), span("2025-10-01", "2025-12-31"));
        assert_eq!(span("2026-01-01", "2026-12-31").before(), span("2025-01-01", "2025-12-31"));
        assert_eq!(span("2026-03-05", "2026-03-11").before(), span("2026-02-26", "2026-03-04"));
        assert_eq!(Span::month_of("2024-02-10".parse().unwrap()), span("2024-02-01", "2024-02-29"));
    }

    #[test]
    fn days_judged_twice_are_told_but_not_the_months_of_a_quarter() {
        let january = span("2026-01-01", "2026-01-31");
        for (from, to, clashes) in [
            ("2026-01-01", "2026-01-31", true),
            ("2026-01-15", "2026-02-14", true),
            ("2026-01-01", "2026-01-15", true),
            ("2026-01-31", "2026-03-31", true),
            ("2026-01-01", "2026-03-31", false),
            ("2026-01-01", "2026-12-31", false),
            ("2026-02-01", "2026-02-28", false),
        ] {
            let other = span(from, to);
            assert_eq!((january.clashes(other), other.clashes(january)), (clashes, clashes), "{from} {to}");
        }
        assert!(span("2026-01-01", "2026-03-31").clashes(span("2026-03-01", "2026-05-31")));
    }

    #[test]
    fn days_out_of_order_are_refused() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(Span::new(day("2026-02-01"), day("2026-01-31")).unwrap_err().code(), "period-days");
        assert_eq!(Span::new(day("2000-01-01"), day("2026-01-31")).unwrap_err().code(), "period-days");
    }
}
