//! Reference tables (参照表) for the rules of a resource, read from the lake and kept until the table moves on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::NaiveDate;
use kernel::Result;
use lake::check::{LookupTable, Lookups, Override, answers_by, asked_by, rules_in_force};
use standards::pack::Resource;

use crate::context::Intake;

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
    let mut asked = asked_by(&rules_in_force(resource, overrides, day));
    // A table is not asked about the rows that are about to become part of it.
    asked.remove(code);
    of(intake, asked).await
}

/// Tables by resource with their fields. One that does not exist yet is left out.
///
/// # Errors
/// When the lake cannot be read.
pub(crate) async fn of(intake: &Intake, asked: BTreeMap<String, BTreeSet<String>>) -> Result<Arc<Lookups>> {
    let mut lookups = Lookups::default();
    for (asked, fields) in asked {
        if !intake.lake.has_table(&asked) {
            continue;
        }
        let (_, table) = intake.resource(&asked)?;
        lookups.insert(&asked, load(intake, table, fields).await?);
    }
    Ok(Arc::new(lookups))
}

async fn load(intake: &Intake, table: &Resource, mut fields: BTreeSet<String>) -> Result<LookupTable> {
    let (key, name) = answers_by(table);
    fields.extend(name.clone());
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
