//! What is said of an issue: a note, a call, a dispute, its answer.

use ::intake::actions::process_submission::process_submission;
use ::rectify::Rectify;
use ::rectify::actions::follow;
use kernel::Role;

use super::Walk;
use crate::frame::intake::{FILE, hand_in, led_to};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("Z1").await;
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
