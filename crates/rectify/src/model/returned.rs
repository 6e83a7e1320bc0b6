//! 省退回记录: a record that a superior platform sent back, until it is corrected or confirmed (整改确认).

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::Error;

/// Where a record sent back stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnState {
    /// 待整改
    Open,
    /// 待确认: the department says it is right as it stands; the bureau has not answered yet.
    Asked,
    /// 已更正: it came again, valid and with another content.
    Corrected,
    /// 已确认: the bureau agrees that it is right.
    Confirmed,
}

impl ReturnState {
    /// In the order of lists.
    pub const ALL: [Self; 4] = [Self::Open, Self::Asked, Self::Corrected, Self::Confirmed];

    /// The stored name, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Corrected => "corrected",
            Self::Confirmed => "confirmed",
        }
    }

    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Open => "reject",
            Self::Asked => "warn",
            Self::Corrected | Self::Confirmed => "pass",
        }
    }
}

impl FromStr for ReturnState {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or_else(|| Error::internal(format!("return state {name}")))
    }
}

/// From when on a receipt is newer than what was sent back: after the list came, or after the end of the day of return in
/// Beijing where the list came later. What was received on that very day before the list may be what was sent back.
#[must_use]
pub fn threshold(returned_on: NaiveDate, received_at: DateTime<Utc>) -> DateTime<Utc> {
    // Midnight in Beijing is four in the afternoon in UTC.
    let end = NaiveTime::from_hms_opt(16, 0, 0).map(|t| returned_on.and_time(t).and_utc());
    end.map_or(received_at, |end| end.min(received_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_after_the_day_of_return_is_newer_however_late_the_list() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let day = "2026-01-05".parse().unwrap();
        assert_eq!(threshold(day, at("2026-01-05T02:00:00Z")), at("2026-01-05T02:00:00Z"), "the same day");
        assert_eq!(
            threshold(day, at("2026-01-09T02:00:00Z")),
            at("2026-01-05T16:00:00Z"),
            "a list come late"
        );
    }
}
