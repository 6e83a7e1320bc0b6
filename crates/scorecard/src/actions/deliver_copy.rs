//! 线下送达: a copy that nobody can sign for on the platform is delivered by hand, and ticked off by whoever did.

use kernel::{Actor, Error, Result};
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, seen_by};
use crate::context::Scorecard;
use crate::store::circulars;
use crate::store::entity::copy;

/// Whether a copy goes by hand: whoever it is for has no account, or nobody could be told.
pub(crate) fn by_hand(copy: &copy::Model) -> bool {
    match copy.kind.as_str() {
        "main" => copy.told == 0,
        "leader" => copy.account_id.is_none(),
        _ => true,
    }
}

/// Writes down that a copy was delivered (登记送达).
///
/// # Errors
/// Forbidden without the role; not found; `circular-signed` where it was signed for or ticked off before, or is signed for on the
/// platform.
pub async fn deliver_copy(scorecard: &Scorecard, actor: &Actor, (circular, id): (Uuid, Uuid)) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let conn = intake.db.conn();
    circulars::get(conn, circular, seen_by(actor)).await?;
    let copies = circulars::copies(conn, actor, circular).await?;
    let found = copies.into_iter().find(|c| c.id == id);
    let found = found.ok_or_else(|| Error::not_found("这份文件", "copy"))?;
    if !by_hand(&found) {
        return Err(signed());
    }
    intake
        .db
        .tx(async |tx| {
            if !circulars::read(tx, id, actor, now).await? {
                return Err(signed());
            }
            let detail = json!({ "name": found.name, "kind": found.kind });
            audit::record(tx, now, actor, "circular.deliver", &format!("circular:{circular}"), &detail)
                .await?;
            Ok(())
        })
        .await
}

fn signed() -> Error {
    Error::conflict(
        "circular-signed",
        "这一份已经签收，或者由收件单位在平台上签收，不需要登记送达。请刷新页面查看。",
        "This copy is signed for already, or its receiver signs on the platform. Reload the page.",
    )
}
