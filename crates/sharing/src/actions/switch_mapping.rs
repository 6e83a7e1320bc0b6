//! 启用转换: the bureau says which mappings are in use, and whether what has landed already is mapped too.

use kernel::{Actor, Error, Result};
use serde_json::json;
use store::{OrFail as _, audit};

use super::take_receipt::MAY_DELIVER;
use crate::context::Sharing;
use crate::store::mappings;

/// Switches a mapping on, from the beginning or from now on, or off. Switched on again it goes on from
/// where it stopped, or `from_start` maps what it has not mapped yet of everything that landed.
///
/// # Errors
/// Forbidden without the role; not found.
pub async fn switch_mapping(
    sharing: &Sharing,
    actor: &Actor,
    code: &str,
    (on, from_start): (bool, bool),
) -> Result<()> {
    actor.require(MAY_DELIVER)?;
    let intake = &sharing.intake;
    let (_, mapping) = intake.packs.mapping(code).ok_or_else(|| Error::not_found("这个转换", "mapping"))?;
    let newest = match intake.lake.has_table(&mapping.source) && !from_start {
        true => intake.lake.version(&mapping.source).await?,
        false => 0,
    };
    let now = intake.clock.now();
    let action = if on { "mapping.enable" } else { "mapping.disable" };
    let tx = intake.db.begin().await?;
    mappings::set_enabled(&tx, code, (on, on && from_start, newest), (&actor.name, now)).await?;
    let detail = json!({ "from-start": from_start });
    audit::record(&tx, now, actor, action, &format!("mapping:{code}"), &detail).await?;
    tx.commit().await.or_fail()
}
