//! What a department promised to deliver and when (应报): the update cycle (更新周期) of its catalogue entry against the
//! day on which rows last came in.

use catalogue::model::UpdateCycle;
use chrono::{Days, NaiveDate};

/// How a promise stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// 逾期: so many days ago, at least 1.
    Late(u64),
    /// 今天到期
    Today,
    /// 还有几天: in so many days, at least 1.
    Ahead(u64),
}

impl Standing {
    /// How a delivery stands on `today`.
    ///
    /// A cycle runs from the last delivery, or from the day the entry was published where that is later: before it,
    /// nothing was promised. None where the cycle promises nothing (不定期).
    #[must_use]
    pub fn on(
        today: NaiveDate,
        cycle: UpdateCycle,
        last: Option<NaiveDate>,
        published: NaiveDate,
    ) -> Option<(NaiveDate, Self)> {
        let days = u64::try_from(cycle.days()?).ok()?;
        let since = last.map_or(published, |l| l.max(published));
        let due = since.checked_add_days(Days::new(days))?;
        let away = (due - today).num_days();
        let standing = match away {
            0 => Self::Today,
            1.. => Self::Ahead(away.unsigned_abs()),
            _ => Self::Late(away.unsigned_abs()),
        };
        Some((due, standing))
    }

    /// Whether something must be done today.
    #[must_use]
    pub const fn presses(self) -> bool {
        !matches!(self, Self::Ahead(_))
    }

    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Late(_) => "reject",
            Self::Today => "warn",
            Self::Ahead(_) => "pass",
        }
    }

    /// The key of its text, and the days in it.
    #[must_use]
    pub const fn words(self) -> (&'static str, u64) {
        match self {
            Self::Late(n) => ("due-late", n),
            Self::Today => ("due-today", 0),
            Self::Ahead(n) => ("due-ahead", n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_cycle_runs_from_the_last_delivery() {
        let standing = |today: &str, last: Option<&str>| {
            Standing::on(day(today), UpdateCycle::Weekly, last.map(day), day("2026-01-01")).map(|(_, s)| s)
        };
        assert_eq!(standing("2026-01-10", Some("2026-01-05")), Some(Standing::Ahead(2)));
        assert_eq!(standing("2026-01-12", Some("2026-01-05")), Some(Standing::Today));
        assert_eq!(standing("2026-01-15", Some("2026-01-05")), Some(Standing::Late(3)));
        // Nothing has come yet: the promise runs from publication; what came before it kept no promise.
        assert_eq!(standing("2026-01-09", None), Some(Standing::Late(1)));
        assert_eq!(standing("2026-01-07", Some("2024-05-01")), Some(Standing::Ahead(1)));
    }

    #[test]
    fn without_a_cycle_nothing_is_promised() {
        let today = day("2026-01-10");
        assert_eq!(Standing::on(today, UpdateCycle::Irregular, None, today), None);
        let (due, _) = Standing::on(today, UpdateCycle::Daily, None, today).unwrap();
        assert_eq!(due, day("2026-01-11"));
    }

    #[test]
    fn the_latest_stand_first() {
        let mut all = [Standing::Ahead(1), Standing::Late(2), Standing::Today, Standing::Late(9)];
        all.sort_by_key(|s| match s {
            Standing::Late(n) => -i64::try_from(*n).unwrap(),
            Standing::Today => 0,
            Standing::Ahead(n) => i64::try_from(*n).unwrap(),
        });
        assert_eq!(all, [Standing::Late(9), Standing::Late(2), Standing::Today, Standing::Ahead(1)]);
    }
}
