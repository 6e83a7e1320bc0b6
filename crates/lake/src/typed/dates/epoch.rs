//! Dates that a program left as a bare number: time since 1970, or a clock without separators.

use super::{BEIJING, DateRead, days};

/// Seconds from 2001-09-09 to 2030: with ten digits, and before those that read as `2030010100`.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..1_893_456_000;
/// Milliseconds from 1973-03-03 (twelve digits) to 2100.
const MILLISECONDS: std::ops::Range<i64> = 100_000_000_000..4_102_444_800_000;
/// Milliseconds of births before 1970, back to 1850.
const BEFORE_1970: std::ops::Range<i64> = -3_786_912_000_000..-10_000_000_000;

/// Reads a bare number of ten to fourteen digits: `20200929000000` and `202009290000` (a day with its time of day), milliseconds
/// or seconds since 1970 where that is a plausible day. `None` for anything else.
pub(super) fn read(v: &str) -> Option<DateRead> {
    let digits = v.strip_prefix('-').unwrap_or(v);
    if !(10..=14).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if digits.len() == v.len()
        && let Some(day) = clock(digits)
    {
        return Some(DateRead::Good(day));
    }
    let n: i64 = v.parse().ok()?;
    let day = |seconds: i64| -> Option<i32> {
        i32::try_from((seconds + i64::from(BEIJING) * 60).div_euclid(24 * 60 * 60)).ok()
    };
    if MILLISECONDS.contains(&n) || BEFORE_1970.contains(&n) {
        return Some(DateRead::Milliseconds(day(n.div_euclid(1000))?));
    }
    if SECONDS.contains(&n) { Some(DateRead::Seconds(day(n)?)) } else { None }
}

/// `YYYYMMDDhhmmss` and `YYYYMMDDhhmm`.
fn clock(digits: &str) -> Option<i32> {
    if !matches!(digits.len(), 12 | 14) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let (year, hour, minute) = (part(0, 4)?, part(8, 10)?, part(10, 12)?);
    let second = if digits.len() == 14 { part(12, 14)? } else { 0 };
    if !(1800..=2200).contains(&year) || hour > 24 || minute > 59 || second > 59 {
        return None;
    }
    days(i32::try_from(year).ok()?, part(4, 6)?, part(6, 8)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_since_1970_are_days_in_beijing() {
        let d = days(2020, 9, 29);
        let read = |v: &str| super::read(v);
        // Midnight in Beijing, and one second before it.
        assert_eq!(read("1601308800000"), d.map(DateRead::Milliseconds));
        assert_eq!(read("1601308799999"), d.map(|d| DateRead::Milliseconds(d - 1)));
        assert_eq!(read("1601308800"), d.map(DateRead::Seconds));
        assert_eq!(read("-100000000000"), days(1966, 10, 31).map(DateRead::Milliseconds));
        assert_eq!(read("946656000000"), days(2000, 1, 1).map(DateRead::Milliseconds));
        assert_eq!(read("20200929083000"), d.map(DateRead::Good));
        assert_eq!(read("202009290830"), d.map(DateRead::Good));
        for v in
            ["2020092908", "4419001990", "44190019900101123", "123456789", "16013088000000", "-1601308800"]
        {
            assert_eq!(read(v), None, "{v}");
        }
    }
}
