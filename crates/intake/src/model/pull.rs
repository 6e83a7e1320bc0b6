//! A pull source (前置库): whence, how and when a department's table is read.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Timelike as _, Utc};
use kernel::{Error, Result, beijing_date};
use standards::calendar;

kernel::id!(
    /// A pull source.
    PullId
);

/// When a source is read (抽取计划). Days and times are those of Beijing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// 仅手动: when somebody asks
    Hand,
    /// 每隔若干分钟
    Every {
        /// 1 to 1,440.
        minutes: u16,
    },
    /// 每天
    Daily {
        /// Time of day.
        at: NaiveTime,
    },
    /// 每个工作日
    Workdays {
        /// Time of day.
        at: NaiveTime,
    },
}

/// Shortest and longest pause of [`Schedule::Every`].
const MINUTES: std::ops::RangeInclusive<u16> = 1..=1_440;

impl Schedule {
    /// From the parts of a form: `hand`, `every` with minutes, `daily` or `workdays` with `HH:MM`.
    ///
    /// # Errors
    /// `pull-schedule` naming what is missing.
    pub fn of(kind: &str, minutes: &str, at: &str) -> Result<Self> {
        let time = || {
            NaiveTime::parse_from_str(at.trim(), "%H:%M").map_err(|e| {
                Error::bad_input(
                    "pull-schedule",
                    "请填写抽取时刻，如 02:30。",
                    "Say at what time to pull, such as 02:30.",
                )
                .because(e)
            })
        };
        match kind {
            "hand" => Ok(Self::Hand),
            "every" => match minutes.trim().parse() {
                Ok(minutes) if MINUTES.contains(&minutes) => Ok(Self::Every { minutes }),
                _ => Err(Error::bad_input(
                    "pull-schedule",
                    "间隔应是 1 到 1440 之间的整数（分钟）。",
                    "The pause is a whole number of minutes from 1 to 1440.",
                )),
            },
            "daily" => Ok(Self::Daily { at: time()? }),
            "workdays" => Ok(Self::Workdays { at: time()? }),
            _ => Err(Error::bad_input(
                "pull-schedule",
                "请选择抽取计划：手动、每隔若干分钟、每天或每个工作日。",
                "Choose when to pull: by hand, every so many minutes, daily, or on working days.",
            )),
        }
    }

    /// `hand`, `every`, `daily` or `workdays`; also the key of its text.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Every { .. } => "every",
            Self::Daily { .. } => "daily",
            Self::Workdays { .. } => "workdays",
        }
    }

    /// Minutes of [`Schedule::Every`].
    #[must_use]
    pub const fn minutes(self) -> Option<u16> {
        match self {
            Self::Every { minutes } => Some(minutes),
            _ => None,
        }
    }

    /// Time of day as `HH:MM`.
    #[must_use]
    pub fn at(self) -> Option<String> {
        match self {
            Self::Daily { at } | Self::Workdays { at } => Some(at.format("%H:%M").to_string()),
            _ => None,
        }
    }

    /// The next moment after `now`; `None` when only by hand.
    ///
    /// Beyond the published calendar nobody knows the working days: then the first day not covered is answered, and
    /// [`Self::is_due_on`] decides when it has come.
    #[must_use]
    pub fn next(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Hand => None,
            Self::Every { minutes } => Some(now + Duration::minutes(i64::from(minutes))),
            Self::Daily { at } => moments(now, at).next(),
            Self::Workdays { at } => moments(now, at)
                .take(400)
                .find(|moment| calendar::is_workday(beijing_date(*moment)).unwrap_or(true)),
        }
    }

    /// Whether this day is one of the schedule's.
    ///
    /// # Errors
    /// `pull-calendar` for working days when the calendar of that year has not been published to us.
    pub fn is_due_on(self, day: NaiveDate) -> Result<bool> {
        match self {
            Self::Workdays { .. } => calendar::is_workday(day).map_err(|e| {
                Error::bad_input(
                    "pull-calendar",
                    format!(
                        "平台的工作日历只到 {}，不知道 {day} 是不是工作日。请升级平台，或把计划改为“每天”。",
                        e.last
                    ),
                    format!(
                        "The platform's working-day calendar ends on {}, so whether {day} is a working day is not known. Update the platform, or choose “daily”.",
                        e.last
                    ),
                )
            }),
            _ => Ok(true),
        }
    }

    /// When to try again after so many failures in a row: after 1, 2, 4 … minutes, at most an hour, and never more
    /// often than the schedule itself.
    #[must_use]
    pub fn retry(self, now: DateTime<Utc>, failures: i64) -> Option<DateTime<Utc>> {
        let next = self.next(now)?;
        let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0).min(6);
        let pause = now + Duration::minutes(2_i64.pow(doublings).min(60));
        Some(match self {
            Self::Every { .. } => next.max(pause),
            _ => next.min(pause),
        })
    }
}

/// The moments of a time of day in Beijing after `now`, one a day.
fn moments(now: DateTime<Utc>, at: NaiveTime) -> impl Iterator<Item = DateTime<Utc>> {
    let beijing = Duration::hours(8);
    let today = beijing_date(now);
    today.iter_days().map(move |day| (day.and_time(at) - beijing).and_utc()).skip_while(move |m| *m <= now)
}

/// As stored: `hand`, `every 30`, `daily 02:30`, `workdays 02:30`.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hand => f.write_str("hand"),
            Self::Every { minutes } => write!(f, "every {minutes}"),
            Self::Daily { at } | Self::Workdays { at } => {
                write!(f, "{} {:02}:{:02}", self.kind(), at.hour(), at.minute())
            }
        }
    }
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        let (kind, rest) = s.split_once(' ').unwrap_or((s, ""));
        Self::of(kind, rest, rest)
    }
}

/// How a pull ended, or that it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// 抽取中
    Running,
    /// 有新数据: made a submission
    New,
    /// 内容相同: the same content as a submission that exists
    Known,
    /// 没有新数据
    Nothing,
    /// 失败
    Failed,
}

impl RunState {
    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::New => "new",
            Self::Known => "known",
            Self::Nothing => "nothing",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+08:00").parse::<DateTime<chrono::FixedOffset>>().unwrap().to_utc()
    }

    fn schedule(text: &str) -> Schedule {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_moment_is_a_moment_in_beijing() {
        let next = |s: &str, now: &str| schedule(s).next(at(now));
        assert_eq!(next("hand", "2026-01-05T09:00"), None);
        assert_eq!(next("every 30", "2026-01-05T09:00"), Some(at("2026-01-05T09:30")));
        assert_eq!(next("daily 02:30", "2026-01-05T02:29"), Some(at("2026-01-05T02:30")));
        assert_eq!(next("daily 02:30", "2026-01-05T02:30"), Some(at("2026-01-06T02:30")));
        // Between midnight and eight Beijing is a day ahead of Greenwich.
        assert_eq!(next("daily 23:00", "2026-01-06T01:00"), Some(at("2026-01-06T23:00")));
        // Friday evening, over the weekend; and over the Spring Festival of 2026 to the first day worked after it.
        assert_eq!(next("workdays 02:30", "2026-01-09T20:00"), Some(at("2026-01-12T02:30")));
        let festival = next("workdays 02:30", "2026-02-14T20:00").unwrap();
        assert_eq!(festival, at("2026-02-24T02:30"));
    }

    #[test]
    fn beyond_the_calendar_it_is_asked_again_and_said_plainly() {
        let last = calendar::last_day();
        let now = (last.and_hms_opt(12, 0, 0).unwrap()).and_utc();
        let next = schedule("workdays 02:30").next(now).unwrap();
        assert_eq!(beijing_date(next), last.succ_opt().unwrap());
        let e = schedule("workdays 02:30").is_due_on(beijing_date(next)).unwrap_err();
        assert_eq!(e.code(), "pull-calendar");
        assert!(schedule("daily 02:30").is_due_on(beijing_date(next)).unwrap());
    }

    #[test]
    fn failures_are_tried_again_with_growing_pauses() {
        let now = at("2026-01-05T09:00");
        let pause = |s: &str, n: i64| (schedule(s).retry(now, n).unwrap() - now).num_minutes();
        assert_eq!([1, 2, 3, 7, 99].map(|n| pause("daily 02:30", n)), [1, 2, 4, 60, 60]);
        assert_eq!([1, 5, 7].map(|n| pause("every 10", n)), [10, 16, 60]);
        assert_eq!(schedule("hand").retry(now, 3), None);
    }

    #[test]
    fn schedules_are_kept_as_text_and_nonsense_is_refused() {
        for text in ["hand", "every 5", "daily 23:59", "workdays 00:00"] {
            assert_eq!(schedule(text).to_string(), text);
        }
        for text in ["", "every", "every 0", "every 1441", "daily", "daily 24:00", "weekly 1"] {
            assert_eq!(text.parse::<Schedule>().unwrap_err().code(), "pull-schedule", "{text}");
        }
    }
}
