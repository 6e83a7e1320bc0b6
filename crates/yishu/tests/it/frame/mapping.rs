//! One source, many uses: an old-edition file becomes the new edition and what other systems take; a finished case arrives in the
//! publicity format without anyone typing.

use ::intake::actions::process_submission::process_submission;
use ::intake::facts::receipts;
use ::sharing::Sharing;
use ::sharing::actions::{deliver, follow, where_it_went};
use kernel::{Clock as _, OrgId, Role, SubmissionId};
use lake::query::Query;
use rectify::Rectify;
use rectify::facts::decisions;
use rectify::model::record_id;
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::intake::{hand_in_as, json_post, led_to, wrong_rows};
use super::records::{self, GOOD};
use super::{Browser, PASSWORD, Served};

const AUTHORITY: &str = "1144190000DEM0082P";
const NAME: &str = "东莞市示例监督管理局";
pub(super) const OLD: &str = "XK_WSH,XK_XMMC,XK_BM,XK_SPLB,XK_NR,XK_XDR,XK_XDR_SHXYM,XK_XDR_SFZ,XK_FR,XK_JDRQ,XK_JZQ,XK_XZJG,XK_ZT,DFBM,SJC,BZ,XK_SYFW";

/// A licence of the old edition: number, subject with its codes, and status.
pub(super) fn old(number: u32, code: &str, id: &str, status: &str, scope: &str) -> String {
    let until = if number == 9 { "" } else { "2031/01/01" };
    format!(
        "东市监食许〔2026〕{number}号,食品经营许可,440000-0123-XK-001,普通,预包装食品销售,东莞示例食品有限公司,{code},{id},张三,\
         2026/01/05,{until},{NAME},{status},441900,2026/01/05,延续,{scope}"
    )
}

async fn landed(
    served: &Served,
    who: &Browser,
    org: OrgId,
    resource: &str,
    lines: &[String],
) -> SubmissionId {
    let answer = hand_in_as(who, org, resource, &format!("{resource}.csv"), &lines.join("\n")).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let id = led_to(&answer);
    process_submission(&served.intake, id).await.unwrap();
    id
}

async fn rows(served: &Served, sql: &str) -> Vec<Vec<Value>> {
    served.intake.lake.query(Query::new(sql)).await.unwrap().rows
}

/// The authority stands in the list of names by which old editions name it.
pub(super) async fn authority_known(served: &Served, steward: &Browser, bureau: OrgId) {
    let names = ["机关名称,机关统一社会信用代码".to_owned(), format!("{NAME},{AUTHORITY}")];
    landed(served, steward, bureau, "authority", &names).await;
}

pub(super) async fn switched_on(steward: &Browser, codes: &[&str]) {
    for code in codes {
        let path = format!("/mappings/{code}/enable");
        assert_eq!(steward.post("/mappings", &path, &[("from_start", "yes")]).await.status(), 303);
    }
}

const STATES: &str = "SELECT \"XK_WSH\", \"XK_XDR_LB\", \"XK_ZT\" FROM \"licence-2018\" ORDER BY \"XK_WSH\"";

fn state(number: u32, kind: &str, status: &str) -> Vec<Value> {
    vec![json!(format!("东市监食许〔2026〕{number}号")), json!(kind), json!(status)]
}

store::on_both!(an_old_edition_file_serves_every_standard, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, bureau).await;
    assert!(steward.text("/mappings").await.contains("未启用"));
    switched_on(&steward, &["licence-2016-to-2018", "licence-to-enterprise"]).await;
    let fields = [
        ("code", "gsxt"),
        ("title_zh", "企业信用信息公示系统"),
        ("way", "table"),
        ("resources", "enterprise-publicity"),
        ("from_start", "yes"),
    ];
    let made = steward.post("/targets", "/targets", &fields).await;
    let target: uuid::Uuid =
        made.headers()["location"].to_str().unwrap().trim_start_matches("/targets/").parse().unwrap();

    let person = "441900189912310022";
    let file = [
        OLD.to_owned(),
        old(1, GOOD, person, "0", "0"),
        old(2, GOOD, "", "", ""),
        old(3, GOOD, "", "1", ""),
        old(4, GOOD, "", "2", ""),
        old(5, GOOD, "", "3", ""),
        old(6, "", person, "0", ""),
        old(7, "92370602MA0DEM021B", "", "0", ""),
        old(8, GOOD, "", "0", "1"),
        old(9, GOOD, "", "0", ""),
    ];
    let source = landed(&served, &officer, mine, "licence-2016", &file).await;
    follow(&sharing).await.unwrap();
    let firm = "法人及非法人组织";
    let all = [
        state(1, firm, "1"),
        state(2, firm, "1"),
        state(3, firm, "2"),
        state(6, "自然人", "1"),
        state(7, "个体工商户", "1"),
    ];
    assert_eq!(rows(&served, STATES).await, all);
    let version = served.intake.lake.version("licence-2018").await.unwrap();
    follow(&sharing).await.unwrap();
    assert_eq!(served.intake.lake.version("licence-2018").await.unwrap(), version, "made once");

    // What is wrong by the new standard is the department's to mend, in plain words.
    let page = officer.text("/mappings/licence-2016-to-2018").await;
    let made = page.split("/submissions/").skip(1).map(|p| p.split('"').next().unwrap());
    let made = made.filter(|id| *id != source.to_string()).last().unwrap().to_owned();
    let detail = officer.text(&format!("/submissions/{made}")).await;
    assert!(detail.contains("有效期至") && detail.contains("标准转换"), "{detail}");
    assert!(page.contains("XK_FRDB") && page.contains("XK_BM"), "proven both ways");
    assert!(page.contains("试转一行") && page.contains("东市监食许〔2026〕1号"));

    // Only enterprises' valid licences reach the enterprise publicity system; the target has them.
    follow(&sharing).await.unwrap();
    deliver(&sharing, target).await.unwrap();
    let taken = rows(&served, "SELECT \"DOCUMENT\" FROM \"out-gsxt-enterprise-publicity\" ORDER BY 1").await;
    assert_eq!(taken.len(), 2, "{taken:?}");
    let key = ["东市监食许〔2026〕1号", "2026-01-05", GOOD, AUTHORITY].join("\u{1f}");
    let went = where_it_went(&sharing, record_id("licence-2018", &key)).await.unwrap();
    assert_eq!(went.iter().map(|w| (w.target.as_str(), w.pending)).collect::<Vec<_>>(), [("gsxt", false)]);
    let old_key = ["东市监食许〔2026〕1号", "2026-01-05", GOOD, NAME].join("\u{1f}");
    assert_eq!(
        where_it_went(&sharing, record_id("licence-2016", &old_key)).await.unwrap(),
        went,
        "one origin"
    );

    // Two rows wait for a person: one goes as that person says, one does not go.
    let queue = officer.text("/mappings/waiting").await;
    assert_eq!(queue.matches("/go\"").count(), 2, "{queue}");
    assert!(queue.contains("没有对应的状态") && queue.contains("2 无效"));
    let ids: Vec<&str> = queue
        .split("/mappings/waiting/")
        .skip(1)
        .filter_map(|p| p.split_once("/go\"").map(|(id, _)| id))
        .collect();
    let ids: Vec<&str> = ids.into_iter().filter(|id| id.len() == 36).collect();
    let go = format!("/mappings/waiting/{}/go", ids[0]);
    let wrong = officer.post("/mappings/waiting", &go, &[("XK_ZT", "7")]).await;
    assert_eq!(wrong.status(), 400, "the target's own rules judge what is filled in");
    assert_eq!(officer.post("/mappings/waiting", &go, &[("XK_ZT", "2")]).await.status(), 303);
    assert_eq!(officer.post("/mappings/waiting", &go, &[("XK_ZT", "2")]).await.status(), 409, "decided once");
    let drop = format!("/mappings/waiting/{}/drop", ids[1]);
    assert_eq!(officer.post("/mappings/waiting", &drop, &[]).await.status(), 303);
    follow(&sharing).await.unwrap();
    let decided = rows(&served, STATES).await;
    assert_eq!(decided.len(), 6);
    assert!(decided.contains(&state(4, firm, "2")) || decided.contains(&state(5, firm, "2")));

    // A licence withdrawn in the old edition goes on with its new state, and back from whom it does not concern any more.
    landed(&served, &officer, mine, "licence-2016", &[OLD.to_owned(), old(2, GOOD, "", "1", "")]).await;
    follow(&sharing).await.unwrap();
    follow(&sharing).await.unwrap();
    assert!(rows(&served, STATES).await.contains(&state(2, firm, "2")));
    deliver(&sharing, target).await.unwrap();
    let held = "SELECT count(*) FROM \"out-gsxt-enterprise-publicity\" WHERE \"WITHDRAWN\" IS NULL";
    assert_eq!(rows(&served, held).await, [[json!(1)]]);

    // Taken back, the source takes all with it that was made of it.
    served.clock.advance(chrono::Duration::hours(1));
    let others = officer.text("/submissions?resource=licence-2016").await;
    let mut sources: Vec<String> = others
        .split("href=\"/submissions/")
        .skip(1)
        .map(|p| p.split('"').next().unwrap().to_owned())
        .filter(|id| id.parse::<SubmissionId>().is_ok())
        .collect();
    sources.sort();
    sources.dedup();
    for id in sources.iter().rev() {
        let path = format!("/submissions/{id}/withdraw");
        assert_eq!(officer.post("/submissions", &path, &[("reason", "重报")]).await.status(), 303, "{id}");
        follow(&sharing).await.unwrap();
    }
    assert_eq!(rows(&served, "SELECT count(*) FROM \"licence-2018\"").await, [[json!(0)]]);
    follow(&sharing).await.unwrap();
    deliver(&sharing, target).await.unwrap();
    assert_eq!(rows(&served, held).await, [[json!(0)]]);
});

/// What of a page lies between two texts, each time.
fn between<'a>(page: &'a str, before: &'a str, after: &'a str) -> Vec<&'a str> {
    page.split(before).skip(1).filter_map(|p| p.split(after).next()).collect()
}

store::on_both!(begun_again_a_mapping_takes_what_it_had_left_out, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, bureau).await;
    let switch = async |verb: &str, fields: &[(&str, &str)]| {
        let path = format!("/mappings/licence-2016-to-2018/{verb}");
        assert_eq!(steward.post("/mappings", &path, fields).await.status(), 303);
        follow(&sharing).await.unwrap();
    };
    let hand_in = async |lines: &[String]| {
        landed(&served, &officer, mine, "licence-2016", &[&[OLD.to_owned()], lines].concat()).await;
    };
    hand_in(&[old(1, GOOD, "", "0", ""), old(2, GOOD, "", "0", "")]).await;
    switch("enable", &[]).await;
    assert!(!served.intake.lake.has_table("licence-2018"), "from now on: nothing of what is there");
    hand_in(&[old(2, GOOD, "", "1", "")]).await;
    follow(&sharing).await.unwrap();
    let firm = "法人及非法人组织";
    assert_eq!(rows(&served, STATES).await, [state(2, firm, "2")]);
    switch("disable", &[]).await;
    switch("enable", &[("from_start", "yes")]).await;
    // The first is made now; of the second, what came later stands.
    assert_eq!(rows(&served, STATES).await, [state(1, firm, "1"), state(2, firm, "2")]);
});

store::on_both!(a_decision_mapped_to_another_edition_counts_once, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    authority_known(&served, &steward, bureau).await;
    switched_on(&steward, &["licence-2016-to-2018"]).await;
    let file = [OLD.to_owned(), old(1, GOOD, "", "0", ""), old(9, GOOD, "", "0", "")];
    let source = landed(&served, &officer, mine, "licence-2016", &file).await;
    let round = || async {
        for _ in 0..2 {
            yishu::wiring::follow(&served.intake).await.unwrap();
        }
    };
    round().await;
    let documents = "SELECT \"XK_WSH\" FROM \"licence-2018\" ORDER BY 1";
    assert_eq!(
        rows(&served, documents).await.len(),
        1,
        "the ninth has no last day, which the new edition demands"
    );

    // One clock, one receipt, one publication for each decision.
    let counted = decisions(&rectify, None, 100).await.unwrap();
    let of: Vec<&str> = counted.iter().map(|d| d.resource.as_str()).collect();
    assert_eq!(of, ["licence-2016", "licence-2016"], "{counted:?}");
    assert!(counted.iter().all(|d| d.attempts == 1 && d.first_attempt_valid == Some(true)), "{counted:?}");
    let shown = counted.iter().filter(|d| d.published_at.is_some()).count();
    assert_eq!(shown, 1, "shown as the new edition, known at the source");
    let page = officer.text("/records").await;
    assert_eq!(between(&page, "href=\"/records/", "\"").len(), 2, "{page}");
    let received = receipts(&served.intake, None, 100).await.unwrap();
    let of: Vec<(&str, i64)> =
        received.iter().filter(|r| r.org == mine).map(|r| (r.resource.as_str(), r.rows)).collect();
    assert_eq!(of, [("licence-2016", 2)], "what a mapping made was not received");
    let public: Value =
        served.browser().get("/api/v1/public/records").send().await.unwrap().json().await.unwrap();
    assert_eq!(public["records"].as_array().unwrap().len(), 1, "{public:#}");

    // What was made of it is a record all the same, which people can look at and object to.
    let key = |n: u32| [&format!("东市监食许〔2026〕{n}号"), "2026-01-05", GOOD, AUTHORITY].join("\u{1f}");
    let made = officer.text(&format!("/records/{}", record_id("licence-2018", &key(1)))).await;
    assert!(made.contains("由标准转换") && made.contains("东市监食许〔2026〕1号"), "{made}");

    // What the new edition misses is an issue with the decision's own deadline; mended, it is published and counts no more than before.
    let issues = officer.text("/issues").await;
    assert_eq!(between(&issues, "href=\"/issues/", "\"").len(), 1, "{issues}");
    assert!(issues.contains("2026-01-14"), "{issues}");
    let page = officer.text("/submissions?resource=licence-2018").await;
    let made = between(&page, "href=\"/submissions/", "\"");
    let made = made.into_iter().find(|id| id.parse::<SubmissionId>().is_ok()).unwrap().to_owned();
    let wrong = wrong_rows(&officer, made.parse().unwrap()).await;
    let edit = json!({ "rows": [{ "row": wrong["rows"][0]["row"], "version": wrong["rows"][0]["version"], "values": { "XK_YXQZI": "2031-01-01" } }] });
    let path = format!("/submissions/{made}/mend");
    let answer = json_post(&officer, &path, &edit).await;
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let landed = officer.post("/submissions", &format!("/submissions/{made}/land-mended"), &[]).await;
    assert_eq!(landed.status(), 303, "{}", landed.text().await.unwrap());
    process_submission(&served.intake, led_to(&landed)).await.unwrap();
    round().await;
    assert_eq!(rows(&served, documents).await.len(), 2);
    let after = decisions(&rectify, None, 100).await.unwrap();
    assert_eq!(after.len(), 2, "{after:?}");
    assert_eq!(after.iter().filter(|d| d.published_at.is_some()).count(), 2);
    assert_eq!(
        receipts(&served.intake, None, 100).await.unwrap().iter().filter(|r| r.org == mine).count(),
        1
    );

    // An approval platform that expects it in the new edition waits for nothing more; handed in there directly, it counts there.
    let list = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政许可决定书文号,许可决定日期,许可机关,许可机关统一社会信用代码";
    let expected = |n: u32| {
        format!(
            "东莞示例食品有限公司,法人及非法人组织,{GOOD},东市监食许〔2026〕{n}号,2026/01/05,{NAME},{AUTHORITY}"
        )
    };
    records::landed(
        &served,
        &steward,
        bureau,
        "expected-licences",
        &[list.to_owned(), expected(1), expected(77)],
    )
    .await;
    let direct = [records::LICENCES.to_owned(), records::licence(50, GOOD)];
    records::landed(&served, &officer, mine, "licence-2018", &direct).await;
    round().await;
    let after = decisions(&rectify, None, 100).await.unwrap();
    let new = after.iter().filter(|d| d.resource == "licence-2018").count();
    assert_eq!(
        (after.len(), new),
        (4, 2),
        "the one that is still expected, and the one handed in: {after:?}"
    );

    // Taken back at its source, it is expected again.
    served.clock.advance(chrono::Duration::hours(1));
    let path = format!("/submissions/{source}/withdraw");
    assert_eq!(officer.post("/submissions", &path, &[("reason", "重报")]).await.status(), 303);
    round().await;
    let after = decisions(&rectify, None, 100).await.unwrap();
    let of = |resource: &str| after.iter().filter(|d| d.resource == resource).count();
    // What was handed in stands as withdrawn, with its times; what a list expects is missing again.
    let gone = after.iter().filter(|d| d.resource == "licence-2016" && d.withdrawn_at.is_some());
    assert_eq!((of("licence-2016"), gone.count()), (2, 2), "{after:?}");
    let expected = after
        .iter()
        .filter(|d| d.expected_from.is_some() && d.first_received_at.is_none() && d.withdrawn_at.is_none())
        .count();
    assert_eq!(expected, 2, "{after:?}");
});

store::on_both!(a_case_that_waits_for_a_person_runs_on_the_clock, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    let bureau = served.org("B1").await;
    let mine = served.org_below(Some(bureau), AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(bureau), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward, Role::Administrator]).await;
    let known = ["企业名称,统一社会信用代码".to_owned(), format!("东莞示例食品有限公司,{GOOD}")];
    landed(&served, &steward, bureau, "legal-entity", &known).await;
    switched_on(&steward, &["finished-case-to-licence"]).await;
    let secret = steward.credential(bureau, "审批平台").await;
    // Nobody knows the applicant: decided on Friday, 26 December, and Monday, 5 January.
    let unknown = |n, day| {
        case(n, &[("applicantCode", "1137060200DEM00909"), ("resultDate", day), ("validTo", "2031-01-01")])
    };
    let cases = json!([unknown(4, "2026-01-05"), unknown(5, "2025-12-26")]);
    let sent =
        reqwest::Client::new().post(format!("{}/api/v1/finished-cases", served.base)).bearer_auth(&secret);
    let answer: Value = sent.json(&cases).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["cases"][1]["state"], "waiting", "{answer:#}");
    let at = async |time: &str| {
        let to: chrono::DateTime<chrono::Utc> = format!("{time}:00+08:00").parse().unwrap();
        served.clock.advance(to - served.clock.now());
        for (who, name) in [(&officer, "officer"), (&stranger, "stranger"), (&steward, "steward")] {
            if who.get("/").send().await.unwrap().status() != 200 {
                who.sign_in(name, PASSWORD).await;
            }
        }
        follow(&sharing).await.unwrap();
        follow(&sharing).await.unwrap();
    };
    at("2026-01-06T07:00").await;
    assert!(officer.text("/notices").await.contains("没有未读提醒"), "before the hour of the digest");
    at("2026-01-07T08:30").await;
    let list = officer.text("/mappings/waiting").await;
    let (first, second) = list.split_once("〔2026〕4号").unwrap();
    assert!(first.contains("〔2026〕5号") && first.contains("2025-12-26"), "due first: {list}");
    assert!(first.contains("今天到期") && first.contains("2026-01-07"), "{list}");
    assert!(list.contains("2026-01-14") && list.contains("还剩 5 个工作日"), "{second}");
    let told =
        async |who: &Browser| who.text("/notices?kind=waiting").await.matches("<td class=\"lead\">").count();
    let notice = officer.text("/notices").await;
    assert!(notice.contains("2 行等待人工决定") && notice.contains("最早期限 2026-01-07"), "{notice}");
    assert_eq!((told(&officer).await, told(&stranger).await), (1, 0), "once, and to the department alone");

    // The next day it is told again, in the place of the first; decided, it is settled.
    at("2026-01-08T09:00").await;
    assert!(officer.text("/mappings/waiting").await.contains("逾期 1 个工作日"));
    assert_eq!(told(&officer).await, 1);
    let ids: Vec<String> = between(&officer.text("/mappings/waiting").await, "/mappings/waiting/", "/drop")
        .into_iter()
        .filter(|id| id.len() == 36)
        .map(str::to_owned)
        .collect();
    assert_eq!(ids.len(), 2);
    for id in &ids {
        let drop = format!("/mappings/waiting/{id}/drop");
        assert_eq!(officer.post("/mappings/waiting", &drop, &[]).await.status(), 303);
    }
    follow(&sharing).await.unwrap();
    assert!(officer.text("/notices").await.contains("没有未读提醒"));
});

fn case(number: u32, more: &[(&str, &str)]) -> Value {
    let mut case = json!({
        "caseNo": format!("441900-2026-{number}"), "itemName": "食品经营许可", "applicantName": "东莞示例食品有限公司",
        "applicantType": "法人", "applicantCode": GOOD, "legalRepresentative": "张三", "resultName": "食品经营许可决定书",
        "resultNo": format!("东市监食许〔2026〕{number}号"), "resultDate": "2026-01-05", "validTo": "2031-01-01",
        "content": "预包装食品销售", "authorityName": NAME, "authorityCode": AUTHORITY,
    });
    for (k, v) in more {
        case[*k] = json!(v);
    }
    case
}

store::on_both!(a_finished_case_arrives_without_typing, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = Sharing { intake: served.intake.clone() };
    // The approval platform speaks for the city, and so for every authority below it.
    let bureau = served.org("B1").await;
    let mine = served.org_below(Some(bureau), AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward, Role::Administrator]).await;
    let known = ["企业名称,统一社会信用代码".to_owned(), format!("东莞示例食品有限公司,{GOOD}")];
    landed(&served, &steward, bureau, "legal-entity", &known).await;
    switched_on(&steward, &["finished-case-to-licence"]).await;
    let secret = steward.credential(bureau, "审批平台").await;
    let api = reqwest::Client::new();
    let cases = json!([
        case(1, &[]),
        case(2, &[("applicantCode", "91441900MA0DEM0211")]),
        case(3, &[("resultDate", "2026-01-32")]),
        case(4, &[("applicantCode", "1137060200DEM00909"), ("applicantName", "深圳示例新办有限公司")]),
    ]);
    let push = || {
        api.post(format!("{}/api/v1/finished-cases", served.base))
            .bearer_auth(&secret)
            .header("idempotency-key", "一批")
            .json(&cases)
            .send()
    };
    let answer: Value = push().await.unwrap().json().await.unwrap();
    let states: Vec<&str> =
        answer["cases"].as_array().unwrap().iter().map(|c| c["state"].as_str().unwrap()).collect();
    assert_eq!(&states[..3], ["taken", "wrong", "wrong"], "{answer:#}");
    assert!(!answer["cases"][1]["said"][0].as_str().unwrap().is_empty(), "why, in plain words");
    let again: Value = push().await.unwrap().json().await.unwrap();
    assert_eq!(again["submission"], answer["submission"], "pushed twice, taken once");
    follow(&sharing).await.unwrap();
    let made = rows(&served, "SELECT \"XK_WSH\", \"XK_YXQZ\", \"XK_ZT\" FROM \"licence-2018\"").await;
    assert_eq!(made, [vec![json!("东市监食许〔2026〕1号"), json!("2026-01-05"), json!("1")]]);
    let mapping = officer.text("/mappings/finished-case-to-licence").await;
    assert!(mapping.contains(&format!("部门{AUTHORITY}")), "the authority answers for it: {mapping}");
    let stands = |number: &str| {
        let path = format!("{}/api/v1/finished-cases/{number}", served.base);
        async { api.get(path).bearer_auth(&secret).send().await.unwrap() }
    };
    let first: Value = stands("441900-2026-1").await.json().await.unwrap();
    assert_eq!(first["records"].as_array().unwrap().len(), 1, "{first:#}");
    assert_eq!(stands("441900-2026-99").await.status(), 404);
    if states[3] == "waiting" {
        let fourth: Value = stands("441900-2026-4").await.json().await.unwrap();
        assert!(fourth["waiting"][0].as_str().unwrap().contains("法人库"), "{fourth:#}");
        assert!(officer.text("/mappings/waiting").await.contains("深圳示例新办有限公司"));
    } else {
        panic!("an applicant nobody knows waits for a person: {answer:#}");
    }

    // Corrected at its source, a case is one decision still, whichever field was wrong; one that waited waits no more.
    let right = json!([case(1, &[("resultNo", "东市监食许〔2026〕10号")]), case(4, &[])]);
    let sent = api.post(format!("{}/api/v1/finished-cases", served.base)).bearer_auth(&secret);
    let answer: Value = sent.json(&right).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["cases"][0]["state"], "taken", "{answer:#}");
    for _ in 0..3 {
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
    let public: Value =
        served.browser().get("/api/v1/public/records").send().await.unwrap().json().await.unwrap();
    let mut shown: Vec<&str> =
        public["records"].as_array().unwrap().iter().map(|r| r["document"].as_str().unwrap()).collect();
    shown.sort_unstable();
    assert_eq!(shown, ["东市监食许〔2026〕10号", "东市监食许〔2026〕4号"], "{public:#}");
    let queue = officer.text("/mappings/waiting").await;
    assert!(!queue.contains("深圳示例新办有限公司"), "{queue}");
    let fourth: Value = stands("441900-2026-4").await.json().await.unwrap();
    assert_eq!(fourth["waiting"], json!([]), "{fourth:#}");
});
