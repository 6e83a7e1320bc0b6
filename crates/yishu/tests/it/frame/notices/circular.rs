//! A circular that is issued reaches those who answer for its members, and their leaders, each once, and is signed for.

use kernel::Role;
use rectify::Outgoing;
use rectify::outgoing::{Smtp, SmtpTls};
use store::Db;
use yishu::wiring::migrations;

use super::ends::{MailServer, Receiver};
use super::{Town, notice};

fn led_to(answer: &reqwest::Response) -> String {
    answer.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

store::on_both!(an_issued_circular_is_sent_once_and_signed_for, migrations, async |db: Db| {
    let (mail, receiver) = (MailServer::start().await, Receiver::start().await);
    let smtp = Smtp::new("127.0.0.1", Some(mail.port), SmtpTls::Off, "Yishu <yishu@example.org>").unwrap();
    let town = Town::new(db, Outgoing::new(Some(smtp), Some(&receiver.host))).await;
    town.rules(&[("mail", "yes"), ("mail_kinds", "circular"), ("hook_kinds", "circular")]).await;
    let hook = [("title", "支持群"), ("org", ""), ("url", &format!("http://{}/city", receiver.host))];
    town.steward.post("/notices/webhooks", "/notices/webhooks", &hook).await;
    let leader = town.person("leader", town.org, Role::Consumer).await;
    let other = town.served.org("B1").await;
    let stranger = town.person("stranger", other, Role::Consumer).await;
    town.name("responsible", "officer", "officer@example.org").await;
    town.name("deputy", "somebody", "deputy@example.org").await;
    town.name("leader", "leader", "").await;

    town.at("2026-02-09T10:00").await;
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&town.steward.post("/periods", "/periods", &days).await);
    town.at("2026-02-13T10:00").await;
    let at = format!("/periods/{period}");
    assert_eq!(town.steward.post(&at, &format!("{at}/publish"), &[]).await.status(), 303);
    let circular = led_to(&town.steward.post(&at, &format!("{at}/circular"), &[]).await);
    let at = format!("/circulars/{circular}");
    let of = format!("select count(*) from notice where subject like 'circular:{circular}:%'");
    assert_eq!(town.count(&of).await, 0, "a draft is nobody's business");
    assert_eq!(leader.get(&at).send().await.unwrap().status(), 404);
    let issue = format!("{at}/issue");
    assert_eq!(town.steward.post(&at, &issue, &[("version", "1")]).await.status(), 303);
    assert_eq!(town.steward.post(&at, &issue, &[("version", "1")]).await.status(), 409);

    // Officer, deputy by mail alone, leader, the city's webhook: each once, whoever asks again.
    assert_eq!(town.count(&of).await, 4);
    town.at("2026-02-13T10:10").await;
    town.work().await;
    assert_eq!(town.count(&of).await, 4);
    let mails = mail.taken();
    let mut to: Vec<&str> = mails.iter().map(|m| m.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["deputy@example.org", "officer@example.org"]);
    let hooked: Vec<_> = receiver.taken().into_iter().filter(|t| t.body.contains("\"circular\"")).collect();
    assert_eq!(hooked.len(), 1, "{hooked:?}");
    assert!(hooked[0].body.contains(&format!("http://yishu.test{at}")), "{hooked:?}");
    assert!(town.steward.text("/notices/outbox").await.contains("deputy@example.org"));

    // The notice leads to the circular; signing for it settles the notice.
    let inbox = town.officer.text("/notices").await;
    assert!(inbox.contains("请阅并签收通报：信用通报〔2026〕1号") && inbox.contains("主送"), "{inbox}");
    let open = format!("/notices/{}/open", notice(&inbox, "信用通报〔2026〕1号"));
    assert_eq!(led_to(&town.officer.post("/notices", &open, &[]).await), circular);
    let read = format!("{at}/read");
    assert_eq!(town.officer.post(&at, &read, &[]).await.status(), 303);
    let list = town.steward.text(&at).await;
    assert!(list.contains("5 份中已签收或送达 1 份") && list.contains("officer 2026-02-13"), "{list}");
    assert!(list.contains("没有可通知的人"), "nobody answers for B1: {list}");

    // The leader has no role that shows the scorecard, and sees this circular alone.
    assert!(leader.text("/notices").await.contains("抄送"));
    assert!(leader.text("/circulars").await.contains("关于2026年1月"));
    assert_eq!(leader.get("/board").send().await.unwrap().status(), 403);
    let page = leader.text(&at).await;
    assert!(page.contains("签收") && !page.contains("/periods/"), "{page}");
    let file = leader.get(&format!("{at}/circular.docx")).send().await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    assert_eq!(leader.post(&at, &read, &[]).await.status(), 303);
    assert!(leader.text("/notices").await.contains("没有未读提醒"));
    assert!(town.steward.text(&at).await.contains("5 份中已签收或送达 2 份"));
    assert_eq!(stranger.get(&at).send().await.unwrap().status(), 404);
    assert_eq!(stranger.post("/notices", &read, &[]).await.status(), 404);
    let signed = "select count(*) from audit_log where action = 'circular.read'";
    assert_eq!(town.count(signed).await, 2);
});
