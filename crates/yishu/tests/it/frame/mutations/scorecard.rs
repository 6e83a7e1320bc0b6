//! Facts, exemptions and scope, periods, circulars, the regulation, points.

use chrono::Duration;
use kernel::Role;
use lake::sheet::{Book, Cell, Col};

use super::Walk;
use super::intake::send_file;
use crate::frame::{Browser, PASSWORD};

/// What a redirect leads to.
fn led_to(answer: &reqwest::Response) -> String {
    answer.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// The id in the first action of a page that begins with `path`.
async fn first(browser: &Browser, page: &str, path: &str) -> String {
    let page = browser.text(page).await;
    let after = page.split(&format!("action=\"{path}")).nth(1).unwrap();
    after.split('/').next().unwrap().to_owned()
}

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("SCORE1").await;
    w.served.clock.advance(Duration::days(36));
    let officer = w.served.person("score-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("score-steward", None, &[Role::BureauSteward]).await;
    let second = w.served.person("score-second", None, &[Role::BureauSteward]).await;
    w.form("POST /board/refresh", "facts", &steward, "/board/refresh", &[]).await;

    let org_id = org.to_string();
    let ask = [("org", org_id.as_str()), ("from", "2026-01-01"), ("to", "2026-01-31"), ("reason", "停电")];
    w.form("POST /exemptions", "exemption:", &officer, "/exemptions", &ask).await;
    let id = first(&second, "/exemptions", "/exemptions/").await;
    let (path, subject) = (format!("/exemptions/{id}/decide"), format!("exemption:{id}"));
    w.form("POST /exemptions/{id}/decide", &subject, &second, &path, &[("verdict", "approve")]).await;
    let (path, reason) = (format!("/exemptions/{id}/revoke"), [("reason", "系统并未停用")]);
    w.form("POST /exemptions/{id}/revoke", &subject, &second, &path, &reason).await;
    let scope = [
        ("scope_org", org_id.as_str()),
        ("scope_from", "2026-03-01"),
        ("counts", "no"),
        ("scope_basis", "决定"),
    ];
    w.form("POST /scope", "scope:", &steward, "/scope", &scope).await;
    let id = first(&steward, "/exemptions", "/scope/").await;
    let (path, subject) = (format!("/scope/{id}/revoke"), format!("scope:{id}"));
    w.form("POST /scope/{id}/revoke", &subject, &steward, &path, &[]).await;

    let evaluation = [
        ("org", org_id.as_str()),
        ("day", "2026-01-05"),
        ("evaluator", "评估机构"),
        ("sampled", "20"),
        ("unreported", "1"),
        ("note", "一件未报"),
    ];
    w.form("POST /evaluations", "evaluation:", &steward, "/evaluations", &evaluation).await;
    let id = first(&steward, "/evaluations", "/evaluations/").await;
    let (path, subject) = (format!("/evaluations/{id}/revoke"), format!("evaluation:{id}"));
    w.form("POST /evaluations/{id}/revoke", &subject, &steward, &path, &[]).await;

    let figure = [
        ("org", org_id.as_str()),
        ("indicator", "systems-connected"),
        ("day", "2026-01-05"),
        ("whole", "5"),
        ("part", "2"),
        ("basis", "统计报表"),
        ("note", ""),
    ];
    w.form("POST /registered", "registered:", &steward, "/registered", &figure).await;
    let id = first(&steward, "/registered", "/registered/").await;
    let (path, subject) = (format!("/registered/{id}/revoke"), format!("registered:{id}"));
    w.form("POST /registered/{id}/revoke", &subject, &steward, &path, &[]).await;
    let titles = ["单位代码", "指标代码", "分子", "分母", "统计截止日", "数据依据"];
    let mut book = Book::new();
    let sheet = book.sheet("登记", &titles.map(|t| Col::new(t, 10))).unwrap();
    let row = ["SCORE1", "systems-connected", "3", "5", "2026-01-06", "统计报表"];
    book.row(sheet, &row.map(Cell::Text)).unwrap();
    let import = send_file(&steward, "/registered/import", book.bytes().unwrap());
    w.see("POST /registered/import", "registered:", import).await;

    let mistaken = [("name", "误开"), ("from", "2026-01-01"), ("to", "2026-01-15")];
    let opened = led_to(&steward.post("/periods", "/periods", &mistaken).await);
    let (path, subject) = (format!("/periods/{opened}/discard"), format!("period:{opened}"));
    w.form("POST /periods/{id}/discard", &subject, &steward, &path, &[]).await;
    assert_eq!(steward.get(&format!("/periods/{opened}")).send().await.unwrap().status(), 404);

    let part = [("name", "旬"), ("from", "2026-01-05"), ("to", "2026-01-14")];
    let first_part = led_to(&steward.post("/periods", "/periods", &part).await);
    let meant = [("name", "另旬"), ("from", "2026-01-10"), ("to", "2026-01-20")];
    assert_eq!(steward.post("/periods", "/periods", &meant).await.status(), 409, "told before it is opened");
    let meant = [meant[0], meant[1], meant[2], ("anyway", "yes")];
    let second_part = led_to(&w.form("POST /periods", "period:", &steward, "/periods", &meant).await);
    for part in [first_part, second_part] {
        assert_eq!(steward.post("/periods", &format!("/periods/{part}/discard"), &[]).await.status(), 303);
    }

    let days = [("name", "一月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let answer = w.form("POST /periods", "period:", &steward, "/periods", &days).await;
    let period = led_to(&answer);
    let (at, subject) = (format!("/periods/{period}"), format!("period:{period}"));
    let object = [("indicator", ""), ("reason", "有误")];
    w.form("POST /periods/{id}/objections", &subject, &officer, &format!("{at}/objections"), &object).await;
    let id = first(&steward, &at, "/score-objections/").await;
    let kept = [("reason", "无误"), ("outcome", "kept")];
    let path = format!("/score-objections/{id}/answer");
    w.form("POST /score-objections/{id}/answer", &subject, &steward, &path, &kept).await;
    w.form("POST /periods/{id}/recount", &subject, &steward, &format!("{at}/recount"), &[]).await;
    w.served.clock.advance(Duration::days(4));
    officer.sign_in("score-officer", PASSWORD).await;
    steward.sign_in("score-steward", PASSWORD).await;
    w.form("POST /periods/{id}/publish", &subject, &steward, &format!("{at}/publish"), &[]).await;
    w.form("POST /periods/{id}/recompute", &subject, &officer, &format!("{at}/recompute"), &[]).await;
    let answer =
        w.form("POST /periods/{id}/circular", "circular:", &steward, &format!("{at}/circular"), &[]).await;

    let circular = led_to(&answer);
    let (at, subject) = (format!("/circulars/{circular}"), format!("circular:{circular}"));
    let texts = [
        ("version", "1"),
        ("issuer", "甲"),
        ("title", "乙"),
        ("main_to", "丙"),
        ("opening", "丁"),
        ("copy_to", "市督查室"),
    ];
    w.form("POST /circulars/{id}/edit", &subject, &steward, &format!("{at}/edit"), &texts).await;
    w.form("POST /circulars/{id}/issue", &subject, &steward, &format!("{at}/issue"), &[("version", "2")])
        .await;
    w.form("POST /circulars/{id}/read", &subject, &officer, &format!("{at}/read"), &[]).await;
    let page = steward.text(&at).await;
    let path = page.split("/delivered\"").next().unwrap().rsplit("action=\"").next().unwrap().to_owned();
    let path = format!("{path}/delivered");
    w.form("POST /circulars/{id}/copies/{copy}/delivered", &subject, &steward, &path, &[]).await;
    assert_eq!(steward.post(&at, &path, &[]).await.status(), 409, "ticked off once");
    let terms = [
        ("version", "1"),
        ("from", "2026-05-01"),
        ("weight", "20"),
        ("direction", "higher"),
        ("full_at", ""),
        ("definition_zh", "首次报送即合格的决定。"),
        ("definition_en", "Decisions valid at once."),
        ("denominator", "RECEIVED_ON BETWEEN :from AND :to"),
        ("numerator", "FIRST_VALID = 1"),
        ("whole", "1"),
        ("part", "1"),
        ("reason", "决定"),
    ];
    let path = "/indicators/accuracy/versions";
    w.form("POST /indicators/{code}/versions", "indicator:accuracy", &steward, path, &terms).await;
    let id = first(&steward, "/indicators/accuracy", "/indicator-versions/").await;
    let path = format!("/indicator-versions/{id}/revoke");
    w.form("POST /indicator-versions/{id}/revoke", "indicator:accuracy", &steward, &path, &[]).await;
    let regulation = [
        ("version", "0"),
        ("title", "甲"),
        ("issuer", "乙"),
        ("number_word", "丙"),
        ("window", "3"),
        ("main_to", "丁"),
        ("body", "戊"),
    ];
    w.form("POST /regulation", "regulation", &steward, "/regulation", &regulation).await;

    let give = [("org", org_id.as_str()), ("rule", "concealed"), ("day", "2026-02-01"), ("reason", "瞒报")];
    w.form("POST /points", "points:", &steward, "/points", &give).await;
    let id = first(&officer, "/points", "/points/").await;
    let (at, subject) = (format!("/points/{id}"), format!("points:{id}"));
    w.form("POST /points/{id}/appeal", &subject, &officer, &format!("{at}/appeal"), &[("reason", "不是")])
        .await;
    let answer = [("reason", "是的"), ("outcome", "reversed")];
    w.form("POST /points/{id}/answer", &subject, &steward, &format!("{at}/answer"), &answer).await;
    w.form("POST /points", "points:", &steward, "/points", &give).await;
    let again = steward.post("/points", "/points", &give).await;
    assert_eq!(again.status(), 409, "entered twice");
    let page = steward.text("/points").await;
    let id = page.split("/reverse\"").next().unwrap().rsplit('/').next().unwrap().to_owned();
    let (path, subject) = (format!("/points/{id}/reverse"), format!("points:{id}"));
    w.form("POST /points/{id}/reverse", &subject, &steward, &path, &[("reason", "记错了")]).await;
    assert_eq!(steward.post("/points", &path, &[("reason", "再一次")]).await.status(), 409);
}
