//! A check switched off locally: whose files pass, how the submission tells of it, and what happens when it ends.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::{OrgId, Role};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use store::Db;
use yishu::wiring::migrations;

use super::intake::{FILE, hand_in, json_post, led_to, wrong_rows};
use super::{Browser, PASSWORD, Served};

/// Hands in the file with another mark in its bytes; how many rows wait for mending, and the submission's page.
async fn wrong(served: &Served, who: &Browser, org: OrgId, mark: &str) -> (u64, String) {
    let body = FILE.replace("2018/05/06", mark);
    let id = led_to(&hand_in(who, org, &format!("{mark}.csv").replace('/', ""), &body).await);
    process_submission(&served.intake, id).await.unwrap();
    let page = who.text(&format!("/submissions/{id}")).await;
    (wrong_rows(who, id).await["total"].as_u64().unwrap(), page)
}

store::on_both!(a_check_switched_off_lets_rows_pass_until_it_ends, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    for org in [mine, other] {
        served.provides(org, "legal-entity").await;
    }
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;

    let first = led_to(&hand_in(&officer, mine, "法人.csv", FILE).await);
    process_submission(&served.intake, first).await.unwrap();
    let rows = wrong_rows(&officer, first).await;
    assert_eq!(rows["total"], 2, "a letter O, and a check digit that does not fit");

    let page = "/rules/legal-entity";
    let new = format!("{page}/overrides/new?rule=E104");
    assert!(officer.text(page).await.contains("校验位"), "an officer reads the rules");
    assert_eq!(officer.get(&new).send().await.unwrap().status(), 403);
    let org = mine.to_string();
    let fields = |reason, expires| {
        [
            ("rule", "E104"),
            ("kind", "switch-off"),
            ("org", org.as_str()),
            ("reason", reason),
            ("expires", expires),
        ]
    };
    let path = format!("{page}/overrides");
    let refused = officer.post("/", &path, &fields("试点", "2026-01-20")).await;
    assert_eq!(refused.status(), 403);
    let endless = steward.post("/", &path, &fields("试点", "2027-06-01")).await;
    assert_eq!(endless.status(), 400);
    let text = endless.text().await.unwrap();
    assert!(text.contains("expires-error") && text.contains("试点"), "what was typed stays");
    let done = steward.post("/", &path, &fields("试点通知〔2026〕1号", "2026-01-20")).await;
    assert_eq!(done.status(), 303, "{}", done.text().await.unwrap());
    let text = officer.text(page).await;
    assert!(text.contains("试点通知〔2026〕1号") && text.contains("不检查") && !text.contains("/revoke"));
    assert!(!stranger.text(page).await.contains("试点通知"), "another department's override is not shown");

    let (rejected, text) = wrong(&served, &officer, mine, "2018/05/07").await;
    assert_eq!(rejected, 1);
    assert!(text.contains("/legal-entity+E104=off#"), "the submission tells by what it was checked");
    assert_eq!(wrong(&served, &stranger, other, "2018/05/08").await.0, 2, "it is not theirs");

    // The wrong row of before, touched and judged again.
    let row = rows["rows"].as_array().unwrap().iter().find(|r| r["place"] == "5").unwrap();
    let mend = json!({ "rows": [{ "row": row["row"], "version": row["version"], "values": { "ENT_TYPE": "个体" } }] });
    let mended = json_post(&officer, &format!("/submissions/{first}/mend"), &mend).await;
    assert_eq!(mended.json::<Value>().await.unwrap()["remaining"], 1);

    // A row pushed.
    let push = async |key: &str| -> Value {
        let body = json!({ "NAME": "烟台示例个体店", "USCC": "92370602MA0DEM021C", "REG_NO": key });
        json_post(&officer, "/api/v1/resources/legal-entity/rows", &body).await.json().await.unwrap()
    };
    assert_eq!(push("1").await["landed"], 1);

    served.clock.advance(Duration::days(16));
    officer.sign_in("officer", PASSWORD).await;
    let (rejected, text) = wrong(&served, &officer, mine, "2018/05/09").await;
    assert_eq!(rejected, 2, "it has expired");
    assert!(!text.contains("E104=off"));
    let text = officer.text(page).await;
    assert!(text.contains("2026-01-20 到期"), "the page says so: {text}");

    steward.sign_in("steward", PASSWORD).await;
    assert_eq!(steward.post("/", &path, &fields("再试", "2026-03-01")).await.status(), 303);
    assert_eq!(wrong(&served, &officer, mine, "2018/05/10").await.0, 1);
    let text = steward.text(page).await;
    let id = text.split("/overrides/").find_map(|p| p.split_once("/revoke")).unwrap().0.to_owned();
    let back = [("resource", "legal-entity")];
    assert_eq!(steward.post("/", &format!("/overrides/{id}/revoke"), &back).await.status(), 303);
    assert_eq!(wrong(&served, &officer, mine, "2018/05/11").await.0, 2, "revoked");

    // A condition that was right when it was set, and a standard that has moved on since.
    let path = format!("{page}/overrides");
    let condition = [
        ("rule", "has-code"),
        ("kind", "condition"),
        ("condition", "NAME IS NOT NULL"),
        ("org", ""),
        ("reason", "换证期间"),
        ("expires", "2026-03-01"),
    ];
    assert_eq!(steward.post("/", &path, &condition).await.status(), 303);
    assert!(!steward.text(page).await.contains("请重新设置或撤销"));
    let outgrown = "update rule_override set change = '{\"condition\":\"NAME_OF_OLD IS NOT NULL\"}' \
        where rule = 'has-code'";
    served.db.conn().execute_unprepared(outgrown).await.unwrap();
    let (rejected, text) = wrong(&served, &officer, mine, "2018/05/12").await;
    assert_eq!(rejected, 2, "the file is taken and judged by the original rule");
    assert!(text.contains("W607") && text.contains("has-code"), "{text}");
    let text = steward.text(page).await;
    assert!(
        text.contains("请重新设置或撤销") && text.contains("NAME_OF_OLD"),
        "the steward sees why: {text}"
    );
    assert!(steward.text("/rules").await.contains("1 项不再适用"));
});
