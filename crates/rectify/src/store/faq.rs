//! Queries on frequent questions: counts of issues over all departments, and what the bureau adds.

use chrono::{DateTime, Utc};
use kernel::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;

use super::entity::{faq_note, issue};
use super::records::instant;
use crate::model::Cause;

/// Questions kept in the list; below them is what happened once or twice.
const MOST: u64 = 1_000;

/// A cause with how often it occurred. Nothing in it tells whose rows they were but `finding`, one of its findings.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Frequent {
    pub resource: String,
    pub code: String,
    pub pattern: String,
    pub field: String,
    pub findings: i64,
    pub orgs: i64,
    pub finding: String,
}

/// The causes of wrong rows over all departments, the most frequent first: of issues opened since an instant, or of all.
pub(crate) async fn frequent(
    conn: &impl ConnectionTrait,
    resource: Option<&str>,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<Frequent>> {
    use issue::Column;
    let mut find = issue::Entity::find()
        .select_only()
        .columns([Column::Resource, Column::Code, Column::Pattern, Column::Field])
        .column_as(Expr::col((issue::Entity, Column::Findings)).sum().cast_as("bigint"), "findings")
        .column_as(Expr::col((issue::Entity, Column::OrgId)).count_distinct(), "orgs")
        .column_as(Column::Finding.min(), "finding");
    if let Some(resource) = resource {
        find = find.filter(Column::Resource.eq(resource));
    }
    if let Some(since) = since {
        find = find.filter(Column::OpenedAt.gte(instant(since)));
    }
    find.group_by(Column::Resource)
        .group_by(Column::Code)
        .group_by(Column::Pattern)
        .group_by(Column::Field)
        .order_by_desc(Expr::col((issue::Entity, Column::Findings)).sum())
        .limit(MOST)
        .into_model::<Frequent>()
        .all(conn)
        .await
        .or_fail()
}

/// What the bureau added, by cause.
pub(crate) async fn notes(conn: &impl ConnectionTrait) -> Result<Vec<faq_note::Model>> {
    faq_note::Entity::find().all(conn).await.or_fail()
}

/// Writes what the bureau adds to a cause; nothing takes it away.
///
/// # Errors
/// Not found when nobody ever had that cause.
pub(crate) async fn set_note(
    conn: &impl ConnectionTrait,
    cause: &Cause,
    (by, note): (&str, &str),
    at: DateTime<Utc>,
) -> Result<()> {
    use issue::Column;
    let known = issue::Entity::find()
        .filter(Column::Resource.eq(&cause.resource))
        .filter(Column::Code.eq(&cause.code))
        .filter(Column::Pattern.eq(&cause.pattern))
        .filter(Column::Field.eq(&cause.field))
        .one(conn)
        .await
        .or_fail()?;
    if known.is_none() {
        return Err(Error::not_found("这个常见问题", "frequent question"));
    }
    let key = (cause.resource.clone(), cause.code.clone(), cause.pattern.clone(), cause.field.clone());
    if note.is_empty() {
        faq_note::Entity::delete_by_id(key).exec(conn).await.or_fail()?;
        return Ok(());
    }
    let (resource, code, pattern, field) = key;
    let row = faq_note::Model {
        resource,
        code,
        pattern,
        field,
        note: note.to_owned(),
        by_name: by.to_owned(),
        at: instant(at),
    };
    let key = [
        faq_note::Column::Resource,
        faq_note::Column::Code,
        faq_note::Column::Pattern,
        faq_note::Column::Field,
    ];
    let changed = [faq_note::Column::Note, faq_note::Column::ByName, faq_note::Column::At];
    faq_note::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::columns(key).update_columns(changed).to_owned())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}
