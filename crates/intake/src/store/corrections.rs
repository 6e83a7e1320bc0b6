//! What cases put right in records.

use chrono::{DateTime, Utc};
use kernel::{Result, SubmissionId};
use lake::check::{Corrected, CorrectedField};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::corrected_field::{ActiveModel, Column, Entity};

/// All of a resource.
pub(crate) async fn of_resource(conn: &impl ConnectionTrait, resource: &str) -> Result<Corrected> {
    let rows = Entity::find().filter(Column::Resource.eq(resource)).all(conn).await.or_fail()?;
    let mut all = Corrected::new();
    for row in rows {
        let corrected = CorrectedField { field: row.field, wrong: row.wrong, case: row.case_number };
        all.entry(row.business_key).or_default().push(corrected);
    }
    Ok(all)
}

/// Keeps what was put right in a record, beside what was found wrong in it before.
pub(crate) async fn keep(
    conn: &impl ConnectionTrait,
    (resource, key): (&str, &str),
    (by, fields): (SubmissionId, Vec<CorrectedField>),
    now: DateTime<Utc>,
) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let rows = fields.into_iter().map(|f| ActiveModel {
        id: Set(Uuid::now_v7()),
        resource: Set(resource.to_owned()),
        business_key: Set(key.to_owned()),
        field: Set(f.field),
        wrong: Set(f.wrong),
        case_number: Set(f.case),
        submission_id: Set(by.0),
        at: Set(now),
    });
    Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::Resource, Column::BusinessKey, Column::Field, Column::Wrong])
                .update_columns([Column::CaseNumber, Column::SubmissionId, Column::At])
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Lets go of a value that was found right after all.
pub(crate) async fn release(
    conn: &impl ConnectionTrait,
    (resource, key): (&str, &str),
    (field, wrong): (&str, &str),
) -> Result<()> {
    Entity::delete_many()
        .filter(Column::Resource.eq(resource))
        .filter(Column::BusinessKey.eq(key))
        .filter(Column::Field.eq(field))
        .filter(Column::Wrong.eq(wrong))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Number of the case whose correction a submission brought, while it holds.
pub(crate) async fn case_of(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Option<String>> {
    let row = Entity::find().filter(Column::SubmissionId.eq(id.0)).one(conn).await.or_fail()?;
    Ok(row.map(|r| r.case_number))
}
