//! Limits on how often something may be done. Kept in memory: each web node counts for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use kernel::{Error, ErrorKind, Result, Text};

/// So many at once, and so many a second after that.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// At once.
    pub burst: f64,
    /// A second.
    pub per_second: f64,
}

/// A bucket of tokens per key.
#[derive(Debug)]
pub struct Limiter {
    rate: Rate,
    buckets: Mutex<HashMap<String, (f64, DateTime<Utc>)>>,
}

/// Above this many keys, full buckets are forgotten.
const KEYS: usize = 50_000;

impl Limiter {
    /// No key has been seen yet.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one token of `key`.
    ///
    /// # Errors
    /// [`ErrorKind::RateLimited`] when none is left.
    pub fn take(&self, key: &str, now: DateTime<Utc>) -> Result<()> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Rate { burst, per_second } = self.rate;
        let level = |(tokens, at): (f64, DateTime<Utc>)| {
            let seconds = (now - at).num_milliseconds().max(0) as f64 / 1000.0;
            (tokens + seconds * per_second).min(burst)
        };
        if buckets.len() > KEYS {
            buckets.retain(|_, bucket| level(*bucket) < burst);
        }
        let tokens = buckets.get(key).map_or(burst, |b| level(*b));
        if tokens < 1.0 {
            let wait = ((1.0 - tokens) / per_second).ceil();
            return Err(Error::new(
                ErrorKind::RateLimited,
                "rate-limited",
                Text::new(
                    format!("操作过于频繁，请在 {wait} 秒后再试。"),
                    format!("Too many requests. Try again in {wait} seconds."),
                ),
            ));
        }
        buckets.insert(key.to_owned(), (tokens - 1.0, now));
        Ok(())
    }

    /// Gives one token of `key` back, as when what was counted turned out to be in order.
    pub fn give_back(&self, key: &str) {
        if let Some((tokens, _)) = self.buckets.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key) {
            *tokens = (*tokens + 1.0).min(self.rate.burst);
        }
    }

    /// Gives all tokens of `key` back, as after a successful sign-in.
    pub fn reset(&self, key: &str) {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, TimeZone};

    #[test]
    fn a_key_is_refused_after_its_burst_and_let_in_again_later() {
        let limiter = Limiter::new(Rate { burst: 2.0, per_second: 0.5 });
        let now = Utc.with_ymd_and_hms(2026, 1, 5, 8, 0, 0).unwrap();
        assert!(limiter.take("a", now).is_ok());
        assert!(limiter.take("a", now).is_ok());
        let refused = limiter.take("a", now).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::RateLimited);
        assert!(refused.text().en.contains("2 seconds"), "{}", refused.text().en);
        assert!(limiter.take("b", now).is_ok(), "another key is not concerned");
        assert!(limiter.take("a", now + Duration::seconds(1)).is_err());
        assert!(limiter.take("a", now + Duration::seconds(2)).is_ok());
        limiter.give_back("b");
        assert!(limiter.take("b", now).is_ok() && limiter.take("b", now).is_ok());
        assert!(limiter.take("b", now).is_err(), "no more than the burst is ever given back");
    }
}
