//! One upload goes to every target: as a file, to an interface that fails and turns rows down, into a table.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use ::intake::actions::process_submission::process_submission;
use ::rectify::model::record_id;
use ::sharing::Sharing;
use ::sharing::actions::{deliver, follow, table_name, where_it_went, withdraw_from_targets};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Json, Router, routing::post};
use chrono::Duration;
use kernel::{OrgId, RecordId, Role, SubmissionId};
use lake::query::Query;
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::intake::{hand_in_as, led_to};
use super::records::{GOOD, LICENCES, licence};
use super::{Browser, Served};

const AUTHORITY: &str = "1144190000DEM0082P";

/// A target's interface: answers as told, and keeps what it was sent.
#[derive(Clone, Default)]
pub(super) struct Receiver {
    answers: Arc<Mutex<VecDeque<Value>>>,
    got: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Receiver {
    pub(super) async fn start() -> (Self, String) {
        let receiver = Self::default();
        let app = Router::new().route("/intake", post(Self::take)).with_state(receiver.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/intake", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, address)
    }

    async fn take(State(me): State<Self>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
        let key = headers["idempotency-key"].to_str().unwrap().to_owned();
        me.got.lock().unwrap().push((key, body));
        let fine = json!({ "errorCode": "200", "errorMsg": "操作成功", "failSize": 0, "tips": [] });
        Json(me.answers.lock().unwrap().pop_front().unwrap_or(fine))
    }

    fn will_say(&self, answer: Value) {
        self.answers.lock().unwrap().push_back(answer);
    }

    pub(super) fn last(&self) -> Value {
        self.got.lock().unwrap().last().unwrap().1.clone()
    }

    pub(super) fn number(&self, at: usize) -> String {
        self.got.lock().unwrap()[at].0.clone()
    }

    pub(super) fn count(&self) -> usize {
        self.got.lock().unwrap().len()
    }
}

async fn target(steward: &Browser, code: &str, fields: &[(&str, &str)]) -> uuid::Uuid {
    let own = [("code", code), ("title_zh", code), ("resources", "licence-2018"), ("from_start", "yes")];
    let all: Vec<(&str, &str)> = own.iter().chain(fields).copied().collect();
    let made = steward.post("/targets", "/targets", &all).await;
    assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
    made.headers()["location"].to_str().unwrap().trim_start_matches("/targets/").parse().unwrap()
}

async fn landed(served: &Served, who: &Browser, org: OrgId, lines: &[String]) -> SubmissionId {
    let answer = hand_in_as(who, org, "licence-2018", "许可.csv", &lines.join("\n")).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let id = led_to(&answer);
    process_submission(&served.intake, id).await.unwrap();
    id
}

fn record(number: u32) -> RecordId {
    let key = [&format!("东市监食许〔2026〕{number}号"), "2026-01-05", GOOD, AUTHORITY].join("\u{1f}");
    record_id("licence-2018", &key)
}

async fn states(served: &Served, browser: &Browser, query: &str) -> Vec<String> {
    follow(&Sharing { intake: served.intake.clone() }).await.unwrap();
    let page = browser.text(&format!("/deliveries?{query}")).await;
    let rows = page.split("<tr>").skip(2);
    rows.map(|r| r.split("class=\"badge").nth(1).unwrap().split(['>', '<']).nth(1).unwrap().to_owned())
        .collect()
}

store::on_both!(one_upload_goes_to_every_target, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let (mine, other) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let (receiver, address) = Receiver::start().await;
    let refused = [
        ("code", "far-away"),
        ("title_zh", "远方"),
        ("way", "api"),
        ("address", "http://far.example/in"),
        ("resources", "licence-2018"),
    ];
    let answer = steward.post("/targets", "/targets", &refused).await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("YISHU_DELIVER_HOSTS"), "only hosts that are allowed");
    let api = target(&steward, "by-api", &[("way", "api"), ("address", &address)]).await;
    let file = target(&steward, "by-file", &[("way", "file"), ("format", "xml"), ("workdays", "20")]).await;
    let table = target(&steward, "by-table", &[("way", "table")]).await;

    let first =
        landed(&served, &officer, mine, &[LICENCES.to_owned(), licence(1, GOOD), licence(2, GOOD)]).await;
    follow(&sharing).await.unwrap();
    follow(&sharing).await.unwrap();
    assert_eq!(
        states(&served, &officer, "").await,
        ["待发送"; 3],
        "one for each target, however often asked"
    );
    assert_eq!(states(&served, &stranger, "").await.len(), 0, "another department's are not shown");

    // The interface is not well: it is tried again after a minute, not before.
    receiver.will_say(json!({ "errorCode": "500", "errorMsg": "服务器内部错误" }));
    deliver(&sharing, api).await.unwrap();
    deliver(&sharing, api).await.unwrap();
    assert_eq!(receiver.count(), 1);
    assert_eq!(states(&served, &officer, &format!("target={api}")).await, ["待发送"]);
    served.clock.advance(Duration::minutes(1));
    receiver.will_say(json!({ "errorCode": 200, "failSize": 1, "tips": ["第2行 名称与代码不符"] }));
    deliver(&sharing, api).await.unwrap();
    assert_eq!(receiver.number(0), receiver.number(1), "the same number again");
    assert_eq!(receiver.last()["departmentCode"], AUTHORITY);
    assert_eq!(receiver.last()["body"][0]["XK_JDRQ"], "2026/01/05");
    assert_eq!(states(&served, &officer, &format!("target={api}")).await, ["被退回"]);
    let page = officer.text("/deliveries?which=refused").await;
    let href = page.split("href=\"/deliveries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let detail = officer.text(&format!("/deliveries/{href}?lines=refused")).await;
    assert!(detail.contains("名称与代码不符") && detail.contains("2026-01-14"), "why, and by when: {detail}");
    assert_eq!(stranger.get(&format!("/deliveries/{href}")).send().await.unwrap().status(), 404);

    // Sent again, only the line that was turned down goes, as a delivery of its own.
    steward.post("/deliveries", &format!("/deliveries/{href}/resend"), &[]).await;
    deliver(&sharing, api).await.unwrap();
    assert_eq!(receiver.last()["body"].as_array().unwrap().len(), 1);
    assert_eq!(states(&served, &officer, &format!("target={api}&sort=made")).await, ["已另发", "已确认"]);

    // A file waits for its receipt; a table is acknowledged by its commit.
    for id in [file, table] {
        deliver(&sharing, id).await.unwrap();
    }
    assert_eq!(states(&served, &officer, &format!("target={file}")).await, ["已发送"]);
    assert_eq!(states(&served, &officer, &format!("target={table}")).await, ["已确认"]);
    let day = std::fs::read_dir(served.outbox().join("by-file")).unwrap().next().unwrap().unwrap().path();
    let xml = std::fs::read_dir(day).unwrap().next().unwrap().unwrap().path();
    let number = xml.file_stem().unwrap().to_str().unwrap().split('_').next().unwrap().to_owned();
    assert!(std::fs::read_to_string(xml).unwrap().contains("<XK_WSH>东市监食许〔2026〕1号</XK_WSH>"));
    assert!(officer.text(&format!("/deliveries?q={number}")).await.contains("2026-02-02"), "20 working days");
    let waits = where_it_went(&sharing, record(1)).await.unwrap();
    assert_eq!(
        waits.iter().map(|w| (w.target.as_str(), w.pending)).collect::<Vec<_>>(),
        [("by-api", false), ("by-file", true), ("by-table", false)]
    );
    let answered = async |line: &str| {
        let text = format!("推送单号,行号,结果,说明\n{line}\n");
        let bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
        let part = reqwest::multipart::Part::bytes(bytes).file_name("回执.csv");
        let form = reqwest::multipart::Form::new()
            .text("_csrf", steward.csrf("/deliveries").await)
            .part("file", part);
        let path = format!("{}/deliveries/receipt", steward.base);
        steward.client.post(path).multipart(form).send().await.unwrap().status()
    };
    let receipt = async |number: &str| answered(&format!("{number},,00,")).await;
    assert_eq!(receipt(&receiver.number(0)).await, 400, "an interface answers by itself");
    assert_eq!(states(&served, &officer, &format!("target={api}&sort=made")).await, ["已另发", "已确认"]);
    assert_eq!(receipt(&number).await, 303);
    assert!(where_it_went(&sharing, record(1)).await.unwrap().iter().all(|w| !w.pending));

    // Answered in two files, a line stays turned down until one of them says that it was taken.
    for (line, expected) in [("1,失败,名称不符", "被退回"), ("2,成功,", "被退回"), ("1,成功,", "已确认")]
    {
        assert_eq!(answered(&format!("{number},{line}")).await, 303);
        assert_eq!(states(&served, &officer, &format!("target={file}")).await, [expected], "{line}");
    }

    // A correction goes to all of them; until it has, the record is pending.
    let mended = licence(1, GOOD).replace("预包装食品销售", "散装食品销售");
    let second = landed(&served, &officer, mine, &[LICENCES.to_owned(), mended]).await;
    assert!(where_it_went(&sharing, record(1)).await.unwrap().iter().all(|w| w.pending));
    follow(&sharing).await.unwrap();
    for id in [api, file, table] {
        deliver(&sharing, id).await.unwrap();
    }
    assert_eq!(receiver.last()["body"][0]["XK_NR"], "散装食品销售");
    let rows = |sql: &str| {
        let sql = sql.replace("TABLE", &format!("\"{}\"", table_name("by-table", "licence-2018")));
        async { served.intake.lake.query(Query::new(sql)).await.unwrap().rows }
    };
    assert_eq!(rows("SELECT count(*) FROM TABLE WHERE \"WITHDRAWN\" IS NULL").await, [[json!(2)]]);
    assert_eq!(rows("SELECT count(*) FROM TABLE WHERE \"XK_NR\" = '散装食品销售'").await, [[json!(1)]]);

    // Taken back, the earlier state stands again; taken back too, both records are withdrawn everywhere.
    served.clock.advance(Duration::hours(1));
    for id in [second, first] {
        let path = format!("/submissions/{id}/withdraw");
        assert_eq!(officer.post("/submissions", &path, &[("reason", "重报")]).await.status(), 303);
        follow(&sharing).await.unwrap();
        deliver(&sharing, api).await.unwrap();
        deliver(&sharing, table).await.unwrap();
        if id == second {
            assert_eq!(receiver.last()["body"][0]["XK_NR"], "预包装食品销售");
        }
    }
    assert_eq!(receiver.last()["withdrawn"].as_array().unwrap().len(), 2);
    assert_eq!(receiver.last()["withdrawn"][0]["row"]["XK_XDR_SHXYM"], GOOD);
    assert_eq!(rows("SELECT count(*) FROM TABLE WHERE \"WITHDRAWN\" = '1'").await, [[json!(2)]]);
    let count = receiver.count();
    follow(&sharing).await.unwrap();
    deliver(&sharing, api).await.unwrap();
    assert_eq!(receiver.count(), count, "nothing more to say");

    // What the publication withdraws goes back once, with its reason, and its row stays.
    landed(&served, &officer, mine, &[LICENCES.to_owned(), licence(3, GOOD)]).await;
    follow(&sharing).await.unwrap();
    deliver(&sharing, api).await.unwrap();
    for _ in 0..2 {
        withdraw_from_targets(&sharing, record(3), "许可被撤销").await.unwrap();
        deliver(&sharing, api).await.unwrap();
    }
    assert_eq!(receiver.last()["withdrawn"][0]["reason"], "许可被撤销");
    assert_eq!(receiver.count(), count + 2);
    let went = where_it_went(&sharing, record(3)).await.unwrap();
    assert!(went.iter().any(|w| w.target == "by-api" && w.withdrawn && !w.pending), "{went:?}");
    let book = steward.get("/deliveries.xlsx").send().await.unwrap().bytes().await.unwrap();
    assert!(book.starts_with(b"PK"));
});
