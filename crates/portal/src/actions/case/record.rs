//! The record a case is about (所涉记录): its row in the lake, as the public may see it, and whether somebody is its subject.

use indexmap::IndexMap;
use kernel::{Error, RecordId, Result, Scope};
use lake::query::{Browse, Filter};
use lake::table::KEY;
use rectify::actions::{FoundRecord, by_document, find_record};
use rectify::model::record_id;
use serde_json::Value;
use standards::pack::{Field, Personal, Resource, SubjectKind};
use standards::{fold, mask};

use super::publicity::{self, Seen};
use crate::context::Portal;

/// A decision has few rows of its document number.
const MOST: usize = 200;

/// A record with its row.
pub(crate) struct Shown {
    pub found: FoundRecord,
    /// Text by field code, as it stands in the lake.
    pub cells: IndexMap<String, String>,
    kind: Option<SubjectKind>,
}

/// One field as somebody without a grant sees it.
pub(crate) struct ShownField<'a> {
    pub field: &'a Field,
    pub value: String,
}

impl Shown {
    /// A value as it may be shown outside the department.
    pub(crate) fn masked(&self, field: &Field, value: &str) -> String {
        match field.personal.filter(|_| field.is_personal(self.kind)) {
            None => value.to_owned(),
            Some(Personal::Name) => mask::person_name(value),
            Some(Personal::Document) => mask::id_number(value),
            Some(Personal::Phone) => mask::mobile(value),
            Some(Personal::Address) => mask::address(value),
            Some(Personal::FreeText) => mask::redact(value),
        }
    }

    pub(crate) fn cell(&self, code: &str) -> &str {
        self.cells.get(code).map_or("", String::as_str)
    }

    /// The fields the public may see; numbers of persons are not among them.
    pub(crate) fn public_fields<'a>(&'a self, resource: &'a Resource) -> Vec<ShownField<'a>> {
        let hidden = |f: &Field| matches!(f.personal, Some(Personal::Document | Personal::Phone));
        let fields = resource.fields.iter().filter(|f| !hidden(f));
        fields.map(|field| ShownField { field, value: self.masked(field, self.cell(&field.code)) }).collect()
    }

    /// Whether the record holds a code or number of its subject.
    pub(crate) fn has_code(&self, resource: &Resource) -> bool {
        let name = resource.time_limit.as_ref().map_or("", |l| l.subject.as_str());
        subject_code_fields(resource, name).iter().any(|f| !self.cell(f).is_empty())
    }

    /// Whether a name and a code are those of the record's subject. The code counts where the record holds one.
    pub(crate) fn is_subject(&self, resource: &Resource, name: &str, code: &str) -> bool {
        let Some(limit) = &resource.time_limit else { return false };
        let same_name = fold::name_key(self.cell(&limit.subject)) == fold::name_key(name);
        let told = subject_code_fields(resource, &limit.subject);
        let stored = told.iter().map(|f| self.cell(f)).find(|v| !v.is_empty());
        let plain = |text: &str| text.trim().to_uppercase().replace([' ', '-'], "");
        same_name && stored.is_none_or(|stored| plain(stored) == plain(code))
    }
}

/// The fields that hold the subject's code or number: the alternatives in the business key beside its name.
fn subject_code_fields<'a>(resource: &'a Resource, name: &str) -> Vec<&'a str> {
    let of_subject = resource.business_key.iter().find(|part| part.split('|').any(|f| f == name));
    of_subject.map(|part| part.split('|').filter(|f| *f != name).collect()).unwrap_or_default()
}

/// A record on the public site.
///
/// # Errors
/// Not found when it is not public.
pub(crate) async fn see(portal: &Portal, id: RecordId) -> Result<Shown> {
    if publicity::seen(portal, id).await?.is_none() {
        return Err(missing());
    }
    see_in_scope(portal, &Scope::City, id).await
}

/// The record that the public sees under an id.
///
/// # Errors
/// Not found when the public sees none.
pub(crate) async fn public_record(portal: &Portal, public: uuid::Uuid) -> Result<RecordId> {
    publicity::record_of(portal, public).await?.ok_or_else(missing)
}

/// A record found by its number, and how the public sees it.
pub(crate) struct FoundPublic {
    pub record: FoundRecord,
    pub seen: Seen,
}

/// A record of a scope, public or not.
///
/// # Errors
/// Not found outside the scope, or when nothing of it stands in the lake.
pub(crate) async fn see_in_scope(portal: &Portal, scope: &Scope, id: RecordId) -> Result<Shown> {
    let found = find_record(portal.intake.db.conn(), scope, id).await?;
    row_of(portal, found).await
}

/// Public records with this document number.
pub(crate) async fn search(portal: &Portal, text: &str) -> Result<Vec<FoundPublic>> {
    let mut public = Vec::new();
    for record in by_document(portal.intake.db.conn(), text.trim(), MOST as u64).await? {
        if let Some(seen) = publicity::seen(portal, record.id).await? {
            public.push(FoundPublic { record, seen });
        }
    }
    Ok(public)
}

async fn row_of(portal: &Portal, found: FoundRecord) -> Result<Shown> {
    let (_, resource) = portal.intake.resource(&found.resource)?;
    let (Some(limit), Some(decided)) = (&resource.time_limit, &resource.decision_date) else {
        return Err(missing());
    };
    let browse = Browse {
        filters: vec![
            Filter::equals(&limit.document, &found.document),
            Filter::equals(decided, found.decision_date.to_string()),
        ],
        limit: MOST,
        ..Browse::default()
    };
    let page = portal.intake.lake.browse(&found.resource, &browse).await?;
    let key =
        page.columns.iter().position(|c| c.name == KEY).ok_or_else(|| Error::internal("no key column"))?;
    let ours = |row: &&Vec<Value>| {
        row.get(key).and_then(Value::as_str).is_some_and(|k| record_id(&found.resource, k) == found.id)
    };
    let row = page.rows.iter().find(ours).ok_or_else(missing)?;
    let cells: IndexMap<String, String> = page
        .columns
        .iter()
        .zip(row)
        .filter(|(c, _)| resource.field(&c.name).is_some())
        .map(|(c, v)| (c.name.clone(), plain(v)))
        .collect();
    let kind = resource.subject.as_ref().and_then(|s| {
        let value = cells.get(&s.field)?;
        s.kinds.iter().find(|(_, v)| *v == value).map(|(k, _)| *k)
    });
    Ok(Shown { found, cells, kind })
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

fn missing() -> Error {
    Error::not_found(
        "这条公示记录（可能已到期或撤下）",
        "public record (it may have expired or been withdrawn)",
    )
}
