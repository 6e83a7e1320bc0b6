//! Single rows pushed quickly: few commits, each answered when durable, none doubled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::SubmissionId;
use lake::Lake;
use lake::query::Query;
use lake::table::Landed;
use serde_json::json;
use standards::pack::LandingMode::{Append, Replace, Upsert};

use super::{from, lake, permit, permits, rows};

async fn push(lake: &Lake, id: SubmissionId, number: &str, amount: &str) -> kernel::Result<Landed> {
    let spec = permits();
    let row = rows(&spec, &[permit(number, "X", "甲", amount)]);
    lake.push(&spec, Upsert, from(id), row).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_pushes_a_second_make_a_few_commits() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let started = Instant::now();
    let mut tasks = Vec::new();
    for i in 0..100 {
        let lake = lake.clone();
        tasks.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(10 * i)).await;
            push(&lake, SubmissionId::new(), &format!("A{i}"), "1").await.unwrap().version
        }));
    }
    let mut versions = std::collections::BTreeSet::new();
    for task in tasks {
        versions.insert(task.await.unwrap());
    }
    println!("100 pushes: {} commits in {:?}", versions.len(), started.elapsed());
    assert!(versions.len() <= 12, "{} commits", versions.len());
    assert_eq!(lake.count("permit-1", None).await.unwrap(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_push_lands_once_however_often_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let id = SubmissionId::new();
    let (a, b) = tokio::join!(push(&lake, id, "A1", "1"), push(&lake, id, "A1", "1"));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.version, b.version);
    assert!(a.repeated != b.repeated, "one of them is the repetition");

    // Later pushes change the row; a late retry of the first must not bring the old value back.
    push(&lake, SubmissionId::new(), "A1", "2").await.unwrap();
    let other = super::lake(&folder).await;
    let late = push(&other, id, "A1", "1").await.unwrap();
    assert!(late.repeated);
    let rows = other.query(Query::new("SELECT AMOUNT, _source FROM permit_1")).await.unwrap().rows;
    assert_eq!(rows, [[json!("2.0000"), json!("test")]]);
    assert_eq!(other.landed("permit-1", id).await.unwrap().map(|l| l.version), Some(a.version));
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_of_one_key_land_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let ids: Vec<SubmissionId> = (0..5).map(|_| SubmissionId::new()).collect();
    let pushes = ids.iter().zip(["1", "2", "3", "4", "5"]).map(|(id, amount)| push(&lake, *id, "A1", amount));
    for landed in futures::future::join_all(pushes).await {
        assert_eq!(landed.unwrap().rows, 1);
    }
    let rows = lake.query(Query::new("SELECT AMOUNT FROM permit_1")).await.unwrap().rows;
    assert_eq!(rows, [[json!("5.0000")]]);
    let changes = lake.changes("permit-1", ids[4], 0, 1).await.unwrap();
    assert!(changes.changes[0].old.is_some());
    lake.undo("permit-1", ids[4]).await.unwrap();
    let rows = lake.query(Query::new("SELECT AMOUNT FROM permit_1")).await.unwrap().rows;
    assert_eq!(rows, [[json!("4.0000")]], "a push can be taken back too");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_push_does_not_take_the_others_down() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    push(&lake, SubmissionId::new(), "A0", "1").await.unwrap();
    let label = json!({ "zh": "页数", "en": "Pages" });
    let other = super::permits_with(json!([{ "code": "MORE", "label": label }]));
    let changed = super::permits_with(json!([{ "code": "MORE", "label": label, "type": { "integer": {} } }]));
    let one = lake.push(&other, Append, from(SubmissionId::new()), rows(&other, &[json!({ "MORE": "x" })]));
    let two = lake.push(&changed, Append, from(SubmissionId::new()), rows(&changed, &[json!({ "MORE": 1 })]));
    let three = push(&lake, SubmissionId::new(), "A1", "1");
    let (one, two, three) = tokio::join!(one, two, three);
    assert!(one.is_ok() && three.is_ok());
    assert_eq!(two.unwrap_err().code(), "table-schema");
    let refused = lake.push(&Arc::clone(&other), Replace, from(SubmissionId::new()), rows(&other, &[])).await;
    assert_eq!(refused.unwrap_err().code(), "push-replace");
    assert_eq!(lake.count("permit-1", None).await.unwrap(), 3);
}
