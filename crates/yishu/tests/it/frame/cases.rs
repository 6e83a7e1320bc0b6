//! 异议与信用修复: from the form without an account over the desks to the corrected record and every acknowledgement.

use ::intake::actions::hold_correction::{Correction, hold_correction};
use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::{OrgId, RecordId, Role};
use portal::Portal;
use portal::actions::follow;
use portal::facts;
use portal::model::case::{Desk, Kind, Outcome};
use rectify::model::record_id;
use reqwest::Response;
use store::Db;
use yishu::wiring::migrations;

use super::intake::{hand_in_as, led_to};
use super::{Browser, PASSWORD, Served};

pub(super) const PENALTIES: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政处罚决定书文号,违法行为类型,\
    违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚机关,处罚机关统一社会信用代码,数据来源单位,\
    数据来源单位统一社会信用代码";
pub(super) const AUTHORITY: &str = "1137060200DEM00909";
pub(super) const NAME: &str = "烟台示例个体店";
pub(super) const CODE: &str = "92370602MA0DEM021B";
pub(super) const ID: &str = "370602188002290010";
pub(super) const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A penalty of a sole trader, decided on a day.
pub(super) fn penalty(number: u32, day: &str) -> String {
    format!(
        "{NAME},个体工商户,{CODE},李四,芝市监罚〔2025〕{number}号,经营超过保质期商品,经营超过保质期商品3瓶,《示例法》第一条,罚款,\
         罚款2000元,0.2,{day},芝罘区示例监督管理局,{AUTHORITY},芝罘区示例监督管理局,{AUTHORITY}"
    )
}

/// The record of a penalty.
pub(super) fn record(number: u32, day: &str) -> RecordId {
    let key = [&format!("芝市监罚〔2025〕{number}号"), day, CODE, AUTHORITY].join("\u{1f}");
    record_id("penalty-2018", &key)
}

/// Penalties 1 (decided on 1 September 2025) and 2 (decided on 5 January 2026), landed and public; the ids under which the
/// public sees them.
pub(super) async fn penalties(served: &Served, officer: &Browser, org: OrgId) -> Vec<String> {
    let lines = [PENALTIES.to_owned(), penalty(1, "2025/09/01"), penalty(2, "2026/01/05")];
    let answer = hand_in_as(officer, org, "penalty-2018", "处罚.csv", &lines.join("\n")).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    process_submission(&served.intake, led_to(&answer)).await.unwrap();
    yishu::wiring::follow(&served.intake).await.unwrap();
    let mut ids = Vec::new();
    for number in 1..=2 {
        let asked = shell::ui::encode(&format!("芝市监罚〔2025〕{number}号"));
        let page = served.browser().text(&format!("/public/cases?q={asked}")).await;
        let id = page.split("/public/records/").nth(1).unwrap_or_else(|| panic!("{page}"));
        ids.push(id.split('/').next().unwrap().to_owned());
    }
    ids
}

/// Sends a form with files as a browser does: `(name, file name, bytes)`.
pub(super) async fn send(
    browser: &Browser,
    page: &str,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> Response {
    let token = browser.csrf(page).await;
    let edge = "edge5b1c";
    let mut body = Vec::new();
    for (name, value) in std::iter::once(&("_csrf", token.as_str())).chain(fields) {
        body.extend(
            format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{edge}--\r\n").into_bytes());
    browser
        .client
        .post(format!("{}{path}", browser.base))
        .header("accept", "text/html")
        .header("content-type", format!("multipart/form-data; boundary={edge}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

/// A complete objection: three bottles should be two.
pub(super) fn objection(form_key: &str) -> Vec<(&str, &str)> {
    vec![
        ("form_key", form_key),
        ("subject_name", NAME),
        ("subject_code", CODE),
        ("fault", "wording"),
        ("claim:CF_SY", "经营超过保质期商品2瓶"),
        ("name", "示例丙"),
        ("phone", "13900000000"),
        ("id", ID),
        ("remark", "决定书上写的是2瓶，请核对。我的身份证是370602188002290010。"),
        ("homepage", ""),
    ]
}

/// A form with some of its fields changed.
pub(super) fn with<'a>(
    mut fields: Vec<(&'a str, &'a str)>,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    for (name, value) in changes {
        fields.retain(|(k, _)| k != name);
        fields.push((name, value));
    }
    fields
}

/// Number and code on a receipt.
pub(super) fn receipt(page: &str) -> (String, String) {
    let text = |after: &str| {
        let rest = page.split(after).nth(1).unwrap_or_else(|| panic!("no receipt: {page}"));
        rest.split('<').next().unwrap().to_owned()
    };
    (text("<dd class=\"mono\">"), text("case-code\">"))
}

/// The id of the only case a list shows with this number.
pub(super) async fn case_id(browser: &Browser, number: &str) -> String {
    let page = browser.text(&format!("/cases?which=all&q={number}")).await;
    let shown = format!("\">{number}</a>");
    let line = page.split("href=\"/cases/").find(|p| p.contains(&shown)).unwrap_or_else(|| panic!("{page}"));
    line.split('"').next().unwrap().to_owned()
}

pub(super) async fn cell(served: &Served, field: &str) -> Vec<String> {
    let browse = lake::query::Browse {
        columns: vec![field.to_owned()],
        filters: vec![lake::query::Filter::equals("CF_WSH", "芝市监罚〔2025〕1号")],
        ..Default::default()
    };
    let page = served.intake.lake.browse("penalty-2018", &browse).await.unwrap();
    page.rows.iter().map(|r| r[0].as_str().unwrap_or_default().to_owned()).collect()
}

/// Everything the audit log and the events hold, as text.
async fn kept(served: &Served) -> String {
    let all = store::audit::Find { limit: 1_000, ..Default::default() };
    let rows = store::audit::find(&served.db, &all).await.unwrap().0;
    let mut text: String =
        rows.iter().map(|r| format!("{} {} {} {}\n", r.actor, r.action, r.subject, r.detail)).collect();
    use sea_orm::ConnectionTrait as _;
    let sql = "select data from event";
    let found = sea_orm::Statement::from_string(served.db.conn().get_database_backend(), sql);
    for row in served.db.conn().query_all_raw(found).await.unwrap() {
        text.push_str(&row.try_get::<String>("", "data").unwrap());
    }
    text
}

store::on_both!(an_objection_leads_from_the_form_to_the_corrected_record, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, other) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let auditor = served.person("auditor", None, &[Role::Auditor]).await;
    let record = penalties(&served, &officer, mine).await.swap_remove(0);
    let citizen = served.browser();
    assert!(officer.text("/cases").await.contains("没有在办的申请"));

    // Everything that is wrong is told at once, and nothing is opened.
    let path = format!("/public/records/{record}/object");
    let page = citizen.text(&path).await;
    assert!(page.contains("经营超过保质期商品3瓶") && page.contains("芝市监罚〔2025〕1号"), "{page}");
    assert!(!page.contains("李四"), "the operator's name is masked as on the page of the record: {page}");
    let post = async |fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]| {
        let answer = send(&citizen, "/public/cases", &path, fields, files).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let key = "0197a3c4-0000-7000-8000-000000000001";
    let (status, told) = post(&with(objection(key), &[("subject_code", "91441900MA0DEM013W")]), &[]).await;
    assert!(
        status == 422 && told.contains("与这条记录不一致") && !told.contains("最多上传"),
        "{status} {told}"
    );
    let all_wrong = with(
        objection(key),
        &[("name", ""), ("phone", "问前台"), ("id", "1"), ("remark", ""), ("claim:CF_SY", "")],
    );
    let (status, told) = post(&all_wrong, &[("file:evidence", "bill.pdf", b"MZ program")]).await;
    assert_eq!(status, 422);
    for text in ["联系电话应为", "身份证号码不正确", "bill.pdf", "按内容判断"] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let (status, told) = post(&with(objection(key), &[("claim:CF_SY", "")]), &[]).await;
    assert!(status == 422 && told.contains("写明应为什么"), "{told}");
    let (status, _) = post(&with(objection(key), &[("homepage", "http://spam.example")]), &[]).await;
    assert_eq!(status, 400, "a machine fills what people do not see");
    assert!(steward.text("/cases").await.contains("没有在办的申请"));

    // A good one: the code is shown once, the same form opens no second case, nor does another one on the record.
    let (status, page) = post(&objection(key), &[("file:evidence", "../决定书.exe.pdf", PDF)]).await;
    assert_eq!(status, 200, "{page}");
    let (number, code) = receipt(&page);
    let (_, again) = post(&objection(key), &[]).await;
    assert!(again.contains("刚才已经收到"), "{again}");
    assert_eq!(receipt(&again), (number.clone(), code.clone()), "an answer that was lost is given again");
    let public = format!("/public/records/{record}");
    let mark = "已发起异议申诉申请但尚未处理完成";
    assert!(citizen.text(&public).await.contains(mark), "marked at once");
    let other_key = "0197a3c4-0000-7000-8000-000000000002";
    let (status, told) = post(&objection(other_key), &[]).await;
    assert!(status == 422 && told.contains(&number), "{told}");

    // Followed by the code, and by nothing else.
    let guess = citizen.post("/public/cases", "/public/cases", &[("code", "0000-0000-0000-0000")]).await;
    assert_eq!(guess.status(), 400);
    assert_eq!(served.browser().get("/public/cases/mine").send().await.unwrap().status(), 303);
    let typed = code.to_lowercase().replace('-', " ");
    let opened = citizen.post("/public/cases", "/public/cases", &[("code", &typed)]).await;
    assert_eq!(opened.headers()["location"], "/public/cases/mine");
    let mine_page = citizen.text("/public/cases/mine").await;
    assert!(mine_page.contains(&number) && mine_page.contains("待审核"), "{mine_page}");
    assert!(!mine_page.contains(ID) && !mine_page.contains("13900000000"));

    // The desks: each its own, and personal data only where it is needed.
    let id = case_id(&steward, &number).await;
    let at = format!("/cases/{id}");
    assert!(officer.text("/cases").await.contains(&number));
    assert!(!stranger.text("/cases").await.contains(&number));
    assert_eq!(stranger.get(&at).send().await.unwrap().status(), 404);
    assert_eq!(stranger.post(&at, &format!("{at}/note"), &[("note", "x")]).await.status(), 404);
    let detail = steward.text(&at).await;
    assert!(detail.contains("还剩 3 个工作日") && detail.contains("示*"), "{detail}");
    for secret in [ID, "13900000000", "示例丙"] {
        assert!(!detail.contains(secret), "{secret}: {detail}");
    }
    let step = async |who: &Browser, verb: &str, text: &str| {
        who.post(&at, &format!("{at}/{verb}"), &[("note", text)]).await.status().as_u16()
    };
    assert_eq!(step(&officer, "forward", "").await, 403, "the centre forwards");
    assert_eq!(step(&auditor, "note", "看过").await, 403);
    assert_eq!(step(&officer, "contact", "").await, 403, "the case is at the centre");
    let shown = steward.post(&at, &format!("{at}/contact"), &[]).await.text().await.unwrap();
    assert!(shown.contains(ID) && shown.contains("13900000000"), "{shown}");
    assert_eq!(step(&steward, "ask-papers", " ").await, 400);
    assert_eq!(step(&steward, "ask-papers", "请联系李四13800001234").await, 400, "nothing of a person");
    assert_eq!(step(&steward, "ask-papers", "请补交决定书原件照片").await, 303);
    assert_eq!(step(&steward, "forward", "").await, 409, "the clock stands still");
    served.clock.advance(Duration::days(2));
    for (who, name) in [(&officer, "officer"), (&steward, "steward"), (&stranger, "stranger")] {
        who.sign_in(name, PASSWORD).await;
    }
    assert!(steward.text("/cases?which=paused").await.contains("待申请人补正"));
    assert!(citizen.text("/public/cases/mine").await.contains("请补交决定书原件照片"));
    let given = send(
        &citizen,
        "/public/cases",
        "/public/cases/papers",
        &[("note", "已补")],
        &[("file", "照片.pdf", PDF)],
    )
    .await;
    assert_eq!(given.status(), 303);
    assert!(steward.text(&at).await.contains("还剩 3 个工作日"), "two days waited do not count");
    assert_eq!(step(&steward, "ask-papers", "再补一份").await, 409, "told once");
    assert_eq!(step(&steward, "extend", "案情复杂").await, 409, "Shandong knows no extension");
    assert_eq!(step(&steward, "halt", "送检").await, 409, "nor a pause for experts");
    assert_eq!(step(&steward, "forward", "请核实数量").await, 303);
    assert_eq!(step(&steward, "contact", "").await, 403, "the case is at the department now");
    let detail = officer.text(&at).await;
    let paper = detail.split(&format!("{at}/papers/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = officer.get(&format!("{at}/papers/{paper}")).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "application/pdf");
    assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(file.headers()["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(file.bytes().await.unwrap(), PDF);
    // The wording is to be mended, and what the applicant wants stands beside it.
    assert!(detail.contains("<option value=\"correct\" selected>"), "{detail}");
    // An auditor sees that papers exist, and not who handed them in.
    auditor.sign_in("auditor", PASSWORD).await;
    let seen = auditor.text(&at).await;
    assert!(seen.contains("决定书.pdf") && !seen.contains("/papers/"), "{seen}");
    assert_eq!(auditor.get(&format!("{at}/papers/{paper}")).send().await.unwrap().status(), 403);
    assert!(!served.keeps(PDF), "papers lie sealed");
    assert_eq!(stranger.get(&format!("{at}/papers/{paper}")).send().await.unwrap().status(), 404);
    assert_eq!(
        citizen.get(&format!("{at}/papers/{paper}")).send().await.unwrap().status(),
        303,
        "to the sign-in"
    );
    assert!(detail.contains("决定书.pdf") && !detail.contains(".exe"), "{detail}");

    // Corrections that the checks refuse, or that would make another record, are told in words and write nothing.
    let decide = async |fields: &[(&str, &str)]| {
        let answer = officer.post(&at, &format!("{at}/decide"), fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let answer = ("answer", "经核对决定书，数量更正为2瓶。");
    let (status, told) = decide(&[("outcome", "correct"), answer, ("new:CF_NR_FK", "2000")]).await;
    assert!(status == 400 && told.contains("没有通过校验") && told.contains("0.2"), "{status} {told}");
    let (status, told) = decide(&[("outcome", "correct"), answer, ("new:CF_JDRQ", "2025-09-02")]).await;
    assert!(status == 409 && told.contains("主键"), "{told}");
    let (status, told) =
        decide(&[("outcome", "correct"), answer, ("new:CF_SY", "经营超过保质期商品3瓶")]).await;
    assert!(status == 400 && told.contains("没有改动任何字段"), "{told}");
    assert_eq!(decide(&[("outcome", "unpublish"), answer]).await.0, 400, "an objection is no repair");
    assert_eq!(decide(&[("outcome", "correct"), ("answer", "")]).await.0, 400);
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品3瓶"]);

    // The right one lands once.
    let (status, told) =
        decide(&[("outcome", "correct"), answer, ("new:CF_SY", "经营超过保质期商品2瓶")]).await;
    assert_eq!(status, 303, "{told}");
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品2瓶"]);
    assert_eq!(
        decide(&[("outcome", "correct"), answer, ("new:CF_SY", "1瓶")]).await.0,
        403,
        "decided: the centre's"
    );
    let portal = Portal::new(served.intake.clone());
    for _ in 0..3 {
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
    let detail = officer.text(&at).await;
    assert!(
        detail.contains("<del>经营超过保质期商品3瓶</del>")
            && detail.contains("<ins>经营超过保质期商品2瓶</ins>"),
        "{detail}"
    );
    assert!(detail.contains("已完成"), "{detail}");
    let page = citizen.text(&public).await;
    assert!(page.contains("经营超过保质期商品2瓶") && !page.contains(mark), "{page}");
    let page = citizen.text("/public/cases/mine").await;
    assert!(
        page.contains("数量更正为2瓶") && page.contains("已完成") && !page.contains("请核实数量"),
        "{page}"
    );
    let rate = [("solved", "yes"), ("rating", "5")];
    assert_eq!(citizen.post("/public/cases", "/public/cases/rate", &[("rating", "9")]).await.status(), 400);
    assert_eq!(citizen.post("/public/cases", "/public/cases/rate", &rate).await.status(), 303);
    assert_eq!(citizen.post("/public/cases", "/public/cases/rate", &rate).await.status(), 409, "once");

    // What indicators read, and what stays silent.
    let facts = facts::cases(&portal, None, 10).await.unwrap();
    assert_eq!(facts.len(), 1);
    let fact = &facts[0];
    assert_eq!((fact.kind, fact.outcome), (Kind::Objection, Some(Outcome::Correct)));
    assert_eq!(fact.record, self::record(1, "2025-09-01"));
    assert!(fact.acknowledged_at.is_some() && fact.closed_at.is_some() && fact.papers_complete);
    assert_eq!(fact.tasks.iter().map(|t| t.desk).collect::<Vec<_>>(), [Desk::Centre, Desk::Department]);
    assert!(fact.tasks.iter().all(|t| t.due.is_some() && t.closed_at.is_some()));
    assert!(facts::cases(&portal, Some(fact.id), 10).await.unwrap().is_empty());
    let kept = kept(&served).await;
    assert!(kept.contains("case.open") && kept.contains("case.contact") && kept.contains("case.read-paper"));
    for secret in [ID, "13900000000", "示例丙", "示*", code.as_str(), "决定书上写的是"] {
        assert!(!kept.contains(secret), "{secret} stands in the audit log or the events");
    }
    let book = officer.get("/cases.xlsx?which=all").send().await.unwrap().bytes().await.unwrap();
    assert!(book.starts_with(b"PK"));

    // The department's own system still has the old value: it does not come back, whatever else the row says. Something new does.
    let again = async |line: &str| {
        let file = format!("{PENALTIES}\n{line}");
        let answer = hand_in_as(&officer, mine, "penalty-2018", "再报.csv", &file).await;
        let id = led_to(&answer);
        process_submission(&served.intake, id).await.unwrap();
        officer.text(&format!("/submissions/{id}")).await
    };
    let stale = penalty(1, "2025/09/01").replace("0.2", "0.3").replace("2000", "3000");
    let told = again(&stale).await;
    assert!(told.contains("E123") && told.contains(&number), "{told}");
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品2瓶"]);
    let told = again(&stale.replace("3瓶", "３ 瓶")).await;
    assert!(told.contains("E123"), "however it is typed: {told}");
    // Nor is it brought back by withdrawing what the case handed in.
    let list = officer.text(&format!("/submissions?q={number}")).await;
    let mut ids = list.split("href=\"/submissions/").filter_map(|s| s.get(..36));
    let of = ids.find(|id| id.parse::<kernel::SubmissionId>().is_ok()).unwrap_or_else(|| panic!("{list}"));
    let at = format!("/submissions/{of}");
    let refused = officer.post(&at, &format!("{at}/withdraw"), &[("reason", "x")]).await;
    assert_eq!(refused.status(), 409);
    again(&stale.replace("3瓶", "4瓶")).await;
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品4瓶"]);

    // What two cases found wrong in turn stays wrong; what a later one finds right is let go.
    let case = async |old: &str, new: &str| {
        let correction = Correction {
            resource: "penalty-2018".to_owned(),
            key: ["芝市监罚〔2025〕1号", "2025-09-01", CODE, AUTHORITY].join("\u{1f}"),
            case: "YY2".to_owned(),
            submission: kernel::SubmissionId::new(),
            fields: vec![("CF_SY".to_owned(), old.to_owned(), new.to_owned())],
        };
        let now = served.intake.clock.now();
        served.intake.db.tx(async |tx| hold_correction(tx, &correction, now).await).await.unwrap();
    };
    case("经营超过保质期商品4瓶", "经营超过保质期商品5瓶").await;
    for wrong in [stale.clone(), stale.replace("3瓶", "4瓶")] {
        assert!(again(&wrong.replace("0.3", "0.4").replace("3000", "4000")).await.contains("E123"));
    }
    case("经营超过保质期商品5瓶", "经营超过保质期商品3瓶").await;
    again(&stale.replace("0.3", "0.5").replace("3000", "5000")).await;
    assert_eq!(cell(&served, "CF_SY").await, ["经营超过保质期商品3瓶"]);
});

store::on_both!(repairs_wait_for_their_day_and_the_hall_takes_paper_in, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let ids = penalties(&served, &officer, mine).await;
    let (old, new) = (&ids[0], &ids[1]);
    let old_record = record(1, "2025-09-01").to_string();
    let citizen = served.browser();
    let repair = |key: &'static str| {
        vec![
            ("form_key", key),
            ("subject_name", NAME),
            ("subject_code", CODE),
            ("duties", "yes"),
            ("name", "示例丙"),
            ("phone", "13900000000"),
            ("id", ID),
            ("remark", "罚款已缴清，已经整改。"),
        ]
    };
    let papers: [(&str, &str, &[u8]); 2] =
        [("file:pledge", "承诺书.pdf", PDF), ("file:proof", "缴款书.pdf", PDF)];
    let post = async |record: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]| {
        let path = format!("/public/records/{record}/repair");
        let answer = send(&citizen, "/public/cases", &path, fields, files).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    // Decided today: three months have to pass, and the form says so before anybody fills it in.
    let empty = citizen.text(&format!("/public/records/{new}/repair")).await;
    assert!(empty.contains("2026-04-05") && !empty.contains("name=\"duties\""), "{empty}");
    let public = citizen.text(&format!("/public/records/{new}")).await;
    assert!(public.contains("可申请修复") && public.contains("2026-04-05"), "{public}");
    // Sent all the same, what is missing is told together.
    let (status, told) =
        post(new, &with(repair("0197a3c4-0000-7000-8000-000000000011"), &[("duties", "")]), &papers[..1])
            .await;
    assert_eq!(status, 422);
    for text in ["2026-04-05", "须先履行完", "已履行义务的证明"] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let (status, page) = post(old, &repair("0197a3c4-0000-7000-8000-000000000012"), &papers).await;
    assert_eq!(status, 200, "{page}");
    let (number, code) = receipt(&page);
    assert!(number.starts_with("XF"));
    let public = format!("/public/records/{old}");
    assert!(citizen.text(&public).await.contains("信用修复申请正在办理"));

    // The applicant withdraws: nothing is left to do.
    citizen.post("/public/cases", "/public/cases", &[("code", &code)]).await;
    assert_eq!(citizen.post("/public/cases", "/public/cases/withdraw", &[]).await.status(), 303);
    assert!(citizen.text("/public/cases/mine").await.contains("已撤回"));
    assert!(!citizen.text(&public).await.contains("信用修复申请正在办理"));
    assert_eq!(citizen.post("/public/cases", "/public/cases/withdraw", &[]).await.status(), 409);
    citizen.post("/public/cases", "/public/cases/leave", &[]).await;
    assert_eq!(citizen.get("/public/cases/mine").send().await.unwrap().status(), 303);

    // From today on by the rules of Shenzhen, which know an extension; the past does not change.
    let rules = async |from: &str| {
        let chosen = [("profile", "shenzhen"), ("from", from)];
        steward.post("/case-rules", "/case-rules", &chosen).await.status().as_u16()
    };
    assert_eq!(officer.post("/case-rules", "/case-rules", &[("profile", "shenzhen")]).await.status(), 403);
    assert_eq!(rules("2026-01-04").await, 400);
    assert_eq!(rules("").await, 400);
    assert_eq!(rules("2026-01-05").await, 303);
    assert!(steward.text("/case-rules").await.contains("深圳 <span class=\"badge pass\">"));

    // At the hall: the number of the paper is needed, missing papers are not refused but told.
    let path = format!("/cases?record={old_record}&kind=repair");
    let hall = async |who: &Browser, fields: &[(&str, &str)]| {
        let answer = send(who, "/cases", &path, fields, &papers[..1]).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert!(
        officer.text(&format!("/cases/new?record={old_record}&kind=repair")).await.contains("已核对纸质原件")
    );
    let form = repair("0197a3c4-0000-7000-8000-000000000013");
    assert!(hall(&officer, &form).await.1.contains("请填写纸质申请的编号"));
    let seen = with(form, &[("paper_number", "大厅-2026-001"), ("seen", "licence")]);
    let (status, page) = hall(&officer, &seen).await;
    assert_eq!(status, 200, "{page}");
    let (number, _) = receipt(&page);
    let id = case_id(&steward, &number).await;
    let at = format!("/cases/{id}");
    let detail = steward.text(&at).await;
    assert!(
        detail.contains("大厅-2026-001") && detail.contains("材料不齐") && detail.contains("今天到期"),
        "{detail}"
    );
    let step = async |who: &Browser, verb: &str, text: &str| {
        who.post(&at, &format!("{at}/{verb}"), &[("note", text)]).await.status().as_u16()
    };
    assert_eq!(step(&steward, "forward", "").await, 303);
    assert!(officer.text(&at).await.contains("还剩 3 个工作日"));
    assert_eq!(step(&officer, "extend", "").await, 400, "a reason is needed");
    assert_eq!(step(&officer, "extend", "须向企业所在地核实").await, 303);
    assert!(officer.text(&at).await.contains("还剩 6 个工作日"));
    assert_eq!(step(&officer, "extend", "再延").await, 409, "once");
    served.clock.advance(Duration::days(9));
    officer.sign_in("officer", PASSWORD).await;
    steward.sign_in("steward", PASSWORD).await;
    assert!(officer.text("/cases?which=overdue").await.contains(&number), "the extension is over");
    let refuse = [("outcome", "none"), ("answer", "整改材料不足以证明已经纠正。")];
    assert_eq!(officer.post(&at, &format!("{at}/decide"), &refuse).await.status(), 303);
    follow(&Portal::new(served.intake.clone())).await.unwrap();
    let detail = officer.text(&at).await;
    assert!(detail.contains("超期办理") && detail.contains("已完成"), "{detail}");
});

/// Hands the receipt of a delivery in, as the target sends it.
pub(super) async fn acknowledge(served: &Served, steward: &Browser, folder: &str) {
    answer(served, steward, folder, "00").await;
}

async fn answer(served: &Served, steward: &Browser, folder: &str, result: &str) {
    let mut files = Vec::new();
    for day in std::fs::read_dir(served.outbox().join(folder)).unwrap() {
        files.extend(std::fs::read_dir(day.unwrap().path()).unwrap().map(|f| f.unwrap().path()));
    }
    let numbers =
        files.iter().map(|f| f.file_stem().unwrap().to_str().unwrap().split('_').next().unwrap().to_owned());
    let numbers: std::collections::BTreeSet<String> = numbers.collect();
    for number in numbers {
        let receipt = format!("推送单号,行号,结果,说明\n{number},,{result},\n");
        let part = reqwest::multipart::Part::bytes(receipt.into_bytes()).file_name("回执.csv");
        let token = steward.csrf("/deliveries").await;
        let form = reqwest::multipart::Form::new().text("_csrf", token).part("file", part);
        let sent = steward.client.post(format!("{}/deliveries/receipt", steward.base)).multipart(form).send();
        sent.await.unwrap();
    }
}

store::on_both!(a_case_closes_only_with_every_acknowledgement, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let sharing = ::sharing::Sharing { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let mut targets = Vec::new();
    for (code, way) in [("by-file", "file"), ("by-table", "table")] {
        let fields = [
            ("code", code),
            ("title_zh", code),
            ("resources", "penalty-2018"),
            ("from_start", "yes"),
            ("way", way),
            ("format", "csv"),
        ];
        let made = steward.post("/targets", "/targets", &fields).await;
        assert_eq!(made.status(), 303, "{}", made.text().await.unwrap());
        let place = made.headers()["location"].to_str().unwrap();
        targets.push(place.trim_start_matches("/targets/").parse::<uuid::Uuid>().unwrap());
    }
    let ids = penalties(&served, &officer, mine).await;
    let deliver = async || {
        yishu::wiring::follow(&served.intake).await.unwrap();
        for target in &targets {
            ::sharing::actions::deliver(&sharing, *target).await.unwrap();
        }
        yishu::wiring::follow(&served.intake).await.unwrap();
    };
    deliver().await;
    acknowledge(&served, &steward, "by-file").await;
    served.clock.advance(Duration::minutes(5));

    // A correction: both targets have to take the new row, and the site has to show it.
    let citizen = served.browser();
    let path = format!("/public/records/{}/object", ids[0]);
    let fields = objection("0197a3c4-0000-7000-8000-000000000031");
    let page = send(&citizen, "/public/cases", &path, &fields, &[]).await.text().await.unwrap();
    let (number, _) = receipt(&page);
    let id = case_id(&steward, &number).await;
    let at = format!("/cases/{id}");
    let decide = [("outcome", "correct"), ("answer", "已更正。"), ("new:CF_SY", "经营超过保质期商品2瓶")];
    assert_eq!(steward.post(&at, &format!("{at}/decide"), &decide).await.status(), 303);
    served.clock.advance(Duration::minutes(5));
    deliver().await;
    let waits = steward.text("/cases?which=unacknowledged").await;
    assert!(waits.contains(&number) && waits.contains("等待“by-file”回执，自 2026-01-05"), "{waits}");
    assert!(!waits.contains("等待“by-table”") && !waits.contains("等待“公示网站”"), "{waits}");
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert!(steward.text(&at).await.contains("已通过"), "however often it is followed");
    acknowledge(&served, &steward, "by-file").await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert!(steward.text(&at).await.contains("已完成"));

    // Turned down by a later receipt, the case stays closed; its page and the bureau are told, once, until the target has it.
    answer(&served, &steward, "by-file", "失败").await;
    for _ in 0..2 {
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
    let detail = steward.text(&at).await;
    assert!(detail.contains("已完成") && detail.contains(">被退回<"), "{detail}");
    assert_eq!(detail.matches("办结后被退回").count(), 1, "{detail}");
    let late = format!("异议申请办结后被退回：{number}");
    assert!(steward.text("/notices").await.contains(&late));
    assert!(!officer.text("/notices").await.contains(&late), "the bureau speaks with the targets");
    acknowledge(&served, &steward, "by-file").await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert!(!steward.text("/notices").await.contains(&late));
    assert!(!steward.text(&at).await.contains(">被退回<"));

    // A repair: gone from the public page at once, taken back from every target, and only then closed.
    let path = format!("/public/records/{}/repair", ids[0]);
    let repair = [
        ("form_key", "0197a3c4-0000-7000-8000-000000000032"),
        ("subject_name", NAME),
        ("subject_code", CODE),
        ("duties", "yes"),
        ("name", "示例丙"),
        ("phone", "13900000000"),
        ("id", ID),
        ("remark", "罚款已缴清，已经整改。"),
    ];
    let papers: [(&str, &str, &[u8]); 2] =
        [("file:pledge", "承诺书.pdf", PDF), ("file:proof", "缴款书.pdf", PDF)];
    let page = send(&citizen, "/public/cases", &path, &repair, &papers).await.text().await.unwrap();
    let (number, _) = receipt(&page);
    let at = format!("/cases/{}", case_id(&steward, &number).await);
    // A newer row is on its way at that moment: it goes out after the decision, and is taken back all the same.
    let newer = penalty(1, "2025/09/01").replace("3瓶", "5瓶");
    let again =
        hand_in_as(&officer, mine, "penalty-2018", "再报.csv", &format!("{PENALTIES}\n{newer}")).await;
    process_submission(&served.intake, led_to(&again)).await.unwrap();
    let decide = [("outcome", "unpublish"), ("answer", "同意修复。")];
    assert_eq!(steward.post(&at, &format!("{at}/decide"), &decide).await.status(), 303);
    let page = citizen.text(&format!("/public/records/{}", ids[0])).await;
    assert!(!page.contains("经营超过保质期") && page.contains("信用修复"), "{page}");
    assert!(steward.text(&at).await.contains("已通过"));
    served.clock.advance(Duration::minutes(5));
    deliver().await;
    assert!(steward.text(&at).await.contains("已通过"), "the file has no receipt yet");
    acknowledge(&served, &steward, "by-file").await;
    deliver().await;
    acknowledge(&served, &steward, "by-file").await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    let went = ::sharing::actions::where_it_went(&sharing, record(1, "2025-09-01")).await.unwrap();
    assert!(went.len() == 2 && went.iter().all(|t| t.withdrawn && t.acknowledged_at.is_some()), "{went:?}");
    assert!(steward.text(&at).await.contains("已完成"));

    // However long after the end: a refusal is told when it comes, and as long as it stands.
    for days in [90, 30] {
        served.clock.advance(Duration::days(days));
        steward.sign_in("steward", PASSWORD).await;
        if days == 90 {
            answer(&served, &steward, "by-file", "失败").await;
        }
        yishu::wiring::follow(&served.intake).await.unwrap();
        let notices = steward.text("/notices").await;
        assert!(notices.contains(&format!("信用修复申请办结后被退回：{number}")), "{notices}");
    }
    acknowledge(&served, &steward, "by-file").await;
    yishu::wiring::follow(&served.intake).await.unwrap();
    assert!(!steward.text("/notices").await.contains("办结后被退回"));
});

store::on_both!(codes_are_guessed_a_few_times_only, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let visitor = served.browser();
    let mut refused = 0;
    for i in 0..14 {
        let code = format!("0000-0000-0000-{i:04}");
        match visitor.post("/public/cases", "/public/cases", &[("code", &code)]).await.status().as_u16() {
            400 => {}
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(refused, 4, "ten at once");
});
