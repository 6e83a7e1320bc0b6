//! Targets and mappings that come late, at the same time as others, or after a person has decided against a row.

use std::sync::Arc;
use std::time::Duration as Time;

use ::sharing::Sharing;
use ::sharing::actions::{deliver, follow};
use chrono::Duration;
use kernel::{Role, SubmissionId};
use lake::query::Query;
use lake::{Lake, LakeSettings};
use sea_orm::{ConnectionTrait as _, Statement};
use store::Db;
use yishu::wiring::migrations;

use super::Served;
use super::mapping::{OLD, authority_known, old, switched_on};
use super::records::{AUTHORITY, GOOD, LICENCES, landed, licence};
use super::stopped::{by_table, held};

/// The history of a table is gone: its replaced files are swept as after the days it is kept.
async fn swept(served: &Served, resource: &str) {
    let settings = LakeSettings { retention_days: 0, ..LakeSettings::default() };
    let clock = Arc::new(kernel::FixedClock("2999-01-01T00:00:00Z".parse().unwrap()));
    let folder = served.front_end().parent().unwrap().to_owned();
    let late = Lake::open_with(folder.to_str().unwrap(), "local", settings, clock).await.unwrap();
    assert!(late.sweep(resource, Time::ZERO).await.unwrap() > 0);
    let first = served.intake.lake.brought(resource, 1, &["XK_WSH"]).await;
    let code = match first {
        Ok(_) => "there".to_owned(),
        Err(e) => e.code().to_owned(),
    };
    assert_eq!(code, "history-expired");
}

store::on_both!(a_late_target_gets_the_table_as_it_stands, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let mut file = vec![LICENCES.to_owned()];
    for number in 1..=3 {
        file.push(licence(number, GOOD));
        let mended = file.iter().map(|l| l.replace("预包装食品销售", &format!("散装食品销售{number}")));
        landed(&served, &officer, mine, "licence-2018", &mended.collect::<Vec<_>>()).await;
        served.clock.advance(Duration::minutes(5));
    }
    swept(&served, "licence-2018").await;
    let one = ("one", by_table(&steward, "one").await);
    assert_eq!(held(&served, one).await, "1,2,3");
    let count = "SELECT count(*) AS n FROM delivery_line";
    let lines = async || {
        let asked = Statement::from_string(served.db.conn().get_database_backend(), count);
        let row = served.db.conn().query_one_raw(asked).await.unwrap().unwrap();
        row.try_get::<i64>("", "n").unwrap()
    };
    assert_eq!(lines().await, 3, "each once, though three commits brought them");
    held(&served, one).await;
    assert_eq!(lines().await, 3);
});

store::on_both!(a_late_mapping_maps_the_table_as_it_stands, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, served.org("B1").await).await;
    let mut file = vec![OLD.to_owned()];
    for number in 1..=3 {
        file.push(old(number, GOOD, "", "0", ""));
        let mended = file.iter().map(|l| l.replace("预包装食品销售", &format!("散装食品销售{number}")));
        landed(&served, &officer, mine, "licence-2016", &mended.collect::<Vec<_>>()).await;
        served.clock.advance(Duration::minutes(5));
    }
    swept(&served, "licence-2016").await;
    switched_on(&steward, &["licence-2016-to-2018"]).await;
    let one = ("one", by_table(&steward, "one").await);
    assert_eq!(held(&served, one).await, "1,2,3");
    let said = "SELECT DISTINCT \"XK_NR\" FROM \"licence-2018\"";
    let rows = served.intake.lake.query(Query::new(said)).await.unwrap().rows;
    assert_eq!(rows, [["散装食品销售3"]]);
});

store::on_both!(two_that_follow_at_once_deliver_once, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let one = ("one", by_table(&steward, "one").await);
    let mut file = vec![LICENCES.to_owned()];
    for number in 1..=4 {
        served.clock.advance(Duration::hours(1));
        file.push(licence(number, GOOD));
        landed(&served, &officer, mine, "licence-2018", &file).await;
        let rounds = (0..4).map(|_| follow(&sharing));
        for done in futures::future::join_all(rounds).await {
            done.unwrap();
        }
    }
    deliver(&sharing, one.1).await.unwrap();
    let conn = served.db.conn();
    let twice = "SELECT count(*) AS n FROM (SELECT record_id, submission_id FROM delivery_line \
                 GROUP BY record_id, submission_id HAVING count(*) > 1) AS twice";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), twice)).await.unwrap();
    assert_eq!(row.unwrap().try_get::<i64>("", "n").unwrap(), 0);
    assert_eq!(held(&served, one).await, "1,2,3,4");
});

store::on_both!(a_waiting_row_that_is_dropped_leaves_its_targets, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, served.org("B1").await).await;
    switched_on(&steward, &["licence-2016-to-2018"]).await;
    let one = ("one", by_table(&steward, "one").await);
    let hand_in = async |status: &str, others: &[u32]| -> SubmissionId {
        served.clock.advance(Duration::hours(1));
        let mut file = vec![OLD.to_owned(), old(1, GOOD, "", status, "")];
        file.extend(others.iter().map(|n| old(*n, GOOD, "", "0", "")));
        landed(&served, &officer, mine, "licence-2016", &file).await
    };
    hand_in("0", &[2]).await;
    assert_eq!(held(&served, one).await, "1,2");
    // Its new status has no counterpart: until a person decides, the targets keep what they were given.
    hand_in("2", &[2]).await;
    assert_eq!(held(&served, one).await, "1,2");
    let queue = officer.text("/mappings/waiting").await;
    let ids = queue.split("/mappings/waiting/").skip(1).filter_map(|p| Some(p.split_once("/drop\"")?.0));
    let id = ids.last().unwrap_or_else(|| panic!("{queue}")).to_owned();
    let drop = format!("/mappings/waiting/{id}/drop");
    assert_eq!(officer.post("/mappings/waiting", &drop, &[]).await.status(), 303);
    assert_eq!(held(&served, one).await, "2");
    hand_in("0", &[2, 3]).await;
    assert_eq!(held(&served, one).await, "1,2,3", "it goes again");
});
