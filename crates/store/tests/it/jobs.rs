use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use chrono::Duration;
use kernel::{Clock, Error};
use serde_json::json;
use store::Db;
use store::jobs::{self, JobCx, NewJob, Worker};
use store::testing::HandClock;
use tokio::sync::watch;

fn job(subject: &str) -> NewJob {
    NewJob::new("count", subject, &json!({ "n": 1 })).unwrap()
}

async fn put(db: &Db, clock: &HandClock, job: NewJob) -> Option<uuid::Uuid> {
    let now = clock.now();
    db.tx(async |tx| jobs::enqueue(tx, job, now).await).await.unwrap()
}

async fn state(db: &Db, id: uuid::Uuid) -> (String, i32) {
    let job = jobs::find(db.conn(), id).await.unwrap().unwrap();
    (job.state, job.attempts)
}

store::on_both!(a_job_stands_or_falls_with_its_transaction, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let now = clock.now();
    let _: Result<(), Error> = db
        .tx(async |tx| {
            jobs::enqueue(tx, job("thing:1"), now).await?;
            Err(Error::forbidden())
        })
        .await;
    assert!(jobs::latest(db.conn(), "thing:1").await.unwrap().is_none());
    let id = put(&db, &clock, job("thing:1")).await.unwrap();
    assert_eq!(jobs::latest(db.conn(), "thing:1").await.unwrap().unwrap().id, id);
});

store::on_both!(a_job_is_done_once_with_its_payload_and_progress, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let id = put(&db, &clock, job("thing:1")).await.unwrap();
    let seen: Arc<Mutex<Vec<i64>>> = Arc::default();
    let log = Arc::clone(&seen);
    let worker =
        Worker::new(db.clone(), Arc::new(clock)).on("count", move |cx: JobCx, payload: serde_json::Value| {
            let log = Arc::clone(&log);
            async move {
                cx.progress(5, Some(10), "half-way").await?;
                log.lock().unwrap().push(payload["n"].as_i64().unwrap());
                Ok(())
            }
        });
    assert!(worker.step().await.unwrap());
    assert!(!worker.step().await.unwrap(), "nothing is left");
    assert_eq!(*seen.lock().unwrap(), [1]);
    let done = jobs::find(db.conn(), id).await.unwrap().unwrap();
    assert_eq!(
        (done.state.as_str(), done.done, done.total, done.note.as_str()),
        ("done", 5, Some(10), "half-way")
    );
    assert!(done.finished_at.is_some());
});

store::on_both!(a_failure_is_tried_again_later_and_given_up_in_the_end, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let id = put(&db, &clock, job("thing:1").attempts(3)).await.unwrap();
    let worker = Worker::new(db.clone(), Arc::new(clock.clone()))
        .on("count", |_, _: serde_json::Value| async { Err(Error::internal("the lake is gone")) });
    assert!(worker.step().await.unwrap());
    assert_eq!(state(&db, id).await, ("queued".to_owned(), 1));
    assert!(!worker.step().await.unwrap(), "not before its pause is over");
    clock.advance(Duration::seconds(1));
    assert!(worker.step().await.unwrap());
    clock.advance(Duration::seconds(3));
    assert!(!worker.step().await.unwrap(), "the second pause is longer");
    clock.advance(Duration::seconds(1));
    assert!(worker.step().await.unwrap());
    assert_eq!(state(&db, id).await, ("failed".to_owned(), 3));
    let error = jobs::find(db.conn(), id).await.unwrap().unwrap().error.unwrap();
    assert!(error.contains("the lake is gone"), "{error}");
});

store::on_both!(a_patient_job_waits_for_as_long_as_the_lake_is_away, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let id = put(&db, &clock, job("thing:1").attempts(2)).await.unwrap();
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    let worker = Worker::new(db.clone(), Arc::new(clock.clone())).patient("count").on(
        "count",
        move |_, _: serde_json::Value| {
            let n = count.fetch_add(1, SeqCst);
            async move {
                if n < 20 { Err(Error::unavailable("数据湖", "lake", "not mounted")) } else { Ok(()) }
            }
        },
    );
    assert!(worker.step().await.unwrap());
    assert!(!worker.step().await.unwrap(), "not at once");
    for _ in 0..20 {
        clock.advance(Duration::minutes(5));
        assert!(worker.step().await.unwrap());
    }
    assert_eq!((state(&db, id).await, tries.load(SeqCst)), (("done".to_owned(), 1), 21));
});

store::on_both!(bad_input_is_not_tried_again_and_a_panic_is_a_failure, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let bad = put(&db, &clock, NewJob::new("bad", "thing:1", &json!({})).unwrap()).await.unwrap();
    let panics = put(&db, &clock, NewJob::new("panics", "thing:2", &json!({})).unwrap()).await.unwrap();
    let worker = Worker::new(db.clone(), Arc::new(clock))
        .on("bad", |_, _: serde_json::Value| async { Err(Error::bad_input("x", "错", "wrong")) })
        .on("panics", |_, _: serde_json::Value| async { panic!("out of cheese") });
    assert!(worker.step().await.unwrap());
    assert!(worker.step().await.unwrap());
    assert_eq!(state(&db, bad).await, ("failed".to_owned(), 1));
    assert_eq!(state(&db, panics).await, ("queued".to_owned(), 1));
    let error = jobs::find(db.conn(), panics).await.unwrap().unwrap().error.unwrap();
    assert!(error.contains("out of cheese"), "{error}");
});

store::on_both!(a_job_of_a_dead_worker_is_taken_over, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let id = put(&db, &clock, job("thing:1")).await.unwrap();
    // A worker that claims the job and never comes back, as after kill -9.
    let stuck = Worker::new(db.clone(), Arc::new(clock.clone()))
        .on("count", |_, _: serde_json::Value| std::future::pending::<kernel::Result<()>>());
    let killed = tokio::spawn(async move { stuck.step().await });
    while state(&db, id).await.0 != "running" {
        tokio::task::yield_now().await;
    }
    killed.abort();
    let _ = killed.await;

    let worker = Worker::new(db.clone(), Arc::new(clock.clone()))
        .on("count", |_, _: serde_json::Value| async { Ok(()) });
    assert!(!worker.step().await.unwrap(), "its lease still holds");
    clock.advance(Duration::seconds(16));
    assert!(worker.step().await.unwrap());
    assert_eq!(state(&db, id).await, ("done".to_owned(), 2));
});

store::on_both!(a_job_that_kills_its_workers_is_given_up, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let id = put(&db, &clock, job("thing:1").attempts(1)).await.unwrap();
    let stuck = Worker::new(db.clone(), Arc::new(clock.clone()))
        .on("count", |_, _: serde_json::Value| std::future::pending::<kernel::Result<()>>());
    let killed = tokio::spawn(async move { stuck.step().await });
    while state(&db, id).await.0 != "running" {
        tokio::task::yield_now().await;
    }
    killed.abort();
    let _ = killed.await;
    clock.advance(Duration::seconds(16));
    let ran = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&ran);
    let worker = Worker::new(db.clone(), Arc::new(clock)).on("count", move |_, _: serde_json::Value| {
        count.fetch_add(1, SeqCst);
        async { Ok(()) }
    });
    assert!(worker.step().await.unwrap());
    assert_eq!((state(&db, id).await.0.as_str(), ran.load(SeqCst)), ("failed", 0));
});

store::on_both!(many_workers_share_the_jobs_and_none_runs_twice, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    for i in 0..60 {
        put(&db, &clock, job(&format!("thing:{i}"))).await;
    }
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let (stop, stopped) = watch::channel(false);
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let log = Arc::clone(&seen);
            let worker = Worker::new(db.clone(), Arc::new(clock.clone())).on(
                "count",
                move |cx: JobCx, _: serde_json::Value| {
                    let log = Arc::clone(&log);
                    async move {
                        log.lock().unwrap().push(cx.subject);
                        Ok(())
                    }
                },
            );
            tokio::spawn(worker.run(2, stopped.clone()))
        })
        .collect();
    while seen.lock().unwrap().len() < 60 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stop.send(true).unwrap();
    for run in runs {
        run.await.unwrap();
    }
    let mut subjects = seen.lock().unwrap().clone();
    subjects.sort();
    subjects.dedup();
    assert_eq!((subjects.len(), seen.lock().unwrap().len()), (60, 60));
});

store::on_both!(a_unique_key_is_enqueued_once_and_a_delay_is_kept, store::migrations, async |db: Db| {
    let clock = HandClock::new();
    let first = put(&db, &clock, job("a").unique("compact:2026-01-05").after(Duration::minutes(5))).await;
    assert!(first.is_some());
    assert!(put(&db, &clock, job("b").unique("compact:2026-01-05")).await.is_none());
    assert!(put(&db, &clock, job("c")).await.is_some() && put(&db, &clock, job("d")).await.is_some());
    let worker = Worker::new(db.clone(), Arc::new(clock.clone()))
        .on("count", |_, _: serde_json::Value| async { Ok(()) });
    assert!(worker.step().await.unwrap() && worker.step().await.unwrap());
    assert!(!worker.step().await.unwrap(), "the first waits for its time");
    clock.advance(Duration::minutes(5));
    assert!(worker.step().await.unwrap());
});

store::on_both!(
    old_jobs_that_are_done_are_forgotten_and_failed_ones_kept,
    store::migrations,
    async |db: Db| {
        let clock = HandClock::new();
        let done = put(&db, &clock, job("done")).await.unwrap();
        let failed = put(&db, &clock, NewJob::new("bad", "failed", &json!({})).unwrap()).await.unwrap();
        let worker = Worker::new(db.clone(), Arc::new(clock.clone()))
            .on("count", |_, _: serde_json::Value| async { Ok(()) })
            .on("bad", |_, _: serde_json::Value| async { Err(Error::bad_input("x", "错", "wrong")) });
        assert!(worker.step().await.unwrap() && worker.step().await.unwrap());
        assert_eq!(jobs::forget_done(db.conn(), clock.now()).await.unwrap(), 0);
        clock.advance(Duration::seconds(1));
        assert_eq!(jobs::forget_done(db.conn(), clock.now()).await.unwrap(), 1);
        assert!(jobs::find(db.conn(), done).await.unwrap().is_none());
        assert!(jobs::find(db.conn(), failed).await.unwrap().is_some());
    }
);

store::on_both!(
    work_that_holds_the_write_lock_goes_on_while_its_lease_is_renewed,
    store::migrations,
    async |db: Db| {
        let clock = HandClock::new();
        let id = put(&db, &clock, job("thing:1")).await.unwrap();
        // The lease is renewed every tenth of a second; on SQLite each renewal waits for the lock that the work holds.
        let worker = Worker::new(db.clone(), Arc::new(clock)).lease(Duration::milliseconds(300)).on(
            "count",
            |cx: JobCx, _: serde_json::Value| async move {
                cx.db
                    .tx(async |_| {
                        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                        Ok(())
                    })
                    .await
            },
        );
        let done = tokio::time::timeout(std::time::Duration::from_secs(10), worker.step()).await;
        assert!(done.expect("the work and the renewal wait for one another").unwrap());
        assert_eq!(state(&db, id).await.0, "done");
    }
);
