//! 提醒: who is told of what and when, by console, mail and webhook; what is escalated; what nobody is told twice.

mod circular;
mod ends;
mod late;
mod missing;
mod score;

use std::sync::Mutex;

use ::intake::actions::process_submission::process_submission;
use chrono::{DateTime, Utc};
use kernel::{Clock, OrgId, Role, SubmissionId};
use rectify::actions::follow;
use rectify::outgoing::{Smtp, SmtpTls, signature};
use rectify::{Outgoing, Rectify};
use shell::Settings;
use store::Db;
use store::jobs::Worker;
use store::sea_orm::{ConnectionTrait, Statement};
use yishu::wiring::{migrations, worker_sending};

use super::intake::{hand_in_as, led_to};
use super::{Browser, PASSWORD, Served};
use ends::{MailServer, Receiver};

const AUTHORITY: &str = "1144190000DEM0082P";
const LICENCES: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政许可决定文书名称,\
    行政许可决定文书号,许可类别,许可内容,许可决定日期,有效期自,有效期至,许可机关,许可机关统一社会信用代码,当前状态,\
    数据来源单位,数据来源单位统一社会信用代码";
const EXPECTED: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政许可决定文书号,许可决定日期,\
    许可机关,许可机关统一社会信用代码";

/// A licence decided on Monday, 5 January 2026, due on the 14th, whose code is wrong; `state` 9 is wrong too.
fn licence(number: u32, code: &str, state: u8) -> String {
    format!(
        "东莞示例食品有限公司,法人及非法人组织,{code},张三,食品经营许可决定书,东市监食许〔2026〕{number}号,普通,预包装食品销售,\
         2026/01/05,2026/01/05,2031/01/01,东莞市示例监督管理局,{AUTHORITY},{state},东莞市示例监督管理局,{AUTHORITY}"
    )
}

const GOOD: &str = "91441900MA0DEM013W";
const WRONG: &str = "9144190OMA0DEM013W";

/// A file of licences with some good ones, so that the wrong ones are not so many that a person has to decide.
fn licences(wrong: &[String]) -> Vec<String> {
    let good = (91..=94).map(|n| licence(n, GOOD, 1));
    std::iter::once(LICENCES.to_owned()).chain(wrong.iter().cloned()).chain(good).collect()
}

struct Town {
    served: Served,
    rectify: Rectify,
    worker: Worker,
    org: OrgId,
    officer: Browser,
    steward: Browser,
    people: Mutex<Vec<(Browser, String)>>,
}

impl Town {
    async fn new(db: Db, outgoing: Outgoing) -> Self {
        let served = Served::sending(db, Settings::default(), outgoing.clone()).await;
        let org = served.org(AUTHORITY).await;
        let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
        let steward = served.person("steward", None, &[Role::BureauSteward]).await;
        let rectify = Rectify { intake: served.intake.clone() };
        let worker = worker_sending(served.intake.clone(), outgoing);
        let people = [(officer.clone(), "officer".to_owned()), (steward.clone(), "steward".to_owned())];
        Self { served, rectify, worker, org, officer, steward, people: Mutex::new(people.into()) }
    }

    /// Somebody who signs in anew each day.
    async fn person(&self, name: &str, org: OrgId, role: Role) -> Browser {
        let browser = self.served.person(name, Some(org), &[role]).await;
        self.people.lock().unwrap().push((browser.clone(), name.to_owned()));
        browser
    }

    /// Moves on to a time in Beijing, and follows.
    async fn at(&self, time: &str) {
        let to: DateTime<Utc> =
            format!("{time}:00+08:00").parse::<DateTime<chrono::FixedOffset>>().unwrap().to_utc();
        self.served.clock.advance(to - self.served.clock.now());
        // A session ends when nobody uses it.
        let people = self.people.lock().unwrap().clone();
        for (browser, name) in people {
            if browser.get("/").send().await.unwrap().status() != 200 {
                assert_eq!(browser.sign_in(&name, PASSWORD).await.status(), 303, "{name}");
            }
        }
        follow(&self.rectify).await.unwrap();
    }

    async fn hand_in(&self, resource: &str, lines: &[String]) -> SubmissionId {
        let name = format!("{resource}.csv");
        // Lists of what is expected are the bureau's.
        let who = if resource.starts_with("expected") { &self.steward } else { &self.officer };
        let answer = hand_in_as(who, self.org, resource, &name, &lines.join("\n")).await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        let id = led_to(&answer);
        process_submission(&self.served.intake, id).await.unwrap();
        id
    }

    async fn name(&self, duty: &str, name: &str, email: &str) {
        let org = self.org.to_string();
        let fields = [
            ("org", &*org),
            ("duty", duty),
            ("person", name),
            ("phone", "0000"),
            ("email", email),
            ("from", "2026-01-01"),
        ];
        let named = self.steward.post("/orgs", "/responsible", &fields).await;
        assert_eq!(named.status(), 303, "{}", named.text().await.unwrap());
    }

    /// Sets the rules; what is not named stays as shipped.
    async fn rules(&self, changed: &[(&'static str, &str)]) {
        let mut fields = vec![
            ("before", "3, 1"),
            ("on_day", "yes"),
            ("after", "1, 5"),
            ("digest_hour", "8"),
            ("quiet_from", "20"),
            ("quiet_to", "8"),
            ("quiet_days_off", "yes"),
            ("escalate_overdue", "3"),
            ("escalate_silent", "10"),
            ("lang", "en"),
            ("address", "http://yishu.test/"),
        ];
        for kind in ["near", "today", "overdue", "returned", "disputed", "answered", "escalated", "digest"] {
            fields.extend([("mail_kinds", kind), ("hook_kinds", kind)]);
        }
        fields.retain(|(name, _)| !changed.iter().any(|(c, _)| c == name));
        fields.extend_from_slice(changed);
        let set = self.steward.post("/notices/rules", "/notices/rules", &fields).await;
        assert_eq!(set.status(), 303, "{}", set.text().await.unwrap());
    }

    async fn count(&self, sql: &str) -> i64 {
        let conn = self.served.db.conn();
        let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    /// Runs every job that is due.
    async fn work(&self) {
        while self.worker.step().await.unwrap() {}
    }
}

/// The first notice whose line holds a text: its id.
fn notice(page: &str, text: &str) -> String {
    let row = page.split("<tr>").find(|r| r.contains(text)).unwrap_or_else(|| panic!("{text}: {page}"));
    row.split("/notices/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

store::on_both!(a_deadline_is_told_once_and_settled_when_nothing_is_left, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    let leader = town.person("leader", town.org, Role::Consumer).await;
    let stranger_org = town.served.org("B1").await;
    let stranger = town.person("stranger", stranger_org, Role::DataOfficer).await;
    town.name("responsible", "officer", "").await;
    town.name("leader", "leader", "").await;
    assert!(town.officer.text("/notices").await.contains("没有未读提醒"));
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1)])).await;
    town.hand_in("expected-licences", &[EXPECTED.to_owned(), expected(7), expected(8)]).await;
    town.at("2026-01-08T07:00").await;
    assert_eq!(town.count("select count(*) from notice").await, 0, "four working days left");

    // Three left. Two platforms at once, again and again: each person is told each thing once.
    town.at("2026-01-09T07:30").await;
    let again = async |_: u8| {
        for _ in 0..5 {
            town.served.db.conn().execute_unprepared("delete from notice_round").await.unwrap();
            follow(&town.rectify).await.unwrap();
        }
    };
    futures::future::join(again(1), again(2)).await;
    let page = town.officer.text("/notices").await;
    assert_eq!(page.matches("<td class=\"lead\">").count(), 2, "issue and expected decisions: {page}");
    assert!(
        page.contains("有 2 项未报送的决定将于 2026-01-14 到期") && page.contains("有 1 项待整改的整改单"),
        "{page}"
    );
    assert_eq!(town.count("select count(*) from notice").await, 2);
    let twice =
        "select count(*) from (select 1 from notice group by recipient, thing, day having count(*) > 1) x";
    assert_eq!(town.count(twice).await, 0);
    let copy = "insert into notice (id, recipient, kind, thing, subject, day, title_zh, title_en, body_zh, body_en, href, created_at)
        select issue_id, recipient, kind, thing, subject, day, '', '', '', '', '', created_at from notice, (select id as issue_id from issue) i";
    assert!(
        town.served.db.conn().execute_unprepared(copy).await.is_err(),
        "the database itself refuses a second one"
    );
    for nobody in [&leader, &stranger, &town.steward] {
        assert!(!nobody.text("/notices?which=all").await.contains("还剩 3"));
    }

    // Opened, it is read and leads to the issue; somebody else's is as if it did not exist.
    let id = notice(&page, "待整改的整改单");
    let open = format!("/notices/{id}/open");
    assert_eq!(stranger.post("/notices", &open, &[]).await.status(), 404);
    let opened = town.officer.post("/notices", &open, &[]).await;
    let at = opened.headers()["location"].to_str().unwrap().to_owned();
    assert!(at.starts_with("/issues/"), "{at}");
    assert!(town.officer.text(&at).await.contains("ZG260105"));
    let page = town.officer.text("/notices").await;
    assert!(!page.contains("待整改的整改单") && page.contains("未报送的决定"), "{page}");
    assert!(town.officer.text("/notices?which=read").await.contains("待整改的整改单"));
    town.officer.post("/notices", &format!("/notices/{id}/unread"), &[]).await;
    assert!(town.officer.text("/notices?q=待整改的整改单").await.contains("待整改的整改单"));
    assert!(town.officer.text("/").await.contains("未读提醒"));
    town.officer.text("/language/en?back=/notices").await;
    let english = town.officer.text("/notices").await;
    town.officer.text("/language/zh?back=/notices").await;
    assert!(english.contains("Working days left: 3"), "{english}");

    // The next step takes the place of the one before; on a day off nothing is told.
    town.at("2026-01-10T09:00").await;
    assert_eq!(town.count("select count(*) from notice where day = '2026-01-10'").await, 0, "a Saturday");
    town.at("2026-01-13T07:30").await;
    let page = town.officer.text("/notices").await;
    assert!(page.contains("还剩 1 个工作日") && !page.contains("还剩 3 个工作日"), "{page}");
    assert!(town.officer.text("/notices?which=settled").await.contains("还剩 3 个工作日"));
    town.at("2026-01-14T07:30").await;
    assert!(town.officer.text("/notices").await.contains("今天到期"));
    town.at("2026-01-15T07:30").await;
    assert!(town.officer.text("/notices").await.contains("已逾期 1 个工作日"));

    // The home page shows five: no newer digest hides what is late.
    let copy = "insert into notice (id, recipient, account_id, kind, thing, subject, day, title_zh, title_en, body_zh, body_en, href, created_at)
        select $1, recipient, account_id, 'digest', $2, subject, day, '摘要', 'digest', '', '', '/', $3 from notice where kind = 'overdue' limit 1";
    let conn = town.served.db.conn();
    for n in 0..6_i64 {
        let at = town.served.clock.now() + chrono::TimeDelta::minutes(n);
        let values = [uuid::Uuid::new_v4().into(), format!("digest:{n}").into(), store::instant(at).into()];
        let copy = Statement::from_sql_and_values(conn.get_database_backend(), copy, values);
        conn.execute_raw(copy).await.unwrap();
    }
    let home = town.officer.text("/").await;
    let card = home.split("id=\"card-notices\"").nth(1).unwrap().split("</section>").next().unwrap();
    let lines: Vec<&str> = card.split("<li>").skip(1).collect();
    assert_eq!(lines.len(), 5);
    assert!(
        lines[0].contains("已逾期") && lines[1].contains("已逾期") && lines[2].contains("摘要"),
        "{card}"
    );
    conn.execute_unprepared("delete from notice where kind = 'digest'").await.unwrap();

    // Handed in after all: nothing is left to be told.
    town.hand_in("licence-2018", &[LICENCES.to_owned(), licence(7, GOOD, 1), licence(8, GOOD, 1)]).await;
    town.at("2026-01-15T07:50").await;
    let page = town.officer.text("/notices").await;
    assert!(!page.contains("未报送的决定") && page.contains("待整改的整改单"), "{page}");
    let file = town.officer.get("/notices.xlsx?which=all").send().await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    assert_eq!(town.officer.post("/notices", "/notices/read", &[]).await.status(), 303);
    assert!(town.officer.text("/notices").await.contains("没有未读提醒"));
});

fn expected(number: u32) -> String {
    format!(
        "东莞示例食品有限公司,法人及非法人组织,{GOOD},东市监食许〔2026〕{number}号,2026/01/05,东莞市示例监督管理局,{AUTHORITY}"
    )
}

store::on_both!(mail_waits_for_the_quiet_hours_to_end_and_goes_out_once, migrations, async |db: Db| {
    let mail = MailServer::start().await;
    let smtp = Smtp::new("127.0.0.1", Some(mail.port), SmtpTls::Off, "Yishu <yishu@example.org>").unwrap();
    let town = Town::new(db, Outgoing::new(Some(smtp), None)).await;
    town.rules(&[("mail", "yes"), ("digest_hour", "9")]).await;
    town.name("responsible", "officer", "Officer@example.org").await;
    town.name("deputy", "somebody", "deputy@example.org").await;
    let text = [("title", "Due {deadline}"), ("body", "{count} of {org}\nsee {link}")];
    let at = "/notices/templates/near/en";
    assert_eq!(town.steward.post("/notices/rules", at, &text).await.status(), 303);
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1)])).await;

    town.at("2026-01-09T00:30").await;
    town.work().await;
    assert_eq!(mail.taken().len(), 0, "it is night");
    assert!(town.steward.text("/notices/outbox").await.contains("免打扰，2026-01-09 08:00 后发送"));
    town.at("2026-01-09T08:00").await;
    // The other end is busy at first.
    mail.refuse("451 4.3.0 come back later");
    town.work().await;
    assert_eq!(mail.taken().len(), 0);
    let page = town.steward.text("/notices/outbox").await;
    assert!(page.contains("邮件服务器没有收下") && page.contains("come back later"), "{page}");
    mail.accept();
    town.at("2026-01-09T08:01").await;
    town.work().await;
    town.work().await;
    let mails = mail.taken();
    let mut to: Vec<&str> = mails.iter().map(|m| m.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["deputy@example.org", "officer@example.org"], "the deputy has no account");
    let first = &mails[0].text;
    for part in [
        "Subject: Due 2026-01-14",
        "1 of Department 1144190000DEM0082P",
        "see http://yishu.test/issues/",
        "From: Yishu",
        "Auto-Submitted: auto-generated",
        "Message-ID: <",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    assert_eq!(town.count("select count(*) from notice_outbox where state = 'sent'").await, 2);

    // An address that is refused for good is not tried again by itself, and says why.
    mail.refuse("550 5.1.1 no such mailbox");
    town.at("2026-01-13T10:00").await;
    town.work().await;
    let page = town.steward.text("/notices/outbox?state=failed").await;
    assert!(page.contains("no such mailbox") && page.contains("重新发送"), "{page}");
    let failed = page.split("/notices/outbox/").nth(1).unwrap().split('/').next().unwrap();
    mail.accept();
    let before = mail.taken().len();
    let again = format!("/notices/outbox/{failed}/retry");
    assert_eq!(town.steward.post("/notices/outbox", &again, &[]).await.status(), 303);
    assert_eq!(town.steward.post("/notices/outbox", &again, &[]).await.status(), 409);
    town.work().await;
    assert_eq!(mail.taken().len(), before + 1);
    assert_eq!(town.officer.get("/notices/outbox").send().await.unwrap().status(), 403);
});

store::on_both!(a_webhook_is_signed_and_tried_again, migrations, async |db: Db| {
    let receiver = Receiver::start().await;
    let town = Town::new(db, Outgoing::new(None, Some(&receiver.host))).await;
    let org = town.org.to_string();
    let add = async |org: &str, url: &str| {
        let fields = [("title", "支持群"), ("org", org), ("url", url)];
        town.steward.post("/notices/webhooks", "/notices/webhooks", &fields).await
    };
    let refused = add("", &format!("http://{}/city", receiver.host)).await;
    assert_eq!(refused.status(), 400, "its links would lead nowhere");
    assert!(refused.text().await.unwrap().contains("还没有填写平台网址"));
    assert!(town.steward.text("/notices/rules").await.contains("还没有填写平台网址"));
    town.rules(&[]).await;
    for inside in ["http://10.0.0.7/x", "https://127.0.0.1:9/x", "http://hooks.example/x"] {
        let refused = add(&org, inside).await;
        assert_eq!(refused.status(), 400);
        assert!(refused.text().await.unwrap().contains("YISHU_WEBHOOK_HOSTS"));
    }
    let url = format!("http://{}/hook?token=1", receiver.host);
    let page = add(&org, &url).await.text().await.unwrap();
    let secret = page.split("<code class=\"mono\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!town.steward.text("/notices/webhooks").await.contains(&secret), "shown once");
    let id = page.split("/notices/webhooks/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let test = format!("/notices/webhooks/{id}/test");
    assert_eq!(town.steward.post("/notices/webhooks", &test, &[]).await.status(), 303);
    assert_eq!(receiver.taken().len(), 1);
    add("", &format!("http://{}/city", receiver.host)).await;
    let hours = [("digest_hour", "8"), ("quiet_from", "20"), ("quiet_to", "8"), ("escalate_overdue", "3")];
    let hours: Vec<_> = hours.into_iter().chain([("escalate_silent", "10")]).collect();
    let cleared = town.steward.post("/notices/rules", "/notices/rules", &hours).await;
    assert_eq!(cleared.status(), 400, "a webhook is there");

    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1)])).await;
    receiver.answer(503);
    town.at("2026-01-09T10:00").await;
    town.work().await;
    assert!(town.steward.text("/notices/outbox").await.contains("对方没有收下"));
    receiver.answer(200);
    town.at("2026-01-09T10:01").await;
    town.work().await;
    let taken = receiver.taken();
    let near: Vec<_> = taken.iter().filter(|t| t.status == 200 && t.body.contains("\"near\"")).collect();
    assert_eq!(near.len(), 2, "the department's and the city's: {taken:?}");
    let own = near.iter().find(|t| t.path == "/hook?token=1").unwrap();
    let seconds: i64 = own.signature[2..].split(',').next().unwrap().parse().unwrap();
    let at = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap();
    assert_eq!(at, town.served.clock.now());
    assert_eq!(own.signature, signature(&secret, at, &own.body));
    let body: serde_json::Value = serde_json::from_str(&own.body).unwrap();
    assert_eq!(body["due"], "2026-01-14");
    assert!(body["link"].as_str().unwrap().starts_with("http://yishu.test/issues/"), "{body}");
    let tries: Vec<_> = taken.iter().filter(|t| t.delivery == own.delivery).collect();
    assert_eq!(tries.len(), 2, "the same delivery, tried twice");
    let digests = |path: &str| {
        let of = taken.iter().filter(|t| t.status == 200 && t.path == path && t.body.contains("\"digest\""));
        of.map(|t| t.body.contains("The whole city")).collect::<Vec<_>>()
    };
    assert_eq!(digests("/hook?token=1"), [false], "its own digest");
    assert_eq!(digests("/city"), [true], "the city's alone");

    let removed =
        town.steward.post("/notices/webhooks", &format!("/notices/webhooks/{id}/remove"), &[]).await;
    assert_eq!(removed.status(), 303);
    let before = receiver.taken().len();
    town.at("2026-01-13T10:00").await;
    town.work().await;
    assert!(receiver.taken()[before..].iter().all(|t| t.path == "/city"));
});

store::on_both!(what_stays_undone_is_escalated_but_not_in_dispute, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    let leader = town.person("leader", town.org, Role::Consumer).await;
    town.name("responsible", "officer", "").await;
    town.name("leader", "leader", "").await;
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1), licence(2, GOOD, 9)])).await;
    town.at("2026-01-06T09:00").await;
    let list = town.officer.text("/issues").await;
    let issues: Vec<&str> =
        list.split("href=\"/issues/").skip(1).map(|r| r.split('"').next().unwrap()).collect();
    assert_eq!(issues.len(), 2, "{list}");
    let (plain, disputed) = (format!("/issues/{}", issues[0]), format!("/issues/{}", issues[1]));
    let said = town.officer.post(&disputed, &format!("{disputed}/dispute"), &[("note", "规则有误")]).await;
    assert_eq!(said.status(), 303);
    town.at("2026-01-06T09:10").await;
    assert!(town.steward.text("/notices").await.contains("提出争议"));

    town.at("2026-01-16T09:00").await;
    assert!(!town.officer.text(&plain).await.contains("已升级"), "two working days overdue");
    town.at("2026-01-19T09:00").await;
    let page = town.officer.text(&plain).await;
    assert!(
        page.contains("已升级") && page.contains("逾期未改，升级至分管领导") && page.contains("leader"),
        "{page}"
    );
    assert!(!town.officer.text(&disputed).await.contains("已升级"), "it is in dispute");
    let inbox = leader.text("/notices").await;
    assert!(inbox.contains("请督促整改") && inbox.contains("1 张整改单长期未改"), "{inbox}");
    assert!(town.steward.text("/chase").await.contains("state=escalated"));
    assert_eq!(town.officer.text("/issues?state=escalated").await.matches("href=\"/issues/").count(), 1);
    town.at("2026-01-19T10:00").await;
    assert_eq!(town.count("select count(*) from issue_entry where kind = 'escalated-overdue'").await, 1);

    // Answered, its days begin anew.
    let said = town.steward.post(&disputed, &format!("{disputed}/answer"), &[("note", "规则无误")]).await;
    assert_eq!(said.status(), 303);
    town.at("2026-01-19T10:10").await;
    assert!(town.officer.text("/notices").await.contains("争议已答复"));
    assert!(!town.steward.text("/notices").await.contains("提出争议"), "answered, it is settled");
    town.at("2026-01-21T09:00").await;
    assert!(!town.officer.text(&disputed).await.contains("已升级"));
    town.at("2026-01-22T09:00").await;
    assert!(town.officer.text(&disputed).await.contains("已升级"));
    assert!(town.served.actions().await.contains(&"issue.escalate".to_owned()));
});

store::on_both!(silence_is_escalated_to_the_bureau_where_no_leader_is_named, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    town.rules(&[("escalate_overdue", "0"), ("escalate_silent", "4")]).await;
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1)])).await;
    town.at("2026-01-07T09:00").await;
    let list = town.officer.text("/issues").await;
    let issue =
        format!("/issues/{}", list.split("href=\"/issues/").nth(1).unwrap().split('"').next().unwrap());
    assert_eq!(
        town.steward.post(&issue, &format!("{issue}/call"), &[("note", "打过电话")]).await.status(),
        303
    );
    town.at("2026-01-12T09:00").await;
    assert!(!town.steward.text(&issue).await.contains("已升级"), "three working days since the call");
    town.at("2026-01-13T09:00").await;
    let page = town.steward.text(&issue).await;
    assert!(page.contains("长期没有联系，升级至分管领导"), "{page}");
    assert!(town.steward.text("/notices").await.contains("请督促整改"));
});

store::on_both!(the_digest_tells_each_what_concerns_him, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1), licence(2, GOOD, 9)])).await;
    town.hand_in("expected-licences", &[EXPECTED.to_owned(), expected(7)]).await;
    town.at("2026-01-06T07:59").await;
    assert_eq!(town.count("select count(*) from notice").await, 0, "before its hour");
    town.at("2026-01-06T08:05").await;
    town.at("2026-01-06T15:00").await;
    let page = town.officer.text("/notices?kind=digest").await;
    assert!(page.contains("待整改 2 张整改单（2 处）") && page.contains("新增 2"), "{page}");
    assert_eq!(page.matches("<td class=\"lead\">").count(), 1);
    assert!(town.steward.text("/notices").await.contains("全市每日摘要 2026-01-06"));
    town.at("2026-01-10T09:00").await;
    assert_eq!(town.count("select count(*) from notice where day = '2026-01-10'").await, 0, "a Saturday");
    town.at("2026-01-14T09:00").await;
    let page = town.officer.text("/notices?kind=digest").await;
    assert!(page.contains("今天到期 2") && page.contains("新增 0") && !page.contains("2026-01-06"), "{page}");
    town.at("2026-01-15T09:00").await;
    let page = town.officer.text("/notices?kind=digest").await;
    assert!(page.contains("已逾期 2") && page.contains("逾期未报送的决定 1 项"), "{page}");
});

store::on_both!(rules_and_texts_are_the_stewards_and_refused_in_words, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    assert_eq!(town.officer.get("/notices/rules").send().await.unwrap().status(), 403);
    let set = async |fields: &[(&str, &str)]| {
        let mut all = vec![
            ("digest_hour", "8"),
            ("quiet_from", "20"),
            ("quiet_to", "8"),
            ("escalate_overdue", "3"),
            ("escalate_silent", "10"),
        ];
        all.retain(|(name, _)| !fields.iter().any(|(f, _)| f == name));
        all.extend_from_slice(fields);
        let answer = town.steward.post("/notices/rules", "/notices/rules", &all).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (fields, said) in [
        (("before", "三天"), "工作日数应为"),
        (("digest_hour", "24"), "钟点应为"),
        (("quiet_to", "x"), "钟点应为"),
        (("escalate_silent", "-1"), "工作日数应为"),
        (("address", "yishu"), "平台网址"),
        (("mail", "yes"), "YISHU_SMTP_HOST"),
    ] {
        let (status, page) = set(&[fields]).await;
        assert_eq!(status, 400, "{fields:?}");
        assert!(
            page.contains(said) && page.contains("role=\"alert\"") || page.contains("class=\"error\""),
            "{page}"
        );
    }
    assert_eq!(set(&[("before", "5, 2")]).await.0, 303);
    let page = town.steward.text("/notices/rules").await;
    assert!(page.contains("value=\"5, 2\"") && page.contains("最近由 steward"), "{page}");

    let at = "/notices/templates/overdue/zh";
    let edit = async |title: &str, body: &str, preview: &str| {
        let fields = [("title", title), ("body", body), ("preview", preview)];
        let answer = town.steward.post("/notices/rules", at, &fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = edit("逾期", "请处理\n{orgg}", "").await;
    assert_eq!(status, 400);
    assert!(
        page.contains("第 2 行第 1 个字：没有“{orgg}”这个变量") && page.contains("{days_over}"),
        "{page}"
    );
    assert_eq!(edit("", "x", "").await.0, 400);
    let (status, page) = edit("{org}逾期<b>", "共 {count} 项", "yes").await;
    assert_eq!(status, 200);
    assert!(page.contains("示例局逾期&#60;b&#62;") && page.contains("共 12 项"), "{page}");
    assert!(
        !town.steward.text("/notices/templates/overdue").await.contains("逾期&#60;b&#62;"),
        "a preview saves nothing"
    );
    assert_eq!(edit("{org}逾期了", "共 {count} 项：{link}", "").await.0, 303);
    assert!(town.steward.text("/notices/templates/overdue").await.contains("示例局逾期了"));
    assert_eq!(town.steward.post("/notices/rules", &format!("{at}/restore"), &[]).await.status(), 303);
    assert!(!town.steward.text("/notices/templates/overdue").await.contains("逾期了"));
    assert_eq!(town.steward.get("/notices/templates/none").send().await.unwrap().status(), 404);
});
