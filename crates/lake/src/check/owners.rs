//! Whose rows they are (数据归属): a department may not hand in decisions of an authority that is not its own.

use std::collections::HashSet;

use datafusion::arrow::array::{AsArray as _, RecordBatch};
use standards::pack::Severity;

use super::codes;
use super::hit::Hit;
use super::ruleset::RuleSet;

/// Rejects rows whose owner is among the organisations for which the sender does not speak. Silent where something else is wrong
/// with the owner already.
pub(super) fn check(rules: &RuleSet, batch: &RecordBatch, hits: &mut Vec<Hit>) {
    let Some(owner) = rules.owner.filter(|_| !rules.others.is_empty()) else { return };
    let Some(column) = batch.column(owner).as_string_opt::<i32>() else { return };
    // A row of nobody is told by the field that is required, which no override changes.
    let foreign = column.iter().enumerate().filter_map(|(row, v)| Some((row, v?)));
    let mut foreign = foreign.filter(|(_, v)| rules.others.contains(*v)).peekable();
    if foreign.peek().is_none() {
        return;
    }
    let about =
        |h: &&Hit| usize::from(h.field) == owner || h.related.iter().any(|f| usize::from(*f) == owner);
    let rejected = hits.iter().filter(about).filter(|h| rules.severity(h) == Some(Severity::Reject));
    let told: HashSet<u32> = rejected.map(|h| h.row).collect();
    let new = foreign.filter(|(row, _)| !told.contains(&(*row as u32)));
    hits.extend(new.map(|(row, value)| Hit::new(row, owner as u16, codes::OWNER_OF_ANOTHER, value)));
}
