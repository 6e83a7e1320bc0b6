//! A public record is decided about, recalled, taken down and put back; the search index is made anew.

use kernel::Role;

use super::Walk;
use crate::frame::publication::{PENALTIES, company, follow, id_of, landed, seen};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("Z9").await;
    let officer = w.served.person("publication-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("publication-steward", None, &[Role::BureauSteward]).await;
    let lines = [PENALTIES.to_owned(), company(901, "施工许可证440106202508150101")];
    landed(&w.served, &officer, org, &lines).await;
    follow(&w.served).await;
    let id = id_of(&w.served, 901).await;
    let (subject, today) = (format!("publication:{id}"), w.served.intake.clock.today().to_string());
    let at = |verb: &str| format!("/publication/{id}/{verb}");
    let looked_at = seen(&w.served, 901).await;
    let masked = [("choice", "mask"), ("seen", looked_at.as_str())];
    w.form("POST /publication/{id}/decide", &subject, &officer, &at("decide"), &masked).await;
    let quashed = [("quashed_on", today.as_str()), ("basis", "复议决定书")];
    w.form("POST /publication/{id}/recall", &subject, &steward, &at("recall"), &quashed).await;
    let why = [("reason", "quashed"), ("text", "复议决定撤销")];
    w.form("POST /publication/{id}/withdraw", &subject, &officer, &at("withdraw"), &why).await;
    w.form("POST /publication/{id}/republish", &subject, &steward, &at("republish"), &[("text", "撤错了")])
        .await;
    w.form("POST /publication/search/rebuild", "search:public", &steward, "/publication/search/rebuild", &[])
        .await;
}
