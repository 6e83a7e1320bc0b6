//! 重建检索库: the search index is forgotten and made anew from what is published.

use kernel::{Actor, Result, Role};
use serde_json::json;
use store::audit;

use crate::context::Portal;
use crate::search;

/// Who has it made anew.
pub const MAY_REBUILD: &[Role] = &[Role::BureauSteward, Role::Administrator];

/// Forgets the search index; the next round makes it anew.
///
/// # Errors
/// Forbidden without the role; when index or database fails.
pub async fn rebuild_search(portal: &Portal, actor: &Actor) -> Result<()> {
    actor.require(MAY_REBUILD)?;
    let now = portal.intake.clock.now();
    let db = &portal.intake.db;
    db.tx(async |tx| {
        audit::record(tx, now, actor, "search.rebuild", "search:public", &json!({})).await.map(|_| ())
    })
    .await?;
    search::forget(portal).await
}
