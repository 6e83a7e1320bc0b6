//! Figures that the bureau enters, and units with accounts: from the form to the board.

use chrono::Duration;
use identity::actions::{NewAccount, create_account, set_account_state};
use kernel::{Actor, Clock as _, OrgId, Role, UserId};
use lake::sheet::{Book, Cell, Col, read_small};
use scorecard::Scorecard;
use scorecard::actions::{basis, counted, follow, recompute};
use scorecard::model::{Figure, Span};
use store::Db;
use yishu::wiring::migrations;

use super::mutations::send_file;
use super::scorecard::{day, expect, january, led_to};
use super::{Browser, PASSWORD, Served};

/// A figure as it is typed.
async fn enter(
    browser: &Browser,
    (org, indicator): (OrgId, &str),
    (day, part, whole): (&str, &str, &str),
    basis: &str,
) -> reqwest::Response {
    let org = org.to_string();
    let fields = [
        ("org", org.as_str()),
        ("indicator", indicator),
        ("day", day),
        ("whole", whole),
        ("part", part),
        ("basis", basis),
        ("note", "按季统计"),
    ];
    browser.post("/registered", "/registered", &fields).await
}

/// The numerator and denominator of a department, once the facts are gathered.
async fn of(served: &Served, org: OrgId, code: &str, span: Span) -> (i64, i64) {
    let scorecard = Scorecard { intake: served.intake.clone() };
    served.clock.advance(Duration::minutes(6));
    follow(&scorecard).await.unwrap();
    let basis = basis(&scorecard, span).await.unwrap();
    let Figure { numerator, denominator, .. } = counted(&scorecard, &basis).await.unwrap().of(org.0, code);
    (numerator, denominator)
}

/// The id of the figure with a basis, from the action that takes it back.
fn id_of(page: &str, basis: &str) -> String {
    let after = page.split(basis).nth(1).unwrap().split("action=\"/registered/").nth(1).unwrap();
    after.split('/').next().unwrap().to_owned()
}

const CODE: &str = "systems-connected";

store::on_both!(a_registered_figure_stands_until_a_newer_one, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(b), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    assert!(officer.text("/registered").await.contains("还没有登记数据"));
    expect(enter(&officer, (a, CODE), ("2025-11-30", "10", "40"), "年报").await, 403).await;

    // What makes no sense is refused in the indicator's own words, and what was typed stays.
    for (indicator, (day, part, whole), basis, said) in [
        (CODE, ("2025-11-30", "6", "5"), "年报", "“已对接的系统数”（6）不能多于"),
        (CODE, ("2025-11-30", "6", "0"), "年报", "“应对接的系统数”应为 1 到"),
        (CODE, ("2025-11-30", "many", "5"), "年报", "“已对接的系统数”应为 0 到"),
        (CODE, ("2099-11-30", "4", "5"), "年报", "统计截止日不能晚于今天"),
        (CODE, ("1999-11-30", "4", "5"), "年报", "2000 年到 2100 年"),
        (CODE, ("2025-11-30", "4", "5"), " ", "请填写数据依据"),
        ("accuracy", ("2025-11-30", "4", "5"), "年报", "请从列表中选择指标"),
    ] {
        let answer = enter(&steward, (a, indicator), (day, part, whole), basis).await;
        let page = expect(answer, 400).await.text().await.unwrap();
        assert!(page.contains(said), "{said}: {page}");
        let typed =
            [format!("value=\"{a}\" selected"), format!("value=\"{whole}\""), ">按季统计<".to_owned()];
        assert!(typed.iter().all(|t| page.contains(t)), "{typed:?}: {page}");
    }
    expect(enter(&steward, (OrgId::new(), CODE), ("2025-11-30", "4", "5"), "年报").await, 404).await;

    // It stands however long ago it was counted, until a newer one takes its place.
    expect(enter(&steward, (a, CODE), ("2025-11-30", "10", "40"), "年报").await, 303).await;
    expect(enter(&steward, (a, CODE), ("2025-11-30", "10", "40"), "年报").await, 409).await;
    assert_eq!(of(&served, a, CODE, january()).await, (10, 40));
    assert_eq!(of(&served, b, CODE, january()).await, (0, 0), "nothing was entered for it");
    expect(enter(&steward, (a, CODE), ("2026-01-15", "20", "40"), "一月报表").await, 303).await;
    expect(enter(&steward, (a, CODE), ("2026-01-10", "5", "40"), "补登的报表").await, 303).await;
    assert_eq!(of(&served, a, CODE, january()).await, (20, 40), "by the day counted, not by the day entered");
    let early = Span::new(day("2026-01-01"), day("2026-01-09")).unwrap();
    assert_eq!(of(&served, a, CODE, early).await, (10, 40));
    served.clock.advance(Duration::minutes(1));
    expect(enter(&steward, (a, CODE), ("2026-01-15", "22", "40"), "当日更正").await, 303).await;
    assert_eq!(of(&served, a, CODE, january()).await, (22, 40), "of one day the one entered later");
    expect(enter(&steward, (a, CODE), ("2026-02-01", "30", "40"), "二月报表").await, 303).await;
    let february = Span::new(day("2026-02-01"), day("2026-02-28")).unwrap();
    assert_eq!(of(&served, a, CODE, january()).await, (22, 40));
    assert_eq!(of(&served, a, CODE, february).await, (30, 40));

    // Taken back, the one before stands again.
    let page = steward.text("/registered").await;
    assert!(page.contains("自 2026-02-01 起被新的登记替代"), "{page}");
    let revoke = format!("/registered/{}/revoke", id_of(&page, "当日更正"));
    expect(officer.post("/registered", &revoke, &[]).await, 403).await;
    expect(steward.post("/registered", &revoke, &[]).await, 303).await;
    expect(steward.post("/registered", &revoke, &[]).await, 404).await;
    assert_eq!(of(&served, a, CODE, january()).await, (20, 40));
    assert!(steward.text("/registered").await.contains("已由"));

    // Everybody sees their own; filters and the workbook show the same.
    assert!(officer.text("/registered").await.contains("一月报表"));
    assert!(!stranger.text("/registered").await.contains("一月报表"));
    assert!(!officer.text("/registered").await.contains("<textarea"));
    let filtered = officer.text(&format!("/registered?org={a}&indicator=response")).await;
    assert!(filtered.contains("没有符合条件的登记") && !filtered.contains("一月报表"), "{filtered}");
    let file = officer.get("/registered.xlsx").send().await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"PK"));

    // A published period keeps its digits, whatever is entered later.
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await);
    served.clock.advance(Duration::days(5));
    for (browser, name) in [(&steward, "steward"), (&officer, "officer"), (&stranger, "stranger")] {
        browser.sign_in(name, PASSWORD).await;
    }
    expect(steward.post("/periods", &format!("/periods/{period}/publish"), &[]).await, 303).await;
    expect(enter(&steward, (a, CODE), ("2026-01-31", "40", "40"), "年度核定").await, 303).await;
    assert_eq!(of(&served, a, CODE, january()).await, (40, 40));
    let scorecard = Scorecard { intake: served.intake.clone() };
    let again = recompute(&scorecard, &Actor::system(), period.parse().unwrap()).await.unwrap();
    assert!(again.same(), "{} {}", again.kept, again.now);
    let frozen = officer.text(&format!("/board/{a}/{CODE}?period={period}")).await;
    assert!(frozen.contains("50.00%") && frozen.contains("一月报表"), "{frozen}");
    assert!(frozen.contains(&format!("/registered?org={a}&#38;indicator={CODE}")), "{frozen}");
});

store::on_both!(registered_figures_stand_on_the_board_under_their_subject, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    for (indicator, part, whole) in [("items-landed", "740", "1500"), ("cases-per-resident", "1044", "1000")]
    {
        expect(enter(&steward, (b, indicator), ("2025-12-31", part, whole), "年报").await, 303).await;
    }
    assert_eq!(of(&served, b, "cases-per-resident", january()).await, (1_044, 1_000));
    let scored = officer.text("/board?month=2026-01").await;
    assert!(!scored.contains("49.33%") && scored.contains("subject=services"), "{scored}");
    let sharing = officer.text("/board?month=2026-01&subject=sharing").await;
    assert!(sharing.contains("49.33%") && sharing.contains("740 / 1,500"), "{sharing}");
    let without = sharing.split("这几天全市都没有数据的指标").nth(1).unwrap();
    assert!(without.contains("系统对接率") && !without.contains("账号开通率"), "{without}");
    assert!(!sharing.split("</table>").next().unwrap().contains("系统对接率"), "no empty column: {sharing}");
    let services = officer.text("/board?month=2026-01&subject=services").await;
    assert!(
        services.contains("1.044") && services.contains("month=2025-12&#38;subject=services"),
        "{services}"
    );
    let file = officer.get("/board.xlsx?month=2026-01&subject=services").send().await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    let own = officer.text(&format!("/board/{a}?month=2026-01")).await;
    assert!(own.contains("尚未登记数据的指标") && own.contains("账号开通率"), "{own}");
    let rules = officer.text("/indicators").await;
    assert!(rules.contains("基层减负") && rules.contains("已对接的系统数 ÷ 应对接的系统数"), "{rules}");

    // Scope is judged by the end of the period: what was counted before it does not slip through, nor is it lost.
    let scope = async |from: &str, counts: &str| {
        let org = b.to_string();
        let fields = [
            ("scope_org", org.as_str()),
            ("scope_from", from),
            ("counts", counts),
            ("scope_basis", "示例决定第3号"),
        ];
        expect(steward.post("/exemptions", "/scope", &fields).await, 303).await;
    };
    scope("2026-01-10", "no").await;
    assert_eq!(of(&served, b, "items-landed", january()).await, (0, 0));
    scope("2026-01-20", "yes").await;
    assert_eq!(of(&served, b, "items-landed", january()).await, (740, 1_500));

    // A version of the city's own counts no other indicator's figures.
    let page = format!("/indicators/{CODE}");
    let save = async |denominator: &str| {
        let fields = [
            ("version", "1"),
            ("from", "2026-05-01"),
            ("weight", "0"),
            ("direction", "higher"),
            ("full_at", ""),
            ("definition_zh", "已对接的系统。"),
            ("definition_en", "Systems connected."),
            ("denominator", denominator),
            ("numerator", "true"),
            ("whole", "WHOLE"),
            ("part", "PART"),
            ("reason", "示例决定第4号"),
        ];
        steward.post(&page, &format!("{page}/versions"), &fields).await
    };
    let refused = expect(save("DAY <= :to").await, 400).await.text().await.unwrap();
    assert!(refused.contains("登记数据的分母条件要以"), "{refused}");
    expect(save("CODE = 'systems-connected' AND DAY <= :to AND UNTIL IS NULL").await, 303).await;
});

store::on_both!(units_with_an_account_are_counted, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let a = served.org("A1").await;
    let below = served.org_below(Some(a), "A1X").await;
    let account = async |name: &str| -> UserId {
        let new = NewAccount {
            name: name.to_owned(),
            display_name: name.to_owned(),
            password: PASSWORD.to_owned(),
            must_change_password: false,
            city_wide: false,
            org: Some(below),
            roles: vec![Role::DataOfficer],
        };
        create_account(&db, &Actor::system(), new, served.clock.now()).await.unwrap()
    };
    served.account("head", Some(a), &[Role::DataOfficer]).await;
    assert_eq!(of(&served, a, "accounts-opened", january()).await, (1, 2));
    let id = account("clerk").await;
    assert_eq!(of(&served, a, "accounts-opened", january()).await, (2, 2));
    let state = async |enabled: bool| {
        let now = served.clock.now();
        set_account_state(&db, served.app.sessions(), &Actor::system(), id, enabled, now).await.unwrap();
    };
    state(false).await;
    assert_eq!(of(&served, a, "accounts-opened", january()).await, (1, 2), "disabled");
    served.clock.advance(Duration::days(36));
    account("second").await;
    assert_eq!(of(&served, a, "accounts-opened", january()).await, (1, 2), "opened after the period");
    let february = Span::new(day("2026-02-01"), day("2026-02-28")).unwrap();
    assert_eq!(of(&served, a, "accounts-opened", february).await, (2, 2));
    state(true).await;
    assert_eq!(of(&served, a, "accounts-opened", january()).await, (2, 2));
});

/// The template as a steward downloads it, with cells filled in: rows from 1 below the titles, columns from 0.
async fn filled(steward: &Browser, path: &str, cells: &[((usize, usize), &str)]) -> Vec<u8> {
    let bytes = steward.get(path).send().await.unwrap().bytes().await.unwrap();
    let mut rows = read_small(&bytes, 100_000).unwrap().swap_remove(0).1;
    for ((row, column), text) in cells {
        rows[*row].resize(9, String::new());
        (*text).clone_into(&mut rows[*row][*column]);
    }
    let mut book = Book::new();
    let titles: Vec<Col> = rows[0].iter().map(|t| Col::new(t, 10)).collect();
    let sheet = book.sheet("登记", &titles).unwrap();
    for row in &rows[1..] {
        book.row(sheet, &row.iter().map(|c| Cell::Text(c)).collect::<Vec<_>>()).unwrap();
    }
    book.bytes().unwrap()
}

store::on_both!(figures_of_many_departments_come_as_a_workbook, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let send = async |bytes| send_file(&steward, "/registered/import", bytes).await;
    let template = format!("/registered/template.xlsx?indicator={CODE}");
    for path in ["/registered/import", template.as_str()] {
        assert_eq!(officer.get(path).send().await.unwrap().status(), 403);
    }
    assert_eq!(send_file(&officer, "/registered/import", Vec::new()).await.status(), 403);
    assert!(steward.text("/registered").await.contains("href=\"/registered/import\""));
    let all = steward.get("/registered/template.xlsx").send().await.unwrap().bytes().await.unwrap();
    let all = read_small(&all, 100_000).unwrap().swap_remove(0).1;
    assert!(all.len() > 10, "a row for each department and indicator");
    assert_eq!(all[1][..2], ["A1", "部门A1"]);
    let short = steward.get(&template).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(read_small(&short, 100).unwrap()[0].1.len(), 3, "two departments, one indicator");

    // Of several wrong rows each is named, and nothing is entered, though one is right.
    let right = [((1, 4), "10"), ((1, 5), "40"), ((1, 6), "2026-01-15"), ((1, 7), "一月报表")];
    let many = |cells: &[((usize, usize), &'static str)]| [&right[..], cells].concat();
    for (cells, said) in [
        (
            many(&[((2, 4), "6"), ((2, 5), "5"), ((2, 6), "2026-01-15"), ((2, 7), "报表")]),
            "第 3 行“分子”（E3）",
        ),
        (
            many(&[((2, 4), "6"), ((2, 5), ""), ((2, 6), "2026-01-15"), ((2, 7), "报表")]),
            "第 3 行“分母”（F3）",
        ),
        (
            many(&[((2, 4), "6"), ((2, 5), "9"), ((2, 6), "某日"), ((2, 7), "报表")]),
            "第 3 行“统计截止日”（G3）",
        ),
        (
            many(&[((2, 4), "6"), ((2, 5), "9"), ((2, 6), "2099-01-15"), ((2, 7), "报表")]),
            "统计截止日不能晚于今天",
        ),
        (many(&[((2, 4), "6"), ((2, 5), "9"), ((2, 6), "2026-01-15")]), "第 3 行“数据依据”（H3）"),
        (many(&[((2, 4), "6"), ((2, 0), "X9")]), "没有代码为“X9”的单位"),
        (many(&[((2, 4), "6"), ((2, 1), "部门A1")]), "代码“B1”对应的是“部门B1”"),
        (many(&[((2, 4), "6"), ((2, 2), "accuracy")]), "“accuracy”不是要登记的指标"),
        (
            many(&[
                ((2, 4), "6"),
                ((2, 0), "A1"),
                ((2, 1), ""),
                ((2, 5), "9"),
                ((2, 6), "2026/1/15"),
                ((2, 7), "报表"),
            ]),
            "与第 2 行是同一单位",
        ),
    ] {
        let page =
            expect(send(filled(&steward, &template, &cells).await).await, 400).await.text().await.unwrap();
        assert!(page.contains(said), "{said}: {page}");
    }
    let nothing = expect(send(filled(&steward, &template, &[]).await).await, 400).await.text().await.unwrap();
    assert!(nothing.contains("每一行的“分子”都是空的"), "{nothing}");
    let other = expect(send(b"%PDF-1.4".to_vec()).await, 400).await.text().await.unwrap();
    assert!(other.contains("不是能打开的Excel工作簿"), "{other}");
    assert!(steward.text("/registered").await.contains("还没有登记数据"));

    // What is right is entered as from the form; what is there already is not entered twice.
    expect(send(filled(&steward, &template, &right).await).await, 303).await;
    let page = steward.text("/registered").await;
    assert!(page.contains("已登记 1 个数") && page.contains("跳过分子为空的 1 行"), "{page}");
    let both =
        many(&[((2, 4), "１,000"), ((2, 5), "2,000"), ((2, 6), "2026年1月16日"), ((2, 7), "另一报表")]);
    expect(send(filled(&steward, &template, &both).await).await, 303).await;
    let page = steward.text("/registered").await;
    assert!(page.contains("已登记 1 个数；1 个先前已登记"), "{page}");
    assert_eq!(of(&served, a, CODE, january()).await, (10, 40));
    assert_eq!(of(&served, b, CODE, january()).await, (1_000, 2_000));
    assert!(served.actions().await.contains(&"registered.import".to_owned()));
    let revoke = format!("/registered/{}/revoke", id_of(&page, "另一报表"));
    expect(steward.post("/registered", &revoke, &[]).await, 303).await;
    assert_eq!(of(&served, b, CODE, january()).await, (0, 0), "taken back like any other");
});
