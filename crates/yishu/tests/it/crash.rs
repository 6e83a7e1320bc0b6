//! The platform is killed (kill -9) at random moments while a department uploads and pushes, and started again. Whoever
//! got no answer sends the same again. At the end every row is there exactly once and no submission is stuck.
//!
//! `YISHU_CRASH_ITEMS` sets how much is sent.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt as _;
use kernel::{Actor, Role, SystemClock};
use lake::query::Query;
use reqwest::Client;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use store::Db;
use store::testing::TestDb;
use yishu::wiring::migrations;

use crate::frame::{Browser, PASSWORD, provides};

/// Good rows of an uploaded file; one more is wrong.
const ROWS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    killed_at_random_moments_every_row_lands_exactly_once(TestDb::sqlite(migrations).await, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    if let Some(test) = TestDb::postgres(migrations).await {
        killed_at_random_moments_every_row_lands_exactly_once(test, 20).await;
    }
}

pub(crate) fn serve(database: &str, lake: &Path, listen: SocketAddr) -> Child {
    Command::new(env!("CARGO_BIN_EXE_yishu"))
        .args(["serve", "--database", database, "--listen", &listen.to_string()])
        .args(["--lake", &format!("file://{}", lake.display()), "--admin-password", PASSWORD])
        .env("RUST_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// A free address; the server takes it anew after each kill.
pub(crate) fn address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

pub(crate) async fn is_up(base: &str) {
    let client = Client::new();
    for _ in 0..600 {
        if client.get(format!("{base}/sign-in")).send().await.is_ok_and(|a| a.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the platform does not come up");
}

/// What is sent, and sent again until an answer comes.
struct Sender {
    browser: Browser,
    token: String,
    secret: String,
    org: String,
}

impl Sender {
    fn file(item: usize) -> String {
        let mut text = "企业名称,统一社会信用代码,注册日期\n".to_owned();
        for row in 0..ROWS {
            text.push_str(&format!("示例上传{item}之{row}公司,,2016/03/18\n"));
        }
        text.push_str(&format!("示例错误{item}公司,9144190OMA0DEM013W,2016/03/18\n"));
        text
    }

    async fn upload(&self, item: usize) -> reqwest::Result<u16> {
        let form = reqwest::multipart::Form::new()
            .text("_csrf", self.token.clone())
            .text("org", self.org.clone())
            .text("resource", "legal-entity")
            .part("file", reqwest::multipart::Part::text(Self::file(item)).file_name(format!("{item}.csv")));
        let post = self.browser.client.post(format!("{}/submissions", self.browser.base));
        Ok(post.header("accept", "text/html").multipart(form).send().await?.status().as_u16())
    }

    async fn push(&self, item: usize) -> reqwest::Result<u16> {
        let answer = Client::new()
            .post(format!("{}/api/v1/resources/legal-entity/rows", self.browser.base))
            .bearer_auth(&self.secret)
            .header("idempotency-key", format!("key-{item}"))
            .json(&json!([{ "NAME": format!("示例推送{item}公司") }]))
            .send()
            .await?;
        Ok(answer.status().as_u16())
    }

    async fn until_answered(&self, item: usize) {
        for _ in 0..2_000 {
            let answer = if item.is_multiple_of(2) { self.upload(item).await } else { self.push(item).await };
            match answer {
                Ok(200 | 201 | 303) => return,
                // Killed while answering, or not up again: the same is sent once more.
                Ok(500..) | Err(_) => tokio::time::sleep(Duration::from_millis(40)).await,
                Ok(status) => panic!("item {item} was answered with {status}"),
            }
        }
        panic!("item {item} never got an answer");
    }
}

async fn text(db: &Db, sql: &str) -> String {
    let statement = Statement::from_string(db.backend(), sql);
    let row = db.conn().query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default()
}

pub(crate) async fn number(db: &Db, sql: &str) -> i64 {
    let statement = Statement::from_string(db.backend(), sql);
    db.conn().query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn killed_at_random_moments_every_row_lands_exactly_once(test: TestDb, items: usize) {
    let items = std::env::var("YISHU_CRASH_ITEMS").ok().and_then(|n| n.parse().ok()).unwrap_or(items);
    let folder = tempfile::tempdir().unwrap();
    let (lake, listen) = (folder.path().join("lake"), address());
    let base = format!("http://{listen}");
    let now = kernel::Clock::now(&SystemClock);
    let new = identity::org::NewOrg {
        code: "A1".to_owned(),
        name_zh: "示例局".to_owned(),
        name_en: "Example bureau".to_owned(),
        kind: "department".to_owned(),
        parent: None,
        valid_from: now.date_naive(),
    };
    let org = identity::org::insert(test.db.conn(), new).await.unwrap().org_id();
    provides(&test.db, (org, "legal-entity"), now).await;
    let officer = identity::actions::NewAccount {
        name: "officer".to_owned(),
        display_name: "officer".to_owned(),
        password: PASSWORD.to_owned(),
        must_change_password: false,
        city_wide: false,
        org: Some(org),
        roles: vec![Role::DataOfficer],
    };
    identity::actions::create_account(&test.db, &Actor::system(), officer, now).await.unwrap();

    let mut server = serve(&test.address, &lake, listen);
    is_up(&base).await;
    let client =
        Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let browser = Browser { client, base: base.clone() };
    assert_eq!(browser.sign_in("officer", PASSWORD).await.status(), 303);
    let secret = browser.credential(org, "x").await;
    let org = org.to_string();
    let token = browser.csrf("/submissions/new").await;
    let sender = Sender { browser, token, secret, org };

    let done = Arc::new(AtomicBool::new(false));
    let killer = tokio::spawn({
        let (done, address) = (Arc::clone(&done), test.address.clone());
        let base = base.clone();
        async move {
            let mut kills = 0;
            while !done.load(Ordering::Relaxed) {
                // Long enough that something gets done: starting alone takes a while.
                is_up(&base).await;
                let spread = u64::from(uuid::Uuid::new_v4().as_fields().1) % 900;
                tokio::time::sleep(Duration::from_millis(60 + spread)).await;
                if done.load(Ordering::Relaxed) {
                    break;
                }
                server.kill().unwrap();
                server.wait().unwrap();
                kills += 1;
                server = serve(&address, &lake, listen);
            }
            (server, lake, kills)
        }
    });
    futures::stream::iter(0..items).for_each_concurrent(4, |item| sender.until_answered(item)).await;
    done.store(true, Ordering::Relaxed);
    let (mut server, lake, kills) = killer.await.unwrap();

    // What was answered is finished without anyone asking again.
    let db = &test.db;
    let open = "select count(*) from submission where state <> 'landed'";
    // A machine with other work is slow, but what is stuck never ends.
    let (mut left, mut idle) = (number(db, open).await, 0);
    while left > 0 && idle < 1_200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = number(db, open).await;
        idle = if now < left { 0 } else { idle + 1 };
        left = now;
    }
    let stuck = text(db, "select max(way || ' ' || state) from submission where state <> 'landed'").await;
    assert_eq!(left, 0, "no submission is stuck: {stuck}");
    server.kill().unwrap();
    server.wait().unwrap();
    println!("{items} items, {kills} kills");
    assert!(kills > 0, "nothing was killed, so nothing is shown");

    let (uploads, pushes) = (items.div_ceil(2) as i64, (items / 2) as i64);
    assert_eq!(number(db, "select count(*) from submission").await, uploads + pushes);
    assert_eq!(number(db, "select count(*) from wrong_row").await, uploads, "each file has one wrong row");
    let lake = lake::Lake::open(lake.to_str().unwrap(), "local").await.unwrap();
    let count = async |sql: &str| lake.query(Query::new(sql)).await.unwrap().rows[0].clone();
    let all =
        count("SELECT count(*), count(DISTINCT \"NAME\"), count(DISTINCT _submission) FROM legal_entity")
            .await;
    let rows = uploads * ROWS as i64 + pushes;
    assert_eq!(all, [json!(rows), json!(rows), json!(uploads + pushes)], "every row once");
    let one_each: Vec<Value> = count(
        "SELECT count(*) FROM (SELECT _submission, count(*) AS n FROM legal_entity GROUP BY 1) AS s \
         WHERE n <> 1 AND n <> 6",
    )
    .await;
    assert_eq!(one_each, [json!(0)], "no submission landed in part");
    test.finish().await;
}
