//! The log of mends, from which each can be undone.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, SubmissionId};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::mend_log::{ActiveModel, Column, Entity, Model};
use super::entity::wrong_row;
use crate::actions::judge_again::JUDGED;
use crate::actions::mend_rows::Change;
use crate::actions::supersede_rows::SUPERSEDED;

/// Writes down what was changed.
pub(crate) async fn add(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    actor: &Actor,
    kind: &str,
    changes: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<()> {
    ActiveModel {
        id: Set(Uuid::now_v7()),
        submission_id: Set(id.0),
        at: Set(now),
        by: Set(actor.name.clone()),
        kind: Set(kind.to_owned()),
        changes: Set(changes),
        undone: Set(false),
    }
    .insert(conn)
    .await
    .or_fail()?;
    Ok(())
}

/// The newest mend of a person that is not undone.
pub(crate) async fn last(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Option<Model>> {
    Entity::find()
        .filter(Column::SubmissionId.eq(id.0))
        .filter(Column::Undone.eq(false))
        .filter(by_people())
        .order_by_desc(Column::Id)
        .one(conn)
        .await
        .or_fail()
}

/// What changed rules made of rows, or what a later hand-in did, is nobody's mend, and nobody undoes it.
fn by_people() -> Condition {
    Condition::all()
        .add(Column::Kind.not_like(format!("{JUDGED}%")))
        .add(Column::Kind.not_like(format!("{SUPERSEDED}%")))
}

/// The rows that a step changed or, judged again, let pass.
pub(crate) async fn rows_of_step(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    kind: &str,
) -> Result<HashSet<Uuid>> {
    let of = Entity::find().filter(Column::SubmissionId.eq(id.0)).filter(Column::Kind.eq(kind));
    let mut rows = HashSet::new();
    for mend in of.all(conn).await.or_fail()? {
        let changes: Vec<Change> = serde_json::from_value(mend.changes).map_err(Error::internal)?;
        rows.extend(changes.into_iter().map(|c| c.row));
    }
    Ok(rows)
}

/// The newest mends of people that are not undone, newest first.
pub(crate) async fn newest(conn: &impl ConnectionTrait, id: SubmissionId, limit: u64) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Column::SubmissionId.eq(id.0))
        .filter(Column::Undone.eq(false))
        .filter(by_people())
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// All mends of a submission, newest first.
pub(crate) async fn list(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Vec<Model>> {
    Entity::find().filter(Column::SubmissionId.eq(id.0)).order_by_desc(Column::Id).all(conn).await.or_fail()
}

/// Marks a mend as undone.
///
/// # Errors
/// `undo-overtaken` when it was undone meanwhile.
pub(crate) async fn mark_undone(conn: &impl ConnectionTrait, mend: Uuid) -> Result<()> {
    let done = Entity::update_many()
        .set(ActiveModel { undone: Set(true), ..Default::default() })
        .filter(Column::Id.eq(mend))
        .filter(Column::Undone.eq(false))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, overtaken)
}

/// What somebody wanted to undo is no longer the last step.
pub(crate) fn overtaken() -> Error {
    Error::conflict(
        "undo-overtaken",
        "这一步之后又有新的更正（可能来自同事或另一个窗口），不能越过它撤销。请刷新页面，查看更正记录。",
        "Another step of mending came after this one, from a colleague or another window; it cannot be undone past that. Reload the page and look at the record of mending.",
    )
}

/// One changed cell with its place and key.
#[derive(Debug, Clone)]
pub(crate) struct ChangedCell {
    pub row: i64,
    pub key: String,
    pub field: String,
    pub before: String,
    pub after: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Every cell that was changed and not undone, oldest first; of several changes to a cell, each.
pub(crate) async fn changed_cells(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Vec<ChangedCell>> {
    let rows: std::collections::HashMap<Uuid, (i64, String)> = wrong_row::Entity::find()
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .all(conn)
        .await
        .or_fail()?
        .into_iter()
        .map(|r| (r.id, (r.row, r.business_key)))
        .collect();
    let mut out = Vec::new();
    for mend in list(conn, id).await?.into_iter().rev().filter(|m| !m.undone) {
        let changes: Vec<Change> = serde_json::from_value(mend.changes).map_err(Error::internal)?;
        for change in changes {
            let Some((row, key)) = rows.get(&change.row) else { continue };
            for (field, after) in change.after {
                out.push(ChangedCell {
                    row: *row,
                    key: key.clone(),
                    before: change.before.get(&field).cloned().unwrap_or_default(),
                    field,
                    after,
                    by: mend.by.clone(),
                    at: mend.at,
                });
            }
        }
    }
    Ok(out)
}
