//! Rules for objections and credit repair (异议与信用修复): who has how many working days, which papers are handed in, how long a
//! penalty must have been published before it can be repaired. Data under `packs/_cases/`, one profile for each place; the
//! city chooses one from a day on.

use chrono::{Months, NaiveDate};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Packs;
use crate::Text;

/// What a file of `packs/_cases/` may hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRules {
    /// Profiles (地方规则) by identifier.
    #[serde(default)]
    pub profiles: IndexMap<String, CaseProfile>,
    /// Lists of papers (材料清单) by identifier.
    #[serde(default)]
    pub paper_lists: IndexMap<String, PaperList>,
    /// Shortest publication (最短公示期), oldest first.
    #[serde(default)]
    pub minimum_periods: Vec<MinimumPeriod>,
    /// Resources whose records can be repaired.
    #[serde(default)]
    pub repairable: IndexMap<String, Repairable>,
}

/// How a record that can be repaired tells how grave the case was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repairable {
    /// Fields that hold the facts.
    pub facts: Vec<String>,
    /// Field of 失信严重程度, where there is one.
    #[serde(default)]
    pub severity: Option<String>,
}

/// How one place handles cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseProfile {
    /// Shown name.
    pub title: Text,
    /// First day on which the rules are in force.
    pub valid_from: NaiveDate,
    /// Last day; open when absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// 异议处理
    pub objection: CaseLimits,
    /// 信用修复
    pub repair: CaseLimits,
}

/// Limits in working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLimits {
    /// Law and clause.
    pub source: String,
    /// For the centre (中心), from receipt: to decide on its own data, or to forward. 0 is the same day.
    pub centre: u32,
    /// For the department (部门), from forwarding; without it the rest of `total`.
    #[serde(default)]
    pub department: Option<u32>,
    /// From receipt to decision where a department has to verify.
    #[serde(default)]
    pub total: Option<u32>,
    /// How many more a desk may take, once and with a reason; none where absent.
    #[serde(default)]
    pub extension: Option<u32>,
    /// Whether tests, appraisals and expert opinion (检验、鉴定、专家评审) stand outside the limit.
    #[serde(default)]
    pub expert_pause: bool,
    /// From decision to the result being carried out everywhere; nothing is said where absent.
    #[serde(default)]
    pub carry_out: Option<u32>,
    /// Identifier of the list of papers.
    pub papers: String,
}

/// Papers of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperList {
    /// Shown name.
    pub title: Text,
    /// Where the list comes from.
    pub source: String,
    /// The papers in order.
    pub papers: Vec<Paper>,
}

/// One paper (材料).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Identifier.
    pub paper: String,
    /// Shown name.
    pub title: Text,
    /// Whether the application is incomplete without it.
    #[serde(default = "yes")]
    pub required: bool,
    /// Whether the filled form is the paper.
    #[serde(default)]
    pub by_form: bool,
}

const fn yes() -> bool {
    true
}

/// How long a penalty must have been published before it can be repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimumPeriod {
    /// Decree.
    pub source: String,
    /// First day of application to which it applies.
    pub valid_from: NaiveDate,
    /// Last day; open when absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Months from the decision.
    pub months: u32,
    /// Months from the decision in grave cases.
    pub longer: u32,
    /// Words in the facts that make a case grave.
    #[serde(default)]
    pub words: Vec<String>,
    /// Values of 失信严重程度 that make a case grave.
    #[serde(default)]
    pub severity: Vec<String>,
}

impl MinimumPeriod {
    /// Whether the longer time applies to a decision of these facts and this degree.
    #[must_use]
    pub fn is_grave(&self, facts: &str, severity: &str) -> bool {
        self.severity.iter().any(|s| s == severity) || self.words.iter().any(|w| facts.contains(w.as_str()))
    }

    /// The first day on which repair can be asked for; none beyond the calendar of days.
    #[must_use]
    pub fn over_on(&self, decision: NaiveDate, grave: bool) -> Option<NaiveDate> {
        decision.checked_add_months(Months::new(if grave { self.longer } else { self.months }))
    }
}

impl CaseRules {
    /// The minimum period in force on a day.
    #[must_use]
    pub fn minimum_on(&self, day: NaiveDate) -> Option<&MinimumPeriod> {
        self.minimum_periods.iter().find(|p| p.valid_from <= day && p.valid_to.is_none_or(|to| day <= to))
    }

    /// The papers asked for by these limits.
    #[must_use]
    pub fn papers(&self, limits: &CaseLimits) -> &[Paper] {
        self.paper_lists.get(&limits.papers).map_or(&[], |l| &l.papers)
    }
}

impl Packs {
    /// Rules for objections and repair.
    #[must_use]
    pub const fn cases(&self) -> &CaseRules {
        &self.cases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_minimum_is_that_of_the_day_of_application() {
        let packs = Packs::builtin().unwrap();
        let rules = packs.cases();
        let over = |asked: &str, facts: &str, severity: &str| {
            let period = rules.minimum_on(day(asked)).unwrap();
            period.over_on(day("2026-01-31"), period.is_grave(facts, severity)).unwrap().to_string()
        };
        assert_eq!(over("2026-03-31", "占道经营", ""), "2026-04-30", "the last day of a shorter month");
        assert_eq!(over("2026-03-31", "未按规定检验特种设备", ""), "2027-01-31");
        assert_eq!(over("2026-03-31", "占道经营", "3"), "2026-04-30", "Decree 58 knows no degrees");
        assert_eq!(over("2026-04-01", "占道经营", "3"), "2027-01-31");
        assert!(rules.minimum_on(day("2019-06-30")).is_none());
    }

    #[test]
    fn every_place_has_its_limits_and_papers() {
        let packs = Packs::builtin().unwrap();
        let rules = packs.cases();
        let names: Vec<&str> = rules.profiles.keys().map(String::as_str).collect();
        assert_eq!(names, ["henan", "shandong", "shanghai", "shenzhen", "zhejiang"]);
        let of = |name: &str| rules.profiles[name].clone();
        assert_eq!((of("shenzhen").objection.centre, of("shenzhen").objection.department), (1, Some(2)));
        assert_eq!(rules.papers(&of("shenzhen").repair).len(), 7);
        assert_eq!(rules.papers(&of("henan").repair).len(), 2);
    }
}
