//! A decision's way through the clock (时限): from the day it was taken to the first valid receipt.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{RecordId, beijing_date};
use sha2::{Digest as _, Sha256};
use standards::calendar::{OutsideCalendar, workdays_between};

/// The dates by which a decision is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Last day on which it is in time, in Beijing; none where no calendar is published for it.
    pub deadline: Option<NaiveDate>,
    /// When it was first received, valid or not.
    pub first_received_at: Option<DateTime<Utc>>,
    /// When it was first received in a form that passed.
    pub first_valid_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// How a decision stands on a day (及时、迟报、待报、逾期).
///
/// Timely is judged on the first *valid* receipt, so a wrong row mended inside the limit is still timely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 及时: valid by the deadline.
    Timely,
    /// 迟报: valid, so many working days after the deadline.
    Late(i64),
    /// 还剩几个工作日, at least 1.
    Left(i64),
    /// 今天到期
    Today,
    /// 逾期: not valid yet, so many working days after the deadline. 0 on days off right after it.
    Overdue(i64),
    /// 已撤回
    Withdrawn,
    /// The working days of that year are not published: nothing can be said.
    NoCalendar,
}

impl Standing {
    /// How a decision stands on `today`.
    ///
    /// # Errors
    /// [`OutsideCalendar`] when `today` lies beyond the published calendar.
    pub fn on(today: NaiveDate, times: &Times) -> Result<Self, OutsideCalendar> {
        if times.withdrawn_at.is_some() {
            return Ok(Self::Withdrawn);
        }
        let Some(deadline) = times.deadline else { return Ok(Self::NoCalendar) };
        if let Some(valid) = times.first_valid_at.map(beijing_date) {
            return Ok(match valid <= deadline {
                true => Self::Timely,
                false => Self::Late(workdays_between(deadline, valid)?),
            });
        }
        Ok(match today.cmp(&deadline) {
            std::cmp::Ordering::Less => Self::Left(workdays_between(today, deadline)?),
            std::cmp::Ordering::Equal => Self::Today,
            std::cmp::Ordering::Greater => Self::Overdue(workdays_between(deadline, today)?),
        })
    }

    /// The key of its text.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Timely => "record-timely",
            Self::Late(_) => "record-late",
            Self::Left(_) => "record-left",
            Self::Today => "record-today",
            Self::Overdue(_) => "record-overdue",
            Self::Withdrawn => "record-withdrawn",
            Self::NoCalendar => "record-no-calendar",
        }
    }

    /// The working days in it.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Late(n) | Self::Left(n) | Self::Overdue(n) => n,
            _ => 0,
        }
    }

    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Timely => "pass",
            Self::Late(_) | Self::Overdue(_) => "reject",
            Self::Today | Self::NoCalendar => "warn",
            Self::Left(1..=2) => "warn",
            Self::Left(_) | Self::Withdrawn => "info",
        }
    }
}

/// The id of the record of a business key: the same key is the same record whatever brings it, a file, a push or the list
/// of another system. `key` joins the elements by U+001F as the lake does; identity numbers in it cannot be read back.
#[must_use]
pub fn record_id(resource: &str, key: &str) -> RecordId {
    let mut hash = Sha256::new();
    hash.update(resource.as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    RecordId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    fn times(received: Option<DateTime<Utc>>, valid: Option<DateTime<Utc>>) -> Times {
        Times {
            deadline: Some(day("2020-10-15")),
            first_received_at: received,
            first_valid_at: valid,
            withdrawn_at: None,
        }
    }

    #[test]
    fn a_row_mended_inside_the_limit_is_timely_to_the_end_of_the_day_in_beijing() {
        let mended = times(at("2020-10-12T01:00:00Z"), at("2020-10-15T15:59:59Z"));
        assert_eq!(Standing::on(day("2020-12-01"), &mended), Ok(Standing::Timely));
        let after = times(at("2020-10-12T01:00:00Z"), at("2020-10-15T16:00:00Z"));
        assert_eq!(Standing::on(day("2020-12-01"), &after), Ok(Standing::Late(1)));
    }

    #[test]
    fn what_is_not_valid_yet_counts_down_in_working_days() {
        let open = times(at("2020-10-12T01:00:00Z"), None);
        assert_eq!(Standing::on(day("2020-09-29"), &open), Ok(Standing::Left(7)));
        assert_eq!(Standing::on(day("2020-10-14"), &open), Ok(Standing::Left(1)));
        assert_eq!(Standing::on(day("2020-10-15"), &open), Ok(Standing::Today));
        assert_eq!(Standing::on(day("2020-10-16"), &open), Ok(Standing::Overdue(1)));
        assert_eq!(Standing::on(day("2020-10-18"), &open), Ok(Standing::Overdue(1)), "a Sunday adds none");
        assert!(Standing::on(day("2030-01-02"), &open).is_err());
    }

    #[test]
    fn without_a_calendar_nothing_is_guessed() {
        let unknown = Times { deadline: None, ..times(None, None) };
        assert_eq!(Standing::on(day("2026-12-30"), &unknown), Ok(Standing::NoCalendar));
    }

    #[test]
    fn a_key_is_one_record_and_says_nothing_of_itself() {
        let id = record_id("licence-2018", "东〔2020〕1号\u{1f}2020-09-29");
        assert_eq!(id, record_id("licence-2018", "东〔2020〕1号\u{1f}2020-09-29"));
        assert_ne!(id, record_id("penalty-2018", "东〔2020〕1号\u{1f}2020-09-29"));
        assert_eq!(id.0.get_version_num(), 8);
    }
}
