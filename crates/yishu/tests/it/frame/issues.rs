//! 整改: a cause becomes an issue with its responsible person; it is called about, disputed, answered, mended and closed.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::Role;
use rectify::Rectify;
use rectify::actions::follow;
use serde_json::json;
use store::Db;
use yishu::wiring::migrations;

use super::intake::{FILE, hand_in, json_post, led_to, wrong_rows};
use super::mutations::question;
use super::records::{AUTHORITY, GOOD, LICENCES, landed, licence};
use super::{Browser, Served};

store::on_both!(a_cause_is_chased_disputed_mended_and_closed, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    served.provides(mine, "legal-entity").await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let auditor = served.person("auditor", None, &[Role::Auditor]).await;
    let org = mine.to_string();
    let person = |duty, name, phone| {
        [("org", org.as_str()), ("duty", duty), ("person", name), ("phone", phone), ("from", "2026-01-01")]
    };
    for (duty, name, phone) in [("responsible", "示例甲", "0000-0001"), ("leader", "示例乙", "0000-0002")]
    {
        let named = steward.post("/orgs", "/responsible", &person(duty, name, phone)).await;
        assert_eq!(named.status(), 303, "{}", named.text().await.unwrap());
    }
    assert!(officer.text("/issues").await.contains("没有待整改的问题"));

    let id = led_to(&hand_in(&officer, mine, "法人.csv", FILE).await);
    process_submission(&served.intake, id).await.unwrap();
    follow(&rectify).await.unwrap();
    follow(&rectify).await.unwrap();
    let page = officer.text("/issues").await;
    assert_eq!(page.matches("href=\"/issues/").count(), 2, "one for each cause: {page}");
    assert!(page.contains("示例甲") && page.contains("多半是") || page.contains("字母"), "{page}");
    assert!(!stranger.text("/issues").await.contains("ZG"));
    let chase = steward.text("/chase").await;
    assert!(chase.contains("示例甲") && chase.contains("0000-0001") && chase.contains("示例乙"), "{chase}");
    assert_eq!(officer.get("/chase").send().await.unwrap().status(), 403);

    // Each of the two by its cause.
    let found = officer.text("/issues?q=E103").await;
    let issue = found.split("href=\"/issues/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let at = format!("/issues/{issue}");
    assert_eq!(stranger.get(&at).send().await.unwrap().status(), 404);
    let say = async |who: &Browser, what: &str, text: &str| {
        who.post(&at, &format!("{at}/{what}"), &[("note", text)]).await.status()
    };
    assert_eq!(say(&officer, "call", "已打电话").await, 403, "the bureau chases");
    assert_eq!(say(&auditor, "note", "看过").await, 403, "an auditor writes nothing");
    assert_eq!(say(&steward, "call", "  ").await, 400);
    assert_eq!(say(&steward, "call", "找到示例甲，明天改").await, 303);
    assert!(steward.text("/chase").await.contains("找到示例甲，明天改"), "the last call stands in the list");
    assert_eq!(say(&officer, "note", "<b>已在改</b>").await, 303);
    // Not every database keeps the character NUL: it is refused in words, also where it is only looked for.
    assert_eq!(say(&officer, "note", "a\0b").await, 400);
    let refused = officer.get("/issues?q=%00").send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("NUL"));
    assert_eq!(say(&officer, "dispute", "执照上就是字母").await, 303);
    let again = officer.post(&at, &format!("{at}/dispute"), &[("note", "再说一次")]).await;
    assert_eq!(again.status(), 409, "it is disputed already");
    assert!(again.text().await.unwrap().contains("已经办过了"));
    assert!(!officer.text("/issues").await.contains(&issue), "what is disputed is not chased");
    assert!(officer.text("/issues?state=disputed").await.contains(&issue));
    assert_eq!(say(&steward, "answer", "统一代码不用字母O").await, 303);
    let page = officer.text(&at).await;
    for text in ["找到示例甲，明天改", "&#60;b&#62;已在改", "执照上就是字母", "统一代码不用字母O", "平台"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }

    // Everybody learns from it, and nobody sees whose it was.
    let faq = stranger.text("/faq").await;
    assert!(faq.contains("不使用 I、O、Z、S、V") && faq.contains("涉及 1 个单位"), "{faq}");
    assert!(!faq.contains("9144190OMA0DEM013W") && !faq.contains("92370602MA0DEM021C"), "{faq}");
    assert!(!faq.contains("/faq/note"), "the bureau adds explanations");
    assert_eq!(officer.post("/faq", "/faq/note", &[("code", "E103")]).await.status(), 403);
    let unknown = [("resource", "legal-entity"), ("code", "E999"), ("note", "x")];
    assert_eq!(steward.post("/faq", "/faq/note", &unknown).await.status(), 404);
    let mut added = question(&steward.text("/faq?q=E103").await);
    added.push(("note", "请从营业执照照抄".to_owned()));
    let added: Vec<(&str, &str)> = added.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(steward.post("/faq", "/faq/note", &added).await.status(), 303);
    assert!(stranger.text("/faq?q=照抄").await.contains("请从营业执照照抄"));
    assert!(stranger.text("/faq?q=没有这个词").await.contains("没有找到相符的问题"));

    // The rows themselves: a department sees its own as they are, the bureau masked, nobody else at all.
    let page = officer.text(&at).await;
    assert!(page.contains("待更正的行") && page.contains("9144190OMA0DEM013W"), "{page}");

    // Mended and landed, it closes by itself; the other waits.
    served.clock.advance(Duration::hours(1));
    let rows = wrong_rows(&officer, id).await;
    let group = rows["groups"].as_array().unwrap().iter().find(|g| g["code"] == "E103").unwrap();
    json_post(&officer, &format!("/submissions/{id}/accept"), &json!({ "group": group["id"] })).await;
    let answer = officer.post("/submissions", &format!("/submissions/{id}/land-mended"), &[]).await;
    process_submission(&served.intake, led_to(&answer)).await.unwrap();
    follow(&rectify).await.unwrap();
    assert!(officer.text("/issues?state=closed").await.contains(&issue));
    let page = officer.text(&at).await;
    assert!(
        page.contains("销号") && page.contains("没有还在等待的"),
        "nothing is explained any more: {page}"
    );
    let diff = "<del>9144190OMA0DEM013W</del> → <ins>91441900MA0DEM013W</ins>";
    assert!(page.contains(diff) && steward.text(&at).await.contains(diff), "what was changed: {page}");

    // A link leads to the very question, whether or not it was ever asked; the quarter's questions make the training page.
    let question = page.split("href=\"/faq?resource=").nth(1).unwrap().split('"').next().unwrap();
    let question = format!("/faq?resource={}", question.replace("&#38;", "&").replace("&amp;", "&"));
    let faq = stranger.text(&question).await;
    assert_eq!(faq.matches("<section class=\"card\"").count(), 1, "{faq}");
    assert!(faq.contains("请从营业执照照抄"));
    let never = stranger.text("/faq?resource=licence-2018&code=E504&pattern=&field=").await;
    assert!(never.contains("还没有单位因此被退回"), "{never}");
    assert!(officer.text(&format!("/submissions/{id}")).await.contains("href=\"/faq?resource=legal-entity"));
    let training = stranger.text("/training").await;
    assert!(training.contains("2026 年第 1 季度") && training.contains("填报要点"), "{training}");
    assert!(training.contains("不使用 I、O、Z、S、V") && training.contains("class=\"wrong\""), "{training}");
    assert!(stranger.text("/training?resource=penalty-2018").await.contains("CF_WSH"));
    assert_eq!(officer.text("/issues").await.matches("href=\"/issues/").count(), 1);

    // Given up, the last one closes too.
    served.clock.advance(Duration::minutes(1));
    let row = &wrong_rows(&officer, id).await["rows"][0];
    let seen = json!({ "rows": [{ "row": row["row"], "version": row["version"] }] });
    json_post(&officer, &format!("/submissions/{id}/drop"), &seen).await;
    follow(&rectify).await.unwrap();
    assert!(officer.text("/issues").await.contains("没有待整改的问题"));
    assert!(steward.text("/chase").await.contains("没有要催办的单位"));
    for file in ["/issues.xlsx?state=all", "/chase.xlsx"] {
        let file = steward.get(file).send().await.unwrap();
        assert!(file.bytes().await.unwrap().starts_with(b"PK"));
    }
});

store::on_both!(the_page_of_an_issue_shows_its_own_rows_alone, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    // One row twice, one with a letter O for a zero, and some good ones.
    let wrong = "91441900MA0DEMO13W";
    let mut file = vec![LICENCES.to_owned(), licence(1, GOOD), licence(1, GOOD), licence(2, wrong)];
    file.extend((91..=96).map(|n| licence(n, GOOD)));
    let id = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&rectify).await.unwrap();
    let at = async |code: &str| {
        let found = officer.text(&format!("/issues?q={code}")).await;
        format!("/issues/{}", found.split("href=\"/issues/").nth(1).unwrap().split('"').next().unwrap())
    };
    let (repeated, letter) = (at("S011").await, at("E103").await);
    let page = officer.text(&repeated).await;
    assert!(page.contains("待更正的行") && page.contains("整行") && !page.contains(wrong), "{page}");
    let page = officer.text(&letter).await;
    assert!(page.contains("第 4 行") && page.contains(wrong), "{page}");
    assert!(steward.text(&letter).await.contains("第 4 行"));

    let rows = wrong_rows(&officer, id).await;
    let group = rows["groups"].as_array().unwrap().iter().find(|g| g["code"] == "E103").unwrap();
    json_post(&officer, &format!("/submissions/{id}/accept"), &json!({ "group": group["id"] })).await;
    assert!(officer.text(&letter).await.contains(&format!("<del>{wrong}</del>")));
    let page = officer.text(&repeated).await;
    assert!(!page.contains("<del>"), "another row was changed: {page}");
});

store::on_both!(an_issue_explains_a_row_that_still_waits, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    // Two codes with a letter that no code has.
    let wrong = ["9144190ZMA0DEM013W", "9144190SMA0DEM013W"];
    let mut file = vec![LICENCES.to_owned(), licence(1, wrong[0]), licence(2, wrong[1])];
    file.extend((91..=99).map(|n| licence(n, GOOD)));
    let id = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&rectify).await.unwrap();
    let found = officer.text("/issues").await;
    let at = format!("/issues/{}", found.split("href=\"/issues/").nth(1).unwrap().split('"').next().unwrap());
    assert_eq!(found.matches("href=\"/issues/").count(), 1, "{found}");
    let why = async |who: &Browser| {
        let page = who.text(&at).await;
        let card = page.split("aria-labelledby=\"cause\"").nth(1).unwrap();
        card.split("<dl").next().unwrap().to_owned()
    };
    assert!(why(&officer).await.contains("“Z”"), "{}", why(&officer).await);
    for left in [1, 0] {
        let row = wrong_rows(&officer, id).await["rows"][0].clone();
        let values = json!({ "XK_XDR_SHXYM": GOOD });
        let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": values }] });
        served.clock.advance(Duration::minutes(5));
        assert_eq!(json_post(&officer, &format!("/submissions/{id}/mend"), &mend).await.status(), 200);
        let answer = officer.post("/submissions", &format!("/submissions/{id}/land-mended"), &[]).await;
        process_submission(&served.intake, led_to(&answer)).await.unwrap();
        follow(&rectify).await.unwrap();
        for who in [&officer, &steward] {
            let said = why(who).await;
            assert_eq!(
                (said.contains("“S”"), said.contains("没有还在等待的")),
                (left == 1, left == 0),
                "{said}"
            );
            assert!(!said.contains("“Z”"), "mended already: {said}");
        }
    }
});

store::on_both!(a_cause_that_mending_brings_up_has_its_own_issue, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let mut file = vec![LICENCES.to_owned(), licence(2, "91441900MA0DEMO13W")];
    file.extend((91..=96).map(|n| licence(n, GOOD)));
    let id = landed(&served, &officer, mine, "licence-2018", &file).await;
    follow(&rectify).await.unwrap();
    let has = async |query: &str| officer.text(&format!("/issues?{query}")).await.contains("href=\"/issues/");
    assert!(has("q=E103").await && !has("q=E302").await);
    // The code is right now, and the date lies ahead.
    let row = wrong_rows(&officer, id).await["rows"][0].clone();
    let values = json!({ "XK_XDR_SHXYM": GOOD, "XK_JDRQ": "2099/01/01" });
    let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": values }] });
    served.clock.advance(Duration::minutes(5));
    assert_eq!(json_post(&officer, &format!("/submissions/{id}/mend"), &mend).await.status(), 200);
    follow(&rectify).await.unwrap();
    assert!(has("q=E302").await && has("q=E103&state=closed").await && !has("q=E103").await);
    // With its last row its issue closes.
    let row = wrong_rows(&officer, id).await["rows"][0].clone();
    let seen = json!({ "rows": [{ "row": row["row"], "version": row["version"] }] });
    served.clock.advance(Duration::minutes(5));
    json_post(&officer, &format!("/submissions/{id}/drop"), &seen).await;
    follow(&rectify).await.unwrap();
    assert!(!has("q=E302").await && has("q=E302&state=closed").await);
});

store::on_both!(an_issue_is_due_with_its_own_rows, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let rectify = Rectify { intake: served.intake.clone() };
    let mine = served.org(AUTHORITY).await;
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    // One decided a fortnight before the other: the limits end on 31 December and 14 January.
    let early = licence(1, GOOD).replace("预包装食品销售", "").replace("2026/01/05", "2025/12/22");
    let late = licence(2, "91441900MA0DEMO13W");
    let mut file = vec![LICENCES.to_owned(), early, late];
    // A file of wrong rows alone is held.
    file.extend((91..=94).map(|n| licence(n, GOOD)));
    landed(&served, &officer, mine, "licence-2018", &file).await;
    for _ in 0..2 {
        follow(&rectify).await.unwrap();
    }
    let page = officer.text("/issues").await;
    assert_eq!(page.matches("href=\"/issues/").count(), 2, "{page}");
    for (code, due, not) in [("E101", "2025-12-31", "2026-01-14"), ("E103", "2026-01-14", "2025-12-31")] {
        let found = officer.text(&format!("/issues?q={code}")).await;
        assert!(found.contains(due) && !found.contains(not), "{code}: {found}");
    }
});
