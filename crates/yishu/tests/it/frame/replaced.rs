//! Two rows that tell of the same decision: which of them counts, is public and shared, and lets the other go.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::{OrgId, Role, SubmissionId};
use lake::query::Query;
use rectify::Rectify;
use rectify::actions::{case_came_to_nothing, case_was_opened};
use rectify::facts::decisions;
use serde_json::json;
use store::Db;
use yishu::wiring::migrations;

use super::intake::{json_post, led_to, wrong_rows};
use super::records::{AUTHORITY, EXPECTED, GOOD, LICENCES, expected, landed, licence, standing};
use super::returns::{LIST, sent_back};
use super::stopped::{by_table, held, shown};
use super::{Browser, PASSWORD, Served};

/// A good code that is another firm's.
const OTHER: &str = "93371402MA0DEM03X2";
/// A letter O for a zero.
const WRONG: &str = "91441900MA0DEMO13W";

async fn follow(served: &Served) {
    for _ in 0..2 {
        yishu::wiring::follow(&served.intake).await.unwrap();
    }
}

/// The authority that hands in, the bureau whose lists are of the province, and a person at each.
async fn desks(served: &Served) -> (OrgId, OrgId, Browser, Browser) {
    let (mine, bureau) = (served.org(AUTHORITY).await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let platform = served.person("platform", Some(bureau), &[Role::DataOfficer]).await;
    served.provides(bureau, "returned-records").await;
    (mine, bureau, officer, platform)
}

/// Codes of the subjects in a table.
async fn codes(served: &Served, table: &str, which: &str) -> Vec<String> {
    let sql = format!("SELECT \"XK_XDR_SHXYM\" FROM \"{table}\" WHERE {which} ORDER BY \"XK_WSH\"");
    let rows = served.intake.lake.query(Query::new(sql)).await.unwrap().rows;
    rows.iter().map(|r| r[0].as_str().unwrap().to_owned()).collect()
}

/// The pages of the decisions with a number, as the list shows them.
async fn pages(who: &Browser, number: u32) -> Vec<String> {
    let page = who.text(&format!("/records?q=〔2026〕{number}号")).await;
    let hrefs = page.split("<tr>").skip(1).filter(|r| r.contains("href=\"/records/"));
    hrefs
        .map(|r| format!("/records/{}", r.split("/records/").nth(1).unwrap().split('"').next().unwrap()))
        .collect()
}

async fn withdraw(who: &Browser, id: SubmissionId) {
    let path = format!("/submissions/{id}/withdraw");
    assert_eq!(who.post("/submissions", &path, &[("reason", "传错了")]).await.status(), 303);
}

store::on_both!(a_corrected_code_takes_the_place_of_what_was_sent_back, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau, officer, platform) = desks(&served).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let one = ("one", by_table(&steward, "one").await);

    let file = [LICENCES.to_owned(), licence(1, OTHER), licence(2, GOOD)];
    landed(&served, &officer, mine, "licence-2018", &file).await;
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));
    served.clock.advance(Duration::hours(1));
    let list = [LIST.to_owned(), sent_back(1, "1001", "主体信息不匹配").replace(GOOD, OTHER)];
    landed(&served, &platform, bureau, "returned-records", &list).await;
    follow(&served).await;
    let before = pages(&officer, 1).await;
    assert!(officer.text("/returns?state=open").await.contains("〔2026〕1号"));

    // Long after the limit the code is put right: the decision had come in time, and is public and shared once.
    served.clock.advance(Duration::days(20));
    for (who, name) in [(&officer, "officer"), (&steward, "steward")] {
        who.sign_in(name, PASSWORD).await;
    }
    let right = [LICENCES.to_owned(), licence(1, GOOD)];
    let correction = landed(&served, &officer, mine, "licence-2018", &right).await;
    follow(&served).await;
    assert!(officer.text("/returns?state=corrected").await.contains("〔2026〕1号"));
    let now = pages(&officer, 1).await;
    assert_eq!((now.len(), now == before), (1, false), "one decision, under its new key");
    assert_eq!(standing(&officer.text("/records").await, 1), "及时");
    let page = officer.text(&now[0]).await;
    assert!(page.contains("本记录代替了") && page.contains("2026-01-05"), "its first receipt counts: {page}");
    let old = officer.text(&before[0]).await;
    assert!(old.contains("已由更正后的记录代替") && old.contains(&now[0]), "{old}");
    let facts = decisions(&rectify, None, 10).await.unwrap();
    assert_eq!(facts.len(), 2);
    assert!(facts.iter().any(|d| d.attempts == 2), "the receipts of both");
    assert_eq!(shown(&served).await, 2);
    assert_eq!(held(&served, one).await, "1,2");
    assert_eq!(codes(&served, "out-one-licence-2018", "\"WITHDRAWN\" IS NULL").await, [GOOD, GOOD]);

    // Its correction taken back, the record waits again and stands as it did.
    withdraw(&officer, correction).await;
    follow(&served).await;
    assert!(officer.text("/returns?state=open").await.contains("〔2026〕1号"));
    let listed = pages(&officer, 1).await;
    assert!(listed.contains(&before[0]), "{listed:?}");
    assert!(!officer.text(&before[0]).await.contains("已由更正后的记录代替"));
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));
    assert_eq!(codes(&served, "out-one-licence-2018", "\"WITHDRAWN\" IS NULL").await, [OTHER, GOOD]);

    // And again, as soon as it is put right once more.
    served.clock.advance(Duration::hours(1));
    let again = [LICENCES.to_owned(), licence(1, GOOD).replace("张三", "张四")];
    landed(&served, &officer, mine, "licence-2018", &again).await;
    follow(&served).await;
    assert!(officer.text("/returns?state=corrected").await.contains("〔2026〕1号"));
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));
    assert_eq!(codes(&served, "out-one-licence-2018", "\"WITHDRAWN\" IS NULL").await, [GOOD, GOOD]);
});

store::on_both!(a_wrong_row_gives_way_to_the_right_one_that_came_later, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    // A wrong code, and another one with nothing but its representative missing.
    let file = [
        LICENCES.to_owned(),
        licence(1, GOOD),
        licence(2, WRONG),
        licence(3, GOOD).replace("张三", ""),
        licence(4, GOOD),
        licence(5, GOOD),
    ];
    let first = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&served).await;
    assert_eq!(officer.text("/issues").await.matches("href=\"/issues/").count(), 2);
    let rows = wrong_rows(&officer, first).await;

    served.clock.advance(Duration::hours(1));
    let right = [LICENCES.to_owned(), licence(2, GOOD), licence(3, GOOD)];
    let second = landed(&served, &officer, mine, "licence-2018", &right).await;
    follow(&served).await;
    follow(&served).await;
    assert!(!officer.text("/issues").await.contains("href=\"/issues/"), "nothing is left to be mended");
    let page = officer.text(&format!("/submissions/{first}")).await;
    assert!(
        page.contains("2 行已由后来报送的数据代替") && page.contains(&format!("/submissions/{second}")),
        "{page}"
    );
    for number in [2, 3] {
        let found = pages(&officer, number).await;
        assert_eq!(found.len(), 1, "one decision: {number}");
        let record = officer.text(&found[0]).await;
        assert!(record.contains("不合格") && record.contains("合格"), "both receipts: {record}");
    }
    let row = &rows["rows"][0];
    let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": { "XK_XDR_SHXYM": GOOD } }] });
    let answer = json_post(&officer, &format!("/submissions/{first}/mend"), &mend).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.text().await.unwrap().contains("后来报送"));

    // What took their place is withdrawn: they wait again.
    served.clock.advance(Duration::minutes(1));
    withdraw(&officer, second).await;
    follow(&served).await;
    follow(&served).await;
    assert_eq!(officer.text("/issues").await.matches("href=\"/issues/").count(), 2);
    assert_eq!(wrong_rows(&officer, first).await["rows"].as_array().unwrap().len(), 2);
});

store::on_both!(a_mended_row_never_lands_over_a_newer_one, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let file =
        [LICENCES.to_owned(), licence(1, GOOD), licence(4, GOOD), licence(2, WRONG), licence(3, WRONG)];
    let first = landed(&served, &officer, mine, "licence-2018", &file).await;
    let rows = wrong_rows(&officer, first).await;
    let edit = |i: usize| {
        let row = &rows["rows"][i];
        json!({ "row": row["row"], "version": row["version"], "values": { "XK_XDR_SHXYM": GOOD } })
    };
    let mend = json!({ "rows": [edit(0), edit(1)] });
    assert!(json_post(&officer, &format!("/submissions/{first}/mend"), &mend).await.status().is_success());

    // Before it is landed, one of them is handed in again, with another representative.
    served.clock.advance(Duration::hours(1));
    let newer = [LICENCES.to_owned(), licence(2, GOOD).replace("张三", "张四")];
    landed(&served, &officer, mine, "licence-2018", &newer).await;
    served.clock.advance(Duration::hours(1));
    let answer = officer.post("/submissions", &format!("/submissions/{first}/land-mended"), &[]).await;
    process_submission(&served.intake, led_to(&answer)).await.unwrap();
    let sql = "SELECT \"XK_FRDB\" FROM \"licence-2018\" ORDER BY \"XK_WSH\"";
    let found = served.intake.lake.query(Query::new(sql.to_owned())).await.unwrap().rows;
    let names: Vec<&str> = found.iter().map(|r| r[0].as_str().unwrap()).collect();
    assert_eq!(names, ["张三", "张四", "张三", "张三"]);
    let page = officer.text(&format!("/submissions/{first}")).await;
    assert!(page.contains("1 行已由后来报送的数据代替"), "{page}");
});

store::on_both!(a_document_number_is_one_however_its_brackets_are_written, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, bureau, officer, platform) = desks(&served).await;
    served.provides(bureau, "expected-licences").await;
    let list = [EXPECTED.to_owned(), expected(1), expected(2)];
    landed(&served, &platform, bureau, "expected-licences", &list).await;
    let typed = |line: String| line.replace('〔', "[").replace('〕', "] ");
    let file = [LICENCES.to_owned(), typed(licence(1, GOOD)), licence(2, OTHER)];
    landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&served).await;
    served.clock.advance(Duration::days(12));
    officer.sign_in("officer", PASSWORD).await;
    let missing = officer.text("/records?which=missing").await;
    assert!(
        missing.contains("没有符合条件的决定"),
        "neither brackets nor a code make another decision: {missing}"
    );
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, GOOD)]).await;
    assert_eq!(codes(&served, "licence-2018", "TRUE").await.len(), 2, "the same row again");
});

store::on_both!(a_list_that_comes_after_the_correction_is_settled_by_it, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau, officer, platform) = desks(&served).await;
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, OTHER)]).await;
    served.clock.advance(Duration::days(1));
    for (who, name) in [(&officer, "officer"), (&platform, "platform")] {
        who.sign_in(name, PASSWORD).await;
    }
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, GOOD)]).await;
    follow(&served).await;
    assert_eq!(decisions(&rectify, None, 10).await.unwrap().len(), 2, "nobody said that one is wrong");

    let list = [LIST.to_owned(), sent_back(1, "1001", "主体信息不匹配").replace(GOOD, OTHER)];
    let list = landed(&served, &platform, bureau, "returned-records", &list).await;
    follow(&served).await;
    assert!(officer.text("/returns?state=corrected").await.contains("〔2026〕1号"));
    assert_eq!(decisions(&rectify, None, 10).await.unwrap().len(), 1);

    // The list was a mistake: both stand.
    withdraw(&platform, list).await;
    follow(&served).await;
    assert_eq!(decisions(&rectify, None, 10).await.unwrap().len(), 2);
});

store::on_both!(what_is_withdrawn_takes_no_rows_place, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let file = [LICENCES.to_owned(), licence(1, GOOD), licence(2, WRONG)];
    let first = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&served).await;
    served.clock.advance(Duration::hours(1));
    let right = [LICENCES.to_owned(), licence(2, GOOD)];
    let second = landed(&served, &officer, mine, "licence-2018", &right).await;
    withdraw(&officer, second).await;
    follow(&served).await;
    assert_eq!(wrong_rows(&officer, first).await["rows"].as_array().unwrap().len(), 1);
    assert_eq!(officer.text("/issues").await.matches("href=\"/issues/").count(), 1);
});

store::on_both!(a_record_with_a_case_gives_way_to_none, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, bureau, officer, platform) = desks(&served).await;
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, OTHER)]).await;
    follow(&served).await;
    let old = decisions(&rectify, None, 10).await.unwrap()[0].record;
    let now = served.intake.clock.now();
    served.intake.db.tx(async |tx| case_was_opened(tx, old, now).await).await.unwrap();
    served.clock.advance(Duration::hours(1));
    let list = [LIST.to_owned(), sent_back(1, "1001", "主体信息不匹配").replace(GOOD, OTHER)];
    landed(&served, &platform, bureau, "returned-records", &list).await;
    follow(&served).await;
    served.clock.advance(Duration::hours(1));
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, GOOD)]).await;
    follow(&served).await;
    assert_eq!(decisions(&rectify, None, 10).await.unwrap().len(), 2, "people decide which of them stands");
    assert!(officer.text("/returns?state=open").await.contains("〔2026〕1号"));
    let (mut first, mut later) = (0, 0);
    for page in pages(&officer, 1).await {
        let text = officer.text(&page).await;
        first += text.matches("同一决定后来又以更正后的关键信息").count();
        later += text.matches("同一决定先前报送过另一条记录").count();
    }
    assert_eq!((first, later), (1, 1), "each points to the other");

    // Nothing came of the case: the corrected one takes its place.
    let now = served.intake.clock.now();
    served.intake.db.tx(async |tx| case_came_to_nothing(tx, old, now).await).await.unwrap();
    follow(&served).await;
    assert_eq!(decisions(&rectify, None, 10).await.unwrap().len(), 1);
});

store::on_both!(
    what_was_decided_of_a_record_holds_for_its_decision_under_another_key,
    migrations,
    async |db: Db| {
        let served = Served::start(db).await;
        let (mine, _, officer, _) = desks(&served).await;
        let steward = served.person("steward", None, &[Role::BureauSteward]).await;
        let one = ("one", by_table(&steward, "one").await);
        let file = [LICENCES.to_owned(), licence(1, OTHER), licence(2, OTHER)];
        landed(&served, &officer, mine, "licence-2018", &file).await;
        follow(&served).await;
        assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2", 2));
        let before = pages(&officer, 1).await.swap_remove(0).replace("/records/", "/publication/");
        let take_down = [("reason", "quashed"), ("text", "经复议撤销")];
        let answer = steward.post(&before, &format!("{before}/withdraw"), &take_down).await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("2", 1));

        // The department hands it in again with its code put right: it goes nowhere, and its page says why.
        served.clock.advance(Duration::hours(1));
        let right = [LICENCES.to_owned(), licence(1, GOOD)];
        landed(&served, &officer, mine, "licence-2018", &right).await;
        follow(&served).await;
        assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("2", 1));
        let sent = codes(&served, "out-one-licence-2018", "TRUE").await;
        assert_eq!(sent, [OTHER, OTHER], "the target never had it");
        let found = pages(&officer, 1).await;
        let again =
            found.iter().map(|p| p.replace("/records/", "/publication/")).find(|p| *p != before).unwrap();
        let page = officer.text(&again).await;
        assert!(
            page.contains("经复议撤销") && page.contains("同一决定的原记录在此") && page.contains(&before),
            "{page}"
        );
        assert!(officer.text(&before).await.contains(&again), "and the other way round");

        // They are two decisions after all, says the bureau: it stays so with the next file.
        let why = [("text", "两份决定，经核实")];
        assert_eq!(steward.post(&again, &format!("{again}/republish"), &why).await.status(), 303);
        assert_eq!(held(&served, one).await, "1,2", "the target has it at once");
        served.clock.advance(Duration::hours(1));
        landed(&served, &officer, mine, "licence-2018", &[&right[..], &[licence(3, GOOD)]].concat()).await;
        follow(&served).await;
        assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,2,3", 3));
        assert!(officer.text(&before).await.contains("经复议撤销"), "the first one stays down");
    }
);

store::on_both!(what_goes_down_with_a_record_comes_back_with_it, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, _, officer, _) = desks(&served).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let one = ("one", by_table(&steward, "one").await);
    for code in [OTHER, GOOD] {
        landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, code)]).await;
        served.clock.advance(Duration::hours(1));
        follow(&served).await;
    }
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,1", 2));
    let mut first = None;
    for page in pages(&officer, 1).await {
        if codes_of(&officer, &page).await.contains(OTHER) {
            first = Some(page.replace("/records/", "/publication/"));
        }
    }
    let first = first.unwrap();
    let take_down = [("reason", "quashed"), ("text", "经复议撤销")];
    assert_eq!(steward.post(&first, &format!("{first}/withdraw"), &take_down).await.status(), 303);
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("", 0));
    let back = [("text", "复议决定书送达有误")];
    assert_eq!(steward.post(&first, &format!("{first}/republish"), &back).await.status(), 303);
    assert_eq!((held(&served, one).await.as_str(), shown(&served).await), ("1,1", 2));
});

store::on_both!(
    what_a_person_took_down_stays_down_and_a_case_that_ends_joins_nothing,
    migrations,
    async |db: Db| {
        let served = Served::start(db).await;
        let (mine, _, officer, _) = desks(&served).await;
        let steward = served.person("steward", None, &[Role::BureauSteward]).await;
        for code in [OTHER, GOOD] {
            landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, code)]).await;
            served.clock.advance(Duration::hours(1));
            follow(&served).await;
        }
        let mut found = pages(&officer, 1).await;
        if codes_of(&officer, &found[0]).await.contains(GOOD) {
            found.reverse();
        }
        let [first, second] = [0, 1].map(|i| found[i].replace("/records/", "/publication/"));
        let old = found[0].trim_start_matches("/records/").parse().unwrap();
        let down = async |page: &str, reason: &str| {
            let form = [("reason", reason), ("text", "不应公开")];
            assert_eq!(steward.post(page, &format!("{page}/withdraw"), &form).await.status(), 303);
        };
        down(&second, "privacy").await;
        down(&first, "quashed").await;
        let back = [("text", "撤错了")];
        assert_eq!(steward.post(&first, &format!("{first}/republish"), &back).await.status(), 303);
        assert_eq!(shown(&served).await, 1, "the other one had a reason of its own");

        // Put back, it is one as any other: nothing points to another any more.
        assert!(!officer.text(&found[0]).await.contains("同一决定"));
        let now = served.intake.clock.now();
        served.intake.db.tx(async |tx| case_was_opened(tx, old, now).await).await.unwrap();
        assert!(officer.text(&found[1]).await.contains("同一决定先前"));
        served.intake.db.tx(async |tx| case_came_to_nothing(tx, old, now).await).await.unwrap();
        assert!(!officer.text(&found[1]).await.contains("同一决定"));
    }
);

store::on_both!(the_bureau_is_told_what_is_withheld_until_it_has_read_of_it, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, _, officer, _) = desks(&served).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let next = async |days: i64| {
        served.clock.advance(Duration::days(days));
        for (who, name) in [(&officer, "officer"), (&steward, "steward")] {
            who.sign_in(name, PASSWORD).await;
        }
        follow(&served).await;
    };
    // Nine o'clock of a working day in Beijing.
    let nine: chrono::DateTime<chrono::Utc> = "2026-01-06T01:00:00Z".parse().unwrap();
    served.clock.advance(nine - served.intake.clock.now());
    next(0).await;
    let file = [LICENCES.to_owned(), licence(1, OTHER), licence(2, OTHER)];
    landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&served).await;
    let mut originals = Vec::new();
    for number in [1, 2] {
        let first = pages(&officer, number).await.swap_remove(0).replace("/records/", "/publication/");
        originals.push(first.clone());
        let take_down = [("reason", "quashed"), ("text", "经复议撤销")];
        assert_eq!(steward.post(&first, &format!("{first}/withdraw"), &take_down).await.status(), 303);
    }
    let told = async |count: u32| {
        let list = steward.text("/notices?kind=withheld").await;
        (list.matches("<td class=\"lead\">").count(), list.contains(&format!("{count} 条更正后待重新公示")))
    };
    let read = async || {
        let list = steward.text("/notices?kind=withheld").await;
        let id = list.split("/notices/").find_map(|p| p.split_once("/read\"")).unwrap().0.to_owned();
        assert_eq!(steward.post("/notices", &format!("/notices/{id}/read"), &[]).await.status(), 303);
    };
    served.clock.advance(Duration::minutes(5));
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(1, GOOD)]).await;
    follow(&served).await;
    assert_eq!(told(1).await, (1, true));
    let notice = steward.text("/notices?kind=withheld").await;
    assert!(notice.contains("最早的从 2026-01-06 开始"), "{notice}");
    assert!(!officer.text("/notices?which=all").await.contains("更正后待重新公示："), "the bureau alone");

    // Told again on the next day, in the place of the first; read, it is told no more.
    next(1).await;
    assert_eq!(told(1).await, (1, true));
    read().await;
    next(1).await;
    assert_eq!(told(1).await, (0, false), "left down on purpose");

    // A further one is told, and all is settled once none waits.
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(2, GOOD)]).await;
    follow(&served).await;
    assert_eq!(told(2).await, (1, true));
    for number in [1, 2] {
        for page in pages(&officer, number).await {
            let page = page.replace("/records/", "/publication/");
            if !originals.contains(&page) {
                let why = [("text", "两份决定，经核实")];
                assert_eq!(steward.post(&page, &format!("{page}/republish"), &why).await.status(), 303);
            }
        }
    }
    follow(&served).await;
    assert_eq!(told(2).await, (0, false));
});

/// What the public site says of a record.
async fn codes_of(who: &Browser, page: &str) -> String {
    who.text(&page.replace("/records/", "/publication/")).await
}

/// Lands what is mended of a submission.
async fn land_mended(served: &Served, who: &Browser, id: SubmissionId) -> SubmissionId {
    let answer = who.post("/submissions", &format!("/submissions/{id}/land-mended"), &[]).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let child = led_to(&answer);
    process_submission(&served.intake, child).await.unwrap();
    child
}

store::on_both!(calls_about_a_record_stand_with_the_one_that_took_its_place, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, bureau, officer, platform) = desks(&served).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    served.provides(bureau, "expected-licences").await;
    let list = [EXPECTED.to_owned(), expected(2).replace(GOOD, OTHER)];
    landed(&served, &platform, bureau, "expected-licences", &list).await;
    let file = [LICENCES.to_owned(), licence(1, GOOD), licence(3, WRONG)];
    let first = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&served).await;
    let mut before = Vec::new();
    for (number, said) in [(2, "未报的打过电话"), (3, "错的打过电话")] {
        let page = pages(&steward, number).await.swap_remove(0);
        assert_eq!(steward.post("/records", &format!("{page}/call"), &[("note", said)]).await.status(), 303);
        before.push(page);
    }

    // One comes under a code that the list had otherwise; the other is mended, and its row names another record from then on.
    served.clock.advance(Duration::hours(1));
    landed(&served, &officer, mine, "licence-2018", &[LICENCES.to_owned(), licence(2, GOOD)]).await;
    let rows = wrong_rows(&officer, first).await;
    let row = &rows["rows"][0];
    let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": { "XK_XDR_SHXYM": GOOD } }] });
    assert!(json_post(&officer, &format!("/submissions/{first}/mend"), &mend).await.status().is_success());
    land_mended(&served, &officer, first).await;
    follow(&served).await;
    for (number, said, old) in [(2, "未报的打过电话", &before[0]), (3, "错的打过电话", &before[1])]
    {
        let found = pages(&officer, number).await;
        assert_eq!((found.len(), found[0] == *old), (1, false), "one decision under its new key: {number}");
        let page = officer.text(&found[0]).await;
        assert_eq!(page.matches(said).count(), 1, "{said}: {page}");
    }
});

store::on_both!(a_wrong_row_gives_way_to_the_mended_one_of_its_file, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    // Two decisions, each twice, without their representative.
    let twice = |number| {
        let wrong = licence(number, GOOD).replace("张三", "");
        [wrong.clone(), wrong.replace("预包装食品销售", "散装食品销售")]
    };
    let good = [1, 4, 5, 6, 7, 8].map(|number| licence(number, GOOD));
    let file = [&[LICENCES.to_owned()][..], &good, &twice(2), &twice(3)].concat();
    let first = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&served).await;
    let rows = wrong_rows(&officer, first).await["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 4, "{rows}");
    let mend = async |which: &[usize], name: &str| {
        let edit = |i: &usize| {
            let row = &rows[*i];
            json!({ "row": row["row"], "version": row["version"], "values": { "XK_FRDB": name } })
        };
        let edits = json!({ "rows": which.iter().map(edit).collect::<Vec<_>>() });
        let answer = json_post(&officer, &format!("/submissions/{first}/mend"), &edits).await;
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    };
    served.clock.advance(Duration::hours(1));
    mend(&[0, 2], "张三").await;
    let child = land_mended(&served, &officer, first).await;
    // Of the other decision the second row was mended as well: the last one that somebody mended counts.
    mend(&[3], "张五").await;
    follow(&served).await;
    let page = officer.text(&format!("/submissions/{first}")).await;
    assert!(page.contains("1 行已由后来报送的数据代替"), "{page}");
    assert!(!officer.text("/issues").await.contains("href=\"/issues/"), "nothing is left to be mended");
    served.clock.advance(Duration::hours(1));
    let last = land_mended(&served, &officer, first).await;
    follow(&served).await;
    let sql = "SELECT \"XK_FRDB\" FROM \"licence-2018\" WHERE \"XK_WSH\" LIKE '%〔2026〕3号'";
    let found = served.intake.lake.query(Query::new(sql.to_owned())).await.unwrap().rows;
    assert_eq!(found, [[json!("张五")]]);

    // The landings withdrawn, the row that gave way waits again.
    served.clock.advance(Duration::minutes(1));
    withdraw(&officer, last).await;
    withdraw(&officer, child).await;
    follow(&served).await;
    assert!(officer.text("/issues").await.contains("href=\"/issues/"));
});
