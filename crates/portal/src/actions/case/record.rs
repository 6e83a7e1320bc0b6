//! The record a case is about (所涉记录): its row in the lake, as the public may see it, and whether somebody is its subject.

use chrono::NaiveDate;
use kernel::{Error, RecordId, Result, Scope};
use lake::query::{Browse, Filter, Test};
use lake::table::KEY;
use rectify::actions::{FoundRecord, by_document, find_record};
use rectify::model::record_id;
use serde_json::Value;
use standards::pack::{Field, Personal, Resource, SubjectKind};
use standards::{fold, mask};

use super::publicity::{self, Seen};
use crate::actions::publish::{Cells, Reading, shown};
use crate::context::Portal;

/// A decision has few rows of its document number.
const MOST: usize = 200;

/// A record with its row.
pub(crate) struct Shown {
    pub found: FoundRecord,
    /// Business key, as the lake holds it.
    pub key: String,
    /// Text by field code, as it stands in the lake.
    pub cells: Cells,
    kind: Option<SubjectKind>,
    /// Text by field code, as it stands on the public site; none of a record that was never there.
    public: Option<Cells>,
    /// The fields that hold the names of natural persons, and these names: masked wherever they stand.
    name_fields: Vec<String>,
    names: Vec<String>,
    today: NaiveDate,
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
            Some(Personal::Document) => mask::id_number(value),
            Some(Personal::Phone) => mask::mobile(value),
            Some(Personal::Address) => mask::address(value),
            _ if self.is_name(field) => mask::person_name(value),
            Some(Personal::FreeText | Personal::Name) | None => {
                shown(field, value, &self.names, self.today).safe
            }
        }
    }

    /// Whether a field holds a natural person's name in this record.
    pub(crate) fn is_name(&self, field: &Field) -> bool {
        let named = field.personal == Some(Personal::Name) && field.is_personal(self.kind);
        named || self.name_fields.contains(&field.code)
    }

    pub(crate) fn cell(&self, code: &str) -> &str {
        self.cells.get(code).map_or("", String::as_str)
    }

    /// Names of natural persons in it.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The public fields, each with what the public site shows in it; numbers of persons are not among them.
    pub(crate) fn public_fields<'a>(&'a self, resource: &'a Resource) -> Vec<ShownField<'a>> {
        let hidden = |f: &Field| matches!(f.personal, Some(Personal::Document | Personal::Phone));
        let fields: Vec<&Field> = match &resource.publicity {
            Some(publicity) => publicity.fields.iter().filter_map(|code| resource.field(code)).collect(),
            None => resource.fields.iter().filter(|f| !hidden(f)).collect(),
        };
        fields.into_iter().map(|field| ShownField { field, value: self.public_value(field) }).collect()
    }

    fn public_value(&self, field: &Field) -> String {
        match &self.public {
            Some(cells) => cells.get(&field.code).cloned().unwrap_or_default(),
            None => self.masked(field, self.cell(&field.code)),
        }
    }

    /// Document number and subject as the public reads them.
    pub(crate) fn document_and_subject(&self, resource: &Resource) -> (String, String) {
        let Some(publicity) = &resource.publicity else {
            return (self.found.document.clone(), self.found.subject.clone());
        };
        let value = |code: &str| resource.field(code).map(|f| self.public_value(f)).unwrap_or_default();
        (value(&publicity.document), value(&publicity.subject))
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
        same_name && stored.is_none_or(|stored| plain_code(stored) == plain_code(code))
    }
}

/// A code without what typing adds: full-width characters, blanks, hyphens, small letters.
fn plain_code(text: &str) -> String {
    let kept = text.chars().map(fold::half_width).filter(|c| !c.is_whitespace() && !fold::is_invisible(*c));
    kept.filter(|c| !matches!(c, '-' | '‐'..='―' | '−')).map(|c| c.to_ascii_uppercase()).collect()
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
    let conn = portal.intake.db.conn();
    let records = by_document(conn, text.trim(), MOST as u64).await?;
    let mut seen = publicity::seen_of(conn, &records.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
    let public = |record: FoundRecord| Some(FoundPublic { seen: seen.remove(&record.id)?, record });
    Ok(records.into_iter().filter_map(public).collect())
}

/// Names of natural persons in a record's row; none when nothing of it stands in the lake.
///
/// # Errors
/// When the lake or the database cannot be read.
pub(crate) async fn names_in(portal: &Portal, id: RecordId) -> Result<Vec<String>> {
    Ok(standing(portal, id).await?.map(|shown| shown.names).unwrap_or_default())
}

/// A record wherever it is; none when nothing of it stands in the lake.
pub(super) async fn standing(portal: &Portal, id: RecordId) -> Result<Option<Shown>> {
    publicity::some(see_in_scope(portal, &Scope::City, id).await)
}

async fn row_of(portal: &Portal, found: FoundRecord) -> Result<Shown> {
    let (pack, resource) = portal.intake.resource(&found.resource)?;
    let (Some(limit), Some(decided)) = (&resource.time_limit, &resource.decision_date) else {
        return Err(missing());
    };
    // By its key, in which the document number has one form: its rows may write it otherwise than the record remembers.
    let document = match resource.business_key.first() == Some(&limit.document) {
        true => Filter {
            column: KEY.to_owned(),
            test: Test::StartsWith,
            value: format!("{}\u{1f}", fold::document_number(&found.document)),
        },
        false => Filter::equals(&limit.document, &found.document),
    };
    let browse = Browse {
        filters: vec![document, Filter::equals(decided, found.decision_date.to_string())],
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
    let key = row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let cells: Cells = page
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
    let public = match publicity::published(portal, found.id).await? {
        Some(row) => Some(serde_json::from_str(&row.content).map_err(Error::internal)?),
        None => None,
    };
    let is_name = |f: &&Field| f.personal == Some(Personal::Name) && f.is_personal(kind);
    let named = match Reading::of(pack, resource) {
        Some(reading) => reading.name_fields(&cells),
        None => resource.fields.iter().filter(is_name).collect(),
    };
    let name_fields: Vec<String> = named.iter().map(|f| f.code.clone()).collect();
    let name = |code: &String| cells.get(code).filter(|n| !n.is_empty()).cloned();
    let names = name_fields.iter().filter_map(name).collect();
    Ok(Shown { key, cells, kind, public, names, name_fields, today: portal.intake.clock.today(), found })
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

pub(super) fn missing() -> Error {
    Error::not_found(
        "这条公示记录（可能已到期或撤下）",
        "public record (it may have expired or been withdrawn)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_compared_without_what_typing_adds() {
        for typed in [
            "９１４４１９００ＭＡ０ＤＥＭ０１３Ｗ",
            "91441900 ma0dem013w",
            "91441900－MA0DEM—013W",
            " 91441900\u{3000}MA0DEM013Ｗ ",
        ] {
            assert_eq!(plain_code(typed), "91441900MA0DEM013W", "{typed}");
        }
    }
}
