//! 省退回: what the province sent back joins the loop, is corrected or confirmed, and counts.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::Role;
use rectify::Rectify;
use rectify::actions::follow;
use rectify::facts::returns;
use rectify::model::ReturnState;
use serde_json::json;
use store::Db;
use store::sea_orm::{ConnectionTrait, Statement};
use yishu::wiring::migrations;

use super::intake::{hand_in_as, led_to};
use super::records::{AUTHORITY, GOOD, LICENCES, landed, licence};
use super::{Browser, PASSWORD, Served};

pub(super) const LIST: &str =
    "数据类别,决定文书号,决定日期,行政相对人名称,行政相对人代码,数据来源单位代码,错误代码,错误描述,下发日期";

/// Licences and penalties in the province's words, sent back on Monday, 5 January 2026.
pub(super) fn sent_back(number: u32, code: &str, said: &str) -> String {
    format!(
        "行政许可,东市监食许〔2026〕{number}号,2026-01-05,东莞示例食品有限公司,{GOOD},{AUTHORITY},{code},{said},2026-01-05"
    )
}

/// The address after `before` in a page.
fn address(page: &str, before: &str) -> String {
    let after = page.split(before).nth(1).unwrap_or_else(|| panic!("no {before}: {page}"));
    format!("{before}{}", after.split('"').next().unwrap())
}

async fn confirm(who: &Browser, page: &str, path: &str, note: &str) -> u16 {
    who.post(page, path, &[("note", note)]).await.status().as_u16()
}

store::on_both!(a_record_sent_back_is_corrected_or_confirmed, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(bureau), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    assert!(officer.text("/returns").await.contains("还没有退回过记录"));
    let offered = async |who: &Browser| who.text("/returns").await.contains("resource=returned-records");
    assert!(offered(&steward).await && !offered(&stranger).await, "the bureau's until somebody provides it");

    let file = [LICENCES.to_owned(), licence(1, GOOD), licence(2, GOOD), licence(3, GOOD)];
    landed(&served, &officer, mine, "licence-2018", &file).await;
    served.clock.advance(Duration::hours(1));
    let list = [
        LIST.to_owned(),
        sent_back(1, "", "验证规则代码:1001;错误描述:未查询到主体或查询到的主体信息不匹配."),
        sent_back(2, "1001", "未查询到主体"),
        sent_back(3, "7777", "某种没见过的错误 441900189912310022"),
        sent_back(9, "1001", "未查询到主体"),
    ];
    served.provides(bureau, "returned-records").await;
    assert!(offered(&stranger).await && !offered(&officer).await);
    let given = landed(&served, &stranger, bureau, "returned-records", &list).await;
    follow(&rectify).await.unwrap();
    follow(&rectify).await.unwrap();

    // In everyday words, an issue for each cause, with the last day in working days; what is not known here is not lost.
    let page = officer.text("/returns").await;
    assert!(page.contains("没有查到这家主体") && page.contains("对照营业执照核对名称和代码"), "{page}");
    assert!(page.contains("某种没见过的错误") && page.contains("省平台退回了这条记录"), "{page}");
    assert!(!page.contains("441900189912310022"), "an identity number in the province's words is hidden");
    assert!(page.contains("2026-01-12") && page.contains("平台没有这条记录"), "{page}");
    assert!(page.contains("0.0%") && page.contains("省退回 4 条"), "{page}");
    let issues = officer.text("/issues").await;
    assert_eq!(issues.matches("href=\"/issues/").count(), 2, "{issues}");
    assert!(issues.contains(">省退回<"));
    assert!(!stranger.text("/returns").await.contains("东市监食许"));
    assert!(officer.get("/returns.xlsx").send().await.unwrap().bytes().await.unwrap().starts_with(b"PK"));

    // Handed in again as it was, nothing is settled; corrected, it is.
    served.clock.advance(Duration::hours(1));
    let again = [LICENCES.to_owned(), licence(2, GOOD), licence(1, GOOD).replace("张三", "张四")];
    landed(&served, &officer, mine, "licence-2018", &again).await;
    follow(&rectify).await.unwrap();
    let page = officer.text("/returns?state=corrected").await;
    assert!(page.contains("〔2026〕1号") && !page.contains("〔2026〕2号"), "{page}");
    assert!(page.contains("25.0%") && page.contains("已更正或确认 1 条"), "{page}");
    let record = officer.text(&address(&page, "/records/")).await;
    assert!(record.contains("省平台退回") && record.contains("已更正"), "{record}");
    assert!(record.contains("<del>张三</del> → <ins>张四</ins>"), "what was corrected: {record}");
    let correction = page.split("/changes\"").next().unwrap().rsplit('/').next().unwrap().to_owned();

    // The other is right as it stands: the department says why, the bureau asks once more, then agrees.
    let page = officer.text("/returns?state=open&q=〔2026〕2号").await;
    let issue = address(&page, "/issues/");
    let path = address(&page, "/returns/").replace("/confirm", "");
    assert_eq!(
        confirm(&officer, "/returns", &format!("{path}/confirm"), " ").await,
        400,
        "a reason is needed"
    );
    assert_eq!(confirm(&stranger, "/returns", &format!("{path}/confirm"), "对").await, 404);
    assert_eq!(
        confirm(&steward, "/returns", &format!("{path}/confirm"), "对").await,
        403,
        "the department asks"
    );
    assert_eq!(confirm(&officer, "/returns", &format!("{path}/confirm"), "执照刚换发").await, 303);
    assert_eq!(confirm(&officer, "/returns", &format!("{path}/confirm"), "再说一次").await, 409);
    assert_eq!(confirm(&officer, "/returns", &format!("{path}/agree"), "").await, 403, "the bureau agrees");
    assert_eq!(confirm(&steward, "/returns", &format!("{path}/send-back"), "").await, 400, "say why not");
    assert_eq!(confirm(&steward, "/returns", &format!("{path}/send-back"), "请附执照").await, 303);
    assert_eq!(confirm(&officer, "/returns", &format!("{path}/confirm"), "执照已上传").await, 303);
    assert_eq!(
        confirm(&steward, &issue, &format!("{issue}/agree"), "").await,
        303,
        "all of the issue at once"
    );
    let page = officer.text(&issue).await;
    for text in ["执照刚换发", "请附执照", "执照已上传", "同意确认", "退回整改"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let page = officer.text("/returns").await;
    assert!(page.contains("50.0%") && page.contains("已更正或确认 2 条"), "{page}");

    // Facts for the rate.
    let facts = returns(&rectify, None, 100).await.unwrap();
    let of = |s| facts.iter().filter(|f| f.outcome == s).count();
    assert_eq!((facts.len(), of(ReturnState::Corrected), of(ReturnState::Confirmed)), (4, 1, 1));
    assert!(facts.iter().all(|f| f.org == mine && f.closed_at.is_some() == (f.outcome != ReturnState::Open)));
    assert_eq!(returns(&rectify, Some(facts[1].id), 100).await.unwrap(), facts[2..]);

    // Its correction taken back, it waits again.
    let why = [("reason", "传错了")];
    let path = format!("/submissions/{correction}/withdraw");
    assert_eq!(officer.post("/submissions", &path, &why).await.status(), 303);
    follow(&rectify).await.unwrap();
    assert!(officer.text("/returns?state=open").await.contains("〔2026〕1号"));
    assert!(officer.text("/returns?state=corrected").await.contains("没有符合条件"));

    // The decision nobody knew comes after all, and is the department's.
    served.clock.advance(Duration::hours(1));
    assert!(officer.text("/returns?state=unknown").await.contains("〔2026〕9号"));
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(9, GOOD)]).await;
    follow(&rectify).await.unwrap();
    assert!(!officer.text("/returns?state=unknown").await.contains("〔2026〕9号"));

    // The list taken back, everything it brought is gone.
    let path = format!("/submissions/{given}/withdraw");
    assert_eq!(stranger.post("/submissions", &path, &why).await.status(), 303);
    follow(&rectify).await.unwrap();
    assert!(officer.text("/returns").await.contains("还没有退回过记录"));
    assert!(!officer.text("/issues?state=all").await.contains(">省退回<"));
});

store::on_both!(what_is_pushed_joins_the_same_loop, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let bureau = served.org("B1").await;
    let officer = served.person("officer", Some(bureau), &[Role::DataOfficer]).await;
    served.provides(bureau, "returned-records").await;
    let secret = officer.credential(bureau, "省平台").await;
    for number in [1, 2] {
        let row = json!({ "LB": "行政处罚", "WSH": format!("东市监罚〔2026〕{number}号"), "XDR_MC": "张三丰",
            "XDR_DM": "441900189912310022", "CWDM": "1001", "CWMS": "未查询到主体", "XFRQ": "2026-01-05" });
        let url = format!("{}/api/v1/resources/returned-records/rows", served.base);
        let answer = reqwest::Client::new().post(url).bearer_auth(&secret).json(&row).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
    // A firm whose code was written wrongly.
    let row = json!({ "LB": "行政处罚", "WSH": "东市监罚〔2026〕3号", "XDR_MC": "东莞示例饮料有限公司",
        "XDR_DM": "91441900MA0DEM013X", "CWDM": "1001", "CWMS": "未查询到主体", "XFRQ": "2026-01-05" });
    let url = format!("{}/api/v1/resources/returned-records/rows", served.base);
    let answer = reqwest::Client::new().post(url).bearer_auth(&secret).json(&row).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    follow(&rectify).await.unwrap();
    let page = officer.text("/returns").await;
    assert!(page.contains("〔2026〕1号") && page.contains("〔2026〕2号"), "{page}");
    assert!(page.contains("东莞示例饮料有限公司"), "a firm is named: {page}");
    assert!(!page.contains("张三丰") && !page.contains("441900189912310022"), "a citizen is masked: {page}");
    let issues = officer.text("/issues").await;
    assert_eq!(
        issues.matches("href=\"/issues/").count(),
        1,
        "pushed one by one, they are one batch: {issues}"
    );
    // A row that cannot be read is the sender's to mend, as with any resource.
    let wrong = [LIST.to_owned(), "行政奖励,甲〔2026〕1号,,,,,,x,2026-01-05".to_owned()];
    let answer = hand_in_as(&officer, bureau, "returned-records", "错.csv", &wrong.join("\n")).await;
    process_submission(&served.intake, led_to(&answer)).await.unwrap();
});

/// How many notices tell of records sent back.
async fn told(served: &Served) -> i64 {
    let conn = served.db.conn();
    let sql = "select count(*) from notice where kind = 'returned'";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// Follows as if the time of the next reminders had come.
async fn follow_now(served: &Served, rectify: &Rectify) {
    served.db.conn().execute_unprepared("delete from notice_round").await.unwrap();
    follow(rectify).await.unwrap();
}

store::on_both!(those_who_answer_are_told_once_what_was_sent_back, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let responsible = served.person("responsible", Some(mine), &[Role::Consumer]).await;
    let deputy = served.person("deputy", Some(mine), &[Role::Consumer]).await;
    let leader = served.person("leader", Some(mine), &[Role::Consumer]).await;
    let stranger = served.person("stranger", Some(bureau), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    for name in ["responsible", "deputy", "leader"] {
        let org = mine.to_string();
        let fields =
            [("org", &*org), ("duty", name), ("person", name), ("phone", "0000"), ("from", "2026-01-01")];
        let named = steward.post("/orgs", "/responsible", &fields).await;
        assert_eq!(named.status(), 303, "{}", named.text().await.unwrap());
    }
    let file = [LICENCES.to_owned(), licence(1, GOOD), licence(2, GOOD), licence(3, GOOD)];
    landed(&served, &officer, mine, "licence-2018", &file).await;
    served.clock.advance(Duration::hours(1));
    let list = [LIST.to_owned(), sent_back(1, "1001", "未查询到主体"), sent_back(2, "7777", "别的错误")];
    served.provides(bureau, "returned-records").await;
    landed(&served, &stranger, bureau, "returned-records", &list).await;
    follow_now(&served, &rectify).await;

    // Of two causes, still one lot: told together, and leading to its rows.
    for who in [&officer, &responsible, &deputy] {
        let page = who.text("/notices?kind=returned").await;
        assert_eq!(page.matches("<td class=\"lead\">").count(), 1, "{page}");
        assert!(page.contains("上级退回 2 条"), "{page}");
        assert!(page.contains("请于 2026-01-12 前更正或确认"), "{page}");
    }
    for nobody in [&leader, &stranger, &steward] {
        assert!(!nobody.text("/notices").await.contains("上级退回 2 条"));
    }
    let page = officer.text("/notices?kind=returned").await;
    let open = format!(
        "/notices/{}/open",
        page.split("/notices/").find(|p| p.contains("/open\"")).unwrap().split('/').next().unwrap()
    );
    let to = officer.post("/notices", &open, &[]).await.headers()["location"].to_str().unwrap().to_owned();
    let rows = officer.text(&to).await;
    assert!(rows.contains("〔2026〕1号") && rows.contains("〔2026〕2号"), "{to}: {rows}");

    // Asked again, also by two platforms at once, and the next day: nobody is told twice.
    futures::future::join(follow_now(&served, &rectify), follow_now(&served, &rectify)).await;
    assert_eq!(told(&served).await, 3);
    served.clock.advance(Duration::hours(24));
    follow_now(&served, &rectify).await;
    assert_eq!(told(&served).await, 3);

    // The next list is another lot.
    let list = [LIST.to_owned(), sent_back(3, "1001", "未查询到主体")];
    stranger.sign_in("stranger", PASSWORD).await;
    served.provides(bureau, "returned-records").await;
    landed(&served, &stranger, bureau, "returned-records", &list).await;
    follow_now(&served, &rectify).await;
    assert_eq!(told(&served).await, 6);

    // Taken back, corrected or confirmed: nothing is left to tell of.
    officer.sign_in("officer", PASSWORD).await;
    assert!(officer.text("/notices").await.contains("上级退回 1 条"));
    served.clock.advance(Duration::hours(1));
    let mend = |n| licence(n, GOOD).replace("张三", "张四");
    let mended = [LICENCES.to_owned(), mend(1), mend(2), mend(3)];
    landed(&served, &officer, mine, "licence-2018", &mended).await;
    follow_now(&served, &rectify).await;
    let page = officer.text("/notices").await;
    assert!(!page.contains("上级退回 1 条") && !page.contains("上级退回 2 条"), "{page}");
    responsible.sign_in("responsible", PASSWORD).await;
    assert!(responsible.text("/notices?which=settled").await.contains("上级退回 2 条"));
});
