//! A reference table (参照表) read from a file, for checking where there is no platform.

use std::collections::BTreeSet;
use std::path::Path;

use kernel::Result;

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
/// As [`super::check_file`].
pub fn read_reference(
    path: &Path,
    name: &str,
    request: &CheckRequest,
    fields: &BTreeSet<String>,
) -> Result<LookupTable> {
    let rules = RuleSet::compile(request)?;
    let (key, subject) = answers_by(&rules.resource);
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
    Ok(out)
}
