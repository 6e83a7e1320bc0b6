//! What is not shared any more goes nowhere until it is again: decided, left out by its mapping, or gone with its batch.

use ::sharing::Sharing;
use ::sharing::actions::{deliver, follow, share_again, withdraw_from_targets};
use chrono::Duration;
use kernel::{OrgId, RecordId, Role};
use lake::query::Query;
use rectify::model::record_id;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::mapping::{OLD, authority_known, old, switched_on};
use super::records::{AUTHORITY, GOOD, LICENCES, landed, licence};
use super::{Browser, Served};

fn record(number: u32) -> RecordId {
    let key = [&format!("东市监食许〔2026〕{number}号"), "2026-01-05", GOOD, AUTHORITY].join("\u{1f}");
    record_id("licence-2018", &key)
}

/// A target that takes licences into a table.
pub(super) async fn by_table(steward: &Browser, code: &str) -> uuid::Uuid {
    let fields = [
        ("code", code),
        ("title_zh", code),
        ("way", "table"),
        ("resources", "licence-2018"),
        ("from_start", "yes"),
    ];
    let made = steward.post("/targets", "/targets", &fields).await;
    assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
    made.headers()["location"].to_str().unwrap().trim_start_matches("/targets/").parse().unwrap()
}

/// Document numbers a target holds, short: `1,3`.
pub(super) async fn held(served: &Served, target: (&str, uuid::Uuid)) -> String {
    let sharing = Sharing { intake: served.intake.clone() };
    follow(&sharing).await.unwrap();
    follow(&sharing).await.unwrap();
    deliver(&sharing, target.1).await.unwrap();
    let table = format!("out-{}-licence-2018", target.0);
    if !served.intake.lake.has_table(&table) {
        return String::new();
    }
    let sql = format!("SELECT \"XK_WSH\" FROM \"{table}\" WHERE \"WITHDRAWN\" IS NULL ORDER BY 1");
    let rows = served.intake.lake.query(Query::new(sql)).await.unwrap().rows;
    let number = |row: &Vec<Value>| row[0].as_str().unwrap().split('〕').nth(1).unwrap().replace('号', "");
    rows.iter().map(number).collect::<Vec<_>>().join(",")
}

/// How many records the public site shows.
pub(super) async fn shown(served: &Served) -> usize {
    for _ in 0..2 {
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
    let public: Value =
        served.browser().get("/api/v1/public/records").send().await.unwrap().json().await.unwrap();
    public["records"].as_array().unwrap().len()
}

store::on_both!(a_stopped_record_goes_nowhere_until_it_is_shared_again, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let one = ("one", by_table(&steward, "one").await);
    let file = [LICENCES.to_owned(), licence(1, GOOD), licence(2, GOOD)];
    landed(&served, &officer, mine, "licence-2018", &file).await;
    assert_eq!(held(&served, one).await, "1,2");

    withdraw_from_targets(&sharing, record(1), "许可被撤销").await.unwrap();
    assert_eq!(held(&served, one).await, "2");
    served.clock.advance(Duration::hours(1));
    let more = [&file[..], &[licence(3, GOOD)]].concat();
    landed(&served, &officer, mine, "licence-2018", &more).await;
    assert_eq!(held(&served, one).await, "2,3", "the department's next file does not bring it back");
    let two = ("two", by_table(&steward, "two").await);
    assert_eq!(held(&served, two).await, "2,3", "nor does a new target get it");

    for _ in 0..2 {
        share_again(&sharing, record(1)).await.unwrap();
    }
    assert_eq!(held(&served, one).await, "1,2,3");
    assert_eq!(held(&served, two).await, "1,2,3", "it came while the record was stopped, and gets it now");

    // Stopped before any target had it.
    withdraw_from_targets(&sharing, record(5), "许可被撤销").await.unwrap();
    served.clock.advance(Duration::hours(1));
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(5, GOOD)]).await;
    assert_eq!((held(&served, one).await, held(&served, two).await), ("1,2,3".into(), "1,2,3".into()));
    for _ in 0..2 {
        share_again(&sharing, record(5)).await.unwrap();
    }
    assert_eq!((held(&served, one).await, held(&served, two).await), ("1,2,3,5".into(), "1,2,3,5".into()));
    served.clock.advance(Duration::hours(1));
    let most = [&more[..], &[licence(4, GOOD)]].concat();
    landed(&served, &officer, mine, "licence-2018", &most).await;
    assert_eq!(held(&served, two).await, "1,2,3,4,5");
});

store::on_both!(what_a_mapping_leaves_out_is_taken_down_everywhere, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, bureau).await;
    switched_on(&steward, &["licence-2016-to-2018"]).await;
    let one = ("one", by_table(&steward, "one").await);
    let hand_in = async |org: OrgId, lines: &[String]| {
        served.clock.advance(Duration::hours(1));
        landed(&served, &officer, org, "licence-2016", &[&[OLD.to_owned()], lines].concat()).await
    };
    hand_in(mine, &[old(1, GOOD, "", "0", ""), old(2, GOOD, "", "0", "")]).await;
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));

    // From now on for internal use alone.
    hand_in(mine, &[old(1, GOOD, "", "0", "1")]).await;
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("2", 1));
    let two = ("two", by_table(&steward, "two").await);
    assert_eq!(held(&served, two).await, "2", "a target that comes later does not get it either");

    hand_in(mine, &[old(1, GOOD, "", "0", "0")]).await;
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2), "it goes again");
    assert_eq!(held(&served, two).await, "1,2");

    // Changed and left out before anybody was told of the change.
    hand_in(mine, &[old(3, GOOD, "", "0", "0")]).await;
    hand_in(mine, &[old(3, GOOD, "", "0", "1")]).await;
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));
});

store::on_both!(a_batch_taken_back_leaves_only_what_others_replaced, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, bureau).await;
    switched_on(&steward, &["licence-2016-to-2018"]).await;
    let one = ("one", by_table(&steward, "one").await);
    let file = [OLD.to_owned(), old(1, GOOD, "", "0", ""), old(2, GOOD, "", "0", "")];
    let source = landed(&served, &officer, mine, "licence-2016", &file).await;
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));

    served.clock.advance(Duration::hours(1));
    let own = [LICENCES.to_owned(), licence(1, GOOD)];
    landed(&served, &officer, mine, "licence-2018", &own).await;
    assert_eq!(shown(&served).await, 2);
    let path = format!("/submissions/{source}/withdraw");
    assert_eq!(officer.post("/submissions", &path, &[("reason", "重报")]).await.status(), 303);
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1", 1));
});

store::on_both!(a_push_that_was_cut_off_is_followed_settled_and_completed, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let one = ("one", by_table(&steward, "one").await);
    let secret = officer.credential(mine, "x").await;
    let keys: Vec<&str> = LICENCES.split(',').collect();
    let row = |n: u32| -> Value {
        let line = licence(n, GOOD);
        keys.iter()
            .zip(line.split(','))
            .map(|(k, v)| ((*k).to_owned(), json!(v)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let push = async |n: u32| -> Value {
        let url = format!("{}/api/v1/resources/licence-2018/rows", served.base);
        let post =
            reqwest::Client::new().post(url).bearer_auth(&secret).header("idempotency-key", format!("k{n}"));
        let answer = post.json(&json!([row(n), { "XK_WSH": "只有文号" }])).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let answer = push(1).await;
    assert_eq!((&answer["landed"], &answer["rejected"]), (&json!(1), &json!(1)), "{answer:#}");
    let id = answer["submission"].as_str().unwrap().to_owned();
    // As if the platform had stopped after the rows were in the lake.
    for sql in [
        "update submission set state = 'landing', push_day_id = null, rows_total = 0, rows_landed = 0, rows_open = 0 where way = 'push'",
        "delete from finding",
        "delete from wrong_row",
        "update push_key set answer = '{}'",
    ] {
        served.db.conn().execute_unprepared(sql).await.unwrap();
    }
    assert_eq!(held(&served, one).await, "1", "whose rows they are is known all the same");
    let page = officer.text(&format!("/submissions/{id}")).await;
    assert!(page.contains("入库中"), "{page}");

    served.clock.advance(Duration::minutes(11));
    ::intake::jobs::upkeep(&served.intake).await.unwrap();
    let page = officer.text(&format!("/submissions/{id}")).await;
    assert!(page.contains("推送时平台中断") && page.contains("已入库"), "{page}");

    let again = push(1).await;
    assert_eq!(again["submission"], json!(id));
    assert_eq!((&again["landed"], &again["rejected"]), (&json!(1), &json!(1)), "{again:#}");
    let page = officer.text(&format!("/submissions/{id}")).await;
    assert!(!page.contains("推送时平台中断"), "{page}");
    assert_eq!(served.intake.lake.count("licence-2018", None).await.unwrap(), 1);
});
