//! A cause of wrong rows (错误原因), whoever had it.

use chrono::NaiveDate;
use kernel::{Lang, Text};
use lake::check::Finding;

/// What a cause is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cause {
    /// Code of the resource.
    pub resource: String,
    /// Message code.
    pub code: String,
    /// Observed pattern.
    pub pattern: String,
    /// Field code; empty where the whole row is meant.
    pub field: String,
}

/// What stands in the place of somebody's value.
pub const HIDDEN: &str = "……";
/// Shorter texts of letters and digits are parts of codes, lengths and counts: they say nothing of anybody.
const TELLING: usize = 4;

/// What the messages of built-in checks take from the standard itself, not from anybody's row: lists of values, bounds, patterns.
const OF_THE_STANDARD: [(&str, &str); 6] =
    [("E117", "list"), ("E306", "m"), ("E401", "list"), ("E413", "a"), ("E413", "b"), ("E514", "regex")];

/// A finding as an example for everybody: of what its message took from the row nothing is left but lengths, single characters,
/// labels of fields, and what the standard itself says. Anything else, whatever it is, gives way to a word.
#[must_use]
pub fn as_example(mut finding: Finding, lang: Lang) -> Finding {
    let (built_in, code) = (finding.rule.is_none(), finding.code.clone());
    for (name, param) in &mut finding.params {
        let of_the_standard = built_in && OF_THE_STANDARD.contains(&(code.as_str(), name.as_str()));
        if !of_the_standard && !is_labels(param) && !is_harmless(param) {
            *param = in_place_of(param).get(lang).to_owned();
        }
    }
    if !is_harmless(&finding.value) {
        finding.value = HIDDEN.to_owned();
    }
    let suggested = Text::new("系统建议的值", "the value suggested");
    finding.suggestion = finding.suggestion.map(|_| suggested.get(lang).to_owned());
    finding.alternatives.clear();
    finding
}

/// `@FIELD、@FIELD`: the reader sees the labels of fields.
fn is_labels(param: &str) -> bool {
    let code = |part: &str| {
        part.strip_prefix('@').is_some_and(|c| {
            !c.is_empty() && c.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
    };
    param.split('、').all(code)
}

/// A length, a count, a part of a code, one character.
fn is_harmless(text: &str) -> bool {
    let mut characters = text.chars();
    let one = characters.next().is_some() && characters.next().is_none();
    text.is_empty() || one || text.is_ascii() && text.len() < TELLING
}

/// The word for somebody's value.
fn in_place_of(param: &str) -> Text {
    let is_date = ["%Y/%m/%d", "%Y-%m-%d"].iter().any(|f| NaiveDate::parse_from_str(param, f).is_ok());
    match (is_date, param.is_ascii()) {
        (true, _) => Text::new("某日", "a certain day"),
        (_, true) => Text::new("某号", "a certain number"),
        _ => Text::new("某某", "a certain name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lake::check::render;
    use serde_json::json;
    use standards::pack::Packs;

    fn finding(code: &str, pattern: &str, rule: Option<&str>, params: &[(&str, &str)]) -> Finding {
        let found = json!({ "file": "a.csv", "sheet": null, "row": 2, "field": "CF_XDR_MC", "code": code,
            "pattern": pattern, "severity": "reject", "value": "东莞示例食品有限公司", "params": params,
            "rule": rule, "suggestion": "370602188002290010", "alternatives": ["张三"] });
        serde_json::from_value(found).unwrap()
    }

    #[test]
    fn an_example_says_nothing_of_anybody() {
        let params =
            [("v", "370602188002290011"), ("n", "18"), ("d", "1880-02-29"), ("c", "O"), ("list", "@CF_WSH")];
        let example = as_example(finding("E203", "", None, &params), Lang::Zh);
        let text = serde_json::to_string(&example).unwrap();
        assert!(!text.contains("1880") && !text.contains("370602") && !text.contains("示例"), "{text}");
        for kept in ["\"18\"", "\"O\"", "@CF_WSH"] {
            assert!(text.contains(kept), "{kept} stays: {text}");
        }
    }

    #[test]
    fn the_librarys_name_for_a_code_is_nobodys_business() {
        let packs = Packs::builtin().unwrap();
        let params = [("a", "东莞甲公司"), ("b", "91441900MA0DEM013W"), ("c", "东莞乙公司")];
        let found = finding("E107", "", Some("name-fits-code"), &params);
        let why = render(&packs, "penalty-2018", &as_example(found.clone(), Lang::Zh), Lang::Zh).why;
        assert_eq!(why, "名称“某某”和代码“某号”在法人库里不是同一家。库里这个代码是“某某”。");
        let why = render(&packs, "penalty-2018", &as_example(found, Lang::En), Lang::En).why;
        assert!(why.contains("“a certain name”") && !why.contains("公司"), "{why}");
    }

    /// Every message there is, with every name its texts may use standing for something of a subject's.
    #[test]
    fn no_value_of_a_row_reaches_the_questions_by_any_message() {
        const TELLING: [&str; 6] =
            ["东莞乙公司", "张三", "91441900MA0DEM013W", "东市监罚〔2026〕7号", "2026/03/17", "13912345678"];
        const NAMES: [&str; 16] = [
            "a", "b", "c", "d", "f", "id", "list", "m", "n", "names", "regex", "s", "text", "x", "y", "date",
        ];
        let packs = Packs::builtin().unwrap();
        let mut seen = 0;
        for (code, message) in packs.messages() {
            let patterns = std::iter::once("").chain(message.patterns.keys().map(String::as_str));
            for (pattern, value) in patterns.flat_map(|p| TELLING.map(|v| (p, v))) {
                for rule in [None, Some("rule")] {
                    let of_row = |n: &&str| rule.is_some() || !OF_THE_STANDARD.contains(&(code.as_str(), n));
                    let params: Vec<(&str, &str)> =
                        NAMES.iter().filter(|n| of_row(n)).map(|n| (*n, value)).collect();
                    let mut found = finding(code, pattern, rule, &params);
                    found.value = value.to_owned();
                    for lang in [Lang::Zh, Lang::En] {
                        let example = as_example(found.clone(), lang);
                        let said = render(&packs, "penalty-2018", &example, lang);
                        let text = format!("{} {} {}", said.title, said.why, said.fix);
                        assert!(!text.contains(value), "{code} {pattern}: {text}");
                        seen += usize::from(text.contains(HIDDEN) || text.contains('某'));
                    }
                }
            }
        }
        assert!(seen > 500, "the messages do use them: {seen}");
    }
}
