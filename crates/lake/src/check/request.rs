//! What to check a file against (检查请求).

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use indexmap::IndexMap;
use standards::pack::Packs;

use super::corrected::Corrected;
use super::lookups::Lookups;
use super::overrides::{self, Override};
use crate::read::ReadOptions;

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
    /// Local changes of rules; of several for one check the first counts.
    pub overrides: Vec<Override>,
    /// Local changes of rules that are in force but that the packs can no longer carry out (see [`super::part_overrides`]): they
    /// are told in the report, and the superior's own rules apply.
    pub unfit: Vec<Override>,
    /// Unified codes and names of organisations for which the sender does not speak: rows that are theirs by the resource's
    /// `owner` are rejected. Nobody's when empty.
    pub others: Arc<HashSet<String>>,
    /// What objections put right in records of the resource: a row that says again what was wrong is rejected.
    pub corrected: Arc<Corrected>,
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
    /// Name of the rule set it is checked by: pack, version, resource, and the local overrides that apply (see
    /// [`super::RuleSet::name`]); the resource's code alone when it is unknown.
    #[must_use]
    pub fn rule_set(&self) -> String {
        let Some((pack, resource)) = self.packs.resource(&self.resource) else {
            return self.resource.clone();
        };
        let applied = overrides::applied(
            &self.overrides,
            |key| overrides::is_known(&self.packs, pack, resource, key),
            self.as_of,
        );
        overrides::name(pack, resource, &applied)
    }

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
            unfit: Vec::new(),
            others: Arc::default(),
            corrected: Arc::default(),
            sheet: None,
            read: ReadOptions::default(),
            findings: None,
            threads: 0,
        }
    }
}
