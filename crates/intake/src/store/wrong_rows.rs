//! Queries on wrong rows and their findings.

use std::collections::HashMap;

use kernel::{Error, Result, SubmissionId};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{finding, wrong_row};
use crate::model::RowState;

/// Rows written with one statement: well below SQLite's limit of bound values.
pub(super) const BATCH: usize = 500;

/// A page of wrong rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<RowState>,
    /// Only rows that have neither landed nor been assigned to a landing nor dropped.
    pub unsettled: bool,
    /// Only rows with a finding of this group: code, pattern, field.
    pub group: Option<(String, String, String)>,
    pub offset: u64,
    pub limit: u64,
}

/// Adds wrong rows and their findings.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    rows: Vec<wrong_row::Model>,
    findings: Vec<finding::Model>,
) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        let batch = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        wrong_row::Entity::insert_many(batch).exec_without_returning(conn).await.or_fail()?;
    }
    for batch in findings.chunks(BATCH) {
        let batch = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        finding::Entity::insert_many(batch).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// Takes out everything written for a submission, before a repeated step writes it again.
pub(crate) async fn clear(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<()> {
    wrong_row::Entity::delete_many()
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// One page of rows with their findings, and how many there are in all.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    filter: &Filter,
) -> Result<(Vec<(wrong_row::Model, Vec<finding::Model>)>, u64)> {
    let mut find = wrong_row::Entity::find().filter(wrong_row::Column::SubmissionId.eq(id.0));
    if let Some(state) = filter.state {
        find = find.filter(wrong_row::Column::State.eq(state.name()));
    }
    if filter.unsettled {
        find = find
            .filter(wrong_row::Column::State.is_in([RowState::Open.name(), RowState::Mended.name()]))
            .filter(wrong_row::Column::LandedBy.is_null());
    }
    if let Some((code, pattern, field)) = &filter.group {
        let rows = sea_orm::QueryTrait::into_query(
            finding::Entity::find()
                .select_only()
                .column(finding::Column::WrongRowId)
                .filter(finding::Column::SubmissionId.eq(id.0))
                .filter(finding::Column::Code.eq(code))
                .filter(finding::Column::Pattern.eq(pattern))
                .filter(finding::Column::Field.eq(field)),
        );
        find = find.filter(wrong_row::Column::Id.in_subquery(rows));
    }
    let total = find.clone().count(conn).await.or_fail()?;
    let rows = find
        .order_by_asc(wrong_row::Column::Ordinal)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(conn)
        .await
        .or_fail()?;
    let found = findings_of(conn, rows.iter().map(|r| r.id)).await?;
    Ok((with_findings(rows, found), total))
}

/// Given rows of a submission, with their findings.
///
/// # Errors
/// `not-found` when one of them is not a row of the submission.
pub(crate) async fn by_ids(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    ids: &[Uuid],
) -> Result<Vec<(wrong_row::Model, Vec<finding::Model>)>> {
    let mut rows = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        rows.extend(
            wrong_row::Entity::find()
                .filter(wrong_row::Column::SubmissionId.eq(id.0))
                .filter(wrong_row::Column::Id.is_in(batch.iter().copied()))
                .order_by_asc(wrong_row::Column::Ordinal)
                .all(conn)
                .await
                .or_fail()?,
        );
    }
    if rows.len() != ids.len() {
        return Err(Error::not_found("要更正的行", "row to be mended"));
    }
    let found = findings_of(conn, rows.iter().map(|r| r.id)).await?;
    Ok(with_findings(rows, found))
}

async fn findings_of(
    conn: &impl ConnectionTrait,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<finding::Model>>> {
    let ids: Vec<Uuid> = ids.collect();
    let mut by_row: HashMap<Uuid, Vec<finding::Model>> = HashMap::new();
    for batch in ids.chunks(BATCH) {
        for f in finding::Entity::find()
            .filter(finding::Column::WrongRowId.is_in(batch.iter().copied()))
            .order_by_asc(finding::Column::Id)
            .all(conn)
            .await
            .or_fail()?
        {
            by_row.entry(f.wrong_row_id).or_default().push(f);
        }
    }
    Ok(by_row)
}

fn with_findings(
    rows: Vec<wrong_row::Model>,
    mut found: HashMap<Uuid, Vec<finding::Model>>,
) -> Vec<(wrong_row::Model, Vec<finding::Model>)> {
    rows.into_iter()
        .map(|r| {
            let f = found.remove(&r.id).unwrap_or_default();
            (r, f)
        })
        .collect()
}

/// Replaces a row's cells, state and findings, only if nobody changed it since `version`.
///
/// # Errors
/// `row-changed` when somebody did.
pub(crate) async fn replace(
    conn: &impl ConnectionTrait,
    row: &wrong_row::Model,
    cells: serde_json::Value,
    state: RowState,
    findings: Vec<finding::Model>,
) -> Result<()> {
    let done = wrong_row::Entity::update_many()
        .set(wrong_row::ActiveModel {
            cells: Set(cells),
            state: Set(state.name().to_owned()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .filter(wrong_row::Column::Id.eq(row.id))
        .filter(wrong_row::Column::Version.eq(row.version))
        .exec(conn)
        .await
        .or_fail()?;
    if done.rows_affected != 1 {
        return Err(changed_meanwhile(row));
    }
    finding::Entity::delete_many()
        .filter(finding::Column::WrongRowId.eq(row.id))
        .exec(conn)
        .await
        .or_fail()?;
    for batch in findings.chunks(BATCH) {
        let batch = batch.iter().map(|r| r.clone().into_active_model().reset_all());
        finding::Entity::insert_many(batch).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// Moves a row to another state, only if nobody changed it since `version`.
///
/// # Errors
/// `row-changed` when somebody did.
pub(crate) async fn move_to(conn: &impl ConnectionTrait, row: &wrong_row::Model, to: RowState) -> Result<()> {
    let done = wrong_row::Entity::update_many()
        .set(wrong_row::ActiveModel {
            state: Set(to.name().to_owned()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .filter(wrong_row::Column::Id.eq(row.id))
        .filter(wrong_row::Column::Version.eq(row.version))
        .filter(wrong_row::Column::LandedBy.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || changed_meanwhile(row))
}

/// Sets the state of all rows of a submission that are in one of `from`.
pub(crate) async fn set_state(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    from: &[RowState],
    to: RowState,
) -> Result<u64> {
    let done = wrong_row::Entity::update_many()
        .set(wrong_row::ActiveModel { state: Set(to.name().to_owned()), ..Default::default() })
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .filter(wrong_row::Column::State.is_in(from.iter().map(|s| s.name())))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected)
}

/// How many rows of a submission are in each state.
pub(crate) async fn count(conn: &impl ConnectionTrait, id: SubmissionId, state: RowState) -> Result<u64> {
    wrong_row::Entity::find()
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .filter(wrong_row::Column::State.eq(state.name()))
        .count(conn)
        .await
        .or_fail()
}

/// The refusal to overwrite somebody else's change.
pub(crate) fn changed_meanwhile(row: &wrong_row::Model) -> Error {
    Error::conflict(
        "row-changed",
        format!("第{}行刚被别人改过，请刷新后再改。", row.row),
        format!("Row {} has just been changed by somebody else. Reload and mend it again.", row.row),
    )
}

/// Assigns mended rows of a submission, those named or all, to the one with which they land. Returns how many.
pub(crate) async fn assign(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    to: SubmissionId,
    rows: Option<&[Uuid]>,
) -> Result<u64> {
    let update = || {
        wrong_row::Entity::update_many()
            .set(wrong_row::ActiveModel { landed_by: Set(Some(to.0)), ..Default::default() })
            .filter(wrong_row::Column::SubmissionId.eq(id.0))
            .filter(wrong_row::Column::State.eq(RowState::Mended.name()))
            .filter(wrong_row::Column::LandedBy.is_null())
    };
    let Some(rows) = rows else {
        return Ok(update().exec(conn).await.or_fail()?.rows_affected);
    };
    let mut taken = 0;
    for batch in rows.chunks(BATCH) {
        let of = update().filter(wrong_row::Column::Id.is_in(batch.iter().copied()));
        taken += of.exec(conn).await.or_fail()?.rows_affected;
    }
    Ok(taken)
}

/// Rows of a submission after a place in it that have neither landed nor been dropped and have a finding of one of `codes`, at a
/// field where one is named; of any code where none is.
pub(crate) async fn concerned(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    (codes, field): (&[String], Option<&str>),
    after: i64,
    limit: u64,
) -> Result<Vec<(wrong_row::Model, Vec<finding::Model>)>> {
    let find = wrong_row::Entity::find()
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .filter(wrong_row::Column::State.is_in([RowState::Open.name(), RowState::Mended.name()]))
        .filter(wrong_row::Column::LandedBy.is_null())
        .filter(wrong_row::Column::Ordinal.gt(after));
    let find = with_codes(find, id, codes, field);
    let rows = find.order_by_asc(wrong_row::Column::Ordinal).limit(limit).all(conn).await.or_fail()?;
    let found = findings_of(conn, rows.iter().map(|r| r.id)).await?;
    Ok(with_findings(rows, found))
}

/// Rows of a submission whose key as handed in holds a text; a key is a few rows, however large the submission.
pub(crate) async fn with_key(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    key: &str,
) -> Result<Vec<wrong_row::Model>> {
    wrong_row::Entity::find()
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .filter(wrong_row::Column::BusinessKey.contains(key))
        .order_by_asc(wrong_row::Column::Ordinal)
        .limit(BATCH as u64)
        .all(conn)
        .await
        .or_fail()
}

/// Given rows of a submission, without their findings; those that are gone are left out.
pub(crate) async fn plain(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    ids: &[Uuid],
) -> Result<Vec<wrong_row::Model>> {
    let mut rows = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        let of = wrong_row::Entity::find()
            .filter(wrong_row::Column::SubmissionId.eq(id.0))
            .filter(wrong_row::Column::Id.is_in(batch.iter().copied()));
        rows.extend(of.all(conn).await.or_fail()?);
    }
    Ok(rows)
}

/// Only rows with a finding of one of the codes; all where none is named.
fn with_codes(
    find: sea_orm::Select<wrong_row::Entity>,
    id: SubmissionId,
    codes: &[String],
    field: Option<&str>,
) -> sea_orm::Select<wrong_row::Entity> {
    if codes.is_empty() {
        return find;
    }
    let rows = sea_orm::QueryTrait::into_query(
        finding::Entity::find()
            .select_only()
            .column(finding::Column::WrongRowId)
            .filter(finding::Column::SubmissionId.eq(id.0))
            .filter(finding::Column::Code.is_in(codes.iter().map(String::as_str)))
            .filter(
                field.map_or_else(Condition::all, |f| Condition::all().add(finding::Column::Field.eq(f))),
            ),
    );
    find.filter(wrong_row::Column::Id.in_subquery(rows))
}

/// The rows assigned to a submission of mended rows.
pub(crate) async fn assigned(conn: &impl ConnectionTrait, to: SubmissionId) -> Result<Vec<wrong_row::Model>> {
    wrong_row::Entity::find()
        .filter(wrong_row::Column::LandedBy.eq(to.0))
        .order_by_asc(wrong_row::Column::Ordinal)
        .all(conn)
        .await
        .or_fail()
}

/// Marks the rows assigned to a submission as landed.
pub(crate) async fn landed(conn: &impl ConnectionTrait, by: SubmissionId) -> Result<()> {
    wrong_row::Entity::update_many()
        .set(wrong_row::ActiveModel { state: Set(RowState::Landed.name().to_owned()), ..Default::default() })
        .filter(wrong_row::Column::LandedBy.eq(by.0))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// What is still wrong in open rows: a group with its counts.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OpenGroup {
    pub code: String,
    pub pattern: String,
    pub field: String,
    pub findings: i64,
    pub suggestions: i64,
}

/// The groups of rejecting findings in open rows, the most frequent first.
pub(crate) async fn open_groups(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Vec<OpenGroup>> {
    let open = sea_orm::QueryTrait::into_query(
        wrong_row::Entity::find()
            .select_only()
            .column(wrong_row::Column::Id)
            .filter(wrong_row::Column::SubmissionId.eq(id.0))
            .filter(wrong_row::Column::State.eq(RowState::Open.name())),
    );
    finding::Entity::find()
        .select_only()
        .column(finding::Column::Code)
        .column(finding::Column::Pattern)
        .column(finding::Column::Field)
        .column_as(finding::Column::Id.count(), "findings")
        .column_as(finding::Column::Suggestion.count(), "suggestions")
        .filter(finding::Column::SubmissionId.eq(id.0))
        .filter(finding::Column::Severity.eq("reject"))
        .filter(finding::Column::WrongRowId.in_subquery(open))
        .group_by(finding::Column::Code)
        .group_by(finding::Column::Pattern)
        .group_by(finding::Column::Field)
        .order_by_desc(finding::Column::Id.count())
        .into_model::<OpenGroup>()
        .all(conn)
        .await
        .or_fail()
}

/// One finding of a group.
pub(crate) async fn one_finding(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    group: &OpenGroup,
) -> Result<lake::check::Finding> {
    let found = finding::Entity::find()
        .filter(finding::Column::SubmissionId.eq(id.0))
        .filter(finding::Column::Code.eq(&group.code))
        .filter(finding::Column::Pattern.eq(&group.pattern))
        .filter(finding::Column::Field.eq(&group.field))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::internal("a group without findings"))?;
    serde_json::from_value(found.data).map_err(Error::internal)
}

/// The rows with the given numbers within the submission.
pub(crate) async fn ids_of(
    conn: &impl ConnectionTrait,
    id: SubmissionId,
    ordinals: &[i64],
) -> Result<HashMap<i64, Uuid>> {
    let mut ids = HashMap::with_capacity(ordinals.len());
    for batch in ordinals.chunks(BATCH) {
        let rows = wrong_row::Entity::find()
            .filter(wrong_row::Column::SubmissionId.eq(id.0))
            .filter(wrong_row::Column::Ordinal.is_in(batch.iter().copied()))
            .all(conn)
            .await
            .or_fail()?;
        ids.extend(rows.into_iter().map(|r| (r.ordinal, r.id)));
    }
    Ok(ids)
}

/// What a mended row is matched by.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OpenKey {
    pub id: Uuid,
    pub ordinal: i64,
    pub business_key: String,
}

/// Numbers and keys of the rows that may still be changed.
pub(crate) async fn open_keys(conn: &impl ConnectionTrait, id: SubmissionId) -> Result<Vec<OpenKey>> {
    wrong_row::Entity::find()
        .select_only()
        .columns([wrong_row::Column::Id, wrong_row::Column::Ordinal, wrong_row::Column::BusinessKey])
        .filter(wrong_row::Column::SubmissionId.eq(id.0))
        .filter(wrong_row::Column::State.is_in([RowState::Open.name(), RowState::Mended.name()]))
        .filter(wrong_row::Column::LandedBy.is_null())
        .into_model::<OpenKey>()
        .all(conn)
        .await
        .or_fail()
}
