//! Outside witnesses: the same tables read by Python `deltalake` and by DuckDB, with the same counts and sums.
//!
//! `YISHU_TEST_PYTHON` names a Python that has them; `crates/lake/tests/witness/run.sh` makes one.

use std::path::Path;
use std::process::Command;

use kernel::SubmissionId;
use lake::query::Query;
use serde_json::{Value, json};
use standards::pack::LandingMode::{Append, Upsert};

use super::{from, lake, permit, permits, permits_with, rows};

const PYTHON: &str = "YISHU_TEST_PYTHON";

fn witness(table: &Path, version: Option<u64>) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/witness/read_table.py");
    let python = std::env::var(PYTHON).unwrap();
    let out =
        Command::new(python).arg(script).arg(table).args(version.map(|v| v.to_string())).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[tokio::test]
async fn deltalake_and_duckdb_read_the_same() {
    if std::env::var_os(PYTHON).is_none() {
        assert!(std::env::var_os("CI").is_none(), "{PYTHON} must be set in CI");
        println!("skipped: {PYTHON} is not set; run crates/lake/tests/witness/run.sh");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let spec = permits();
    let sent: Vec<Value> =
        (0..50).map(|i| permit(&format!("A{i:02}"), "X", "甲公司", &format!("{i}.25"))).collect();
    lake.land_rows(&spec, Append, &from(SubmissionId::new()), rows(&spec, &sent)).await.unwrap();
    let sent: Vec<Value> =
        (40..60).map(|i| permit(&format!("A{i:02}"), "X", "乙公司", &format!("{i}.5"))).collect();
    let second = SubmissionId::new();
    lake.land_rows(&spec, Upsert, &from(second), rows(&spec, &sent)).await.unwrap();
    let label = json!({ "zh": "备注", "en": "Note" });
    let more = permits_with(json!([{ "code": "NOTE", "label": label }]));
    let mut noted = permit("A59", "X", "丙", "1");
    noted["NOTE"] = json!("备注");
    lake.push(&more, Upsert, from(SubmissionId::new()), rows(&more, &[noted])).await.unwrap();
    lake.compact("permit-1").await.unwrap();
    let last = SubmissionId::new();
    lake.land_rows(&more, Append, &from(last), rows(&more, &[permit("A99", "X", "丁", "1")])).await.unwrap();
    lake.undo("permit-1", last).await.unwrap();

    let table = folder.path().join("tables/permit-1");
    for version in [None, Some(1), Some(2)] {
        let mut query = Query::new(
            "SELECT count(*), CAST(sum(AMOUNT) AS VARCHAR), CAST(max(DECIDED) AS VARCHAR), count(DISTINCT _submission), \
             count(DISTINCT _key), count(DISTINCT NAME) FROM permit_1",
        );
        query.versions.extend(version.map(|v| ("permit-1".to_owned(), v)));
        let own = json!(lake.query(query).await.unwrap().rows[0]);
        let seen = witness(&table, version);
        assert_eq!(seen["deltalake"], own, "version {version:?}");
        assert_eq!(seen["duckdb"], own, "version {version:?}");
    }
}
