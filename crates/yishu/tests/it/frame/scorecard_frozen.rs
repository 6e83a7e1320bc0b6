//! What a published period keeps: the score down to its points, the period with which it was compared, the circular and its workbook.

use chrono::Duration;
use kernel::Role;
use store::Db;
use yishu::wiring::migrations;

use super::scorecard::{expect, led_to, ledger};
use super::{Browser, PASSWORD, Served};

/// Opens a period.
async fn open(steward: &Browser, name: &str, from: &str, to: &str) -> String {
    let days = [("name", name), ("from", from), ("to", to)];
    format!("/periods/{}", led_to(&expect(steward.post("/periods", "/periods", &days).await, 303).await))
}

async fn publish(steward: &Browser, period: &str) {
    expect(steward.post(period, &format!("{period}/publish"), &[]).await, 303).await;
}

/// What a file of the platform holds, unpacked.
async fn unpacked(browser: &Browser, path: &str) -> (Vec<u8>, String) {
    let answer = expect(browser.get(path).send().await.unwrap(), 200).await;
    let bytes = answer.bytes().await.unwrap().to_vec();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file.zip"), &bytes).unwrap();
    let done = std::process::Command::new("python3")
        .args(["-c", "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);sys.stdout.buffer.write(b'\\n'.join(z.read(n) for n in z.namelist()))"])
        .arg(folder.path().join("file.zip"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (bytes, String::from_utf8_lossy(&done.stdout).into_owned())
}

store::on_both!(a_score_leads_down_to_its_points, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let period = open(&steward, "2026年1月", "2026-01-01", "2026-01-31").await;
    let of = |org: &str| format!("{period}/members/{org}");
    let (own, other) = (of(&a.to_string()), of(&b.to_string()));

    // Timely 2 of 3, accurate 3 of 4, each of 25 points; all else has no data.
    assert!(officer.text(&period).await.contains(&format!("href=\"{own}\"")));
    let page = officer.text(&own).await;
    for wanted in [
        "2 ÷ 3 × 25 = 16.67",
        "3 ÷ 4 × 25 = 18.75",
        "16.67 + 18.75 = 35.42",
        "有数据的指标满分合计 50 分",
        "35.42 ÷ 50 × 100 = 70.84",
        "整改确认率（15 分）",
        "共 50 分",
        "第 1 版",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let figure = format!("/board/{a}/timeliness-a?period={}", period.rsplit('/').next().unwrap());
    assert!(
        page.contains(&format!("href=\"{figure}\"")) && page.contains(&format!("href=\"{figure}#rule\""))
    );
    assert!(officer.text(&figure).await.contains("id=\"rule\""));
    assert!(officer.text(&period).await.contains("70.84"), "the same score as the page of the period");

    // Before publication a department sees itself alone, without a rank.
    expect(officer.get(&other).send().await.unwrap(), 404).await;
    expect(officer.get(&format!("{other}/score.xlsx")).send().await.unwrap(), 404).await;
    expect(steward.get(&other).send().await.unwrap(), 200).await;
    for wrong in [of("nobody"), of(&uuid::Uuid::nil().to_string())] {
        expect(officer.get(&wrong).send().await.unwrap(), 404).await;
    }
    let (_, sheet) = unpacked(&officer, &format!("{own}/score.xlsx")).await;
    assert!(sheet.contains("16.67") && sheet.contains("3 ÷ 4 × 25 = 18.75"), "{sheet}");

    // Published, others' scores are open, their rows are not.
    served.clock.advance(Duration::days(4));
    officer.sign_in("officer", PASSWORD).await;
    steward.sign_in("steward", PASSWORD).await;
    publish(&steward, &period).await;
    let page = officer.text(&other).await;
    assert!(page.contains("2 ÷ 2 × 25 = 25.00") && !page.contains(&format!("/board/{b}/")), "{page}");
    officer.text("/language/en?back=/").await;
    assert!(officer.text(&own).await.contains("35.42 ÷ 50 × 100 = 70.84"));
});

store::on_both!(a_published_period_is_compared_with_the_same_one_for_good, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(60));
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let february = open(&steward, "二月", "2026-02-01", "2026-02-28").await;
    let january = open(&steward, "一月", "2026-01-01", "2026-01-31").await;
    served.clock.advance(Duration::days(7));
    steward.sign_in("steward", PASSWORD).await;
    publish(&steward, &february).await;
    // Compared with nothing as it was published: whatever is published later, nothing moves.
    publish(&steward, &january).await;
    let page = steward.text(&february).await;
    for moved in ["持平", "↑", "↓"] {
        assert!(!page.contains(moved), "{moved}: {page}");
    }
    let circular = format!("{february}/circular");
    let circular = led_to(&expect(steward.post(&february, &circular, &[]).await, 303).await);
    let (_, document) = unpacked(&steward, &format!("/circulars/{circular}/circular.docx")).await;
    assert!(
        !document.contains("持平") && !document.contains("↑") && !document.contains(">新增<"),
        "{document}"
    );

    // Published before that was kept, a period follows the rule of before.
    let run = "update score_period set compared = false, before_id = null";
    sea_orm::ConnectionTrait::execute_unprepared(db.conn(), run).await.unwrap();
    assert!(steward.text(&february).await.contains("持平"), "found as it is looked at");
});

store::on_both!(the_workbook_of_a_circular_is_kept_as_it_was_issued, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    ledger(&db, a, b).await;
    served.clock.advance(Duration::days(36));
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let january = open(&steward, "一月", "2026-01-01", "2026-01-31").await;
    served.clock.advance(Duration::days(4));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    steward.sign_in("steward", PASSWORD).await;
    publish(&steward, &january).await;
    let circular =
        led_to(&expect(steward.post(&january, &format!("{january}/circular"), &[]).await, 303).await);
    let at = format!("/circulars/{circular}");
    let book = format!("{at}/circular.xlsx");
    expect(officer.get(&book).send().await.unwrap(), 404).await;
    let page = steward.text(&at).await;
    for wanted in [
        "本期没有异议和信用修复数据。",
        "“双公示”归集：迟报率20.00%（1/5），漏报率25.00%（2/8）",
        "编目挂接：",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let (_, draft) = unpacked(&steward, &book).await;
    assert!(
        draft.contains("拟稿，未印发") && draft.contains("考核排名") && draft.contains("其他指标"),
        "{draft}"
    );
    let (_, document) = unpacked(&steward, &format!("{at}/circular.docx")).await;
    for wanted in ["其他指标（不计分）如下。", "迟报率", "20.00%", "异议处理和信用修复情况", "<w:noWrap />"]
    {
        assert!(document.contains(wanted), "{wanted}: {document}");
    }
    let texts = [
        ("version", "1"),
        ("issuer", "示例市信用办"),
        ("title", "关于一月份情况的通报"),
        ("main_to", "各成员单位"),
        ("opening", "现将一月份情况通报如下。"),
        ("collection", "目录均已挂接。"),
        ("cases", "异议均已按期答复。"),
    ];
    expect(steward.post(&at, &format!("{at}/edit"), &texts).await, 303).await;
    expect(steward.post(&at, &format!("{at}/issue"), &[("version", "2")]).await, 303).await;
    let (issued, sheet) = unpacked(&officer, &book).await;
    for wanted in ["信用通报〔2026〕1号", "异议均已按期答复。", "目录均已挂接。", "部门B1", "66.67%"]
    {
        assert!(sheet.contains(wanted), "{wanted}: {sheet}");
    }
    // Whatever becomes of the period's row, the file is the one that was issued.
    let run = "update score_period set name = 'x', figures = '{}'";
    sea_orm::ConnectionTrait::execute_unprepared(db.conn(), run).await.unwrap();
    assert_eq!(unpacked(&officer, &book).await.0, issued);
});
