//! Indicators (考核指标) as data: what is counted over which facts, by which formula of which version.

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use kernel::{Error, Result, Text};
use serde::{Deserialize, Serialize};

use super::formula::{formula_fault, own_figures_fault};
use crate::facts::Kind;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// 越高越好
    #[default]
    Higher,
    /// 越低越好
    Lower,
    /// 不分优劣: neither is better; it gives no points, and nobody falls behind in it.
    Neutral,
}

impl Direction {
    /// All, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Higher, Self::Lower, Self::Neutral];

    /// The name in files and forms, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Neutral => "neutral",
        }
    }
}

/// A formula of an indicator: SQL over one fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Counted from 1 within the indicator; never used again for another text.
    pub version: u32,
    /// First day of a period to which it applies.
    pub from: NaiveDate,
    /// Which facts count at all. `:from`, `:to` and `:as_of` stand for days.
    pub denominator: String,
    /// Which of those fulfil what is asked.
    pub numerator: String,
    /// How much a fact of the denominator weighs; 1 where nothing is said.
    #[serde(default = "one")]
    pub whole: String,
    /// How much of it counts as fulfilled, never more than `whole`; `whole` where nothing is said.
    #[serde(default)]
    pub part: Option<String>,
}

fn one() -> String {
    "1".to_owned()
}

impl Formula {
    /// How much of a fact counts as fulfilled.
    #[must_use]
    pub fn part(&self) -> &str {
        self.part.as_deref().unwrap_or(&self.whole)
    }
}

/// The two numbers of a registered figure (登记数据), in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registers {
    /// What the denominator is.
    pub whole: Text,
    /// What the numerator is.
    pub part: Text,
}

/// An indicator (指标).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Code in addresses and stored scores.
    pub code: String,
    /// Its name.
    pub title: Text,
    /// Indicators of one family are variants of one idea.
    #[serde(default)]
    pub family: Option<String>,
    /// What it is about: the name of its file where nothing else is said.
    #[serde(default)]
    pub subject: String,
    /// The facts it counts.
    pub facts: Kind,
    /// What the bureau enters, where its facts are registered figures.
    #[serde(default)]
    pub registers: Option<Registers>,
    /// Its formulas, oldest first.
    pub versions: Vec<Formula>,
    /// Points it can give; 0 where it is shown only.
    #[serde(default)]
    pub weight: u32,
    /// Which way is better.
    #[serde(default)]
    pub direction: Direction,
    /// Per cent from which all points are given.
    #[serde(default)]
    pub full_at: Option<u32>,
    /// An amount rather than a rate: only its denominator is shown.
    #[serde(default)]
    pub amount: bool,
    /// A ratio rather than a rate: a decimal that may pass 1, because its numerator is no part of its denominator.
    #[serde(default)]
    pub ratio: bool,
    /// What is counted, in words.
    pub definition: Text,
    /// Where the name and the definition come from.
    pub source: Text,
}

impl Indicator {
    /// The formula for periods that begin on a day.
    #[must_use]
    pub fn formula(&self, on: NaiveDate) -> Option<&Formula> {
        self.versions.iter().filter(|f| f.from <= on).max_by_key(|f| f.version)
    }

    /// What can be wrong with what it is, beside its formulas.
    fn faults(&self) -> Vec<&'static str> {
        let rated = self.weight > 0 || self.full_at.is_some();
        let wrong = [
            (self.amount && self.weight > 0, "an amount gives no points"),
            (self.ratio && (rated || self.amount), "a ratio gives no points and is no amount"),
            (self.full_at.is_some_and(|p| p == 0 || p > 100), "full_at is per cent, 1 to 100"),
            (
                self.registers.is_some() != (self.facts == Kind::Registered),
                "registers belongs to registered facts, and to no others",
            ),
        ];
        wrong.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what).collect()
    }
}

/// What is wrong with a set of indicators, in words.
pub type Lint = Vec<String>;

/// All indicators, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Indicators(pub Vec<Indicator>);

/// The indicators of this repository: (path, text).
const BUILTIN: &[(&str, &str)] = &[
    ("indicators/publicity.yaml", include_str!("../../indicators/publicity.yaml")),
    ("indicators/intake.yaml", include_str!("../../indicators/intake.yaml")),
    ("indicators/sharing.yaml", include_str!("../../indicators/sharing.yaml")),
    ("indicators/services.yaml", include_str!("../../indicators/services.yaml")),
    ("indicators/relief.yaml", include_str!("../../indicators/relief.yaml")),
    ("indicators/volumes.yaml", include_str!("../../indicators/volumes.yaml")),
];

impl Indicators {
    /// The indicators of this repository, read once in a process.
    ///
    /// # Errors
    /// Never in a released program: a test reads the same bytes.
    pub fn builtin() -> Result<Arc<Self>> {
        static READ: LazyLock<std::result::Result<Arc<Indicators>, String>> =
            LazyLock::new(|| Indicators::parse(BUILTIN.iter().copied()).map(Arc::new));
        READ.clone().map_err(Error::internal)
    }

    /// Reads indicators from files of (path, text).
    ///
    /// # Errors
    /// What cannot be read, or [`Indicators::lint`] finds.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> std::result::Result<Self, String> {
        let mut all = Vec::new();
        for (path, text) in files {
            let mut some: Vec<Indicator> =
                serde_saphyr::from_str(text).map_err(|e| format!("{path}: {e}"))?;
            let name = path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or_default();
            for indicator in some.iter_mut().filter(|i| i.subject.is_empty()) {
                name.clone_into(&mut indicator.subject);
            }
            all.extend(some);
        }
        let all = Self(all);
        let lint = all.lint();
        if lint.is_empty() { Ok(all) } else { Err(lint.join("\n")) }
    }

    /// One of them.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Indicator> {
        self.0.iter().find(|i| i.code == code)
    }

    /// Those of which the bureau enters the figures.
    pub fn registered(&self) -> impl Iterator<Item = (&Indicator, &Registers)> {
        self.0.iter().filter_map(|i| i.registers.as_ref().map(|r| (i, r)))
    }

    /// What the people who write indicators have to mend.
    #[must_use]
    pub fn lint(&self) -> Lint {
        let mut found = Vec::new();
        for (i, indicator) in self.0.iter().enumerate() {
            let code = &indicator.code;
            let mut say = |what: String| found.push(format!("{code}: {what}"));
            let plain = !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            if !plain {
                say("the code may hold small letters and hyphens only".to_owned());
            }
            if self.0[..i].iter().any(|o| o.code == *code) {
                say("the code is used twice".to_owned());
            }
            if indicator.versions.is_empty() {
                say("there is no formula".to_owned());
            }
            for fault in indicator.faults() {
                say(fault.to_owned());
            }
            for pair in indicator.versions.windows(2) {
                if pair[1].version <= pair[0].version || pair[1].from < pair[0].from {
                    say("versions and their first days must rise".to_owned());
                }
            }
            for formula in &indicator.versions {
                for sql in [formula.denominator.as_str(), &formula.numerator, &formula.whole, formula.part()]
                {
                    if let Some(fault) = formula_fault(sql, indicator.facts) {
                        say(format!("version {}: {}", formula.version, fault.en));
                    }
                }
                if let Some(fault) = own_figures_fault(indicator, &formula.denominator) {
                    say(format!("version {}: {}", formula.version, fault.en));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_indicators_of_the_repository_are_sound() {
        let all = Indicators::builtin().unwrap();
        assert_eq!(all.lint(), Lint::new());
        let weights: u32 = all.0.iter().map(|i| i.weight).sum();
        assert_eq!(weights, 100, "the score is of a hundred");
        for code in
            ["timeliness-a", "accuracy", "confirmation", "publication-accuracy", "collaboration", "repair"]
        {
            assert!(all.find(code).is_some_and(|i| i.weight > 0), "{code}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let text = "- {code: A1, title: {zh: 一, en: One}, facts: decisions, versions: [{version: 1, from: 2020-01-01,
            denominator: 'NOWHERE = 1', numerator: \"VALID_ON <= DEADLINE AND ORG <> 'NO'\"}],
            definition: {zh: 一, en: One}, source: {zh: 一, en: One}}";
        let told = Indicators::parse([("a.yaml", text)]).unwrap_err();
        assert!(
            told.contains("small letters") && told.contains("NOWHERE is no column of decisions"),
            "{told}"
        );
        assert!(!told.contains("'NO'") && !told.contains("NO is"), "{told}");
    }

    #[test]
    fn every_subject_has_its_name() {
        for indicator in &Indicators::builtin().unwrap().0 {
            let key = format!("\nsubject-{} = ", indicator.subject);
            for texts in [include_str!("../../locales/zh.ftl"), include_str!("../../locales/en.ftl")] {
                assert!(texts.contains(&key), "{key}");
            }
        }
    }

    #[test]
    fn what_is_registered_says_what_its_numbers_are_and_a_ratio_gives_no_points() {
        let told = |change: fn(&mut Indicator)| {
            let mut one = Indicators::builtin().unwrap().find("cases-per-resident").unwrap().clone();
            change(&mut one);
            Indicators(vec![one]).lint().join("\n")
        };
        assert_eq!(told(|_| ()), "");
        assert!(told(|i| i.weight = 5).contains("a ratio gives no points"));
        assert!(told(|i| i.full_at = Some(95)).contains("a ratio gives no points"));
        assert!(told(|i| i.amount = true).contains("is no amount"));
        assert!(told(|i| i.registers = None).contains("registers belongs to"));
        assert!(told(|i| i.facts = Kind::Units).contains("registers belongs to"));
        let mixed = told(|i| i.versions[0].denominator = "DAY <= :to".to_owned());
        assert!(mixed.contains("begins with CODE = 'cases-per-resident' AND"), "{mixed}");
    }

    #[test]
    fn the_formula_follows_the_day() {
        let mut indicator = Indicators::builtin().unwrap().find("accuracy").unwrap().clone();
        let mut newer = indicator.versions[0].clone();
        (newer.version, newer.from) = (2, "2026-03-01".parse().unwrap());
        indicator.versions.push(newer);
        let on = |day: &str| indicator.formula(day.parse().unwrap()).map(|f| f.version);
        assert_eq!((on("2026-02-28"), on("2026-03-01"), on("2019-01-01")), (Some(1), Some(2), None));
    }
}
