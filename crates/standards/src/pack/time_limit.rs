//! Deadlines (报送期限) counted in working days.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar::{self, OutsideCalendar};

/// A reporting limit (报送期限).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    /// Working days after the decision.
    pub workdays: u32,
    /// Whether the day of the decision is the first of them.
    #[serde(default)]
    pub count_first_day: bool,
    /// Standard and clause.
    pub source: String,
    /// Field code of the document number (文书号), by which people know a decision.
    pub document: String,
    /// Field code of the subject's name (相对人名称).
    pub subject: String,
    /// Field code of the authority's code (决定机关代码), where there is one.
    #[serde(default)]
    pub authority: Option<String>,
}

impl TimeLimit {
    /// The last day on which a decision may arrive, to its end in Beijing.
    ///
    /// The day of the decision is not counted unless [`TimeLimit::count_first_day`] says so; a decision on a day off begins
    /// to count on the next working day either way.
    ///
    /// # Errors
    /// [`OutsideCalendar`] where no working days are published for the days counted.
    pub fn deadline(&self, decision: NaiveDate) -> Result<NaiveDate, OutsideCalendar> {
        deadline(decision, self.workdays, self.count_first_day)
    }
}

/// The last day of a limit of so many working days; see [`TimeLimit::deadline`].
///
/// # Errors
/// [`OutsideCalendar`] where no working days are published for the days counted.
pub fn deadline(
    decision: NaiveDate,
    workdays: u32,
    count_first_day: bool,
) -> Result<NaiveDate, OutsideCalendar> {
    let first = match decision.checked_sub_days(Days::new(1)) {
        Some(before) if count_first_day => before,
        _ => decision,
    };
    calendar::add_workdays(first, workdays)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(count_first_day: bool) -> TimeLimit {
        TimeLimit {
            workdays: 7,
            count_first_day,
            source: "发改办财金〔2018〕424号".to_owned(),
            document: "XK_WSH".to_owned(),
            subject: "XK_XDR_MC".to_owned(),
            authority: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn seven_working_days_over_holidays_and_working_weekends() {
        for (decision, deadline) in [
            ("2020-09-29", "2020-10-15"),
            ("2021-02-08", "2021-02-23"),
            ("2024-02-08", "2024-02-23"),
            ("2024-09-27", "2024-10-12"),
            ("2025-01-24", "2025-02-10"),
            ("2025-09-26", "2025-10-13"),
            ("2026-02-13", "2026-03-02"),
            ("2020-10-08", "2020-10-16"),
        ] {
            assert_eq!(limit(false).deadline(day(decision)).unwrap(), day(deadline), "{decision}");
        }
    }

    #[test]
    fn the_first_day_counts_where_the_limit_says_so() {
        assert_eq!(limit(true).deadline(day("2020-09-29")).unwrap(), day("2020-10-14"));
        assert_eq!(
            limit(true).deadline(day("2020-10-08")).unwrap(),
            day("2020-10-16"),
            "a day off is no first day"
        );
    }

    #[test]
    fn a_year_without_a_calendar_is_an_error() {
        assert!(limit(false).deadline(day("2026-12-28")).is_err());
    }
}
