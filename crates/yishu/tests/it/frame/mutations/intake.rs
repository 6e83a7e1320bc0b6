//! Files and pushes, mapping, deciding, mending, withdrawing.

use ::intake::actions::process_submission::process_submission;
use kernel::{OrgId, Role, SubmissionId};
use lake::sheet::{Book, Cell, Col, read_small};
use reqwest::{Response, multipart};
use serde_json::{Value, json};

use super::Walk;
use crate::frame::Browser;
use crate::frame::intake::{FILE, hand_in, json_post, led_to, wrong_rows};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("A1").await;
    w.served.provides(org, "legal-entity").await;
    let officer = w.served.person("officer", Some(org), &[Role::DataOfficer]).await;
    files(w, &officer, org).await;
    pushes(w, &officer, org).await;
}

async fn process(w: &Walk, id: SubmissionId) {
    process_submission(&w.served.intake, id).await.unwrap();
}

async fn files(w: &mut Walk, officer: &Browser, org: OrgId) {
    let answer = w.see("POST /submissions", "submission:", hand_in(officer, org, "法人.csv", FILE)).await;
    let id = led_to(&answer);
    process(w, id).await;
    let subject = format!("submission:{id}");
    let at = |verb: &str| format!("/submissions/{id}/{verb}");

    let found = wrong_rows(officer, id).await;
    let group = found["groups"].as_array().unwrap().iter().find(|g| g["has_suggestion"] == true).unwrap();
    let group = group["id"].as_str().unwrap();
    let accept = json!({ "group": group });
    let path = at("accept");
    let done = json_post(officer, &path, &accept);
    let done: Value = w.see("POST /submissions/{id}/accept", &subject, done).await.json().await.unwrap();
    let undo = json!({ "undo": done["undo"] });
    w.see("POST /submissions/{id}/undo", &subject, json_post(officer, &at("undo"), &undo)).await;
    let page = officer.text(&format!("/submissions/{id}")).await;
    let chosen = page.split("/accept-group").nth(1).unwrap().split("name=\"group\" value=\"").nth(1).unwrap();
    let chosen = [("group", chosen.split('"').next().unwrap())];
    w.form("POST /submissions/{id}/accept-group", &subject, officer, &at("accept-group"), &chosen).await;
    w.form("POST /submissions/{id}/undo-mend", &subject, officer, &at("undo-mend"), &[]).await;
    let path = format!("/data/legal-entity/exports?submission={id}");
    w.form("POST /data/{resource}/exports", "resource:legal-entity", officer, &path, &[]).await;
    let rows = wrong_rows(officer, id).await;
    let row = &rows["rows"][0];
    let seen = json!({ "rows": [{ "row": row["row"], "version": row["version"] }] });
    w.see("POST /submissions/{id}/drop", &subject, json_post(officer, &at("drop"), &seen)).await;
    w.form("POST /submissions/{id}/undo-mend", &subject, officer, &at("undo-mend"), &[]).await;
    let rows = wrong_rows(officer, id).await;
    let row = rows["rows"].as_array().unwrap().iter().find(|r| r["place"] == "5").unwrap().clone();
    let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"],
        "values": { "USCC": "92370602MA0DEM021B" } }] });
    w.see("POST /submissions/{id}/mend", &subject, json_post(officer, &at("mend"), &mend)).await;
    let book = with_cell(officer, &at("wrong-rows.xlsx"), "9144190OMA0DEM013W", "91441900MA0DEM013W").await;
    let path = at("wrong-rows");
    let sent = send_file(officer, &path, book);
    w.see("POST /submissions/{id}/wrong-rows", &subject, sent).await;
    let answer =
        w.form("POST /submissions/{id}/land-mended", "submission:", officer, &at("land-mended"), &[]).await;
    process(w, led_to(&answer)).await;
    let why = [("reason", "试")];
    w.form("POST /submissions/{id}/withdraw", &subject, officer, &at("withdraw"), &why).await;

    let unnamed = FILE.replacen("企业名称", "它叫什么", 1);
    let id = led_to(&hand_in(officer, org, "没有名称.csv", &unnamed).await);
    process(w, id).await;
    let columns =
        [("resource", "legal-entity"), ("column-0", "NAME"), ("column-1", "USCC"), ("column-2", "")];
    let path = format!("/submissions/{id}/mapping");
    w.form("POST /submissions/{id}/mapping", &format!("submission:{id}"), officer, &path, &columns).await;

    let wrong = "企业名称,统一社会信用代码\n甲,9144190OMA0DEM013W\n乙,92370602MA0DEM021C\n";
    let id = led_to(&hand_in(officer, org, "全错.csv", wrong).await);
    process(w, id).await;
    let path = format!("/submissions/{id}/decide");
    let subject = format!("submission:{id}");
    w.form("POST /submissions/{id}/decide", &subject, officer, &path, &[("decision", "land")]).await;
}

/// The workbook at a path with one cell changed, as a person saves it.
async fn with_cell(browser: &Browser, path: &str, from: &str, to: &str) -> Vec<u8> {
    let bytes = browser.get(path).send().await.unwrap().bytes().await.unwrap();
    let sheets = read_small(&bytes, 10_000).unwrap();
    let (name, rows) = sheets.iter().find(|(_, rows)| rows.iter().flatten().any(|c| c == from)).unwrap();
    let head = rows.iter().position(|r| r.iter().any(|c| c == "序号")).unwrap();
    let columns: Vec<Col> = rows[head].iter().map(|h| Col::new(h.as_str(), 10)).collect();
    let mut book = Book::new();
    let sheet = book.sheet(name, &columns).unwrap();
    for row in &rows[head + 1..] {
        let cells: Vec<Cell<'_>> = row.iter().map(|c| Cell::Text(if c == from { to } else { c })).collect();
        book.row(sheet, &cells).unwrap();
    }
    book.bytes().unwrap()
}

pub async fn send_file(browser: &Browser, path: &str, bytes: Vec<u8>) -> Response {
    let token = browser.csrf("/").await;
    let file = multipart::Part::bytes(bytes).file_name("更正.xlsx");
    let form = multipart::Form::new().text("_csrf", token).part("file", file);
    let post = browser.client.post(format!("{}{path}", browser.base));
    post.header("accept", "text/html").multipart(form).send().await.unwrap()
}

async fn pushes(w: &mut Walk, officer: &Browser, org: OrgId) {
    let secret = officer.credential(org, "x").await;
    let base = w.served.base.clone();
    let post = |path: &str| reqwest::Client::new().post(format!("{base}/api/v1/{path}")).bearer_auth(&secret);
    let row = json!({ "NAME": "东莞示例食品有限公司", "USCC": "91441900MA0DEM013W" });
    let send = post("resources/legal-entity/rows").json(&row).send();
    w.see("POST /api/v1/resources/{code}/rows", "submission:", async { send.await.unwrap() }).await;
    let send = post("resources/legal-entity/files?name=a.csv").body(FILE.replace("2016", "2015")).send();
    w.see("POST /api/v1/resources/{code}/files", "submission:", async { send.await.unwrap() }).await;
    let city = json!({ "tableCode": "legal-entity", "departmentCode": "A1",
        "body": [{ "NAME": "德州示例合作社", "USCC": "93371402MA0DEM03X2" }] });
    let send = post("city-intake").json(&city).send();
    w.see("POST /api/v1/city-intake", "submission:", async { send.await.unwrap() }).await;
}
