//! Facts for indicators (指标事实): what was received, page by page in the order of ids. Nothing here is for a person; whoever
//! shows it filters by what the actor may see.

use std::collections::{HashMap, HashSet};

use kernel::{OrgId, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use crate::context::Intake;
use crate::model::{RowState, State, Way};
use crate::store::entity::receipt::{Column, Entity};
use crate::store::entity::{submission, wrong_row};

/// A submission, or a day of pushes of one sender (收件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of the submission, or of the day of pushes.
    pub id: Uuid,
    /// `one` or `pushes`.
    pub kind: String,
    /// Who handed it in.
    pub org: OrgId,
    /// Code of the resource; empty until it is known.
    pub resource: String,
    /// `upload`, `push`, `pull`, or `mend` for mended rows of an earlier submission.
    pub way: String,
    /// The file, or the sender.
    pub name: String,
    /// The state of the submission.
    pub state: String,
    /// The day in Beijing, `YYYY-MM-DD`.
    pub day: String,
    /// Rows received.
    pub rows: i64,
    /// Rows that passed.
    pub passed: i64,
    /// Rows that were rejected.
    pub rejected: i64,
    /// Rows in the lake.
    pub landed: i64,
    /// Of these, rows that took the place of an earlier state.
    pub updated: i64,
    /// Rows whose subject the library of legal entities does not know.
    pub unlinked: i64,
    /// Cells that had to be filled.
    pub items_required: i64,
    /// Of these, cells that were.
    pub items_given: i64,
    /// Rejected rows that still wait.
    pub open: i64,
    /// Rejected rows that were mended and have landed or wait to.
    pub mended: i64,
    /// Of these, rows that have landed, or whose decision was handed in again later and has.
    pub repaired: i64,
    /// Rejected rows that were given up.
    pub dropped: i64,
}

/// At most `limit` receipts after an id. Single pushes are counted with their day. What a mapping made was not received, and
/// counts where it was handed in.
///
/// # Errors
/// When the database cannot be read.
pub async fn receipts(intake: &Intake, after: Option<Uuid>, limit: u64) -> Result<Vec<Receipt>> {
    let mended_of_made = "not exists (select 1 from submission s join submission p on p.id = s.parent_id
        where s.id = receipt.id and p.way = 'derive')";
    let mut find = Entity::find()
        .filter(Column::PushDayId.is_null())
        .filter(Column::Way.ne(Way::Derive.name()))
        .filter(Expr::cust(mended_of_made));
    if let Some(after) = after {
        find = find.filter(Column::Id.gt(after));
    }
    let rows = find.order_by_asc(Column::Id).limit(limit).all(intake.db.conn()).await.or_fail()?;
    let faulty = |kind: &str| -> Vec<Uuid> {
        rows.iter().filter(|r| r.kind == kind && r.rows_rejected > 0).map(|r| r.id).collect()
    };
    let mut states = by_state(intake, faulty("one"), submission::Column::Id).await?;
    states.extend(by_state(intake, faulty("pushes"), submission::Column::PushDayId).await?);
    let of = |id: Uuid, state: RowState| states.get(&(id, state.name().to_owned())).copied().unwrap_or(0);
    let repaired = |id| of(id, RowState::Landed) + of(id, RowState::Superseded);
    Ok(rows
        .into_iter()
        .map(|r| Receipt {
            mended: of(r.id, RowState::Mended) + repaired(r.id),
            repaired: repaired(r.id),
            dropped: of(r.id, RowState::Dropped),
            id: r.id,
            kind: r.kind,
            org: OrgId(r.org_id),
            resource: r.resource,
            way: r.way,
            name: r.file_name,
            state: r.state,
            day: r.day,
            rows: r.rows_total,
            passed: r.rows_passed,
            rejected: r.rows_rejected,
            landed: r.rows_landed,
            updated: r.rows_updated,
            unlinked: r.rows_unlinked,
            items_required: r.items_required,
            items_given: r.items_given,
            open: r.rows_open,
        })
        .collect())
}

/// The resources of which each organisation has rows in the lake, handed in and not taken back.
///
/// # Errors
/// When the database cannot be read.
pub async fn landed(intake: &Intake) -> Result<HashSet<(OrgId, String)>> {
    let found: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::OrgId, Column::Resource])
        .distinct()
        .filter(Column::PushDayId.is_null())
        .filter(Column::State.eq(State::Landed.name()))
        .filter(Column::RowsLanded.gt(0))
        .into_tuple()
        .all(intake.db.conn())
        .await
        .or_fail()?;
    Ok(found.into_iter().map(|(org, resource)| (OrgId(org), resource)).collect())
}

/// How many rejected rows stand how, by submission or by day of pushes. Of a day those of withdrawn pushes are not counted; a withdrawn
/// submission says so itself.
async fn by_state(
    intake: &Intake,
    of: Vec<Uuid>,
    by: submission::Column,
) -> Result<HashMap<(Uuid, String), i64>> {
    let mut all = HashMap::new();
    for ids in of.chunks(500) {
        let submissions = submission::Entity::belongs_to(wrong_row::Entity)
            .from(submission::Column::Id)
            .to(wrong_row::Column::SubmissionId)
            .into();
        let counts = match by {
            submission::Column::PushDayId => submission::Column::State.ne(State::Withdrawn.name()),
            _ => Expr::val(true),
        };
        let found: Vec<(Uuid, String, i64)> = wrong_row::Entity::find()
            .select_only()
            .column_as(by, "of")
            .column(wrong_row::Column::State)
            .column_as(wrong_row::Column::Id.count(), "n")
            .join_rev(JoinType::InnerJoin, submissions)
            .filter(by.is_in(ids.iter().copied()))
            .filter(counts)
            .group_by(by)
            .group_by(wrong_row::Column::State)
            .into_tuple()
            .all(intake.db.conn())
            .await
            .or_fail()?;
        all.extend(found.into_iter().map(|(id, state, n)| ((id, state), n)));
    }
    Ok(all)
}
