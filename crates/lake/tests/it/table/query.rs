//! Queries: what they answer and what they refuse.

use std::time::Duration;

use kernel::SubmissionId;
use lake::query::{Browse, Filter, Format, Order, Query, Test};
use serde_json::{Value, json};
use standards::pack::LandingMode::Append;

use super::{from, lake, permit, permits, rows};

async fn filled(folder: &tempfile::TempDir) -> lake::Lake {
    let lake = lake(folder).await;
    let spec = permits();
    let sent: Vec<Value> = (0..25)
        .map(|i| permit(&format!("A{i:02}"), &format!("X{}", i % 3), "甲'\"公司", &format!("{i}.5")))
        .collect();
    lake.land_rows(&spec, Append, &from(SubmissionId::new()), rows(&spec, &sent)).await.unwrap();
    lake
}

#[tokio::test]
async fn questions_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(&folder).await;
    let ask = async |sql: &str| lake.query(Query::new(sql)).await.unwrap().rows;
    assert_eq!(ask("SELECT count(*) FROM \"permit-1\"").await, [[json!(25)]]);
    assert_eq!(
        ask("WITH t AS (SELECT USCC FROM permit_1) SELECT count(DISTINCT USCC) FROM t").await,
        [[json!(3)]]
    );
    assert!(!ask("EXPLAIN SELECT 1").await.is_empty());
    assert!(ask("SHOW TABLES").await.iter().any(|r| r.contains(&json!("permit-1"))));
    assert!(ask("DESCRIBE permit_1").await.iter().any(|r| r[0] == json!("NUMBER")));
    let bound = Query::new("SELECT NUMBER FROM permit_1 WHERE NUMBER = $1 AND PAGES = $2")
        .bind([json!("A07"), json!(3)]);
    assert_eq!(lake.query(bound).await.unwrap().rows, [[json!("A07")]]);
    let cut = lake.query(Query::new("SELECT NUMBER FROM permit_1").limit(10)).await.unwrap();
    assert_eq!((cut.rows.len(), cut.more), (10, true));
    let whole = lake.query(Query::new("SELECT NUMBER FROM permit_1").limit(25)).await.unwrap();
    assert_eq!((whole.rows.len(), whole.more), (25, false));
}

#[tokio::test]
async fn everything_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(&folder).await;
    let secret = folder.path().join("secret.csv");
    std::fs::write(&secret, "a\n1\n").unwrap();
    let secret = secret.display();
    for sql in [
        "DELETE FROM permit_1".to_owned(),
        "INSERT INTO permit_1 SELECT * FROM permit_1".to_owned(),
        "UPDATE permit_1 SET NAME = 'x'".to_owned(),
        "DROP TABLE permit_1".to_owned(),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'"),
        format!("COPY permit_1 TO '{secret}'"),
        format!("COPY (SELECT 1) TO '{secret}' STORED AS CSV"),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "RESET datafusion.execution.batch_size".to_owned(),
        "EXPLAIN ANALYZE INSERT INTO permit_1 SELECT * FROM permit_1".to_owned(),
        "EXPLAIN DELETE FROM permit_1".to_owned(),
        "PREPARE p AS SELECT 1".to_owned(),
        "BEGIN".to_owned(),
        "CREATE FUNCTION f() RETURNS INT RETURN 1".to_owned(),
    ] {
        let err = lake.query(Query::new(&sql)).await.expect_err(&sql);
        assert!(["sql-read-only", "sql"].contains(&err.code()), "{sql}: {err:?}");
    }
    for sql in [
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM \"{secret}\""),
        format!("SELECT * FROM read_csv('{secret}')"),
        "SELECT 1; SELECT 2".to_owned(),
        "SELEC 1".to_owned(),
        "SELECT nothing FROM permit_1".to_owned(),
        "SELECT * FROM \"../permit-1\"".to_owned(),
        String::new(),
    ] {
        let err = lake.query(Query::new(&sql)).await.expect_err(&sql);
        assert_eq!(err.code(), "sql", "{sql}: {err:?}");
        assert_eq!(err.kind(), kernel::ErrorKind::BadInput);
    }
    assert_eq!(lake.count("permit-1", None).await.unwrap(), 25, "nothing was changed");
    assert_eq!(std::fs::read_to_string(folder.path().join("secret.csv")).unwrap(), "a\n1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_runs_too_long_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(&folder).await;
    let sql = "SELECT count(*) FROM generate_series(1, 1000000000) a, generate_series(1, 1000000000) b WHERE a.value > b.value";
    let started = std::time::Instant::now();
    let err = lake.query(Query::new(sql).timeout(Duration::from_millis(300))).await.unwrap_err();
    assert!(["query-timeout", "query-memory"].contains(&err.code()), "{err:?}");
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn pages_of_rows() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(&folder).await;
    let page = lake
        .browse(
            "permit-1",
            &Browse {
                columns: vec!["NUMBER".into(), "AMOUNT".into()],
                filters: vec![
                    Filter::equals("USCC", "X1"),
                    Filter { column: "AMOUNT".into(), test: Test::From, value: "4.5".into() },
                    Filter { column: "NAME".into(), test: Test::Contains, value: "'\"公".into() },
                    Filter { column: "DECIDED".into(), test: Test::To, value: "2024-05-01".into() },
                ],
                order: vec![Order { column: "AMOUNT".into(), descending: true }],
                offset: 1,
                limit: 2,
                version: None,
            },
        )
        .await
        .unwrap();
    assert_eq!(page.total, 7);
    assert_eq!(page.rows, [[json!("A19"), json!("19.5000")], [json!("A16"), json!("16.5000")]]);
    let bad = Browse { filters: vec![Filter::equals("DECIDED", "1 May")], ..Browse::default() };
    assert_eq!(lake.browse("permit-1", &bad).await.unwrap_err().code(), "filter");
    let bad = Browse { filters: vec![Filter::equals("x\" OR 1=1 --", "1")], ..Browse::default() };
    assert_eq!(lake.browse("permit-1", &bad).await.unwrap_err().code(), "filter");
    assert_eq!(lake.browse("nothing", &Browse::default()).await.unwrap_err().code(), "not-found");
    assert_eq!(lake.browse("permit-1", &Browse::default()).await.unwrap().rows.len(), 25);
}

#[tokio::test]
async fn look_ups_by_key() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(&folder).await;
    let map = lake.lookup_map("permit-1", "NUMBER", &["USCC", "DECIDED"]).await.unwrap();
    assert_eq!(map.len(), 25);
    assert_eq!(map["A04"], [Some("X1".to_owned()), Some("2024-05-01".to_owned())]);
    // The key may be asked for as a field too.
    let own = lake.lookup_map("permit-1", "NUMBER", &["NUMBER"]).await.unwrap();
    assert!(!own.is_empty() && own.iter().all(|(key, values)| values == &[Some(key.clone())]));
    assert!(lake.lookup_map("nothing", "A", &["B"]).await.unwrap().is_empty());
    let known = lake.known_keys("permit-1", &["A00\u{1f}X0".to_owned(), "B".to_owned()]).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), ["A00\u{1f}X0"]);
}

#[tokio::test]
async fn results_as_files() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(&folder).await;
    let query = Query::new("SELECT NUMBER, NAME, AMOUNT, PAGES FROM permit_1 ORDER BY NUMBER").limit(2);
    let mut csv = Vec::new();
    assert_eq!(lake.export(&query, Format::Csv, &mut csv).await.unwrap(), 2);
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "\u{feff}NUMBER,NAME,AMOUNT,PAGES\nA00,\"甲'\"\"公司\",0.5000,3\nA01,\"甲'\"\"公司\",1.5000,3\n"
    );
    let mut json = Vec::new();
    lake.export(&query, Format::Ndjson, &mut json).await.unwrap();
    let first: Value = serde_json::from_slice(json.split(|b| *b == b'\n').next().unwrap()).unwrap();
    assert_eq!(first, json!({ "NUMBER": "A00", "NAME": "甲'\"公司", "AMOUNT": "0.5000", "PAGES": 3 }));
    let mut parquet = Vec::new();
    assert_eq!(lake.export(&query, Format::Parquet, &mut parquet).await.unwrap(), 2);
    assert_eq!(&parquet[..4], b"PAR1");
    let mut xlsx = Vec::new();
    assert_eq!(lake.export(&query, Format::Xlsx, &mut xlsx).await.unwrap(), 2);
    assert_eq!(&xlsx[..2], b"PK");
}
