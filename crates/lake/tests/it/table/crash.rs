//! Kill -9 at random moments: every row exactly once, nothing answered for is lost, no orphan stays.
//!
//! The test starts itself again as a child that lands and pushes a fixed list of work, and kills it over and over.
//! `YISHU_CRASH_ITEMS` sets how much work there is.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use kernel::SubmissionId;
use lake::query::Query;
use serde_json::{Value, json};
use standards::pack::LandingMode::{Append, Upsert};

use super::{from, permit, permits, rows};

const CHILD: &str = "YISHU_CRASH_CHILD";
const ROWS: usize = 7;

/// The list of work: ids are fixed once, as the control database would keep them.
fn work(folder: &Path, items: usize) -> Vec<SubmissionId> {
    let list = folder.join("work");
    if !list.exists() {
        let ids: Vec<String> = (0..items).map(|_| SubmissionId::new().to_string()).collect();
        std::fs::write(&list, ids.join("\n")).unwrap();
    }
    std::fs::read_to_string(list).unwrap().lines().map(|l| l.parse().unwrap()).collect()
}

fn answered(folder: &Path) -> BTreeSet<String> {
    std::fs::read_to_string(folder.join("answered")).unwrap_or_default().lines().map(str::to_owned).collect()
}

fn answer(folder: &Path, id: SubmissionId) {
    let mut file = std::fs::File::options().create(true).append(true).open(folder.join("answered")).unwrap();
    writeln!(file, "{id}").unwrap();
}

/// Every third item is a file of seven rows that is appended, every third one upserted over rows that all of its kind
/// share, every third a push of one row.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let lake = lake::Lake::open(folder.join("lake").to_str().unwrap(), "local").await.unwrap();
    let spec = permits();
    let done = answered(&folder);
    let open: Vec<(usize, SubmissionId)> =
        work(&folder, 0).into_iter().enumerate().filter(|(_, id)| !done.contains(&id.to_string())).collect();
    for group in open.chunks(6) {
        let all = group.iter().map(async |(i, id)| {
            let sent = |n: usize, key: &str| -> Vec<Value> {
                (0..n).map(|r| permit(&format!("{key}-{r}"), "X", "甲", &i.to_string())).collect()
            };
            match i % 3 {
                0 => {
                    lake.land_rows(&spec, Append, &from(*id), rows(&spec, &sent(ROWS, &format!("F{i}"))))
                        .await
                }
                1 => lake.land_rows(&spec, Upsert, &from(*id), rows(&spec, &sent(ROWS, "SHARED"))).await,
                _ => lake.push(&spec, Upsert, from(*id), rows(&spec, &sent(1, &format!("P{i}")))).await,
            }
            .unwrap();
            answer(&folder, *id);
        });
        futures::future::join_all(all).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_every_row_lands_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let items = std::env::var("YISHU_CRASH_ITEMS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let ids = work(folder.path(), items);
    let (mut kills, mut starts) = (0, 0);
    while answered(folder.path()).len() < items {
        starts += 1;
        assert!(starts < 50 + items * 4, "it does not get on: {} answered", answered(folder.path()).len());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "table::crash::child", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Random, but never so short that nothing can happen: starting alone takes some time.
        let spread = u64::from(uuid::Uuid::new_v4().as_fields().1) % 900;
        let deadline = std::time::Instant::now() + Duration::from_millis(120 + spread);
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if std::time::Instant::now() >= deadline {
                break None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        match ended {
            Some(status) => {
                let mut text = String::new();
                std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut text).unwrap();
                assert!(status.success(), "the child failed by itself: {text}");
            }
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
            }
        }
    }
    println!("{items} items, {starts} starts, {kills} kills");

    let lake = lake::Lake::open(folder.path().join("lake").to_str().unwrap(), "local").await.unwrap();
    let sql = "SELECT _submission, count(*), count(DISTINCT _row) FROM permit_1 WHERE NUMBER NOT LIKE 'SHARED%' \
               GROUP BY 1 ORDER BY 1";
    let landed = lake.query(Query::new(sql)).await.unwrap().rows;
    let mut expected: Vec<Vec<Value>> = ids
        .iter()
        .enumerate()
        .filter(|(i, _)| i % 3 != 1)
        .map(|(i, id)| {
            let n = if i % 3 == 0 { ROWS } else { 1 };
            vec![json!(id.to_string()), json!(n), json!(n)]
        })
        .collect();
    expected.sort_by_key(|r| r[0].as_str().map(str::to_owned));
    assert_eq!(landed, expected, "each submission has all its rows once");
    let shared = "SELECT count(*), count(DISTINCT _key), count(DISTINCT _submission) FROM permit_1 WHERE NUMBER LIKE 'SHARED%'";
    assert_eq!(lake.query(Query::new(shared)).await.unwrap().rows, [[json!(ROWS), json!(ROWS), json!(1)]]);

    // Each submission is named by exactly one commit.
    let history = lake.history("permit-1", None, usize::MAX).await.unwrap();
    let mut named: Vec<SubmissionId> =
        history.iter().flat_map(|e| e.shares.iter().map(|s| s.submission)).collect();
    named.sort();
    let mut all = ids.clone();
    all.sort();
    assert_eq!(named, all);

    // What the killed attempts left is swept, and then every data file is one that a commit names.
    lake.sweep("permit-1", Duration::ZERO).await.unwrap();
    let table = folder.path().join("lake/tables/permit-1");
    let mut named = BTreeSet::new();
    for entry in std::fs::read_dir(table.join("_delta_log")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "json") {
            for line in std::fs::read_to_string(path).unwrap().lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                if let Some(name) = line["add"]["path"].as_str() {
                    named.insert(name.to_owned());
                }
            }
        }
    }
    let there: BTreeSet<String> = std::fs::read_dir(&table)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n != "_delta_log")
        .collect();
    assert_eq!(there, named, "no orphan stays, and nothing that is needed went");
}
