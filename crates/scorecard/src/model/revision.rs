//! Versions of an indicator that the bureau sets (指标修订): dated, with a reason; what they say goes before what the platform brings.

use chrono::NaiveDate;
use kernel::{Error, Text};
use serde::{Deserialize, Serialize};

use super::formula::{formula_fault, own_figures_fault};
use super::indicator::{Direction, Formula, Indicator};

/// What a version says of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Points it can give; 0 where it is shown only.
    pub weight: u32,
    /// Which way is better.
    pub direction: Direction,
    /// Per cent from which all points are given.
    pub full_at: Option<u32>,
    /// See [`Formula::denominator`].
    pub denominator: String,
    /// See [`Formula::numerator`].
    pub numerator: String,
    /// See [`Formula::whole`].
    pub whole: String,
    /// See [`Formula::part`].
    pub part: String,
    /// What is counted, in words. Versions kept before they had their own say what the platform brings.
    #[serde(default)]
    pub definition: Option<Text>,
}

/// Longest definition in words, in characters.
const LONGEST: usize = 500;

impl Terms {
    /// What an indicator says with the one formula it has.
    #[must_use]
    pub fn of(indicator: &Indicator) -> Option<Self> {
        let formula = indicator.versions.last()?;
        Some(Self {
            weight: indicator.weight,
            direction: indicator.direction,
            full_at: indicator.full_at,
            denominator: formula.denominator.clone(),
            numerator: formula.numerator.clone(),
            whole: formula.whole.clone(),
            part: formula.part().to_owned(),
            definition: Some(indicator.definition.clone()),
        })
    }

    /// The indicator as these terms have it.
    #[must_use]
    pub fn applied(&self, to: &Indicator, (version, from): (u32, NaiveDate)) -> Indicator {
        let formula = Formula {
            version,
            from,
            denominator: self.denominator.clone(),
            numerator: self.numerator.clone(),
            whole: self.whole.clone(),
            part: (self.part != self.whole).then(|| self.part.clone()),
        };
        Indicator {
            weight: self.weight,
            direction: self.direction,
            full_at: self.full_at,
            versions: vec![formula],
            definition: self.definition.as_ref().unwrap_or(&to.definition).clone(),
            ..to.clone()
        }
    }

    /// Refuses what cannot be counted, with the name of the field.
    ///
    /// # Errors
    /// `indicator-weight`, `indicator-neutral`, `indicator-full-at`, `formula-fault`, `indicator-definition`
    pub fn check(&self, of: &Indicator) -> std::result::Result<(), (&'static str, Error)> {
        if self.weight > 100 || ((of.amount || of.ratio) && self.weight > 0) {
            let e = Error::bad_input(
                "indicator-weight",
                "分值应为 0 到 100；数量类、比值类指标不计分，应为 0。",
                "The weight is 0 to 100; an amount or a ratio gives no points, so its weight is 0.",
            );
            return Err(("weight", e));
        }
        if self.direction == Direction::Neutral && self.weight > 0 {
            let e = Error::bad_input(
                "indicator-neutral",
                "不分优劣的指标不计分：分值请填 0，或选择方向。",
                "An indicator of which neither way is better gives no points: make its weight 0, or choose a direction.",
            );
            return Err(("direction", e));
        }
        if self.full_at.is_some_and(|at| at == 0 || at > 100) {
            let e = Error::bad_input(
                "indicator-full-at",
                "得满分的百分比应为 1 到 100，不需要时留空。",
                "The per cent from which all points are given is 1 to 100; leave it empty where there is none.",
            );
            return Err(("full_at", e));
        }
        let formulas = [
            ("denominator", &self.denominator),
            ("numerator", &self.numerator),
            ("whole", &self.whole),
            ("part", &self.part),
        ];
        for (field, sql) in formulas {
            let own = || (field == "denominator").then(|| own_figures_fault(of, sql)).flatten();
            if let Some(Text { zh, en }) = formula_fault(sql, of.facts).or_else(own) {
                let e = Error::bad_input(
                    "formula-fault",
                    format!("公式不能使用：{zh}。"),
                    format!("The formula cannot be used: {en}."),
                );
                return Err((field, e));
            }
        }
        let words = self.definition.as_ref().unwrap_or(&of.definition);
        for (field, text) in [("definition_zh", &words.zh), ("definition_en", &words.en)] {
            if text.trim().is_empty() || text.chars().count() > LONGEST {
                let e = Error::bad_input(
                    "indicator-definition",
                    format!("请用中文和英文写明这一版计算的是什么，各不超过 {LONGEST} 字。"),
                    format!(
                        "Say in Chinese and in English what this version counts, in at most {LONGEST} characters each."
                    ),
                );
                return Err((field, e));
            }
        }
        Ok(())
    }
}

/// A version in force or to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Code of the indicator.
    pub indicator: String,
    /// Its number.
    pub version: u32,
    /// First day of the periods to which it applies.
    pub from: NaiveDate,
    /// What it says.
    pub terms: Terms,
}

/// An indicator as it applies to periods that begin on a day; none before its first version.
#[must_use]
pub fn applied(indicator: &Indicator, revisions: &[Revision], on: NaiveDate) -> Option<Indicator> {
    let own = revisions.iter().filter(|r| r.indicator == indicator.code && r.from <= on);
    let newest = own.max_by_key(|r| (r.from, r.version));
    let shipped = indicator.formula(on);
    match (newest, shipped) {
        // What the city set holds until the platform brings something of a later day.
        (Some(r), shipped) if shipped.is_none_or(|f| f.from <= r.from) => {
            Some(r.terms.applied(indicator, (r.version, r.from)))
        }
        (_, shipped) => shipped.map(|f| Indicator { versions: vec![f.clone()], ..indicator.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Indicators;

    #[test]
    fn the_newest_version_of_the_day_applies() {
        let indicator = Indicators::builtin().unwrap().find("accuracy").unwrap().clone();
        let terms = |weight| Terms { weight, ..Terms::of(&indicator).unwrap() };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let of = |version, from: &str, weight| Revision {
            indicator: "accuracy".to_owned(),
            version,
            from: day(from),
            terms: terms(weight),
        };
        let all = [of(2, "2026-03-01", 10), of(3, "2026-03-01", 20), of(4, "2026-06-01", 30)];
        let on = |text: &str| applied(&indicator, &all, day(text)).map(|i| (i.weight, i.versions[0].version));
        assert_eq!(on("2026-02-28"), Some((25, 1)));
        assert_eq!(on("2026-03-01"), Some((20, 3)));
        assert_eq!(on("2026-06-01"), Some((30, 4)));
        assert_eq!(on("2019-01-01"), None);
        let mut newer = indicator.clone();
        newer.versions.push(Formula { version: 2, from: day("2026-07-01"), ..newer.versions[0].clone() });
        let on_july = applied(&newer, &all, day("2026-07-01")).unwrap();
        assert_eq!(on_july.weight, 25, "what the platform brings later holds again");
    }

    #[test]
    fn a_version_says_in_its_own_words_what_it_counts() {
        let indicator = Indicators::builtin().unwrap().find("accuracy").unwrap().clone();
        let day = "2026-03-01".parse().unwrap();
        let said = Text::new("首次报送即合格的决定。", "Decisions valid at once.");
        let terms = Terms { definition: Some(said.clone()), ..Terms::of(&indicator).unwrap() };
        let applied = terms.applied(&indicator, (2, day));
        assert_eq!(applied.definition, said);
        assert_eq!(Terms::of(&applied), Some(terms.clone()));
        let mut stored = serde_json::to_value(&terms).unwrap();
        stored.as_object_mut().unwrap().remove("definition");
        let old: Terms = serde_json::from_value(stored).unwrap();
        assert_eq!(old.applied(&indicator, (2, day)).definition, indicator.definition);
    }

    #[test]
    fn what_cannot_be_counted_is_refused_at_its_field() {
        let all = Indicators::builtin().unwrap();
        let indicator = all.find("accuracy").unwrap();
        let good = Terms::of(indicator).unwrap();
        good.check(indicator).unwrap();
        let refused = |terms: Terms| terms.check(indicator).map_err(|(field, e)| (field, e.code()));
        assert_eq!(refused(Terms { weight: 101, ..good.clone() }), Err(("weight", "indicator-weight")));
        let neutral = Terms { direction: Direction::Neutral, ..good.clone() };
        assert_eq!(refused(neutral.clone()), Err(("direction", "indicator-neutral")));
        assert_eq!(refused(Terms { weight: 0, ..neutral }), Ok(()));
        assert_eq!(
            refused(Terms { full_at: Some(0), ..good.clone() }),
            Err(("full_at", "indicator-full-at"))
        );
        let wrong = Terms { part: "1; DELETE".to_owned(), ..good.clone() };
        assert_eq!(refused(wrong), Err(("part", "formula-fault")));
        for (zh, en, field) in [("", "What", "definition_zh"), ("什么", " ", "definition_en")] {
            let wordless = Terms { definition: Some(Text::new(zh, en)), ..good.clone() };
            assert_eq!(refused(wordless), Err((field, "indicator-definition")));
        }
        let amount = all.find("overdue").unwrap();
        assert!(Terms { weight: 1, ..Terms::of(amount).unwrap() }.check(amount).is_err());
    }
}
