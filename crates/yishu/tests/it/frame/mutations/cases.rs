//! Objections and repair: the forms, the desks, the rules.

use kernel::Role;

use super::Walk;
use crate::frame::Browser;
use crate::frame::cases::{AUTHORITY, CODE, NAME, PDF, case_id, objection, penalties, receipt, record, send};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org(AUTHORITY).await;
    let officer = w.served.person("case-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("case-steward", None, &[Role::BureauSteward]).await;
    let records = penalties(&w.served, &officer, org).await;
    let from = kernel::Clock::today(&w.served.clock).to_string();
    let henan = [("profile", "henan"), ("from", from.as_str())];
    w.form("POST /case-rules", "case-rules:city", &steward, "/case-rules", &henan).await;

    let citizen = w.served.browser();
    let first = records[0].as_str();
    let path = format!("/public/records/{first}/object");
    let fields = objection("0197a3c4-0000-7000-8000-000000000021");
    let sent = send(&citizen, "/public/cases", &path, &fields, &[]);
    let page = w.see("POST /public/records/{id}/object", "case:", sent).await.text().await.unwrap();
    let (number, code) = receipt(&page);
    citizen.post("/public/cases", "/public/cases", &[("code", &code)]).await;
    let id = case_id(&steward, &number).await;
    let subject = format!("case:{id}");
    let at = |verb: &str| format!("/cases/{id}/{verb}");
    let said = [("note", "说明")];
    w.form("POST /cases/{id}/contact", &subject, &steward, &at("contact"), &[]).await;
    w.form("POST /cases/{id}/note", &subject, &steward, &at("note"), &said).await;
    w.form("POST /cases/{id}/ask-papers", &subject, &steward, &at("ask-papers"), &said).await;
    let given = send(&citizen, "/public/cases", "/public/cases/papers", &said, &[("file", "a.pdf", PDF)]);
    w.see("POST /public/cases/papers", &subject, given).await;
    w.form("POST /cases/{id}/halt", &subject, &steward, &at("halt"), &said).await;
    w.form("POST /cases/{id}/resume", &subject, &steward, &at("resume"), &said).await;
    w.form("POST /cases/{id}/forward", &subject, &steward, &at("forward"), &said).await;
    w.form("POST /cases/{id}/take-back", &subject, &steward, &at("take-back"), &said).await;
    steward.post("/cases", &at("forward"), &said).await;
    let refuse = [("outcome", "none"), ("answer", "记录与决定书一致。")];
    w.form("POST /cases/{id}/decide", &subject, &officer, &at("decide"), &refuse).await;
    let rate = [("solved", "no"), ("rating", "1")];
    let rated = citizen.post("/public/cases", "/public/cases/rate", &rate);
    w.see("POST /public/cases/rate", &subject, rated).await;

    let path = format!("/public/records/{first}/repair");
    let repair = repair_form("0197a3c4-0000-7000-8000-000000000022");
    let papers: [(&str, &str, &[u8]); 2] = [("file:pledge", "a.pdf", PDF), ("file:proof", "b.pdf", PDF)];
    let sent = send(&citizen, "/public/cases", &path, &repair, &papers);
    let page = w.see("POST /public/records/{id}/repair", "case:", sent).await.text().await.unwrap();
    let (_, code) = receipt(&page);
    citizen.post("/public/cases", "/public/cases", &[("code", &code)]).await;
    let withdrawn = citizen.post("/public/cases", "/public/cases/withdraw", &[]);
    w.see("POST /public/cases/withdraw", "case:", withdrawn).await;

    let zhejiang = [("profile", "zhejiang"), ("from", from.as_str())];
    steward.post("/case-rules", "/case-rules", &zhejiang).await;
    hall(w, &steward, &record(2, "2026-01-05").to_string()).await;
}

async fn hall(w: &mut Walk, steward: &Browser, record: &str) {
    let mut fields = objection("0197a3c4-0000-7000-8000-000000000023");
    fields.push(("paper_number", "大厅-1"));
    let path = format!("/cases?record={record}&kind=objection");
    let sent = send(steward, "/cases", &path, &fields, &[]);
    let page = w.see("POST /cases", "case:", sent).await.text().await.unwrap();
    let id = case_id(steward, &receipt(&page).0).await;
    let path = format!("/cases/{id}/extend");
    w.form("POST /cases/{id}/extend", &format!("case:{id}"), steward, &path, &[("note", "案情复杂")]).await;
}

fn repair_form(key: &str) -> Vec<(&str, &str)> {
    vec![
        ("form_key", key),
        ("subject_name", NAME),
        ("subject_code", CODE),
        ("duties", "yes"),
        ("name", "示例丙"),
        ("phone", "13900000000"),
        ("id", "370602188002290010"),
        ("remark", "罚款已缴清，已经整改。"),
    ]
}
