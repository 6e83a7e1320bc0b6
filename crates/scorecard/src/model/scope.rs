//! What counts (考核范围) and what is exempted (豁免), as conditions on facts.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An exemption that was approved (豁免): facts that do not count, shown beside the figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Its id.
    pub id: Uuid,
    /// The organisations meant: one and all below it as it was approved.
    pub orgs: Vec<Uuid>,
    /// Only facts of this resource; all where nothing is said.
    pub resource: Option<String>,
    /// Only facts of this decision.
    pub record: Option<Uuid>,
    /// First and last day of the facts that are exempted.
    pub from: NaiveDate,
    /// See `from`.
    pub to: NaiveDate,
}

/// A decision about what counts from a day on (考核范围调整).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeChange {
    /// Its id.
    pub id: Uuid,
    /// The organisations meant; all where nothing is said.
    pub orgs: Option<Vec<Uuid>>,
    /// The resource meant; all where nothing is said.
    pub resource: Option<String>,
    /// Whether facts from that day on count.
    pub counts: bool,
    /// From this day on.
    pub from: NaiveDate,
}

/// What a figure leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Approved exemptions.
    pub exemptions: Vec<Exemption>,
    /// Changes of scope in the order in which they take effect; the later goes before the earlier.
    pub changes: Vec<ScopeChange>,
}

/// A resource code that may stand in SQL as it is.
fn plain(code: &str) -> bool {
    code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_in(column: &str, ids: &[Uuid]) -> String {
    if ids.is_empty() {
        return "false".to_owned();
    }
    let unique: HashSet<&Uuid> = ids.iter().collect();
    let mut unique: Vec<String> = unique.into_iter().map(|id| format!("'{id}'")).collect();
    unique.sort();
    format!("{column} IN ({})", unique.join(", "))
}

fn of_resource(resource: Option<&str>) -> Option<String> {
    resource.map(|r| if plain(r) { format!("RESOURCE = '{r}'") } else { "false".to_owned() })
}

impl Limits {
    /// The condition under which a fact is exempted, judged by a day: a column or a placeholder ([`crate::Kind::judged_by`]).
    #[must_use]
    pub fn exempted(&self, day: &str) -> String {
        let each: Vec<String> = self
            .exemptions
            .iter()
            .map(|e| {
                let mut all = vec![
                    is_in("ORG", &e.orgs),
                    format!("{day} BETWEEN DATE '{}' AND DATE '{}'", e.from, e.to),
                ];
                all.extend(of_resource(e.resource.as_deref()));
                all.extend(e.record.map(|r| format!("RECORD = '{r}'")));
                format!("({})", all.join(" AND "))
            })
            .collect();
        if each.is_empty() { "false".to_owned() } else { each.join(" OR ") }
    }

    /// The condition under which a fact counts at all, judged by the same day.
    #[must_use]
    pub fn counts(&self, day: &str) -> String {
        let cases: Vec<String> = self
            .changes
            .iter()
            .rev()
            .map(|c| {
                let mut all = vec![format!("{day} >= DATE '{}'", c.from)];
                all.extend(c.orgs.as_deref().map(|orgs| is_in("ORG", orgs)));
                all.extend(of_resource(c.resource.as_deref()));
                format!("WHEN {} THEN {}", all.join(" AND "), c.counts)
            })
            .collect();
        if cases.is_empty() { "true".to_owned() } else { format!("CASE {} ELSE true END", cases.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_change_goes_before_the_earlier() {
        let change = |counts, from: &str| ScopeChange {
            id: Uuid::nil(),
            orgs: None,
            resource: Some("penalty-2018".to_owned()),
            counts,
            from: from.parse().unwrap(),
        };
        let limits = Limits {
            changes: vec![change(false, "2026-01-01"), change(true, "2026-02-01")],
            ..Limits::default()
        };
        assert_eq!(
            limits.counts("DAY"),
            "CASE WHEN DAY >= DATE '2026-02-01' AND RESOURCE = 'penalty-2018' THEN true WHEN DAY >= DATE '2026-01-01' AND RESOURCE = 'penalty-2018' THEN false ELSE true END"
        );
        assert_eq!(
            (Limits::default().counts("DAY").as_str(), Limits::default().exempted("DAY").as_str()),
            ("true", "false")
        );
    }

    #[test]
    fn what_stands_is_judged_by_the_end_of_the_period() {
        let from = "2026-01-01".parse().unwrap();
        let out = ScopeChange { id: Uuid::nil(), orgs: None, resource: None, counts: false, from };
        let exempted =
            Exemption { id: Uuid::nil(), orgs: vec![], resource: None, record: None, from, to: from };
        let limits = Limits { exemptions: vec![exempted], changes: vec![out] };
        let day = crate::Kind::Registered.judged_by();
        assert_eq!(limits.counts(day), "CASE WHEN :to >= DATE '2026-01-01' THEN false ELSE true END");
        assert!(limits.exempted(day).contains(":to BETWEEN DATE '2026-01-01'"));
    }

    #[test]
    fn a_resource_cannot_smuggle_sql() {
        let change = ScopeChange {
            id: Uuid::nil(),
            orgs: None,
            resource: Some("x' OR 'a' = 'a".to_owned()),
            counts: false,
            from: NaiveDate::MIN,
        };
        assert!(!Limits { changes: vec![change], ..Limits::default() }.counts("DAY").contains("OR"));
    }
}
