//! Queries on the parts of a case: desks, history, papers, claims, corrections, acknowledgements.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Result, SubmissionId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{ack, claim, correction, entry, paper, push, task};
use crate::model::case::Desk;
use crate::store::instant;

/// A case arrives at a desk.
pub(crate) async fn open_task(
    conn: &impl ConnectionTrait,
    case: Uuid,
    desk: Desk,
    due: Option<NaiveDate>,
    at: DateTime<Utc>,
) -> Result<()> {
    let row = task::Model {
        id: Uuid::now_v7(),
        case_id: case,
        desk: desk.name().to_owned(),
        opened_at: instant(at),
        due,
        closed_at: None,
    };
    task::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// The desk that has the case is due on another day.
pub(crate) async fn move_task(conn: &impl ConnectionTrait, case: Uuid, due: Option<NaiveDate>) -> Result<()> {
    let change = task::ActiveModel { due: Set(due), ..Default::default() };
    set_open_task(conn, case, change).await
}

/// The case leaves the desk that has it.
pub(crate) async fn close_task(conn: &impl ConnectionTrait, case: Uuid, at: DateTime<Utc>) -> Result<()> {
    let change = task::ActiveModel { closed_at: Set(Some(instant(at))), ..Default::default() };
    set_open_task(conn, case, change).await
}

async fn set_open_task(conn: &impl ConnectionTrait, case: Uuid, change: task::ActiveModel) -> Result<()> {
    task::Entity::update_many()
        .set(change)
        .filter(task::Column::CaseId.eq(case))
        .filter(task::Column::ClosedAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// The desks of some cases, in order.
pub(crate) async fn tasks(
    conn: &impl ConnectionTrait,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, Vec<task::Model>>> {
    let found = task::Entity::find()
        .filter(task::Column::CaseId.is_in(cases.iter().copied()))
        .order_by_asc(task::Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    Ok(by_case(found, |t| t.case_id))
}

fn by_case<T>(all: Vec<T>, case: impl Fn(&T) -> Uuid) -> HashMap<Uuid, Vec<T>> {
    let mut map: HashMap<Uuid, Vec<T>> = HashMap::new();
    for one in all {
        map.entry(case(&one)).or_default().push(one);
    }
    map
}

/// Adds to the history of a case.
pub(crate) async fn note(
    conn: &impl ConnectionTrait,
    case: Uuid,
    kind: &str,
    (by, text): (&str, &str),
    at: DateTime<Utc>,
) -> Result<()> {
    let row = entry::Model {
        id: Uuid::now_v7(),
        case_id: case,
        at: instant(at),
        by_name: by.to_owned(),
        kind: kind.to_owned(),
        note: text.to_owned(),
    };
    entry::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// The history of a case, newest first.
pub(crate) async fn history(conn: &impl ConnectionTrait, case: Uuid) -> Result<Vec<entry::Model>> {
    entry::Entity::find()
        .filter(entry::Column::CaseId.eq(case))
        .order_by_desc(entry::Column::At)
        .order_by_desc(entry::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// The histories of some cases, oldest first.
pub(crate) async fn histories(
    conn: &impl ConnectionTrait,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, Vec<entry::Model>>> {
    let found = entry::Entity::find()
        .filter(entry::Column::CaseId.is_in(cases.iter().copied()))
        .order_by_asc(entry::Column::At)
        .order_by_asc(entry::Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    Ok(by_case(found, |e| e.case_id))
}

/// Adds papers.
pub(crate) async fn add_papers(conn: &impl ConnectionTrait, papers: Vec<paper::Model>) -> Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    let rows = papers.into_iter().map(|p| p.into_active_model().reset_all());
    paper::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// The papers of a case, in the order they came.
pub(crate) async fn papers(conn: &impl ConnectionTrait, case: Uuid) -> Result<Vec<paper::Model>> {
    paper::Entity::find()
        .filter(paper::Column::CaseId.eq(case))
        .order_by_asc(paper::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Adds what an applicant says should stand in fields.
pub(crate) async fn add_claims(conn: &impl ConnectionTrait, claims: Vec<claim::Model>) -> Result<()> {
    if claims.is_empty() {
        return Ok(());
    }
    let rows = claims.into_iter().map(|c| c.into_active_model().reset_all());
    claim::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// What an applicant says should stand in fields.
pub(crate) async fn claims(conn: &impl ConnectionTrait, case: Uuid) -> Result<Vec<claim::Model>> {
    claim::Entity::find().filter(claim::Column::CaseId.eq(case)).all(conn).await.or_fail()
}

/// Adds corrections.
pub(crate) async fn add_corrections(
    conn: &impl ConnectionTrait,
    corrections: Vec<correction::Model>,
) -> Result<()> {
    if corrections.is_empty() {
        return Ok(());
    }
    let rows = corrections.into_iter().map(|c| c.into_active_model().reset_all());
    correction::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// What was corrected by a case.
pub(crate) async fn corrections(conn: &impl ConnectionTrait, case: Uuid) -> Result<Vec<correction::Model>> {
    correction::Entity::find()
        .filter(correction::Column::CaseId.eq(case))
        .order_by_asc(correction::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Adds a corrected row that is to land.
pub(crate) async fn add_push(conn: &impl ConnectionTrait, row: push::Model) -> Result<()> {
    push::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(conn).await.or_fail()?;
    Ok(())
}

/// The corrected row of a case.
pub(crate) async fn push(conn: &impl ConnectionTrait, case: Uuid) -> Result<Option<push::Model>> {
    push::Entity::find_by_id(case).one(conn).await.or_fail()
}

/// The corrected row of a case has landed.
pub(crate) async fn set_landed(
    conn: &impl ConnectionTrait,
    case: Uuid,
    (submission, version): (SubmissionId, Option<u64>),
) -> Result<()> {
    let landed = push::ActiveModel {
        sealed: Set(Vec::new()),
        submission_id: Set(Some(submission.0)),
        version: Set(version.and_then(|v| i64::try_from(v).ok())),
        ..Default::default()
    };
    push::Entity::update_many()
        .set(landed)
        .filter(push::Column::CaseId.eq(case))
        .exec(conn)
        .await
        .or_fail()?;
    let by = correction::ActiveModel { submission_id: Set(submission.0), ..Default::default() };
    correction::Entity::update_many()
        .set(by)
        .filter(correction::Column::CaseId.eq(case))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Asks targets to acknowledge a result; those asked already stay as they are.
pub(crate) async fn ask(conn: &impl ConnectionTrait, acks: Vec<ack::Model>) -> Result<()> {
    let rows = acks.into_iter().map(|a| a.into_active_model().reset_all());
    ack::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns([ack::Column::CaseId, ack::Column::Target]).do_nothing().to_owned())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// A target acknowledged.
pub(crate) async fn acknowledge(
    conn: &impl ConnectionTrait,
    case: Uuid,
    target: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let change = ack::ActiveModel { acknowledged_at: Set(Some(instant(at))), ..Default::default() };
    ack::Entity::update_many()
        .set(change)
        .filter(ack::Column::CaseId.eq(case))
        .filter(ack::Column::Target.eq(target))
        .filter(ack::Column::AcknowledgedAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// A target owes nothing to a case any more.
pub(crate) async fn ask_no_more(conn: &impl ConnectionTrait, case: Uuid, target: &str) -> Result<()> {
    ack::Entity::delete_many()
        .filter(ack::Column::CaseId.eq(case))
        .filter(ack::Column::Target.eq(target))
        .filter(ack::Column::AcknowledgedAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// What some cases ask of targets, in the order of their names.
pub(crate) async fn acks(
    conn: &impl ConnectionTrait,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, Vec<ack::Model>>> {
    let found = ack::Entity::find()
        .filter(ack::Column::CaseId.is_in(cases.iter().copied()))
        .order_by_asc(ack::Column::AskedAt)
        .order_by_asc(ack::Column::Target)
        .all(conn)
        .await
        .or_fail()?;
    Ok(by_case(found, |a| a.case_id))
}
