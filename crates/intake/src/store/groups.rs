//! Queries on groups of equal findings.

use kernel::{Result, SubmissionId};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use store::OrFail as _;

use super::entity::finding_group::{Column, Entity, Model};

/// Writes the groups of a submission, in place of earlier ones.
pub(crate) async fn replace(conn: &impl ConnectionTrait, id: SubmissionId, groups: Vec<Model>) -> Result<()> {
    Entity::delete_many().filter(Column::SubmissionId.eq(id.0)).exec(conn).await.or_fail()?;
    insert(conn, groups).await
}

/// Writes the groups of a new submission.
pub(crate) async fn insert(conn: &impl ConnectionTrait, groups: Vec<Model>) -> Result<()> {
    for batch in groups.chunks(200) {
        let batch = batch.iter().map(|g| sea_orm::ActiveModelTrait::reset_all(g.clone().into_active_model()));
        Entity::insert_many(batch).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// The groups of a submission: rejections first, then the most frequent.
pub(crate) async fn list(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Vec<Model>> {
    // "reject" sorts before "warn".
    Entity::find()
        .filter(Column::SubmissionId.eq(id.0))
        .order_by_asc(Column::Severity)
        .order_by_desc(Column::Findings)
        .order_by_asc(Column::Code)
        .all(conn)
        .await
        .or_fail()
}

/// One group of a submission.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: SubmissionId, group: uuid::Uuid) -> Result<Model> {
    Entity::find_by_id(group)
        .filter(Column::SubmissionId.eq(id.0))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| kernel::Error::not_found("这一组问题", "group of findings"))
}
