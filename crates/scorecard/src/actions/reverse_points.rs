//! 冲回积分: an entry made by mistake is taken back by one of the opposite sign. Nothing is ever removed from the ledger.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result};
use rectify::actions::notices::address_scores;
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, news, said};
use crate::context::Scorecard;
use crate::store::entity::point_entry::Model;
use crate::store::{instant, points};

/// Takes an entry back (冲回); the department is told. Where it has appealed, the appeal is answered instead.
///
/// # Errors
/// Forbidden without the role; not found; `points-reversed` for one that is taken back or takes back itself; `points-appealed`
/// while an appeal waits for its answer; `score-reason`.
pub async fn reverse_points(scorecard: &Scorecard, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let entry = points::get(intake.db.conn(), actor, id).await?;
    let counter = counter_entry(&entry, (said(reason)?, actor), instant(now));
    let post =
        address_scores(&news::rectify(scorecard), vec![news::given(scorecard, &counter).await?]).await?;
    intake
        .db
        .tx(async |tx| {
            standing(tx, &entry).await?;
            if points::appeals(tx, &[id]).await?.iter().any(|a| a.state == "open") {
                return Err(points::appealed());
            }
            points::insert(tx, counter.clone()).await?;
            post.send(tx).await?;
            let detail = json!({ "org": counter.org_id, "points": counter.points, "reason": counter.reason });
            audit::record(tx, now, actor, "points.reverse", &format!("points:{id}"), &detail).await?;
            Ok(())
        })
        .await
}

/// The entry that takes another back.
pub(super) fn counter_entry(entry: &Model, (reason, by): (String, &Actor), at: DateTime<Utc>) -> Model {
    Model {
        id: Uuid::now_v7(),
        points: -entry.points,
        reason,
        link: String::new(),
        reverses: Some(entry.id),
        by_name: by.name.clone(),
        at,
        ..entry.clone()
    }
}

/// Refuses an entry that is taken back, or takes back another.
pub(super) async fn standing(conn: &impl ConnectionTrait, entry: &Model) -> Result<()> {
    match entry.reverses.is_some() || !points::reversed(conn, &[entry.id]).await?.is_empty() {
        false => Ok(()),
        true => Err(Error::conflict(
            "points-reversed",
            "这笔积分已经冲回。",
            "This entry has been taken back by a counter-entry.",
        )),
    }
}
