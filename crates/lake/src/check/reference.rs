//! A reference table (参照表) read from a file, for checking where there is no platform.

use std::collections::BTreeSet;
use std::path::Path;

use kernel::{Error, Result};
use standards::Lang;

use super::keys;
use super::lookups::{LookupTable, answers_by};
use super::request::CheckRequest;
use super::ruleset::RuleSet;
use super::{header, run};
use crate::read;

/// Reads a file as the reference table of the request's resource. `fields` are those the rules ask for; the field that
/// names the subject is added. Values are kept as they would land, so a folded spelling is found too; a row without
/// key is left out. Memory: the fields asked for, of every row.
///
/// # Errors
/// `reference-column` when a column is missing that the rules ask for: they would pass over every row in silence. Else as
/// [`super::check_file`].
pub fn read_reference(
    path: &Path,
    name: &str,
    request: &CheckRequest,
    fields: &BTreeSet<String>,
) -> Result<LookupTable> {
    let rules = RuleSet::compile(request)?;
    let (key, subject) = answers_by(&rules.resource);
    let mut wanted: BTreeSet<String> = fields.iter().chain([&key]).cloned().collect();
    let fields: Vec<String> =
        fields.iter().cloned().chain(subject.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let at = |code: &str| rules.resource.fields.iter().position(|f| f.code == code);
    let key_at = at(&key);
    let places: Vec<Option<usize>> = fields.iter().map(|f| at(f)).collect();
    let mut out = LookupTable::new(fields, subject.as_deref());
    let inspection = read::inspect(path, name, &request.read)?;
    for index in run::choose(&rules, &inspection, request)? {
        let header = &inspection.tables[index].header;
        let (binding, _) = header::bind(&rules.resource, header, &request.mapping);
        wanted.retain(|f| at(f).and_then(|i| binding.columns.get(i).copied().flatten()).is_none());
        let mut source = read::open(&inspection, index, &request.read)?;
        while let Some(raw) = source.next()? {
            let batch = rules.typed(&binding, &raw.parse()?)?;
            for row in 0..batch.num_rows() {
                let cell = |field: Option<usize>| field.and_then(|f| keys::value(batch.column(f), row));
                let Some(key) = cell(key_at) else { continue };
                let values: Vec<String> = places.iter().map(|f| cell(*f).unwrap_or_default()).collect();
                out.insert(&key, &values.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
    if wanted.is_empty() { Ok(out) } else { Err(lacks(&rules, name, &wanted)) }
}

fn lacks(rules: &RuleSet, name: &str, wanted: &BTreeSet<String>) -> Error {
    let label = |lang: Lang| {
        let fields = wanted.iter().filter_map(|code| rules.resource.field(code));
        fields.map(|f| format!("“{}”", f.label.get(lang))).collect::<Vec<_>>().join("、")
    };
    let title = &rules.resource.title;
    Error::bad_input(
        "reference-column",
        format!(
            "参照表“{name}”里没有{}这一列，规则要用它。请按“{}”的列名改好表头。",
            label(Lang::Zh),
            title.zh
        ),
        format!(
            "The reference table \"{name}\" has no column {}, which the rules ask for. Give it the header of \"{}\".",
            label(Lang::En),
            title.en
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::request;
    use super::*;

    #[test]
    fn a_column_that_the_rules_ask_for_must_be_there() {
        let read = |text: &str| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            let fields = BTreeSet::from(["USCC".to_owned()]);
            read_reference(file.path(), "机关.csv", &request("authority"), &fields)
        };
        let e = read("机关名称,机关简称\n示例局,局\n").unwrap_err();
        assert_eq!(e.code(), "reference-column");
        assert!(
            e.text().zh.contains("机关统一社会信用代码") && e.text().en.contains("Unified code"),
            "{e:?}"
        );
        assert!(read("机关名称,机关统一社会信用代码\n示例局,1144190000DEM0082P\n").is_ok());
    }
}
