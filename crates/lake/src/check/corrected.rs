//! 已更正的内容: what an objection put right in a record does not come back with the next file.

use std::collections::HashMap;

use datafusion::arrow::array::{AsArray as _, RecordBatch};
use kernel::Result;
use sha2::{Digest as _, Sha256};
use standards::fold;
use standards::pack::{Resource, Severity};

use super::codes;
use super::hit::{Hit, WHOLE_ROW};
use super::keys;
use super::ruleset::RuleSet;
use crate::table::{TableSpec, key};

/// A field of a record that was put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectedField {
    /// Code of the field; empty where the record was deleted as a whole.
    pub field: String,
    /// [`fingerprint`] of what stood there before.
    pub wrong: String,
    /// Number of the case that put it right.
    pub case: String,
}

/// What was put right in the records of a resource, by business key (as [`crate::table::KEY`] holds it).
pub type Corrected = HashMap<String, Vec<CorrectedField>>;

/// By what a value of a record's field is known without being kept: SHA-256 over key, field and value, in hexadecimal. What differs
/// by width, blanks or zeros at the end of an amount is the same.
#[must_use]
pub fn fingerprint(key: &str, field: &str, value: &str) -> String {
    let folded =
        value.chars().map(fold::half_width).filter(|c| !c.is_whitespace() && !fold::is_invisible(*c));
    let value: String = folded.collect();
    let is_amount =
        value.contains('.') && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let value = if is_amount { value.trim_end_matches('0').trim_end_matches('.') } else { &value };
    hex::encode(Sha256::digest([key, field, value].join("\u{1f}")))
}

/// The rule set's part: the table's shape, by which rows are known, and what was put right.
pub(crate) struct Held {
    spec: TableSpec,
    records: std::sync::Arc<Corrected>,
}

impl Held {
    /// `None` when nothing was put right.
    pub(super) fn of(resource: &Resource, records: &std::sync::Arc<Corrected>) -> Result<Option<Self>> {
        if records.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { spec: TableSpec::of(resource)?, records: std::sync::Arc::clone(records) }))
    }
}

/// Rejects rows that say again what a case found wrong. Silent where the cell is rejected already.
pub(super) fn check(rules: &RuleSet, batch: &RecordBatch, hits: &mut Vec<Hit>) -> Result<()> {
    let Some(held) = &rules.held else { return Ok(()) };
    let found = key(&held.spec, batch)?;
    for (row, record) in found.as_string::<i32>().iter().enumerate() {
        let Some((record, fields)) = record.and_then(|k| held.records.get_key_value(k)) else { continue };
        for corrected in fields {
            if corrected.field.is_empty() {
                let hit = Hit::new(row, WHOLE_ROW, codes::CORRECTED_BEFORE, "").pattern("deleted");
                hits.push(hit.param("id", &corrected.case));
                continue;
            }
            let Some(at) = rules.fields.iter().position(|f| f.field.code == corrected.field) else {
                continue;
            };
            let value = keys::value(batch.column(at), row).unwrap_or_default();
            if fingerprint(record, &corrected.field, &value) != corrected.wrong {
                continue;
            }
            let told = |h: &&Hit| h.row as usize == row && usize::from(h.field) == at;
            if !hits.iter().filter(told).any(|h| rules.severity(h) == Some(Severity::Reject)) {
                let hit =
                    Hit::new(row, at as u16, codes::CORRECTED_BEFORE, &value).param("id", &corrected.case);
                hits.push(if value.is_empty() { hit.pattern("absent") } else { hit });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_the_same_however_it_is_written() {
        let of = |value| fingerprint("k", "CF_NR_FK", value);
        assert_eq!(of("0.2"), of("0.200000"));
        assert_eq!(of("3"), of("3.00"));
        assert_eq!(of("罚款３０００元"), of("罚款 3000 元"));
        assert_ne!(of("30"), of("3"));
        assert_ne!(of("0.2"), of("0.3"));
        assert_ne!(fingerprint("k", "a", "1"), fingerprint("k", "b", "1"));
    }
}
