//! What the public sees: rows become records, are marked, taken down, put back and end by the clock; nothing personal is among them.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::{Actor, OrgId, RecordId, Role, SubmissionId};
use portal::Portal;
use portal::actions::publish::{self, Choice, Withdrawal};
use portal::model::publication::Reason;
use sea_orm::{ConnectionTrait as _, Statement};
use store::Db;
use yishu::wiring::migrations;

use super::intake::{hand_in_as, led_to};
use super::scorecard::day;
use super::{Browser, Served};

pub const PENALTIES: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,证件类型,证件号码,行政处罚决定书文号,\
    违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,公示截止期,处罚机关,处罚机关统一社会信用代码,数据来源单位,\
    数据来源单位统一社会信用代码";
pub const AUTHORITY: &str = "1144190000DEM0082P";
/// Numbers planted in every place where one may stand; none may ever be seen.
pub const PLANTED: &[&str] = &["3706021880022900", "13800000000", "三丰"];

/// What was handed in where intake does not look for numbers.
pub const BASIS: &str = "（370602188002290010，电话13800000000）";

/// A penalty against a company, decided on 5 January 2026.
pub fn company(number: u32, facts: &str) -> String {
    let basis = if number == 1 || number == 12 { BASIS } else { "" };
    format!(
        "东莞示例食品有限公司,法人及非法人组织,91441900MA0DEM013W,张三丰,,,东市监罚〔2026〕{number}号,食品安全违法,{facts},《食品安全法》{basis},\
         罚款,罚款人民币二千元,0.2,2026/01/05,,东莞市示例监督管理局,{AUTHORITY},东莞市示例监督管理局,{AUTHORITY}"
    )
}

/// A penalty against a natural person.
pub fn person(number: u32) -> String {
    format!(
        "张三丰,自然人,,,身份证,370602188002290010,东市监罚〔2026〕{number}号,占道经营,张三丰占道经营,《条例》,警告,警告,,2026/01/05,,\
         东莞市示例监督管理局,{AUTHORITY},东莞市示例监督管理局,{AUTHORITY}"
    )
}

pub async fn landed(served: &Served, who: &Browser, org: OrgId, lines: &[String]) -> SubmissionId {
    let answer = hand_in_as(who, org, "penalty-2018", "penalties.csv", &lines.join("\n")).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let id = led_to(&answer);
    process_submission(&served.intake, id).await.unwrap();
    id
}

/// Everything that follows, twice: the second round changes nothing.
pub async fn follow(served: &Served) {
    yishu::wiring::follow(&served.intake).await.unwrap();
    yishu::wiring::follow(&served.intake).await.unwrap();
}

/// One column of the record with a document number.
pub async fn of(served: &Served, number: u32, column: &str) -> String {
    let conn = served.db.conn();
    let sql = format!(
        "select cast({column} as text) as v from publication where document like '%〔2026〕{number}号'"
    );
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    row.map(|r| r.try_get::<Option<String>>("", "v").unwrap().unwrap_or_default())
        .unwrap_or_else(|| "-".into())
}

pub async fn id_of(served: &Served, number: u32) -> RecordId {
    let conn = served.db.conn();
    let sql = format!("select id from publication where document like '%〔2026〕{number}号'");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    RecordId(row.unwrap().try_get("", "id").unwrap())
}

/// The digest of what a person looks at of a held record.
pub async fn seen(served: &Served, number: u32) -> String {
    publish::looked_at(&of(served, number, "held_content").await)
}

async fn clock_of(served: &Served, record: RecordId) -> (bool, bool) {
    let conn = served.db.conn();
    let sql = "select published_at is not null as p, withdrawn_at is not null as w from record where id = $1";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [record.0.into()]);
    let row = conn.query_one_raw(asked).await.unwrap().unwrap();
    (row.try_get("", "p").unwrap(), row.try_get("", "w").unwrap())
}

store::on_both!(rows_become_records_and_end_by_hand_and_by_the_clock, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let portal = Portal::new(served.intake.clone());
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    // Its check digit is wrong: no identity number to intake, one to whoever reads it.
    let facts = "张三丰（370602188002290012）在场";
    let doubtful = "施工许可证440106202508150101";
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(1, facts), company(3, doubtful)]).await;
    let second = landed(&served, &officer, mine, &[PENALTIES.to_owned(), person(2)]).await;
    follow(&served).await;

    for (number, state) in [(1, "published"), (2, "published"), (3, "held")] {
        assert_eq!(of(&served, number, "state").await, state, "{number}");
    }
    for column in ["content", "subject", "title", "code", "document"] {
        for number in [1, 2, 3] {
            let value = of(&served, number, column).await;
            for planted in PLANTED {
                assert!(!value.contains(planted), "{column} of {number}: {value}");
            }
        }
    }
    assert_eq!(of(&served, 2, "subject").await, "张*");
    let content = of(&served, 1, "content").await;
    assert!(content.contains("张*（******）在场") && content.contains("（******，电话******）"), "{content}");
    assert_eq!(
        (of(&served, 1, "earliest").await, of(&served, 1, "until").await),
        ("2027-01-05".into(), "2029-01-05".into())
    );
    let (one, two, three) = (id_of(&served, 1).await, id_of(&served, 2).await, id_of(&served, 3).await);
    assert_eq!(clock_of(&served, one).await, (true, false));
    assert_eq!(clock_of(&served, three).await, (false, false));

    // A person decides about the doubtful number; the choice holds when the row comes again.
    let system = Actor::system();
    // Another number came meanwhile: it is not released with the one that was looked at.
    let looked_at = seen(&served, 3).await;
    let other = company(3, "施工许可证440106202508150102");
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), other]).await;
    follow(&served).await;
    let refused = publish::decide_held(&portal, &system, three, (Choice::Show, &looked_at)).await;
    assert_eq!(refused.unwrap_err().code(), "publication-moved");
    assert_eq!(of(&served, 3, "state").await, "held");
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(3, doubtful)]).await;
    follow(&served).await;
    let page = officer.text(&format!("/publication/{three}")).await;
    assert!(page.contains(&format!("name=\"seen\" value=\"{looked_at}\"")), "{page}");
    publish::decide_held(&portal, &system, three, (Choice::Show, &looked_at)).await.unwrap();
    assert!(of(&served, 3, "content").await.contains("440106202508150101"));
    let again = [PENALTIES.to_owned(), company(3, doubtful).replace("二千", "贰仟")];
    landed(&served, &officer, mine, &again).await;
    follow(&served).await;
    assert_eq!(of(&served, 3, "state").await, "published");
    assert!(of(&served, 3, "content").await.contains("贰仟"));

    // Marked, taken down, put back. A row that comes meanwhile does not put it back.
    publish::mark(&portal, &system, one, "mark-objection").await.unwrap();
    assert_eq!(of(&served, 1, "state").await, "marked");
    // What a case decides, its department does not end without one.
    let page = officer.text(&format!("/publication/{one}")).await;
    assert!(page.contains("value=\"quashed\"") && !page.contains("value=\"repaired\""), "{page}");
    let repaired = [("reason", "repaired"), ("text", "已修复")];
    let answer = officer.post("/publication", &format!("/publication/{one}/withdraw"), &repaired).await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("办结后自动撤回"));
    assert_eq!(of(&served, 1, "state").await, "marked");
    let why = Withdrawal { reason: Reason::Quashed, text: "复议决定撤销".into() };
    publish::withdraw(&portal, &system, one, &why).await.unwrap();
    assert_eq!(publish::withdraw(&portal, &system, one, &why).await.unwrap_err().code(), "publication-moved");
    assert_eq!(clock_of(&served, one).await, (true, true));
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(1, "更正后的事实")]).await;
    follow(&served).await;
    assert_eq!(of(&served, 1, "state").await, "withdrawn");
    let text = [("text", "撤错了")];
    let path = format!("/publication/{one}/republish");
    let answer = officer.post("/publication", &path, &text).await;
    assert_eq!(answer.status(), 409, "quashed: the bureau's alone to put back");
    assert!(officer.text(&format!("/publication/{one}")).await.contains("由数据主管部门核实后才能恢复公示"));
    assert!(publish::republish(&portal, &system, one, " ").await.is_err(), "a reason is needed");
    let refused = publish::republish(&portal, &system, one, "张三丰来电").await.unwrap_err();
    assert_eq!(refused.code(), "text-personal", "the audit log keeps no name");
    publish::republish(&portal, &system, one, "撤错了").await.unwrap();
    assert_eq!(
        (of(&served, 1, "state").await, of(&served, 1, "reason").await),
        ("marked".into(), String::new())
    );
    assert!(of(&served, 1, "content").await.contains("更正后的事实"));
    assert_eq!(clock_of(&served, one).await, (true, false));
    publish::mark(&portal, &system, one, "").await.unwrap();
    assert_eq!(of(&served, 1, "state").await, "published");

    // Taken back by its department, a row goes and comes again by itself.
    let answer =
        officer.post("/submissions", &format!("/submissions/{second}/withdraw"), &[("reason", "重报")]).await;
    assert_eq!(answer.status(), 303);
    follow(&served).await;
    assert_eq!(of(&served, 2, "state").await, "withdrawn");
    assert_eq!(of(&served, 2, "reason_kind").await, "taken-back");
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), person(2)]).await;
    follow(&served).await;
    assert_eq!(of(&served, 2, "state").await, "published");

    // Its time over, it ends by itself. A warning before April 2026 is shown for three years.
    served.clock.advance(Duration::days(3 * 365 + 2));
    publish_follow(&portal).await;
    assert_eq!(of(&served, 2, "state").await, "expired");
    assert_eq!(
        of(&served, 2, "shown").await,
        if served.db.backend() == sea_orm::DbBackend::Sqlite { "0" } else { "false" }
    );
    assert!(clock_of(&served, two).await.0);
});

/// The portal alone: other capabilities need working days that are not published yet.
async fn publish_follow(portal: &Portal) {
    portal::actions::follow(portal).await.unwrap();
}

store::on_both!(
    one_unreadable_table_holds_up_neither_the_end_nor_other_tables,
    migrations,
    async |db: Db| {
        let served = Served::start(db).await;
        let portal = Portal::new(served.intake.clone());
        let mine = served.org(AUTHORITY).await;
        let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
        landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(1, "事实")]).await;
        follow(&served).await;
        landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(2, "事实")]).await;
        rectify::actions::follow(&rectify::Rectify { intake: served.intake.clone() }).await.unwrap();
        let log = served.front_end().parent().unwrap().join("tables/licence-2018/_delta_log");
        std::fs::create_dir_all(&log).unwrap();
        std::fs::write(log.join("00000000000000000000.json"), "{").unwrap();
        served.clock.advance(Duration::days(3 * 365 + 2));
        assert!(portal::actions::follow(&portal).await.is_err(), "the table cannot be read");
        assert_eq!(of(&served, 1, "state").await, "expired");
        assert_eq!(of(&served, 2, "state").await, "expired", "followed, though its time is over");
    }
);

store::on_both!(a_submission_taken_back_brings_back_what_stood_before, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    landed(&served, &officer, mine, &[PENALTIES.to_owned(), company(1, "原来的事实")]).await;
    follow(&served).await;
    let second = landed(
        &served,
        &officer,
        mine,
        &[PENALTIES.to_owned(), company(1, "新的事实"), company(2, "另一件")],
    )
    .await;
    follow(&served).await;
    assert!(of(&served, 1, "content").await.contains("新的事实"));
    let answer =
        officer.post("/submissions", &format!("/submissions/{second}/withdraw"), &[("reason", "误报")]).await;
    assert_eq!(answer.status(), 303);
    follow(&served).await;
    assert!(of(&served, 1, "content").await.contains("原来的事实"));
    assert_eq!(
        (of(&served, 1, "state").await, of(&served, 2, "state").await),
        ("published".into(), "withdrawn".into())
    );
    let counted = "select cast(sum(n) as bigint) as n from publication_count";
    let conn = served.db.conn();
    let row = conn
        .query_one_raw(Statement::from_string(conn.get_database_backend(), counted))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 1, "the counts are kept");
    let samples = portal::facts::samples(&Portal::new(served.intake.clone()), None, 100).await.unwrap();
    assert!(!samples.is_empty() && samples.iter().all(|s| s.ok), "{samples:?}");
});

store::on_both!(a_public_record_that_is_wrong_is_drawn_and_counted, migrations, async |db: Db| {
    let served = Served::start(db.clone()).await;
    let scorecard = scorecard::Scorecard { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let lines: Vec<String> =
        std::iter::once(PENALTIES.to_owned()).chain((1..=4).map(|n| company(n + 20, "原来的事实"))).collect();
    landed(&served, &officer, mine, &lines).await;
    follow(&served).await;
    let first = portal::facts::samples(&Portal::new(served.intake.clone()), None, 100).await.unwrap();
    assert!(!first.is_empty() && first.iter().all(|s| s.ok), "{first:?}");

    // One says something else than its row, one shows a person's number. The row of a third is gone.
    let change = async |number: u32, from: &str, to: &str| {
        let content = of(&served, number, "content").await;
        assert!(content.contains(from), "{content}");
        let values = [content.replace(from, to).into(), id_of(&served, number).await.0.into()];
        let sql = "update publication set content = $1 where id = $2";
        let asked = Statement::from_sql_and_values(db.backend(), sql, values);
        db.conn().execute_raw(asked).await.unwrap();
    };
    change(21, "原来的事实", "别的事实").await;
    change(22, "原来的事实", "身份证号370602188002290010").await;
    let sql = "update publication set row_number = row_number + 1000 where id = $1";
    let asked = Statement::from_sql_and_values(db.backend(), sql, [id_of(&served, 23).await.0.into()]);
    db.conn().execute_raw(asked).await.unwrap();
    // Records are drawn by chance: day after day, until each has been.
    let mut later = Vec::new();
    for _ in 0..20 {
        served.clock.advance(Duration::days(1));
        follow(&served).await;
        let found = portal::facts::samples(&Portal::new(served.intake.clone()), None, 100).await.unwrap();
        later = found.into_iter().filter(|s| !first.iter().any(|f| f.id == s.id)).collect::<Vec<_>>();
        if later.iter().map(|s| s.record.0).collect::<std::collections::BTreeSet<_>>().len() == 4 {
            break;
        }
    }
    let fault = async |number: u32| {
        let record = id_of(&served, number).await;
        let sample = later.iter().find(|s| s.record == record).unwrap();
        (sample.ok, sample.fault.clone().unwrap_or_default())
    };
    assert_eq!(fault(21).await, (false, "differs:CF_SY".to_owned()));
    assert_eq!(fault(22).await, (false, "leaks:CF_SY".to_owned()));
    assert_eq!(fault(23).await, (false, "gone".to_owned()));
    assert_eq!(fault(24).await, (true, String::new()));

    // The rate counts what was drawn.
    served.clock.advance(Duration::minutes(10));
    scorecard::actions::follow(&scorecard).await.unwrap();
    let january = scorecard::model::Span::new(day("2026-01-01"), day("2026-01-31")).unwrap();
    let basis = scorecard::actions::basis(&scorecard, january).await.unwrap();
    let figures = scorecard::actions::counted(&scorecard, &basis).await.unwrap();
    let figure = figures.of(mine.0, "publication-accuracy");
    let right = first.len() + later.iter().filter(|s| s.ok).count();
    let count = |n: usize| i64::try_from(n).unwrap();
    assert_eq!((figure.numerator, figure.denominator), (count(right), count(first.len() + later.len())));
    assert!(figure.numerator < figure.denominator);
});
