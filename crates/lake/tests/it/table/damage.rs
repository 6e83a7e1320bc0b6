//! A commit that a failing disk has cut off or emptied: said with its name and the remedy, nothing lost, other tables go on.

use std::path::PathBuf;

use kernel::{ErrorKind, SubmissionId};
use lake::query::Query;
use lake::table::TableSpec;
use standards::pack::LandingMode::{Append, Upsert};

use super::{from, lake, permit, permits, rows};

/// The same columns under another code.
fn other() -> TableSpec {
    TableSpec { code: "permit-2".to_owned(), ..(*permits()).clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_last_commit_is_named_and_the_table_goes_on_without_it() {
    for (cut, word) in [(None, "是空的"), (Some(40), "不完整"), (Some(usize::MAX), "不完整")] {
        let folder = tempfile::tempdir().unwrap();
        let here = lake(&folder).await;
        let (spec, sound) = (permits(), other());
        let (first, second) = (SubmissionId::new(), SubmissionId::new());
        let a = rows(&spec, &[permit("A1", "X", "甲", "1")]);
        let b = rows(&spec, &[permit("A2", "X", "乙", "1")]);
        here.land_rows(&spec, Append, &from(first), a.clone()).await.unwrap();
        let landed = here.land_rows(&spec, Append, &from(second), b.clone()).await.unwrap();
        here.land_rows(&sound, Append, &from(SubmissionId::new()), a.clone()).await.unwrap();

        let name = format!("{:020}.json", landed.version);
        let log = folder.path().join("tables/permit-1/_delta_log");
        let commit: PathBuf = log.join(&name);
        let whole = std::fs::read(&commit).unwrap();
        let kept = match cut {
            None => 0,
            Some(n) => n.min(whole.len() - 1),
        };
        std::fs::write(&commit, &whole[..kept]).unwrap();
        let here = lake(&folder).await;

        let third = SubmissionId::new();
        let c = rows(&spec, &[permit("A3", "X", "丙", "1")]);
        let e = here.land_rows(&spec, Upsert, &from(third), c.clone()).await.unwrap_err();
        assert_eq!((e.code(), e.kind()), ("lake-corrupt", ErrorKind::Unavailable), "{e:?}");
        let said = &e.text().zh;
        assert!(said.contains(&name) && said.contains(word) && said.contains("备份"), "{cut:?}: {said}");
        assert!(said.contains("permit-1") && e.text().en.contains("backup"), "{:?}", e.text());
        assert_eq!(here.count("permit-1", None).await.unwrap_err().code(), "lake-corrupt");
        let push = here.push(&spec, Upsert, from(SubmissionId::new()), c.clone()).await.unwrap_err();
        assert_eq!(push.code(), "lake-corrupt");
        assert_eq!(std::fs::read(&commit).unwrap().len(), kept, "nothing was written over it");

        // Other tables go on.
        let more = rows(&sound, &[permit("B1", "X", "甲", "1")]);
        here.land_rows(&sound, Append, &from(SubmissionId::new()), more).await.unwrap();
        assert_eq!(here.count("permit-2", None).await.unwrap(), 2);
        let query = Query::new("SELECT count(*) AS n FROM permit_2");
        assert!(here.query(query).await.is_ok(), "a damaged table does not stand in the way of others");

        // From a backup: everything is there.
        std::fs::write(&commit, &whole).unwrap();
        assert_eq!(here.count("permit-1", None).await.unwrap(), 2);

        // Without one: the commit is moved away, and its submission lands again.
        std::fs::write(&commit, &whole[..kept]).unwrap();
        let here = lake(&folder).await;
        assert!(here.count("permit-1", None).await.is_err());
        std::fs::rename(&commit, folder.path().join(&name)).unwrap();
        assert_eq!(here.count("permit-1", None).await.unwrap(), 1);
        let again = here.land_rows(&spec, Append, &from(second), b.clone()).await.unwrap();
        assert!(!again.repeated, "what the lost commit had landed is not there, and lands");
        here.land_rows(&spec, Append, &from(third), c).await.unwrap();
        assert_eq!(here.count("permit-1", None).await.unwrap(), 3);
    }
}
