//! 重新推送: what a target turned down, or has not acknowledged, is sent once more. It goes as a delivery of its own, after all that
//! were made before, so that no older state of a record ever follows a newer one.

use std::collections::HashSet;

use kernel::{Actor, Error, OrgId, Result};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::draft::{Draft, Drafts, put};
use super::make_deliveries::lines_of;
use super::take_receipt::MAY_DELIVER;
use crate::context::Sharing;
use crate::model::{DeliveryState, LineState};
use crate::store::entity::delivery::ActiveModel;
use crate::store::{deliveries, instant, lines, targets};

/// Lines read at a time.
const PART: u64 = 2_000;

/// Sends what is not acknowledged once more; a delivery that waits for its next attempt is due at once. Returns the delivery
/// that goes.
///
/// # Errors
/// Forbidden without the role; `delivery-taken` when nothing of it is left to be sent: acknowledged, or sent since in a newer
/// state.
pub async fn send_again(sharing: &Sharing, actor: &Actor, id: Uuid) -> Result<Uuid> {
    actor.require(MAY_DELIVER)?;
    let conn = sharing.intake.db.conn();
    let row = deliveries::get(conn, actor, id).await?;
    let now = instant(sharing.intake.clock.now());
    let state: DeliveryState = row.state.parse()?;
    let made = match state {
        DeliveryState::Queued => None,
        DeliveryState::Acknowledged | DeliveryState::Replaced => return Err(nothing_left()),
        DeliveryState::Sent | DeliveryState::Refused => {
            let target = targets::get(conn, row.target_id).await?;
            let (_, resource) = sharing.intake.resource(&row.resource)?;
            let open = open_lines(sharing, &row).await?;
            let all: Vec<(OrgId, Draft)> = open.into_iter().map(|d| (OrgId(row.org_id), d)).collect();
            let drafts = Drafts { sharing, target: &target, resource };
            let version = row.version.and_then(|v| u64::try_from(v).ok());
            let made = drafts.made(all, version, &format!("again/{id}")).await?;
            Some(made.into_iter().next().ok_or_else(nothing_left)?)
        }
    };
    let tx = sharing.intake.db.begin().await?;
    let mut change = ActiveModel { claimed_until: Set(None), ..Default::default() };
    let mut goes = id;
    match made {
        None => change.next_try_at = Set(now),
        Some((new, its_lines)) => {
            goes = new.id;
            change.state = Set(DeliveryState::Replaced.name().to_owned());
            put(&tx, vec![(new, its_lines)]).await?;
        }
    }
    deliveries::update(&tx, id, change).await?;
    let detail = json!({ "number": row.number, "from": row.state, "as": goes });
    audit::record(&tx, now, actor, "delivery.resend", &format!("delivery:{id}"), &detail).await?;
    tx.commit().await.or_fail()?;
    Ok(goes)
}

/// The lines that the target has not acknowledged and that did not go in a newer delivery since.
async fn open_lines(sharing: &Sharing, row: &crate::store::entity::delivery::Model) -> Result<Vec<Draft>> {
    let conn = sharing.intake.db.conn();
    let payload = lines_of(sharing, &row.digest).await?;
    let mut open = Vec::new();
    let mut offset = 0;
    loop {
        let part = lines::page(conn, row.id, false, (offset, PART)).await?;
        if part.is_empty() {
            return Ok(open);
        }
        offset += PART;
        let records: Vec<Uuid> = part.iter().map(|l| l.record_id).collect();
        let newest = lines::newest(conn, &records, Some(row.target_id)).await?;
        let superseded: HashSet<Uuid> =
            newest.iter().filter(|d| d.delivery_id != row.id).map(|d| d.record_id).collect();
        let left = part
            .into_iter()
            .filter(|l| l.state != LineState::Acknowledged.name() && !superseded.contains(&l.record_id));
        open.extend(left.filter_map(|l| {
            let at = usize::try_from(l.ordinal - 1).ok()?;
            Some(Draft { line: payload.get(at)?.clone(), submission: l.submission_id })
        }));
    }
}

fn nothing_left() -> Error {
    Error::conflict(
        "delivery-taken",
        "这张推送单没有要重发的内容：对方已经确认，或者这些记录后来又推送过新的内容。",
        "Nothing of this delivery is left to be sent: the target has acknowledged it, or newer states of its records have been sent since.",
    )
}
