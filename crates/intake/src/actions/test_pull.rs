//! 测试连接: connects as a pull would, and shows the columns with values and what they would be taken for.

use indexmap::IndexMap;
use kernel::{Actor, OrgId, Result};
use serde_json::json;
use standards::pack::headers;
use store::audit;

use super::create_pull::MAY_PULL;
use crate::context::Intake;
use crate::model::PullId;
use crate::store::{mappings, pulls};

/// Rows looked at.
const ROWS: u32 = 5;

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedColumn {
    /// Name in the table.
    pub name: String,
    /// Type as the database names it.
    pub kind: String,
    /// Values of the first rows.
    pub samples: Vec<String>,
    /// Code of the field it is taken for.
    pub field: Option<String>,
    /// Codes of fields it resembles.
    pub candidates: Vec<String>,
}

/// What a test of the connection found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The columns in table order.
    pub columns: Vec<TestedColumn>,
    /// Codes of required fields that no column gives.
    pub missing: Vec<String>,
    /// Whether the increasing column is there; true when none is asked for.
    pub increasing_found: bool,
}

/// Connects and looks; takes nothing.
///
/// # Errors
/// Forbidden, not found; what [`crate::PullSettings::source`] and [`lake::pull::peek`] say.
pub async fn test_pull(intake: &Intake, actor: &Actor, id: PullId) -> Result<Tested> {
    actor.require(MAY_PULL)?;
    let row = pulls::get(intake.db.conn(), actor, id).await?;
    let now = intake.clock.now();
    // Before it is done: values are shown, whatever comes after.
    let detail = json!({ "address": row.address, "table": row.table_name });
    let subject = format!("pull:{id}");
    intake.db.tx(async |tx| audit::record(tx, now, actor, "pull.test", &subject, &detail).await).await?;
    let org = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?;
    let source = intake.pull.source((&row.address, &org.code), &row.user_name, row.secret.as_deref())?;
    let columns = lake::pull::peek(&source, &row.table_name, ROWS).await?;
    let (_, resource) = intake.resource(&row.resource)?;
    let remembered: IndexMap<String, String> =
        mappings::remembered(intake.db.conn(), row.org_id, &row.resource).await?.into_iter().collect();
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    let found = headers::match_headers(resource, &names, &remembered);
    let increasing_found =
        row.increasing.as_ref().is_none_or(|i| names.iter().any(|n| n.eq_ignore_ascii_case(i)));
    let columns = columns.iter().enumerate().map(|(at, c)| TestedColumn {
        name: c.name.clone(),
        kind: c.kind.clone(),
        samples: c.samples.clone(),
        field: found.mapped.iter().find(|m| m.column == at).map(|m| m.field.clone()),
        candidates: found
            .open
            .iter()
            .find(|o| o.column == at)
            .map(|o| o.candidates.clone())
            .unwrap_or_default(),
    });
    Ok(Tested { columns: columns.collect(), missing: found.missing.clone(), increasing_found })
}
