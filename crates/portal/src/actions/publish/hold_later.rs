//! 同一决定的后来记录: one that is not on the site yet, while what was decided of its original holds for it, is held back from the
//! targets before anything of it is delivered. On the site it stands withdrawn, and its sharing with it ([`super::batch`]).

use kernel::{RecordId, Result};
use sharing::Sharing;
use sharing::actions::hold_back;

use super::batch::down_with_original;
use crate::context::Portal;
use crate::store::publication::lists;

/// Why a target that has it all the same is to take it back.
const REASON: &str = "同一决定的原记录已撤下，不再共享";

/// Holds back what is to be held back now, and nothing else any more. To be asked after records were followed and before deliveries
/// are made.
///
/// # Errors
/// When the lake or the database fails; done again, it does the rest.
pub async fn hold_later(portal: &Portal) -> Result<()> {
    let db = &portal.intake.db;
    let coming = lists::beside_off_site(db.conn()).await?;
    let down = match coming.is_empty() {
        true => Vec::new(),
        false => db.tx(async |tx| down_with_original(tx, &coming).await).await?,
    };
    let records: Vec<RecordId> = down.into_iter().map(|(record, _)| record).collect();
    hold_back(&Sharing { intake: portal.intake.clone() }, &records, REASON).await
}
