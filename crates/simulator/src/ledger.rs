//! The ledger (缺陷台账) and the manifest (文件清单): what was planted where, and what a checker has to say about it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use standards::pack::Severity;

use crate::template::Resource;

/// One finding the checker must report. A line of `ledger.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// File, relative to the manifest.
    pub file: String,
    /// Sheet, in workbooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row as the spreadsheet shows it.
    pub row: u32,
    /// Header of the column; absent when the whole row is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Field code; absent when the whole row or a column of no field is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Name of the defect; `late`, `near-deadline` and `extra-column` come of themselves.
    pub defect: String,
    /// Expected code.
    pub code: String,
    /// Expected observed pattern; empty when none.
    pub pattern: String,
    /// Expected severity.
    pub severity: Severity,
    /// The value as planted.
    pub value: String,
    /// Suggestion expected first; absent when the true value cannot be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Whether several values would mend it, so that a checker may propose one without being sure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guess: bool,
    /// Whether the register of legal entities and the list of authorities are needed to find it or to know its suggestion.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub register: bool,
}

/// One decision as its department handed it in, and when it put it right (决定台账). A line of `decisions.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// File, relative to the manifest.
    pub file: String,
    /// Row as the spreadsheet shows it.
    pub row: u32,
    /// Its standard.
    pub resource: Resource,
    /// Code of the organisation that handed it in.
    pub org: String,
    /// Document number (文书号), as it ought to be.
    pub document: String,
    /// Day of the decision, as it ought to be.
    pub decided: chrono::NaiveDate,
    /// Day on which it was handed in; none where its department forgot it and only the approval platform's list, which is
    /// then the file, tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<chrono::NaiveDate>,
    /// Cells that its standard asks of it.
    pub items: u64,
    /// Whether it was rejected then.
    pub rejected: bool,
    /// Day on which its department put a rejected row right; none where it has not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended_on: Option<chrono::NaiveDate>,
    /// The row as it ought to be, by field code, where it was rejected.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub truth: IndexMap<String, String>,
}

/// What a department does about a record sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It hands it in corrected (更正).
    Corrected,
    /// It says that it is right as it stands, and the bureau agrees (整改确认).
    Confirmed,
    /// Nothing yet.
    None,
}

/// One record that the province sent back (下发台账). A line of `returns.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The list it stands in, relative to the manifest.
    pub file: String,
    /// Row as the spreadsheet shows it.
    pub row: u32,
    /// Its standard.
    pub resource: Resource,
    /// Code of the department it belongs to.
    pub org: String,
    /// Document number (文书号).
    pub document: String,
    /// Day on which it was sent back.
    pub returned_on: chrono::NaiveDate,
    /// What its department does.
    pub answer: Answer,
    /// Day on which it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_on: Option<chrono::NaiveDate>,
    /// The row as it is handed in again, by field code.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub corrected: IndexMap<String, String>,
}

/// What somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// 异议
    Objection,
    /// 信用修复
    Repair,
}

/// One application and what comes of it (异议、修复台账). A line of `cases.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What is asked for.
    pub kind: CaseKind,
    /// The standard of the record concerned.
    pub resource: Resource,
    /// Code of the department whose record it is.
    pub org: String,
    /// Document number of the record (文书号).
    pub document: String,
    /// Name of its subject.
    pub subject: String,
    /// Unified code of its subject.
    pub code: String,
    /// Identity number of whoever hands it in, invented like all others.
    pub handler: String,
    /// Day on which it is handed in.
    pub filed_on: chrono::NaiveDate,
    /// Day on which the hall passes it on to the department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded_on: Option<chrono::NaiveDate>,
    /// Day on which the department decides; none while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<chrono::NaiveDate>,
    /// Whether it is granted, once it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<bool>,
    /// Field objected to, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What ought to stand there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A figure that the bureau enters (登记台账). A line of `registered.ndjson`, in the order in which they are entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Code of the indicator.
    pub indicator: String,
    /// Code of the organisation it is of.
    pub org: String,
    /// Day up to which it was counted.
    pub day: chrono::NaiveDate,
    /// The denominator.
    pub whole: i64,
    /// The numerator.
    pub part: i64,
    /// Where it is taken from: says that it is invented.
    pub basis: String,
    /// Day on which it is entered.
    pub entered_on: chrono::NaiveDate,
    /// Day on which it is taken back, where it was a mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_on: Option<chrono::NaiveDate>,
}

/// One file and what is to become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// File, relative to the manifest.
    pub file: String,
    /// What it holds.
    pub resource: Resource,
    /// Code of the organisation that hands it in.
    pub org: String,
    /// Name of that organisation.
    pub org_name: String,
    /// Day on which it is handed in; the day to check by.
    pub received_on: chrono::NaiveDate,
    /// `csv` or `xlsx`.
    pub format: String,
    /// `gb18030`, `utf-8-bom`, `utf-8`, or `xlsx`.
    pub encoding: String,
    /// The header's row as the spreadsheet shows it.
    pub header_row: u32,
    /// Data rows (a header pasted inside is none).
    pub rows: u64,
    /// Rows that must be rejected.
    pub rejected: u64,
    /// Rows that must pass with a warning.
    pub warned: u64,
    /// Rows that must pass without any.
    pub passed: u64,
    /// Cells that its standard asks of its rows by their kind of subject, given or not.
    pub items: u64,
    /// Findings expected, by code.
    pub findings: IndexMap<String, u64>,
}

/// `manifest.json`: the whole delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Says that the city is simulated, in Chinese and English.
    pub notice: [String; 2],
    /// Name of the city.
    pub city: String,
    /// Seed.
    pub seed: u64,
    /// Scale.
    pub scale: String,
    /// Last day of the history.
    pub as_of: chrono::NaiveDate,
    /// Files in the order in which they are handed in.
    pub files: Vec<FileEntry>,
    /// Findings expected in all files, by code.
    pub findings: IndexMap<String, u64>,
    /// Plants by name of the defect.
    pub defects: IndexMap<String, u64>,
}

impl Manifest {
    /// Data rows of all files.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|f| f.rows).sum()
    }

    /// Rejected rows of all files.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.files.iter().map(|f| f.rejected).sum()
    }
}
