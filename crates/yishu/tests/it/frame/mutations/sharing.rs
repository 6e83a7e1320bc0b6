//! Targets, deliveries, receipts.

use ::intake::actions::process_submission::process_submission;
use ::sharing::Sharing;
use ::sharing::actions::{deliver, follow};
use kernel::Role;

use super::Walk;
use crate::frame::intake::{FILE, hand_in, led_to};

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("S1").await;
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
}
