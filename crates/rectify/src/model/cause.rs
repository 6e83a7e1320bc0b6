//! A cause of wrong rows (错误原因), whoever had it.

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
/// Shorter texts are letters, lengths and counts: they say nothing of anybody.
const TELLING: usize = 4;

/// A finding as an example for everybody: its value, and what its message took from it, are taken out.
#[must_use]
pub fn as_example(mut finding: Finding) -> Finding {
    let telling = |text: &str| text.chars().count() >= TELLING;
    for (_, param) in &mut finding.params {
        let of_value =
            !finding.value.is_empty() && (finding.value.contains(&*param) || param.contains(&finding.value));
        let digits = param.chars().filter(char::is_ascii_digit).count();
        if telling(param) && (of_value || digits >= TELLING) {
            *param = HIDDEN.to_owned();
        }
    }
    if telling(&finding.value) {
        finding.value = HIDDEN.to_owned();
    }
    finding.suggestion = None;
    finding.alternatives.clear();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_example_says_nothing_of_anybody() {
        let found = json!({ "file": "a.csv", "sheet": null, "row": 2, "field": "ID_NO", "code": "E203", "pattern": "",
            "severity": "reject", "value": "370602188002290011", "params": [["v", "370602188002290011"], ["n", "18"], ["d", "1880-02-29"]],
            "suggestion": "370602188002290010" });
        let example = as_example(serde_json::from_value(found).unwrap());
        let text = serde_json::to_string(&example).unwrap();
        assert!(!text.contains("1880") && !text.contains("370602"), "{text}");
        assert!(text.contains("\"18\""), "a length stays: {text}");
    }
}
