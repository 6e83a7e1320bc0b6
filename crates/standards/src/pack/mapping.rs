//! Mappings (映射): how rows of one resource become rows of another standard, as data.

use std::fmt::Write as _;

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::model::{Field, NeedMark, Resource};
use crate::Text;

/// A mapping from one resource to another (标准转换).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Identifier, e.g. `licence-2016-to-2018`; unique over all packs.
    pub mapping: String,
    /// Shown name.
    pub title: Text,
    /// The resource whose rows are mapped.
    pub source: String,
    /// The resource whose rows come of it.
    pub target: String,
    /// Standard and clause, or the city's own agreement.
    pub basis: String,
    /// By when a decision must have reached the target.
    pub limit: MappingLimit,
    /// SQL condition over the source row: which rows go. All when absent; a row for which it is not true stays.
    #[serde(default)]
    pub when: Option<String>,
    /// Field of the target that holds the code of the authority whose department answers for the row; who handed the source
    /// row in, when absent or unknown.
    #[serde(default)]
    pub owner: Option<String>,
    /// Rows that a person has to decide on.
    #[serde(default)]
    pub by_hand: Vec<ByHand>,
    /// How the fields of the target are filled.
    pub fields: Vec<Filled>,
    /// Mandatory fields of the target that the source cannot give, each with its reason.
    #[serde(default)]
    pub missing: Vec<Known>,
    /// Fields of the source that are not used, each with its reason.
    #[serde(default)]
    pub unused: Vec<Known>,
}

/// The clock of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingLimit {
    /// Working days after the decision.
    pub workdays: u32,
    /// Whether the day of the decision is the first of them.
    #[serde(default)]
    pub count_first_day: bool,
    /// Standard and clause.
    pub source: String,
}

/// A case for a person (人工决定).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// SQL condition over the source row.
    pub when: String,
    /// Fields of the target that the person fills.
    pub fields: Vec<String>,
    /// Why it cannot be known, and what to look at.
    pub why: Text,
}

/// How one field of the target is filled: exactly one of `from` (alone, with `codes` or with `lookup`), `sql` and `value`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    /// Field of the target.
    pub to: String,
    /// Field of the source, copied as it is unless `codes` or `lookup` say otherwise.
    #[serde(default)]
    pub from: Option<String>,
    /// Dated tables that translate the codes of `from`; a code that none has gives nothing.
    #[serde(default)]
    pub codes: Vec<CodeTable>,
    /// Where the value of `from` is looked up.
    #[serde(default)]
    pub lookup: Option<LookUp>,
    /// SQL expression over the source row.
    #[serde(default)]
    pub sql: Option<String>,
    /// The same for every row.
    #[serde(default)]
    pub value: Option<String>,
    /// Standard and clause where they are not those of the mapping.
    #[serde(default)]
    pub basis: Option<String>,
}

/// Code translations in force in one span of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity; open when absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Code of the source → code of the target.
    pub values: IndexMap<String, String>,
    /// What an empty cell means; nothing when absent.
    #[serde(default)]
    pub empty: Option<String>,
}

/// A field of another resource, found by the value given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookUp {
    /// The resource, e.g. `authority`.
    #[serde(rename = "in")]
    pub resource: String,
    /// Its field.
    pub field: String,
}

/// Fields and why they are as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Their codes.
    pub fields: Vec<String>,
    /// The reason.
    pub why: Text,
}

impl Filled {
    /// The value as an SQL expression over the source row, by the tables in force on a day. NULL for what cannot be given.
    #[must_use]
    pub fn expression(&self, day: NaiveDate) -> String {
        if let Some(sql) = &self.sql {
            return sql.clone();
        }
        if let Some(value) = &self.value {
            return literal(value);
        }
        let Some(from) = &self.from else { return "NULL".to_owned() };
        if let Some(found) = &self.lookup {
            return format!("lookup_in({}, {from}, {})", literal(&found.resource), literal(&found.field));
        }
        if self.codes.is_empty() {
            return from.clone();
        }
        let in_force = |t: &&CodeTable| t.valid_from <= day && t.valid_to.is_none_or(|to| day <= to);
        let Some(table) = self.codes.iter().rfind(in_force) else { return "NULL".to_owned() };
        let mut sql = "CASE".to_owned();
        if let Some(empty) = &table.empty {
            let _ = write!(sql, " WHEN {from} IS NULL THEN {}", literal(empty));
        }
        for (old, new) in &table.values {
            let _ = write!(sql, " WHEN {from} = {} THEN {}", literal(old), literal(new));
        }
        sql.push_str(" END");
        sql
    }

    /// Whether the value stands in the source as it is.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.from.is_some() && self.codes.is_empty() && self.lookup.is_none()
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What a mapping can and cannot do, both ways (双向核对).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proof<'a> {
    /// Mandatory fields of the target that no row of the source gives.
    pub missing: Vec<&'a Field>,
    /// Mandatory fields of the target that a row gives only where its own optional fields are filled.
    pub conditional: Vec<&'a Field>,
    /// Fields of the source that are not used.
    pub unused: Vec<&'a Field>,
}

impl Mapping {
    /// The expression texts over the source row by which rows are chosen and fields filled.
    #[must_use]
    pub fn expressions(&self, day: NaiveDate) -> Vec<String> {
        let own = self.when.iter().cloned().chain(self.by_hand.iter().map(|b| b.when.clone()));
        own.chain(self.fields.iter().map(|f| f.expression(day))).collect()
    }

    /// How a field of the target is filled.
    #[must_use]
    pub fn filled(&self, field: &str) -> Option<&Filled> {
        self.fields.iter().find(|f| f.to == field)
    }

    /// Holds the mapping against its two resources.
    #[must_use]
    pub fn proof<'a>(&self, source: &'a Resource, target: &'a Resource) -> Proof<'a> {
        let mandatory = target.fields.iter().filter(|f| f.is_required());
        let (given, missing): (Vec<&Field>, Vec<&Field>) =
            mandatory.partition(|f| self.filled(&f.code).is_some());
        let is_certain = |f: &Filled| f.value.is_some() || self.reads(f, source).any(always_filled);
        let conditional = given.into_iter().filter(|f| !self.filled(&f.code).is_some_and(is_certain));
        let day = NaiveDate::MAX;
        let texts = self.expressions(day);
        let used = |field: &&Field| texts.iter().any(|t| names(t, &field.code));
        Proof {
            missing,
            conditional: conditional.collect(),
            unused: source.fields.iter().filter(|f| !used(f)).collect(),
        }
    }

    fn reads<'a>(&self, filled: &Filled, source: &'a Resource) -> impl Iterator<Item = &'a Field> {
        let text = filled.expression(NaiveDate::MAX);
        // Of a look-up the answer is not certain, whatever is asked.
        let is_certain = filled.lookup.is_none() && !text.contains("lookup_in(");
        source.fields.iter().filter(move |f| is_certain && names(&text, &f.code))
    }
}

fn always_filled(field: &Field) -> bool {
    field.need.mark(None) == NeedMark::R
}

/// Whether an expression names a field, as a whole word.
pub(super) fn names(expression: &str, field: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    expression.match_indices(field).any(|(at, found)| {
        !expression[..at].chars().next_back().is_some_and(is_word)
            && !expression[at + found.len()..].chars().next().is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(yaml: &str) -> Filled {
        serde_saphyr::from_str(yaml).unwrap()
    }

    #[test]
    fn every_way_of_filling_is_one_expression() {
        let day: NaiveDate = "2020-01-01".parse().unwrap();
        let says = |yaml: &str| filled(yaml).expression(day);
        assert_eq!(says("{to: A, from: B}"), "B");
        assert_eq!(says("{to: A, value: \"it's\"}"), "'it''s'");
        assert_eq!(says("{to: A, sql: \"substr(B, 1, 2)\"}"), "substr(B, 1, 2)");
        let lookup = "{to: A, from: B, lookup: {in: authority, field: USCC}}";
        assert_eq!(says(lookup), "lookup_in('authority', B, 'USCC')");
        let codes =
            "{to: A, from: B, codes: [{valid_from: 2018-01-01, values: {\"0\": \"1\"}, empty: \"1\"}]}";
        assert_eq!(says(codes), "CASE WHEN B IS NULL THEN '1' WHEN B = '0' THEN '1' END");
        assert_eq!(filled(codes).expression("2017-12-31".parse().unwrap()), "NULL", "not in force yet");
    }

    #[test]
    fn a_field_is_named_as_a_whole_word() {
        assert!(names("coalesce(XK_FR, '')", "XK_FR"));
        assert!(!names("coalesce(XK_FRDB, '')", "XK_FR"));
    }
}
