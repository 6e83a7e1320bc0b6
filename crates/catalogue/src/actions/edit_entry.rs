//! The metadata of an entry is changed. What was published stays as it is: the change becomes a new version.

use ::store::{Db, OrFail, Tx, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::{EDIT, changeable, known_resource, provider, subject};
use crate::model::{Entry, EntryState, diff};
use crate::store::entries;

/// What an edit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// Nothing was different.
    Unchanged,
    /// The draft of this version was changed in place.
    InPlace(i32),
    /// This version was made.
    NewVersion(i32),
}

/// Changes the entry with this code. `seen` is when the version that was edited had last been changed, so that two
/// people do not overwrite each other; `None` takes what is there.
///
/// # Errors
/// As for creating one; `entry-state` while it is under review or after it was rejected; `entry-changed` when
/// somebody else was quicker; forbidden for an entry of another organisation.
pub async fn edit_entry(
    db: &Db,
    actor: &Actor,
    code: &str,
    seen: Option<DateTime<Utc>>,
    entry: Entry,
    now: DateTime<Utc>,
) -> Result<Edited> {
    actor.require(EDIT)?;
    db.tx(async |tx| {
        let (edited, changes) = update(tx, actor, code, seen, entry, now).await?;
        if edited != Edited::Unchanged {
            let version = match edited {
                Edited::InPlace(v) | Edited::NewVersion(v) => v,
                Edited::Unchanged => 0,
            };
            let detail = json!({ "version": version, "changed": changes });
            audit::record(tx, now, actor, "entry.edit", &subject(code), &detail).await?;
        }
        Ok(edited)
    })
    .await
}

/// The same within a transaction, without the audit record; also names the fields that differ.
pub(super) async fn update(
    tx: &Tx,
    actor: &Actor,
    code: &str,
    seen: Option<DateTime<Utc>>,
    mut entry: Entry,
    now: DateTime<Utc>,
) -> Result<(Edited, Vec<String>)> {
    entry.check_draft()?;
    known_resource(&entry)?;
    let (chain, old_org) = changeable(tx, actor, code).await?;
    let work = chain.work();
    if seen.is_some_and(|seen| seen != work.updated_at) {
        return Err(Error::conflict(
            "entry-changed",
            format!("“{}”刚刚已修改过这条目录。请刷新页面，在最新内容上再改。", work.updated_by),
            format!(
                "{} has just changed this entry. Reload the page and change the newest text.",
                work.updated_by
            ),
        ));
    }
    let state = work.state()?;
    let org = provider(tx, actor, &entry.provider_code, beijing_date(now)).await?;
    entry.code = code.to_owned();
    entry.provider_code.clone_from(&org.code);
    let changes: Vec<String> =
        diff(&work.entry(Some(&old_org))?, &entry).into_iter().map(|c| c.field).collect();
    // A file that was exported holds what is in force; importing it again must not undo a draft beside it.
    let in_force = seen.is_none()
        && chain.pending.is_some()
        && diff(&chain.current.entry(Some(&old_org))?, &entry).is_empty();
    if changes.is_empty() || in_force {
        return Ok((Edited::Unchanged, changes));
    }
    if !state.editable() && !state.needs_new_version() {
        return Err(state.refuse("修改", "edited"));
    }
    if state.editable() {
        let mut row = work.clone().into_active_model();
        entries::fill(&mut row, &entry, org.org_id(), actor, now)?;
        let row = row.update(tx).await.or_fail()?;
        entries::step(tx, &row, "edited", "", actor, now).await?;
        return Ok((Edited::InPlace(row.version), changes));
    }
    let mut row = entries::ActiveModel {
        id: Set(Uuid::now_v7()),
        version: Set(entries::last_version(tx, code).await? + 1),
        previous_id: Set(Some(work.id)),
        current: Set(false),
        state: Set(EntryState::Draft.name().to_owned()),
        published_on: Set(None),
        review_note: Set(None),
        ..Default::default()
    };
    entries::fill(&mut row, &entry, org.org_id(), actor, now)?;
    let row = row.insert(tx).await.or_fail()?;
    entries::step(tx, &row, "created", "", actor, now).await?;
    Ok((Edited::NewVersion(row.version), changes))
}
