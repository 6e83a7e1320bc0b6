//! Telling which rows of a submission share their key (重复).

use kernel::Result;

use super::codes as code;
use super::duplicates::{Duplicates, Relation};
use super::hit::{Hit, WHOLE_ROW};
use super::keys;
use super::run::Place;
use super::sink::FindingSink;

/// Tells the rows that share their key with another of the submission, over all its tables: `places` in the order in which
/// they were begun. Rows rejected so far take no part in what may land, but both sides are told of the pair.
///
/// # Errors
/// `Internal` when the disk fails.
pub(super) fn report(places: &[Place<'_>], duplicates: Duplicates, sink: &mut FindingSink) -> Result<()> {
    let settled = duplicates.settle(|row| sink.is_rejected(row.table, row.row));
    settled.report(|repeated| {
        let (at, of) = (repeated.row, repeated.other);
        let (Some(place), Some(other)) = (places.get(at.table), places.get(of.table)) else { return Ok(()) };
        let elsewhere = at.table != of.table;
        let same_key = |pattern| {
            let field = keys::first_field(place.rules, &place.binding.columns);
            Hit::new(0, field, code::DUPLICATE_KEY, &repeated.key)
                .pattern(pattern)
                .param("list", key_fields(place))
        };
        let hit = match (repeated.relation, elsewhere) {
            (Relation::Same, false) => Hit::new(0, WHOLE_ROW, code::ROW_REPEATED, &repeated.key),
            (Relation::Same, true) => {
                Hit::new(0, WHOLE_ROW, code::ROW_REPEATED, &repeated.key).pattern("elsewhere")
            }
            (Relation::SameKey, false) => same_key("in-file"),
            (Relation::SameKey, true) => same_key("elsewhere"),
            (Relation::OtherLands, _) => same_key("other-lands"),
            (Relation::OtherRejected, _) => same_key("other-rejected"),
        };
        let names_place = elsewhere || !matches!(repeated.relation, Relation::Same | Relation::SameKey);
        let mut hit = hit.param("a", of.row);
        if names_place {
            hit = hit.param("x", other.name(place));
        }
        hit.ambiguous = repeated.relation == Relation::SameKey;
        match place.finding(hit, at.row) {
            Some(finding) => sink.put_at(Some(at.table), finding),
            None => Ok(()),
        }
    })
}

/// The fields of the business key, as a message lists them.
fn key_fields(place: &Place<'_>) -> String {
    let fields = place.rules.key.iter().filter_map(|part| part.first());
    let labels: Vec<String> = fields.map(|f| format!("@{}", place.rules.resource.fields[*f].code)).collect();
    labels.join("、")
}
