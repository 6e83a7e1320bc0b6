//! How rows of a resource tell of decisions: which fields hold its day, its number, its subject and its authority.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::OrgId;
use lake::typed::dates::{self, DateRead};
use lake::typed::fold;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use standards::fold::{document_number, name_key};
use standards::mask;
use standards::pack::{FieldKind, Resource, SubjectKind, TimeLimit};

use super::orgs::Authorities;
use crate::context::Rectify;
use crate::model::record_id;
use crate::store::entity::record::Model;
use crate::store::records;

/// Reads decisions from rows of a resource that has a reporting limit, or lists what is expected in one that has.
pub(super) struct Reading<'a> {
    resource: &'a Resource,
    /// The resource the decision must stand in.
    target: &'a Resource,
    limit: &'a TimeLimit,
    decision: &'a str,
}

impl<'a> Reading<'a> {
    /// None for a resource without a clock.
    pub(super) fn of(rectify: &'a Rectify, resource: &'a Resource) -> Option<Self> {
        let target = match &resource.expects {
            Some(code) => rectify.intake.packs.resource(code)?.1,
            None => resource,
        };
        let (limit, decision) = (target.time_limit.as_ref()?, target.decision_date.as_deref()?);
        Some(Self { resource, target, limit, decision })
    }

    pub(super) fn code(&self) -> &'a str {
        &self.resource.resource
    }

    /// Whether the rows only say what is to come.
    pub(super) fn is_list(&self) -> bool {
        self.resource.expects.is_some()
    }

    /// The columns a decision is read from, in the order in which [`Self::record`] takes their values.
    pub(super) fn columns(&self) -> Vec<&'a str> {
        let mut all = vec![self.decision, &self.limit.document, &self.limit.subject];
        all.extend(self.limit.authority.as_deref());
        all.extend(self.target.subject.as_ref().map(|s| s.field.as_str()));
        all
    }

    /// The columns of the resource that a decision is not read from; none of a list, whose rows are no receipts.
    pub(super) fn other_columns(&self) -> Vec<&'a str> {
        if self.is_list() {
            return Vec::new();
        }
        let own = self.columns();
        self.resource.fields.iter().map(|f| f.code.as_str()).filter(|c| !own.contains(c)).collect()
    }

    /// The record a row tells of. None where the row has no day of decision: nothing can be counted from it.
    pub(super) fn record(
        &self,
        values: &[Value],
        key: &str,
        sender: OrgId,
        authorities: &Authorities,
        at: DateTime<Utc>,
    ) -> Option<Model> {
        let text = |i: usize| values.get(i).and_then(Value::as_str).unwrap_or_default();
        let decision = text(0).parse::<NaiveDate>().ok()?;
        let mut next = 3;
        let authority = self.limit.authority.as_ref().and_then(|_| {
            next += 1;
            authorities.by_code(text(3))
        });
        let kind = self.target.subject.as_ref().and_then(|s| {
            let value = text(next);
            s.kinds.iter().find(|(_, v)| *v == value).map(|(k, _)| *k)
        });
        let id = record_id(&self.target.resource, key);
        // Whoever hands it in answers for it; of what is only expected, the authority that decided.
        let org = if self.is_list() { authority.unwrap_or(sender) } else { sender };
        let deadline = self.limit.deadline(decision).ok();
        let listed = self.is_list().then(|| (self.code().to_owned(), records::instant(at)));
        Some(Model {
            document: text(1).to_owned(),
            number: document_number(text(1)).into_owned(),
            name_digest: digest(&name_key(text(2))),
            party_digest: digest(&self.party(key)),
            subject: self.shown_subject(text(2), kind).into_owned(),
            deadline,
            deadline_ends_at: deadline.and_then(end_of_day),
            expected_from: listed.as_ref().map(|(from, _)| from.clone()),
            expected_at: listed.map(|(_, at)| at),
            ..records::begun(id, &self.target.resource, org, decision)
        })
    }

    /// What stands for the subject in a business key: all of it but the document number, the day and the authority.
    fn party(&self, key: &str) -> String {
        let other = |part: &&str| {
            let named = |code: &String| part.split('|').any(|c| c == code);
            part.split('|').any(|c| c == self.decision || self.target.holds_document(c))
                || self.limit.authority.as_ref().is_some_and(named)
                || self.target.owner.as_ref().is_some_and(named)
        };
        let parts = self.target.business_key.iter().map(String::as_str).zip(key.split('\u{1f}'));
        parts.filter(|(part, _)| !other(part)).map(|(_, value)| value).collect::<Vec<_>>().join("\u{1f}")
    }

    /// The name as anyone may read it who sees the record: a natural person's is masked.
    fn shown_subject<'n>(&self, name: &'n str, kind: Option<SubjectKind>) -> Cow<'n, str> {
        match self.target.field(&self.limit.subject) {
            // Where nothing tells what the subject is, a name that only a body has stays readable.
            Some(field) if field.is_personal(kind) && (kind.is_some() || !mask::is_body_name(name)) => {
                mask::person_name(name).into()
            }
            _ => name.into(),
        }
    }

    /// The values and the key of a row that did not pass, as far as its cells can be read.
    pub(super) fn of_cells(&self, cells: &Value) -> (Vec<Value>, String) {
        let read =
            |code: &str| self.canonical(code, cells.get(code).and_then(Value::as_str).unwrap_or_default());
        let values = self.columns().into_iter().map(|c| Value::String(read(c))).collect();
        let in_key = |code: &str| self.target.in_key(code, &read(code)).into_owned();
        let parts: Vec<String> = self
            .target
            .business_key
            .iter()
            .map(|part| part.split('|').map(in_key).find(|v| !v.is_empty()).unwrap_or_default())
            .collect();
        (values, parts.join("\u{1f}"))
    }

    /// A cell as the lake would keep it.
    fn canonical(&self, code: &str, cell: &str) -> String {
        match self.target.field(code).map(|f| &f.kind) {
            Some(FieldKind::Date { .. }) => match dates::read(cell) {
                DateRead::Good(d)
                | DateRead::Folded(d, _)
                | DateRead::OtherZone(d)
                | DateRead::Serial(d)
                | DateRead::DayFirst(d) => dates::to_date(d).map_or_else(String::new, |d| d.to_string()),
                _ => String::new(),
            },
            Some(FieldKind::Uscc { .. }) => fold::fold_code(cell).0.into_owned(),
            _ => fold::fold_text(cell, false).0.into_owned(),
        }
    }
}

/// By what a name or a number is known again without being kept, in 32 hexadecimal digits; empty where there is none.
pub(super) fn digest(text: &str) -> String {
    match text.trim_matches('\u{1f}').is_empty() {
        true => String::new(),
        false => hex::encode(&Sha256::digest(text.as_bytes())[..16]),
    }
}

/// The first instant after a day in Beijing.
pub(super) fn end_of_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    // Midnight in Beijing is four in the afternoon in UTC.
    Some(day.and_time(NaiveTime::from_hms_opt(16, 0, 0)?).and_utc())
}
