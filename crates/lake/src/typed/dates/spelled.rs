//! Dates in words: months in English as programs write them, and Chinese numerals as documents do.

use super::{BEIJING, DateRead, days};
use crate::typed::numbers;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads a date in words; `None` when it is none.
pub(super) fn read(v: &str) -> Option<DateRead> {
    if v.contains('年') {
        return numerals(v);
    }
    english(v)
}

/// `Tue Sep 29 00:00:00 CST 2020` (Java), `Tue Sep 29 2020 00:00:00 GMT+0800 (中国标准时间)` (browsers),
/// `Tue, 29 Sep 2020 16:00:00 GMT` (mail), `Sep 29, 2020 12:00:00 AM`, `29-Sep-2020`: one month in letters, a day and a year of
/// four digits. `CST` is China's standard time here, and so is a time without a zone.
fn english(v: &str) -> Option<DateRead> {
    if v.len() > 80 || !v.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let told = v.split_once('(').map_or(v, |(told, _)| told);
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut clock, mut zone, mut afternoon) = (0, BEIJING, None);
    for word in told.split([' ', ',']).filter(|w| !w.is_empty()) {
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            clock = minutes(word)?;
        } else if let Some(offset) = offset(word) {
            zone = offset;
        } else {
            // 29-Sep-2020
            for part in word.split(['-', '/', '.']).filter(|p| !p.is_empty()) {
                if let Ok(n) = part.parse::<u32>() {
                    let (slot, is_year) = if part.len() == 4 { (&mut year, true) } else { (&mut day, false) };
                    if slot.replace(n).is_some() || !is_year && part.len() > 2 {
                        return None;
                    }
                } else if let Some(m) = month_of(part) {
                    if month.replace(m).is_some() {
                        return None;
                    }
                } else if let "AM" | "PM" = part {
                    afternoon = Some(part == "PM");
                } else if !is_weekday(part) {
                    return None;
                }
            }
        }
    }
    if let Some(afternoon) = afternoon {
        clock = clock % (12 * 60) + if afternoon { 12 * 60 } else { 0 };
    }
    let there = days(i32::try_from(year?).ok()?, month?, day?);
    let Some(there) = there else { return Some(DateRead::NoSuchDay) };
    Some(DateRead::English(there + (clock - zone + BEIJING).div_euclid(24 * 60)))
}

/// `16:30:00.000` as minutes of the day.
fn minutes(clock: &str) -> Option<i32> {
    let mut parts = clock.split(':');
    let (hour, minute): (i32, i32) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    ((0..=24).contains(&hour) && (0..=59).contains(&minute)).then_some(hour * 60 + minute)
}

/// A zone's distance from UTC, in minutes.
fn offset(word: &str) -> Option<i32> {
    let signed = match word {
        "CST" | "HKT" | "中国标准时间" => return Some(BEIJING),
        "GMT" | "UTC" | "Z" => return Some(0),
        _ => word.strip_prefix("GMT").or_else(|| word.strip_prefix("UTC")).unwrap_or(word),
    };
    let sign = match signed.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = signed[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 1 | 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i32 = digits.parse().ok()?;
    Some(sign * if digits.len() == 4 { n / 100 * 60 + n % 100 } else { n * 60 })
}

fn month_of(word: &str) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    let at =
        MONTHS.iter().position(|m| word == *m || word == m[..3] || word == "sept" && m.starts_with("sept"));
    at.and_then(|i| u32::try_from(i + 1).ok())
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let word = word.to_ascii_lowercase();
    DAYS.iter().any(|d| word.starts_with(d)) && (word.len() == 3 || word.ends_with("day"))
}

/// `二〇二〇年九月二十九日`, with any of the zeros people write.
fn numerals(v: &str) -> Option<DateRead> {
    let (year, rest) = v.split_once('年')?;
    let digits: Option<Vec<u32>> = year.chars().map(digit).collect();
    let digits = digits.filter(|d| d.len() == 4)?;
    let year = digits.iter().fold(0, |n, d| n * 10 + d);
    let (month, rest) = rest.split_once('月')?;
    let month = below_hundred(month)?;
    if rest.is_empty() {
        return (1..=12).contains(&month).then_some(DateRead::NoDay);
    }
    let day = below_hundred(rest.strip_suffix(['日', '号']).unwrap_or(rest))?;
    Some(days(i32::try_from(year).ok()?, month, day).map_or(DateRead::NoSuchDay, DateRead::Numerals))
}

fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '○' | '◯' => Some(0),
        _ => numbers::chinese_digit(c),
    }
}

/// `九`, `十`, `十一`, `二十`, `二十九`, `廿九`, `卅一`, `零九`, `二九`.
fn below_hundred(text: &str) -> Option<u32> {
    let text = text.replace('廿', "二十").replace('卅', "三十").replace('拾', "十");
    let number = |text: &str| -> Option<u32> {
        let digits: Option<Vec<u32>> = text.chars().map(digit).collect();
        digits.filter(|d| (1..=2).contains(&d.len())).map(|d| d.iter().fold(0, |n, d| n * 10 + d))
    };
    match text.split_once('十') {
        None => number(&text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { number(tens).filter(|n| (0..10).contains(n))?.max(1) };
            let ones = if ones.is_empty() { 0 } else { number(ones).filter(|n| (1..10).contains(n))? };
            Some(tens * 10 + ones)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_write_months_in_english() {
        let d = days(2020, 9, 29).unwrap();
        for v in [
            "Tue Sep 29 00:00:00 CST 2020",
            "Tue Sep 29 2020 00:00:00 GMT+0800 (中国标准时间)",
            "Mon, 28 Sep 2020 16:00:00 GMT",
            "Mon Sep 28 16:00:00 UTC 2020",
            "Sep 29, 2020 12:00:00 AM",
            "September 29, 2020",
            "29-SEP-2020",
            "29 Sept 2020",
        ] {
            assert_eq!(read(v), Some(DateRead::English(d)), "{v}");
        }
        assert_eq!(read("Sep 29, 2020 11:30:00 PM"), Some(DateRead::English(d)));
        assert_eq!(read("Tue Feb 30 00:00:00 CST 2021"), Some(DateRead::NoSuchDay));
        for v in [
            "Sep 2020",
            "Tue 29 2020",
            "29 Sep 2020 Oct",
            "May",
            "Sunday",
            "甲公司 May 1 2020",
            "1 2 Sep 2020",
        ] {
            assert_eq!(read(v), None, "{v}");
        }
    }

    #[test]
    fn documents_write_chinese_numerals() {
        let d = days(2020, 9, 29).unwrap();
        for v in [
            "二〇二〇年九月二十九日",
            "二零二零年九月廿九日",
            "二○二○年九月二十九",
            "贰零贰零年零玖月贰拾玖日",
            "2020年九月29日",
        ] {
            assert_eq!(read(v), Some(DateRead::Numerals(d)), "{v}");
        }
        assert_eq!(read("二〇二〇年十月十日"), days(2020, 10, 10).map(DateRead::Numerals));
        assert_eq!(read("二〇二一年二月三十日"), Some(DateRead::NoSuchDay));
        assert_eq!(read("二〇二〇年九月"), Some(DateRead::NoDay));
        for v in ["甲辰年", "二〇年九月一日", "二〇二〇年", "二〇二〇年度"] {
            assert_eq!(read(v), None, "{v}");
        }
    }
}
