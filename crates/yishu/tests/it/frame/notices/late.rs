//! What comes late: a file whose deadline was weeks ago, and the digest after days off.

use kernel::Role;
use rectify::Outgoing;
use store::Db;
use yishu::wiring::migrations;

use super::{Town, WRONG, licence, licences};

store::on_both!(what_is_handed_in_late_is_told_before_it_is_escalated, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    let leader = town.person("leader", town.org, Role::Consumer).await;
    town.name("responsible", "officer", "").await;
    town.name("leader", "leader", "").await;
    // Due on 14 January, handed in on Monday, 2 March.
    town.at("2026-03-02T09:00").await;
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1)])).await;
    town.at("2026-03-02T09:10").await;
    let escalated = "select count(*) from notice where kind = 'escalated'";
    let told = "select count(*) from notice where kind = 'overdue'";
    assert_eq!(town.count(escalated).await, 0, "it is minutes old");
    town.at("2026-03-03T09:00").await;
    let inbox = town.officer.text("/notices").await;
    assert!(inbox.contains("已逾期") && inbox.contains("2026-01-14"), "{inbox}");
    town.at("2026-03-04T09:00").await;
    assert_eq!((town.count(escalated).await, town.count(told).await), (0, 1), "told once");

    town.at("2026-03-05T09:00").await;
    assert!(leader.text("/notices").await.contains("请督促整改"));
    town.at("2026-03-09T09:00").await;
    assert_eq!(town.count(told).await, 2, "the step of five working days, since its opening");
});

store::on_both!(the_digest_after_days_off_tells_of_all_of_them, migrations, async |db: Db| {
    let town = Town::new(db, Outgoing::default()).await;
    town.hand_in("licence-2018", &licences(&[licence(1, WRONG, 1)])).await;
    town.at("2026-01-09T08:30").await;
    town.at("2026-01-09T15:00").await;
    town.hand_in("licence-2018", &licences(&[licence(2, WRONG, 1)])).await;
    for day_off in ["2026-01-10T09:00", "2026-01-11T09:00"] {
        town.at(day_off).await;
    }
    assert_eq!(town.count("select count(*) from notice where day > '2026-01-09'").await, 0);
    town.at("2026-01-12T08:30").await;
    let page = town.officer.text("/notices?kind=digest").await;
    assert!(page.contains("新增 1") && page.contains("2026-01-12"), "Friday afternoon's: {page}");
});
