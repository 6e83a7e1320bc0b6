//! 处理待核记录: a person decides about a number that may be personal.

use kernel::{Actor, Error, RecordId, Result};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::batch::{head, move_to};
use super::change::{change, moved};
use super::reading::Cells;
use crate::context::Portal;
use crate::model::publication::State;

/// What a person decides about the doubtful numbers of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// They are personal, or it is not known: they are masked.
    Mask,
    /// They are no person's: they are shown.
    Show,
}

/// What a person has looked at of a held record, as a digest of its held content: the choice is about this and nothing else.
#[must_use]
pub fn looked_at(held: &str) -> String {
    hex::encode(Sha256::digest(held))
}

/// Publishes a held record, its doubtful numbers masked or shown. The choice holds for later versions of the row as long as
/// the numbers are the same.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `publication-moved` when it is not held, or another version of the
/// row is held than the one that was [`looked_at`].
pub async fn decide_held(
    portal: &Portal,
    actor: &Actor,
    record: RecordId,
    (choice, seen): (Choice, &str),
) -> Result<()> {
    let now = portal.intake.clock.now();
    let name = match choice {
        Choice::Mask => "mask",
        Choice::Show => "show",
    };
    let told = ("publication.decide", json!({ "choice": name }));
    portal
        .intake
        .db
        .tx(async |tx| {
            change(tx, actor, record, now, told, |row, now| {
                let is_seen = |held: &String| row.state == State::Held.name() && looked_at(held) == seen;
                let Some(held) = row.held_content.take().filter(is_seen) else { return Err(moved()) };
                if choice == Choice::Show {
                    let cells: Cells = serde_json::from_str(&held).map_err(Error::internal)?;
                    let found = portal.intake.packs.resource(&row.resource);
                    if let Some(publicity) = found.and_then(|(_, r)| r.publicity.as_ref()) {
                        head(row, publicity, &cells);
                    }
                    row.content = held;
                }
                let digest = row.choice.split(':').next_back().unwrap_or_default().to_owned();
                row.choice = format!("{name}:{digest}");
                let over = row.until.is_some_and(|last| last < kernel::beijing_date(now));
                let state = match (over, row.mark.is_empty()) {
                    (true, _) => State::Expired,
                    (false, true) => State::Published,
                    (false, false) => State::Marked,
                };
                move_to(row, false, state, None, now);
                Ok(())
            })
            .await
        })
        .await
}
