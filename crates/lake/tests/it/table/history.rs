//! History: versions, what a submission changed, taking it back, upkeep.

use std::time::Duration;

use kernel::SubmissionId;
use lake::query::Query;
use lake::table::CommitKind;
use lake::{Lake, LakeSettings};
use serde_json::{Value, json};
use standards::pack::LandingMode::{self, Append, Replace, Upsert};

use super::{from, lake, permit, permits, rows};

async fn land(lake: &Lake, mode: LandingMode, sent: &[Value]) -> SubmissionId {
    let id = SubmissionId::new();
    let spec = permits();
    lake.land_rows(&spec, mode, &from(id), rows(&spec, sent)).await.unwrap();
    id
}

async fn content(lake: &Lake) -> Vec<String> {
    let sql = "SELECT NUMBER || '=' || CAST(AMOUNT AS VARCHAR) FROM permit_1 ORDER BY 1";
    let rows = lake.query(Query::new(sql)).await.unwrap().rows;
    rows.into_iter().map(|r| r[0].as_str().unwrap().trim_end_matches(".0000").to_owned()).collect()
}

#[tokio::test]
async fn history_tells_who_changed_what_and_when() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let start = chrono::Duration::seconds(1);
    let first = land(&lake, Upsert, &[permit("A1", "X", "甲", "1")]).await;
    let second = land(&lake, Upsert, &[permit("A1", "X", "甲", "2"), permit("A2", "X", "甲", "3")]).await;
    let history = lake.history("permit-1", None, 10).await.unwrap();
    let told: Vec<_> =
        history.iter().map(|e| (e.version, e.kind, e.shares.first().map(|s| s.submission))).collect();
    assert_eq!(
        told,
        [
            (2, Some(CommitKind::Land), Some(second)),
            (1, Some(CommitKind::Land), Some(first)),
            (0, None, None)
        ]
    );
    assert_eq!((history[0].shares[0].inserted, history[0].shares[0].updated), (1, 1));
    assert_eq!(lake.history("permit-1", Some(2), 1).await.unwrap()[0].version, 1);

    assert_eq!(lake.version_at("permit-1", history[0].at).await.unwrap(), 2);
    assert_eq!(lake.version_at("permit-1", history[0].at + start).await.unwrap(), 2);
    assert_eq!(lake.version_at("permit-1", history[1].at).await.unwrap(), 1);
    let before = lake.version_at("permit-1", history[2].at - start).await.unwrap_err();
    assert_eq!(before.code(), "not-found");
    assert_eq!(lake.count("permit-1", Some(1)).await.unwrap(), 1);
    assert_eq!(lake.count("permit-1", Some(9)).await.unwrap_err().code(), "not-found");
}

#[tokio::test]
async fn changes_show_new_beside_old() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    land(
        &lake,
        Upsert,
        &[permit("A1", "X", "甲", "1"), permit("A2", "X", "甲", "2"), permit("A3", "X", "甲", "3")],
    )
    .await;
    let id = land(&lake, Upsert, &[permit("A2", "X", "甲", "20"), permit("A4", "X", "甲", "4")]).await;
    // What comes later does not matter.
    land(&lake, Upsert, &[permit("A2", "X", "甲", "200")]).await;

    let changes = lake.changes("permit-1", id, 0, 10).await.unwrap();
    let amount = changes.columns.iter().position(|c| c.name == "AMOUNT").unwrap();
    let seen: Vec<_> = changes
        .changes
        .iter()
        .map(|c| (c.new.as_ref().map(|r| r[amount].clone()), c.old.as_ref().map(|r| r[amount].clone())))
        .collect();
    assert_eq!(seen, [(Some(json!("20.0000")), Some(json!("2.0000"))), (Some(json!("4.0000")), None)]);
    let second = lake.changes("permit-1", id, 1, 10).await.unwrap();
    assert_eq!(second.changes, changes.changes[1..]);
    let unknown = lake.changes("permit-1", SubmissionId::new(), 0, 10).await.unwrap_err();
    assert_eq!(unknown.code(), "not-found");
}

#[tokio::test]
async fn changes_of_a_replacement_show_what_went() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    land(&lake, Append, &[permit("A1", "X", "甲", "1"), permit("A2", "X", "甲", "2")]).await;
    let id = land(&lake, Replace, &[permit("A2", "X", "甲", "20"), permit("A3", "X", "甲", "3")]).await;
    let changes = lake.changes("permit-1", id, 0, 10).await.unwrap();
    let seen: Vec<_> =
        changes.changes.iter().map(|c| (c.key.clone().unwrap(), c.new.is_some(), c.old.is_some())).collect();
    assert_eq!(
        seen,
        [
            ("A2\u{1f}X".to_owned(), true, true),
            ("A3\u{1f}X".to_owned(), true, false),
            ("A1\u{1f}X".to_owned(), false, true),
        ]
    );
    let tail = lake.changes("permit-1", id, 2, 10).await.unwrap();
    assert_eq!(tail.changes, changes.changes[2..]);
}

#[tokio::test]
async fn an_undo_puts_back_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    land(&lake, Upsert, &[permit("A1", "X", "甲", "1"), permit("A2", "X", "甲", "2")]).await;
    let id = land(&lake, Upsert, &[permit("A2", "X", "甲", "20"), permit("A3", "X", "甲", "3")]).await;
    land(&lake, Upsert, &[permit("A9", "X", "甲", "9")]).await;
    lake.compact("permit-1").await.unwrap();
    assert_eq!(content(&lake).await, ["A1=1", "A2=20", "A3=3", "A9=9"]);

    let undone = lake.undo("permit-1", id).await.unwrap();
    assert_eq!((undone.removed, undone.restored, undone.repeated), (2, 1, false));
    assert_eq!(content(&lake).await, ["A1=1", "A2=2", "A9=9"]);

    let again = lake.undo("permit-1", id).await.unwrap();
    assert_eq!((again.version, again.removed, again.restored, again.repeated), (undone.version, 2, 1, true));
    assert_eq!(content(&lake).await, ["A1=1", "A2=2", "A9=9"]);
    // A late retry of the upload does not bring it back.
    let spec = permits();
    let retry = rows(&spec, &[permit("A2", "X", "甲", "20"), permit("A3", "X", "甲", "3")]);
    assert!(lake.land_rows(&spec, Upsert, &from(id), retry).await.unwrap().repeated);
    assert_eq!(content(&lake).await, ["A1=1", "A2=2", "A9=9"]);
    assert_eq!(lake.history("permit-1", None, 1).await.unwrap()[0].kind, Some(CommitKind::Undo));
}

#[tokio::test]
async fn an_undo_is_refused_when_a_later_submission_built_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let first = land(&lake, Upsert, &[permit("A1", "X", "甲", "1"), permit("A2", "X", "甲", "2")]).await;
    let second = land(&lake, Upsert, &[permit("A2", "X", "甲", "20")]).await;
    let err = lake.undo("permit-1", first).await.unwrap_err();
    assert_eq!(err.code(), "undo-touched");
    assert!(err.text().zh.contains(&second.to_string()), "names the later one: {err:?}");
    lake.undo("permit-1", second).await.unwrap();
    lake.undo("permit-1", first).await.unwrap();
    assert_eq!(content(&lake).await, [""; 0]);
}

#[tokio::test]
async fn a_replacement_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    land(&lake, Append, &[permit("A1", "X", "甲", "1"), permit("A2", "X", "甲", "2")]).await;
    let id = land(&lake, Replace, &[permit("B1", "X", "甲", "1")]).await;
    let later = land(&lake, Append, &[permit("C1", "X", "甲", "1")]).await;
    assert_eq!(lake.undo("permit-1", id).await.unwrap_err().code(), "undo-touched");
    lake.undo("permit-1", later).await.unwrap();
    let undone = lake.undo("permit-1", id).await.unwrap();
    assert_eq!((undone.removed, undone.restored), (1, 2));
    assert_eq!(content(&lake).await, ["A1=1", "A2=2"]);
}

#[tokio::test]
async fn compaction_changes_no_row_and_the_sweep_only_what_nobody_needs() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    for i in 0..25 {
        land(&lake, Append, &[permit(&format!("A{i:02}"), "X", "甲", "1")]).await;
    }
    let before = content(&lake).await;
    assert_eq!(lake.small_files("permit-1").await.unwrap(), 25);
    let done = lake.maintain("permit-1").await.unwrap();
    assert_eq!((done.files_before, done.files_after, done.swept), (25, 1, 0));
    assert_eq!(content(&lake).await, before);
    assert_eq!(lake.count("permit-1", Some(10)).await.unwrap(), 10, "earlier versions can still be read");

    let table = folder.path().join("tables/permit-1");
    std::fs::write(table.join("part-00000-orphan.snappy.parquet"), "left by a landing cut off").unwrap();
    std::fs::write(table.join("_delta_log/00000000000000000099.json#7"), "half a commit").unwrap();
    assert_eq!(lake.sweep("permit-1", Duration::from_secs(3600)).await.unwrap(), 0, "too young");
    assert_eq!(lake.sweep("permit-1", Duration::ZERO).await.unwrap(), 2);
    assert_eq!(lake.count("permit-1", Some(10)).await.unwrap(), 10);

    // With no retention the replaced files go, and what they held can no longer be asked for.
    let settings = LakeSettings { retention_days: 0, ..LakeSettings::default() };
    let clock = std::sync::Arc::new(kernel::FixedClock("2999-01-01T00:00:00Z".parse().unwrap()));
    let forgetful = Lake::open_with(folder.path().to_str().unwrap(), "local", settings, clock).await.unwrap();
    assert_eq!(forgetful.sweep("permit-1", Duration::ZERO).await.unwrap(), 25);
    assert_eq!(content(&forgetful).await, before, "the rows are still there");
}

#[tokio::test]
async fn a_damaged_table_says_so_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let id = SubmissionId::new();
    {
        let lake = lake(&folder).await;
        land(&lake, Append, &[permit("A1", "X", "甲", "1")]).await;
    }
    let log = folder.path().join("tables/permit-1/_delta_log/00000000000000000001.json");
    std::fs::write(&log, "{ not json").unwrap();
    let lake = lake(&folder).await;
    let spec = permits();
    let sent = rows(&spec, &[permit("A2", "X", "甲", "1")]);
    let err = lake.land_rows(&spec, Append, &from(id), sent).await.unwrap_err();
    assert_eq!((err.code(), err.kind()), ("lake-corrupt", kernel::ErrorKind::Unavailable), "{err:?}");
    let err = lake.query(Query::new("SELECT * FROM permit_1")).await.unwrap_err();
    assert_eq!(err.kind(), kernel::ErrorKind::Unavailable, "{err:?}");
}

#[tokio::test]
async fn a_lake_that_is_gone_is_no_empty_lake() {
    let folder = tempfile::tempdir().unwrap();
    let (here, away) = (folder.path().join("lake"), folder.path().join("away"));
    let lake = Lake::open(here.to_str().unwrap(), "local").await.unwrap();
    land(&lake, Append, &[permit("A1", "X", "甲", "1")]).await;
    // A disk that is no longer mounted leaves an empty folder.
    std::fs::rename(&here, &away).unwrap();
    std::fs::create_dir(&here).unwrap();

    let spec = permits();
    let id = SubmissionId::new();
    let sent = rows(&spec, &[permit("A2", "X", "甲", "2")]);
    let said = |code: &str| assert_eq!(code, "lake-unreadable");
    said(lake.land_rows(&spec, Append, &from(id), sent.clone()).await.unwrap_err().code());
    said(lake.push(&spec, Append, from(id), sent.clone()).await.unwrap_err().code());
    said(lake.count("permit-1", None).await.unwrap_err().code());
    said(lake.landed("permit-1", id).await.unwrap_err().code());
    said(lake.lookup_map("permit-1", "NUMBER", &[]).await.unwrap_err().code());
    said(lake.blobs().put_bytes(b"x").await.unwrap_err().code());
    assert_eq!(std::fs::read_dir(&here).unwrap().count(), 0, "nothing was written beside the lake");

    std::fs::remove_dir(&here).unwrap();
    std::fs::rename(&away, &here).unwrap();
    lake.land_rows(&spec, Append, &from(id), sent).await.unwrap();
    assert_eq!(content(&lake).await, ["A1=1", "A2=2"]);
}
