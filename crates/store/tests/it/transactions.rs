use kernel::{Actor, Clock, Error};
use sea_orm::EntityTrait;
use serde_json::json;
use store::testing::HandClock;
use store::{Db, audit};

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
