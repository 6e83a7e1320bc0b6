use kernel::{Actor, Clock, Error};
use sea_orm::{ConnectionTrait as _, EntityTrait};
use serde_json::json;
use store::testing::HandClock;
use store::{Db, OrFail as _, audit};

store::on_both!(what_fails_leaves_nothing, store::migrations, async |db: Db| {
    let now = HandClock::new().now();
    let actor = Actor::system();
    let failed: kernel::Result<()> = db
        .tx(async |tx| {
            audit::record(tx, now, &actor, "thing.make", "thing:1", &json!({})).await?;
            Err(Error::forbidden())
        })
        .await;
    assert_eq!(failed.unwrap_err().code(), "forbidden");
    assert!(audit::entity::Entity::find().one(db.conn()).await.unwrap().is_none());
    assert_eq!(audit::verify(&db).await.unwrap(), audit::Verdict::Intact { records: 0 });
});

store::on_both!(writers_at_the_same_moment_queue, store::migrations, async |db: Db| {
    let now = HandClock::new().now();
    let writers = (0..40).map(|i| {
        let db = db.clone();
        tokio::spawn(async move {
            let actor = Actor::system();
            db.tx(async |tx| {
                audit::record(tx, now, &actor, "thing.make", &format!("thing:{i}"), &json!({})).await
            })
            .await
        })
    });
    for done in futures::future::join_all(writers).await {
        done.unwrap().unwrap();
    }
    assert_eq!(audit::verify(&db).await.unwrap(), audit::Verdict::Intact { records: 40 });
});

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    assert_eq!(Db::connect("mysql://x").await.unwrap_err().code(), "database-address");
    assert_eq!(Db::connect("postgres://127.0.0.1:1/x").await.unwrap_err().code(), "unavailable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_keeps_nobody_out_once_there_is_room() {
    let test = store::testing::TestDb::sqlite(store::migrations).await;
    let db = test.db.clone();
    db.conn().execute_unprepared("create table heap (x blob)").await.unwrap();
    for ends in ["in a statement", "at the commit"] {
        let tx = db.begin().await.unwrap();
        // SQLite never takes less than there is, so nothing more fits on this connection.
        tx.execute_unprepared("pragma max_page_count = 1").await.unwrap();
        let full = tx.execute_unprepared("insert into heap values (zeroblob(4000000))").await.or_fail();
        assert_eq!(full.unwrap_err().code(), "database-full");
        if ends == "at the commit" {
            let _ = tx.commit().await;
        }
    }
    // More often than there are connections, so that none of them is spoilt.
    for _ in 0..20 {
        let soon = tokio::time::timeout(std::time::Duration::from_secs(5), db.begin());
        let tx = soon.await.expect("nobody holds the lock").unwrap();
        tx.execute_unprepared("insert into heap values ('a')").await.or_fail().ok();
        tx.commit().await.ok();
    }
}
