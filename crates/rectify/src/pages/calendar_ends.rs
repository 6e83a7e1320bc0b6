//! 工作日历到期提示: that the published calendar of working days ends soon, or has ended. One piece for every page that counts by it.

use chrono::NaiveDate;
use kernel::Role;
use shell::Cx;
use shell::ui::escape;
use standards::calendar::last_day;

/// Days before its end from which those who update the platform are told.
const SOON: i64 = 30;
/// Who sees to it that the platform is updated.
const STEWARDS: &[Role] = &[Role::BureauSteward, Role::Administrator];

/// How far the published calendar still reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Far,
    /// It ends within so many days.
    Soon(i64),
    Ended,
}

fn reach(today: NaiveDate, last: NaiveDate) -> Reach {
    match (last - today).num_days() {
        ..0 => Reach::Ended,
        days @ 0..SOON => Reach::Soon(days),
        _ => Reach::Far,
    }
}

/// What the reader has to know of the calendar's end, as HTML; nothing while it is far, or while it is nobody's business but the
/// bureau's.
pub(crate) fn calendar_ends(cx: &Cx, today: NaiveDate) -> String {
    let last = last_day();
    let day = cx.date(last);
    let (text, role) = match reach(today, last) {
        Reach::Ended => (cx.t1("calendar-ended", "day", day), "alert"),
        Reach::Soon(n) if cx.can(STEWARDS) => (cx.t2("calendar-ends-soon", "day", day, "n", n), "status"),
        _ => return String::new(),
    };
    format!("<div class=\"notice warn\" role=\"{role}\">{}</div>", escape(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_told_from_thirty_days_before_and_after_it() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let last = day("2026-12-31");
        assert_eq!(reach(day("2026-12-01"), last), Reach::Far);
        assert_eq!(reach(day("2026-12-02"), last), Reach::Soon(29));
        assert_eq!(reach(last, last), Reach::Soon(0), "its last day is covered");
        assert_eq!(reach(day("2027-01-01"), last), Reach::Ended);
    }
}
