//! Landing: append, upsert, replace, once.

use kernel::SubmissionId;
use lake::query::Query;
use serde_json::{Value, json};
use standards::pack::LandingMode::{Append, Replace, Upsert};

use super::{from, lake, permit, permits, permits_with, rows};

async fn all(lake: &lake::Lake, sql: &str) -> Vec<Vec<Value>> {
    lake.query(Query::new(sql)).await.unwrap().rows
}

#[tokio::test]
async fn a_submission_lands_once_with_provenance_and_types() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let spec = permits();
    let id = SubmissionId::new();
    let sent = rows(&spec, &[permit("A1", "X", "甲", "12.5"), permit("A2", "", "乙", "0.0001")]);
    let first = lake.land_rows(&spec, Append, &from(id), sent.clone()).await.unwrap();
    assert_eq!((first.version, first.rows, first.inserted, first.repeated), (1, 2, 2, false));

    let again = lake.land_rows(&spec, Append, &from(id), sent.clone()).await.unwrap();
    assert_eq!((again.version, again.rows, again.repeated), (1, 2, true), "a retry finds the earlier result");
    assert_eq!(lake.count("permit-1", None).await.unwrap(), 2);

    // Another process, which has nothing in memory.
    let other = super::lake(&folder).await;
    let again = other.land_rows(&spec, Append, &from(id), sent).await.unwrap();
    assert_eq!((again.version, again.repeated), (1, true));
    assert_eq!(lake.landed("permit-1", id).await.unwrap().map(|l| l.rows), Some(2));
    assert_eq!(lake.landed("permit-1", SubmissionId::new()).await.unwrap(), None);

    let table = lake
        .query(Query::new(
            "SELECT NUMBER, DECIDED, AMOUNT, PAGES, _submission, _row, _source, _received_at, _valid_at, _key \
             FROM permit_1 ORDER BY _row",
        ))
        .await
        .unwrap();
    let kinds: Vec<&str> = table.columns.iter().map(|c| c.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "text",
            "date",
            "decimal(18,4)",
            "integer",
            "text",
            "integer",
            "text",
            "timestamp",
            "timestamp",
            "text"
        ]
    );
    assert_eq!(
        table.rows[1],
        [
            json!("A2"),
            json!("2024-05-01"),
            json!("0.0001"),
            json!(3),
            json!(id.to_string()),
            json!(2),
            json!("test"),
            json!("2024-06-01T02:03:04.000000Z"),
            json!("2024-04-30T16:00:00.000000Z"),
            json!("A2\u{1f}乙"),
        ],
        "the second element of the key falls back on the name; the decision day begins in Beijing"
    );
    assert_eq!(table.versions, [("permit-1".to_owned(), 1)]);
}

#[tokio::test]
async fn an_upsert_replaces_by_business_key() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let spec = permits();
    let first = [permit("A1", "X", "甲", "1"), permit("A2", "Y", "乙", "2"), permit("A3", "Z", "丙", "3")];
    lake.land_rows(&spec, Upsert, &from(SubmissionId::new()), rows(&spec, &first)).await.unwrap();

    let second = [permit("A2", "Y", "乙", "20"), permit("A4", "W", "丁", "4"), permit("A4", "W", "丁", "40")];
    let landed =
        lake.land_rows(&spec, Upsert, &from(SubmissionId::new()), rows(&spec, &second)).await.unwrap();
    assert_eq!((landed.rows, landed.inserted, landed.updated, landed.removed), (2, 1, 1, 1));
    assert_eq!(
        all(&lake, "SELECT NUMBER, AMOUNT FROM permit_1 ORDER BY NUMBER").await,
        [
            [json!("A1"), json!("1.0000")],
            [json!("A2"), json!("20.0000")],
            [json!("A3"), json!("3.0000")],
            [json!("A4"), json!("40.0000")],
        ],
        "of two rows with one key in a submission the later stays"
    );
    let before = lake.query(Query::new("SELECT sum(AMOUNT) FROM permit_1").at("permit-1", 1)).await.unwrap();
    assert_eq!(before.rows, [[json!("6.0000")]], "the table as it was");
}

#[tokio::test]
async fn rows_without_any_key_element_are_always_added() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let spec = permits();
    for _ in 0..2 {
        let sent = rows(&spec, &[json!({ "PAGES": 1 })]);
        lake.land_rows(&spec, Upsert, &from(SubmissionId::new()), sent).await.unwrap();
    }
    assert_eq!(all(&lake, "SELECT count(*), count(_key) FROM permit_1").await, [[json!(2), json!(0)]]);
}

#[tokio::test]
async fn a_replacement_becomes_the_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let spec = permits();
    for (mode, numbers) in [(Append, ["A1", "A2"]), (Replace, ["B1", "B2"])] {
        let sent: Vec<Value> = numbers.iter().map(|n| permit(n, "X", "甲", "1")).collect();
        let landed =
            lake.land_rows(&spec, mode, &from(SubmissionId::new()), rows(&spec, &sent)).await.unwrap();
        assert_eq!(landed.removed, if mode == Replace { 2 } else { 0 });
    }
    assert_eq!(all(&lake, "SELECT NUMBER FROM permit_1 ORDER BY 1").await, [[json!("B1")], [json!("B2")]]);
}

#[tokio::test]
async fn a_new_field_of_the_pack_becomes_a_column() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let old = permits();
    lake.land_rows(&old, Upsert, &from(SubmissionId::new()), rows(&old, &[permit("A1", "X", "甲", "1")]))
        .await
        .unwrap();
    let label = json!({ "zh": "备注", "en": "Note" });
    let new = permits_with(json!([{ "code": "NOTE", "label": label }]));
    let mut sent = permit("A1", "X", "甲", "2");
    sent["NOTE"] = json!("新");
    let mut other = permit("A9", "X", "甲", "9");
    other["NOTE"] = json!("再");
    lake.land_rows(&new, Append, &from(SubmissionId::new()), rows(&new, &[other])).await.unwrap();
    lake.land_rows(&new, Upsert, &from(SubmissionId::new()), rows(&new, &[sent])).await.unwrap();
    // And an older pack still lands.
    lake.land_rows(&old, Append, &from(SubmissionId::new()), rows(&old, &[permit("A2", "X", "甲", "3")]))
        .await
        .unwrap();
    assert_eq!(
        all(&lake, "SELECT NUMBER, NOTE FROM permit_1 ORDER BY 1").await,
        [[json!("A1"), json!("新")], [json!("A2"), Value::Null], [json!("A9"), json!("再")]]
    );

    let changed = permits_with(json!([{ "code": "NOTE", "label": label, "type": { "date": {} } }]));
    let err = lake
        .land_rows(&changed, Append, &from(SubmissionId::new()), rows(&changed, &[json!({"NUMBER": "A3"})]))
        .await;
    assert_eq!(err.unwrap_err().code(), "table-schema");
}

#[tokio::test]
async fn many_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Two lakes are two processes to each other: they meet only in the files.
    let lakes = [lake(&folder).await, lake(&folder).await];
    let spec = permits();
    let mut tasks = Vec::new();
    for i in 0..8 {
        let (lake, spec) = (lakes[i % 2].clone(), spec.clone());
        tasks.push(tokio::spawn(async move {
            let sent = rows(
                &spec,
                &[permit("SAME", "X", "甲", &i.to_string()), permit(&format!("N{i}"), "X", "甲", "1")],
            );
            lake.land_rows(&spec, Upsert, &from(SubmissionId::new()), sent).await.unwrap()
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(
        lakes[0].count("permit-1", None).await.unwrap(),
        9,
        "eight of their own and the shared one once"
    );
}

#[tokio::test]
async fn the_address_and_the_engine_are_checked() {
    let err = lake::Lake::open("/tmp/x", "ballista://h:1").await.err().unwrap();
    assert_eq!(err.code(), "engine-unsupported");
    let err = lake::Lake::open("/proc/no/such", "local").await.err().unwrap();
    assert_eq!(err.code(), "lake-unreadable");
    assert_eq!(err.kind(), kernel::ErrorKind::Unavailable);
}
