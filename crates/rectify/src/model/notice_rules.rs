//! When people are reminded (提醒规则), when they are left in peace (免打扰), when the leader is told (升级). All of it is data.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, Timelike as _, Utc};
use kernel::{Error, Lang, Result, beijing_date};
use serde::{Deserialize, Serialize};
use standards::calendar::{OutsideCalendar, add_workdays, is_workday, workdays_between};

use super::NoticeKind;

/// Characters of an address without its scheme: links stand in mails.
const LONGEST_ADDRESS: usize = 200;

/// A step that was missed, because the platform was not running, is made up for so many working days later.
const CATCH_UP: i64 = 2;
/// Furthest step from the deadline, in working days.
const FURTHEST: u32 = 60;
/// Most steps on one side.
const MOST_STEPS: usize = 10;

/// The rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeRules {
    /// Working days before the deadline on which people are reminded, the furthest first.
    pub before: Vec<u32>,
    /// Whether on the day of the deadline.
    pub on_day: bool,
    /// Working days after it, the nearest first.
    pub after: Vec<u32>,
    /// Hour in Beijing from which the daily digest is made.
    pub digest_hour: u32,
    /// First hour in Beijing at which mail and webhooks are held back.
    pub quiet_from: u32,
    /// First hour at which they go out again; equal to `quiet_from` for no quiet hours.
    pub quiet_to: u32,
    /// Whether they are held back on days off too.
    pub quiet_days_off: bool,
    /// Working days overdue after which the leader is told, of an issue no sooner than so many after its opening; 0 for never.
    pub escalate_overdue: u32,
    /// Working days without any word between department and bureau after which the leader is told; 0 for never.
    pub escalate_silent: u32,
    /// Whether mail is sent.
    pub mail: bool,
    /// Names of the kinds sent by mail.
    pub mail_kinds: Vec<String>,
    /// Names of the kinds sent to webhooks.
    pub hook_kinds: Vec<String>,
    /// Language of mail and webhooks.
    pub lang: Lang,
    /// Address of the platform, put before links in mail and webhooks; without a slash at its end.
    pub address: String,
}

impl Default for NoticeRules {
    fn default() -> Self {
        let all: Vec<String> = NoticeKind::ALL.iter().map(|k| k.name().to_owned()).collect();
        Self {
            before: vec![3, 1],
            on_day: true,
            after: vec![1, 5],
            digest_hour: 8,
            quiet_from: 20,
            quiet_to: 8,
            quiet_days_off: true,
            escalate_overdue: 3,
            escalate_silent: 10,
            mail: false,
            mail_kinds: all.clone(),
            hook_kinds: all,
            lang: Lang::Zh,
            address: String::new(),
        }
    }
}

/// A step at which people are told of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// `Near`, `Today` or `Overdue`.
    pub kind: NoticeKind,
    /// The working days the rule names; 0 on the day.
    pub days: u32,
}

impl NoticeRules {
    /// The step that has come for what is due on `deadline`. Only on working days, so that a step comes on one day.
    ///
    /// # Errors
    /// [`OutsideCalendar`] when a day lies beyond the published calendar.
    pub fn step(&self, today: NaiveDate, deadline: NaiveDate) -> Result<Option<Step>, OutsideCalendar> {
        if !is_workday(today)? {
            return Ok(None);
        }
        let left = workdays_between(today, deadline)?;
        let step = |kind, days: Option<u32>| days.map(|days| Step { kind, days });
        Ok(if deadline == today {
            step(NoticeKind::Today, self.on_day.then_some(0))
        } else if deadline > today {
            step(NoticeKind::Near, self.before.iter().copied().filter(|n| i64::from(*n) >= left).min())
        } else {
            let over = -left;
            let come = |n: &u32| i64::from(*n) <= over && over <= i64::from(*n) + CATCH_UP;
            step(NoticeKind::Overdue, self.after.iter().copied().filter(come).max())
        })
    }

    /// What is handed in when every step of its deadline is past is told by the working days since it was opened: the step that has
    /// come for what was opened on a day, and the latest deadline none of whose steps was to come any more.
    ///
    /// # Errors
    /// [`OutsideCalendar`] when a day lies beyond the published calendar.
    pub fn step_from_opening(
        &self,
        today: NaiveDate,
        opened: NaiveDate,
    ) -> Result<Option<(Step, NaiveDate)>, OutsideCalendar> {
        let step = if opened < today { self.step(today, opened)? } else { None };
        let Some(step) = step else { return Ok(None) };
        // What comes in the evening is told on the next working day.
        let first_told = add_workdays(opened, 1)?;
        let past = self.after.iter().copied().max().map_or(0, |n| i64::from(n) + CATCH_UP + 1);
        Ok(workdays_before(first_told, past)?.map(|due| (step, due)))
    }

    /// First and last deadline that any step looks at, as seen from `today`; none on a day off.
    ///
    /// # Errors
    /// [`OutsideCalendar`] when `today` lies beyond the published calendar.
    pub fn deadlines(&self, today: NaiveDate) -> Result<Option<(NaiveDate, NaiveDate)>, OutsideCalendar> {
        if !is_workday(today)? {
            return Ok(None);
        }
        // One more on either side, so that days off beside the last deadline lie within.
        let ahead = self.before.iter().copied().max().unwrap_or(0) + 1;
        // No deadline lies beyond the published calendar, so its end is far enough.
        let last = add_workdays(today, ahead).unwrap_or_else(|e| e.last);
        let behind = self.after.iter().copied().max().map_or(0, |n| i64::from(n) + CATCH_UP + 1);
        let first = workdays_before(today, behind)?.unwrap_or(today);
        Ok(Some((first, last)))
    }

    /// When what is to go out now may go: now, or when the quiet hours and days off are over. Days off beyond the published
    /// calendar are not known; there only the hours hold.
    #[must_use]
    pub fn held_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut at = now;
        for _ in 0..60 {
            let day = beijing_date(at);
            let tomorrow = day.checked_add_days(Days::new(1)).unwrap_or(day);
            if self.quiet_days_off && is_workday(day) == Ok(false) {
                at = beijing(tomorrow, 0);
                continue;
            }
            let hour = beijing_hour(at);
            let (from, to) = (self.quiet_from, self.quiet_to);
            let over_night = from > to;
            if from < to && (from..to).contains(&hour) || over_night && hour < to {
                at = beijing(day, to);
            } else if over_night && hour >= from {
                at = beijing(tomorrow, to);
            } else {
                return at;
            }
        }
        at
    }

    /// Whether a kind goes by mail.
    #[must_use]
    pub fn mails(&self, kind: NoticeKind) -> bool {
        self.mail && self.mail_kinds.iter().any(|k| k == kind.name())
    }

    /// Whether a kind goes to webhooks.
    #[must_use]
    pub fn hooks(&self, kind: NoticeKind) -> bool {
        self.hook_kinds.iter().any(|k| k == kind.name())
    }

    /// That links sent out lead somewhere.
    ///
    /// # Errors
    /// `notice-address` while the platform's own address is not set.
    pub fn require_address(&self) -> Result<()> {
        if !self.address.is_empty() {
            return Ok(());
        }
        Err(Error::bad_input(
            "notice-address",
            "还没有填写平台网址，邮件和 Webhook 中的链接会打不开。请先在“提醒规则”中填写平台网址（如 https://yishu.example.cn）并保存。",
            "The platform's address is not set, so links in mails and webhooks would lead nowhere. Set it in the reminder rules first (such as https://yishu.example.cn).",
        ))
    }

    /// The rules in order, or why they cannot be used.
    ///
    /// # Errors
    /// `notice-days`, `notice-hour` and `notice-address`.
    pub fn settled(mut self) -> Result<Self> {
        for days in [&mut self.before, &mut self.after] {
            days.sort_unstable();
            days.dedup();
            if days.len() > MOST_STEPS || days.iter().any(|n| *n == 0 || *n > FURTHEST) {
                return Err(days_refused());
            }
        }
        self.before.reverse();
        if self.escalate_overdue > FURTHEST || self.escalate_silent > FURTHEST {
            return Err(days_refused());
        }
        if [self.digest_hour, self.quiet_from, self.quiet_to].iter().any(|h| *h > 23) {
            return Err(Error::bad_input(
                "notice-hour",
                "钟点应为 0 至 23 的整数。",
                "An hour is a whole number from 0 to 23.",
            ));
        }
        self.address = self.address.trim().trim_end_matches('/').to_owned();
        let host = ["https://", "http://"].iter().find_map(|s| self.address.strip_prefix(s));
        // What stands before an @ would be a name and a password in every link.
        let sound = host.is_some_and(|h| {
            !h.is_empty()
                && h.len() <= LONGEST_ADDRESS
                && !h.contains(|c: char| c.is_whitespace() || c == '@')
        });
        if !self.address.is_empty() && !sound {
            let shown: String = self.address.chars().take(60).collect();
            return Err(Error::bad_input(
                "notice-address",
                format!(
                    "平台网址“{shown}”应写作 https://主机名，不含用户名和密码，不超过 {LONGEST_ADDRESS} 个字符。"
                ),
                format!(
                    "The address of the platform, “{shown}”, is not of the form https://host, without user and password and of at most {LONGEST_ADDRESS} characters."
                ),
            ));
        }
        Ok(self)
    }

    /// Days typed as `3, 1`.
    ///
    /// # Errors
    /// `notice-days`
    pub fn days(text: &str) -> Result<Vec<u32>> {
        text.split([',', '，', '、', ' '])
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(|t| t.parse().map_err(|_| days_refused()))
            .collect()
    }
}

fn days_refused() -> Error {
    Error::bad_input(
        "notice-days",
        format!(
            "工作日数应为 1 至 {FURTHEST} 的整数，多个用逗号分开，最多 {MOST_STEPS} 个；升级规则填 0 表示不升级。"
        ),
        format!(
            "Working days are whole numbers from 1 to {FURTHEST}, separated by commas, at most {MOST_STEPS}; 0 switches an escalation off."
        ),
    )
}

/// The newest day that lies at least `n` working days before `today`; none before the published calendar.
///
/// # Errors
/// [`OutsideCalendar`] when `today` lies beyond the published calendar.
pub fn workdays_before(today: NaiveDate, n: i64) -> Result<Option<NaiveDate>, OutsideCalendar> {
    workdays_between(today, today)?;
    let mut day = today;
    loop {
        match workdays_between(day, today) {
            Ok(between) if between >= n => return Ok(Some(day)),
            Ok(_) => {}
            Err(_) => return Ok(None),
        }
        match day.checked_sub_days(Days::new(1)) {
            Some(before) => day = before,
            None => return Ok(None),
        }
    }
}

/// The hour in Beijing of an instant.
#[must_use]
pub fn beijing_hour(at: DateTime<Utc>) -> u32 {
    FixedOffset::east_opt(8 * 3600).map_or_else(|| at.hour(), |b| at.with_timezone(&b).hour())
}

/// The instant at which an hour begins in Beijing.
#[must_use]
pub fn beijing(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour.min(23), 0, 0).unwrap_or_default();
    day.and_time(time).and_utc() - chrono::TimeDelta::hours(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse::<DateTime<FixedOffset>>().unwrap().to_utc()
    }

    fn step(today: &str, deadline: &str) -> Option<(NoticeKind, u32)> {
        let found = NoticeRules::default().step(day(today), day(deadline)).unwrap();
        found.map(|s| (s.kind, s.days))
    }

    #[test]
    fn each_step_comes_on_its_working_day() {
        // Thursday, 15 October 2020: a week after the holidays.
        let deadline = "2020-10-15";
        assert_eq!(step("2020-10-09", deadline), None, "four days left: too early");
        assert_eq!(step("2020-10-12", deadline), Some((NoticeKind::Near, 3)));
        assert_eq!(
            step("2020-10-13", deadline),
            Some((NoticeKind::Near, 3)),
            "made up for when it was missed"
        );
        assert_eq!(step("2020-10-14", deadline), Some((NoticeKind::Near, 1)));
        assert_eq!(step("2020-10-15", deadline), Some((NoticeKind::Today, 0)));
        assert_eq!(step("2020-10-16", deadline), Some((NoticeKind::Overdue, 1)));
        assert_eq!(step("2020-10-17", deadline), None, "a Saturday");
        assert_eq!(step("2020-10-19", deadline), Some((NoticeKind::Overdue, 1)));
        assert_eq!(step("2020-10-21", deadline), None);
        assert_eq!(step("2020-10-22", deadline), Some((NoticeKind::Overdue, 5)));
        assert_eq!(step("2020-12-22", deadline), None, "what is long past is told by the digest");
        assert!(NoticeRules::default().step(day("2030-01-02"), day(deadline)).is_err());
    }

    #[test]
    fn every_deadline_with_a_step_lies_in_the_range_looked_at() {
        let rules = NoticeRules::default();
        for today in day("2020-09-20").iter_days().take(60) {
            let range = rules.deadlines(today).unwrap();
            for deadline in day("2020-08-20").iter_days().take(120) {
                if rules.step(today, deadline).unwrap().is_some() {
                    let (first, last) = range.unwrap();
                    assert!((first..=last).contains(&deadline), "{today} {deadline}: {first} {last}");
                }
            }
        }
    }

    #[test]
    fn what_comes_when_every_step_is_past_is_told_from_its_opening() {
        let rules = NoticeRules::default();
        let step = |today: &str| rules.step_from_opening(day(today), day("2020-12-22")).unwrap();
        assert_eq!(step("2020-12-22"), None, "not on the day itself");
        let (first, due) = step("2020-12-23").unwrap();
        assert_eq!((first.kind, first.days), (NoticeKind::Overdue, 1));
        assert_eq!(step("2020-12-29").map(|(s, _)| s.days), Some(5));
        // Whatever is due a day later still has a step of its own when it is first told.
        assert_eq!(rules.step(day("2020-12-23"), due).unwrap(), None);
        assert!(rules.step(day("2020-12-23"), due.succ_opt().unwrap()).unwrap().is_some());
        assert_eq!(
            NoticeRules { after: Vec::new(), ..rules.clone() }
                .step_from_opening(day("2020-12-23"), day("2020-12-22")),
            Ok(None)
        );
    }

    #[test]
    fn nothing_goes_out_at_night_or_on_days_off() {
        let rules = NoticeRules::default();
        for (now, until) in [
            ("2020-10-15T10:00:00+08:00", "2020-10-15T10:00:00+08:00"),
            ("2020-10-15T07:59:59+08:00", "2020-10-15T08:00:00+08:00"),
            ("2020-10-15T20:00:00+08:00", "2020-10-16T08:00:00+08:00"),
            // Friday evening to Monday morning; 10 October 2020 is a Saturday that is worked.
            ("2020-10-16T21:00:00+08:00", "2020-10-19T08:00:00+08:00"),
            ("2020-10-10T12:00:00+08:00", "2020-10-10T12:00:00+08:00"),
            ("2020-09-30T22:00:00+08:00", "2020-10-09T08:00:00+08:00"),
        ] {
            assert_eq!(rules.held_until(at(now)), at(until), "{now}");
        }
        let noon =
            NoticeRules { quiet_from: 12, quiet_to: 14, quiet_days_off: false, ..NoticeRules::default() };
        assert_eq!(noon.held_until(at("2020-10-17T13:30:00+08:00")), at("2020-10-17T14:00:00+08:00"));
        assert_eq!(noon.held_until(at("2020-10-17T23:30:00+08:00")), at("2020-10-17T23:30:00+08:00"));
        let never = NoticeRules { quiet_from: 8, ..noon };
        assert_eq!(
            NoticeRules { quiet_to: 8, ..never }.held_until(at("2020-10-17T08:30:00+08:00")),
            at("2020-10-17T08:30:00+08:00")
        );
    }

    #[test]
    fn rules_that_cannot_be_meant_are_refused() {
        let rules = NoticeRules { before: vec![1, 5, 3, 5], ..NoticeRules::default() };
        assert_eq!(rules.settled().unwrap().before, [5, 3, 1]);
        let code = |rules: NoticeRules| rules.settled().unwrap_err().code();
        let sound = NoticeRules::default;
        assert_eq!(code(NoticeRules { after: vec![0], ..sound() }), "notice-days");
        assert_eq!(code(NoticeRules { escalate_silent: 61, ..sound() }), "notice-days");
        assert_eq!(code(NoticeRules { digest_hour: 24, ..sound() }), "notice-hour");
        for wrong in ["ftp://x", "https://", "http://u:p@host", &format!("https://{}", "a".repeat(300))] {
            assert_eq!(
                code(NoticeRules { address: wrong.to_owned(), ..sound() }),
                "notice-address",
                "{wrong}"
            );
        }
        assert_eq!(NoticeRules::days("3，1").unwrap(), [3, 1]);
        assert_eq!(NoticeRules::days("三").unwrap_err().code(), "notice-days");
    }

    #[test]
    fn the_day_some_working_days_ago() {
        assert_eq!(workdays_before(day("2020-10-19"), 1).unwrap(), Some(day("2020-10-18")));
        assert_eq!(workdays_before(day("2020-10-19"), 2).unwrap(), Some(day("2020-10-15")));
        assert_eq!(workdays_before(day("2020-10-19"), 0).unwrap(), Some(day("2020-10-19")));
    }
}
