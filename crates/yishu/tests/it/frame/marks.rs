//! A case's mark goes to every target that holds the record, stays with its later rows, and is taken off again everywhere.

use ::intake::actions::process_submission::process_submission;
use ::sharing::Sharing;
use ::sharing::actions::{deliver, mark_at_targets, where_it_went};
use ::sharing::model::Mark;
use chrono::Duration;
use kernel::Role;
use lake::query::Query;
use rectify::model::record_id;
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::cases::{
    AUTHORITY, PENALTIES, acknowledge, case_id, objection, penalties, penalty, receipt, record, send,
};
use super::intake::{hand_in_as, led_to};
use super::mapping::{OLD, authority_known, old, switched_on};
use super::records::{self, GOOD};
use super::sharing::Receiver;
use super::{Browser, Served};

/// A target that takes penalties from the start.
async fn target(steward: &Browser, code: &str, fields: &[(&str, &str)]) -> uuid::Uuid {
    let own = [("code", code), ("title_zh", code), ("from_start", "yes"), ("format", "csv")];
    let all: Vec<(&str, &str)> = own.iter().chain(fields).copied().collect();
    let made = steward.post("/targets", "/targets", &all).await;
    assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
    made.headers()["location"].to_str().unwrap().trim_start_matches("/targets/").parse().unwrap()
}

/// Document numbers with their marks as a table target has them.
async fn marked(served: &Served, target: &str, resource: &str, number: &str) -> Vec<String> {
    let table = format!("out-{target}-{resource}");
    let sql =
        format!("SELECT \"{number}\", \"MARK\" FROM \"{table}\" WHERE \"WITHDRAWN\" IS NULL ORDER BY 1");
    let rows = served.intake.lake.query(Query::new(sql)).await.unwrap().rows;
    let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    let short = |v: &Value| text(v).split('〕').nth(1).unwrap().replace('号', "");
    rows.iter().map(|r| format!("{} {}", short(&r[0]), text(&r[1]))).collect()
}

/// The files a target was given, as one text.
fn files(served: &Served, target: &str) -> String {
    let days = std::fs::read_dir(served.outbox().join(target)).unwrap();
    let files = days.flat_map(|day| std::fs::read_dir(day.unwrap().path()).unwrap());
    files.map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap()).collect()
}

store::on_both!(a_mark_goes_to_every_target_and_off_again, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let (receiver, address) = Receiver::start().await;
    let penalty_to = |way| [("resources", "penalty-2018"), ("way", way)];
    let mut targets = vec![
        target(&steward, "by-file", &penalty_to("file")).await,
        target(&steward, "by-table", &penalty_to("table")).await,
        target(&steward, "by-api", &[&penalty_to("api")[..], &[("address", &address)]].concat()).await,
    ];
    let public = penalties(&served, &officer, mine).await;
    let deliver = async |targets: &[uuid::Uuid]| {
        yishu::wiring::follow(&served.intake).await.unwrap();
        for target in targets {
            deliver(&sharing, *target).await.unwrap();
        }
        yishu::wiring::follow(&served.intake).await.unwrap();
    };
    let by_table = async || marked(&served, "by-table", "penalty-2018", "CF_WSH").await;
    deliver(&targets).await;
    acknowledge(&served, &steward, "by-file").await;
    assert_eq!(by_table().await, ["1 -", "2 -"]);
    assert_eq!(receiver.last()["marks"], json!([]));

    // Objected to: every target is told at once, and only of this record.
    served.clock.advance(Duration::minutes(5));
    let citizen = served.browser();
    let object = async |key| {
        let path = format!("/public/records/{}/object", public[0]);
        let page = send(&citizen, "/public/cases", &path, &objection(key), &[]).await.text().await.unwrap();
        receipt(&page)
    };
    let (number, _) = object("0197a3c4-0000-7000-8000-000000000061").await;
    let went = where_it_went(&sharing, record(1, "2025-09-01")).await.unwrap();
    assert!(went.len() == 3 && went.iter().all(|t| t.pending), "{went:?}");
    deliver(&targets).await;
    assert_eq!(by_table().await, ["1 objection", "2 -"]);
    let marks = json!([{ "line": 1, "mark": "objection", "text": "异议处理中" }]);
    assert_eq!((&receiver.last()["marks"], receiver.last()["body"].as_array().unwrap().len()), (&marks, 1));
    assert_eq!(receiver.last()["body"][0]["CF_WSH"], "芝市监罚〔2025〕1号");
    assert!(files(&served, "by-file").contains("1,报送,异议处理中,"), "{}", files(&served, "by-file"));
    let count = receiver.count();
    deliver(&targets).await;
    assert_eq!(receiver.count(), count, "told once");
    let list = steward.text(&format!("/deliveries?target={}", targets[2])).await;
    let mut marked_ones = 0;
    for href in list.split("href=\"/deliveries/").skip(1).filter_map(|p| p.get(..36)) {
        let page = steward.text(&format!("/deliveries/{href}")).await;
        if page.contains("已发起异议申诉申请但尚未处理完成") {
            marked_ones += 1;
            assert!(page.contains("对方以前收过这些记录") && !page.contains("超期"), "{page}");
        }
    }
    assert_eq!(marked_ones, 1);

    // A later row and a later target get it too.
    let newer = penalty(1, "2025/09/01").replace("0.2", "0.3").replace("2000", "3000");
    let lines = format!("{PENALTIES}\n{newer}");
    let answer = hand_in_as(&officer, mine, "penalty-2018", "再报.csv", &lines).await;
    process_submission(&served.intake, led_to(&answer)).await.unwrap();
    targets.push(target(&steward, "late", &penalty_to("table")).await);
    // What is made later sorts behind, by its number.
    let mut numbers: Vec<String> = (0..receiver.count()).map(|at| receiver.number(at)).collect();
    assert!(numbers.is_sorted() && numbers.len() > 1, "{numbers:?}");
    numbers.dedup();
    assert_eq!(numbers.len(), receiver.count());
    deliver(&targets).await;
    assert_eq!(receiver.last()["body"][0]["CF_NR_FK"], "0.3");
    assert_eq!(receiver.last()["marks"], marks);
    assert_eq!(by_table().await, ["1 objection", "2 -"]);
    assert_eq!(marked(&served, "late", "penalty-2018", "CF_WSH").await, ["1 objection", "2 -"]);

    // Turned down: the mark comes off, and the case ends when the last target has said that it knows.
    acknowledge(&served, &steward, "by-file").await;
    let at = format!("/cases/{}", case_id(&steward, &number).await);
    let refuse = [("outcome", "none"), ("answer", "决定书上写的是3瓶，记录无误。")];
    assert_eq!(steward.post(&at, &format!("{at}/decide"), &refuse).await.status(), 303);
    served.clock.advance(Duration::minutes(5));
    deliver(&targets).await;
    assert_eq!(by_table().await, ["1 -", "2 -"]);
    assert_eq!(receiver.last()["marks"], json!([]));
    let waits = steward.text("/cases?which=unacknowledged").await;
    assert!(waits.contains(&number) && waits.contains("等待“by-file”回执"), "{waits}");
    acknowledge(&served, &steward, "by-file").await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert!(steward.text(&at).await.contains("已完成"));

    // Withdrawn while nothing can be written: the applicant is not kept waiting, and the next round takes the mark off.
    served.clock.advance(Duration::hours(1));
    let (_, code) = object("0197a3c4-0000-7000-8000-000000000062").await;
    deliver(&targets).await;
    assert_eq!(by_table().await, ["1 objection", "2 -"]);
    let store = served.front_end().parent().unwrap().join("received");
    let (incoming, away) = (store.join("incoming"), store.join("away"));
    std::fs::rename(&incoming, &away).unwrap();
    citizen.post("/public/cases", "/public/cases", &[("code", &code)]).await;
    assert_eq!(citizen.post("/public/cases", "/public/cases/withdraw", &[]).await.status(), 303);
    std::fs::rename(&away, &incoming).unwrap();
    deliver(&targets).await;
    assert_eq!(by_table().await, ["1 -", "2 -"]);
});

store::on_both!(what_is_made_of_a_marked_record_is_marked_too, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(records::AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let name = "东莞市示例监督管理局";
    authority_known(&served, &steward, bureau).await;
    switched_on(&steward, &["licence-2016-to-2018"]).await;
    let table = target(&steward, "one", &[("resources", "licence-2018"), ("way", "table")]).await;
    let now = async || {
        for _ in 0..2 {
            ::sharing::actions::follow(&sharing).await.unwrap();
        }
        deliver(&sharing, table).await.unwrap();
        marked(&served, "one", "licence-2018", "XK_WSH").await
    };
    let key = |number| [&format!("东市监食许〔2026〕{number}号"), "2026-01-05", GOOD, name].join("\u{1f}");
    let source = |number: u32| record_id("licence-2016", &key(number));
    let file = [OLD.to_owned(), old(1, GOOD, "", "0", ""), old(2, GOOD, "", "0", "")];
    // One before anything was made of it, one after.
    mark_at_targets(&sharing, source(1), Some(Mark::Repair)).await.unwrap();
    records::landed(&served, &officer, mine, "licence-2016", &file).await;
    assert_eq!(now().await, ["1 repair", "2 -"]);
    mark_at_targets(&sharing, source(2), Some(Mark::Objection)).await.unwrap();
    assert_eq!(now().await, ["1 repair", "2 objection"]);
    // Its own mark goes before that of its origin, and leaves it when it goes.
    let own = record_id("licence-2018", &key(2).replace(name, records::AUTHORITY));
    mark_at_targets(&sharing, own, Some(Mark::Repaired)).await.unwrap();
    assert_eq!(now().await, ["1 repair", "2 repaired"]);
    mark_at_targets(&sharing, own, None).await.unwrap();
    mark_at_targets(&sharing, source(1), None).await.unwrap();
    assert_eq!(now().await, ["1 -", "2 objection"]);
});
