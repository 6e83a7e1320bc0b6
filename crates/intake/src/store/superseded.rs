//! Queries on wrong rows that gave way to a later hand-in (由后来的报送代替).

use kernel::{Result, SubmissionId};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    QueryTrait as _,
};
use standards::pack::Severity;
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{finding, wrong_row};
use super::wrong_rows::BATCH;
use crate::model::RowState;

/// Rows of a submission in one of some states that no landing has taken up, at some places in it.
pub(crate) async fn waiting_at(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    ordinals: &[i64],
    states: &[RowState],
) -> Result<Vec<wrong_row::Model>> {
    let mut rows = Vec::new();
    for batch in ordinals.chunks(BATCH) {
        let of = wrong_row::Entity::find()
            .filter(wrong_row::Column::SubmissionId.eq(id.0))
            .filter(wrong_row::Column::State.is_in(states.iter().map(|s| s.name())))
            .filter(wrong_row::Column::LandedBy.is_null())
            .filter(wrong_row::Column::Ordinal.is_in(batch.iter().copied()));
        rows.extend(of.all(conn).await.or_fail()?);
    }
    Ok(rows)
}

/// Closes rows whose place those of a later submission took.
pub(crate) async fn supersede(
    conn: &impl ConnectionTrait,
    rows: &[wrong_row::Model],
    by: SubmissionId,
) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        wrong_row::Entity::update_many()
            .col_expr(wrong_row::Column::State, Expr::value(RowState::Superseded.name()))
            .col_expr(wrong_row::Column::LandedBy, Expr::value(by.0))
            // Whoever mends it at this moment is told.
            .col_expr(wrong_row::Column::Version, Expr::col(wrong_row::Column::Version).add(1))
            .filter(wrong_row::Column::Id.is_in(batch.iter().map(|r| r.id)))
            .exec(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Lets the rows wait again that landed with a submission, or whose place it took: it is withdrawn. Rows of `but` stay as they are.
/// Returns the submissions they are of.
pub(crate) async fn release(
    conn: &impl ConnectionTrait,
    by: SubmissionId,
    but: SubmissionId,
) -> Result<Vec<SubmissionId>> {
    let its = Condition::all()
        .add(wrong_row::Column::LandedBy.eq(by.0))
        .add(wrong_row::Column::SubmissionId.ne(but.0));
    let parents: Vec<Uuid> = wrong_row::Entity::find()
        .filter(its.clone())
        .select_only()
        .column(wrong_row::Column::SubmissionId)
        .distinct()
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    let rejected = finding::Entity::find()
        .select_only()
        .column(finding::Column::WrongRowId)
        .filter(finding::Column::Severity.eq(Severity::Reject.name()));
    let wrong = Condition::all().add(wrong_row::Column::Id.in_subquery(rejected.into_query()));
    let state = Expr::case(wrong, RowState::Open.name()).finally(RowState::Mended.name());
    wrong_row::Entity::update_many()
        .col_expr(wrong_row::Column::State, state.into())
        .col_expr(wrong_row::Column::LandedBy, Expr::value(Option::<Uuid>::None))
        .col_expr(wrong_row::Column::Version, Expr::col(wrong_row::Column::Version).add(1))
        .filter(its)
        .exec(conn)
        .await
        .or_fail()?;
    Ok(parents.into_iter().map(SubmissionId).collect())
}
