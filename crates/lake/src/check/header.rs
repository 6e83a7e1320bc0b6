//! Binding a table's header to the fields of a resource, and what is wrong with the header itself (表头).

use indexmap::IndexMap;
use kernel::{Error, Result};
use standards::pack::headers::{self, HeaderMatch};
use standards::pack::{NeedMark, Packs, Resource};

use super::binding::Binding;
use super::codes::{self as code, Code};
use super::finding::{Column, letter};
use super::ruleset::RuleSet;

/// A finding about the header, before it gets its place.
pub(crate) struct HeaderHit {
    /// What is wrong.
    pub code: Code,
    /// Observed pattern.
    pub pattern: &'static str,
    /// The column, when one is meant.
    pub column: Option<usize>,
    /// The field, when one is meant.
    pub field: Option<String>,
    /// The header as written.
    pub value: String,
    /// Values for the message.
    pub params: Vec<(String, String)>,
    /// The field code the column may be meant for.
    pub suggestion: Option<String>,
}

impl HeaderHit {
    /// About the header as a whole; the caller adds the column or field it means.
    pub(crate) fn new(code: Code, value: &str) -> Self {
        Self {
            code,
            pattern: "",
            column: None,
            field: None,
            value: value.to_owned(),
            params: Vec::new(),
            suggestion: None,
        }
    }
}

/// Binds a header. `mapping` holds a person's decisions (header → field code, empty to leave a column out).
pub(crate) fn bind(
    resource: &Resource,
    header: &[String],
    mapping: &IndexMap<String, String>,
) -> (Binding, Vec<HeaderHit>) {
    let left_out: Vec<bool> = header
        .iter()
        .map(|h| mapping.iter().any(|(k, field)| field.is_empty() && headers::fold(k) == headers::fold(h)))
        .collect();
    let shown: Vec<&str> =
        header.iter().zip(&left_out).map(|(h, out)| if *out { "" } else { h.as_str() }).collect();
    let matched = headers::match_headers(resource, &shown, mapping);
    let columns = resource.fields.iter().map(|f| matched.column_of(&f.code)).collect();
    let binding = Binding {
        headers: header.to_vec(),
        columns,
        unknown: matched.open.iter().map(|o| o.column).collect(),
        repeated: Vec::new(),
    };
    let hits = hits(resource, &matched, &left_out);
    (binding, hits)
}

fn hits(resource: &Resource, matched: &HeaderMatch, left_out: &[bool]) -> Vec<HeaderHit> {
    let mut out = Vec::new();
    let hit = |code, column: Option<usize>, field: Option<&str>, value: &str| HeaderHit {
        column,
        field: field.map(str::to_owned),
        ..HeaderHit::new(code, value)
    };
    // A field that only some kinds of subject need is missed when a row of that kind comes.
    for field in &matched.missing {
        if resource.field(field).is_some_and(|f| f.need.mark(None) == NeedMark::R) {
            out.push(missing(field));
        }
    }
    for contested in &matched.contested {
        let value = contested.columns.first().map(|(_, h)| h.as_str()).unwrap_or_default();
        let code = if contested.same_header { code::HEADER_DUPLICATE } else { code::HEADER_AMBIGUOUS };
        // A field that got its column all the same is no one's trouble: the other column is only left out.
        let settled = contested.field.as_deref().is_some_and(|f| matched.column_of(f).is_some());
        if settled {
            for (column, header) in &contested.columns {
                if contested.field.as_deref().and_then(|f| matched.column_of(f)) != Some(*column) {
                    out.push(hit(code::COLUMN_UNKNOWN, Some(*column), None, header));
                }
            }
            continue;
        }
        let column = contested.columns.first().map(|(c, _)| *c);
        let mut h = hit(code, column, contested.field.as_deref(), value);
        let list: Vec<String> =
            contested
                .columns
                .iter()
                .map(|(c, header)| {
                    if contested.same_header { letter(*c) } else { format!("“{header}”({})", letter(*c)) }
                })
                .collect();
        h.params.push(("list".to_owned(), list.join("、")));
        out.push(h);
    }
    for column in &matched.blank {
        if !left_out.get(*column).copied().unwrap_or_default() {
            let mut h = hit(code::HEADER_BLANK, Some(*column), None, "");
            h.params.push(("c".to_owned(), letter(*column)));
            out.push(h);
        }
    }
    for open in &matched.open {
        let mut h = hit(code::COLUMN_UNKNOWN, Some(open.column), None, &open.header);
        if let Some(candidate) = open.candidates.first() {
            h.pattern = "suggestion";
            h.suggestion = Some(candidate.clone());
        }
        out.push(h);
    }
    for mapped in &matched.mapped {
        if let Some(unit) = &mapped.unit {
            let mut h = hit(code::HEADER_UNIT, Some(mapped.column), Some(&mapped.field), &mapped.header);
            let own = resource.field(&mapped.field).map(super::header::unit_of).unwrap_or_default();
            h.params.push(("m".to_owned(), own));
            h.params.push(("x".to_owned(), unit.clone()));
            out.push(h);
        }
    }
    out
}

/// The finding that a file has the header of the other edition of the standard it was handed in under.
pub(crate) fn other_edition(rules: &RuleSet, header: &[String]) -> Option<HeaderHit> {
    let other = headers::other_edition(&rules.packs, &rules.resource.resource, header)?;
    let (x, y) = (other.title.zh.clone(), rules.resource.title.zh.clone());
    let params = vec![("x".to_owned(), x), ("y".to_owned(), y)];
    Some(HeaderHit { params, ..HeaderHit::new(code::OTHER_EDITION, &other.resource) })
}

/// The finding that a column is not in the file.
pub(crate) fn missing(field: &str) -> HeaderHit {
    HeaderHit { field: Some(field.to_owned()), ..HeaderHit::new(code::HEADER_MISSING, "") }
}

fn unit_of(field: &standards::pack::Field) -> String {
    match &field.kind {
        standards::pack::FieldKind::Decimal { unit: Some(unit), .. } => unit.clone(),
        _ => String::new(),
    }
}

/// Refuses a mapping that names a header the file does not have or a field the resource does not have.
///
/// # Errors
/// `BadInput` naming the header or field, and those that exist.
pub(crate) fn check_mapping(
    resource: &Resource,
    header: &[&[String]],
    mapping: &IndexMap<String, String>,
) -> Result<()> {
    for (given, field) in mapping {
        let known = header.iter().any(|h| h.iter().any(|h| headers::fold(h) == headers::fold(given)));
        if !known {
            let all: Vec<&str> =
                header.iter().flat_map(|h| h.iter()).map(String::as_str).filter(|h| !h.is_empty()).collect();
            return Err(Error::bad_input(
                "map-header",
                format!("文件里没有“{given}”这一列，不能对应。文件里有：{}。", all.join("、")),
                format!("The file has no column \"{given}\" to map. It has: {}.", all.join(", ")),
            ));
        }
        if !field.is_empty() && resource.field(field).is_none() {
            let all: Vec<&str> = resource.fields.iter().map(|f| f.code.as_str()).collect();
            return Err(Error::bad_input(
                "map-field",
                format!("列“{given}”对应的字段“{field}”不存在。可用的字段：{}。", all.join("、")),
                format!(
                    "The field \"{field}\" that column \"{given}\" is mapped to does not exist. Fields: {}.",
                    all.join(", ")
                ),
            ));
        }
    }
    Ok(())
}

/// The resource a header belongs to, told by the header alone; `None` when none fits.
#[must_use]
pub fn guess<'a>(packs: &'a Packs, header: &[String]) -> Option<&'a Resource> {
    const ENOUGH: f64 = 0.2;
    headers::guess_resource(packs, header).into_iter().find(|g| g.score >= ENOUGH).map(|g| g.resource)
}

/// The place of a column.
pub(crate) fn column(binding: &Binding, index: usize) -> Column {
    Column { header: binding.headers.get(index).cloned().unwrap_or_default(), letter: letter(index) }
}
