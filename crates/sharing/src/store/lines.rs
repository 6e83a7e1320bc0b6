//! Queries on the lines of deliveries, and on which record was made of which.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use kernel::Result;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{delivery, line, link};
use super::instant;
use super::marks::Marks;
use crate::model::{LineState, Mark};

/// Rows written with one statement: below SQLite's limit of bound values.
const BATCH: usize = 500;
/// More steps from one standard to the next than any city has.
const DEEPEST: usize = 8;

/// Adds lines.
pub(crate) async fn insert(conn: &impl ConnectionTrait, lines: &[line::Model]) -> Result<()> {
    for batch in lines.chunks(BATCH) {
        let rows = batch.iter().map(|l| l.clone().into_active_model().reset_all());
        line::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// Adds links; of one that is there already the version moves on.
pub(crate) async fn add_links(conn: &impl ConnectionTrait, links: &[link::Model]) -> Result<()> {
    let key = [link::Column::RecordId, link::Column::SourceId];
    for batch in links.chunks(BATCH) {
        let rows = batch.iter().map(|l| l.clone().into_active_model().reset_all());
        link::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).update_column(link::Column::Version).to_owned())
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The records that a mapping made of the same sources before and makes no more: their source says now that it is another one.
/// One that another source is made into as well stays.
pub(crate) async fn replaced(
    conn: &impl ConnectionTrait,
    mapping: &str,
    links: &[link::Model],
) -> Result<Vec<Uuid>> {
    let now: HashSet<(Uuid, Uuid)> = links.iter().map(|l| (l.source_id, l.record_id)).collect();
    let mut gone = HashSet::new();
    for batch in links.chunks(BATCH) {
        let found = link::Entity::find()
            .filter(link::Column::SourceId.is_in(batch.iter().map(|l| l.source_id)))
            .filter(link::Column::Mapping.eq(mapping));
        let found = found.all(conn).await.or_fail()?;
        let other = |l: &&link::Model| !now.contains(&(l.source_id, l.record_id));
        gone.extend(found.iter().filter(other).map(|l| l.record_id));
    }
    let made: HashSet<Uuid> = links.iter().map(|l| l.record_id).collect();
    let sources: HashSet<Uuid> = links.iter().map(|l| l.source_id).collect();
    let mut gone: Vec<Uuid> = gone.into_iter().filter(|id| !made.contains(id)).collect();
    let mut stay = HashSet::new();
    for batch in gone.chunks(BATCH) {
        let found = link::Entity::find().filter(link::Column::RecordId.is_in(batch.iter().copied()));
        let found = found.all(conn).await.or_fail()?;
        stay.extend(found.iter().filter(|l| !sources.contains(&l.source_id)).map(|l| l.record_id));
    }
    gone.retain(|id| !stay.contains(id));
    Ok(gone)
}

/// Forgets that records were made of the sources of these links.
pub(crate) async fn unlink(
    conn: &impl ConnectionTrait,
    mapping: &str,
    (records, links): (&[Uuid], &[link::Model]),
) -> Result<()> {
    for records in records.chunks(BATCH / 2) {
        for links in links.chunks(BATCH / 2) {
            link::Entity::delete_many()
                .filter(link::Column::Mapping.eq(mapping))
                .filter(link::Column::RecordId.is_in(records.iter().copied()))
                .filter(link::Column::SourceId.is_in(links.iter().map(|l| l.source_id)))
                .exec(conn)
                .await
                .or_fail()?;
        }
    }
    Ok(())
}

/// Which of these records a mapping made from a later version of its source.
pub(crate) async fn made_later(
    conn: &impl ConnectionTrait,
    mapping: &str,
    records: &[Uuid],
    version: i64,
) -> Result<HashSet<Uuid>> {
    let mut later = HashSet::new();
    for batch in records.chunks(BATCH) {
        let found: Vec<Uuid> = link::Entity::find()
            .select_only()
            .column(link::Column::RecordId)
            .filter(link::Column::RecordId.is_in(batch.iter().copied()))
            .filter(link::Column::Mapping.eq(mapping))
            .filter(link::Column::Version.gt(version))
            .into_tuple()
            .all(conn)
            .await
            .or_fail()?;
        later.extend(found);
    }
    Ok(later)
}

/// Which of these records mappings have made before.
pub(crate) async fn made_before(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Vec<Uuid>> {
    linked(conn, records, (link::Column::RecordId, link::Column::RecordId)).await
}

/// Records and all that were made of them, however many steps away.
pub(crate) async fn with_offspring(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut all = walked(conn, records, (link::Column::SourceId, link::Column::RecordId)).await?;
    all.extend(records);
    Ok(all.into_iter().collect())
}

/// Whatever some records were made of, however many steps before.
pub(crate) async fn sources(conn: &impl ConnectionTrait, records: &[Uuid]) -> Result<HashSet<Uuid>> {
    walked(conn, records, (link::Column::RecordId, link::Column::SourceId)).await
}

/// What is reached from some records by links from one end to the other.
async fn walked(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    ends: (link::Column, link::Column),
) -> Result<HashSet<Uuid>> {
    let mut all = HashSet::new();
    let mut newest = records.to_vec();
    for _ in 0..DEEPEST {
        newest = linked(conn, &newest, ends).await?.into_iter().filter(|id| all.insert(*id)).collect();
        if newest.is_empty() {
            break;
        }
    }
    Ok(all)
}

/// One end of the links whose other end is among some records, each once.
async fn linked(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    (from, to): (link::Column, link::Column),
) -> Result<Vec<Uuid>> {
    let mut all = Vec::new();
    for batch in records.chunks(BATCH) {
        let found = link::Entity::find()
            .select_only()
            .column(to)
            .distinct()
            .filter(from.is_in(batch.iter().copied()));
        all.extend(found.into_tuple::<Uuid>().all(conn).await.or_fail()?);
    }
    Ok(all)
}

/// A line with its delivery, as far as the question what a target holds goes.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Delivered {
    pub delivery_id: Uuid,
    pub target_id: Uuid,
    pub resource: String,
    pub org_id: Uuid,
    pub version: Option<i64>,
    pub digest: String,
    pub answered_at: Option<DateTime<Utc>>,
    pub record_id: Uuid,
    pub submission_id: Option<Uuid>,
    pub ordinal: i64,
    pub withdrawn: bool,
    pub mark: String,
    pub state: String,
}

impl Delivered {
    /// Whether the target knows the mark that the record bears now; one that holds the record no more need not.
    pub(crate) fn knows_mark(&self, marks: &Marks) -> bool {
        self.withdrawn || Mark::of(&self.mark) == marks.get(&self.record_id).copied()
    }
}

/// Of each of the records and each target, the newest line.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    records: &[Uuid],
    target: Option<Uuid>,
) -> Result<Vec<Delivered>> {
    let mut newest: HashMap<(Uuid, Uuid), Delivered> = HashMap::new();
    for batch in records.chunks(BATCH) {
        let mut find = line::Entity::find()
            .select_only()
            .columns([
                line::Column::DeliveryId,
                line::Column::RecordId,
                line::Column::SubmissionId,
                line::Column::Ordinal,
                line::Column::Withdrawn,
                line::Column::Mark,
                line::Column::State,
            ])
            .column_as(delivery::Column::TargetId, "target_id")
            .column_as(delivery::Column::Resource, "resource")
            .column_as(delivery::Column::OrgId, "org_id")
            .column_as(delivery::Column::Version, "version")
            .column_as(delivery::Column::Digest, "digest")
            .column_as(delivery::Column::AnsweredAt, "answered_at")
            .inner_join(delivery::Entity)
            .filter(line::Column::RecordId.is_in(batch.iter().copied()));
        if let Some(target) = target {
            find = find.filter(delivery::Column::TargetId.eq(target));
        }
        let found: Vec<Delivered> =
            find.order_by_asc(line::Column::DeliveryId).into_model().all(conn).await.or_fail()?;
        // In ascending order, so that the later takes the place of the earlier.
        newest.extend(found.into_iter().map(|d| ((d.target_id, d.record_id), d)));
    }
    Ok(newest.into_values().collect())
}

/// Which of some records a target has taken once.
pub(crate) async fn taken(
    conn: &impl ConnectionTrait,
    target: Uuid,
    records: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let mut taken = HashSet::new();
    for batch in records.chunks(BATCH) {
        let found = line::Entity::find()
            .select_only()
            .column(line::Column::RecordId)
            .inner_join(delivery::Entity)
            .filter(line::Column::RecordId.is_in(batch.iter().copied()))
            .filter(line::Column::State.eq(LineState::Acknowledged.name()))
            .filter(line::Column::Withdrawn.eq(false))
            .filter(delivery::Column::TargetId.eq(target));
        taken.extend(found.into_tuple::<Uuid>().all(conn).await.or_fail()?);
    }
    Ok(taken)
}

/// The records that a submission's rows were delivered for to a target.
pub(crate) async fn of_submission(
    conn: &impl ConnectionTrait,
    submission: Uuid,
    target: Uuid,
) -> Result<Vec<Uuid>> {
    line::Entity::find()
        .select_only()
        .column(line::Column::RecordId)
        .distinct()
        .inner_join(delivery::Entity)
        .filter(line::Column::SubmissionId.eq(submission))
        .filter(delivery::Column::TargetId.eq(target))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// Lines of a delivery in their order.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    delivery: Uuid,
    refused_only: bool,
    (offset, limit): (u64, u64),
) -> Result<Vec<line::Model>> {
    let mut find = line::Entity::find().filter(line::Column::DeliveryId.eq(delivery));
    if refused_only {
        find = find.filter(line::Column::State.eq(LineState::Refused.name()));
    }
    find.order_by_asc(line::Column::Ordinal).offset(offset).limit(limit).all(conn).await.or_fail()
}

/// The lines of a delivery that were turned down, with the reason.
pub(crate) async fn refused(conn: &impl ConnectionTrait, delivery: Uuid) -> Result<BTreeMap<i64, String>> {
    let found = line::Entity::find()
        .filter(line::Column::DeliveryId.eq(delivery))
        .filter(line::Column::State.eq(LineState::Refused.name()));
    Ok(found.all(conn).await.or_fail()?.into_iter().map(|l| (l.ordinal, l.error)).collect())
}

/// The records whose lines targets turned down since a time, in deliveries that were not sent again since.
pub(crate) async fn refused_since(conn: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<Vec<Uuid>> {
    line::Entity::find()
        .select_only()
        .column(line::Column::RecordId)
        .distinct()
        .inner_join(delivery::Entity)
        // Spelt out, so that the index of these few is used.
        .filter(Expr::cust("delivery.state = 'refused'"))
        .filter(delivery::Column::AnsweredAt.gte(instant(since)))
        .filter(line::Column::State.eq(LineState::Refused.name()))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// Writes an answer to the lines of a delivery: all were taken but those named. Returns how many were turned down.
pub(crate) async fn answer(
    conn: &impl ConnectionTrait,
    delivery: Uuid,
    refused: &BTreeMap<i64, String>,
) -> Result<i64> {
    set_all(conn, delivery, LineState::Acknowledged, "").await?;
    for (ordinal, why) in refused {
        let change = line::ActiveModel {
            state: Set(LineState::Refused.name().to_owned()),
            error: Set(why.clone()),
            ..Default::default()
        };
        line::Entity::update_many()
            .set(change)
            .filter(line::Column::DeliveryId.eq(delivery))
            .filter(line::Column::Ordinal.eq(*ordinal))
            .exec(conn)
            .await
            .or_fail()?;
    }
    i64::try_from(refused.len()).map_err(kernel::Error::internal)
}

/// Sets the state of every line of a delivery.
pub(crate) async fn set_all(
    conn: &impl ConnectionTrait,
    delivery: Uuid,
    state: LineState,
    why: &str,
) -> Result<()> {
    let change = line::ActiveModel {
        state: Set(state.name().to_owned()),
        error: Set(why.to_owned()),
        ..Default::default()
    };
    line::Entity::update_many()
        .set(change)
        .filter(line::Column::DeliveryId.eq(delivery))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}
