//! A full disk: a clear error, nothing lost, and it goes on when there is room again.
//!
//! The test starts itself again inside a mount namespace of its own, where the lake lies on a file system of 3 MiB.

use std::path::PathBuf;
use std::process::Command;

use kernel::{ErrorKind, SubmissionId};
use serde_json::Value;
use standards::pack::LandingMode::{Append, Upsert};

use super::{from, permit, permits, rows};

const CHILD: &str = "YISHU_FULL_DISK_CHILD";

#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let lake = lake::Lake::open(folder.to_str().unwrap(), "local").await.unwrap();
    let spec = permits();
    let kept = SubmissionId::new();
    lake.land_rows(&spec, Append, &from(kept), rows(&spec, &[permit("A1", "X", "甲", "1")])).await.unwrap();
    let stored = lake.blobs().put_bytes(b"kept").await.unwrap();

    let ballast = folder.join("ballast");
    let room = 24 * 1024;
    let block = vec![7_u8; 4096];
    let mut file = std::fs::File::create(&ballast).unwrap();
    while std::io::Write::write_all(&mut file, &block).is_ok() {}
    let size = file.metadata().unwrap().len();
    file.set_len(size - room).unwrap();

    // Text that cannot be compressed, more than there is room for.
    let long: String = (0..8_000).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    let sent: Vec<Value> = vec![permit("A1", "X", "乙", "2"), permit("A2", "X", &long, "2")];
    let big = SubmissionId::new();
    let err = lake.land_rows(&spec, Upsert, &from(big), rows(&spec, &sent)).await.unwrap_err();
    assert_eq!((err.code(), err.kind()), ("lake-full", ErrorKind::Unavailable), "{err:?}");
    let err = lake.blobs().put_bytes(long.as_bytes()).await.unwrap_err();
    assert_eq!(err.code(), "lake-full", "{err:?}");
    let err = lake.push(&spec, Upsert, from(SubmissionId::new()), rows(&spec, &sent)).await.unwrap_err();
    assert_eq!(err.code(), "lake-full", "{err:?}");

    assert_eq!(lake.count("permit-1", None).await.unwrap(), 1, "what was there is there");
    assert!(lake.blobs().has(&stored.digest));
    assert_eq!(lake.landed("permit-1", big).await.unwrap(), None);

    // An open file keeps its room.
    drop(file);
    std::fs::remove_file(&ballast).unwrap();
    let landed = lake.land_rows(&spec, Upsert, &from(big), rows(&spec, &sent)).await.unwrap();
    assert_eq!((landed.inserted, landed.updated, landed.repeated), (1, 1, false));
    println!("full disk: passed");
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let small =
        "mount -t tmpfs -o size=3m tmpfs \"$0\" && exec \"$1\" --exact table::full::child --nocapture";
    let run = |script: &str| {
        Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", script])
            .arg(folder.path())
            .arg(std::env::current_exe().unwrap())
            .env(CHILD, folder.path())
            .output()
    };
    // Where the system gives no namespaces to ordinary users, there is no small disk to be had.
    if !run("mount -t tmpfs -o size=3m tmpfs \"$0\"").is_ok_and(|o| o.status.success()) {
        println!("skipped: no mount namespace here");
        return;
    }
    let out = run(small).unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(
        out.status.success() && text.contains("full disk: passed"),
        "{text}{}",
        String::from_utf8_lossy(&out.stderr)
    );
}
