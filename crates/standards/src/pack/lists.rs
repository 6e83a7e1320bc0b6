//! Code lists (代码表) at a date.

use chrono::NaiveDate;

use super::model::{CodeList, CodeListEdition, CodeValue};

/// How a value stands in an edition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Listed<'a> {
    /// One of its values.
    Value(&'a CodeValue),
    /// Another spelling or a local code of one of its values.
    Alias(&'a CodeValue),
}

/// How a value stands in a list on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookup<'a> {
    /// In the edition in force.
    Current(Listed<'a>),
    /// Only in an earlier edition.
    Outdated(Listed<'a>),
    /// Nowhere.
    Unknown,
}

impl CodeList {
    /// The edition in force on a day.
    #[must_use]
    pub fn at(&self, day: NaiveDate) -> Option<&CodeListEdition> {
        self.editions.iter().rev().find(|e| e.valid_from <= day && e.valid_to.is_none_or(|to| day <= to))
    }

    /// Looks a value up as of a day; earlier editions tell an outdated value from a wrong one.
    #[must_use]
    pub fn look_up(&self, value: &str, day: NaiveDate) -> Lookup<'_> {
        if let Some(found) = self.at(day).and_then(|e| e.find(value)) {
            return Lookup::Current(found);
        }
        let earlier = self.editions.iter().rev().filter(|e| e.valid_to.is_some_and(|to| to < day));
        earlier.filter_map(|e| e.find(value)).next().map_or(Lookup::Unknown, Lookup::Outdated)
    }
}

impl CodeListEdition {
    /// Looks a value up, exactly first and then among the aliases.
    #[must_use]
    pub fn find(&self, value: &str) -> Option<Listed<'_>> {
        let exact = self.values.iter().find(|v| v.value == value).map(Listed::Value);
        exact.or_else(|| self.values.iter().find(|v| v.aliases.iter().any(|a| a == value)).map(Listed::Alias))
    }

    /// The values as a person reads them, joined by `、`; a bare code carries its meaning: `1（有效）、2（无效）`.
    #[must_use]
    pub fn shown(&self) -> String {
        let show = |v: &CodeValue| match &v.label {
            Some(label) => format!("{}（{label}）", v.value),
            None => v.value.clone(),
        };
        self.values.iter().map(show).collect::<Vec<_>>().join("、")
    }
}
