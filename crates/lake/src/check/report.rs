//! The report of a check (检查报告): counts, never samples.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use standards::pack::Severity;

use super::finding::Finding;
use super::items::Items;

/// Counts of one check. `passed` + `rejected` = `rows`; `warned` rows are passed rows that carry at least one warning,
/// so they are counted in `passed` too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The resource's identifier.
    pub resource: String,
    /// Rule set and version, e.g. `credit-publicity@2018.1/licence-2018`.
    pub rule_set: String,
    /// Data rows: without header, blank rows and the header once more.
    pub rows: u64,
    /// Rows without a finding that rejects.
    pub passed: u64,
    /// Passed rows with at least one warning.
    pub warned: u64,
    /// Rows with at least one finding that rejects.
    pub rejected: u64,
    /// Cells that had to be filled, and those that were.
    #[serde(default)]
    pub items: Items,
    /// All findings, those about the header and for information included.
    pub findings: u64,
    /// By code, the most serious and most frequent first.
    pub rules: Vec<RuleCount>,
    /// Wall time, in seconds.
    pub seconds: f64,
    /// The day of checking.
    pub as_of: NaiveDate,
    /// Findings that are the same error, the most serious and most frequent first.
    pub groups: Vec<Group>,
    /// The tables that were checked.
    pub tables: Vec<TableReport>,
}

/// The row rule by which packs ask whether the subject stands in the library of legal entities (省级校验规则 1001).
const SUBJECT_KNOWN: &str = "subject-known";

/// Whether a finding says that its row's subject is in no library (未关联).
#[must_use]
pub fn is_unlinked(finding: &Finding) -> bool {
    finding.rule.as_deref() == Some(SUBJECT_KNOWN)
}

/// Counts of one code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleCount {
    /// Message code.
    pub code: String,
    /// The most serious severity among its findings.
    pub severity: Severity,
    /// Number of findings.
    pub findings: u64,
    /// Number of rows that have one.
    pub rows: u64,
}

/// The same error in many places: same code, pattern, field and rule. One remedy mends all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Message code.
    pub code: String,
    /// Observed pattern, or empty.
    pub pattern: String,
    /// Field, when a cell is meant.
    pub field: Option<String>,
    /// Row rule, when one was broken.
    pub rule: Option<String>,
    /// Severity.
    pub severity: Severity,
    /// Number of findings.
    pub findings: u64,
    /// How many of them carry a suggestion.
    pub suggested: u64,
    /// The first findings, to show; all are in the findings file.
    pub first: Vec<Finding>,
}

impl Group {
    /// How many findings a group shows.
    pub const SHOWN: usize = 5;

    /// Findings by code, pattern and field, in the order in which they first come.
    #[must_use]
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for f in findings {
            let same = |g: &&mut Self| g.code == f.code && g.pattern == f.pattern && g.field == f.field;
            let group = match groups.iter_mut().find(same) {
                Some(group) => group,
                None => groups.push_mut(Self::begun(f)),
            };
            group.add(f.clone());
        }
        groups
    }

    /// The group of a finding, without any yet.
    pub(super) fn begun(f: &Finding) -> Self {
        Self {
            code: f.code.clone(),
            pattern: f.pattern.clone(),
            field: f.field.clone(),
            rule: f.rule.clone(),
            severity: f.severity,
            findings: 0,
            suggested: 0,
            first: Vec::new(),
        }
    }

    /// Counts a finding, and keeps it when it is among the first.
    pub(super) fn add(&mut self, f: Finding) {
        self.findings += 1;
        self.suggested += u64::from(f.suggestion.is_some());
        if self.first.len() < Self::SHOWN {
            self.first.push(f);
        }
    }
}

/// One table of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableReport {
    /// The file as the sender named it, or the file inside the zip.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Data rows.
    pub rows: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Header → field code, as bound.
    pub columns: Vec<(String, String)>,
}

impl Report {
    /// Whether nothing was rejected.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        // A header that lacks a column rejects even where there are no rows.
        self.rejected == 0 && self.rules.iter().all(|r| r.severity != Severity::Reject)
    }

    /// Rows whose subject the library of legal entities does not know (未关联).
    #[must_use]
    pub fn unlinked(&self) -> u64 {
        // The rule speaks once of a row.
        self.groups.iter().filter(|g| g.rule.as_deref() == Some(SUBJECT_KNOWN)).map(|g| g.findings).sum()
    }

    /// Adds another file's report: counts and times add up.
    pub fn add(&mut self, other: Self) {
        if self.rule_set.is_empty() {
            *self = other;
            return;
        }
        self.rows += other.rows;
        self.passed += other.passed;
        self.warned += other.warned;
        self.rejected += other.rejected;
        self.items.add(other.items);
        self.findings += other.findings;
        self.seconds += other.seconds;
        for rule in other.rules {
            match self.rules.iter_mut().find(|r| r.code == rule.code) {
                Some(mine) => {
                    mine.findings += rule.findings;
                    mine.rows += rule.rows;
                    mine.severity = mine.severity.max(rule.severity);
                }
                None => self.rules.push(rule),
            }
        }
        for group in other.groups {
            let same = |g: &&mut Group| {
                (&g.code, &g.pattern, &g.field, &g.rule)
                    == (&group.code, &group.pattern, &group.field, &group.rule)
            };
            match self.groups.iter_mut().find(same) {
                Some(mine) => {
                    mine.findings += group.findings;
                    mine.suggested += group.suggested;
                    mine.first.extend(group.first);
                    mine.first.truncate(Group::SHOWN);
                }
                None => self.groups.push(group),
            }
        }
        self.tables.extend(other.tables);
        self.sort();
    }

    /// The most serious first, then the most frequent.
    pub(crate) fn sort(&mut self) {
        self.rules.sort_by(|a, b| (b.severity, b.findings, &a.code).cmp(&(a.severity, a.findings, &b.code)));
        self.groups.sort_by(|a, b| (b.severity, b.findings, &a.code).cmp(&(a.severity, a.findings, &b.code)));
    }
}
