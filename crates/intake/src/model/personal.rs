//! Rows of a table as people see them: what identifies a person is masked unless the rows are the reader's own.

use indexmap::IndexMap;
use lake::query::ColumnInfo;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use standards::mask;
use standards::pack::{Field, Personal, Resource, SubjectKind};

/// How rows may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sight {
    /// As they are: the department's own.
    Clear,
    /// With what identifies a person masked.
    Masked,
}

/// Writes the cells of rows whose columns are known.
pub(crate) struct Cells<'a> {
    fields: Vec<Option<&'a Field>>,
    names: Vec<String>,
    /// Where the subject's kind stands: whose name it is decides whether it is masked, a firm's is public.
    subject: Option<(usize, &'a IndexMap<SubjectKind, String>)>,
    sight: Sight,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(resource: &'a Resource, columns: &[ColumnInfo], sight: Sight) -> Self {
        let subject = resource.subject.as_ref().and_then(|s| {
            let at = columns.iter().position(|c| c.name == s.field)?;
            Some((at, &s.kinds))
        });
        Self {
            fields: columns.iter().map(|c| resource.field(&c.name)).collect(),
            names: columns.iter().map(|c| c.name.clone()).collect(),
            subject,
            sight,
        }
    }

    /// Where a column stands.
    pub(crate) fn at(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// The text of one cell.
    pub(crate) fn text(&self, row: &[Value], at: usize) -> String {
        let whole = plain(row.get(at));
        let field = self.fields.get(at).copied().flatten();
        let kind = self.subject.and_then(|(at, kinds)| {
            let value = plain(row.get(at));
            kinds.iter().find(|(_, v)| **v == value).map(|(k, _)| *k)
        });
        let hidden = field.filter(|f| self.sight == Sight::Masked && f.is_personal(kind));
        match hidden.and_then(|f| f.personal) {
            None => whole,
            Some(Personal::Name) => mask::person_name(&whole),
            Some(Personal::Document) => mask::id_number(&whole),
            Some(Personal::Phone) => mask::mobile(&whole),
            Some(Personal::Address) => mask::address(&whole),
            Some(Personal::FreeText) => mask::redact(&whole),
        }
    }

    /// An instant in Beijing time.
    pub(crate) fn time(&self, row: &[Value], name: &str) -> String {
        let text = self.at(name).map(|at| plain(row.get(at))).unwrap_or_default();
        text.parse().map_or(text, |at: chrono::DateTime<chrono::Utc>| shell::beijing_time(&at))
    }
}

/// A value as text, nothing for none.
pub(crate) fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(s)) => s.clone(),
        Some(other) => other.to_string(),
    }
}

/// How far a field may be searched where it is masked: bit by bit, a search would read out what the mask hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// In every way.
    Free,
    /// In every way among rows that are about no natural person.
    Public,
    /// By words, not by numbers.
    Words,
    /// By the whole value only, which the reader then knows already.
    Whole,
}

pub(crate) fn search(resource: &Resource, field: &Field, sight: Sight) -> Search {
    match (sight, field.personal) {
        (Sight::Clear, _) | (_, None) => Search::Free,
        (Sight::Masked, Some(Personal::FreeText)) => Search::Words,
        (Sight::Masked, Some(_)) if !field.personal_for.is_empty() && resource.subject.is_some() => {
            Search::Public
        }
        (Sight::Masked, Some(_)) => Search::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_citizens_name_is_masked_and_a_firms_is_not() {
        let packs = standards::pack::Packs::builtin().unwrap();
        let (_, licence) = packs.resource("licence-2018").unwrap();
        let subject = licence.subject.as_ref().unwrap();
        let name = licence.fields.iter().find(|f| !f.personal_for.is_empty()).unwrap();
        assert_eq!(search(licence, name, Sight::Masked), Search::Public);
        assert_eq!(search(licence, name, Sight::Clear), Search::Free);
        let columns =
            [&subject.field, &name.code].map(|c| ColumnInfo { name: c.clone(), kind: "text".to_owned() });
        let row = |kind| vec![json!(subject.kinds[&kind]), json!("欧阳示例")];
        let masked = Cells::new(licence, &columns, Sight::Masked);
        assert_eq!(masked.text(&row(SubjectKind::F), 1), "欧阳示例");
        assert_eq!(masked.text(&row(SubjectKind::Z), 1), "欧*");
        assert_eq!(masked.text(&[json!("?"), json!("欧阳示例")], 1), "欧*", "of an unknown kind: masked");
        assert_eq!(Cells::new(licence, &columns, Sight::Clear).text(&row(SubjectKind::Z), 1), "欧阳示例");
    }

    #[test]
    fn a_document_number_is_searched_by_its_whole_value() {
        let packs = standards::pack::Packs::builtin().unwrap();
        let (_, person) = packs.resource("person").unwrap();
        let id = person.fields.iter().find(|f| f.personal == Some(Personal::Document)).unwrap();
        assert_eq!(search(person, id, Sight::Masked), Search::Whole);
    }
}
