//! The clock of a case (办理时限): working days of a desk, from the rules of the place. Time for papers and experts does not count.

use chrono::NaiveDate;
use kernel::Error;
use standards::calendar::{OutsideCalendar, add_workdays, is_workday, workdays_between};
use standards::pack::CaseLimits;

use super::Step;

/// By when a case is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Last day of the desk that has it; none where no calendar is published for it.
    pub due: Option<NaiveDate>,
    /// Last day of all desks together, where the rules state one.
    pub total: Option<NaiveDate>,
}

/// `n` working days after a day; 0 is the day itself, or the next working day.
fn after(day: NaiveDate, n: u32) -> Result<NaiveDate, OutsideCalendar> {
    if n == 0 && !is_workday(day)? { add_workdays(day, 1) } else { add_workdays(day, n) }
}

impl Term {
    /// Of a case received on a day, at the centre.
    #[must_use]
    pub fn received(limits: &CaseLimits, day: NaiveDate) -> Self {
        Self { due: after(day, limits.centre).ok(), total: limits.total.and_then(|n| after(day, n).ok()) }
    }

    /// Once it was forwarded to the department on a day: its own working days, at most to the end of all.
    #[must_use]
    pub fn forwarded(self, limits: &CaseLimits, day: NaiveDate) -> Self {
        let own = limits.department.map(|n| after(day, n).ok());
        let due = match (own, limits.total) {
            (Some(own), Some(_)) => own.zip(self.total).map(|(a, b)| a.min(b)),
            (Some(own), None) => own,
            (None, _) => self.total,
        };
        Self { due, ..self }
    }

    /// After a pause from one day to another: as many working days later as lay between.
    #[must_use]
    pub fn paused(self, from: NaiveDate, to: NaiveDate) -> Self {
        let days = workdays_between(from, to).ok().and_then(|n| u32::try_from(n).ok());
        self.later(days)
    }

    /// Extended by so many working days.
    ///
    /// # Errors
    /// `case-no-calendar` where the working days are not published.
    pub fn extended(self, n: u32) -> Result<Self, Error> {
        let later = self.later(Some(n));
        if later.due.is_some() { Ok(later) } else { Err(no_calendar()) }
    }

    /// Counted from the first day on, step by step as they were taken: for a case that had no day because none could be named then.
    #[must_use]
    pub fn counted(limits: &CaseLimits, received: NaiveDate, steps: &[(Step, NaiveDate)]) -> Self {
        let (mut term, mut stands) = (Self::received(limits, received), None);
        for (step, day) in steps {
            term = match step {
                Step::Forward => term.forwarded(limits, *day),
                Step::Extend => limits.extension.and_then(|n| term.extended(n).ok()).unwrap_or(term),
                Step::GivePapers | Step::Resume => match stands.take() {
                    Some(from) => term.paused(from, *day),
                    None => term,
                },
                Step::AskPapers | Step::Halt => {
                    stands = Some(*day);
                    term
                }
                _ => term,
            };
        }
        term
    }

    fn later(self, days: Option<u32>) -> Self {
        let shift = |day: Option<NaiveDate>| {
            day.zip(days).and_then(|(day, n)| if n == 0 { Some(day) } else { add_workdays(day, n).ok() })
        };
        Self { due: shift(self.due), total: shift(self.total) }
    }
}

/// Nothing can be counted in a year without a calendar.
fn no_calendar() -> Error {
    Error::bad_input(
        "case-no-calendar",
        "这一年的工作日历尚未发布，期限无法计算，不能延期。请在国务院公布放假安排、平台更新工作日历后再试。",
        "The working days of that year are not published, so no day can be named. Try again once the calendar has been published and brought up to date.",
    )
}

/// How a case stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 还剩几个工作日
    Left(i64),
    /// 今天到期
    Today,
    /// 逾期几个工作日
    Overdue(i64),
    /// 暂停计时
    Paused,
    /// 按期办结
    InTime,
    /// 超期办结
    Late,
    /// 工作日历未发布
    NoCalendar,
}

impl Standing {
    /// How it stands on `today`, decided on a day or not yet.
    #[must_use]
    pub fn on(today: NaiveDate, due: Option<NaiveDate>, paused: bool, decided: Option<NaiveDate>) -> Self {
        let Some(due) = due else { return Self::NoCalendar };
        if let Some(decided) = decided {
            return if decided <= due { Self::InTime } else { Self::Late };
        }
        if paused {
            return Self::Paused;
        }
        let days = |from, to| workdays_between(from, to).ok();
        match today.cmp(&due) {
            std::cmp::Ordering::Less => days(today, due).map_or(Self::NoCalendar, Self::Left),
            std::cmp::Ordering::Equal => Self::Today,
            std::cmp::Ordering::Greater => days(due, today).map_or(Self::NoCalendar, Self::Overdue),
        }
    }

    /// The key of its text.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Left(_) => "case-left",
            Self::Today => "case-today",
            Self::Overdue(_) => "case-overdue",
            Self::Paused => "case-paused",
            Self::InTime => "case-in-time",
            Self::Late => "case-late",
            Self::NoCalendar => "case-no-calendar",
        }
    }

    /// The working days in it.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Left(n) | Self::Overdue(n) => n,
            _ => 0,
        }
    }

    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::InTime => "pass",
            Self::Late | Self::Overdue(_) => "reject",
            Self::Today | Self::NoCalendar | Self::Left(1) => "warn",
            Self::Left(_) | Self::Paused => "info",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use standards::pack::Packs;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn objection(place: &str) -> CaseLimits {
        Packs::builtin().unwrap().cases().profiles[place].objection.clone()
    }

    /// Received before the spring festival of 2026 (off 15 to 23 February, at work on Saturday 14 and 28), forwarded a day on.
    #[test]
    fn limits_of_each_place_across_a_holiday() {
        let grid = [
            // place, received, centre due, forwarded, department due
            ("shandong", "2026-02-12", "2026-02-24", "2026-02-13", "2026-02-28"),
            ("henan", "2026-02-12", "2026-02-24", "2026-02-13", "2026-02-25"),
            ("henan", "2026-02-12", "2026-02-24", "2026-02-27", "2026-02-28"),
            ("zhejiang", "2026-02-12", "2026-02-26", "2026-02-13", "2026-02-26"),
            ("shenzhen", "2026-02-12", "2026-02-13", "2026-02-13", "2026-02-24"),
            ("shanghai", "2026-02-12", "2026-02-14", "2026-02-13", "2026-02-26"),
            ("shenzhen", "2026-09-30", "2026-10-08", "2026-10-08", "2026-10-10"),
            ("shandong", "2025-09-26", "2025-09-30", "2025-09-28", "2025-10-13"),
        ];
        for (place, received, centre, forwarded, department) in grid {
            let limits = objection(place);
            let term = Term::received(&limits, day(received));
            assert_eq!(term.due, Some(day(centre)), "{place} {received}: centre");
            let term = term.forwarded(&limits, day(forwarded));
            assert_eq!(term.due, Some(day(department)), "{place} {received}: department");
        }
    }

    #[test]
    fn repair_in_shenzhen_is_accepted_on_the_spot() {
        let limits = Packs::builtin().unwrap().cases().profiles["shenzhen"].repair.clone();
        assert_eq!(Term::received(&limits, day("2026-01-05")).due, Some(day("2026-01-05")));
        assert_eq!(
            Term::received(&limits, day("2026-01-03")).due,
            Some(day("2026-01-04")),
            "a Saturday; Sunday is worked"
        );
        let term = Term::received(&limits, day("2026-01-05")).forwarded(&limits, day("2026-01-05"));
        assert_eq!(term.due, Some(day("2026-01-08")));
    }

    #[test]
    fn an_extension_and_a_pause_move_both_ends() {
        let zhejiang = objection("zhejiang");
        let term = Term::received(&zhejiang, day("2026-03-02"));
        assert_eq!(term.due, Some(day("2026-03-09")));
        assert_eq!(term.extended(15).unwrap().due, Some(day("2026-03-30")), "twenty in all");
        // Paused over a weekend: Friday to Monday is one working day.
        let paused = term.paused(day("2026-03-06"), day("2026-03-09"));
        assert_eq!((paused.due, paused.total), (Some(day("2026-03-10")), Some(day("2026-03-10"))));
        assert_eq!(term.paused(day("2026-03-07"), day("2026-03-08")), term, "a weekend counts nothing");
    }

    #[test]
    fn counted_again_a_case_has_the_day_its_steps_gave_it() {
        let zhejiang = objection("zhejiang");
        let term = Term::received(&zhejiang, day("2026-03-02"))
            .paused(day("2026-03-04"), day("2026-03-06"))
            .forwarded(&zhejiang, day("2026-03-09"))
            .extended(15)
            .unwrap();
        let steps = [
            (Step::AskPapers, day("2026-03-04")),
            (Step::GivePapers, day("2026-03-06")),
            (Step::Forward, day("2026-03-09")),
            (Step::TakeBack, day("2026-03-10")),
            (Step::Extend, day("2026-03-10")),
            (Step::Halt, day("2026-03-11")),
        ];
        assert!(term.due.is_some());
        assert_eq!(Term::counted(&zhejiang, day("2026-03-02"), &steps), term);
    }

    #[test]
    fn a_year_without_a_calendar_is_told_in_words() {
        let term = Term::received(&objection("shandong"), day("2026-12-30"));
        assert_eq!(term.due, None);
        let refused = term.extended(3).unwrap_err();
        assert_eq!(refused.code(), "case-no-calendar");
        assert!(refused.text().zh.contains("尚未发布"));
        let last = Term { due: Some(day("2026-12-31")), total: None };
        assert!(last.extended(3).is_err());
        assert_eq!(Standing::on(day("2026-12-30"), None, false, None), Standing::NoCalendar);
        assert_eq!(Standing::on(day("2027-01-04"), last.due, false, None), Standing::NoCalendar);
    }

    #[test]
    fn a_case_counts_down_and_keeps_whether_it_was_in_time() {
        let due = Some(day("2026-10-08"));
        let on =
            |today, paused, decided: Option<&str>| Standing::on(day(today), due, paused, decided.map(day));
        assert_eq!(on("2026-09-30", false, None), Standing::Left(1));
        assert_eq!(on("2026-10-08", false, None), Standing::Today);
        assert_eq!(on("2026-10-10", false, None), Standing::Overdue(2), "a Saturday at work");
        assert_eq!(on("2026-10-12", true, None), Standing::Paused);
        assert_eq!(on("2026-12-01", false, Some("2026-10-08")), Standing::InTime);
        assert_eq!(on("2026-12-01", false, Some("2026-10-09")), Standing::Late);
    }

    proptest! {
        #[test]
        fn a_department_never_has_longer_than_all_together(offset in 0u64..2000, wait in 0u64..10) {
            let received = day("2020-01-02") + chrono::Days::new(offset);
            for place in ["shandong", "henan", "zhejiang", "shanghai"] {
                let limits = objection(place);
                let term = Term::received(&limits, received).forwarded(&limits, received + chrono::Days::new(wait));
                prop_assert!(term.due <= term.total, "{place}");
            }
        }
    }
}
