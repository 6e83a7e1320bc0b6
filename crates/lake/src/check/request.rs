//! What to check a file against (检查请求).

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use standards::Text;
use standards::pack::{Packs, Rule};

use super::lookups::Lookups;
use crate::read::ReadOptions;

/// A rule of the superior profile switched off or replaced locally (本地规则调整).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// Name of the row rule, or a message code such as `W603` for a built-in check.
    pub rule: String,
    /// What stands in its place; switched off when absent. A built-in check can only be switched off.
    #[serde(default)]
    pub replacement: Option<Rule>,
    /// Why.
    pub reason: Text,
    /// Who decided it.
    pub author: String,
    /// Last day on which it applies; open when absent.
    #[serde(default)]
    pub expires: Option<NaiveDate>,
}

/// What to check a file against.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// The packs that declare the resource, its code lists and messages.
    pub packs: Arc<Packs>,
    /// The resource's identifier, e.g. `licence-2018`.
    pub resource: String,
    /// Header as written in the file → field code, for headers that are not recognised by themselves. An empty field
    /// code leaves the column out.
    pub mapping: IndexMap<String, String>,
    /// The day of checking: rules, code lists and "not in the future" go by it.
    pub as_of: NaiveDate,
    /// Reference tables.
    pub lookups: Arc<Lookups>,
    /// Local changes of rules.
    pub overrides: Vec<Override>,
    /// The sheet to check; every sheet whose header fits when absent.
    pub sheet: Option<String>,
    /// How to read.
    pub read: ReadOptions,
    /// Where findings are written (NDJSON, one [`super::Finding`] a line); a temporary file when absent.
    pub findings: Option<PathBuf>,
    /// Threads that parse and check; as many as the machine has when 0.
    pub threads: usize,
}

impl CheckRequest {
    /// A request with nothing but the necessary.
    #[must_use]
    pub fn new(packs: Arc<Packs>, resource: impl Into<String>, as_of: NaiveDate) -> Self {
        Self {
            packs,
            resource: resource.into(),
            mapping: IndexMap::new(),
            as_of,
            lookups: Arc::default(),
            overrides: Vec::new(),
            sheet: None,
            read: ReadOptions::default(),
            findings: None,
            threads: 0,
        }
    }
}
