//! The worker: claims jobs, renews their leases, runs their handlers, writes the outcome.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{Duration, SubsecRound};
use futures::FutureExt;
use kernel::{Clock, Error, ErrorKind, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use uuid::Uuid;

use super::{Job, claim, entity};
use crate::{Db, OrFail};

type Handler = Arc<dyn Fn(JobCx, String) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// What a handler is given beside its payload.
#[derive(Clone)]
pub struct JobCx {
    /// The control database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The job's id.
    pub id: Uuid,
    /// The job's subject.
    pub subject: String,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// Whether another attempt follows when this one fails.
    pub last_attempt: bool,
}

impl JobCx {
    /// Shows progress: `done` of `total` (where known), and a message key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn progress(&self, done: i64, total: Option<i64>, note: &str) -> Result<()> {
        entity::Entity::update_many()
            .col_expr(entity::Column::Done, Expr::value(done))
            .col_expr(entity::Column::Total, Expr::value(total))
            .col_expr(entity::Column::Note, Expr::value(note))
            .filter(entity::Column::Id.eq(self.id))
            .exec(self.db.conn())
            .await
            .or_fail()?;
        Ok(())
    }
}

/// Runs jobs. Several workers, in one process or many, may share a database.
pub struct Worker {
    db: Db,
    clock: Arc<dyn Clock>,
    name: String,
    lease: Duration,
    pause: std::time::Duration,
    handlers: HashMap<&'static str, Handler>,
    patient: HashSet<&'static str>,
}

impl Worker {
    /// A worker without handlers.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            name: format!("{}-{}", std::process::id(), Uuid::now_v7().simple()),
            lease: Duration::seconds(15),
            pause: std::time::Duration::from_millis(200),
            handlers: HashMap::new(),
            patient: HashSet::new(),
        }
    }

    /// How long a job of a dead worker waits before another takes it; a living one renews three times as often.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Runs jobs of `kind` with `handler`. The handler must be idempotent: after a crash it runs again. A failure
    /// of kind `BadInput`, `NotFound`, `Conflict` or `Forbidden` is final, every other one is tried again.
    #[must_use]
    pub fn on<P, F, Fut>(mut self, kind: &'static str, handler: F) -> Self
    where
        P: DeserializeOwned + Send,
        F: Fn(JobCx, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.handlers.insert(
            kind,
            Arc::new(move |cx, payload| {
                let handler = Arc::clone(&handler);
                match serde_json::from_str::<P>(&payload) {
                    Ok(p) => Box::pin(handler(cx, p)),
                    Err(e) => {
                        let e = Error::internal(format!("payload of job {}: {e}", cx.id));
                        Box::pin(std::future::ready(Err(e)))
                    }
                }
            }),
        );
        self
    }

    /// Jobs of `kind` wait for as long as what they need is unavailable (a full disk, a lake that is not mounted): such
    /// failures do not count as attempts, since nobody would begin the work again once it is back.
    #[must_use]
    pub fn patient(mut self, kind: &'static str) -> Self {
        self.patient.insert(kind);
        self
    }

    /// Runs until `stop` turns true (or its sender is gone), `parallel` jobs at a time. A job that is running when
    /// it turns true is finished first.
    pub async fn run(self, parallel: usize, stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let loops = (0..parallel.max(1)).map(|_| tokio::spawn(Arc::clone(&this).work(stop.clone())));
        let tidy = tokio::spawn(Arc::clone(&this).tidy(stop.clone()));
        for ended in futures::future::join_all(loops.chain([tidy])).await {
            if let Err(e) = ended {
                tracing::error!(error = %e, "a worker ended");
            }
        }
    }

    /// Once an hour, forgets jobs done more than 30 days ago.
    async fn tidy(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(e) = super::forget_done(self.db.conn(), self.clock.now() - Duration::days(30)).await {
                tracing::warn!(error = ?e, "cannot forget old jobs");
            }
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(std::time::Duration::from_secs(3600)) => {}
            }
        }
    }

    async fn work(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(e) => tracing::error!(error = ?e, "cannot claim a job"),
            }
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(self.pause) => {}
            }
        }
    }

    /// Claims and runs one job. `false` when none is due.
    ///
    /// # Errors
    /// When the database refuses; a failure of the job itself is written on the job.
    pub async fn step(&self) -> Result<bool> {
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        if kinds.is_empty() {
            return Ok(false);
        }
        let Some(job) = claim(self.db.conn(), &kinds, &self.name, self.clock.now(), self.lease).await? else {
            return Ok(false);
        };
        // A worker that dies with the job each time must not be fed it for ever.
        if job.attempts > job.max_attempts {
            self.finish(&job, Err(Error::internal("the worker died with this job each time it was tried")))
                .await?;
            return Ok(true);
        }
        let Some(handler) = self.handlers.get(job.kind.as_str()) else { return Ok(false) };
        let cx = JobCx {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            id: job.id,
            subject: job.subject.clone(),
            attempt: job.attempts,
            last_attempt: job.attempts >= job.max_attempts,
        };
        let work = std::panic::AssertUnwindSafe(handler(cx, job.payload.clone())).catch_unwind();
        tokio::pin!(work);
        let mut beat =
            tokio::time::interval((self.lease / 3).to_std().unwrap_or(std::time::Duration::from_secs(5)));
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        beat.tick().await;
        // Beside the work, never in its place: work that holds the database's write lock has to go on while the renewal waits
        // for that very lock, or neither would end.
        let beats = async {
            loop {
                beat.tick().await;
                if let Err(e) = self.renew(&job).await {
                    tracing::warn!(job = %job.id, error = ?e, "cannot renew the lease");
                }
            }
        };
        let outcome = tokio::select! {
            out = &mut work => out.unwrap_or_else(|p| Err(Error::internal(panic_text(p.as_ref())))),
            () = beats => Err(Error::internal("the lease is renewed for ever")),
        };
        self.finish(&job, outcome).await?;
        Ok(true)
    }

    async fn renew(&self, job: &Job) -> Result<()> {
        let until = (self.clock.now() + self.lease).trunc_subsecs(6);
        entity::Entity::update_many()
            .col_expr(entity::Column::LeaseUntil, Expr::value(until))
            .filter(entity::Column::Id.eq(job.id))
            .filter(entity::Column::Worker.eq(self.name.as_str()))
            .exec(self.db.conn())
            .await
            .or_fail()?;
        Ok(())
    }

    async fn finish(&self, job: &Job, outcome: Result<()>) -> Result<()> {
        let now = self.clock.now().trunc_subsecs(6);
        let mut row = entity::Entity::update_many()
            .filter(entity::Column::Id.eq(job.id))
            // Whoever took it over meanwhile writes the outcome.
            .filter(entity::Column::Worker.eq(self.name.as_str()))
            .filter(entity::Column::Attempts.eq(job.attempts));
        row = match outcome {
            Ok(()) => row
                .col_expr(entity::Column::State, Expr::value("done"))
                .col_expr(entity::Column::FinishedAt, Expr::value(now))
                .col_expr(entity::Column::Error, Expr::value(Option::<String>::None)),
            Err(e) => {
                let is_final = matches!(
                    e.kind(),
                    ErrorKind::BadInput | ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Forbidden
                );
                tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts, error = ?e, "a job failed");
                row = row.col_expr(entity::Column::Error, Expr::value(format!("{e:?}")));
                if e.kind() == ErrorKind::Unavailable && self.patient.contains(job.kind.as_str()) {
                    // After a second first, then after a quarter of the time it has waited, at most five minutes.
                    let pause =
                        ((now - job.created_at) / 4).clamp(Duration::seconds(1), Duration::minutes(5));
                    row.col_expr(entity::Column::State, Expr::value("queued"))
                        .col_expr(entity::Column::Attempts, Expr::value(job.attempts - 1))
                        .col_expr(entity::Column::RunAt, Expr::value((now + pause).trunc_subsecs(6)))
                } else if is_final || job.attempts >= job.max_attempts {
                    row.col_expr(entity::Column::State, Expr::value("failed"))
                        .col_expr(entity::Column::FinishedAt, Expr::value(now))
                } else {
                    // 1 s, 4 s, 16 s, 64 s …, at most an hour.
                    let pause = 4_i64.saturating_pow(u32::try_from(job.attempts - 1).unwrap_or(0)).min(3600);
                    row.col_expr(entity::Column::State, Expr::value("queued"))
                        .col_expr(entity::Column::RunAt, Expr::value(now + Duration::seconds(pause)))
                }
            }
        };
        row.exec(self.db.conn()).await.or_fail()?;
        Ok(())
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    format!("panic: {}", text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default())
}
