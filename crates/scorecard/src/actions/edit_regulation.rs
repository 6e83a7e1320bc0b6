//! 通报制度: edited by the bureau, every version kept.

use kernel::{Actor, Error, Result};
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::audit;

use super::STEWARD;
use crate::context::Scorecard;
use crate::model::Regulation;
use crate::store::entity::regulation::Model;
use crate::store::{circulars, instant};

/// The regulation in force and its version; version 0 is the model that the platform brings.
///
/// # Errors
/// When the database cannot be read.
pub async fn regulation(conn: &impl ConnectionTrait) -> Result<(i32, Regulation)> {
    match circulars::regulations(conn).await?.into_iter().next() {
        Some(row) => Ok((row.version, serde_json::from_str(&row.content).map_err(Error::internal)?)),
        None => Ok((0, Regulation::model()?)),
    }
}

/// Writes a new version of the regulation (修改通报制度), over the version seen.
///
/// # Errors
/// Forbidden without the role; what [`Regulation::check`] refuses; `regulation-moved` where the version seen is not the one in force.
pub async fn edit_regulation(
    scorecard: &Scorecard,
    actor: &Actor,
    (seen, new): (i32, &Regulation),
    note: &str,
) -> Result<()> {
    actor.require(STEWARD)?;
    new.check()?;
    let now = scorecard.intake.clock.now();
    let content = serde_json::to_string(new).map_err(Error::internal)?;
    let note: String = note.trim().chars().take(200).collect();
    scorecard
        .intake
        .db
        .tx(async |tx| {
            // The number is ours to give: one that a form brings could leave numbers out.
            let current = regulation(tx).await?.0;
            if seen != current {
                return Err(circulars::regulation_moved());
            }
            let row = Model {
                version: current + 1,
                content: content.clone(),
                note: note.clone(),
                by_name: actor.name.clone(),
                at: instant(now),
            };
            circulars::add_regulation(tx, row.clone()).await?;
            let detail = json!({ "version": row.version, "note": row.note });
            audit::record(tx, now, actor, "regulation.edit", "regulation", &detail).await?;
            Ok(())
        })
        .await
}
