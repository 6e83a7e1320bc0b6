//! Identity and mobile numbers in a text: in Western, full-width, Chinese or circled digits, in one piece or with signs, blanks and
//! line breaks between the digits.

use std::ops::Range;

use chrono::{Datelike as _, NaiveDate};
use standards::{fold, id_card, registration_number, uscc};

/// Younger than this, a "birth date" is more likely the date in a permit's number than a person's.
const YOUNGEST: i32 = 14;
/// Between two pieces of one number: signs at most, and characters at most with the blanks.
const SIGNS: usize = 3;
const GAP: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Personal,
    Doubtful,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Identity,
    Mobile,
    /// Two without a gap between them.
    Several,
}

/// A number found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub range: Range<usize>,
    pub number: Number,
    pub verdict: Verdict,
}

/// Digits of one script without anything between them, an `X` after seventeen of them counted in; or an `X` that stands alone.
struct Group {
    range: Range<usize>,
    digits: String,
}

/// What stands between two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    /// Nothing: the script changes.
    None,
    /// What people put into one number.
    Within,
    /// What also stands between the items of a list.
    List,
}

/// The numbers of a text, in order and apart from each other.
pub(super) fn find(text: &str, free: bool, on: NaiveDate) -> Vec<Hit> {
    // Most texts hold none: a quick look saves building the groups.
    if text.chars().filter(|c| digit(*c).is_some()).count() < 11 {
        return Vec::new();
    }
    let groups = groups(text);
    let mut hits = Vec::new();
    let mut i = 0;
    while i < groups.len() {
        // An identity number in pieces may begin with what alone looks like a mobile number.
        let found = pieces(text, &groups[i..], free, on, Number::Identity)
            .or_else(|| judge(text, &groups[i], free, on).map(|(number, verdict)| (1, number, verdict)))
            .or_else(|| pieces(text, &groups[i..], free, on, Number::Mobile));
        let used = match found {
            Some((used, number, verdict)) => {
                let range = groups[i].range.start..groups[i + used - 1].range.end;
                hits.push(Hit { range, number, verdict });
                used
            }
            None => 1,
        };
        i += used;
    }
    hits
}

/// The digit a character stands for, and its script: 0 Western, 1 Chinese, 2 signs with a digit in them.
fn digit(c: char) -> Option<(char, u8)> {
    let half = fold::half_width(c);
    if half.is_ascii_digit() {
        return Some((half, 0));
    }
    let nth = |from: u32, first: u32| u32::from(c).wrapping_sub(from).wrapping_add(first);
    let (value, script) = match c {
        '〇' | '零' | '○' => (0, 1),
        '一' | '壹' | '幺' => (1, 1),
        '二' | '贰' | '貳' => (2, 1),
        '三' | '叁' | '參' => (3, 1),
        '四' | '肆' => (4, 1),
        '五' | '伍' => (5, 1),
        '六' | '陆' | '陸' => (6, 1),
        '七' | '柒' => (7, 1),
        '八' | '捌' => (8, 1),
        '九' | '玖' => (9, 1),
        '①'..='⑨' => (nth(0x2460, 1), 2),
        '⑴'..='⑼' => (nth(0x2474, 1), 2),
        '⒈'..='⒐' => (nth(0x2488, 1), 2),
        '❶'..='❾' => (nth(0x2776, 1), 2),
        '➀'..='➈' => (nth(0x2780, 1), 2),
        '➊'..='➒' => (nth(0x278a, 1), 2),
        '⓪' | '⓿' | '🄋' | '🄌' => (0, 2),
        '\u{1d7ce}'..='\u{1d7ff}' => (nth(0x1d7ce, 0) % 10, 2),
        '⁰' => (0, 2),
        '¹' => (1, 2),
        '²' => (2, 2),
        '³' => (3, 2),
        '⁴'..='⁹' => (nth(0x2074, 4), 2),
        '₀'..='₉' => (nth(0x2080, 0), 2),
        _ => return None,
    };
    char::from_digit(value, 10).map(|d| (d, script))
}

fn is_x(c: char) -> bool {
    matches!(fold::half_width(c), 'x' | 'X' | '×' | 'Ⅹ' | 'ⅹ')
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(|c| fold::half_width(c).is_ascii_alphabetic())
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open: Option<u8> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match (digit(c), groups.last_mut()) {
            (Some((d, script)), Some(group)) if open == Some(script) => {
                group.digits.push(d);
                group.range.end = end;
            }
            (Some((d, script)), _) => {
                groups.push(Group { range: at..end, digits: d.to_string() });
                open = Some(script);
            }
            (None, Some(group)) if open.is_some() && group.digits.len() == 17 && is_x(c) => {
                group.digits.push('X');
                group.range.end = end;
                open = None;
            }
            (None, _) => {
                open = None;
                if is_x(c)
                    && !is_letter(text[..at].chars().next_back())
                    && !is_letter(text[end..].chars().next())
                {
                    groups.push(Group { range: at..end, digits: "X".to_owned() });
                }
            }
        }
    }
    groups
}

/// What a group is by itself.
fn judge(text: &str, group: &Group, free: bool, on: NaiveDate) -> Option<(Number, Verdict)> {
    let digits = group.digits.as_str();
    match digits.len() {
        18 => identity(text, group, on).map(|v| (Number::Identity, v)),
        15 => (!registration_number::is_valid(digits.as_bytes()) && is_old_identity(digits, on))
            .then_some((Number::Identity, Verdict::Doubtful)),
        11 if is_mobile(digits) => {
            Some((Number::Mobile, if free { Verdict::Personal } else { Verdict::Doubtful }))
        }
        13 if digits.starts_with("86") && is_mobile(&digits[2..]) => {
            Some((Number::Mobile, Verdict::Personal))
        }
        19.. => digits
            .as_bytes()
            .windows(18)
            .any(id_card::is_valid)
            .then_some((Number::Several, Verdict::Doubtful)),
        _ => None,
    }
}

/// Eighteen characters: an identity number, a credit code of digits alone, or a permit's number with a date in it.
fn identity(text: &str, group: &Group, on: NaiveDate) -> Option<Verdict> {
    let digits = group.digits.as_str();
    let checks = id_card::is_valid(digits.as_bytes());
    let joins = |c: Option<char>| c.is_some_and(|c| fold::half_width(c).is_ascii_alphanumeric());
    let (before, after) = (&text[..group.range.start], &text[group.range.end..]);
    let alone = !joins(before.chars().next_back()) && !joins(after.chars().next());
    let code = !checks && alone && uscc::is_valid(digits.as_bytes());
    if !is_province(digits) {
        return None;
    }
    let year: i32 = digits.get(6..10)?.parse().ok()?;
    if !(1880..=on.year()).contains(&year) {
        return None;
    }
    match is_grown(digits, on) {
        // One mistyped identity number in 31 passes for a code.
        true => Some(if code { Verdict::Doubtful } else { Verdict::Personal }),
        _ if code => None,
        // A permit of these years, or a child's number; or digits of the date were mistyped.
        _ => Some(Verdict::Doubtful),
    }
}

/// Whether the digits from the seventh on are the birth date of somebody who can be fined.
fn is_grown(digits: &str, on: NaiveDate) -> bool {
    let born = digits.get(6..14).and_then(|d| NaiveDate::parse_from_str(d, "%Y%m%d").ok());
    born.is_some_and(|b| b.year() >= 1880 && on.years_since(b).is_some_and(|age| age >= YOUNGEST as u32))
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

fn gap(text: &str) -> Option<Gap> {
    if text.is_empty() {
        return Some(Gap::None);
    }
    let (mut signs, mut widest) = (0, Gap::Within);
    for (n, c) in text.chars().enumerate() {
        let unseen =
            c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
        if !unseen {
            signs += 1;
            match c {
                '-'
                | '－'
                | '﹣'
                | '−'
                | '‐'..='―'
                | '_'
                | '＿'
                | '·'
                | '•'
                | '・'
                | '‧'
                | '.'
                | '．'
                | '/'
                | '／'
                | '\\'
                | '|'
                | '('
                | ')'
                | '（'
                | '）'
                | '['
                | ']'
                | '【'
                | '】' => {}
                '、' | ',' | '，' | '。' | ':' | '：' | ';' | '；' => widest = Gap::List,
                _ => return None,
            }
        }
        if n >= GAP || signs > SIGNS {
            return None;
        }
    }
    Some(widest)
}

/// A number written in pieces, `138 0000 0000` or `3706 0218 8002 2900 10`: how many groups belong to it.
fn pieces(
    text: &str,
    groups: &[Group],
    free: bool,
    on: NaiveDate,
    sought: Number,
) -> Option<(usize, Number, Verdict)> {
    let mut joined = String::new();
    let mut widths = Vec::new();
    let mut widest = Gap::None;
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            widest = widest.max(gap(text.get(groups[i - 1].range.end..group.range.start)?)?);
        }
        if group.digits == "X" && joined.len() != 17 {
            return None;
        }
        joined.push_str(&group.digits);
        widths.push(group.digits.len());
        if joined.len() > 18 {
            return None;
        }
        let verdict = match sought {
            _ if i == 0 => None,
            Number::Identity => identity_in_pieces(&joined, &widths, widest, (free, on)),
            _ => mobile_in_pieces(&joined, &widths, widest).then_some(Verdict::Personal),
        };
        if let Some(verdict) = verdict {
            return Some((i + 1, sought, verdict));
        }
    }
    None
}

fn identity_in_pieces(
    digits: &str,
    widths: &[usize],
    widest: Gap,
    (free, on): (bool, NaiveDate),
) -> Option<Verdict> {
    match digits.len() {
        18 if is_province(digits) && id_card::is_valid(digits.as_bytes()) => Some(Verdict::Personal),
        // A wrong check character: in a field for numbers it may be a permit's.
        18 if is_province(digits) && is_grown(digits, on) => {
            let code = widest == Gap::List || !free || uscc::is_valid(digits.as_bytes());
            Some(if code { Verdict::Doubtful } else { Verdict::Personal })
        }
        15 if widest == Gap::None || is_spelled(widths) || widths == [6, 6, 3] => {
            is_old_identity(digits, on).then_some(Verdict::Doubtful)
        }
        _ => None,
    }
}

/// Whether digits in these groups are a mobile number, and not amounts, ranges or dates beside each other.
fn mobile_in_pieces(digits: &str, widths: &[usize], widest: Gap) -> bool {
    if let Some(number) = digits.strip_prefix("86").filter(|_| digits.len() == 13) {
        return is_mobile(number)
            && (widest == Gap::None || is_spelled(widths) || matches!(widths, [5, 4, 4] | [5, 8]));
    }
    is_mobile(digits)
        && match widest {
            Gap::None => true,
            Gap::Within => {
                matches!(widths, [3, 4, 4] | [3, 8] | [7, 4] | [3, 3, 5] | [3, 5, 3] | [4, 4, 3] | [4, 3, 4])
                    || matches!(widths, [2, 2, 2, 2, 2, 1] | [1, 2, 2, 2, 2, 2])
                    || is_spelled(widths)
            }
            Gap::List => is_spelled(widths) || widths == [3, 4, 4],
        }
}

/// Digit by digit.
fn is_spelled(widths: &[usize]) -> bool {
    widths.iter().all(|w| *w == 1)
}
