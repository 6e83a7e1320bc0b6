//! What the clock keeps: however many batches changed at once, what was given up stays known, deadlines that come with the calendar.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::Role;
use rectify::Rectify;
use rectify::actions::follow;
use rectify::facts::{Decision, decisions};
use serde_json::json;
use store::Db;
use store::sea_orm::{ConnectionTrait as _, Statement, Value};
use uuid::Uuid;
use yishu::wiring::migrations;

use super::intake::{json_post, led_to, wrong_rows};
use super::records::{AUTHORITY, EXPECTED, GOOD, LICENCES, expected, landed, licence, standing};
use super::{PASSWORD, Served};

/// A licence in a state there is not: wrong in nothing by which it is known.
fn wrong(number: u32) -> String {
    licence(number, GOOD).replace(&format!("{AUTHORITY},1,"), &format!("{AUTHORITY},9,"))
}

/// Some wrong licences, and so many good ones that nobody has to decide whether the file lands.
fn file(wrong: &[u32], good: impl IntoIterator<Item = u32>) -> Vec<String> {
    let wrong = wrong.iter().map(|n| self::wrong(*n));
    let good = good.into_iter().map(|n| licence(n, GOOD));
    std::iter::once(LICENCES.to_owned()).chain(wrong).chain(good).collect()
}

async fn count(db: &Db, sql: &str) -> i64 {
    let row = db.conn().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

store::on_both!(however_many_batches_changed_at_once_the_next_is_followed, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let first = landed(&served, &officer, mine, "licence-2018", &file(&[1], 91..95)).await;
    follow(&rectify).await.unwrap();

    // More than a page of batches that changed at the same instant and are known, as a day of pushes brings them.
    let any = Statement::from_string(db.backend(), "select * from submission limit 1");
    let columns = db.conn().query_one_raw(any).await.unwrap().unwrap().column_names();
    let columns: Vec<&str> = columns.iter().map(String::as_str).filter(|c| *c != "id").collect();
    let columns = columns.join(", ");
    let copy =
        format!("insert into submission (id, {columns}) select $1, {columns} from submission where id = $2");
    db.tx(async |tx| {
        for _ in 0..510 {
            let values = [Value::from(Uuid::now_v7()), first.0.into()];
            tx.execute_raw(Statement::from_sql_and_values(db.backend(), &copy, values)).await.unwrap();
        }
        let known = "insert into looked_at (submission_id, changed_at)
            select id, updated_at from submission where id not in (select submission_id from looked_at)";
        tx.execute_unprepared(known).await.unwrap();
        Ok(())
    })
    .await
    .unwrap();

    served.clock.advance(Duration::seconds(30));
    landed(&served, &officer, mine, "licence-2018", &file(&[2], 81..85)).await;
    follow(&rectify).await.unwrap();
    assert!(officer.text("/records").await.contains("〔2026〕2号"));
    assert_eq!(count(&db, "select count(*) from issue").await, 2);
});

/// The decisions of this test, by the last digits of their numbers.
async fn of(served: &Served, rectify: &Rectify, number: u32) -> Decision {
    let sql = format!("select id from record where document like '%〔2026〕{number}号'");
    let row = served.db.conn().query_one_raw(Statement::from_string(served.db.backend(), sql)).await.unwrap();
    let id: Uuid = row.unwrap().try_get("", "id").unwrap();
    decisions(rectify, None, 100).await.unwrap().into_iter().find(|d| d.record.0 == id).unwrap()
}

store::on_both!(what_was_given_up_stays_known, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let platform = served.person("platform", Some(bureau), &[Role::DataOfficer]).await;
    served.provides(bureau, "expected-licences").await;
    let list = [EXPECTED.to_owned(), expected(5)];
    landed(&served, &platform, bureau, "expected-licences", &list).await;

    // Three wrong, one of them expected, one of them dropped; one is mended and lands.
    let first = landed(&served, &officer, mine, "licence-2018", &file(&[1, 2, 3, 4, 5], 71..91)).await;
    follow(&rectify).await.unwrap();
    let rows = wrong_rows(&officer, first).await;
    let row = |at: usize| rows["rows"][at].clone();
    let (one, four) = (row(0), row(3));
    let seen = json!({ "rows": [{ "row": four["row"], "version": four["version"] }] });
    json_post(&officer, &format!("/submissions/{first}/drop"), &seen).await;
    let mend =
        json!({ "rows": [{ "row": one["row"], "version": one["version"], "values": { "XK_ZT": "1" } }] });
    json_post(&officer, &format!("/submissions/{first}/mend"), &mend).await;
    served.clock.advance(Duration::days(1));
    officer.sign_in("officer", PASSWORD).await;
    let answer = officer.post("/submissions", &format!("/submissions/{first}/land-mended"), &[]).await;
    let mended = led_to(&answer);
    process_submission(&served.intake, mended).await.unwrap();
    follow(&rectify).await.unwrap();
    let page = officer.text("/records?q=2026&sort=document").await;
    assert_eq!(standing(&page, 1), "及时");
    assert_eq!(standing(&page, 4), "已撤回", "dropped, it does not vanish: {page}");
    assert_eq!(standing(&page, 2), "还剩 6 个工作日");
    let dropped = of(&served, &rectify, 4).await;
    assert!(dropped.first_received_at.is_some() && dropped.withdrawn_at.is_some());
    assert_eq!(dropped.first_attempt_valid, Some(false));

    // The whole batch is taken back: nobody has handed in anything, and nothing is forgotten.
    served.clock.advance(Duration::minutes(1));
    let back =
        officer.post("/submissions", &format!("/submissions/{first}/withdraw"), &[("reason", "重报")]).await;
    assert_eq!(back.status(), 303, "{}", back.text().await.unwrap());
    follow(&rectify).await.unwrap();
    follow(&rectify).await.unwrap();
    let page = officer.text("/records").await;
    for n in [1, 2, 3, 4] {
        assert_eq!(standing(&page, n), "已撤回", "{n}: {page}");
    }
    assert_eq!(standing(&page, 5), "还剩 6 个工作日", "a list expects it: it is missing again");
    let (once, wrong) = (of(&served, &rectify, 1).await, of(&served, &rectify, 2).await);
    assert!(once.first_valid_at.is_some(), "once valid, it keeps that");
    assert_eq!((wrong.first_valid_at, wrong.expected_from), (None, None));
    assert_eq!(of(&served, &rectify, 5).await.first_received_at, None);

    // Past the deadline, what was withdrawn is missed by nobody.
    served.clock.advance(Duration::days(9));
    officer.sign_in("officer", PASSWORD).await;
    let overdue = officer.text("/records?which=overdue").await;
    assert_eq!(standing(&overdue, 5), "逾期 1 个工作日");
    assert!(!overdue.contains("〔2026〕2号"), "{overdue}");

    // Handed in anew, right: valid late, and wrong at first all the same.
    landed(&served, &officer, mine, "licence-2018", &file(&[], [1, 2, 5])).await;
    follow(&rectify).await.unwrap();
    let page = officer.text("/records").await;
    for n in [1, 2, 5] {
        assert_eq!(standing(&page, n), "迟报 1 个工作日", "{n}: {page}");
    }
    for n in [1, 2, 5] {
        let again = of(&served, &rectify, n).await;
        assert_eq!(again.first_received_at, wrong.first_received_at, "{n}");
        assert_eq!((again.attempts, again.first_attempt_valid), (2, Some(false)), "{n}");
        assert_eq!(again.withdrawn_at, None, "{n}");
    }
    assert_eq!(standing(&page, 3), "已撤回");
    let line = page.split("<tr>").find(|r| r.contains("〔2026〕2号")).unwrap();
    let href = line.split("/records/").nth(1).unwrap().split('"').next().unwrap();
    let record = officer.text(&format!("/records/{href}")).await;
    assert!(record.contains("不合格") && record.contains("已撤回") && record.contains("合格"), "{record}");
});

const RETURNED: &str =
    "数据类别,决定文书号,决定日期,行政相对人名称,行政相对人代码,数据来源单位代码,错误代码,错误描述,下发日期";

store::on_both!(
    deadlines_of_issues_and_returned_records_come_with_the_calendar,
    migrations,
    async |db: Db| {
        let served = Served::start(db.clone()).await;
        let rectify = Rectify { intake: served.intake.clone() };
        let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
        let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
        let province = served.person("province", Some(bureau), &[Role::DataOfficer]).await;
        landed(&served, &officer, mine, "licence-2018", &file(&[1], 91..95)).await;
        let sent = format!(
            "行政许可,东市监食许〔2026〕91号,2026-01-05,东莞示例食品有限公司,{GOOD},{AUTHORITY},1001,未查询到主体,2026-01-05"
        );
        served.provides(bureau, "returned-records").await;
        served.clock.advance(Duration::hours(1));
        landed(&served, &province, bureau, "returned-records", &[RETURNED.to_owned(), sent]).await;
        follow(&rectify).await.unwrap();
        let dues = "select count(*) from issue where due is not null and state = 'open'";
        assert_eq!(count(&db, dues).await, 2);

        // As if the calendar had ended before those days until now.
        for forget in [
            "update record set deadline = null, deadline_ends_at = null",
            "update issue set due = null",
            "update returned set due = null",
            "update followed set version = 1 where resource = '#calendar'",
        ] {
            db.conn().execute_unprepared(forget).await.unwrap();
        }
        follow(&rectify).await.unwrap();
        assert_eq!(
            count(&db, "select count(*) from issue where origin = 'check' and due = '2026-01-14'").await,
            1
        );
        assert_eq!(
            count(&db, "select count(*) from issue where origin = 'province' and due = '2026-01-12'").await,
            1
        );
        assert_eq!(count(&db, "select count(*) from returned where due = '2026-01-12'").await, 1);
    }
);
