//! How much arrived of a month beside what used to arrive (报送量对比): a department that has gone quiet is noticed, though nobody
//! handed in a list of its decisions.

use chrono::{Datelike as _, Months, NaiveDate};

/// Months looked back at: the month itself, then the twelve before it, the last of which is the same month last year.
pub const MONTHS: usize = 13;

/// Below this share of what used to arrive a month is told, in per cent.
pub const TOLD_BELOW: i64 = 50;

/// The first day of a month, `back` months before that of `day`.
#[must_use]
pub fn month_back(day: NaiveDate, back: usize) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    let back = u32::try_from(back).unwrap_or(0);
    first.checked_sub_months(Months::new(back)).unwrap_or(first)
}

/// The first day after a month; the month's own first day at the end of all dates.
#[must_use]
pub fn month_after(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(Months::new(1)).unwrap_or(month)
}

/// What a month is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    /// The same month last year (去年同月).
    LastYear(i64),
    /// The mean of the three months before it, rounded, where nothing is known of last year (前三个月平均).
    Before(i64),
    /// Nothing came in either.
    Unknown,
}

impl Usual {
    /// Of the decisions that arrived by month, newest first.
    #[must_use]
    pub fn of(months: &[i64; MONTHS]) -> Self {
        let [_, one, two, three, .., last_year] = *months;
        let before = one + two + three;
        match (last_year, before) {
            (1.., _) => Self::LastYear(last_year),
            (_, 1..) => Self::Before((before + 1) / 3),
            _ => Self::Unknown,
        }
    }

    /// Decisions.
    #[must_use]
    pub const fn decisions(self) -> Option<i64> {
        match self {
            Self::LastYear(n) | Self::Before(n) => Some(n),
            Self::Unknown => None,
        }
    }
}

/// How a month stands beside what used to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volume {
    /// Nothing came, though something used to (没有报送).
    Quiet,
    /// Less than [`TOLD_BELOW`] per cent came (明显减少).
    Fewer,
    /// As usual, or more.
    Usual,
    /// There is nothing to hold it to.
    Unknown,
}

impl Volume {
    /// Of what came and what used to come. A single decision that used to come is no habit: its absence is not told.
    #[must_use]
    pub fn of(came: i64, usual: Usual) -> Self {
        match usual.decisions() {
            None => Self::Unknown,
            Some(2..) if came == 0 => Self::Quiet,
            Some(n @ 2..) if came * 100 < n * TOLD_BELOW => Self::Fewer,
            Some(_) => Self::Usual,
        }
    }

    /// The name in addresses, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Fewer => "fewer",
            Self::Usual => "usual",
            Self::Unknown => "unknown",
        }
    }

    /// The colour of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Quiet => "reject",
            Self::Fewer => "warn",
            Self::Usual => "pass",
            Self::Unknown => "",
        }
    }

    /// Whether somebody should ask.
    #[must_use]
    pub const fn is_told(self) -> bool {
        matches!(self, Self::Quiet | Self::Fewer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(now: i64, before: [i64; 3], last_year: i64) -> [i64; MONTHS] {
        let mut all = [0; MONTHS];
        all[0] = now;
        all[1..4].copy_from_slice(&before);
        all[12] = last_year;
        all
    }

    #[test]
    fn last_year_comes_before_the_months_before() {
        assert_eq!(Usual::of(&months(3, [30, 30, 30], 8)), Usual::LastYear(8));
        assert_eq!(Usual::of(&months(3, [10, 10, 9], 0)), Usual::Before(10));
        assert_eq!(Usual::of(&months(3, [0, 0, 0], 0)), Usual::Unknown);
    }

    #[test]
    fn quiet_and_fewer_are_told_and_a_single_decision_is_no_habit() {
        let told = |came, usual| Volume::of(came, Usual::LastYear(usual));
        assert_eq!(told(0, 8), Volume::Quiet);
        assert_eq!(told(3, 8), Volume::Fewer);
        assert_eq!(told(4, 8), Volume::Usual);
        assert_eq!(told(0, 1), Volume::Usual);
        assert_eq!(Volume::of(5, Usual::Unknown), Volume::Unknown);
    }

    #[test]
    fn months_go_back_over_new_year() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        assert_eq!(month_back(day, 0), NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
        assert_eq!(month_back(day, 12), NaiveDate::from_ymd_opt(2025, 1, 1).unwrap());
        let last = NaiveDate::MAX.with_day(1).unwrap();
        assert_eq!(month_after(last), last, "nothing comes after the last of all months");
    }
}
