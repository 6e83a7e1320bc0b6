//! Departments hear of their draft scores and points, the bureau of objections and appeals, both of the answers; each once.

use rectify::Outgoing;
use store::Db;
use yishu::wiring::migrations;

use super::Town;

fn led_to(answer: &reqwest::Response) -> String {
    answer.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Notices about scores that nobody has dealt with, by whether they lie in the department's or the bureau's inbox.
async fn waiting(town: &Town, whose: &str) -> i64 {
    let subject = format!("kind = 'score' and subject like '%:{whose}:%' and settled_at is null");
    town.count(&format!("select count(*) from notice where {subject}")).await
}

store::on_both!(both_sides_hear_of_scores, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    town.at("2026-02-09T10:00").await;
    let days = [("name", "2026年1月"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    let period = led_to(&town.steward.post("/periods", "/periods", &days).await);
    let at = format!("/periods/{period}");
    let inbox = town.officer.text("/notices").await;
    assert!(inbox.contains("考核评分征求意见") && inbox.contains("2026年1月"), "{inbox}");
    assert!(inbox.contains("，截止 2026-02-12"), "the last day to object is told: {inbox}");
    assert_eq!((waiting(&town, "department").await, waiting(&town, "bureau").await), (1, 0));

    let object = [("indicator", "timeliness-a"), ("reason", "第3号是当日送达的")];
    assert_eq!(town.officer.post(&at, &format!("{at}/objections"), &object).await.status(), 303);
    assert_eq!((waiting(&town, "department").await, waiting(&town, "bureau").await), (0, 1));
    assert!(town.steward.text("/notices").await.contains("对考核评分提出异议"));

    let page = town.steward.text(&at).await;
    let objection = page.split("/score-objections/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let text = [("reason", "经核实，维持原评分"), ("outcome", "kept")];
    let answer = format!("/score-objections/{objection}/answer");
    assert_eq!(town.steward.post(&at, &answer, &text).await.status(), 303);
    assert_eq!((waiting(&town, "department").await, waiting(&town, "bureau").await), (1, 0));
    assert!(town.officer.text("/notices").await.contains("考核评分异议已答复"));

    town.at("2026-02-13T10:00").await;
    assert_eq!(town.steward.post(&at, &format!("{at}/publish"), &[]).await.status(), 303);
    assert_eq!(waiting(&town, "department").await, 0, "nobody can object any more");

    let org = town.org.to_string();
    let give = [
        ("org", org.as_str()),
        ("rule", "concealed"),
        ("day", "2026-02-10"),
        ("reason", "抽查发现一件未报"),
        ("link", ""),
    ];
    assert_eq!(town.steward.post("/points", "/points", &give).await.status(), 303);
    let inbox = town.officer.text("/notices").await;
    assert!(inbox.contains("积分变动") && inbox.contains("（-10）"), "{inbox}");
    let page = town.officer.text("/points").await;
    let id = page.split("/points/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let appeal = [("reason", "已在期限内报送")];
    assert_eq!(town.officer.post("/points", &format!("/points/{id}/appeal"), &appeal).await.status(), 303);
    assert_eq!((waiting(&town, "department").await, waiting(&town, "bureau").await), (0, 1));
    let text = [("reason", "申诉成立"), ("outcome", "reversed")];
    assert_eq!(town.steward.post("/points", &format!("/points/{id}/answer"), &text).await.status(), 303);
    assert_eq!((waiting(&town, "department").await, waiting(&town, "bureau").await), (1, 0));
    assert!(town.officer.text("/notices").await.contains("积分申诉已答复"));
});
