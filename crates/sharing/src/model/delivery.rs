//! A delivery (推送单): lines on their way to one target, until it has answered.

use std::str::FromStr;

use chrono::TimeDelta;
use kernel::{Error, Result};

/// Where a delivery stands (状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// 待发送
    Queued,
    /// 已发送: waits for its receipt
    Sent,
    /// 已确认: every line was taken
    Acknowledged,
    /// 被退回: the target turned down the delivery or some of its lines
    Refused,
    /// 已另发: what was not acknowledged went again in a delivery of its own
    Replaced,
}

impl DeliveryState {
    /// All states in the order of the flow.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sent, Self::Acknowledged, Self::Refused, Self::Replaced];

    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
        }
    }

    /// How its badge looks.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Queued | Self::Sent => "warn",
            Self::Acknowledged => "pass",
            Self::Refused => "reject",
            Self::Replaced => "",
        }
    }
}

impl FromStr for DeliveryState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unknown = || Error::internal(format!("a delivery in the state {text}"));
        Self::ALL.into_iter().find(|s| s.name() == text).ok_or_else(unknown)
    }
}

/// Where a line of a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// No answer yet.
    Waiting,
    /// Taken by the target.
    Acknowledged,
    /// Turned down, with the reason.
    Refused,
}

impl LineState {
    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Acknowledged => "acknowledged",
            Self::Refused => "refused",
        }
    }
}

/// How long to wait after so many failures: one minute, then twice as long each time, at most an hour.
#[must_use]
pub fn pause(failures: i64) -> TimeDelta {
    let doubled = u32::try_from(failures.clamp(1, 7) - 1).unwrap_or_default();
    TimeDelta::minutes(i64::from(2_u32.pow(doubled)).min(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let minutes: Vec<i64> = [1, 2, 3, 6, 7, 50].map(|n| pause(n).num_minutes()).to_vec();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60]);
    }
}
