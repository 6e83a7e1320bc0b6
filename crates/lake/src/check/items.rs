//! Data items (数据项): how many cells had to be filled, and how many of them were.

use serde::{Deserialize, Serialize};
use standards::pack::{NeedMark, SubjectKind};

use super::binding::Binding;
use super::codes;
use super::fields::{KINDS, place_of};
use super::ruleset::{Judged, RuleSet};

/// Cells that the standard asks of each row (必填项), whatever else is in the row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// Rows times the fields that a row of that kind must have filled.
    pub required: u64,
    /// Of these, cells that were not told to be empty.
    pub given: u64,
}

impl Items {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.required += other.required;
        self.given += other.given;
    }

    /// Counts the items of one judged chunk. A cell is missing where a finding says so, or where the file has no such column.
    pub(super) fn of(rules: &RuleSet, binding: &Binding, judged: &Judged) -> Self {
        let rows = judged.batch.num_rows();
        let kinds = |row: usize| judged.kinds.get(row).copied().flatten();
        // What is asked depends on the kind of subject alone.
        let mut asked: [Option<(u64, u64)>; KINDS] = [None; KINDS];
        let (mut required, mut absent) = (0, 0);
        for row in 0..rows {
            let kind = kinds(row);
            let (all, without) = *asked[place_of(kind)].get_or_insert_with(|| match kind {
                // Whatever it is: a row that does not tell its kind owes what the most demanding kind owes.
                None if rules.resource.subject.is_some() => {
                    let kinds = [SubjectKind::F, SubjectKind::G, SubjectKind::Z];
                    let all = kinds.map(|kind| asks(rules, binding, Some(kind)));
                    all.into_iter().max_by_key(|(all, _)| *all).unwrap_or_default()
                }
                kind => asks(rules, binding, kind),
            });
            required += all;
            absent += without;
        }
        let empty = judged.hits.iter().filter(|hit| hit.code == codes::REQUIRED).count() as u64;
        Self { required, given: required.saturating_sub(absent + empty) }
    }
}

/// Fields that a row of a kind must have filled, and those of them that have no column.
fn asks(rules: &RuleSet, binding: &Binding, kind: Option<SubjectKind>) -> (u64, u64) {
    let required = rules.fields.iter().enumerate().filter(|(_, f)| f.mark(kind) == NeedMark::R);
    required.fold((0, 0), |(all, absent), (field, _)| {
        let without = binding.columns.get(field).copied().flatten().is_none();
        (all + 1, absent + u64::from(without))
    })
}
