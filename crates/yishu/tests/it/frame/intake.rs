//! A file's way: handed in, checked, explained, mended, landed, withdrawn; and single rows pushed.

use ::intake::actions::process_submission::process_submission;
use kernel::{OrgId, Role, SubmissionId};
use reqwest::Response;
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::{Browser, Served};

/// Two good rows, a letter O for a zero, and a check digit that does not fit.
pub(super) const FILE: &str = "企业名称,统一社会信用代码,注册日期\n\
    东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18\n\
    德州示例合作社,93371402MA0DEM03X2,2017/01/02\n\
    东莞示例饮料有限公司,9144190OMA0DEM013W,2016/03/18\n\
    烟台示例个体店,92370602MA0DEM021C,2018/05/06\n";

pub async fn hand_in(browser: &Browser, org: OrgId, name: &str, body: &str) -> Response {
    hand_in_as(browser, org, "legal-entity", name, body).await
}

pub async fn hand_in_as(browser: &Browser, org: OrgId, resource: &str, name: &str, body: &str) -> Response {
    let token = browser.csrf("/submissions/new").await;
    let edge = "edge0f7e";
    let part = |name: &str, value: &str| {
        format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let form = [
        part("_csrf", &token),
        part("org", &org.to_string()),
        part("resource", resource),
        format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n{body}\r\n--{edge}--\r\n"
        ),
    ];
    browser
        .client
        .post(format!("{}/submissions", browser.base))
        .header("accept", "text/html")
        .header("content-type", format!("multipart/form-data; boundary={edge}"))
        .body(form.concat())
        .send()
        .await
        .unwrap()
}

/// The submission an answer leads to.
pub fn led_to(answer: &Response) -> SubmissionId {
    let place = answer.headers()["location"].to_str().unwrap();
    place.split('/').nth(2).unwrap().split('#').next().unwrap().parse().unwrap()
}

pub(super) async fn json_post(browser: &Browser, path: &str, body: &Value) -> Response {
    let token = browser.csrf("/submissions").await;
    let post = browser.client.post(format!("{}{path}", browser.base)).header("x-csrf-token", token);
    post.json(body).send().await.unwrap()
}

pub(super) async fn wrong_rows(browser: &Browser, id: SubmissionId) -> Value {
    let text = browser.text(&format!("/submissions/{id}/wrong-rows.json")).await;
    serde_json::from_str(&text).unwrap()
}

store::on_both!(a_file_is_checked_mended_landed_and_withdrawn, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    served.provides(mine, "legal-entity").await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;

    let answer = hand_in(&officer, mine, "法人.csv", FILE).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let id = led_to(&answer);
    process_submission(&served.intake, id).await.unwrap();
    assert_eq!(served.intake.lake.count("legal-entity", None).await.unwrap(), 2, "the good rows landed");

    let page = officer.text(&format!("/submissions/{id}")).await;
    assert!(page.contains("多半是把数字0写成了字母O"), "the cause is told in everyday words");
    let book = officer.get(&format!("/submissions/{id}/findings.xlsx")).send().await.unwrap().bytes().await;
    let sheets = lake::sheet::read_small(&book.unwrap(), 10_000).unwrap();
    assert!(sheets[0].1.len() > 2, "{sheets:?}");
    assert!(
        sheets[0].1.iter().all(|row| row.last().unwrap() == "常见问题"),
        "each leads to its question: {sheets:?}"
    );
    let found = wrong_rows(&officer, id).await;
    assert_eq!(found["total"], 2);
    let group = found["groups"].as_array().unwrap().iter().find(|g| g["code"] == "E103").unwrap();
    assert_eq!(group["has_suggestion"], true);

    // One with its suggestion, undone and accepted again, the other by hand.
    let accept = format!("/submissions/{id}/accept");
    let accepted: Value =
        json_post(&officer, &accept, &json!({ "group": group["id"] })).await.json().await.unwrap();
    assert_eq!(accepted["count"], 1);
    let undone: Value =
        json_post(&officer, &format!("/submissions/{id}/undo"), &json!({ "undo": accepted["undo"] }))
            .await
            .json()
            .await
            .unwrap();
    assert_eq!(undone["count"], 1);
    let overtaken =
        json_post(&officer, &format!("/submissions/{id}/undo"), &json!({ "undo": accepted["undo"] })).await;
    assert_eq!(overtaken.status(), 409, "only the last step, by its name");
    json_post(&officer, &accept, &json!({ "group": group["id"] })).await;
    let rows = wrong_rows(&officer, id).await;
    let other_row = rows["rows"].as_array().unwrap().iter().find(|r| r["place"] == "5").unwrap().clone();
    // Dropped and taken in again: it needs mending as before.
    let seen = json!({ "rows": [{ "row": other_row["row"], "version": other_row["version"] }] });
    let dropped: Value =
        json_post(&officer, &format!("/submissions/{id}/drop"), &seen).await.json().await.unwrap();
    assert_eq!(dropped["count"], 1, "{dropped}");
    assert_eq!(wrong_rows(&officer, id).await["total"], 1);
    json_post(&officer, &format!("/submissions/{id}/undo"), &json!({ "undo": dropped["undo"] })).await;
    let rows = wrong_rows(&officer, id).await;
    let other_row = rows["rows"].as_array().unwrap().iter().find(|r| r["place"] == "5").unwrap().clone();
    assert!(!other_row["findings"].as_array().unwrap().is_empty(), "{other_row}");

    let mend = json!({ "rows": [{ "row": other_row["row"], "version": other_row["version"],
        "values": { "USCC": "92370602MA0DEM021B" } }] });
    let mended: Value =
        json_post(&officer, &format!("/submissions/{id}/mend"), &mend).await.json().await.unwrap();
    assert_eq!(mended["remaining"], 0);
    assert_eq!(mended["rows"][0]["findings"].as_array().unwrap().len(), 0);
    let stale = json_post(&officer, &format!("/submissions/{id}/mend"), &mend).await;
    assert_eq!(stale.status(), 409, "a row changed since is not overwritten");

    let answer = officer.post("/submissions", &format!("/submissions/{id}/land-mended"), &[]).await;
    let child = led_to(&answer);
    process_submission(&served.intake, child).await.unwrap();
    process_submission(&served.intake, child).await.unwrap();
    // The first of the wrong rows has the code of a good one, so it takes that row's place.
    assert_eq!(served.intake.lake.count("legal-entity", None).await.unwrap(), 3);
    let page = officer.text(&format!("/submissions/{id}")).await;
    assert!(page.contains("首次校验的结果") && page.contains("待更正的 0 行"), "{page}");

    // The same bytes again are recognised.
    let again = hand_in(&officer, mine, "法人.csv", FILE).await;
    assert_eq!(led_to(&again), id);

    // Others see nothing of it; an auditor sees it and changes nothing.
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    assert_eq!(stranger.get(&format!("/submissions/{id}")).send().await.unwrap().status(), 404);
    assert_eq!(
        stranger.get(&format!("/submissions/{id}/wrong-rows.xlsx")).send().await.unwrap().status(),
        404
    );
    let auditor = served.person("auditor", None, &[Role::Auditor]).await;
    assert_eq!(auditor.get(&format!("/submissions/{id}")).send().await.unwrap().status(), 200);
    let refused = auditor.post("/submissions", &format!("/submissions/{id}/withdraw"), &[]).await;
    assert_eq!(refused.status(), 403);

    let gone =
        officer.post("/submissions", &format!("/submissions/{id}/withdraw"), &[("reason", "试")]).await;
    assert_eq!(gone.status(), 303, "{}", gone.text().await.unwrap());
    assert_eq!(served.intake.lake.count("legal-entity", None).await.unwrap(), 0, "withdrawn from the lake");
    let actions = served.actions().await;
    for action in ["receive", "land", "mend", "drop-rows", "undo-mend", "land-mended", "withdraw"] {
        assert!(actions.contains(&format!("submission.{action}")), "{action} left a record");
    }
});

store::on_both!(what_cannot_be_read_is_refused_with_the_remedy, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let id = led_to(&hand_in(&officer, org, "扫描件.csv", "%PDF-1.4 not a table").await);
    process_submission(&served.intake, id).await.unwrap();
    let page = officer.text(&format!("/submissions/{id}")).await;
    assert!(page.contains("已退回") && page.contains("PDF"), "the refusal says why");
    assert!(!served.intake.lake.has_table("legal-entity"));
    let empty = hand_in(&officer, org, "空.csv", "").await;
    assert_eq!(empty.status(), 400);
});

store::on_both!(a_department_does_not_touch_the_decisions_of_another, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (authority, other) = (served.org("1137060200DEM00909").await, served.org("B1").await);
    let mut row = json!({
        "CF_XDR_MC": "烟台示例个体店", "CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": "92370602MA0DEM021B",
        "CF_FRDB": "李四", "CF_WSH": "芝市监罚〔2025〕12号", "CF_WFXW": "经营超过保质期食品",
        "CF_SY": "经营超过保质期食品3瓶", "CF_YJ": "《食品安全法》第一百二十四条", "CF_CFLB": "罚款",
        "CF_NR": "罚款2000元", "CF_NR_FK": "0.2", "CF_JDRQ": "2025/12/29",
        "CF_CFJG": "芝罘区示例监督管理局", "CF_CFJGDM": "1137060200DEM00909",
        "CF_SJLY": "芝罘区示例监督管理局", "CF_SJLYDM": "1137060200DEM00909",
    });
    let push = async |name: &str, org, row: &Value| -> Value {
        let officer = served.person(name, Some(org), &[Role::DataOfficer]).await;
        let secret = officer.credential(org, name).await;
        let post = reqwest::Client::new()
            .post(format!("{}/api/v1/resources/penalty-2018/rows", served.base))
            .bearer_auth(&secret)
            .json(row);
        post.send().await.unwrap().json().await.unwrap()
    };
    let own = push("own", authority, &row).await;
    assert_eq!((&own["landed"], &own["rejected"]), (&json!(1), &json!(0)), "{own}");
    row["CF_SY"] = json!("他单位改写");
    let foreign = push("foreign", other, &row).await;
    assert_eq!((&foreign["landed"], &foreign["rejected"]), (&json!(0), &json!(1)), "{foreign}");
    assert!(foreign["findings"].as_array().unwrap().iter().any(|f| f["code"] == "E122"), "{foreign}");
    // It stands among what is to be put right, whichever way it came.
    yishu::wiring::follow(&served.intake).await.unwrap();
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let issues = steward.text("/issues").await;
    assert!(issues.contains("别的单位的决定不能由您报送或更改"), "{issues}");
});

store::on_both!(updates_and_given_items_are_counted, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let secret = officer.credential(org, "x").await;
    let counted = async || -> Vec<(String, i64, i64, i64)> {
        let all = ::intake::facts::receipts(&served.intake, None, 10).await.unwrap();
        all.into_iter().map(|r| (r.way, r.updated, r.items_required, r.items_given)).collect()
    };
    let file = "企业名称,统一社会信用代码\n东莞示例食品有限公司,91441900MA0DEM013W\n,91441900MA0DEM0216\n";
    let id = led_to(&hand_in(&officer, org, "一.csv", file).await);
    process_submission(&served.intake, id).await.unwrap();
    let first = counted().await;
    let (_, updated, required, given) = first[0].clone();
    assert_eq!((updated, required % 2), (0, 0), "{first:?}");
    assert!(required > given && given > 0, "the second row has no name: {first:?}");
    let push = reqwest::Client::new()
        .post(format!("{}/api/v1/resources/legal-entity/rows", served.base))
        .bearer_auth(&secret)
        .json(&json!([{ "NAME": "东莞示例食品有限公司", "USCC": "91441900MA0DEM013W" }]));
    assert_eq!(push.send().await.unwrap().status(), 200);
    let all = counted().await;
    let pushed = all.iter().find(|(way, ..)| way == "push").unwrap();
    assert_eq!((pushed.1, pushed.2), (1, required / 2), "one row, known before: {all:?}");
});

store::on_both!(a_push_lands_once_however_often_it_is_sent, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let secret = officer.credential(org, "x").await;
    let push = async |key: &str, body: &Value| {
        let client = reqwest::Client::new();
        client
            .post(format!("{}/api/v1/resources/legal-entity/rows", served.base))
            .bearer_auth(&secret)
            .header("idempotency-key", key)
            .json(body)
            .send()
            .await
            .unwrap()
    };
    let rows = json!([
        { "企业名称": "东莞示例食品有限公司", "USCC": "91441900MA0DEM013W" },
        { "NAME": "东莞示例饮料有限公司", "USCC": "91441900MA0DEM013X" },
    ]);
    let first: Value = push("k1", &rows).await.json().await.unwrap();
    assert_eq!((&first["landed"], &first["rejected"]), (&json!(1), &json!(1)), "{first}");
    assert_eq!(first["findings"][0]["code"], "E104");
    let again: Value = push("k1", &rows).await.json().await.unwrap();
    assert_eq!(first["submission"], again["submission"]);
    assert_eq!(served.intake.lake.count("legal-entity", None).await.unwrap(), 1);
    assert_eq!(push("k1", &json!({ "NAME": "别的" })).await.status(), 409, "the key belongs to other rows");
    let chinese = json!({ "NAME": "舟山示例店", "USCC": "441900000000012" });
    let first: Value = push("办件1", &chinese).await.json().await.unwrap();
    let again: Value = push("办件1", &chinese).await.json().await.unwrap();
    assert_eq!(first["submission"], again["submission"], "a key in Chinese is a key");
    let unknown = push("k2", &json!({ "颜色": "红" })).await;
    assert_eq!(unknown.status(), 400);
    assert_eq!(unknown.json::<Value>().await.unwrap()["code"], "push-field");
    let raw = async |path: &str, body: &'static str| -> (u16, Value) {
        let post = reqwest::Client::new().post(format!("{}/api/v1/{path}", served.base)).bearer_auth(&secret);
        let answer = post.header("content-type", "application/json").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    };
    let rows = r#"[{"NAME":"甲"},{"NAME":"乙","NAME":"丙"}]"#;
    let (status, twice) = raw("resources/legal-entity/rows", rows).await;
    assert_eq!((status, &twice["code"]), (400, &json!("push-key-twice")));
    assert!(twice["detail"].as_str().unwrap().contains("第2行的键“NAME”"), "{twice}");
    let city_rows =
        r#"{"tableCode":"legal-entity","departmentCode":"A1","body":[{"NAME":"乙","NAME":"丙"}]}"#;
    let (_, twice) = raw("city-intake", city_rows).await;
    assert_eq!(twice["errorCode"], "6002");
    assert!(twice["errorMsg"].as_str().unwrap().contains("第1行的键“NAME”"), "{twice}");

    // The agreed shape of the city platforms.
    let city = async |body: Value| -> Value {
        let client = reqwest::Client::new();
        let post =
            client.post(format!("{}/api/v1/city-intake", served.base)).bearer_auth(&secret).json(&body);
        post.send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(city(json!({ "departmentCode": "A1" })).await["errorCode"], "3001");
    assert_eq!(city(json!({ "tableCode": "none", "departmentCode": "A1" })).await["errorCode"], "3002");
    assert_eq!(
        city(json!({ "tableCode": "legal-entity", "departmentCode": "ZZ" })).await["errorCode"],
        "4002"
    );
    assert_eq!(
        city(json!({ "tableCode": "legal-entity", "departmentCode": "A1", "body": [] })).await["errorCode"],
        "6001"
    );
    let reused = reqwest::Client::new()
        .post(format!("{}/api/v1/city-intake", served.base))
        .bearer_auth(&secret)
        .header("idempotency-key", "k1")
        .json(&json!({ "tableCode": "legal-entity", "departmentCode": "A1", "body": [{ "NAME": "甲" }] }));
    let reused: Value = reused.send().await.unwrap().json().await.unwrap();
    assert_eq!(reused["errorCode"], "6002", "{reused}");
    let file = async |text: &'static str| {
        let post = reqwest::Client::new()
            .post(format!("{}/api/v1/resources/legal-entity/files?name=a.csv", served.base));
        post.bearer_auth(&secret).header("idempotency-key", "f1").body(text).send().await.unwrap()
    };
    assert_eq!(file("企业名称\n甲\n").await.status(), 202);
    assert_eq!(file("企业名称\n甲\n").await.status(), 200, "a retry is known");
    let other = file("企业名称\n乙\n").await;
    assert_eq!(other.status(), 409, "another file must not vanish behind an old key");
    assert_eq!(other.json::<Value>().await.unwrap()["code"], "push-key-reused");
    let taken = city(json!({ "tableCode": "legal-entity", "departmentCode": "A1",
        "body": [{ "NAME": "德州示例合作社", "USCC": "93371402MA0DEM03X2" }] }))
    .await;
    assert_eq!((&taken["errorCode"], &taken["successSize"]), (&json!("200"), &json!(1)), "{taken}");
});

store::on_both!(what_the_city_keeps_once_is_handed_in_by_its_provider, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (registrar, other) = (served.org("A1").await, served.org("B1").await);
    let counter = served.org_below(Some(registrar), "A2").await;
    let theirs = served.person("registrar", Some(registrar), &[Role::DataOfficer]).await;
    let officer = served.person("officer", Some(other), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let row = "企业名称,统一社会信用代码\n东莞示例食品有限公司,91441900MA0DEM013W\n";
    let early = hand_in(&officer, other, "early.csv", row).await;
    assert_eq!(early.status(), 400, "nobody provides it yet");
    assert!(early.text().await.unwrap().contains("由数据主管部门统一报送"));
    assert_eq!(
        hand_in(&steward, other, "early.csv", row).await.status(),
        303,
        "the bureau fills it meanwhile"
    );

    served.provides(registrar, "legal-entity").await;
    let refused = hand_in(&officer, other, "later.csv", row).await;
    assert_eq!(refused.status(), 400);
    let said = refused.text().await.unwrap();
    assert!(said.contains("由部门A1提供") && said.contains("先编制目录"), "{said}");
    // Told by its headers alone, the file is turned away with the same words.
    let guessed = led_to(&hand_in_as(&officer, other, "", "guessed.csv", row).await);
    process_submission(&served.intake, guessed).await.unwrap();
    assert!(officer.text(&format!("/submissions/{guessed}")).await.contains("由部门A1提供"));
    let secret = officer.credential(other, "x").await;
    let push = async |resource: &str, row: Value| {
        let url = format!("{}/api/v1/resources/{resource}/rows", served.base);
        let answer = reqwest::Client::new().post(url).bearer_auth(&secret).json(&row).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    assert_eq!(push("legal-entity", json!({ "NAME": "甲" })).await["code"], "resource-provider");
    assert_eq!(hand_in(&theirs, registrar, "own.csv", row).await.status(), 303);
    assert_eq!(hand_in(&theirs, counter, "counter.csv", row).await.status(), 303, "its unit hands it in");
    assert_eq!(hand_in(&steward, other, "for.csv", row).await.status(), 400, "not for another either");

    // By a list of what is expected departments are judged: the bureau's, until the catalogue names somebody.
    let list = "行政相对人名称,许可决定日期\n甲,2026-01-05\n";
    let refused = hand_in_as(&officer, other, "expected-licences", "list.csv", list).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("由数据主管部门统一报送"));
    assert_eq!(push("returned-records", json!({ "LB": "行政许可" })).await["code"], "resource-provider");
    assert_eq!(hand_in_as(&steward, other, "expected-licences", "list.csv", list).await.status(), 303);
});
