//! A department's front-end database is registered, tried, switched on, read by schedule, and what it holds lands once.

use ::intake::actions::process_submission::process_submission;
use ::intake::jobs::start_due_pulls;
use chrono::Duration;
use kernel::{OrgId, Role, SubmissionId};
use sea_orm::ConnectionTrait as _;
use store::Db;
use store::jobs::Worker;
use yishu::wiring::{self, migrations};

use super::{Browser, Served};

/// A department's front-end database with two firms.
pub(super) async fn front_end(served: &Served, org_code: &str) -> Db {
    let folder = served.front_end().join(org_code);
    std::fs::create_dir_all(&folder).unwrap();
    let db = Db::connect(&format!("sqlite://{}", folder.join("qzk.db").display())).await.unwrap();
    run(&db, "CREATE TABLE t_firm (\"企业名称\" TEXT, \"统一社会信用代码\" TEXT, \"注册日期\" TEXT, \"更新时间\" TEXT)").await;
    run(
        &db,
        "INSERT INTO t_firm VALUES ('东莞示例食品有限公司', '91441900MA0DEM013W', '2016-03-18', '2026-01-04 10:00:00'), \
         ('德州示例合作社', '93371402MA0DEM03X2', '2017-01-02', '2026-01-04 11:00:00')",
    )
    .await;
    db
}

async fn run(db: &Db, sql: &str) {
    db.conn().execute_unprepared(sql).await.unwrap();
}

pub(super) fn form<'a>(org: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("org", org),
        ("resource", "legal-entity"),
        ("name", "登记系统法人表"),
        ("address", "sqlite://qzk.db"),
        ("user", ""),
        ("secret", ""),
        ("table", "t_firm"),
        ("mode", "increasing"),
        ("increasing", "更新时间"),
        ("inclusive", "yes"),
        ("reached", ""),
        ("schedule", "every"),
        ("minutes", "30"),
        ("at", ""),
    ];
    for (name, value) in changes {
        fields.retain(|(n, _)| n != name);
        fields.push((name, value));
    }
    fields
}

/// Registers a source and returns its address.
pub(super) async fn register(browser: &Browser, org: OrgId, changes: &[(&str, &str)]) -> String {
    let org = org.to_string();
    let answer = browser.post("/pulls/new", "/pulls", &form(&org, changes)).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Runs what is queued, until nothing is.
pub(super) async fn work(served: &Served) {
    let worker: Worker = wiring::worker(served.intake.clone());
    while worker.step().await.unwrap() {}
}

/// The submissions a page links to.
fn submissions(html: &str) -> Vec<SubmissionId> {
    let links = html.split("href=\"/submissions/").skip(1);
    links.filter_map(|l| l.split('"').next()?.parse().ok()).collect()
}

async fn rows(served: &Served) -> u64 {
    if !served.intake.lake.has_table("legal-entity") {
        return 0;
    }
    served.intake.lake.count("legal-entity", None).await.unwrap()
}

store::on_both!(a_front_end_database_is_read_by_schedule_and_lands_once, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let front = front_end(&served, "A1").await;
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    served.provides(mine, "legal-entity").await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    assert!(officer.text("/pulls").await.contains("还没有登记前置库"), "the empty list says what to do");
    let home = register(&officer, mine, &[]).await;

    let tested = officer.post(&home, &format!("{home}/test"), &[]).await.text().await.unwrap();
    assert!(tested.contains("连接成功，共 4 列") && tested.contains("东莞示例食品有限公司"), "{tested}");
    let enabled = officer.post(&home, &format!("{home}/enable"), &[]).await;
    assert_eq!(enabled.status(), 303);

    assert_eq!(start_due_pulls(&served.intake).await.unwrap(), 0, "its time has not come");
    served.clock.advance(Duration::minutes(31));
    assert_eq!(start_due_pulls(&served.intake).await.unwrap(), 1);
    assert_eq!(start_due_pulls(&served.intake).await.unwrap(), 0, "no pull overlaps itself");
    let page = officer.text(&home).await;
    assert!(page.contains("正在抽取") && page.contains("hx-get"), "a pull under way is followed");
    assert_eq!(officer.post(&home, &format!("{home}/run"), &[]).await.status(), 409);
    work(&served).await;
    assert_eq!(rows(&served).await, 2);
    let page = officer.text(&home).await;
    assert!(page.contains("2026-01-04 11:00:00") && page.contains("有新数据"), "{page}");
    assert_eq!(submissions(&page).len(), 1);
    let submission = officer.text(&format!("/submissions/{}", submissions(&page)[0])).await;
    assert!(submission.contains("前置库抽取"), "its way is told");

    // The row at the value reached is read again, and known.
    served.clock.advance(Duration::minutes(31));
    assert_eq!(start_due_pulls(&served.intake).await.unwrap(), 1);
    work(&served).await;
    let page = officer.text(&home).await;
    assert!(page.contains("没有新数据"));
    assert_eq!(submissions(&page).len(), 1, "nothing new makes no submission");

    // Another row with the very instant reached, and one later.
    run(&front, "INSERT INTO t_firm VALUES ('东莞示例饮料有限公司', '91441900MA0DEM015M', '2016-03-18', '2026-01-04 11:00:00')").await;
    let asked = officer.post(&home, &format!("{home}/run"), &[]).await;
    assert_eq!(asked.status(), 303);
    work(&served).await;
    let page = officer.text(&home).await;
    assert_eq!(submissions(&page).len(), 2, "{page}");
    assert!(page.contains("officer"), "who asked is told");

    // Nobody else's.
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    assert!(!stranger.text("/pulls").await.contains("登记系统法人表"));
    assert_eq!(stranger.get(&home).send().await.unwrap().status(), 404);
    for verb in ["run", "test", "enable", "disable", "remove"] {
        assert_eq!(stranger.post("/pulls", &format!("{home}/{verb}"), &[]).await.status(), 404, "{verb}");
    }
    assert_eq!(stranger.post("/pulls", &home, &form("", &[])).await.status(), 404);
    let mine_text = mine.to_string();
    assert_eq!(stranger.post("/pulls", "/pulls", &form(&mine_text, &[])).await.status(), 404);
    // An auditor sees it and changes nothing; a consumer does not see it.
    let auditor = served.person("auditor", None, &[Role::Auditor]).await;
    assert_eq!(auditor.get(&home).send().await.unwrap().status(), 200);
    assert_eq!(auditor.post("/pulls", &format!("{home}/run"), &[]).await.status(), 403);
    let consumer = served.person("consumer", None, &[Role::Consumer]).await;
    assert_eq!(consumer.get("/pulls").send().await.unwrap().status(), 403);

    let edited = officer
        .post(&home, &home, &form("", &[("name", "法人表"), ("schedule", "workdays"), ("at", "02:30")]))
        .await;
    assert_eq!(edited.status(), 303, "{}", edited.text().await.unwrap());
    assert!(officer.text(&home).await.contains("每个工作日 02:30"));
    assert_eq!(officer.post(&home, &format!("{home}/disable"), &[]).await.status(), 303);
    assert_eq!(officer.post(&home, &format!("{home}/remove"), &[]).await.status(), 303);
    assert_eq!(officer.get(&home).send().await.unwrap().status(), 404);
    let actions = served.actions().await;
    for action in ["create", "test", "enable", "start", "edit", "disable", "remove"] {
        assert!(actions.contains(&format!("pull.{action}")), "{action} left a record");
    }
    let verdict = store::audit::verify(&served.db).await.unwrap();
    assert!(matches!(verdict, store::audit::Verdict::Intact { .. }), "{verdict:?}");
});

store::on_both!(a_job_that_runs_twice_takes_the_rows_once, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let front = front_end(&served, "A1").await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let home = register(&officer, org, &[("mode", "full")]).await;
    officer.post(&home, &format!("{home}/run"), &[]).await;
    let job = store::jobs::latest(served.db.conn(), &format!("pull:{}", &home[7..])).await.unwrap().unwrap();
    let payload: ::intake::jobs::Pull = serde_json::from_str(&job.payload).unwrap();
    for _ in 0..2 {
        ::intake::actions::run_pull::run_pull(&served.intake, payload.source, payload.run, |_| {})
            .await
            .unwrap();
    }
    let id = submissions(&officer.text(&home).await);
    assert_eq!(id.len(), 1);
    process_submission(&served.intake, id[0]).await.unwrap();
    assert_eq!(rows(&served).await, 2);
    work(&served).await;

    // The same table once more is recognised; changed and changed back it is news each time.
    let pull = async || {
        officer.post(&home, &format!("{home}/run"), &[]).await;
        work(&served).await;
        officer.text(&home).await
    };
    let page = pull().await;
    assert!(page.contains("内容与以前相同"));
    run(&front, "UPDATE t_firm SET \"企业名称\" = '德州示例新合作社' WHERE \"统一社会信用代码\" = '93371402MA0DEM03X2'").await;
    let mut seen = submissions(&pull().await);
    run(
        &front,
        "UPDATE t_firm SET \"企业名称\" = '德州示例合作社' WHERE \"统一社会信用代码\" = '93371402MA0DEM03X2'",
    )
    .await;
    let page = pull().await;
    seen.extend(submissions(&page));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "three contents in a row, three submissions");
    assert_eq!(rows(&served).await, 2);
});

store::on_both!(a_failure_is_told_with_its_remedy_and_tried_again_later, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let front = front_end(&served, "A1").await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let home = register(&officer, org, &[("minutes", "1")]).await;
    officer.post(&home, &format!("{home}/enable"), &[]).await;
    run(&front, "ALTER TABLE t_firm RENAME TO t_gone").await;
    for (n, minutes) in [(1, 2), (2, 3), (3, 5)] {
        served.clock.advance(Duration::minutes(minutes));
        assert_eq!(start_due_pulls(&served.intake).await.unwrap(), 1, "attempt {n}");
        work(&served).await;
        let page = officer.text(&home).await;
        assert!(
            page.contains("前置库里没有“t_firm”这张表") && page.contains(&format!("连续失败 {n} 次")),
            "{page}"
        );
        served.clock.advance(Duration::seconds(59));
        assert_eq!(start_due_pulls(&served.intake).await.unwrap(), 0, "it waits longer than that");
    }
    let tested = officer.post(&home, &format!("{home}/test"), &[]).await.text().await.unwrap();
    assert!(tested.contains("前置库里没有“t_firm”这张表"));
    run(&front, "ALTER TABLE t_gone RENAME TO t_firm").await;
    served.clock.advance(Duration::minutes(30));
    start_due_pulls(&served.intake).await.unwrap();
    work(&served).await;
    assert!(!officer.text(&home).await.contains("连续失败"), "success clears the count");
    assert_eq!(rows(&served).await, 2);

    // A run whose job was given up does not hold its place for ever.
    officer.post(&home, &format!("{home}/run"), &[]).await;
    run(&served.db, "update job set state = 'failed' where kind = 'intake.pull' and state = 'queued'").await;
    start_due_pulls(&served.intake).await.unwrap();
    assert!(officer.text(&home).await.contains("抽取中途停止"));
    assert_eq!(officer.post(&home, &format!("{home}/run"), &[]).await.status(), 303);
});

store::on_both!(what_must_not_be_reached_is_refused, migrations, async |db: Db| {
    let served = Served::start(db).await;
    front_end(&served, "A1").await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let id = org.to_string();
    for (changes, says) in [
        ([("address", "sqlite://../control.db")], "YISHU_PULL_FOLDER"),
        ([("address", "sqlite:///etc/passwd")], "YISHU_PULL_FOLDER"),
        ([("address", "postgres://10.0.0.1/secret")], "YISHU_PULL_HOSTS"),
        ([("address", "postgres://u:p4ss@10.0.0.1/db")], "地址里不要写用户名和密码"),
        ([("address", "http://169.254.169.254/latest")], "前置库地址要以"),
        ([("table", "")], "请填写表名"),
        ([("increasing", "")], "请填写递增列"),
        ([("minutes", "0")], "1 到 1440"),
        ([("name", "")], "请给这个前置库起一个名称"),
    ] {
        let answer = officer.post("/pulls/new", "/pulls", &form(&id, &changes)).await;
        assert_eq!(answer.status(), 400, "{changes:?}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(says), "{changes:?}");
    }
    register(&officer, org, &[]).await;
    let again = officer.post("/pulls/new", "/pulls", &form(&id, &[])).await;
    assert_eq!(again.status(), 400);
    assert!(again.text().await.unwrap().contains("同样的记录已存在"));
});
