//! 同一决定的两条记录: a decision that comes again with its code or its day put right has another business key, and would count and be
//! public twice. The record that was wrong gives way to the one that came after it; wrong rows give way to the right row that came
//! later. A record about which people decide gives way to none: the later one stands beside it. All are taken from the receipts anew
//! whenever one of them changes, and end with the receipt that brought them about.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use intake::actions::supersede_rows::supersede_rows;
use kernel::{Result, SubmissionId};
use store::Tx;
use uuid::Uuid;

use crate::store::entity::{attempt, record};
use crate::store::{recount, replaced};

/// Brings records, and those that tell of the same decisions, up to date.
///
/// # Errors
/// When the database fails.
pub(super) async fn settle_replaced(tx: &Tx, records: &[Uuid], now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let mut concerned = records.to_vec();
    let family = replaced::families(tx, records).await?;
    if !family.is_empty() {
        let ids: Vec<Uuid> = family.iter().map(|r| r.id).collect();
        let receipts = replaced::standing(tx, &ids).await?;
        let sent_back = replaced::sent_back(tx, &ids).await?;
        let all: Vec<Known> = family.iter().map(|r| Known::of(r, &receipts, &sent_back)).collect();
        let mut changed = Vec::new();
        let next = successors(&all);
        for (at, old) in all.iter().enumerate() {
            // The receipts of a record that gave way to one that did so in its turn count for the last of them.
            let by = std::iter::successors(next[at], |i| next[*i]).last().and_then(|i| all.get(i));
            if by.map(|new| new.record.id) == old.record.replaced_by {
                continue;
            }
            let before = all.iter().find(|o| Some(o.record.id) == old.record.replaced_by).map(|o| o.record);
            match by {
                Some(new) => replaced::replace(tx, old.record, new.record, now).await?,
                None => replaced::restore(tx, old.record, before).await?,
            }
            changed.push(old.record.id);
            changed.extend(old.record.replaced_by);
            changed.extend(by.map(|new| new.record.id));
        }
        for (new, replaced) in all.iter().zip(&next) {
            let of = all.iter().filter(|old| replaced.is_none() && new.stands_beside(old));
            let of = of.min_by_key(|old| old.first()).map(|old| old.record.id);
            if of != new.record.same_as {
                replaced::set_same_as(tx, new.record.id, of).await?;
            }
        }
        recount::recount(tx, &changed, now).await?;
        concerned.extend(ids);
    }
    concerned.sort_unstable();
    concerned.dedup();
    supersede(tx, &concerned, now).await?;
    Ok(concerned)
}

/// Closes the wrong rows that a later receipt overtook.
async fn supersede(tx: &Tx, records: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let mut rows: BTreeMap<(SubmissionId, SubmissionId), Vec<i64>> = BTreeMap::new();
    for row in replaced::overtaken(tx, records).await? {
        rows.entry((row.submission(), row.by())).or_default().push(row.ordinal);
    }
    for ((submission, by), ordinals) in rows {
        supersede_rows(tx, submission, &ordinals, by, now).await?;
    }
    Ok(())
}

/// For each record the place of the first one that took its place.
fn successors(all: &[Known]) -> Vec<Option<usize>> {
    let mut same: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, known) in all.iter().enumerate() {
        for digest in [&known.record.name_digest, &known.record.party_digest] {
            same.entry(digest).or_default().push(i);
        }
    }
    let of = |digest: &str| same.get(digest).map_or(&[][..], Vec::as_slice);
    all.iter()
        .map(|old| {
            let alike = of(&old.record.name_digest).iter().chain(of(&old.record.party_digest)).copied();
            let later = alike.filter(|i| all.get(*i).is_some_and(|new| old.gave_way_to(new)));
            later.min_by_key(|i| all.get(*i).and_then(Known::first_valid))
        })
        .collect()
}

/// What is known of a record.
struct Known<'a> {
    record: &'a record::Model,
    /// Receipts that stand, oldest first.
    receipts: &'a [attempt::Model],
    /// From when on a receipt is newer than what a superior sent back.
    sent_back: &'a [DateTime<Utc>],
}

impl<'a> Known<'a> {
    fn of(
        record: &'a record::Model,
        receipts: &'a HashMap<Uuid, Vec<attempt::Model>>,
        sent_back: &'a HashMap<Uuid, Vec<DateTime<Utc>>>,
    ) -> Self {
        Self {
            record,
            receipts: receipts.get(&record.id).map_or(&[], Vec::as_slice),
            sent_back: sent_back.get(&record.id).map_or(&[], Vec::as_slice),
        }
    }

    fn first(&self) -> Option<DateTime<Utc>> {
        self.receipts.first().map(|a| a.at)
    }

    fn first_valid(&self) -> Option<DateTime<Utc>> {
        self.receipts.iter().find(|a| a.valid).map(|a| a.at)
    }

    fn newest_valid(&self) -> Option<DateTime<Utc>> {
        self.receipts.iter().rev().find(|a| a.valid).map(|a| a.at)
    }

    /// Whether another record is the same decision, put right. It has the same document number, department and resource; it is of the
    /// same subject by name or by number; it came, valid, after all that came of this one; and this one was wrong: it was sent
    /// back before that and not put right since, or it never passed and has the same day (a document may be renewed on another day
    /// under its old number).
    fn gave_way_to(&self, new: &Self) -> bool {
        let (old, other) = (self.record, new.record);
        let (Some(first), Some(newest)) = (new.first_valid(), new.newest_valid()) else { return false };
        // Withdrawn is withdrawn, and what people decide, they decide of the record it speaks of; what nobody handed in and no list expects is
        // nothing to be replaced.
        let stands = old.replaced_by.is_some() || (old.withdrawn_at.is_none() && !old.case_opened);
        let known = !self.receipts.is_empty() || old.expected_from.is_some();
        let overtaken = self.receipts.last().is_none_or(|last| last.at < newest);
        let wrong = match self.first_valid() {
            Some(_) => {
                let put_right = |since| self.receipts.iter().any(|a| a.valid && a.at > since);
                self.sent_back.iter().any(|since| first > *since && !put_right(*since))
            }
            None => old.decision_date == other.decision_date,
        };
        self.is_of_decision(new) && stands && known && overtaken && wrong
    }

    /// Whether two records have the same document number, department and resource, and the same subject by name or by number.
    fn is_of_decision(&self, other: &Self) -> bool {
        let (one, other) = (self.record, other.record);
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        one.id != other.id
            && (&one.resource, one.org_id, &one.number) == (&other.resource, other.org_id, &other.number)
            && one.number.contains(|c: char| c.is_ascii_digit())
            && (same(&one.name_digest, &other.name_digest) || same(&one.party_digest, &other.party_digest))
    }

    /// Whether this one came, valid, after an earlier record of the same decision about which people decide.
    fn stands_beside(&self, old: &Self) -> bool {
        let later = self.first_valid().zip(old.first()).is_some_and(|(new, old)| new > old);
        later && old.record.case_opened && old.record.replaced_by.is_none() && self.is_of_decision(old)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{OrgId, RecordId};

    use super::*;
    use crate::store::records::begun;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-{text}:00Z").parse().unwrap()
    }

    fn record(id: u128, name: &str, party: &str, day: &str) -> record::Model {
        record::Model {
            number: "东市监罚〔2026〕12号".to_owned(),
            name_digest: name.to_owned(),
            party_digest: party.to_owned(),
            ..begun(RecordId(Uuid::from_u128(id)), "penalty-2018", OrgId(Uuid::nil()), day.parse().unwrap())
        }
    }

    fn receipt(when: &str, valid: bool) -> attempt::Model {
        attempt::Model {
            record_id: Uuid::nil(),
            submission_id: Uuid::now_v7(),
            valid,
            at: at(when),
            content: None,
            derived: false,
            given_up: false,
            ordinal: None,
        }
    }

    fn gives_way(
        (old, receipts, sent_back): (&record::Model, &[attempt::Model], &[DateTime<Utc>]),
        (new, later): (&record::Model, &[attempt::Model]),
    ) -> bool {
        let old = Known { record: old, receipts, sent_back };
        old.gave_way_to(&Known { record: new, receipts: later, sent_back: &[] })
    }

    #[test]
    fn what_was_sent_back_gives_way_to_what_came_after() {
        let old = record(1, "甲", "a", "2026-01-05");
        let first = [receipt("01-06T01:00", true)];
        let back = [at("01-08T01:00")];
        let later = [receipt("01-09T01:00", true)];
        for new in [record(2, "甲", "b", "2026-01-05"), record(2, "乙", "a", "2026-01-04")] {
            assert!(gives_way((&old, &first, &back), (&new, &later)), "its code or its day put right");
            assert!(!gives_way((&old, &first, &[]), (&new, &later)), "nobody said that it was wrong");
            let mended = [first[0].clone(), receipt("01-08T09:00", true)];
            assert!(!gives_way((&old, &mended, &back), (&new, &later)), "it was put right as it was");
            let before = [receipt("01-07T01:00", true), receipt("01-09T01:00", true)];
            assert!(!gives_way((&old, &first, &back), (&new, &before)), "it stood beside it all along");
            let again = [receipt("01-06T01:00", true), receipt("01-10T01:00", true)];
            assert!(!gives_way((&old, &again, &back), (&new, &later)), "it came again itself");
            assert!(
                !gives_way((&old, &first, &back), (&new, &[receipt("01-09T01:00", false)])),
                "still wrong"
            );
        }
        let another = record(2, "丙", "c", "2026-01-05");
        assert!(
            !gives_way((&old, &first, &back), (&another, &later)),
            "another subject of the same document"
        );
        let elsewhere = record::Model { number: "空".to_owned(), ..record(2, "甲", "b", "2026-01-05") };
        let unnumbered = record::Model { number: "空".to_owned(), ..old.clone() };
        assert!(!gives_way((&unnumbered, &first, &back), (&elsewhere, &later)), "no number tells nothing");
    }

    #[test]
    fn a_later_record_stands_beside_one_about_which_people_decide() {
        let old = record::Model { case_opened: true, ..record(1, "甲", "a", "2026-01-05") };
        let first = [receipt("01-06T01:00", true)];
        let later = [receipt("01-09T01:00", true)];
        let beside = |new: &record::Model, receipts: &[attempt::Model], old: &record::Model| {
            let old = Known { record: old, receipts: &first, sent_back: &[] };
            Known { record: new, receipts, sent_back: &[] }.stands_beside(&old)
        };
        let new = record(2, "甲", "b", "2026-01-05");
        assert!(beside(&new, &later, &old));
        assert!(!beside(&new, &[receipt("01-09T01:00", false)], &old), "it never passed");
        assert!(!beside(&new, &[receipt("01-05T01:00", true)], &old), "it is the earlier one");
        assert!(!beside(&record(2, "丙", "c", "2026-01-05"), &later, &old), "another subject");
        assert!(!beside(&new, &later, &record(1, "甲", "a", "2026-01-05")), "nobody decides about it");
        let back = [at("01-08T01:00")];
        assert!(!gives_way((&old, &first, &back), (&new, &later)), "and it gives way to none");
    }

    #[test]
    fn what_never_passed_gives_way_to_the_same_decision_of_the_same_day() {
        let old = record(1, "甲", "a", "2026-01-05");
        let wrong = [receipt("01-06T01:00", false)];
        let later = [receipt("01-07T01:00", true)];
        assert!(gives_way((&old, &wrong, &[]), (&record(2, "甲", "b", "2026-01-05"), &later)));
        assert!(!gives_way((&old, &wrong, &[]), (&record(2, "甲", "b", "2027-01-05"), &later)), "renewed");
        let withdrawn = record::Model { withdrawn_at: Some(at("01-06T02:00")), ..old.clone() };
        assert!(!gives_way((&withdrawn, &wrong, &[]), (&record(2, "甲", "b", "2026-01-05"), &later)));
        assert!(
            !gives_way((&old, &[], &[]), (&record(2, "甲", "b", "2026-01-05"), &later)),
            "never heard of"
        );
        let expected = record::Model { expected_from: Some("expected-penalties".to_owned()), ..old };
        assert!(gives_way((&expected, &[], &[]), (&record(2, "甲", "b", "2026-01-05"), &later)));
    }
}
