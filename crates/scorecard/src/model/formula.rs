//! What a formula may say (公式检查): conditions and amounts over one fact. They are put into one read-only SELECT, so nothing in them may
//! reach out of their brackets.

use kernel::Text;

use crate::facts::Kind;

/// Longest formula, in characters.
const LONGEST: usize = 2_000;

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
            _ if c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_:<>=!,.+-*/".contains(c) => {}
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
    if plain.clone().any(|p| p.contains("--") || p.contains("/*")) {
        return Some(Text::new("不能写注释", "there is no place for comments"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_out_of_its_brackets() {
        let fault = |sql: &str| formula_fault(sql, Kind::Decisions).map(|t| t.en);
        for good in [
            "VALID_ON BETWEEN :from AND :to",
            "coalesce(ATTEMPTS, 0) > 1 and RESOURCE in ('licence-2018', 'it''s -- ; (')",
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
            ("true /* x", "comments"),
            ("RESOURCE = 'x", "quote"),
            ("(SELECT 1) = 1", "SELECT is no column"),
            ("\"ORG\" = 'x'", "the character \""),
            ("PASSED > 1", "PASSED is no column of decisions"),
        ] {
            assert!(fault(bad).is_some_and(|w| w.contains(why)), "{bad}: {:?}", fault(bad));
        }
    }
}
