//! Reading a calendar day as people write it. Days are counted from 1970-01-01, as Arrow's `Date32` does.

use chrono::{Datelike, NaiveDate};

use super::fold::{self, Fold};

mod epoch;
mod spelled;

/// A day read from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRead {
    /// Written in an accepted way: `2020/09/29`, `2020-9-29`, `2020.09.29`, `20200929`, `2020年9月29日`, with or
    /// without a time of day.
    Good(i32),
    /// Read after folding: full-width digits, spaces, an apostrophe.
    Folded(i32, Fold),
    /// An instant that is another day in Beijing than where it was written: `2020-09-28T16:00:00Z` is the 29th. Systems
    /// write midnight so when they hand over dates as instants.
    OtherZone(i32),
    /// With the month in English, as programs write it: `Tue Sep 29 00:00:00 CST 2020`, `Sep 29, 2020`.
    English(i32),
    /// In Chinese numerals: `二〇二〇年九月二十九日`.
    Numerals(i32),
    /// A spreadsheet's serial number, e.g. `44103`.
    Serial(i32),
    /// Milliseconds since 1970, e.g. `1601308800000`; the day is that of Beijing.
    Milliseconds(i32),
    /// Seconds since 1970, e.g. `1601308800`; the day is that of Beijing.
    Seconds(i32),
    /// Day before year, e.g. `29/09/2020`, where only one reading is possible.
    DayFirst(i32),
    /// The year last, and either of the others may be the month: `12/1/1979`. The two readings, day before month first.
    DayOrMonth(i32, i32),
    /// The year has two digits: it is not known which century is meant. Holds the two digits.
    TwoDigitYear(u8),
    /// In the shape of a date, but no such day, e.g. `2021/02/30`.
    NoSuchDay,
    /// Year and month only.
    NoDay,
    /// Not a date.
    Unreadable,
}

const EPOCH_CE: i32 = 719_163;
/// Beijing's distance from UTC, in minutes.
const BEIJING: i32 = 8 * 60;

/// Days from 1970-01-01, or `None` when there is no such day. Proleptic Gregorian, years 1 to 9999.
#[must_use]
pub fn days(y: i32, m: u32, d: u32) -> Option<i32> {
    const LENGTH: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=9999).contains(&y) || !(1..=12).contains(&m) || d == 0 {
        return None;
    }
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let length = LENGTH[m as usize - 1] + u32::from(m == 2 && leap);
    if d > length {
        return None;
    }
    // Howard Hinnant's days_from_civil.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y / 400;
    let yoe = y - era * 400;
    let mp = (m as i32 + 9) % 12;
    let doy = (153 * mp + 2) / 5 + d as i32 - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    Some(era * 146_097 + doe - 719_468)
}

/// The day of a `Date32`.
#[must_use]
pub fn to_date(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(EPOCH_CE)?)
}

/// The `Date32` of a day.
#[must_use]
pub fn from_date(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH_CE
}

/// A day as the standards write it: `2020/09/29`.
#[must_use]
pub fn write(days: i32) -> String {
    to_date(days).map(|d| d.format("%Y/%m/%d").to_string()).unwrap_or_default()
}

/// Reads a day.
#[must_use]
pub fn read(v: &str) -> DateRead {
    if let Some(read) = read_fast(v.as_bytes()) {
        return read;
    }
    read_slow(v)
}

/// `YYYY?MM?DD` and `YYYYMMDD`, the shapes of nearly every good cell.
fn read_fast(b: &[u8]) -> Option<DateRead> {
    let digit = |i: usize| -> Option<u32> { b[i].is_ascii_digit().then(|| u32::from(b[i] - b'0')) };
    let (m, d) = match b.len() {
        10 if b[4] == b[7] && matches!(b[4], b'/' | b'-' | b'.') => (5, 8),
        8 => (4, 6),
        _ => return None,
    };
    let y = digit(0)? * 1000 + digit(1)? * 100 + digit(2)? * 10 + digit(3)?;
    let month = digit(m)? * 10 + digit(m + 1)?;
    let day = digit(d)? * 10 + digit(d + 1)?;
    days(y as i32, month, day).map(DateRead::Good)
}

fn read_slow(v: &str) -> DateRead {
    let plain = read_plain(v);
    if !matches!(plain, DateRead::Unreadable) {
        return plain;
    }
    let tidy = v.trim_matches(|c: char| {
        fold::is_space(c) || fold::is_invisible(c) || matches!(c, '\n' | '\r' | '\'' | '"')
    });
    let half: String = tidy
        .chars()
        .filter(|c| !fold::is_invisible(*c))
        .map(|c| match fold::half_width(c) {
            '。' | '、' | '\\' | '_' | '—' | '–' | '·' => '/',
            h => h,
        })
        .collect();
    let fold = if half.len() != tidy.len() || half != tidy {
        Fold::FullWidth
    } else if v.contains('\'') {
        Fold::Apostrophe
    } else if v.contains('"') {
        Fold::Quoted
    } else if v.contains(['\n', '\r']) {
        Fold::LineBreak
    } else if v.contains(fold::is_invisible) {
        Fold::Invisible
    } else {
        Fold::Spaces
    };
    match read_plain(&half) {
        DateRead::Good(d) => DateRead::Folded(d, fold),
        DateRead::Unreadable => {
            // "2020 - 9 - 29", "2020年 9月29日"
            let bare: String = half.chars().filter(|c| !fold::is_space(*c)).collect();
            match read_plain(&bare) {
                DateRead::Good(d) => DateRead::Folded(d, Fold::Spaces),
                other => other,
            }
        }
        other => other,
    }
}

/// Reads the accepted shapes, and names what is wrong with shapes near to them.
fn read_plain(v: &str) -> DateRead {
    let (day_part, later) = strip_time(v);
    match read_day(day_part) {
        DateRead::Good(day) if later != 0 => DateRead::OtherZone(day + later),
        DateRead::Unreadable => spelled::read(v).unwrap_or(DateRead::Unreadable),
        read => read,
    }
}

fn read_day(day_part: &str) -> DateRead {
    if let Some(read) = read_fast(day_part.as_bytes()) {
        return read;
    }
    if let Some(read) = epoch::read(day_part) {
        return read;
    }
    if !day_part.is_empty()
        && day_part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && day_part.len() >= 5
        && let Some(serial) = read_serial(day_part)
    {
        return DateRead::Serial(serial);
    }
    let Some((parts, widths)) = split(day_part) else { return DateRead::Unreadable };
    match (parts.as_slice(), widths.as_slice()) {
        ([whole], [8]) => {
            let (y, m, d) = (whole / 10_000, whole / 100 % 100, whole % 100);
            if (1800..=2200).contains(&y) || days(y as i32, m, d).is_none() {
                DateRead::NoSuchDay
            } else {
                DateRead::Unreadable
            }
        }
        ([whole], [6]) => match (whole / 100, whole % 100) {
            (1900..=2100, 1..=12) => DateRead::NoDay,
            _ => {
                let (y, m, d) = (whole / 10_000, whole / 100 % 100, whole % 100);
                if days(2000 + y as i32, m, d).is_some() {
                    DateRead::TwoDigitYear(y as u8)
                } else {
                    DateRead::Unreadable
                }
            }
        },
        ([y, m], [4, 1 | 2]) if (1..=12).contains(m) && *y >= 1000 => DateRead::NoDay,
        ([y, m, d], [4, 1 | 2, 1 | 2]) => match days(*y as i32, *m, *d) {
            Some(days) => DateRead::Good(days),
            None => DateRead::NoSuchDay,
        },
        ([a, b, y], [1 | 2, 1 | 2, 4]) => match (days(*y as i32, *b, *a), days(*y as i32, *a, *b)) {
            (Some(day_first), None) => DateRead::DayFirst(day_first),
            (None, Some(month_first)) => DateRead::DayFirst(month_first),
            (Some(x), Some(y)) if x == y => DateRead::DayFirst(x),
            (Some(day_first), Some(month_first)) => DateRead::DayOrMonth(day_first, month_first),
            (None, None) => DateRead::NoSuchDay,
        },
        ([y, m, d], [1 | 2, 1 | 2, 1 | 2]) if days(2000 + *y as i32, *m, *d).is_some() => {
            DateRead::TwoDigitYear(*y as u8)
        }
        _ => DateRead::Unreadable,
    }
}

/// The part before the time of day (`2020-09-29 00:00:00`, `2020/9/29 上午12:00:00`, `2020-09-29T08:00:00+08:00`), and by
/// how many days Beijing's day differs, where the time tells its zone.
fn strip_time(v: &str) -> (&str, i32) {
    let Some(at) = v.find([' ', 'T']) else { return (v, 0) };
    let time = v[at + 1..].trim();
    let time = ["上午", "下午", "AM", "PM"]
        .iter()
        .find_map(|half| time.strip_prefix(half).or_else(|| time.strip_suffix(half)))
        .map_or(time, str::trim);
    let looks_like_time = time.len() >= 4
        && time.contains(':')
        && time.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'+' | b'-' | b'Z'));
    if looks_like_time { (&v[..at], days_later_in_beijing(time).unwrap_or(0)) } else { (v, 0) }
}

/// `16:00:00.000Z`, `00:00+08:00`, `00:00:00-0500`; `None` when no zone is told.
fn days_later_in_beijing(time: &str) -> Option<i32> {
    let minutes = |text: &str| -> Option<i32> {
        let (h, m) = match text.split_once(':') {
            Some((h, m)) => (h, m.get(..2)?),
            None if text.len() == 4 => text.split_at(2),
            None => (text, "0"),
        };
        Some(h.parse::<i32>().ok()? * 60 + m.parse::<i32>().ok()?)
    };
    let (clock, zone) = match time.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let zone = minutes(&time[at + 1..])?;
            (&time[..at], if time.as_bytes()[at] == b'-' { -zone } else { zone })
        }
    };
    Some((minutes(clock)? - zone + BEIJING).div_euclid(24 * 60))
}

/// The numbers of a date and how many digits each was written with.
fn split(v: &str) -> Option<(Vec<u32>, Vec<usize>)> {
    let (mut parts, mut widths) = (Vec::with_capacity(3), Vec::with_capacity(3));
    let mut rest = v.strip_suffix(['日', '号']).unwrap_or(v);
    loop {
        let n = rest.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 || n > 8 || parts.len() == 3 {
            return None;
        }
        parts.push(rest[..n].parse().ok()?);
        widths.push(n);
        rest = &rest[n..];
        let Some(c) = rest.chars().next() else { break };
        if !matches!(c, '/' | '-' | '.' | '年' | '月') {
            return None;
        }
        rest = &rest[c.len_utf8()..];
        if rest.is_empty() {
            break;
        }
    }
    Some((parts, widths))
}

/// The day of a serial number between 1927 and 2119; Excel counts 1899-12-30 as day 0.
fn read_serial(v: &str) -> Option<i32> {
    let whole = match v.split_once('.') {
        Some((whole, part)) if part.len() <= 12 && part.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => v,
    };
    let n: i32 = (whole.len() == 5).then(|| whole.parse().ok())??;
    (10_000..=80_000).contains(&n).then_some(n - 25_569)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> i32 {
        from_date(NaiveDate::from_ymd_opt(y, m, d).unwrap())
    }

    #[test]
    fn days_agree_with_chrono() {
        for n in (day(1583, 1, 1)..day(2400, 1, 1)).step_by(17) {
            let date = to_date(n).unwrap();
            assert_eq!(days(date.year(), date.month(), date.day()), Some(n));
        }
        assert_eq!(days(2021, 2, 29), None);
        assert_eq!(days(2020, 2, 29), Some(day(2020, 2, 29)));
    }

    #[test]
    fn a_day_is_read_as_people_write_it() {
        let d = day(2020, 9, 29);
        for v in [
            "2020/09/29",
            "2020-09-29",
            "2020.9.29",
            "20200929",
            "2020年9月29日",
            "2020-09-29 00:00:00",
            "2020-9-29T08:00:00+08:00",
            "2020/9/29 10:30",
        ] {
            assert_eq!(read(v), DateRead::Good(d), "{v}");
        }
        for v in [
            "2020/9/29 上午12:00:00",
            "2020/9/29 8:30:00 PM",
            "2020-09-28T23:00:00+08",
            "2020-09-29T15:59:59Z",
        ] {
            let want = if v.contains("09-28") { d - 1 } else { d };
            assert_eq!(read(v), DateRead::Good(want), "{v}");
        }
        // Midnight in Beijing as systems write instants.
        for v in ["2020-09-28T16:00:00.000Z", "2020-09-28 16:00:00+0000", "2020-09-28T11:30:00-05:00"] {
            assert_eq!(read(v), DateRead::OtherZone(d), "{v}");
        }
        assert_eq!(read("2020-09-30T03:00:00+10:00"), DateRead::Good(d + 1));
        assert_eq!(read("2020-09-30T00:30:00+10:00"), DateRead::OtherZone(d));
        assert_eq!(read("２０２０／０９／２９"), DateRead::Folded(d, Fold::FullWidth));
        assert_eq!(read(" 2020/09/29"), DateRead::Folded(d, Fold::Spaces));
        assert_eq!(read("2020 - 09 - 29"), DateRead::Folded(d, Fold::Spaces));
        assert_eq!(read("'2020/09/29"), DateRead::Folded(d, Fold::Apostrophe));
        assert_eq!(read("44103"), DateRead::Serial(d));
        assert_eq!(read("44103.5"), DateRead::Serial(d));
        assert_eq!(read("29/09/2020"), DateRead::DayFirst(d));
        assert_eq!(read("9/9/2020"), DateRead::DayFirst(d - 20));
        assert_eq!(read("10/9/2020"), DateRead::DayOrMonth(d - 19, d + 10));
        assert_eq!(read("20/9/29"), DateRead::TwoDigitYear(20));
        assert_eq!(read("20-09-29"), DateRead::TwoDigitYear(20));
        assert_eq!(read("2021/02/30"), DateRead::NoSuchDay);
        assert_eq!(read("20210230"), DateRead::NoSuchDay);
        assert_eq!(read("2021年2月"), DateRead::NoDay);
        for v in ["长期", "", "2020", "甲辰年", "1/2", "123456789"] {
            assert_eq!(read(v), DateRead::Unreadable, "{v}");
        }
        assert_eq!(write(d), "2020/09/29");
        assert_eq!(read("2099/12/31"), DateRead::Good(day(2099, 12, 31)));
    }
}
