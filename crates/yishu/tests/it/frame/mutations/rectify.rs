//! What is said of an issue: a note, a call, a dispute, its answer.

use ::intake::actions::process_submission::process_submission;
use ::rectify::Rectify;
use ::rectify::actions::follow;
use kernel::Role;

use super::Walk;
use crate::frame::PASSWORD;
use crate::frame::intake::{FILE, hand_in, hand_in_as, led_to};
use crate::frame::records::{EXPECTED, expected};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("Z1").await;
    w.served.provides(org, "legal-entity").await;
    let officer = w.served.person("issue-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("issue-steward", None, &[Role::BureauSteward]).await;
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&w.served.intake, id).await.unwrap();
    follow(&Rectify { intake: w.served.intake.clone() }).await.unwrap();
    let page = officer.text("/issues").await;
    let issue = page.split("href=\"/issues/").nth(1).unwrap().split('"').next().unwrap();
    let subject = format!("issue:{issue}");
    let question = question(&steward.text("/faq?q=E103").await);
    let mut fields: Vec<(&str, &str)> = question.iter().map(|(k, v)| (*k, v.as_str())).collect();
    fields.push(("note", "请从营业执照照抄"));
    w.form("POST /faq/note", "faq:legal-entity/E103", &steward, "/faq/note", &fields).await;
    for (route, verb, who) in [
        ("POST /issues/{id}/note", "note", &officer),
        ("POST /issues/{id}/call", "call", &steward),
        ("POST /issues/{id}/dispute", "dispute", &officer),
        ("POST /issues/{id}/answer", "answer", &steward),
    ] {
        w.form(route, &subject, who, &format!("/issues/{issue}/{verb}"), &[("note", "说明")]).await;
    }
    let list = [EXPECTED.to_owned(), expected(1)].join("\n");
    let id = led_to(&hand_in_as(&steward, org, "expected-licences", "应报.csv", &list).await);
    process_submission(&w.served.intake, id).await.unwrap();
    follow(&Rectify { intake: w.served.intake.clone() }).await.unwrap();
    let page = steward.text("/records").await;
    let record = page.split("href=\"/records/").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/records/{record}/call");
    w.form("POST /records/{id}/call", &format!("record:{record}"), &steward, &path, &[("note", "说明")])
        .await;
    returns(w).await;
}

/// Records sent back, one by one and all of an issue: asked for, sent back, agreed to.
async fn returns(w: &mut Walk) {
    let org = w.served.org("Z2").await;
    let officer = w.served.person("return-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("return-steward", None, &[Role::BureauSteward]).await;
    let list = "数据类别,决定文书号,行政相对人名称,错误描述,下发日期\n行政许可,甲〔2026〕1号,示例公司,未查询到主体,2026-01-05\n";
    w.served.provides(org, "returned-records").await;
    let id = led_to(&hand_in_as(&officer, org, "returned-records", "退回.csv", list).await);
    process_submission(&w.served.intake, id).await.unwrap();
    follow(&Rectify { intake: w.served.intake.clone() }).await.unwrap();
    let page = officer.text("/returns").await;
    let of = |before: &str| page.split(before).nth(1).unwrap().split(['"', '/']).next().unwrap().to_owned();
    let (one, issue) = (of("action=\"/returns/"), of("href=\"/issues/"));
    for (route, path, subject, who) in [
        ("POST /returns/{id}/confirm", format!("/returns/{one}/confirm"), "returned", &officer),
        ("POST /returns/{id}/send-back", format!("/returns/{one}/send-back"), "returned", &steward),
        ("POST /issues/{id}/confirm", format!("/issues/{issue}/confirm"), "issue", &officer),
        ("POST /issues/{id}/send-back", format!("/issues/{issue}/send-back"), "issue", &steward),
        ("POST /issues/{id}/confirm", format!("/issues/{issue}/confirm"), "issue", &officer),
        ("POST /issues/{id}/agree", format!("/issues/{issue}/agree"), "issue", &steward),
    ] {
        let subject = format!("{subject}:{}", if subject == "issue" { &issue } else { &one });
        w.form(route, &subject, who, &path, &[("note", "说明")]).await;
    }
    // Once more, for the route that agrees to one.
    let list = list.replace("〔2026〕1号", "〔2026〕2号");
    let id = led_to(&hand_in_as(&officer, org, "returned-records", "退回2.csv", &list).await);
    process_submission(&w.served.intake, id).await.unwrap();
    follow(&Rectify { intake: w.served.intake.clone() }).await.unwrap();
    let page = officer.text("/returns?state=open").await;
    let one = page.split("action=\"/returns/").nth(1).unwrap().split('/').next().unwrap();
    let at = |verb: &str| format!("/returns/{one}/{verb}");
    let subject = format!("returned:{one}");
    w.form("POST /returns/{id}/confirm", &subject, &officer, &at("confirm"), &[("note", "说明")]).await;
    w.form("POST /returns/{id}/agree", &subject, &steward, &at("agree"), &[]).await;
}

/// Reminders: read and unread, rules, texts, what goes out.
pub(super) async fn walk_notices(w: &mut Walk) {
    let org = w.served.org("Z3").await;
    w.served.provides(org, "legal-entity").await;
    let officer = w.served.person("notice-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("notice-steward", None, &[Role::BureauSteward]).await;
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&w.served.intake, id).await.unwrap();
    // No such host: what is sent there fails, which is enough to send it again.
    let url = [("title", "群"), ("url", "https://webhook.invalid/")];
    let refused = steward.post("/notices/webhooks", "/notices/webhooks", &url).await;
    assert_eq!(refused.status(), 400, "links would lead nowhere");
    let address =
        [("address", "https://yishu.test"), ("digest_hour", "8"), ("quiet_from", "20"), ("quiet_to", "8")];
    let address = address.iter().chain(&[("escalate_overdue", "3"), ("escalate_silent", "10")]).copied();
    let address: Vec<_> = address.collect();
    assert_eq!(steward.post("/notices/rules", "/notices/rules", &address).await.status(), 303);
    let page = w.form("POST /notices/webhooks", "webhook:", &steward, "/notices/webhooks", &url).await;
    let page = page.text().await.unwrap();
    let hook = page.split("/notices/webhooks/").nth(1).unwrap().split('/').next().unwrap();
    let rules = [
        ("digest_hour", "0"),
        ("quiet_from", "0"),
        ("quiet_to", "0"),
        ("escalate_overdue", "0"),
        ("escalate_silent", "0"),
        ("hook_kinds", "digest"),
        ("address", "https://yishu.test"),
    ];
    w.form("POST /notices/rules", "notice-rules:city", &steward, "/notices/rules", &rules).await;
    let text = [("title", "摘要"), ("body", "{org}：{link}")];
    let at = "/notices/templates/digest/zh";
    let subject = "notice-template:digest";
    w.form("POST /notices/templates/{kind}/{lang}", subject, &steward, at, &text).await;
    let restore = format!("{at}/restore");
    w.form("POST /notices/templates/{kind}/{lang}/restore", subject, &steward, &restore, &[]).await;
    w.served.clock.advance(chrono::Duration::days(1));
    // A session does not last overnight.
    officer.sign_in("notice-officer", PASSWORD).await;
    steward.sign_in("notice-steward", PASSWORD).await;
    follow(&Rectify { intake: w.served.intake.clone() }).await.unwrap();
    let page = officer.text("/notices").await;
    let id = page.split("action=\"/notices/").nth(2).unwrap().split('/').next().unwrap();
    let subject = format!("notice:{id}");
    for (route, verb) in [
        ("POST /notices/{id}/open", "open"),
        ("POST /notices/{id}/unread", "unread"),
        ("POST /notices/{id}/read", "read"),
    ] {
        w.form(route, &subject, &officer, &format!("/notices/{id}/{verb}"), &[]).await;
    }
    w.form("POST /notices/read", "account:", &officer, "/notices/read", &[]).await;
    let test = format!("/notices/webhooks/{hook}/test");
    w.form("POST /notices/webhooks/{id}/test", &format!("webhook:{hook}"), &steward, &test, &[]).await;
    let remove = format!("/notices/webhooks/{hook}/remove");
    w.form("POST /notices/webhooks/{id}/remove", &format!("webhook:{hook}"), &steward, &remove, &[]).await;
    // What still waits for the webhook fails for good.
    let worker = yishu::wiring::worker(w.served.intake.clone());
    while worker.step().await.unwrap() {}
    let page = steward.text("/notices/outbox?state=failed").await;
    let id = page.split("/notices/outbox/").nth(1).unwrap().split('/').next().unwrap();
    let retry = format!("/notices/outbox/{id}/retry");
    w.form("POST /notices/outbox/{id}/retry", &format!("outbox:{id}"), &steward, &retry, &[]).await;
}

/// What names the first question of a page, as its form holds it.
pub fn question(page: &str) -> Vec<(&'static str, String)> {
    ["resource", "code", "pattern", "field"]
        .into_iter()
        .map(|name| {
            let after = page.split(&format!("type=\"hidden\" name=\"{name}\" value=\"")).nth(1).unwrap();
            (name, after.split('"').next().unwrap().to_owned())
        })
        .collect()
}
