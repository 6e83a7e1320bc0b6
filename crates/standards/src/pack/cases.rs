//! Rules for objections and credit repair (异议与信用修复): who has how many working days, which papers are handed in. Data
//! under `packs/_cases/`, one profile for each place; the
//! city chooses one from a day on.

use chrono::NaiveDate;
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

impl CaseRules {
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
