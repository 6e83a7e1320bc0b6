//! What a formula may say (公式检查): conditions and amounts over one fact. They are put into one read-only SELECT, so nothing in them may
//! reach out of their brackets.

use kernel::Text;
use lake::table::ColumnType;

use super::indicator::Indicator;
use crate::facts::Kind;

/// Longest formula, in characters.
const LONGEST: usize = 2_000;

/// Longest number: amounts of many facts are added up.
const DIGITS: usize = 9;

/// Words of SQL that formulas may use beside columns and days.
const WORDS: &[&str] = &[
    "AND", "OR", "NOT", "IS", "NULL", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE", "FALSE",
    "IN", "COALESCE", "LEAST", "GREATEST",
];

/// Days that are put in.
const DAYS: [&str; 3] = [":from", ":to", ":as_of"];

/// What is wrong with a formula over facts of a kind, if anything.
#[must_use]
pub fn formula_fault(sql: &str, kind: Kind) -> Option<Text> {
    if sql.trim().is_empty() {
        return Some(Text::new("不能为空", "it is empty"));
    }
    if sql.chars().count() > LONGEST {
        return Some(Text::new(
            format!("最多 {LONGEST} 个字符"),
            format!("it holds at most {LONGEST} characters"),
        ));
    }
    let pieces: Vec<&str> = sql.split('\'').collect();
    if pieces.len().is_multiple_of(2) {
        return Some(Text::new("单引号没有成对", "a quote is not closed"));
    }
    let plain = pieces.iter().step_by(2);
    let mut depth = 0_i32;
    for c in plain.clone().flat_map(|p| p.chars()) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '/' => {
                return Some(Text::new(
                    "不能做除法：分母和分子分别计数，比率由平台计算",
                    "there is no division: denominator and numerator are counted apart, the platform makes the rate",
                ));
            }
            '.' => return Some(Text::new("只能用整数", "numbers are whole")),
            _ if c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_:<>=!,+-*".contains(c) => {}
            _ => {
                return Some(Text::new(
                    format!("不能使用字符“{c}”"),
                    format!("the character {c} cannot be used"),
                ));
            }
        }
        if depth < 0 {
            break;
        }
    }
    if depth != 0 {
        return Some(Text::new("括号没有成对", "the brackets do not match"));
    }
    if plain.clone().any(|p| p.contains("--")) {
        return Some(Text::new("不能写注释", "there is no place for comments"));
    }
    let is_long = |w: &str| w.len() > DIGITS && w.bytes().all(|b| b.is_ascii_digit());
    if plain.clone().flat_map(|p| p.split(|c: char| !c.is_ascii_alphanumeric())).any(is_long) {
        return Some(Text::new(
            format!("数字最多 {DIGITS} 位"),
            format!("a number has at most {DIGITS} digits"),
        ));
    }
    let columns = kind.columns();
    let unknown = plain
        .flat_map(|p| p.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')))
        .filter(|w| !w.is_empty() && !w.chars().all(|c| c.is_ascii_digit()))
        .find(|w| {
            !DAYS.contains(w)
                && !WORDS.iter().any(|known| known.eq_ignore_ascii_case(w))
                && !columns.iter().any(|(name, _)| name == w)
        });
    if let Some((column, number)) = pieces.iter().step_by(2).find_map(|p| day_beside_number(p, &columns)) {
        return Some(Text::new(
            format!("“{column}”是日期，不能和数字 {number} 比较。请与 :from、:to、:as_of 或另一个日期列比较"),
            format!(
                "{column} is a date and cannot be compared with the number {number}; compare it with :from, :to, :as_of or another date"
            ),
        ));
    }
    unknown.map(|w| {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        Text::new(
            format!("“{w}”不是这类业务数据的列，也不是可用的词。可用的列：{}", names.join("、")),
            format!(
                "{w} is no column of {} and no word that can be used; columns are {}",
                kind.name(),
                names.join(", ")
            ),
        )
    })
}

/// What is wrong with the denominator of registered figures, if anything: all of them stand in one table, and an indicator counts its own
/// alone.
#[must_use]
pub(super) fn own_figures_fault(indicator: &Indicator, denominator: &str) -> Option<Text> {
    if indicator.facts != Kind::Registered {
        return None;
    }
    let own = format!("CODE = '{}' AND ", indicator.code);
    let (mut depth, mut open) = (0_i32, false);
    for word in denominator.split_inclusive(|c: char| c.is_ascii_whitespace() || "()".contains(c)) {
        open |= depth == 0 && word.trim_end().trim_end_matches(['(', ')']).eq_ignore_ascii_case("or");
        depth += i32::from(word.ends_with('(')) - i32::from(word.ends_with(')'));
    }
    if denominator.trim_start().starts_with(&own) && !open {
        return None;
    }
    let own = own.trim_end();
    Some(Text::new(
        format!("登记数据的分母条件要以 {own} 开头，括号外不能用 OR，以免把别的指标的数算进来"),
        format!(
            "the denominator of registered figures begins with {own} and has no OR outside brackets, so that no other indicator's figures are counted"
        ),
    ))
}

/// A date that is compared with a number: the engine would take the number for days since 1970, and nobody means that.
fn day_beside_number<'a>(
    text: &'a str,
    columns: &[(&'static str, ColumnType)],
) -> Option<(&'a str, &'a str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let mut tokens: Vec<&str> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end =
            rest.find(|c| is_word(c) != is_word(first) || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end.max(1));
        tokens.push(token);
        rest = after.trim_start();
    }
    let is_date = |t: &str| columns.iter().any(|(name, kind)| *name == t && *kind == ColumnType::Date);
    let is_number = |t: &str| t.chars().all(|c| c.is_ascii_digit());
    let compares = |t: &str| t.chars().all(|c| "<>=!".contains(c));
    // Days between two dates are a number.
    let counts = |at: Option<&&str>| at.is_some_and(|t| matches!(*t, "-" | "+"));
    tokens.windows(3).enumerate().find_map(|(at, w)| match w {
        [a, op, b] if compares(op) && is_date(a) && is_number(b) => {
            (!counts(at.checked_sub(1).and_then(|i| tokens.get(i)))).then_some((*a, *b))
        }
        [a, op, b] if compares(op) && is_number(a) && is_date(b) => {
            (!counts(tokens.get(at + 3))).then_some((*b, *a))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_figures_are_of_their_own_indicator() {
        let all = crate::model::Indicators::builtin().unwrap();
        let indicator = all.find("systems-connected").unwrap();
        let fault = |sql: &str| own_figures_fault(indicator, sql).is_some();
        assert!(!fault("CODE = 'systems-connected' AND DAY <= :to AND (UNTIL IS NULL OR UNTIL > :to)"));
        for other in [
            "DAY <= :to",
            "CODE = 'response' AND DAY <= :to",
            "CODE = 'systems-connected' OR true",
            "CODE = 'systems-connected' AND DAY <= :to OR (true)",
            "CODE = 'systems-connected' AND (DAY <= :to) OR(true)",
        ] {
            assert!(fault(other), "{other}");
        }
        assert_eq!(own_figures_fault(all.find("accuracy").unwrap(), "true"), None);
    }

    #[test]
    fn nothing_reaches_out_of_its_brackets() {
        let fault = |sql: &str| formula_fault(sql, Kind::Decisions).map(|t| t.en);
        for good in [
            "VALID_ON BETWEEN :from AND :to",
            "coalesce(ATTEMPTS, 0) > 1 and RESOURCE in ('licence-2018', 'it''s -- ; (')",
            "VALID_ON<=DEADLINE AND ATTEMPTS>5",
            "VALID_ON - DEADLINE > 3",
            "3 < VALID_ON - DEADLINE",
            "CASE WHEN FIRST_VALID = 1 THEN 1 ELSE 0 END",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, why) in [
            ("", "empty"),
            ("true) OR (true", "brackets"),
            ("(true", "brackets"),
            ("true; DROP TABLE x", "the character ;"),
            ("true -- x", "comments"),
            ("true /* x", "division"),
            ("ATTEMPTS / 2 > 1", "division"),
            ("ATTEMPTS > 0.5", "whole"),
            ("ATTEMPTS > 1234567890", "9 digits"),
            ("RESOURCE = 'x", "quote"),
            ("(SELECT 1) = 1", "SELECT is no column"),
            ("\"ORG\" = 'x'", "the character \""),
            ("PASSED > 1", "PASSED is no column of decisions"),
            ("DEADLINE>5", "DEADLINE is a date"),
            ("ATTEMPTS = 1 AND 20260101 <= DEADLINE", "the number 20260101"),
        ] {
            assert!(fault(bad).is_some_and(|w| w.contains(why)), "{bad}: {:?}", fault(bad));
        }
    }
}
