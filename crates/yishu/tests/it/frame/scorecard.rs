//! Figures on a ledger made by hand, frozen periods that count again to the same digits, circulars, points.

use ::intake::actions::process_submission::process_submission;
use chrono::{Datelike as _, Duration, NaiveDate};
use kernel::{OrgId, Role, SubmissionId};
use lake::table::Lake;
use reqwest::Response;
use scorecard::Scorecard;
use scorecard::actions::{basis, counted, follow};
use scorecard::evaluate::{Basis, evaluate};
use scorecard::model::{Figure, Figures, Indicators, Span};
use sea_orm::{ConnectionTrait as _, Statement, Value};
use store::Db;
use uuid::Uuid;
use yishu::wiring::migrations;

use super::intake::{json_post, wrong_rows};
use super::records::{AUTHORITY, GOOD, LICENCES, landed, licence};
use super::{Browser, PASSWORD, Served};

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// January 2026.
pub(super) fn january() -> Span {
    Span::new(day("2026-01-01"), day("2026-01-31")).unwrap()
}

async fn run(db: &Db, sql: &str, values: Vec<Value>) {
    let done =
        db.conn().execute_raw(Statement::from_sql_and_values(db.backend(), sql, values)).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
}

/// One decision of the ledger.
struct Line {
    n: u128,
    org: OrgId,
    resource: &'static str,
    decided: &'static str,
    deadline: Option<&'static str>,
    received: Option<&'static str>,
    valid: Option<&'static str>,
    withdrawn: bool,
}

async fn decide(db: &Db, line: &Line) {
    let at = |text: Option<&str>| text.map(|t| t.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    let attempts = i64::from(line.received.is_some());
    let values = vec![
        Uuid::from_u128(line.n).into(),
        line.resource.into(),
        line.org.0.into(),
        day(line.decided).into(),
        line.deadline.map(day).into(),
        at(line.received).into(),
        at(line.valid).into(),
        attempts.into(),
        at(line.withdrawn.then_some("2026-01-20T01:00:00Z")).into(),
        format!("示例〔2026〕{}号", line.n).into(),
    ];
    run(
        db,
        "insert into record (id, resource, org_id, document, subject, decision_date, deadline, first_received_at, first_valid_at, attempts, withdrawn_at)
         values ($1, $2, $3, $10, '', $4, $5, $6, $7, $8, $9)",
        values,
    )
    .await;
}

pub(super) const LICENCE: &str = "licence-2018";
pub(super) const PENALTY: &str = "penalty-2018";

/// Ten decisions of two departments; what is expected of them is worked out beside each.
pub(super) async fn ledger(db: &Db, a: OrgId, b: OrgId) {
    let l = |n, org, resource, decided, deadline, received, valid| Line {
        n,
        org,
        resource,
        decided,
        deadline,
        received,
        valid,
        withdrawn: false,
    };
    let d = Some("2026-01-14");
    let lines = [
        // In time to the last second of its day in Beijing, at the first attempt.
        l(1, a, LICENCE, "2026-01-05", d, Some("2026-01-14T15:59:59Z"), Some("2026-01-14T15:59:59Z")),
        // Wrong at first, mended inside the limit: timely, not accurate.
        l(2, a, LICENCE, "2026-01-05", d, Some("2026-01-12T01:00:00Z"), Some("2026-01-13T01:00:00Z")),
        // A second too late.
        l(3, a, LICENCE, "2026-01-05", d, Some("2026-01-14T16:00:00Z"), Some("2026-01-14T16:00:00Z")),
        // Expected, never received.
        l(4, a, LICENCE, "2026-01-05", d, None, None),
        // Due in February only.
        l(5, a, LICENCE, "2026-01-28", Some("2026-02-06"), None, None),
        // Taken back: nobody misses it.
        Line { withdrawn: true, ..l(6, a, LICENCE, "2026-01-06", Some("2026-01-15"), None, None) },
        // No working days are published for it: no deadline, so neither timely nor late, but accurate.
        l(7, a, LICENCE, "2026-01-07", None, Some("2026-01-20T01:00:00Z"), Some("2026-01-20T01:00:00Z")),
        l(8, b, LICENCE, "2026-01-05", d, Some("2026-01-10T01:00:00Z"), Some("2026-01-10T01:00:00Z")),
        // Due in January, valid in February.
        l(
            9,
            b,
            LICENCE,
            "2026-01-09",
            Some("2026-01-20"),
            Some("2026-02-03T01:00:00Z"),
            Some("2026-02-03T01:00:00Z"),
        ),
        l(
            10,
            b,
            PENALTY,
            "2026-01-20",
            Some("2026-01-29"),
            Some("2026-01-21T01:00:00Z"),
            Some("2026-01-21T01:00:00Z"),
        ),
    ];
    // As if the calendar had been looked through: a decision without a deadline keeps none.
    let reaches = i64::from(standards::calendar::last_day().num_days_from_ce());
    let followed = "insert into followed (resource, version) values ('#calendar', $1)
        on conflict (resource) do update set version = excluded.version";
    run(db, followed, vec![reaches.into()]).await;
    for line in &lines {
        decide(db, line).await;
    }
}

fn figure(numerator: i64, denominator: i64) -> Figure {
    Figure { numerator, denominator, exempted: 0 }
}

async fn count(scorecard: &Scorecard) -> (Basis, Figures) {
    let basis = basis(scorecard, january()).await.unwrap();
    let figures = counted(scorecard, &basis).await.unwrap();
    (basis, figures)
}

async fn lake_upkeep(lake: &Lake) {
    for table in lake.resources().unwrap().iter().filter(|t| t.starts_with("fact-")) {
        lake.compact(table).await.unwrap();
        lake.sweep(table, std::time::Duration::ZERO).await.unwrap();
    }
}

pub(super) fn led_to(answer: &Response) -> String {
    let to = answer.headers()["location"].to_str().unwrap();
    to.rsplit('/').next().unwrap().to_owned()
}

pub(super) async fn expect(answer: Response, status: u16) -> Response {
    let got = answer.status().as_u16();
    if got != status {
        panic!("{got} instead of {status}: {}", answer.text().await.unwrap());
    }
    answer
}

store::on_both!(every_formula_counts_what_the_ledger_says, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b, c) = (served.org("A1").await, served.org("B1").await, served.org("C1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    follow(&scorecard).await.unwrap();
    let (basis_now, figures) = count(&scorecard).await;
    let of = |org: OrgId, code: &str| figures.of(org.0, code);
    let expected = [
        ("timeliness-a", (2, 3), (2, 2)),
        ("timeliness-b", (2, 4), (2, 3)),
        ("accuracy", (3, 4), (2, 2)),
        ("accuracy-final", (4, 4), (2, 2)),
        ("late", (1, 3), (0, 2)),
        ("missed", (2, 5), (0, 3)),
        ("overdue", (1, 1), (0, 0)),
        ("confirmation", (0, 0), (0, 0)),
        ("compliance", (0, 0), (0, 0)),
    ];
    for (code, of_a, of_b) in expected {
        assert_eq!(of(a, code), figure(of_a.0, of_a.1), "{code} of A");
        assert_eq!(of(b, code), figure(of_b.0, of_b.1), "{code} of B");
        assert_eq!(of(c, code), figure(0, 0), "{code} of C");
        assert_eq!(of(c, code).rate(), None, "no data is not zero");
    }
    assert_eq!(figures.city("timeliness-a"), figure(4, 5));
    for figures in figures.0.values().flat_map(|m| m.values()) {
        assert!(figures.numerator <= figures.denominator, "no rate passes 100 %");
    }

    // Nothing came: nothing is written; something came: a line more, and what is gone counts no more.
    let marks = basis_now.marks.clone();
    served.clock.advance(Duration::minutes(10));
    follow(&scorecard).await.unwrap();
    assert_eq!(count(&scorecard).await.0.marks, marks);
    run(&db, "delete from record where id = $1", vec![Uuid::from_u128(3).into()]).await;
    run(
        &db,
        "update record set first_valid_at = $1 where id = $2",
        vec![
            "2026-01-30T01:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into(),
            Uuid::from_u128(4).into(),
        ],
    )
    .await;
    served.clock.advance(Duration::minutes(10));
    follow(&scorecard).await.unwrap();
    let (after, changed) = count(&scorecard).await;
    assert_ne!(after.marks, marks);
    assert_eq!(changed.of(a.0, "timeliness-a"), figure(2, 3), "one gone, one late");
    assert_eq!(evaluate(&scorecard, &basis_now).await.unwrap(), figures, "the facts as they stood before");
});

store::on_both!(exemptions_and_scope_are_dated_and_decided_by_two, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let second = served.person("second", None, &[Role::BureauSteward]).await;
    follow(&scorecard).await.unwrap();

    // Of one decision: asked by the bureau for the department, approved by another steward.
    let record = format!("/records/{}", Uuid::from_u128(3));
    let (org_a, org_b) = (a.to_string(), b.to_string());
    let ask = [
        ("org", org_a.as_str()),
        ("resource", ""),
        ("record", record.as_str()),
        ("from", "2026-01-01"),
        ("to", "2026-01-31"),
        ("reason", "系统割接"),
    ];
    expect(steward.post("/exemptions", "/exemptions", &ask).await, 303).await;
    let stranger = [("org", org_b.as_str()), ("from", "2026-01-01"), ("to", "2026-01-31"), ("reason", "x")];
    expect(officer.post("/exemptions", "/exemptions", &stranger).await, 404).await;
    let foreign = format!("/records/{}", Uuid::from_u128(8));
    let mut wrong = ask;
    wrong[2] = ("record", foreign.as_str());
    expect(steward.post("/exemptions", "/exemptions", &wrong).await, 400).await;
    assert_eq!(count(&scorecard).await.1.of(a.0, "timeliness-a"), figure(2, 3), "asked is not approved");
    let page = steward.text("/exemptions").await;
    let id = page.split("action=\"/exemptions/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let decide = format!("/exemptions/{id}/decide");
    let yes = [("verdict", "approve"), ("reason", "情况属实")];
    expect(steward.post("/exemptions", &decide, &yes).await, 409).await;
    expect(officer.post("/exemptions", &decide, &yes).await, 403).await;
    expect(second.post("/exemptions", &decide, &yes).await, 303).await;
    expect(second.post("/exemptions", &decide, &yes).await, 409).await;
    let timely = count(&scorecard).await.1.of(a.0, "timeliness-a");
    assert_eq!(timely, Figure { numerator: 2, denominator: 2, exempted: 1 });
    let page = officer.text("/board?month=2026-01").await;
    assert!(page.contains("豁免 1") && page.contains("100.00%"), "{page}");
    assert!(officer.text("/exemptions").await.contains("情况属实"));

    // Approved on wrong grounds: the bureau takes it back with a reason, and it stays in the list.
    let back = format!("/exemptions/{id}/revoke");
    let why = [("reason", "系统当日正常")];
    expect(officer.post("/exemptions", &back, &why).await, 403).await;
    expect(steward.post("/exemptions", &back, &[("reason", " ")]).await, 400).await;
    expect(steward.post("/exemptions", &back, &why).await, 303).await;
    expect(steward.post("/exemptions", &back, &why).await, 409).await;
    expect(second.post("/exemptions", &decide, &yes).await, 409).await;
    assert_eq!(count(&scorecard).await.1.of(a.0, "timeliness-a"), figure(2, 3), "it counts again");
    let page = officer.text("/exemptions").await;
    assert!(page.contains("已撤销") && page.contains("系统当日正常") && page.contains("情况属实"), "{page}");
    assert!(!steward.text("/exemptions").await.contains(&back), "once");
    assert!(officer.text("/notices").await.contains("已批准的豁免被撤销"));

    // Penalties do not count from the middle of the month on, then from the 20th they do again.
    assert_eq!(count(&scorecard).await.1.of(b.0, "timeliness-a"), figure(2, 2));
    let scope = async |from: &str, counts: &str| {
        let fields = [
            ("scope_org", ""),
            ("scope_resource", PENALTY),
            ("scope_from", from),
            ("counts", counts),
            ("scope_basis", "示例决定第1号"),
        ];
        steward.post("/exemptions", "/scope", &fields).await
    };
    expect(scope("2026-01-15", "no").await, 303).await;
    assert_eq!(count(&scorecard).await.1.of(b.0, "timeliness-a"), figure(1, 1));
    expect(scope("2026-01-20", "yes").await, 303).await;
    assert_eq!(count(&scorecard).await.1.of(b.0, "timeliness-a"), figure(2, 2));
    expect(scope("2026-01-21", "no").await, 303).await;
    assert_eq!(count(&scorecard).await.1.of(b.0, "timeliness-a"), figure(2, 2), "from the next day on");
    let nothing = [("scope_from", "2026-01-01"), ("scope_basis", "x"), ("counts", "no")];
    expect(steward.post("/exemptions", "/scope", &nothing).await, 400).await;
    expect(officer.post("/exemptions", "/scope", &nothing).await, 403).await;
    let page = steward.text("/exemptions").await;
    let newest = page.split("action=\"/scope/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    expect(steward.post("/exemptions", &format!("/scope/{newest}/revoke"), &[]).await, 303).await;
    expect(steward.post("/exemptions", &format!("/scope/{newest}/revoke"), &[]).await, 404).await;
    assert_eq!(count(&scorecard).await.0.limits.changes.len(), 2);
});

store::on_both!(the_board_leads_from_every_number_to_its_rows, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let consumer = served.person("consumer", Some(a), &[Role::Consumer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    assert!(officer.text("/board").await.contains("考核数据尚未汇集"));
    expect(officer.post("/board", "/board/refresh", &[]).await, 403).await;
    expect(steward.post("/board", "/board/refresh", &[]).await, 303).await;
    ledger(&db, a, b).await;
    expect(steward.post("/board", "/board/refresh", &[]).await, 303).await;
    expect(consumer.get("/board").send().await.unwrap(), 403).await;

    let page = officer.text("/board?month=2026-01").await;
    assert!(page.contains("66.67%") && page.contains("2 / 3") && page.contains("部门B1"), "{page}");
    assert!(
        page.contains(&format!("/board/{a}/timeliness-a")) && !page.contains(&format!("/board/{b}/")),
        "own rows only"
    );
    let at =
        |org: OrgId, rest: &str| format!("/board/{org}/timeliness-a?from=2026-01-01&to=2026-01-31{rest}");
    let facts = officer.text(&at(a, "")).await;
    assert!(facts.contains("VALID_ON &#60;= DEADLINE") && facts.contains("共 3 条"), "{facts}");
    assert!(facts.contains(&format!("/records/{}", Uuid::from_u128(3))) && facts.contains("示例〔2026〕3号"));
    let rest = officer.text(&at(a, "&part=rest")).await;
    assert!(rest.contains("共 1 条") && !rest.contains(&format!("/records/{}", Uuid::from_u128(1))));
    expect(officer.get(&at(b, "")).send().await.unwrap(), 404).await;
    expect(steward.get(&at(b, "")).send().await.unwrap(), 200).await;
    let none = officer.text(&format!("/board/{a}?from=2026-01-01&to=2026-01-31")).await;
    assert!(none.contains("暂无数据") && none.contains("这类业务数据尚未产生"), "{none}");
    for file in [
        "/board.xlsx?month=2026-01".to_owned(),
        format!("/board/{a}/timeliness-a/facts.xlsx?from=2026-01-01&to=2026-01-31"),
        "/points.xlsx".to_owned(),
    ] {
        let file = officer.get(&file).send().await.unwrap();
        assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    }
    let english =
        steward.client.get(format!("{}/language/en?back=/indicators", served.base)).send().await.unwrap();
    assert!(english.status().as_u16() < 400);
    let english = steward.text("/indicators").await;
    assert!(english.contains("no rate can pass 100 %") && english.contains("Timeliness"));
    expect(steward.get("/board?from=2026-02-01&to=2026-01-01").send().await.unwrap(), 400).await;
    drop(scorecard);
});

store::on_both!(an_entry_is_mounted_by_its_own_rows, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let above = served.org("A1").await;
    let (own, other) = (served.org_below(Some(above), AUTHORITY).await, served.org("B1").await);
    for org in [above, other] {
        served.provides(org, LICENCE).await;
    }
    let officer = served.person("officer", Some(own), &[Role::DataOfficer]).await;
    let mounted = async || {
        served.clock.advance(Duration::minutes(10));
        follow(&scorecard).await.unwrap();
        let figures = count(&scorecard).await.1;
        [above, other].map(|org| figures.of(org.0, "catalogue-mounted"))
    };
    assert_eq!(mounted().await, [figure(0, 1), figure(0, 1)]);
    let batch = landed(&served, &officer, own, LICENCE, &[LICENCES.to_owned(), licence(1, GOOD)]).await;
    assert_eq!(
        mounted().await,
        [figure(1, 1), figure(0, 1)],
        "rows of the office below, not of the other department"
    );
    let back = format!("/submissions/{batch}/withdraw");
    expect(officer.post("/submissions", &back, &[("reason", "重报")]).await, 303).await;
    assert_eq!(mounted().await, [figure(0, 1), figure(0, 1)], "taken back");
});

store::on_both!(what_was_taken_back_counts_in_no_rate, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let own = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(own), &[Role::DataOfficer]).await;
    let key = officer.credential(own, "business system").await;
    let field = |code: &str| {
        serde_json::json!({
            "行政相对人名称": "东莞示例食品有限公司", "行政相对人类别": "法人及非法人组织",
            "行政相对人代码_1(统一社会信用代码)": code, "法定代表人": "张三", "行政许可决定文书名称": "食品经营许可决定书",
            "许可类别": "普通", "许可内容": "预包装食品销售", "许可决定日期": "2026/01/05", "有效期自": "2026/01/05",
            "有效期至": "2031/01/01", "许可机关": "东莞市示例监督管理局", "许可机关统一社会信用代码": AUTHORITY,
            "当前状态": "1", "数据来源单位": "东莞市示例监督管理局", "数据来源单位统一社会信用代码": AUTHORITY,
        })
    };
    let push = async |number: u32, code: &str| {
        let mut row = field(code);
        row["行政许可决定文书号"] = format!("东市监食许〔2026〕{number}号").into();
        let answer = reqwest::Client::new()
            .post(format!("{}/api/v1/resources/{LICENCE}/rows", served.base))
            .bearer_auth(&key)
            .json(&serde_json::json!([row]))
            .send()
            .await
            .unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        answer["submission"].as_str().unwrap_or_else(|| panic!("{answer}")).parse::<SubmissionId>().unwrap()
    };
    let of = async |code: &str| {
        served.clock.advance(Duration::minutes(10));
        follow(&scorecard).await.unwrap();
        count(&scorecard).await.1.of(own.0, code)
    };
    push(1, GOOD).await;
    let (mended, given_up) = (push(2, "9144190OMA0DEM013W").await, push(3, "9144190OMA0DEM013W").await);
    assert_eq!(of("compliance").await, figure(1, 3));
    let rows = wrong_rows(&officer, mended).await;
    let row = &rows["rows"][0];
    let mend = serde_json::json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": { "XK_XDR_SHXYM": GOOD } }] });
    json_post(&officer, &format!("/submissions/{mended}/mend"), &mend).await;
    let answer = officer.post("/submissions", &format!("/submissions/{mended}/land-mended"), &[]).await;
    process_submission(&served.intake, led_to(&answer).parse().unwrap()).await.unwrap();
    assert_eq!(of("landed").await, figure(2, 3), "a push that was put right has landed");
    assert_eq!(of("modified").await, figure(1, 2));
    let back = format!("/submissions/{given_up}/withdraw");
    expect(officer.post("/submissions", &back, &[("reason", "误推")]).await, 303).await;
    assert_eq!(of("compliance").await, figure(1, 2), "a day of pushes without the one taken back");
    assert_eq!(of("landed").await, figure(2, 2));
    assert_eq!((of("modified").await, of("ignored").await), (figure(1, 1), figure(0, 1)));

    // A file taken back as a whole is handled by nobody.
    let wrong = licence(8, "9144190OMA0DEM013W");
    let good = (91..=94).map(|n| licence(n, GOOD));
    let file: Vec<String> = [LICENCES.to_owned(), wrong].into_iter().chain(good).collect();
    let batch = landed(&served, &officer, own, LICENCE, &file).await;
    assert_eq!(of("handled").await, figure(1, 2));
    expect(
        officer.post("/submissions", &format!("/submissions/{batch}/withdraw"), &[("reason", "重报")]).await,
        303,
    )
    .await;
    assert_eq!((of("handled").await, of("ignored").await), (figure(1, 1), figure(0, 1)));
});

store::on_both!(a_published_period_counts_again_to_the_same_digits, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    served.org("C1").await;
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    expect(officer.post("/periods", "/periods", &days).await, 403).await;
    let ahead = [("name", ""), ("from", "2026-02-01"), ("to", "2026-02-28")];
    expect(steward.post("/periods", "/periods", &ahead).await, 400).await;
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    expect(steward.post("/periods", "/periods", &days).await, 409).await;
    let at = format!("/periods/{period}");
    let (publish, recompute) = (format!("{at}/publish"), format!("{at}/recompute"));

    // The department sees its own draft, no rank and nobody else.
    let draft = officer.text(&at).await;
    assert!(
        draft.contains("66.67%") && draft.contains("2026-02-13") && draft.contains("还有 3 个工作日"),
        "{draft}"
    );
    assert!(!draft.contains("部门B1"), "{draft}");
    assert!(steward.text(&at).await.contains("部门B1"));
    let object = format!("{at}/objections");
    expect(officer.post(&at, &object, &[("indicator", "timeliness-a"), ("reason", " ")]).await, 400).await;
    expect(officer.post(&at, &object, &[("indicator", "nothing"), ("reason", "x")]).await, 404).await;
    let reason = [("indicator", "timeliness-a"), ("reason", "第3号是当日送达的")];
    expect(officer.post(&at, &object, &reason).await, 303).await;
    expect(steward.post(&at, &publish, &[]).await, 409).await;
    served.clock.advance(Duration::days(4));
    officer.sign_in("officer", PASSWORD).await;
    steward.sign_in("steward", PASSWORD).await;
    expect(officer.post(&at, &object, &reason).await, 409).await;
    expect(steward.post(&at, &publish, &[]).await, 409).await;

    // It was right: the date is put right and the period counted anew.
    run(
        &db,
        "update record set first_valid_at = $1 where id = $2",
        vec![
            "2026-01-14T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into(),
            Uuid::from_u128(3).into(),
        ],
    )
    .await;
    let page = steward.text(&at).await;
    let objection = page.split("/score-objections/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let answer = format!("/score-objections/{objection}/answer");
    let text = [("reason", "经核实，已更正"), ("outcome", "recomputed")];
    expect(officer.post(&at, &answer, &text).await, 403).await;
    expect(steward.post(&at, &answer, &text).await, 303).await;
    expect(steward.post(&at, &answer, &text).await, 409).await;
    assert!(officer.text(&at).await.contains("3 / 3"));
    expect(steward.post(&at, &publish, &[]).await, 409).await;
    let inbox = officer.text("/notices").await;
    assert!(inbox.contains("评分已重算") && inbox.contains("，截止"), "nothing is published unseen: {inbox}");
    assert!(
        !officer.text("/board?month=2026-01").await.contains("部门B1"),
        "a draft hides the others on the board too"
    );
    for near in
        ["from=2026-01-01&to=2026-01-30", "from=2025-12-01&to=2026-02-20", "from=2026-01-31&to=2026-01-31"]
    {
        let board = officer.text(&format!("/board?{near}")).await;
        assert!(board.contains("不显示排名") && !board.contains("部门B1"), "a day more or less: {board}");
        assert!(steward.text(&format!("/board?{near}")).await.contains("部门B1"));
    }
    let own = officer.text(&format!("/board/{a}?from=2026-01-02&to=2026-01-31")).await;
    assert!(own.contains("<span class=\"figure\">–</span>"), "its score and no rank: {own}");
    // The Spring Festival lies between.
    served.clock.advance(Duration::days(14));
    officer.sign_in("officer", PASSWORD).await;
    steward.sign_in("steward", PASSWORD).await;
    expect(steward.post(&at, &publish, &[]).await, 303).await;
    expect(steward.post(&at, &publish, &[]).await, 409).await;
    assert!(officer.text("/board?month=2026-01").await.contains("以公布的为准"));
    expect(steward.post(&at, &format!("{at}/recount"), &[]).await, 409).await;
    let shown = officer.text(&at).await;
    assert!(shown.contains("部门B1"), "the ranking is open to members: {shown}");

    // Everything changes afterwards: decisions, exemptions, the files of the lake.
    run(&db, "delete from record where org_id = $1", vec![b.0.into()]).await;
    run(&db, "update record set deadline = $1", vec![day("2026-01-06").into()]).await;
    served.clock.advance(Duration::days(200));
    officer.sign_in("officer", PASSWORD).await;
    steward.sign_in("steward", PASSWORD).await;
    expect(steward.post("/board", "/board/refresh", &[]).await, 303).await;
    lake_upkeep(&served.intake.lake).await;
    assert_eq!(
        count(&scorecard).await.1.of(a.0, "timeliness-a"),
        figure(0, 4),
        "today's board follows the change"
    );
    let again = officer.post(&at, &recompute, &[]).await;
    let flash = again.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(flash.contains("yishu_flash=ok."), "{flash}");
    let frozen = officer.text(&format!("/board/{a}/timeliness-a?period={period}")).await;
    assert!(frozen.contains("3 / 3") && frozen.contains("共 3 条"), "{frozen}");

    // A newer formula counts for later periods; the frozen one keeps its own.
    let mut newer = basis(&scorecard, january()).await.unwrap();
    let stored: String = {
        let sql = "select basis from score_period";
        let row = db.conn().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
        row.try_get("", "basis").unwrap()
    };
    let kept: Basis = serde_json::from_str(&stored).unwrap();
    let before = evaluate(&scorecard, &kept).await.unwrap();
    newer.marks = kept.marks.clone();
    let formula = newer.indicators.iter_mut().find(|i| i.code == "timeliness-a").unwrap();
    formula.versions[0].version = 2;
    formula.versions[0].numerator = "VALID_ON < DEADLINE".to_owned();
    let by_newer = evaluate(&scorecard, &newer).await.unwrap();
    assert_eq!(by_newer.of(a.0, "timeliness-a"), figure(1, 3), "two came on the very last day");
    assert_eq!(before.of(a.0, "timeliness-a"), figure(3, 3));

    // Figures that were tampered with are told.
    let tampered = serde_json::to_string(&Figures::default()).unwrap();
    run(&db, "update score_period set figures = $1", vec![tampered.into()]).await;
    let told = officer.post(&at, &recompute, &[]).await;
    assert!(told.headers()["set-cookie"].to_str().unwrap().contains("yishu_flash=error."));
    assert!(Indicators::builtin().unwrap().find("timeliness-a").is_some());
});

store::on_both!(a_circular_goes_from_draft_to_issued_document, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    let draft = format!("/periods/{period}/circular");
    expect(steward.post("/periods", &draft, &[]).await, 409).await;
    served.clock.advance(Duration::days(4));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    steward.sign_in("steward", PASSWORD).await;
    expect(steward.post("/periods", &format!("/periods/{period}/publish"), &[]).await, 303).await;
    let circular = led_to(&expect(steward.post("/periods", &draft, &[]).await, 303).await);
    let at = format!("/circulars/{circular}");
    expect(officer.get(&at).send().await.unwrap(), 404).await;
    assert!(officer.text("/circulars").await.contains("还没有通报"));
    let page = steward.text(&at).await;
    assert!(page.contains("关于2026年1月公共信用信息归集应用工作情况的通报"), "{page}");
    assert!(page.contains("部门A1（66.67%，2/3）"), "problems are named with their numbers: {page}");

    let texts = [
        ("version", "1"),
        ("issuer", "示例市信用办"),
        ("title", "关于一月份情况的通报"),
        ("main_to", "各成员单位"),
        ("opening", "现将一月份情况通报如下。"),
        ("overview", "总体平稳。"),
        ("problems", "部门A1有迟报。"),
        ("requirements", "按期整改。"),
        ("copy_to", "市领导、督查室"),
    ];
    let edit = format!("{at}/edit");
    expect(officer.post("/board", &edit, &texts).await, 403).await;
    expect(steward.post(&at, &edit, &[("version", "1")]).await, 400).await;
    expect(steward.post(&at, &edit, &texts).await, 303).await;
    expect(steward.post(&at, &edit, &texts).await, 409).await;
    let issue = format!("{at}/issue");
    expect(steward.post(&at, &issue, &[("version", "1")]).await, 409).await;
    expect(steward.post(&at, &issue, &[("version", "2")]).await, 303).await;
    expect(steward.post(&at, &issue, &[("version", "2")]).await, 409).await;
    let page = officer.text(&at).await;
    assert!(page.contains("信用通报〔2026〕1号") && page.contains("关于一月份情况的通报"), "{page}");
    assert!(!page.contains("部门B1</td>"), "only the own copy: {page}");
    let read = format!("{at}/read");
    expect(officer.post(&at, &read, &[]).await, 303).await;
    assert!(officer.text(&at).await.contains("officer 2026-02-14"));
    assert!(steward.text(&at).await.contains("4 份中已签收或送达 1 份"));

    // The document is kept as it was issued; PDF needs LibreOffice, and its absence is told in words.
    let download =
        async || officer.get(&format!("{at}/circular.docx")).send().await.unwrap().bytes().await.unwrap();
    let first = download().await;
    assert!(first.starts_with(b"PK"));
    run(&db, "update score_period set name = 'x'", vec![]).await;
    assert_eq!(download().await, first);
    let pdf = officer.get(&format!("{at}/circular.pdf")).send().await.unwrap();
    match pdf.status().as_u16() {
        200 => assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF")),
        503 => assert!(pdf.text().await.unwrap().contains("LibreOffice")),
        other => panic!("{other}"),
    }
});

store::on_both!(what_evaluators_found_is_counted_and_can_be_taken_back, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(b), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    assert!(officer.text("/evaluations").await.contains("还没有登记抽查评估"));
    let org = a.to_string();
    let entry = |sampled: &'static str, unreported: &'static str| {
        vec![
            ("org", org.clone()),
            ("resource", LICENCE.to_owned()),
            ("day", "2026-01-05".to_owned()),
            ("evaluator", "第三方评估机构".to_owned()),
            ("sampled", sampled.to_owned()),
            ("unreported", unreported.to_owned()),
            ("note", "案卷第3号未报".to_owned()),
        ]
    };
    let post = async |browser: &Browser, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        browser.post("/evaluations", "/evaluations", &fields).await
    };
    expect(post(&officer, entry("20", "1")).await, 403).await;
    for (sampled, unreported) in [("0", "0"), ("5", "6"), ("5", "-1"), ("many", "0"), ("9999999", "0")] {
        expect(post(&steward, entry(sampled, unreported)).await, 400).await;
    }
    let mut ahead = entry("20", "1");
    ahead[2].1 = "2026-02-05".to_owned();
    expect(post(&steward, ahead).await, 400).await;
    expect(post(&steward, entry("20", "1")).await, 303).await;
    assert!(officer.text("/evaluations").await.contains("案卷第3号未报"));
    assert!(!stranger.text("/evaluations").await.contains("案卷第3号未报"));
    served.clock.advance(Duration::minutes(10));
    follow(&scorecard).await.unwrap();
    let (_, figures) = count(&scorecard).await;
    assert_eq!(figures.of(a.0, "concealed"), figure(1, 20));
    assert_eq!(figures.of(b.0, "concealed").rate(), None, "nobody looked there");

    let page = steward.text("/evaluations").await;
    let id = page.split("action=\"/evaluations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let revoke = format!("/evaluations/{id}/revoke");
    expect(officer.post("/evaluations", &revoke, &[]).await, 403).await;
    expect(steward.post("/evaluations", &revoke, &[]).await, 303).await;
    expect(steward.post("/evaluations", &revoke, &[]).await, 404).await;
    assert!(steward.text("/evaluations").await.contains("已由"));
    let file = officer.get("/evaluations.xlsx").send().await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    served.clock.advance(Duration::minutes(10));
    follow(&scorecard).await.unwrap();
    assert_eq!(count(&scorecard).await.1.of(a.0, "concealed"), figure(0, 0));
});

store::on_both!(points_are_reversed_and_never_deleted, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(b), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let org = a.to_string();
    let give = [
        ("org", org.as_str()),
        ("rule", "concealed"),
        ("day", "2026-01-05"),
        ("reason", "抽查发现一件未报"),
        ("link", "/records"),
    ];
    expect(officer.post("/points", "/points", &give).await, 403).await;
    let mut wrong = give;
    wrong[4] = ("link", "https://example.com");
    expect(steward.post("/points", "/points", &wrong).await, 400).await;
    wrong[4] = ("link", "");
    wrong[2] = ("day", "2026-01-06");
    expect(steward.post("/points", "/points", &wrong).await, 400).await;
    expect(steward.post("/points", "/points", &give).await, 303).await;
    let page = officer.text("/points").await;
    assert!(page.contains("-10") && page.contains("抽查发现一件未报"), "{page}");
    assert!(!stranger.text("/points").await.contains("抽查发现"));
    let id = page.split("/points/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let (appeal, answer) = (format!("/points/{id}/appeal"), format!("/points/{id}/answer"));
    expect(stranger.post("/points", &appeal, &[("reason", "x")]).await, 404).await;
    expect(officer.post("/points", &appeal, &[("reason", "已在期限内报送")]).await, 303).await;
    expect(officer.post("/points", &appeal, &[("reason", "再说一次")]).await, 409).await;
    expect(officer.post("/points", &answer, &[("reason", "x"), ("outcome", "reversed")]).await, 403).await;
    let text = [("reason", "申诉成立"), ("outcome", "reversed")];
    expect(steward.post("/points", &answer, &text).await, 303).await;
    expect(steward.post("/points", &answer, &text).await, 404).await;
    let page = officer.text("/points").await;
    assert!(page.contains("+10") && page.contains("-10") && page.contains("冲回："), "both stand: {page}");
    assert!(page.contains("<td class=\"num\">0</td>"), "the sum is nothing: {page}");
});

store::on_both!(the_regulation_is_kept_in_versions, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let a = served.org("A1").await;
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let page = officer.text("/regulation").await;
    assert!(
        page.contains("示范文本") && page.contains("第 22 条") && page.contains("不是任何城市的正式制度"),
        "{page}"
    );
    let mut fields = vec![
        ("version", "0"),
        ("title", "本市制度"),
        ("issuer", "示例市信用办"),
        ("number_word", "示信通"),
        ("window", "5"),
        ("main_to", "各单位"),
        ("body", "# 第一章 总则\r\n第一段。\r\n第二段。"),
        ("note", "首次制定"),
    ];
    expect(officer.post("/board", "/regulation", &fields).await, 403).await;
    expect(steward.post("/regulation/edit", "/regulation", &fields).await, 303).await;
    expect(steward.post("/regulation/edit", "/regulation", &fields).await, 409).await;
    fields[0].1 = "1";
    fields[4].1 = "50";
    expect(steward.post("/regulation/edit", "/regulation", &fields).await, 400).await;
    let page = officer.text("/regulation").await;
    assert!(page.contains("本市制度") && page.contains("第 2 条") && page.contains("首次制定"), "{page}");
    // What was in force before stays readable.
    fields[4].1 = "5";
    fields[6].1 = "# 第一章 总则\n只有一段。";
    expect(steward.post("/regulation/edit", "/regulation", &fields).await, 303).await;
    let page = officer.text("/regulation").await;
    assert!(page.contains("只有一段") && page.contains("href=\"/regulation?version=1\""), "{page}");
    let page = officer.text("/regulation?version=1").await;
    assert!(page.contains("第二段") && page.contains("已由第 2 版代替"), "{page}");
    expect(officer.get("/regulation?version=9").send().await.unwrap(), 404).await;
});

store::on_both!(a_rule_is_changed_by_dated_versions_and_tried_first, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    follow(&scorecard).await.unwrap();
    let page = "/indicators/timeliness-a";
    let fields = |changed: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("version", "1"),
            ("from", "2026-03-01"),
            ("weight", "30"),
            ("direction", "higher"),
            ("full_at", ""),
            ("definition_zh", "早于期限合格的决定占合格决定的比例。"),
            ("definition_en", "Decisions valid before their deadline."),
            ("denominator", "VALID_ON BETWEEN :from AND :to AND DEADLINE IS NOT NULL"),
            ("numerator", "VALID_ON < DEADLINE"),
            ("whole", "1"),
            ("part", "1"),
            ("reason", "示例决定第2号"),
        ];
        all.retain(|(name, _)| !changed.iter().any(|(c, _)| c == name));
        all.extend_from_slice(changed);
        all
    };
    let (preview, save) = (format!("{page}/preview"), format!("{page}/versions"));
    assert!(!officer.text(page).await.contains("<textarea"));
    expect(officer.post(page, &save, &fields(&[])).await, 403).await;
    expect(officer.post(page, &preview, &fields(&[])).await, 403).await;

    // Tried on January: two of A's came on the very last day or after it. Nothing is kept.
    let tried = expect(steward.post(page, &preview, &fields(&[])).await, 200).await.text().await.unwrap();
    assert!(
        tried.contains("66.67%") && tried.contains("33.33%") && tried.contains("没有保存任何内容"),
        "{tried}"
    );
    assert_eq!(count(&scorecard).await.1.of(a.0, "timeliness-a"), figure(2, 3));
    assert!(!steward.text(page).await.contains("示例决定第2号"));

    // What cannot be counted is refused in words, beside its field.
    for (field, bad, said) in [
        ("numerator", "true) OR (true", "括号没有成对"),
        ("numerator", "(SELECT 1) = 1", "“SELECT”不是"),
        ("denominator", "DELETE", "“DELETE”不是"),
        ("weight", "101", "分值应为 0 到 100"),
        ("numerator", "VALID_ON BETWEEN :from", "公式无法计算"),
        ("reason", "", "请写明理由"),
        ("from", "", "请选择日期"),
    ] {
        let answer = expect(steward.post(page, &save, &fields(&[(field, bad)])).await, 400).await;
        let text = answer.text().await.unwrap();
        assert!(text.contains(said), "{field} {bad}: {text}");
    }
    expect(steward.post(page, &save, &fields(&[])).await, 303).await;
    expect(steward.post(page, &save, &fields(&[])).await, 400).await;
    expect(steward.post(page, &save, &fields(&[("weight", "31")])).await, 409).await;
    let shown = officer.text(page).await;
    assert!(
        shown.contains("第 2 版") && shown.contains("示例决定第2号") && shown.contains("尚未适用"),
        "{shown}"
    );

    // Periods of before keep the rule of before; March has the new one; taken back, it never applies.
    let of = async |from: &str, to: &str| {
        let span = Span::new(day(from), day(to)).unwrap();
        let basis = basis(&scorecard, span).await.unwrap();
        let indicator = basis.indicator("timeliness-a").unwrap().clone();
        (indicator.weight, indicator.versions[0].version)
    };
    assert_eq!(of("2026-02-01", "2026-02-28").await, (25, 1));
    assert_eq!(of("2026-03-01", "2026-03-31").await, (30, 2));
    let id = steward.text(page).await;
    let id = id.split("/indicator-versions/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let revoke = format!("/indicator-versions/{id}/revoke");
    expect(officer.post(page, &revoke, &[]).await, 403).await;
    expect(steward.post(page, &revoke, &[]).await, 303).await;
    expect(steward.post(page, &revoke, &[]).await, 409).await;
    assert_eq!(of("2026-03-01", "2026-03-31").await, (25, 1));

    // A published period closes the days before its end; a version that applies stays.
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    served.clock.advance(Duration::days(4));
    steward.sign_in("steward", PASSWORD).await;
    expect(steward.post("/periods", &format!("/periods/{period}/publish"), &[]).await, 303).await;
    let early = fields(&[("version", "2"), ("from", "2026-01-15")]);
    let told = expect(steward.post(page, &save, &early).await, 400).await.text().await.unwrap();
    assert!(told.contains("不能早于 2026-02-01"), "{told}");
    expect(steward.post(page, &save, &fields(&[("version", "2"), ("from", "2026-02-01")])).await, 303).await;
    assert_eq!(of("2026-02-01", "2026-02-28").await, (30, 3), "a number is never used again");
    let page_now = steward.text(page).await;
    assert!(page_now.contains("适用中") && page_now.contains("合计 105 分"), "{page_now}");
    assert!(!page_now.contains("/indicator-versions/"));
    officer.sign_in("officer", PASSWORD).await;
    let kept = officer.text(&format!("/board/{a}/timeliness-a?period={period}")).await;
    assert!(kept.contains("66.67%") && kept.contains("第 1 版"), "{kept}");
});
