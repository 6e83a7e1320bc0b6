//! What was never handed in: it is chased, told to the leader once, and settled when it comes.

use kernel::Role;
use rectify::Outgoing;
use store::Db;
use yishu::wiring::migrations;

use super::{Browser, EXPECTED, GOOD, Town, expected, licence, licences};

const TOLD: &str = "select count(*) from notice where kind = 'escalated-missing'";

store::on_both!(what_was_never_handed_in_is_chased_and_escalated_once, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    let leader = town.person("leader", town.org, Role::Consumer).await;
    town.name("leader", "leader", "").await;
    town.hand_in("expected-licences", &[EXPECTED.to_owned(), expected(7), expected(8)]).await;
    town.at("2026-01-14T09:00").await;
    assert!(town.steward.text("/chase").await.contains("没有要催办的单位"), "still in time");

    // No row of the department was wrong, so it has no issue: it is chased all the same.
    town.at("2026-01-16T09:00").await;
    let chase = town.steward.text("/chase").await;
    let list = format!("/records?which=missing&#38;org={}", town.org);
    assert!(chase.contains(&list) || chase.contains(&list.replace("&#38;", "&amp;")), "{chase}");
    assert!(chase.contains("<span class=\"count reject\">2</span>"), "{chase}");
    assert!(chase.contains("2026-01-14") && chase.contains("2 个工作日"), "{chase}");
    // There is no issue to note the call on: it stands with the decision, and in the list as the last contact.
    let missing = town.steward.text("/records?which=missing").await;
    let at =
        format!("/records/{}", missing.split("href=\"/records/").nth(1).unwrap().split('"').next().unwrap());
    let call = async |who: &Browser, text: &str| {
        who.post("/records", &format!("{at}/call"), &[("note", text)]).await.status()
    };
    assert!(town.steward.text(&at).await.contains("还没有联系过"));
    assert_eq!(call(&town.officer, "已打电话").await, 403, "the bureau chases");
    assert_eq!(call(&town.steward, " ").await, 400);
    assert_eq!(call(&town.steward, "找到示例甲，周一报").await, 303);
    let page = town.officer.text(&at).await;
    assert!(page.contains("找到示例甲，周一报") && !page.contains(&format!("{at}/call")), "{page}");
    assert!(town.steward.text("/chase").await.contains("找到示例甲，周一报"));
    let file = town.steward.get("/chase.xlsx").send().await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    assert_eq!(town.count(TOLD).await, 0, "two working days are not three");

    town.at("2026-01-19T09:00").await;
    let inbox = leader.text("/notices").await;
    assert!(inbox.contains("请督促报送") && inbox.contains("2 项决定逾期未报送"), "{inbox}");
    assert!(!town.steward.text("/notices").await.contains("请督促报送"), "a leader is named");
    town.at("2026-01-20T09:00").await;
    assert_eq!(town.count(TOLD).await, 1, "once, not every day");
    assert!(town.served.actions().await.contains(&"issue.escalate".to_owned()));

    // One comes: there is still one to be seen to. Both: nothing is left.
    let good = |n| licence(n, GOOD, 1);
    town.hand_in("licence-2018", &licences(&[good(7)])).await;
    town.at("2026-01-20T10:00").await;
    let open = format!("{TOLD} and settled_at is null");
    assert_eq!(town.count(&open).await, 1);
    town.hand_in("licence-2018", &licences(&[good(8)])).await;
    town.at("2026-01-20T10:10").await;
    assert_eq!(town.count(&open).await, 0);
    assert_eq!(town.count(TOLD).await, 1);
    assert!(town.steward.text("/chase").await.contains("没有要催办的单位"));
});
