//! Reference tables (参照表) that rules ask: is this subject known, what is its name. Plain data, filled from the lake or
//! from a file before checking begins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use hashbrown::HashMap;
use regex::Regex;
use standards::pack::{FieldKind, Resource, Rule};

/// One reference table.
#[derive(Debug, Clone, Default)]
pub struct LookupTable {
    fields: Vec<String>,
    /// The field by which [`LookupTable::name`] answers.
    name_field: Option<usize>,
    rows: HashMap<Box<str>, Box<[Box<str>]>, ahash::RandomState>,
}

impl LookupTable {
    /// An empty table with the fields its rows carry. `name_field` is the one that names the subject.
    #[must_use]
    pub fn new(fields: Vec<String>, name_field: Option<&str>) -> Self {
        let name_field = name_field.and_then(|n| fields.iter().position(|f| f == n));
        Self { fields, name_field, rows: HashMap::default() }
    }

    /// Adds a row under a key; values in the order of the fields, empty for unknown. The last row of a key counts.
    pub fn insert(&mut self, key: &str, values: &[&str]) {
        self.rows.insert(key.into(), values.iter().map(|v| Box::from(*v)).collect());
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a key is known.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.rows.contains_key(key)
    }

    /// The value of a field under a key; `None` when key or field is unknown or the value is empty.
    #[must_use]
    pub fn value(&self, key: &str, field: &str) -> Option<&str> {
        let at = self.fields.iter().position(|f| f == field)?;
        self.at(key, at)
    }

    /// The name of the subject under a key.
    #[must_use]
    pub fn name(&self, key: &str) -> Option<&str> {
        self.at(key, self.name_field?)
    }

    fn at(&self, key: &str, field: usize) -> Option<&str> {
        self.rows.get(key)?.get(field).map(AsRef::as_ref).filter(|v| !v.is_empty())
    }
}

/// All reference tables by resource, e.g. `legal-entity`. A rule that asks a table which is not here gets NULL and so
/// passes.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    tables: HashMap<String, LookupTable>,
}

impl Lookups {
    /// Adds or replaces a table.
    pub fn insert(&mut self, resource: &str, table: LookupTable) {
        self.tables.insert(resource.to_owned(), table);
    }

    /// A table.
    #[must_use]
    pub fn get(&self, resource: &str) -> Option<&LookupTable> {
        self.tables.get(resource)
    }
}

static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:known_in|lookup_in)\(\s*'([^']+)'(?:\s*,\s*[^,()]+\s*,\s*'([^']+)')?").ok()
});

/// The tables that rules ask: resource → fields.
#[must_use]
pub fn asked_by(rules: &[Rule]) -> BTreeMap<String, BTreeSet<String>> {
    asked_in(rules.iter().flat_map(|rule| {
        let own = [Some(&rule.assert), rule.suggest.as_ref()].into_iter().flatten();
        own.chain(rule.params.values()).map(String::as_str)
    }))
}

/// The tables that expressions ask: resource → fields.
#[must_use]
pub fn asked_in<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeMap<String, BTreeSet<String>> {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let Some(asks) = ASKS.as_ref() else { return asked };
    for found in texts.into_iter().flat_map(|t| asks.captures_iter(t)) {
        let fields = asked.entry(found[1].to_owned()).or_default();
        if let Some(field) = found.get(2) {
            fields.insert(field.as_str().to_owned());
        }
    }
    asked
}

/// How a table answers: the field it is asked by, and the field that names the subject.
#[must_use]
pub fn answers_by(table: &Resource) -> (String, Option<String>) {
    let key = table.business_key.first().and_then(|k| k.split('|').next()).unwrap_or_default().to_owned();
    let name = table.fields.iter().find(|f| matches!(f.kind, FieldKind::Name)).map(|f| f.code.clone());
    (key, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_rules_ask_is_found() {
        let packs = standards::pack::Packs::builtin().unwrap();
        let (_, licence) = packs.resource("licence-2018").unwrap();
        let asked = asked_by(&licence.rules);
        assert!(asked["legal-entity"].contains("NAME"), "{asked:?}");
        assert!(asked["authority"].contains("USCC"), "{asked:?}");
        let (_, entities) = packs.resource("legal-entity").unwrap();
        assert_eq!(answers_by(entities), ("USCC".to_owned(), Some("NAME".to_owned())));
    }
}
