//! The public site without sign-in: what is typed finds what is meant, and nowhere stands a number or a name of a person.

use kernel::{Actor, Role};
use portal::Portal;
use portal::actions::publish::{self, Withdrawal};
use portal::model::publication::Reason;
use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use store::Db;
use yishu::wiring::migrations;

use super::publication::{AUTHORITY, PENALTIES, PLANTED, company, follow, id_of, landed, person};
use super::{Browser, PASSWORD, Served};

const LICENCES: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政许可决定文书名称,\
    行政许可决定文书号,许可类别,许可内容,许可决定日期,有效期自,有效期至,许可机关,许可机关统一社会信用代码,当前状态,\
    数据来源单位,数据来源单位统一社会信用代码";

fn licence(name: &str, code: &str, number: u32, until: &str) -> String {
    format!(
        "{name},法人及非法人组织,{code},张三丰,食品经营许可决定书,东市监食许〔2025〕{number}号,普通,=1+1 张三丰食品销售,\
         2025/06/03,2025/06/03,{until},东莞市示例监督管理局,{AUTHORITY},1,东莞市示例监督管理局,{AUTHORITY}"
    )
}

async fn found(public: &Browser, typed: &str, more: &str) -> Vec<String> {
    let path = format!("/api/v1/public/records?q={}{more}", shell::ui::encode(typed));
    let answer: Value = public.get(&path).send().await.unwrap().json().await.unwrap();
    let records = answer["records"].as_array().unwrap_or_else(|| panic!("{typed}: {answer}"));
    records.iter().map(|r| r["document"].as_str().unwrap().to_owned()).collect()
}

/// A city with two licences and two penalties made public.
async fn city(db: Db) -> Served {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let facts = "张三丰（370602188002290012）在场";
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(12, facts), person(7)]).await;
    let lines = [
        LICENCES.to_owned(),
        licence("示例（东莞）饮料有限公司", "93371402MA0DEM03X2", 100, "2099/12/31"),
        licence("东莞示例食品有限公司", "91441900MA0DEM013W", 1001, "2030/06/02"),
    ];
    let answer =
        super::intake::hand_in_as(&officer, mine, "licence-2018", "licences.csv", &lines.join("\n")).await;
    ::intake::actions::process_submission::process_submission(&served.intake, super::intake::led_to(&answer))
        .await
        .unwrap();
    follow(&served).await;
    served
}

store::on_both!(what_is_typed_finds_what_is_meant, migrations, async |db: Db| {
    let served = city(db).await;
    let public = served.browser();
    let (drink, food, fined, person) = (
        "东市监食许〔2025〕100号",
        "东市监食许〔2025〕1001号",
        "东市监罚〔2026〕12号",
        "东市监罚〔2026〕7号",
    );
    for (typed, expected) in [
        ("东莞示例食品有限公司", vec![fined, food]),
        ("示例食品", vec![fined, food]),
        ("食品 东莞", vec![fined, food]),
        ("示例(东莞)饮料", vec![drink]),
        ("示例（东莞）饮料", vec![drink]),
        ("例 东 莞 饮 料", vec![drink]),
        ("示例东莞饮料", vec![drink]),
        ("91441900MA0DEM013W", vec![fined, food]),
        ("９１４４１９００ma0dem013w", vec![fined, food]),
        ("91441900MA0DEM", vec![fined, food]),
        ("9144 1900", vec![fined, food]),
        ("MA0DEM03X", vec![drink]),
        ("东市监食许〔2025〕100号", vec![drink]),
        ("东市监食许(2025)100号", vec![drink]),
        ("东市监食许[2025] 第100号", vec![drink]),
        ("食许【2025】１００", vec![drink]),
        ("东市监食许2025100号", vec![drink]),
        ("罚〔2026〕12", vec![fined]),
        ("东市监食许〔2025〕10", vec![drink, food]),
        ("东市监食许〔2025〕10号", vec![]),
        ("东市监食许〔2025〕101", vec![]),
        ("张*", vec![person]),
        ("不存在的公司", vec![]),
        ("\" OR 1", vec![]),
        ("370602188002290010", vec![]),
        ("13800000000", vec![]),
        ("张三丰", vec![]),
    ] {
        let mut documents = found(&public, typed, "").await;
        let (first, mut expected) = (documents.first().cloned(), expected);
        documents.sort_unstable();
        expected.sort_unstable();
        assert_eq!(documents, expected, "{typed}");
        if typed == "91441900MA0DEM013W" {
            assert_eq!(first.as_deref(), Some(fined), "the newest decision first");
        }
    }
    assert_eq!(found(&public, "示例", "&kind=licence").await.len(), 2);
    assert_eq!(found(&public, "示例", "&year=2026").await, [fined]);
    assert_eq!(found(&public, "示例", "&authority=无此机关").await.len(), 0);
    assert_eq!(found(&public, "", "&kind=penalty").await.len(), 2);
    let page = public.text("/public/search?q=%E7%A4%BA%E4%BE%8B%E9%A3%9F%E5%93%81").await;
    assert!(page.contains("<mark>示例食品</mark>"), "{page}");

    // Forgotten and made anew, the index answers the same; what was taken down is not found.
    let (portal, system) = (Portal::new(served.intake.clone()), Actor::system());
    publish::rebuild_search(&portal, &system).await.unwrap();
    assert!(found(&public, "示例食品", "").await.is_empty());
    follow(&served).await;
    assert_eq!(found(&public, "示例食品", "").await.len(), 2);
    let why = Withdrawal { reason: Reason::Quashed, text: "复议决定撤销".into() };
    publish::withdraw(&portal, &system, id_of(&served, 12).await, &why).await.unwrap();
    assert_eq!(found(&public, "示例食品", "").await, [food], "even before the index knows");
    follow(&served).await;
    assert_eq!(found(&public, "示例食品", "").await, [food]);
});

store::on_both!(nothing_personal_is_in_any_public_answer, migrations, async |db: Db| {
    let served = city(db).await;
    let public = served.browser();
    let answer: Value = public.get("/api/v1/public/records").send().await.unwrap().json().await.unwrap();
    let ids: Vec<String> =
        answer["records"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 4);
    let mut paths: Vec<String> = served
        .app
        .routes()
        .iter()
        // Who follows a case has its code; nobody here has.
        .filter(|r| r.method == "GET" && !r.path.contains('{') && r.path != "/public/cases/mine")
        .filter(|r| {
            r.path == "/public"
                || r.path.starts_with("/public/")
                || r.path.contains("/public/")
                || r.path.ends_with(".xml")
        })
        .map(|r| r.path.to_owned())
        .collect();
    assert!(paths.len() >= 9, "{paths:?}");
    for id in &ids {
        paths.push(format!("/public/records/{id}"));
        paths.push(format!("/api/v1/public/records/{id}"));
        paths.push(format!("/public/records/{id}/object"));
        paths.push(format!("/public/records/{id}/repair"));
    }
    paths.extend(
        [
            "/public/months/2026-01.csv",
            "/public/months/2025-06.csv",
            "/public/search?q=13800000000",
            "/public/search.csv?q=%E7%A4%BA%E4%BE%8B",
        ]
        .map(str::to_owned),
    );
    for path in &paths {
        let answer = public.get(path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        for planted in PLANTED {
            let echoed = path.contains(planted);
            assert!(echoed || !text.contains(planted), "{path} shows {planted}: {text}");
        }
    }
    let record =
        public.text(&paths.iter().find(|p| p.starts_with("/public/records/")).unwrap().clone()).await;
    assert!(record.contains("public-fields"), "{record}");

    // A spreadsheet runs nothing of it; feeds are well formed.
    let csv = public.text("/public/months/2025-06.csv").await;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    for feed in ["/public/feed.rss", "/public/feed.atom", "/sitemap.xml"] {
        let text = public.text(feed).await;
        let mut open: Vec<String> = Vec::new();
        for tag in text.split('<').skip(1) {
            let name = tag.split(['>', ' ']).next().unwrap().to_owned();
            if let Some(closed) = name.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(closed), "{feed}");
            } else if !tag.split('>').next().unwrap().ends_with(['/', '?']) {
                open.push(name);
            }
        }
        assert!(
            open.is_empty()
                && text.matches("urn:uuid:").count() + text.matches("/public/records/").count() >= 3,
            "{feed}: {text}"
        );
    }
});

store::on_both!(public_refusals_stay_on_the_public_site, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let answer = served.browser().get("/public/records/nothing").send().await.unwrap();
    assert_eq!(answer.status(), 404);
    let page = answer.text().await.unwrap();
    assert!(page.contains("public-nav") && page.contains("返回公示网站"), "{page}");
    assert!(!page.contains("href=\"/\""), "nothing leads to the sign-in of staff: {page}");
});

store::on_both!(what_is_down_says_why_without_its_content, migrations, async |db: Db| {
    let served = city(db).await;
    let public = served.browser();
    let answer: Value = public
        .get("/api/v1/public/records?q=%E7%BD%9A%E3%80%942026%E3%80%9512")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = answer["records"][0]["id"].as_str().unwrap().to_owned();
    let portal = Portal::new(served.intake.clone());
    let record = id_of(&served, 12).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let due = publish::recall(&portal, &Actor::system(), record, served.intake.clock.today(), "复议决定书")
        .await
        .unwrap();
    let page = steward.text("/publication/recalls").await;
    assert!(page.contains(&due.to_string()) && page.contains("还剩 3 个工作日"), "{page}");
    served.clock.advance(chrono::Duration::days(7));
    steward.sign_in("steward", PASSWORD).await;
    assert!(steward.text("/publication/recalls").await.contains("已逾期"));
    for (text, found) in [
        ("当事人512201-18900101-123X来电", "第 4 个字起有疑似身份证号码"),
        ("请回电138—0000—1234", "第 4 个字起有疑似手机号码"),
        ("张 三丰已经来过", "第 1 个字起有当事人的姓名"),
    ] {
        let why = Withdrawal { reason: Reason::Quashed, text: text.into() };
        let refused = publish::withdraw(&portal, &Actor::system(), record, &why).await.unwrap_err();
        assert_eq!(refused.code(), "text-personal");
        assert!(refused.text().zh.contains(found), "{}", refused.text().zh);
    }
    let why = Withdrawal { reason: Reason::Quashed, text: "复议决定〔2026〕1号".into() };
    publish::withdraw(&portal, &Actor::system(), record, &why).await.unwrap();
    let page = public.text(&format!("/public/records/{id}")).await;
    assert!(page.contains("复议决定〔2026〕1号") && page.contains("被撤销"), "{page}");
    assert!(!page.contains("东莞示例食品") && !page.contains("罚款人民币"), "{page}");
    let answer: Value =
        public.get(&format!("/api/v1/public/records/{id}")).send().await.unwrap().json().await.unwrap();
    assert_eq!((answer["state"].as_str(), answer["subject"].as_str()), (Some("withdrawn"), Some("")));
    // What was written before such words were refused is masked where it shows.
    let old = "update publication set reason = '电话13800000000' where reason like '复议%'";
    served.db.conn().execute_unprepared(old).await.unwrap();
    for path in [format!("/public/records/{id}"), format!("/api/v1/public/records/{id}")] {
        let shown = public.text(&path).await;
        assert!(shown.contains("电话******") && !shown.contains("13800000000"), "{shown}");
    }
    assert!(steward.text("/publication/recalls?done=yes").await.contains("罚〔2026〕12号"));
    assert!(!steward.text("/publication/recalls").await.contains("罚〔2026〕12号"));
});
