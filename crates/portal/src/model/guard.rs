//! Personal numbers and names in what is about to be published (公示前脱敏): found by their shape as well as by their check
//! digit, masked where it is clear what they are, and left to a person where it is not.

use std::ops::Range;

use chrono::{Datelike as _, NaiveDate};
use standards::{fold, id_card, mask, registration_number, uscc};

/// What stands in place of a personal number: nothing of it is shown.
pub const HIDDEN: &str = "******";
/// Younger than this, a "birth date" is more likely the date in a permit's number than a person's.
const YOUNGEST: i32 = 14;

/// A text made fit for publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guarded {
    /// What is certainly personal is masked, what is doubtful is masked too.
    pub safe: String,
    /// What is certainly personal is masked, what is doubtful stands as it was given.
    pub open: String,
    /// The doubtful numbers.
    pub doubts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Personal,
    Doubtful,
}

/// Masks identity and mobile numbers and the names given in a text. `free` tells running text from a field that holds one number:
/// in the latter, eleven digits may be a permit's number as well as a telephone's. `on` is the day by which ages are judged.
#[must_use]
pub fn guard(text: &str, names: &[String], free: bool, on: NaiveDate) -> Guarded {
    let hits = numbers(text, free, on);
    let mut out = Guarded::default();
    let mut from = 0;
    for (range, verdict) in hits {
        let before = &text[from..range.start];
        out.safe.push_str(before);
        out.open.push_str(before);
        out.safe.push_str(HIDDEN);
        match verdict {
            Verdict::Personal => out.open.push_str(HIDDEN),
            Verdict::Doubtful => {
                out.open.push_str(&text[range.clone()]);
                out.doubts.push(text[range.clone()].to_owned());
            }
        }
        from = range.end;
    }
    out.safe.push_str(&text[from..]);
    out.open.push_str(&text[from..]);
    // One character would be found everywhere.
    for name in names.iter().filter(|n| n.chars().count() > 1) {
        let masked = mask::person_name(name);
        out.safe = out.safe.replace(name.as_str(), &masked);
        out.open = out.open.replace(name.as_str(), &masked);
    }
    out
}

/// Whether a text that has been published still shows a personal number.
#[must_use]
pub fn leaks(text: &str, on: NaiveDate) -> bool {
    numbers(text, true, on).iter().any(|(_, verdict)| *verdict == Verdict::Personal)
}

/// A run of digits, an `X` after seventeen of them counted in.
struct Run {
    range: Range<usize>,
    digits: String,
}

fn numbers(text: &str, free: bool, on: NaiveDate) -> Vec<(Range<usize>, Verdict)> {
    // Most texts hold none: a quick look saves building the runs.
    if text.chars().filter(|c| digit(*c).is_some()).count() < 11 {
        return Vec::new();
    }
    let runs = runs(text);
    let mut hits = Vec::new();
    let mut i = 0;
    while i < runs.len() {
        if let Some(used) = split_number(text, &runs[i..]) {
            hits.push((runs[i].range.start..runs[i + used - 1].range.end, Verdict::Personal));
            i += used;
            continue;
        }
        let run = &runs[i];
        if let Some(verdict) = judge(text, run, free, on) {
            hits.push((run.range.clone(), verdict));
        }
        i += 1;
    }
    hits
}

/// The digit a character stands for, Western or Chinese, and which of the two.
fn digit(c: char) -> Option<(char, bool)> {
    let half = fold::half_width(c);
    if half.is_ascii_digit() {
        return Some((half, false));
    }
    let at = "〇一二三四五六七八九".chars().position(|d| d == c).or((c == '零').then_some(0))?;
    char::from_digit(u32::try_from(at).ok()?, 10).map(|d| (d, true))
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open: Option<bool> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match (digit(c), runs.last_mut()) {
            (Some((d, chinese)), Some(run)) if open == Some(chinese) => {
                run.digits.push(d);
                run.range.end = end;
            }
            (Some((d, chinese)), _) => {
                runs.push(Run { range: at..end, digits: d.to_string() });
                open = Some(chinese);
            }
            (None, Some(run))
                if open.is_some() && run.digits.len() == 17 && matches!(fold::half_width(c), 'x' | 'X') =>
            {
                run.digits.push('X');
                run.range.end = end;
                open = None;
            }
            (None, _) => open = None,
        }
    }
    runs
}

fn judge(text: &str, run: &Run, free: bool, on: NaiveDate) -> Option<Verdict> {
    let digits = run.digits.as_str();
    match digits.len() {
        18 => identity(text, run, on),
        15 => (!registration_number::is_valid(digits.as_bytes()) && is_old_identity(digits, on))
            .then_some(Verdict::Doubtful),
        11 if is_mobile(digits) => Some(if free { Verdict::Personal } else { Verdict::Doubtful }),
        13 if digits.starts_with("86") && is_mobile(&digits[2..]) => Some(Verdict::Personal),
        // Two numbers without a gap between them.
        19.. => digits.as_bytes().windows(18).any(id_card::is_valid).then_some(Verdict::Doubtful),
        _ => None,
    }
}

/// Eighteen characters: an identity number, a credit code of digits alone, or a permit's number with a date in it.
fn identity(text: &str, run: &Run, on: NaiveDate) -> Option<Verdict> {
    let digits = run.digits.as_str();
    let checks = id_card::is_valid(digits.as_bytes());
    let letter = |c: Option<char>| c.is_some_and(|c| fold::half_width(c).is_ascii_alphanumeric());
    let alone =
        !letter(text[..run.range.start].chars().next_back()) && !letter(text[run.range.end..].chars().next());
    let code = !checks && alone && uscc::is_valid(digits.as_bytes());
    if !is_province(digits) {
        return None;
    }
    let year: i32 = digits.get(6..10)?.parse().ok()?;
    if !(1880..=on.year()).contains(&year) {
        return None;
    }
    let born = NaiveDate::parse_from_str(digits.get(6..14)?, "%Y%m%d").ok();
    match born {
        // One mistyped identity number in 31 passes for a code.
        Some(born) if on.years_since(born).is_some_and(|age| age >= YOUNGEST as u32) => {
            Some(if code { Verdict::Doubtful } else { Verdict::Personal })
        }
        _ if code => None,
        // A permit of these years, or a child's number; or digits of the date were mistyped.
        _ => Some(Verdict::Doubtful),
    }
}

/// The old form of 15 digits: `YYMMDD` after the division.
fn is_old_identity(digits: &str, on: NaiveDate) -> bool {
    is_province(digits) && id_card::upgrade(digits, on).is_ok()
}

fn is_province(digits: &str) -> bool {
    matches!(
        digits.get(..2).and_then(|p| p.parse::<u8>().ok()),
        Some(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
    )
}

fn is_mobile(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]) && digits.len() == 11
}

/// A number written in groups, `138 0000 0000` or `3706 0218 8002 2900 10`: how many runs belong to it.
fn split_number(text: &str, runs: &[Run]) -> Option<usize> {
    let mut joined = String::new();
    for (i, run) in runs.iter().enumerate().take(6) {
        if i > 0 {
            let gap = text.get(runs[i - 1].range.end..run.range.start)?;
            if !matches!(gap, " " | "-" | "－" | "　" | "\u{a0}") {
                return None;
            }
        }
        joined.push_str(&run.digits);
        let groups: Vec<usize> = runs[..=i].iter().map(|r| r.digits.len()).collect();
        let mobile = matches!(groups.as_slice(), [3, 4, 4] | [3, 8] | [7, 4]) && is_mobile(&joined);
        if i > 0 && (mobile || id_card::is_valid(joined.as_bytes())) {
            return Some(i + 1);
        }
        if joined.len() >= 18 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on() -> NaiveDate {
        "2026-01-05".parse().unwrap()
    }

    fn safe(text: &str) -> Guarded {
        guard(text, &[], true, on())
    }

    #[test]
    fn what_is_certainly_personal_is_gone() {
        for (text, shown) in [
            ("张某（身份证370602188002290010）违规", "张某（身份证******）违规"),
            ("证件４１０４０２１８８５０７１５００４x。", "证件******。"),
            ("一位数字抄错的号码370602188002290012", "一位数字抄错的号码******"),
            ("电话13800000000，备用+8613800000001", "电话******，备用+******"),
            ("联系138-0000-0000或138 00000001", "联系******或******"),
            ("号码3706 0218 8002 2900 10", "号码******"),
            ("ID370602188002290010号", "ID******号"),
            ("电话一三八〇〇〇〇〇〇〇〇", "电话******"),
        ] {
            let found = safe(text);
            assert_eq!((found.safe.as_str(), found.open.as_str()), (shown, shown), "{text}");
            assert!(found.doubts.is_empty());
        }
    }

    #[test]
    fn what_is_no_persons_number_stays() {
        for text in [
            "罚款人民币2000.00元，编号JY14419000000001",
            "统一社会信用代码91441900MA0DEM013W",
            "注册号441900000000012",
            "账号6222000000000001234",
            "东市监罚〔2020〕12号，2020-09-29至2021-09-29",
            "",
        ] {
            assert_eq!(
                safe(text),
                Guarded { safe: text.into(), open: text.into(), doubts: vec![] },
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_decided_waits_for_a_person() {
        // A permit's number with this year's date in it; fifteen digits with a birth date; two numbers in one.
        for text in ["440106202508150101", "370602800229001", "37060218800229001013800000000"] {
            let found = safe(text);
            assert_eq!((found.safe.as_str(), found.open.as_str()), (HIDDEN, text), "{text}");
            assert_eq!(found.doubts, [text]);
        }
        let number = guard("15012345678", &[], false, on());
        assert_eq!(number.doubts, ["15012345678"], "alone in a field it may be a permit's number");
    }

    #[test]
    fn names_are_masked_in_running_text() {
        let found = guard("张三在示例路摆卖，张三拒不改正", &["张三".into(), "李".into()], true, on());
        assert_eq!(found.safe, "张*在示例路摆卖，张*拒不改正");
    }

    proptest! {
        #[test]
        fn nothing_personal_is_left(text in "(\\PC|[0-9]{3,18}|13800000000|370602188002290010|-| ){0,12}") {
            prop_assert!(!leaks(&safe(&text).safe, on()), "{}", safe(&text).safe);
        }
    }
}
