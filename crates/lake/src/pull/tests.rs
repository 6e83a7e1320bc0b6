use std::path::Path;

use sqlx::{Connection as _, Executor as _};

use super::*;

const ROWS: &str =
    "INSERT INTO t_licence VALUES (1, '示例监管局', 0.5), (2, NULL, 2), (10, '示例\"局', NULL)";

async fn front_end(dir: &Path) -> Source {
    let file = dir.join("front.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    conn.execute("CREATE TABLE t_licence (seq INTEGER PRIMARY KEY, \"许可机关\" TEXT, amount REAL)")
        .await
        .unwrap();
    conn.execute(ROWS).await.unwrap();
    conn.execute("CREATE VIEW v_licence AS SELECT seq + 0 AS seq, \"许可机关\" FROM t_licence")
        .await
        .unwrap();
    conn.close().await.unwrap();
    Source::new(Address::File { path: file }, "", "")
}

fn request(source: &Source, value: Option<&str>, inclusive: bool) -> PullRequest {
    let after = After { column: "SEQ".into(), value: value.map(Into::into), inclusive };
    PullRequest {
        source: source.clone(),
        table: "t_licence".into(),
        after: Some(after),
        most_rows: u64::MAX,
        most_bytes: u64::MAX,
    }
}

async fn run(request: &PullRequest, out: &Path) -> Result<Pulled> {
    pull(request, out, |_| {}).await
}

#[tokio::test]
async fn only_rows_past_the_value_come_and_numbers_compare_as_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let source = front_end(dir.path()).await;
    let out = dir.path().join("out.ndjson");

    let all = run(&request(&source, None, false), &out).await.unwrap();
    assert_eq!((all.rows, all.reached.as_deref()), (3, Some("10")));
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().next().unwrap(), r#"{"seq":"1","许可机关":"示例监管局","amount":"0.5"}"#);
    assert!(text.contains(r#"{"seq":"2","许可机关":null,"amount":"2.0"}"#), "{text}");

    let later = run(&request(&source, Some("9"), false), &out).await.unwrap();
    assert_eq!((later.rows, later.reached.as_deref()), (1, Some("10")));
    let again = run(&request(&source, Some("10"), true), &out).await.unwrap();
    assert_eq!((again.rows, again.edge), (1, all.edge), "the last row is known again");
    let none = run(&request(&source, Some("10"), false), &out).await.unwrap();
    assert_eq!((none.rows, none.reached.as_deref(), none.edge), (0, Some("10"), None));

    // A computed column has no declared type and still compares as a number.
    let mut view = request(&source, Some("9"), false);
    view.table = "v_licence".into();
    assert_eq!(run(&view, &out).await.unwrap().rows, 1);
}

#[tokio::test]
async fn generated_columns_and_odd_names_come_too() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("odd.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let odd = "CREATE TABLE \"许可 表.2020\" (\"select\" TEXT, \"a\"\"b\" ANY, \"金额\" AS (\"a\"\"b\" * 2) STORED)";
    conn.execute(odd).await.unwrap();
    conn.execute(
        "INSERT INTO \"许可 表.2020\" VALUES ('甲', 9007199254740993), (NULL, x'e794b2'), (x'bcd7', 1.5)",
    )
    .await
    .unwrap();
    conn.close().await.unwrap();
    let source = Source::new(Address::File { path: file }, "", "");
    let mut all = request(&source, None, false);
    (all.table, all.after) = ("许可 表.2020".into(), None);
    let out = dir.path().join("out.ndjson");
    let pulled = run(&all, &out).await.unwrap();
    assert_eq!((pulled.rows, pulled.columns), (3, ["select", "a\"b", "金额"].map(str::to_owned).to_vec()));
    let text = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"select":"甲","a\"b":"9007199254740993","金额":"18014398509481986"}"#);
    assert_eq!(lines[1], r#"{"select":null,"a\"b":"甲","金额":"0"}"#);
    // Text in GB 18030 is kept as what it means.
    assert_eq!(lines[2], r#"{"select":"甲","a\"b":"1.5","金额":"3.0"}"#);
}

#[tokio::test]
async fn a_long_table_comes_in_parts_and_a_large_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let source = front_end(dir.path()).await;
    let out = dir.path().join("out.ndjson");
    let mut part = request(&source, None, true);
    part.most_rows = 1;
    let first = run(&part, &out).await.unwrap();
    assert_eq!((first.rows, first.reached.as_deref(), first.more), (1, Some("1"), true));
    part.after.as_mut().unwrap().value = first.reached;
    part.most_rows = 2;
    let second = run(&part, &out).await.unwrap();
    assert_eq!((second.rows, second.reached.as_deref(), second.more), (2, Some("2"), true));
    part.most_bytes = 10;
    assert_eq!(run(&part, &out).await.unwrap_err().code(), "too-large");
}

#[tokio::test]
async fn columns_are_shown_with_values_before_anything_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let source = front_end(dir.path()).await;
    let columns = peek(&source, "t_licence", 2).await.unwrap();
    let names: Vec<_> = columns.iter().map(|c| (c.name.as_str(), c.kind.as_str())).collect();
    assert_eq!(names, [("seq", "INTEGER"), ("许可机关", "TEXT"), ("amount", "REAL")]);
    assert_eq!((columns[0].samples.len(), columns[1].samples.len()), (2, 1));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let source = front_end(dir.path()).await;
    let out = dir.path().join("out.ndjson");
    let mut wrong = request(&source, None, false);
    wrong.table = "t_other\"; DROP TABLE t_licence; --".into();
    assert_eq!(run(&wrong, &out).await.unwrap_err().code(), "pull-table");
    let mut wrong = request(&source, None, false);
    wrong.after.as_mut().unwrap().column = "id".into();
    assert_eq!(run(&wrong, &out).await.unwrap_err().code(), "pull-column");
    let nonsense = request(&source, Some("yesterday"), true);
    assert_eq!(run(&nonsense, &out).await.unwrap_err().code(), "pull-reached");
    wrong.source.address = Address::File { path: dir.path().join("none.db") };
    assert_eq!(run(&wrong, &out).await.unwrap_err().code(), "pull-unreachable");
    let text = dir.path().join("no.db");
    std::fs::write(&text, "this is not a database, whatever its name says").unwrap();
    wrong.source.address = Address::File { path: text };
    assert_eq!(run(&wrong, &out).await.unwrap_err().code(), "pull-address");
    // Nobody listens on the discard port of this machine.
    wrong.source.address = "postgres://127.0.0.1:9/front".parse().unwrap();
    let e = run(&wrong, &out).await.unwrap_err();
    assert_eq!(e.code(), "pull-unreachable");
    assert!(e.text().zh.contains("127.0.0.1:9"), "{}", e.text().zh);
}

/// The test server's address taken apart, and a database of this test alone.
async fn postgres() -> Option<(sqlx::PgConnection, Source, String)> {
    let Ok(server) = std::env::var("YISHU_TEST_POSTGRES") else {
        assert!(std::env::var("CI").is_err(), "YISHU_TEST_POSTGRES is not set");
        println!("skipped: YISHU_TEST_POSTGRES is not set (scripts/postgres.sh start)");
        return None;
    };
    let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
    let name = format!("front_{}", uuid::Uuid::now_v7().simple());
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let url = url::Url::parse(&server).unwrap();
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap_or(5432));
    let address = format!("postgres://{host}:{port}/{name}").parse().unwrap();
    Some((admin, Source::new(address, url.username(), url.password().unwrap_or_default()), name))
}

#[tokio::test]
async fn postgres_hands_over_the_same_rows_by_number_and_by_time() {
    let Some((mut admin, source, name)) = postgres().await else { return };
    let server = std::env::var("YISHU_TEST_POSTGRES").unwrap();
    let base = server.rsplit_once('/').unwrap().0;
    let mut conn = sqlx::PgConnection::connect(&format!("{base}/{name}")).await.unwrap();
    for sql in [
        "CREATE TABLE t_licence (seq bigint, \"许可机关\" varchar(50), amount numeric(10,2), changed timestamptz)",
        "INSERT INTO t_licence VALUES (1, '示例监管局', 0.5, '2026-01-05 01:00:00Z'), \
         (9007199254740993, NULL, 2, '2026-01-05 01:00:00.5Z'), (9007199254740994, '局', NULL, NULL)",
        "CREATE SCHEMA zwfw",
        "CREATE VIEW zwfw.v_licence AS SELECT seq, \"许可机关\" FROM t_licence",
        "CREATE FUNCTION writes() RETURNS integer LANGUAGE sql AS 'DELETE FROM t_licence; SELECT 1'",
        "CREATE VIEW v_writes AS SELECT writes() AS n",
    ] {
        conn.execute(sql).await.unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.ndjson");

    let all = run(&request(&source, None, false), &out).await.unwrap();
    assert_eq!((all.rows, all.reached.as_deref()), (3, Some("9007199254740994")));
    let text = std::fs::read_to_string(&out).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["许可机关"], &first["amount"], &first["changed"]),
        (&"示例监管局".into(), &"0.50".into(), &"2026-01-05 09:00:00+08".into()),
        "times as the clock in Beijing shows them"
    );
    // Neighbours beyond what floating point can tell apart.
    let later = run(&request(&source, Some("9007199254740993"), false), &out).await.unwrap();
    assert_eq!(later.rows, 1);

    let mut by_time = request(&source, None, true);
    by_time.after.as_mut().unwrap().column = "changed".into();
    let all = run(&by_time, &out).await.unwrap();
    assert_eq!((all.rows, all.reached.as_deref()), (3, Some("2026-01-05 09:00:00.5+08")));
    by_time.after.as_mut().unwrap().value = all.reached;
    let again = run(&by_time, &out).await.unwrap();
    assert_eq!((again.rows, again.edge), (1, all.edge));
    by_time.after.as_mut().unwrap().value = Some("yesterday evening".into());
    assert_eq!(run(&by_time, &out).await.unwrap_err().code(), "pull-reached");

    let mut view = request(&source, None, false);
    view.table = "zwfw.v_licence".into();
    assert_eq!(run(&view, &out).await.unwrap().columns, ["seq", "许可机关"]);
    assert_eq!(peek(&source, "t_licence", 5).await.unwrap()[2].kind, "numeric(10,2)");

    // Reading only: what a view tries to write is refused by the session.
    let mut writes = request(&source, None, false);
    (writes.table, writes.after) = ("v_writes".into(), None);
    assert!(run(&writes, &out).await.is_err());
    assert_eq!(run(&request(&source, None, false), &out).await.unwrap().rows, 3);

    let mut missing = source.clone();
    missing.address = source.address.to_string().replace(&name, "no_such_database").parse().unwrap();
    assert_eq!(peek(&missing, "t", 1).await.unwrap_err().code(), "pull-address");
    let stranger = Source::new(source.address.clone(), "nobody_here", "wrong");
    let e = peek(&stranger, "t_licence", 1).await.unwrap_err();
    assert_eq!(e.code(), "pull-sign-in");
    assert!(!format!("{e:?}").contains("wrong\""), "the password is not repeated: {e:?}");
    conn.close().await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
}
