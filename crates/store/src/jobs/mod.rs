//! Background jobs (后台任务) that survive a crash.
//!
//! A job is a row. It is written in the caller's transaction, so that an act and the work it asks for stand or fall
//! together; it is claimed with a lease that the running worker renews, so that a worker killed at any instant only
//! delays it; it is tried again with growing pauses. Handlers must therefore be idempotent.

pub mod entity;
pub mod migration;
mod worker;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use kernel::Result;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement,
};
use serde::Serialize;
use uuid::Uuid;

use crate::OrFail;

pub use entity::Model as Job;
pub use worker::{JobCx, Worker};

/// A job to be enqueued.
#[derive(Debug, Clone)]
pub struct NewJob {
    kind: &'static str,
    subject: String,
    payload: serde_json::Value,
    max_attempts: i32,
    delay: Duration,
    unique_key: Option<String>,
}

impl NewJob {
    /// A job of a kind on a subject (`noun:id`), tried up to 5 times.
    ///
    /// # Errors
    /// When the payload cannot be written as JSON.
    pub fn new(kind: &'static str, subject: impl Into<String>, payload: &impl Serialize) -> Result<Self> {
        Ok(Self {
            kind,
            subject: subject.into(),
            payload: serde_json::to_value(payload).map_err(kernel::Error::internal)?,
            max_attempts: 5,
            delay: Duration::zero(),
            unique_key: None,
        })
    }

    /// Tried up to `n` times.
    #[must_use]
    pub const fn attempts(mut self, n: i32) -> Self {
        self.max_attempts = n;
        self
    }

    /// Not before so long from now.
    #[must_use]
    pub const fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Enqueuing is a no-op when a job with this key exists already, done or not: put the day or the version into it.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }
}

/// Writes the job in the caller's transaction. A worker sees it once that is committed.
///
/// Returns the id, or `None` when its unique key was taken.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(tx: &impl ConnectionTrait, job: NewJob, now: DateTime<Utc>) -> Result<Option<Uuid>> {
    let now = now.trunc_subsecs(6);
    let id = Uuid::now_v7();
    let inserted = entity::Entity::insert(entity::ActiveModel {
        id: Set(id),
        kind: Set(job.kind.to_owned()),
        subject: Set(job.subject),
        payload: Set(job.payload.to_string()),
        state: Set("queued".to_owned()),
        attempts: Set(0),
        max_attempts: Set(job.max_attempts),
        run_at: Set(now + job.delay),
        lease_until: Set(None),
        worker: Set(None),
        done: Set(0),
        total: Set(None),
        note: Set(String::new()),
        error: Set(None),
        unique_key: Set(job.unique_key),
        created_at: Set(now),
        finished_at: Set(None),
    })
    .on_conflict(OnConflict::column(entity::Column::UniqueKey).do_nothing().to_owned())
    .exec_without_returning(tx)
    .await
    .or_fail()?;
    Ok((inserted > 0).then_some(id))
}

/// The newest job on a subject, for its progress.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(conn: &impl ConnectionTrait, subject: &str) -> Result<Option<Job>> {
    entity::Entity::find()
        .filter(entity::Column::Subject.eq(subject))
        .order_by_desc(entity::Column::Id)
        .one(conn)
        .await
        .or_fail()
}

/// Removes jobs that were done before `before`. Those that failed stay until someone has looked.
///
/// # Errors
/// When the database refuses.
pub async fn forget_done(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64> {
    let gone = entity::Entity::delete_many()
        .filter(entity::Column::State.eq("done"))
        .filter(entity::Column::FinishedAt.lt(before))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(gone.rows_affected)
}

/// One job.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Job>> {
    entity::Entity::find_by_id(id).one(conn).await.or_fail()
}

/// Takes the next job that is due, or whose worker stopped renewing its lease.
pub(crate) async fn claim(
    conn: &impl ConnectionTrait,
    kinds: &[&str],
    worker: &str,
    now: DateTime<Utc>,
    lease: Duration,
) -> Result<Option<Job>> {
    let backend = conn.get_database_backend();
    let skip = if backend == sea_orm::DbBackend::Postgres { "for update skip locked" } else { "" };
    let places: Vec<String> = (0..kinds.len()).map(|i| format!("${}", i + 4)).collect();
    let mut values: Vec<sea_orm::Value> =
        vec![now.trunc_subsecs(6).into(), (now + lease).trunc_subsecs(6).into(), worker.into()];
    values.extend(kinds.iter().map(|k| sea_orm::Value::from(*k)));
    entity::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(
            backend,
            format!(
                "update job set state = 'running', attempts = attempts + 1, lease_until = $2, worker = $3
                 where id = (
                    select id from job
                    where kind in ({}) and ((state = 'queued' and run_at <= $1) or (state = 'running' and lease_until < $1))
                    order by run_at, id limit 1 {skip})
                 returning *",
                places.join(", ")
            ),
            values,
        ))
        .one(conn)
        .await
        .or_fail()
}
