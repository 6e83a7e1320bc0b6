//! Rules by which points are given and taken (积分规则), as data.

use std::sync::{Arc, LazyLock};

use kernel::{Error, Result, Text};
use serde::{Deserialize, Serialize};

/// A rule of the points ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointRule {
    /// Code in stored entries.
    pub code: String,
    /// What it is for.
    pub title: Text,
    /// Points given, less than nothing where they are taken.
    pub points: i64,
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointRules(pub Vec<PointRule>);

impl PointRules {
    /// The rules of this repository, read once in a process.
    ///
    /// # Errors
    /// Never in a released program: a test reads the same bytes.
    pub fn builtin() -> Result<Arc<Self>> {
        static READ: LazyLock<std::result::Result<Arc<PointRules>, String>> = LazyLock::new(|| {
            serde_saphyr::from_str(include_str!("../../points.yaml"))
                .map(|rules| Arc::new(PointRules(rules)))
                .map_err(|e| format!("points.yaml: {e}"))
        });
        READ.clone().map_err(Error::internal)
    }

    /// One of them.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&PointRule> {
        self.0.iter().find(|r| r.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_gives_or_takes_something() {
        let rules = PointRules::builtin().unwrap();
        assert!(rules.0.iter().all(|r| r.points != 0));
        assert!(rules.0.iter().any(|r| r.points > 0) && rules.0.iter().any(|r| r.points < 0));
    }
}
