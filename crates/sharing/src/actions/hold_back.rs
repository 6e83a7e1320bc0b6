//! 同一决定的原记录已撤下: a record that comes while an earlier record of its decision is down by decision goes to no target from
//! the start.

use std::collections::HashSet;

use kernel::{RecordId, Result};
use uuid::Uuid;

use super::withdraw_from_targets::{again, stop_all};
use crate::context::Sharing;
use crate::model::Stop;
use crate::store::{lines, stops};

/// Holds these records back, with what mappings made of them, and no others any more: whoever knows what was decided of their
/// originals names all of them whenever that may have changed, before deliveries are made. Asked again, it changes nothing.
///
/// # Errors
/// When the lake or the database fails; what was done so far stays.
pub async fn hold_back(sharing: &Sharing, records: &[RecordId], reason: &str) -> Result<()> {
    let conn = sharing.intake.db.conn();
    let before = stops::of_kind(conn, Stop::Original).await?;
    if before.is_empty() && records.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = records.iter().map(|r| r.0).collect();
    let new: Vec<Uuid> = ids.iter().copied().filter(|id| !before.contains(id)).collect();
    stop_all(sharing, &new, Stop::Original, reason).await?;
    let still: HashSet<Uuid> = lines::with_offspring(conn, &ids).await?.into_iter().collect();
    for over in before.difference(&still) {
        again(sharing, RecordId(*over), Stop::Original).await?;
    }
    Ok(())
}
