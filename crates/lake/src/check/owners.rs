//! Whose rows they are (数据归属): a department may not hand in decisions of an authority that is not its own.

use datafusion::arrow::array::RecordBatch;
use standards::pack::Severity;

use super::codes;
use super::hit::Hit;
use super::keys;
use super::ruleset::RuleSet;

/// Rejects rows whose owner is among the organisations for which the sender does not speak. Silent where something else is wrong
/// with the owner already.
pub(super) fn check(rules: &RuleSet, batch: &RecordBatch, hits: &mut Vec<Hit>) {
    let Some(owner) = rules.owner.filter(|_| !rules.others.is_empty()) else { return };
    let column = batch.column(owner);
    let wrong = |row: usize, hits: &[Hit]| {
        hits.iter().any(|h| {
            h.row as usize == row
                && (usize::from(h.field) == owner || h.related.iter().any(|f| usize::from(*f) == owner))
                && rules.severity(h) == Some(Severity::Reject)
        })
    };
    for row in 0..batch.num_rows() {
        let Some(value) = keys::value(column, row).filter(|v| rules.others.contains(v)) else { continue };
        if !wrong(row, hits) {
            hits.push(Hit::new(row, owner as u16, codes::OWNER_OF_ANOTHER, &value));
        }
    }
}
