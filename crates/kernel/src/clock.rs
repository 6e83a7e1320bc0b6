//! Time is a parameter (时间是参数): nothing but [`SystemClock`] reads the machine's clock.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The instant, in UTC.
    fn now(&self) -> DateTime<Utc>;

    /// The calendar day in Beijing (UTC+8), by which all limits run.
    fn today(&self) -> NaiveDate {
        beijing_date(self.now())
    }
}

/// An instant as clocks in Beijing show it.
#[must_use]
pub fn beijing(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(8 * 3600) {
        Some(beijing) => at.with_timezone(&beijing),
        None => at.fixed_offset(),
    }
}

/// The calendar day in Beijing of an instant.
#[must_use]
pub fn beijing_date(at: DateTime<Utc>) -> NaiveDate {
    beijing(at).date_naive()
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still, for tests and for `--as-of`.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}
