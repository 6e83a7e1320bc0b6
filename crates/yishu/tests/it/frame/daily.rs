//! The console's daily pages: the list with its pushes, the dashboard, a table as of a day, what a submission changed, home.

use ::intake::actions::process_submission::process_submission;
use kernel::{Clock as _, Role};
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::intake::{hand_in, led_to};
use super::{PASSWORD, Served};

const FILE: &str = "企业名称,统一社会信用代码,注册日期\n\
    东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18\n\
    德州示例合作社,93371402MA0DEM03X2,2017/01/02\n\
    东莞示例饮料有限公司,9144190OMA0DEM013W,2016/03/18\n";

async fn push(served: &Served, secret: &str, key: &str, rows: &Value) -> Value {
    let client = reqwest::Client::new();
    let post = client.post(format!("{}/api/v1/resources/legal-entity/rows", served.base));
    let post = post.bearer_auth(secret).header("idempotency-key", key).json(rows);
    post.send().await.unwrap().json().await.unwrap()
}

store::on_both!(pushes_of_a_day_are_one_line_that_opens, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (org, other) = (served.org("A1").await, served.org("B1").await);
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&served.intake, id).await.unwrap();
    let one = officer.credential(org, "前置机").await;
    let two = officer.credential(org, "前置机").await;
    for n in 0..3 {
        push(
            &served,
            &one,
            &format!("jia-{n}"),
            &json!([{ "NAME": "德州示例合作社", "USCC": "93371402MA0DEM03X2" }]),
        )
        .await;
    }
    let wrong = json!([{ "NAME": "东莞示例饮料有限公司", "USCC": "91441900MA0DEM013X" }]);
    let pushed = push(&served, &one, "jia-3", &wrong).await;
    push(&served, &two, "yi-0", &json!([{ "NAME": "德州示例合作社", "USCC": "93371402MA0DEM03X2" }])).await;

    let list = officer.text("/submissions").await;
    assert!(list.contains("接口推送 4 次") && list.contains("接口推送 1 次"), "{list}");
    assert!(list.contains("法人.csv") && !list.contains("jia-0"), "single pushes stand behind their line");
    assert!(list.contains("共 3 条"), "three lines");
    let day = list.split("/submissions?pushes=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let days: Vec<String> = list
        .split("/submissions?pushes=")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(days.len(), 2, "two credentials of one name are two senders: {day}");
    let mut opened = Vec::new();
    for day in &days {
        opened.push(officer.text(&format!("/submissions?pushes={day}")).await);
    }
    assert!(opened.iter().any(|o| o.contains("jia-0") && o.contains("jia-3") && !o.contains("法人.csv")));

    // A push is found by its key and by its number, and the open row counts until it is gone.
    let found = officer.text("/submissions?q=jia-3").await;
    assert!(found.contains("jia-3") && !found.contains("jia-0"), "{found}");
    let number = pushed["submission"].as_str().unwrap();
    assert!(officer.text(&format!("/submissions?q={number}")).await.contains("jia-3"));
    let open = officer.text("/submissions?errors=open").await;
    assert!(open.contains("接口推送 4 次") && !open.contains("接口推送 1 次"), "{open}");
    let gone = officer.post("/submissions", &format!("/submissions/{number}/withdraw"), &[]).await;
    assert_eq!(gone.status(), 303);
    let open = officer.text("/submissions?errors=open").await;
    assert!(
        open.contains("法人.csv") && !open.contains("接口推送 4 次"),
        "withdrawn, nothing is left to mend"
    );
    assert!(officer.text("/submissions?state=withdrawn").await.contains("jia-3"));

    // Filters, and the download of what they leave.
    let today = served.clock.today();
    assert!(
        officer.text(&format!("/submissions?from={today}&to={today}&way=upload")).await.contains("法人.csv")
    );
    assert!(
        !officer.text(&format!("/submissions?to={}", today.pred_opt().unwrap())).await.contains("法人.csv")
    );
    let csv = officer.get("/submissions.csv?way=push&sort=rows").send().await.unwrap();
    assert!(csv.headers()["content-disposition"].to_str().unwrap().contains(".csv"));
    let csv = csv.text().await.unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let book = officer.get("/submissions.xlsx").send().await.unwrap().bytes().await.unwrap();
    let sheets = lake::sheet::read_small(&book, 10_000).unwrap();
    assert_eq!(sheets[0].1.len(), 4, "a heading and three lines");

    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    assert!(!stranger.text("/submissions").await.contains("接口推送 4 次"), "another department's");
    assert!(!stranger.text(&format!("/submissions?pushes={day}")).await.contains("jia-0"));
});

store::on_both!(a_table_is_read_as_of_a_day_and_its_rows_know_their_source, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&served.intake, id).await.unwrap();
    let later = FILE.replace("德州示例合作社", "德州示例种植合作社");
    let second = led_to(&hand_in(&officer, org, "法人2.csv", &later).await);
    process_submission(&served.intake, second).await.unwrap();

    assert_eq!(officer.get("/data/legal-entity").send().await.unwrap().status(), 403, "the whole table");
    let page = steward.text("/data/legal-entity").await;
    assert!(page.contains("德州示例种植合作社") && page.contains("共 2 行"), "{page}");
    let found = steward.text("/data/legal-entity?f.NAME=contains:%E7%A7%8D%E6%A4%8D&sort=NAME").await;
    assert!(found.contains("德州示例种植合作社") && !found.contains("东莞示例食品"), "{found}");
    let none = steward.text("/data/legal-entity?f.NAME=equals:none").await;
    assert!(none.contains("没有符合条件的行"));
    // What is masked is not read out by searching.
    let person = steward.get("/data/person?field=GMSFHM&test=contains&q=4419").send().await.unwrap();
    assert!(person.status() == 400 || !served.intake.lake.has_table("person"));

    let versions = served.intake.lake.history("legal-entity", None, 10).await.unwrap();
    let first = versions.iter().find(|h| h.shares.iter().any(|s| s.submission == id)).unwrap().version;
    let past = steward.text(&format!("/data/legal-entity?version={first}")).await;
    assert!(past.contains("德州示例合作社") && past.contains("查看当前数据"), "{past}");
    // The lake's commits bear the machine's time, the platform's clock here stands elsewhere.
    let long_ago = steward.text("/data/legal-entity?day=2020-01-01").await;
    assert!(long_ago.contains("还没有这张表"), "{long_ago}");

    let row = steward.text(&format!("/data/legal-entity/row?submission={second}&row=3")).await;
    assert!(row.contains("法人2.csv") && row.contains("德州示例种植合作社"), "{row}");
    assert_eq!(
        steward.get(&format!("/data/legal-entity/row?submission={id}&row=99")).send().await.unwrap().status(),
        404
    );

    let changes = officer.text(&format!("/submissions/{second}/changes")).await;
    assert!(changes.contains("更改") && changes.contains("德州示例合作社"), "{changes}");
    let own = officer.text(&format!("/data/legal-entity?submission={second}")).await;
    assert!(own.contains("东莞示例食品有限公司"));

    let before = served.audit_rows().await;
    let csv =
        steward.get("/data/legal-entity/rows.csv?f.NAME=contains:%E7%A7%8D%E6%A4%8D").send().await.unwrap();
    let csv = String::from_utf8(csv.bytes().await.unwrap().to_vec()).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 2, "{csv}");
    let book = steward.get("/data/legal-entity/rows.xlsx").send().await.unwrap().bytes().await.unwrap();
    assert_eq!(lake::sheet::read_small(&book, 10_000).unwrap()[0].1.len(), 3);
    assert_eq!(served.audit_rows().await, before + 2, "each download is written down");

    // A long one is made in the background, found again by who asked, and fetched by nobody else.
    let asked = steward.post("/", "/data/legal-entity/exports?f.NAME=contains:%E7%A7%8D%E6%A4%8D", &[]).await;
    assert_eq!(asked.headers()["location"], "/exports");
    assert_eq!(served.audit_rows().await, before + 3, "written down when it is asked for");
    let waiting = steward.text("/exports").await;
    assert!(waiting.contains("排队中"), "{waiting}");
    let worker = yishu::wiring::worker(served.intake.clone());
    while worker.step().await.unwrap() {}
    let ready = steward.text("/exports").await;
    let file = ready.split("href=\"/exports/").nth(1).unwrap().split('"').next().unwrap();
    let file = format!("/exports/{file}");
    let book = steward.get(&file).send().await.unwrap().bytes().await.unwrap();
    let rows = &lake::sheet::read_small(&book, 10_000).unwrap()[0].1;
    assert!(rows.len() == 2 && rows[1].iter().any(|c| c.contains("种植")), "{rows:?}");
    assert_eq!(officer.get(&file).send().await.unwrap().status(), 404, "another's export");
    assert!(!officer.text("/exports").await.contains("/file"));
    assert!(served.actions().await.contains(&"data.export".to_owned()));
    assert_eq!(officer.get("/data/legal-entity/rows.csv").send().await.unwrap().status(), 403);
});

store::on_both!(the_dashboard_counts_by_unit_and_tells_who_is_late, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    for (name, role) in [
        ("clerk", Role::TownshipClerk),
        ("consumer", Role::Consumer),
        ("auditor", Role::Auditor),
        ("administrator", Role::Administrator),
    ] {
        let own = (role == Role::TownshipClerk || role == Role::Consumer).then_some(org);
        let home = served.person(name, own, &[role]).await.text("/").await;
        assert!(home.contains("class=\"card\""), "{name} has something on the home page: {home}");
    }
    assert!(steward.text("/dashboard").await.contains("这段时间没有收到数据"));
    assert!(officer.text("/").await.contains("没有等您处理的批次"));

    let promise = catalogue::actions::FromPack {
        org,
        resource: "legal-entity".to_owned(),
        class_path: "3/07/001".to_owned(),
        update_cycle: catalogue::model::UpdateCycle::Weekly,
    };
    let system = kernel::Actor::system();
    let now = served.clock.now();
    let code = catalogue::actions::entry_from_pack(&served.db, &system, promise, now).await.unwrap();
    for _ in 0..2 {
        catalogue::actions::submit_entry(&served.db, &system, &code, now).await.unwrap();
        let approve = catalogue::model::Verdict::Approve;
        catalogue::actions::review_entry(&served.db, &system, &code, approve, "", now).await.unwrap();
    }
    assert!(officer.text("/").await.contains("还有 7 天"));
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&served.intake, id).await.unwrap();
    let page = steward.text("/dashboard").await;
    assert!(page.contains("部门A1") && page.contains("66.7%"), "{page}");
    let today = served.clock.today();
    assert!(page.contains(&format!("from={today}&amp;to={today}")), "a bar leads to its submissions");
    assert!(
        officer
            .text(&format!("/submissions?way=received&from={today}&to={today}"))
            .await
            .contains("法人.csv")
    );

    served.clock.advance(chrono::Duration::days(10));
    // Ten days later one has to sign in again.
    officer.sign_in("officer", PASSWORD).await;
    steward.sign_in("steward", PASSWORD).await;
    let late = officer.text("/").await;
    assert!(late.contains("逾期 3 天") && late.contains("1 行待更正"), "{late}");
    assert!(steward.text("/").await.contains("逾期 3 天"));
    // Sums are made by the month where the period is long.
    let year = steward.text("/dashboard?days=365").await;
    assert!(year.contains("每月收到的行数") && year.contains("2026-01"), "{year}");
    let book = steward.get("/dashboard.xlsx?days=7").send().await.unwrap().bytes().await.unwrap();
    let sheets = lake::sheet::read_small(&book, 10_000).unwrap();
    assert_eq!(sheets.len(), 3);
    assert!(sheets[2].1[1].iter().any(|c| c == "逾期 3 天"), "{:?}", sheets[2]);
    let unit = steward.text(&format!("/dashboard?org={org}")).await;
    assert!(unit.contains("部门A1 ·"), "{unit}");
});
