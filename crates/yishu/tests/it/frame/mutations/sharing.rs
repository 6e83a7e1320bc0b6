//! Targets, deliveries, receipts.

use ::intake::actions::process_submission::process_submission;
use ::sharing::Sharing;
use ::sharing::actions::{deliver, follow};
use kernel::{OrgId, Role};

use super::Walk;
use crate::frame::Browser;
use crate::frame::intake::{FILE, hand_in, hand_in_as, led_to};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("S1").await;
    w.served.provides(org, "legal-entity").await;
    let officer = w.served.person("share-officer", Some(org), &[Role::DataOfficer]).await;
    let steward = w.served.person("share-steward", None, &[Role::BureauSteward]).await;
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&w.served.intake, id).await.unwrap();

    let fields = [
        ("code", "credit-china"),
        ("title_zh", "信用中国"),
        ("way", "file"),
        ("format", "csv"),
        ("resources", "legal-entity"),
        ("from_start", "yes"),
    ];
    let made = w.form("POST /targets", "target:", &steward, "/targets", &fields).await;
    let address = made.headers()["location"].to_str().unwrap().to_owned();
    let subject = format!("target:{}", address.trim_start_matches("/targets/"));
    w.form("POST /targets/{id}", &subject, &steward, &address, &fields).await;
    for (route, verb) in [("POST /targets/{id}/disable", "disable"), ("POST /targets/{id}/enable", "enable")]
    {
        w.form(route, &subject, &steward, &format!("{address}/{verb}"), &[]).await;
    }
    let sharing = Sharing { intake: w.served.intake.clone() };
    follow(&sharing).await.unwrap();
    deliver(&sharing, address.trim_start_matches("/targets/").parse().unwrap()).await.unwrap();

    let page = steward.text("/deliveries").await;
    let delivery = page.split("href=\"/deliveries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = steward.text(&format!("/deliveries/{delivery}")).await;
    let number = page.split("<h1>").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let (subject, resend) = (format!("delivery:{delivery}"), format!("/deliveries/{delivery}/resend"));
    let token = steward.csrf("/deliveries").await;
    let receipt = format!("推送单号,行号,结果,说明\n{number},1,失败,名称不符\n");
    let file = reqwest::multipart::Part::bytes(receipt.into_bytes()).file_name("回执.csv");
    let form = reqwest::multipart::Form::new().text("_csrf", token).part("file", file);
    let send = steward.client.post(format!("{}/deliveries/receipt", steward.base)).multipart(form).send();
    w.see("POST /deliveries/receipt", &subject, async { send.await.unwrap() }).await;
    w.form("POST /deliveries/{id}/resend", &subject, &steward, &resend, &[]).await;
    mappings(w, &officer, &steward, org).await;
}

/// Mappings, the rows they leave to people, finished cases.
async fn mappings(w: &mut Walk, officer: &Browser, steward: &Browser, org: OrgId) {
    let sharing = Sharing { intake: w.served.intake.clone() };
    let (on, off) = ("POST /mappings/{code}/enable", "POST /mappings/{code}/disable");
    let code = "penalty-2016-to-2018";
    w.form(on, &format!("mapping:{code}"), steward, &format!("/mappings/{code}/enable"), &[]).await;
    let line = |n: u32| {
        format!(
            "芝市监罚〔2017〕{n}号,过期食品案,370000-0456-CF-001,警告,事由,《食品安全法》,烟台示例个体店,92370602MA0DEM021B,李四,警告,\
             2017/02/08,芝罘区示例监督管理局,3,370602,2017/02/15,已履行"
        )
    };
    let head = "CF_WSH,CF_CFMC,CF_BM,CF_CFLB1,CF_SY,CF_YJ,CF_XDR_MC,CF_XDR_SHXYM,CF_FR,CF_JG,CF_JDRQ,CF_XZJG,CF_ZT,DFBM,SJC,BZ";
    let file = [head.to_owned(), line(1), line(2)].join("\n");
    let id = led_to(&hand_in_as(officer, org, "penalty-2016", "处罚.csv", &file).await);
    process_submission(&w.served.intake, id).await.unwrap();
    follow(&sharing).await.unwrap();
    let page = officer.text("/mappings/waiting").await;
    let rows: Vec<String> = page
        .split("/mappings/waiting/")
        .filter_map(|p| p.split_once("/go\""))
        .map(|(id, _)| id.to_owned())
        .collect();
    for (route, verb, id) in [
        ("POST /mappings/waiting/{id}/go", "go", &rows[0]),
        ("POST /mappings/waiting/{id}/drop", "drop", &rows[1]),
    ] {
        let subject = format!("held-row:{id}");
        w.form(route, &subject, officer, &format!("/mappings/waiting/{id}/{verb}"), &[]).await;
    }
    w.form(off, &format!("mapping:{code}"), steward, &format!("/mappings/{code}/disable"), &[]).await;
    let admin = w.served.person("share-admin", None, &[Role::Administrator]).await;
    let secret = admin.credential(org, "审批平台").await;
    let case = reqwest::Client::new()
        .post(format!("{}/api/v1/finished-cases", w.served.base))
        .bearer_auth(secret)
        .json(&serde_json::json!({ "caseNo": "1" }));
    let send = async { case.send().await.unwrap() };
    w.see("POST /api/v1/finished-cases", "submission:", send).await;
}
