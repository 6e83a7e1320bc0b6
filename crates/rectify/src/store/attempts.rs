//! Queries on attempts (报送记录): the receipts of records.

use kernel::{Result, SubmissionId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::attempt::{Column, Entity, Model};
use super::records::BATCH;

/// Adds attempts, each once. One that is there already stays; of two rows of one submission that tell of the same record, it is
/// given up when both are, and waits while one does.
pub(crate) async fn add(conn: &impl ConnectionTrait, attempts: &[Model]) -> Result<()> {
    let known = [Column::RecordId, Column::SubmissionId, Column::Valid];
    for batch in attempts.chunks(BATCH) {
        let rows = batch.iter().map(|a| a.clone().into_active_model().reset_all());
        Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns(known)
                    .value(Column::GivenUp, Expr::cust("record_attempt.given_up and excluded.given_up"))
                    .value(Column::Ordinal, Expr::cust("coalesce(record_attempt.ordinal, excluded.ordinal)"))
                    .to_owned(),
            )
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The records that the wrong rows of a submission tell of; of those that wait, with their place in it.
pub(crate) async fn of_wrong_rows(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
) -> Result<Vec<(Uuid, Option<i64>)>> {
    Entity::find()
        .select_only()
        .columns([Column::RecordId, Column::Ordinal])
        .filter(Column::SubmissionId.eq(submission.0))
        .filter(Column::Valid.eq(false))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// The records that the valid rows of a submission tell of.
pub(crate) async fn of_valid_rows(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
) -> Result<Vec<Uuid>> {
    Entity::find()
        .select_only()
        .column(Column::RecordId)
        .filter(Column::SubmissionId.eq(submission.0))
        .filter(Column::Valid.eq(true))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// Takes the attempts of a submission that were not valid away, to be written anew from its rows.
pub(crate) async fn forget_wrong(conn: &impl ConnectionTrait, submission: SubmissionId) -> Result<()> {
    Entity::delete_many()
        .filter(Column::SubmissionId.eq(submission.0))
        .filter(Column::Valid.eq(false))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Notes that the valid attempts of a submission were taken back.
pub(crate) async fn give_up_valid(conn: &impl ConnectionTrait, submission: SubmissionId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::GivenUp, Expr::value(true))
        .filter(Column::SubmissionId.eq(submission.0))
        .filter(Column::Valid.eq(true))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}
