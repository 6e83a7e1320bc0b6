use kernel::{Actor, Clock};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;
use store::audit::{self, Find, Verdict};
use store::testing::HandClock;
use store::{Db, Tx};

async fn write(db: &Db, n: i64) {
    let now = HandClock::new().now();
    let actor = Actor::system();
    db.tx(async |tx: &Tx| {
        for i in 0..n {
            let detail = json!({ "z": i, "a": "一数", "nested": { "b": [1, 2.5, null] } });
            audit::record(tx, now, &actor, "thing.make", &format!("thing:{i}"), &detail).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// What somebody does who owns the database file and takes the triggers away first.
async fn tamper(db: &Db, sql: &str) {
    let off: &[&str] = match db.backend() {
        DbBackend::Postgres => &["drop trigger audit_log_append_only on audit_log"],
        _ => &["drop trigger audit_log_no_update", "drop trigger audit_log_no_delete"],
    };
    for statement in off.iter().copied().chain([sql]) {
        db.conn().execute_unprepared(statement).await.unwrap();
    }
}

store::on_both!(an_intact_log_is_verified, store::migrations, async |db: Db| {
    write(&db, 2_500).await;
    assert_eq!(audit::verify(&db).await.unwrap(), Verdict::Intact { records: 2_500 });
});

store::on_both!(the_database_refuses_to_change_the_log, store::migrations, async |db: Db| {
    write(&db, 1).await;
    for statement in ["update audit_log set actor = 'x'", "delete from audit_log"] {
        let refused = db.conn().execute_unprepared(statement).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
});

store::on_both!(a_changed_value_is_named, store::migrations, async |db: Db| {
    write(&db, 20).await;
    tamper(&db, "update audit_log set actor = 'somebody else' where seq = 7").await;
    assert_eq!(audit::verify(&db).await.unwrap(), Verdict::Altered { seq: 7 });
});

store::on_both!(a_removed_record_is_named, store::migrations, async |db: Db| {
    write(&db, 20).await;
    tamper(&db, "delete from audit_log where seq = 12").await;
    assert_eq!(audit::verify(&db).await.unwrap(), Verdict::Altered { seq: 12 });
});

store::on_both!(a_cut_off_end_is_named, store::migrations, async |db: Db| {
    write(&db, 20).await;
    tamper(&db, "delete from audit_log where seq > 18").await;
    assert_eq!(audit::verify(&db).await.unwrap(), Verdict::Altered { seq: 19 });
});

store::on_both!(the_log_is_read_by_actor_action_and_subject, store::migrations, async |db: Db| {
    write(&db, 5).await;
    let all = Find { descending: true, limit: 2, offset: 1, ..Find::default() };
    let (rows, total) = audit::find(&db, &all).await.unwrap();
    assert_eq!((rows.iter().map(|r| r.seq).collect::<Vec<_>>(), total), (vec![4, 3], 5));
    let one = Find { subject: "thing:3", action: "thing.", actor: "sys", limit: 10, ..Find::default() };
    let (rows, total) = audit::find(&db, &one).await.unwrap();
    assert_eq!((rows.len(), total, rows[0].seq), (1, 1, 4));
    let none = Find { orgs: Some(vec![uuid::Uuid::now_v7()]), limit: 10, ..Find::default() };
    assert_eq!(audit::find(&db, &none).await.unwrap().1, 0);
});
