//! Decisions against the clock: what lands, what is wrong, what is only expected, what is mended and taken back.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::{OrgId, Role, SubmissionId};
use rectify::Rectify;
use rectify::actions::follow;
use serde_json::json;
use store::Db;
use store::sea_orm::ConnectionTrait;
use yishu::wiring::migrations;

use super::intake::{hand_in_as, json_post, led_to, wrong_rows};
use super::{Browser, PASSWORD, Served};

pub const LICENCES: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政许可决定文书名称,\
    行政许可决定文书号,许可类别,许可内容,许可决定日期,有效期自,有效期至,许可机关,许可机关统一社会信用代码,当前状态,\
    数据来源单位,数据来源单位统一社会信用代码";
pub const EXPECTED: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政许可决定文书号,许可决定日期,\
    许可机关,许可机关统一社会信用代码";
pub const AUTHORITY: &str = "1144190000DEM0082P";
pub const GOOD: &str = "91441900MA0DEM013W";

/// A licence decided on Monday, 5 January 2026; its seven working days end on the 14th.
pub fn licence(number: u32, code: &str) -> String {
    format!(
        "东莞示例食品有限公司,法人及非法人组织,{code},张三,食品经营许可决定书,东市监食许〔2026〕{number}号,普通,预包装食品销售,\
         2026/01/05,2026/01/05,2031/01/01,东莞市示例监督管理局,{AUTHORITY},1,东莞市示例监督管理局,{AUTHORITY}"
    )
}

pub fn expected(number: u32) -> String {
    format!(
        "东莞示例食品有限公司,法人及非法人组织,{GOOD},东市监食许〔2026〕{number}号,2026/01/05,东莞市示例监督管理局,{AUTHORITY}"
    )
}

pub async fn landed(
    served: &Served,
    who: &Browser,
    org: OrgId,
    resource: &str,
    lines: &[String],
) -> SubmissionId {
    let name = format!("{resource}.csv");
    let answer = hand_in_as(who, org, resource, &name, &lines.join("\n")).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let id = led_to(&answer);
    process_submission(&served.intake, id).await.unwrap();
    id
}

/// The badge beside a document number in the list.
pub fn standing(page: &str, number: u32) -> String {
    let row = page.split("<tr>").find(|r| r.contains(&format!("〔2026〕{number}号"))).unwrap_or_default();
    let badge = row.split("class=\"badge").nth(1).unwrap_or_default();
    badge.split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default().to_owned()
}

store::on_both!(
    a_decision_is_followed_from_the_list_to_its_first_valid_receipt,
    migrations,
    async |db: Db| {
        let served = Served::start(db).await;
        let rectify = Rectify { intake: served.intake.clone() };
        let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
        let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
        let platform = served.person("platform", Some(bureau), &[Role::DataOfficer]).await;
        let steward = served.person("steward", None, &[Role::BureauSteward]).await;
        assert!(officer.text("/records").await.contains("还没有要计时的决定"));

        // The approval platform knows three decisions; the authority hands in one well, one with a letter O for a zero.
        let list = [EXPECTED.to_owned(), expected(1), expected(2), expected(3)];
        served.provides(bureau, "expected-licences").await;
        landed(&served, &platform, bureau, "expected-licences", &list).await;
        let file = [LICENCES.to_owned(), licence(1, GOOD), licence(2, "91441900MA0DEMO13W")];
        let first = landed(&served, &officer, mine, "licence-2018", &file).await;
        follow(&rectify).await.unwrap();
        follow(&rectify).await.unwrap();

        let page = officer.text("/records").await;
        assert_eq!(standing(&page, 1), "及时");
        assert_eq!(standing(&page, 3), "还剩 7 个工作日");
        assert!(page.contains("2026-01-14"), "{page}");
        assert!(officer.text("/records?which=missing").await.contains("没有符合条件的决定"));
        assert!(
            !platform.text("/records").await.contains("东市监食许"),
            "the authority's, not the platform's"
        );
        assert!(steward.text("/records").await.contains("〔2026〕3号"));

        // A week later the wrong row is mended: inside the limit, so in time.
        served.clock.advance(Duration::days(7));
        officer.sign_in("officer", PASSWORD).await;
        platform.sign_in("platform", PASSWORD).await;
        let rows = wrong_rows(&officer, first).await;
        let row = &rows["rows"][0];
        let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": { "XK_XDR_SHXYM": GOOD } }] });
        json_post(&officer, &format!("/submissions/{first}/mend"), &mend).await;
        let answer = officer.post("/submissions", &format!("/submissions/{first}/land-mended"), &[]).await;
        process_submission(&served.intake, led_to(&answer)).await.unwrap();
        follow(&rectify).await.unwrap();
        let page = officer.text("/records").await;
        assert_eq!(standing(&page, 2), "及时");
        let line = page.split("<tr>").find(|r| r.contains("〔2026〕2号")).unwrap();
        let href = line.split("/records/").nth(1).unwrap().split('"').next().unwrap();
        let record = officer.text(&format!("/records/{href}")).await;
        assert!(
            record.contains("2026-01-05") && record.contains("2026-01-12"),
            "first received, first valid"
        );
        assert!(record.contains("不合格") && record.contains("行政许可应报清单"), "{record}");
        assert_eq!(platform.get(&format!("/records/{href}")).send().await.unwrap().status(), 404);

        // After the deadline the third is missing; the first, taken back, is open again.
        served.clock.advance(Duration::days(3));
        officer.sign_in("officer", PASSWORD).await;
        assert_eq!(standing(&officer.text("/records?which=missing").await, 3), "逾期 1 个工作日");
        officer.post("/submissions", &format!("/submissions/{first}/withdraw"), &[("reason", "重报")]).await;
        follow(&rectify).await.unwrap();
        assert_eq!(standing(&officer.text("/records?which=overdue").await, 1), "逾期 1 个工作日");

        // What no list tells of does not vanish with its batch: it stands as withdrawn, and begins anew when it comes again.
        let own = [LICENCES.to_owned(), licence(9, GOOD)];
        let ninth = landed(&served, &officer, mine, "licence-2018", &own).await;
        follow(&rectify).await.unwrap();
        assert_eq!(standing(&officer.text("/records").await, 9), "迟报 1 个工作日");
        officer.post("/submissions", &format!("/submissions/{ninth}/withdraw"), &[("reason", "重报")]).await;
        follow(&rectify).await.unwrap();
        follow(&rectify).await.unwrap();
        assert_eq!(standing(&officer.text("/records").await, 9), "已撤回");
        landed(
            &served,
            &officer,
            mine,
            "licence-2018",
            &[LICENCES.to_owned(), licence(9, GOOD).replace("张三", "张四")],
        )
        .await;
        follow(&rectify).await.unwrap();
        assert_eq!(standing(&officer.text("/records").await, 9), "迟报 1 个工作日");

        // Handed in at last, they are late.
        let again = [LICENCES.to_owned(), licence(1, GOOD), licence(3, GOOD)];
        landed(&served, &officer, mine, "licence-2018", &again).await;
        follow(&rectify).await.unwrap();
        let page = officer.text("/records?which=late").await;
        assert_eq!(
            (standing(&page, 1), standing(&page, 3)),
            ("迟报 1 个工作日".into(), "迟报 1 个工作日".into())
        );
        let home = officer.text("/").await;
        assert!(home.contains("card-clock"), "the home page shows the clock");
        let file = officer.get("/records.xlsx").send().await.unwrap();
        assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    }
);

store::on_both!(a_decision_beyond_the_calendar_has_no_deadline, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    served.clock.advance(Duration::days(358));
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let line = licence(1, GOOD).replace("2026/01/05", "2026/12/28");
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), line]).await;
    follow(&rectify).await.unwrap();
    let page = officer.text("/records").await;
    assert_eq!(standing(&page, 1), "工作日历未发布");
    // The end is near: whoever sees to the platform is told, and the departments are not yet.
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    for path in ["/", "/records", "/issues", "/chase"] {
        assert!(steward.text(path).await.contains("工作日历只公布到 2026-12-31"), "{path}");
    }
    assert!(!page.contains("工作日历只公布到"));
    assert!(officer.text("/records?which=no-calendar").await.contains("〔2026〕1号"));

    // Once the calendar reaches further, what can be computed is: as if it had ended earlier until now.
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(2, GOOD)]).await;
    follow(&rectify).await.unwrap();
    assert!(officer.text("/records?which=late").await.contains("〔2026〕2号"));
    let forget = "update record set deadline = null, deadline_ends_at = null";
    served.db.conn().execute_unprepared(forget).await.unwrap();
    follow(&rectify).await.unwrap();
    assert!(
        !officer.text("/records?which=late").await.contains("〔2026〕2号"),
        "asked once for each calendar"
    );
    let older = "update followed set version = 1 where resource = '#calendar'";
    served.db.conn().execute_unprepared(older).await.unwrap();
    follow(&rectify).await.unwrap();
    let page = officer.text("/records?which=late").await;
    assert!(page.contains("〔2026〕2号") && page.contains("2026-01-14"), "{page}");
    assert_eq!(standing(&officer.text("/records").await, 1), "工作日历未发布");

    // Past the end everybody is told, and the lists are shown all the same.
    served.clock.advance(Duration::days(6));
    officer.sign_in("officer", PASSWORD).await;
    for path in ["/", "/records", "/issues"] {
        assert!(officer.text(path).await.contains("今天已超出"), "{path}");
    }
    assert!(officer.text("/records").await.contains("〔2026〕1号"));
});

store::on_both!(a_month_is_held_to_what_used_to_arrive, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, other) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    assert!(officer.text("/volumes").await.contains("还没有报来的决定"));

    // Five in January 2025, none in February 2025, two in January 2026.
    let last_year = |n| licence(n, GOOD).replacen("2026/01/05", "2025/01/06", 2);
    let mut file = vec![LICENCES.to_owned()];
    file.extend((11..16).map(last_year).chain((1..3).map(|n| licence(n, GOOD))));
    landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&rectify).await.unwrap();

    let page = officer.text("/volumes?month=2026-01").await;
    assert!(page.contains("明显减少") && page.contains("去年同月 5"), "{page}");
    let link =
        page.split("href=\"/records?").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let behind = officer.text(&format!("/records?{link}")).await;
    assert!(behind.contains("〔2026〕2号") && !behind.contains("〔2026〕11号"), "{behind}");
    assert!(!stranger.text("/volumes?month=2026-01&which=all").await.contains("去年同月 5"));
    // Of January 2025 nothing older is known; an unreadable month is the newest one.
    let page = officer.text("/volumes?month=2025-01&which=all").await;
    assert!(page.contains("无可比"), "{page}");
    assert_eq!(officer.get("/volumes?month=nonsense&org=x").send().await.unwrap().status(), 200);
    assert_eq!(
        officer.get("/volumes?month=%2B262142-12").send().await.unwrap().status(),
        200,
        "the last month"
    );
    let book = officer.get("/volumes.xlsx?month=2026-01").send().await.unwrap().bytes().await.unwrap();
    assert!(book.starts_with(b"PK"));
});
