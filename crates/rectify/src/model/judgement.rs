//! 重新判定: what changed between two rule sets, and how a department is told of it.

use std::collections::BTreeMap;

use kernel::{Lang, Text};
use lake::check::{Change, Override, check_of};
use serde::{Deserialize, Serialize};

/// What is different in one rule set from another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The pack itself is another version: any rule may have changed.
    pub pack: bool,
    /// Rules that were changed locally, or are no longer.
    pub rules: Vec<String>,
}

impl Difference {
    /// What is different in `after`, by the names of rule sets (`credit-publicity@2018.1/licence-2018+W603=reject#3fa9c1d2`).
    #[must_use]
    pub fn between(before: &str, after: &str) -> Self {
        let ((pack, old), (pack_now, new)) = (parts(before), parts(after));
        let mut rules: Vec<String> = old
            .keys()
            .chain(new.keys())
            .filter(|k| old.get(*k) != new.get(*k))
            .map(|k| (*k).to_owned())
            .collect();
        rules.sort();
        rules.dedup();
        Self { pack: pack != pack_now, rules }
    }

    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.pack |= other.pack;
        self.rules.extend(other.rules);
        self.rules.sort();
        self.rules.dedup();
    }
}

/// The pack's part of a rule set's name, and the local changes by rule.
fn parts(rule_set: &str) -> (&str, BTreeMap<&str, &str>) {
    let (pack, local) = rule_set.split_once('+').unwrap_or((rule_set, ""));
    (pack, local.split(',').filter_map(|part| part.split_once('=')).collect())
}

/// One change of a rule as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleChange {
    /// Name of the rule; empty where the pack changed.
    pub rule: String,
    /// Its message code; empty where the pack changed.
    pub code: String,
    /// Label of the one field at which it changed, in Chinese and English; absent where the whole check did.
    #[serde(default)]
    pub field: Option<(String, String)>,
    /// What was done: `switch-off`, `reject`, `warn`, `pass`, `condition`, `new-subjects`, `ended` or `pack`. Also the end of
    /// the key of its text.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl RuleChange {
    /// The code, and the field where the check changed at one alone.
    #[must_use]
    pub fn named(&self, lang: Lang) -> String {
        match (&self.field, lang) {
            (None, _) => self.code.clone(),
            (Some((zh, _)), Lang::Zh) => format!("{}（{zh}）", self.code),
            (Some((_, en)), Lang::En) => format!("{} ({en})", self.code),
        }
    }

    /// The change of a rule with a message code: what is in force for it now, or that nothing is any more.
    #[must_use]
    pub fn of(rule: &str, code: &str, field: Option<&Text>, now: Option<&Override>) -> Self {
        let what = now.map_or("ended", |o| match &o.change {
            Change::SwitchOff => "switch-off",
            Change::Severity(severity) => severity.name(),
            Change::Condition(_) => "condition",
            Change::NewSubjects { .. } => "new-subjects",
        });
        Self {
            rule: rule.to_owned(),
            code: code.to_owned(),
            field: field.map(|f| (f.zh.clone(), f.en.clone())),
            what: what.to_owned(),
            reason: now.map(|o| o.reason.clone()).unwrap_or_default(),
        }
    }

    /// That the standard itself has a new version.
    #[must_use]
    pub fn of_pack() -> Self {
        Self {
            rule: String::new(),
            code: String::new(),
            field: None,
            what: "pack".to_owned(),
            reason: String::new(),
        }
    }

    /// Whether it is about a cause: of its code, at its field where it is about one alone.
    #[must_use]
    pub fn concerns(&self, code: &str, field: &str) -> bool {
        self.rule.is_empty() || self.code == code && check_of(&self.rule).1.is_none_or(|f| f == field)
    }
}

/// What the history of an issue tells of being judged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedNote {
    /// What changed.
    pub changes: Vec<RuleChange>,
    /// Findings that are gone.
    pub passed: i64,
    /// Findings that stay.
    pub left: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = "credit-publicity@2018.1/licence-2018";

    #[test]
    fn what_changed_is_read_from_the_names_of_rule_sets() {
        let of = |a: &str, b: &str| Difference::between(&format!("{PACK}{a}"), &format!("{PACK}{b}"));
        assert_eq!(of("", ""), Difference::default());
        assert_eq!(of("", "+W603=reject#1").rules, ["W603"]);
        assert_eq!(of("+W603=reject#1,known=off#2", "+known=off#2").rules, ["W603"], "ended");
        assert_eq!(of("+W603=reject#1", "+W603=warn#3").rules, ["W603"]);
        assert!(of("+W603=reject#1", "+W603=reject#1").rules.is_empty());
        let newer = Difference::between(PACK, "credit-publicity@2018.2/licence-2018");
        assert!(newer.pack && newer.rules.is_empty());
    }
}
