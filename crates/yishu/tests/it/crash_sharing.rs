//! The platform is killed (kill -9) at random moments while it turns what landed into another standard and delivers it. At the end
//! every row was made and delivered exactly once.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use intake::Intake;
use intake::actions::process_submission::process_submission;
use intake::actions::receive_upload::{Upload, receive_upload};
use intake::model::Way;
use kernel::{Actor, OrgId, SystemClock};
use lake::query::Query;
use serde_json::json;
use sharing::Sharing;
use sharing::actions::{TargetDraft, create_target, switch_mapping, table_name};
use store::testing::TestDb;
use yishu::wiring::migrations;

use crate::crash::{address, is_up, number, serve};

const AUTHORITY: &str = "东莞市示例监督管理局";
const FILES: usize = 4;
const ROWS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    killed_while_mapping_every_row_is_made_once(TestDb::sqlite(migrations).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    if let Some(test) = TestDb::postgres(migrations).await {
        killed_while_mapping_every_row_is_made_once(test).await;
    }
}

async fn landed(intake: &Intake, org: OrgId, resource: &str, text: String) {
    let upload = Upload {
        org,
        resource: Some(resource.to_owned()),
        file_name: format!("{resource}.csv"),
        way: Way::Upload,
        key: None,
        again: false,
        mapping: IndexMap::new(),
    };
    let received = receive_upload(intake, &Actor::system(), upload, text.as_bytes()).await.unwrap();
    process_submission(intake, received.id()).await.unwrap();
}

fn licences(file: usize) -> String {
    let mut text = "XK_WSH,XK_XMMC,XK_BM,XK_SPLB,XK_NR,XK_XDR,XK_XDR_SHXYM,XK_FR,XK_JDRQ,XK_JZQ,XK_XZJG,XK_ZT,DFBM,SJC\n".to_owned();
    for row in 0..ROWS {
        text.push_str(&format!(
            "东市监食许〔2025〕{file}-{row}号,食品经营许可,440000-0123-XK-001,普通,预包装食品销售,东莞示例食品有限公司,91441900MA0DEM013W,张三,\
             2025/11/03,2030/11/02,{AUTHORITY},0,441900,2025/11/04\n"
        ));
    }
    text
}

async fn killed_while_mapping_every_row_is_made_once(test: TestDb) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("lake");
    let open = async || lake::Lake::open(place.to_str().unwrap(), "local").await.unwrap();
    let intake = Intake {
        db: test.db.clone(),
        lake: open().await,
        packs: standards::pack::Packs::builtin().unwrap(),
        clock: Arc::new(SystemClock),
        pull: intake::PullSettings::default(),
    };
    let now = kernel::Clock::now(&SystemClock);
    let new = identity::org::NewOrg {
        code: "1144190000DEM0082P".to_owned(),
        name_zh: "示例局".to_owned(),
        name_en: "Example bureau".to_owned(),
        kind: "department".to_owned(),
        parent: None,
        valid_from: now.date_naive(),
    };
    let org = identity::org::insert(test.db.conn(), new).await.unwrap().org_id();
    let names = format!("机关名称,机关统一社会信用代码\n{AUTHORITY},1144190000DEM0082P\n");
    landed(&intake, org, "authority", names).await;
    for file in 0..FILES {
        landed(&intake, org, "licence-2016", licences(file)).await;
    }
    let sharing = Sharing { intake: intake.clone() };
    switch_mapping(&sharing, &Actor::system(), "licence-2016-to-2018", (true, true)).await.unwrap();
    let draft = TargetDraft {
        code: "next".to_owned(),
        title_zh: "下一家".to_owned(),
        way: "table".to_owned(),
        resources: vec!["licence-2018".to_owned()],
        from_start: true,
        ..TargetDraft::default()
    };
    create_target(&sharing, &Actor::system(), &draft).await.unwrap();

    // It begins to follow as soon as it is up, so each start is killed in the middle of that.
    let listen = address();
    for kill in 0..10_u64 {
        let mut server = serve(&test.address, &place, listen);
        is_up(&format!("http://{listen}")).await;
        let spread = u64::from(uuid::Uuid::new_v4().as_fields().1) % 500;
        tokio::time::sleep(Duration::from_millis(20 + kill * 20 + spread)).await;
        server.kill().unwrap();
        server.wait().unwrap();
    }
    let mut server = serve(&test.address, &place, listen);
    let db = &test.db;
    let all = (FILES * ROWS) as i64;
    let delivered = "select count(*) from delivery_line where state = 'acknowledged'";
    for _ in 0..1_200 {
        if number(db, delivered).await == all {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(number(db, delivered).await, all, "every row was delivered");
    assert_eq!(number(db, "select count(*) from delivery_line").await, all, "and once");
    assert_eq!(number(db, "select count(*) from produced").await, FILES as i64);
    assert_eq!(number(db, "select count(*) from submission where way = 'derive'").await, FILES as i64);
    let lake = open().await;
    for table in ["licence-2018".to_owned(), table_name("next", "licence-2018")] {
        let sql = format!("SELECT count(*), count(DISTINCT \"XK_WSH\") FROM \"{table}\"");
        assert_eq!(lake.query(Query::new(sql)).await.unwrap().rows, [[json!(all), json!(all)]], "{table}");
    }
    test.finish().await;
}
