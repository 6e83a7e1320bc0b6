//! When a department puts its wrong rows right (更正习惯): most within days, some after the limit, some not at all.

use chrono::{Days, NaiveDate};
use kernel::Result;
use standards::calendar;

use crate::batch::outside;
use crate::city::City;
use crate::rng::Rng;

/// How a department deals with the wrong rows of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// So many working days after handing in.
    After(i64),
    /// It leaves them.
    Leaves,
}

impl Habit {
    /// The habit shown with a file.
    pub(crate) fn of(city: &City, batch: usize) -> Self {
        let mut rng = Rng::new(city.options.seed, &format!("mending-{batch}"));
        match rng.weighted(&[0.55, 0.25, 0.2]) {
            Some(0) => Self::After(rng.between(1, 2)),
            Some(1) => Self::After(rng.between(5, 9)),
            _ => Self::Leaves,
        }
    }

    /// The day on which a wrong row is put right, if it is before the history ends. What is `pressing`, a row that cannot
    /// even be told from another, everybody mends on the next working day.
    ///
    /// # Errors
    /// `calendar-missing` when a day lies outside the published calendar.
    pub(crate) fn day(
        self,
        received: NaiveDate,
        last: NaiveDate,
        pressing: bool,
    ) -> Result<Option<NaiveDate>> {
        match self {
            _ if pressing => Ok(Some(workdays_on(received, 1, last)?.unwrap_or(last))),
            Self::After(n) => workdays_on(received, n, last),
            Self::Leaves => Ok(None),
        }
    }
}

/// The working day `n` working days after `day`; none when it comes after `last`.
pub(crate) fn workdays_on(day: NaiveDate, n: i64, last: NaiveDate) -> Result<Option<NaiveDate>> {
    let (mut at, mut left) = (day, n);
    while left > 0 {
        at = at + Days::new(1);
        if at > last {
            return Ok(None);
        }
        if calendar::is_workday(at).map_err(outside)? {
            left -= 1;
        }
    }
    Ok(Some(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn rows_are_put_right_on_working_days_before_the_history_ends() {
        let (friday, last) = (day("2026-06-12"), day("2026-06-30"));
        assert_eq!(Habit::After(2).day(friday, last, false).unwrap(), Some(day("2026-06-16")));
        assert_eq!(Habit::After(9).day(day("2026-06-25"), last, false).unwrap(), None);
        assert_eq!(Habit::Leaves.day(friday, last, false).unwrap(), None);
        assert_eq!(Habit::Leaves.day(friday, last, true).unwrap(), Some(day("2026-06-15")));
        assert_eq!(Habit::Leaves.day(last, last, true).unwrap(), Some(last), "on the very last day, at once");
    }
}
