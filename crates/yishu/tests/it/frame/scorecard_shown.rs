//! The board shows figures that are counted: nobody waits for those of newer facts, and what cannot be counted is said.

use chrono::{DateTime, Duration, Utc};
use kernel::{Clock as _, Role};
use scorecard::Scorecard;
use scorecard::actions::{count_board, follow};
use scorecard::model::Terms;
use store::Db;
use store::sea_orm::{ConnectionTrait as _, Statement, Value};
use yishu::wiring::migrations;

use super::Served;
use super::scorecard::{day, expect, ledger};

async fn run(db: &Db, sql: &str, values: Vec<Value>) {
    db.conn().execute_raw(Statement::from_sql_and_values(db.backend(), sql, values)).await.unwrap();
}

store::on_both!(the_board_shows_the_state_before_until_the_next_is_counted, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = Scorecard { intake: served.intake.clone() };
    let (a, b) = (served.org("A1").await, served.org("B1").await);
    served.clock.advance(Duration::days(36));
    let officer = served.person("officer", Some(a), &[Role::DataOfficer]).await;
    count_board(&scorecard).await.unwrap();
    assert!(officer.text("/board").await.contains("考核数据尚未汇集"), "nothing to show yet");
    ledger(&db, a, b).await;
    follow(&scorecard).await.unwrap();
    count_board(&scorecard).await.unwrap();
    let rows = format!("/board/{a}/timeliness-a?from=2026-01-01&to=2026-01-31");
    assert!(officer.text("/board?month=2026-01").await.contains("2 / 3"));

    // New facts are there; the board and the rows behind its figures still agree on those before.
    run(&db, "update record set deadline = $1", vec![day("2026-01-06").into()]).await;
    served.clock.advance(Duration::minutes(6));
    follow(&scorecard).await.unwrap();
    for page in ["/board?month=2026-01", &format!("/board/{a}?month=2026-01"), &rows] {
        let page = officer.text(page).await;
        assert!(page.contains("2 / 3") && !page.contains("0 / 4"), "{page}");
    }
    count_board(&scorecard).await.unwrap();
    for page in ["/board?month=2026-01", &format!("/board/{a}?month=2026-01"), &rows] {
        let page = officer.text(page).await;
        assert!(page.contains("0 / 4"), "{page}");
    }

    // The state before hides no formula that cannot be counted, and is not needed once it can be.
    let built_in = scorecard::actions::indicator("timeliness-a").unwrap();
    let terms = Terms { numerator: "NOWHERE = 1".to_owned(), ..Terms::of(&built_in).unwrap() };
    let now: DateTime<Utc> = store::instant(served.clock.now());
    let values: Vec<Value> = vec![
        uuid::Uuid::new_v4().into(),
        day("2025-12-01").into(),
        serde_json::to_string(&terms).unwrap().into(),
        now.into(),
    ];
    let add = "insert into indicator_version (id, indicator, version, from_day, terms, reason, by_name, at)
        values ($1, 'timeliness-a', 9, $2, $3, '', 'test', $4)";
    run(&db, add, values).await;
    assert_eq!(count_board(&scorecard).await.unwrap_err().code(), "indicator-uncountable");
    let refused = expect(officer.get("/board?month=2026-01").send().await.unwrap(), 400).await;
    assert!(refused.text().await.unwrap().contains("的公式现在算不出来"));
    run(&db, "delete from indicator_version", Vec::new()).await;
    count_board(&scorecard).await.unwrap();
    assert!(officer.text("/board?month=2026-01").await.contains("0 / 4"));
});
