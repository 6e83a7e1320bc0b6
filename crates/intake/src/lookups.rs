//! Reference tables (参照表) for the rules of a resource, read from the lake and kept until the table moves on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::NaiveDate;
use kernel::Result;
use lake::check::{LookupTable, Lookups, Override, rules_in_force};
use regex::Regex;
use standards::pack::{FieldKind, Resource, Rule};

use crate::context::Intake;

static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:known_in|lookup_in)\(\s*'([^']+)'(?:\s*,\s*[^,()]+\s*,\s*'([^']+)')?").ok()
});

/// Tables kept with the version they were read at.
static KEPT: LazyLock<Mutex<HashMap<String, (u64, LookupTable)>>> = LazyLock::new(Mutex::default);

/// The tables that the rules of a resource ask on a day, with the local overrides made. A table that does not exist yet is left out, and what would have been
/// compared with it passes.
///
/// # Errors
/// When the lake cannot be read.
pub(crate) async fn for_resource(
    intake: &Intake,
    code: &str,
    overrides: &[Override],
    day: NaiveDate,
) -> Result<Arc<Lookups>> {
    let (_, resource) = intake.resource(code)?;
    let mut lookups = Lookups::default();
    for (asked, fields) in asked_by(&rules_in_force(resource, overrides, day)) {
        // A table is not asked about the rows that are about to become part of it.
        if asked == code || !intake.lake.has_table(&asked) {
            continue;
        }
        let (_, table) = intake.resource(&asked)?;
        lookups.insert(&asked, load(intake, table, fields).await?);
    }
    Ok(Arc::new(lookups))
}

/// Resource → fields that the rules ask for.
fn asked_by(rules: &[Rule]) -> BTreeMap<String, BTreeSet<String>> {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let Some(asks) = ASKS.as_ref() else { return asked };
    for rule in rules {
        let texts =
            [Some(&rule.assert), rule.suggest.as_ref()].into_iter().flatten().chain(rule.params.values());
        for found in texts.flat_map(|t| asks.captures_iter(t)) {
            let fields = asked.entry(found[1].to_owned()).or_default();
            if let Some(field) = found.get(2) {
                fields.insert(field.as_str().to_owned());
            }
        }
    }
    asked
}

async fn load(intake: &Intake, table: &Resource, mut fields: BTreeSet<String>) -> Result<LookupTable> {
    let name = table.fields.iter().find(|f| matches!(f.kind, FieldKind::Name)).map(|f| f.code.clone());
    fields.extend(name.clone());
    let key = table.business_key.first().and_then(|k| k.split('|').next()).unwrap_or_default().to_owned();
    let fields: Vec<String> = fields.into_iter().collect();
    let version = intake.lake.version(&table.resource).await?;
    let kept_as = format!("{}\u{1f}{}", table.resource, fields.join("\u{1f}"));
    {
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((v, table)) = kept.get(&kept_as)
            && *v == version
        {
            return Ok(table.clone());
        }
    }
    let wanted: Vec<&str> = fields.iter().map(String::as_str).collect();
    let rows = intake.lake.lookup_map(&table.resource, &key, &wanted).await?;
    let mut out = LookupTable::new(fields, name.as_deref());
    for (key, values) in &rows {
        let values: Vec<&str> = values.iter().map(|v| v.as_deref().unwrap_or_default()).collect();
        out.insert(key, &values);
    }
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(kept_as, (version, out.clone()));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_rules_ask_is_found() {
        let packs = standards::pack::Packs::builtin().unwrap();
        let (_, licence) = packs.resource("licence-2018").unwrap();
        let asked = asked_by(&licence.rules);
        assert!(asked["legal-entity"].contains("NAME"), "{asked:?}");
        assert!(asked["authority"].contains("USCC"), "{asked:?}");
    }
}
