//! Mending by workbook: a row of another submission is never taken for one of this; and pages that lead on when something is
//! refused or the session has ended.

use ::intake::actions::process_submission::process_submission;
use chrono::Duration;
use kernel::Role;
use serde_json::json;
use store::Db;
use yishu::wiring::migrations;

use super::intake::{FILE, hand_in, json_post, led_to, wrong_rows};
use super::mutations::send_file;
use super::{PASSWORD, Served};

store::on_both!(a_workbook_of_another_submission_changes_nothing, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let first = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    let others = "企业名称,统一社会信用代码,注册日期\n\
        东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18\n\
        德州示例合作社,93371402MA0DEM03X2,2017/01/02\n\
        济南示例甲公司,91370102MA0DEM0O1C,2016/03/18\n\
        青岛示例乙公司,91370202MA0DEM0I1C,2018/05/06\n";
    let second = led_to(&hand_in(&officer, org, "另一批.csv", others).await);
    for id in [first, second] {
        process_submission(&served.intake, id).await.unwrap();
    }
    let before = wrong_rows(&officer, first).await;
    let book = |id| async move { format!("/submissions/{id}/wrong-rows.xlsx") };
    let foreign = officer.get(&book(second).await).send().await.unwrap().bytes().await.unwrap();
    let answer = send_file(&officer, &format!("/submissions/{first}/wrong-rows"), foreign.to_vec()).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(wrong_rows(&officer, first).await, before, "nothing was overwritten");
    let page = officer.text(&format!("/submissions/{first}")).await;
    assert!(page.contains("更正 0 行") && page.contains("2 行在本批待更正的行中找不到"), "{page}");

    // Its own, as it is: nothing has changed, and nothing says so.
    let own = officer.get(&book(first).await).send().await.unwrap().bytes().await.unwrap();
    send_file(&officer, &format!("/submissions/{first}/wrong-rows"), own.to_vec()).await;
    assert_eq!(wrong_rows(&officer, first).await, before);
    assert!(officer.text(&format!("/submissions/{first}")).await.contains("更正 0 行"));
});

store::on_both!(
    a_refusal_leads_back_and_an_ended_session_to_the_page_it_was_on,
    migrations,
    async |db: Db| {
        let served = Served::start(db).await;
        let org = served.org("A1").await;
        served.provides(org, "legal-entity").await;
        let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
        let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
        process_submission(&served.intake, id).await.unwrap();
        let page = format!("/submissions/{id}");
        let send = async |token: &str| {
            let post = officer.client.post(format!("{}{page}/land-mended", served.base));
            let post = post.header("accept", "text/html").header("referer", format!("{}{page}", served.base));
            let post = post.header("content-type", "application/x-www-form-urlencoded");
            post.body(format!("_csrf={token}")).send().await.unwrap()
        };
        let token = officer.csrf(&page).await;
        let refused = send(&token).await;
        assert_eq!(refused.status(), 409);
        let text = refused.text().await.unwrap();
        assert!(text.contains("还没有更正好的行") && text.contains(&format!("href=\"{page}\"")), "{text}");
        assert!(text.contains("id=\"sidenav\""), "the navigation stays");

        served.clock.advance(Duration::hours(13));
        let ended = send(&token).await;
        assert_eq!(ended.status(), 303);
        let to = ended.headers()["location"].to_str().unwrap();
        assert_eq!(to, format!("/sign-in?next={page}"));
        assert_eq!(officer.sign_in("officer", PASSWORD).await.status(), 303);
    }
);

store::on_both!(the_dashboard_opens_on_more_than_one_day, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let id = led_to(&hand_in(&officer, org, "法人.csv", FILE).await);
    process_submission(&served.intake, id).await.unwrap();
    let chosen = |page: &str| {
        let before =
            page.split(" aria-current=\"page\"").find(|p| p.contains("/dashboard?days=")).unwrap().to_owned();
        before.rsplit("days=").next().unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(chosen(&officer.text("/dashboard").await), "30");
    served.clock.advance(Duration::days(40));
    officer.sign_in("officer", PASSWORD).await;
    let id = led_to(&hand_in(&officer, org, "法人2.csv", &FILE.replace("2018", "2019")).await);
    process_submission(&served.intake, id).await.unwrap();
    assert_eq!(chosen(&officer.text("/dashboard").await), "90");
    assert_eq!(chosen(&officer.text("/dashboard?days=7").await), "7");
});

store::on_both!(the_correction_below_a_wrong_row_is_in_the_lake, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    served.provides(org, "legal-entity").await;
    let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
    let file = "企业名称,统一社会信用代码,注册日期,注册资金\n\
        东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18,-500万元\n\
        东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18,500万元\n\
        德州示例合作社,93371402MA0DEM03X2,2017/01/02,10万元\n";
    let id = led_to(&hand_in(&officer, org, "法人.csv", file).await);
    process_submission(&served.intake, id).await.unwrap();
    let wrong = wrong_rows(&officer, id).await;
    assert_eq!((&wrong["total"], &wrong["rows"][0]["place"]), (&1.into(), &"2".into()), "{wrong}");
    let told: Vec<&str> =
        wrong["rows"][0]["findings"].as_array().unwrap().iter().map(|f| f["why"].as_str().unwrap()).collect();
    assert!(told.iter().any(|why| why.contains("按第3行入库")), "beside the wrong cell: {told:?}");
    // Mended on the spot, it is still told that it would take the other row's place; with another key it would not.
    let row = &wrong["rows"][0];
    let mend = async |version: &serde_json::Value, values: serde_json::Value| -> serde_json::Value {
        let body = json!({ "rows": [{ "row": row["row"], "version": version, "values": values }] });
        json_post(&officer, &format!("/submissions/{id}/mend"), &body).await.json().await.unwrap()
    };
    let mended = mend(&row["version"], json!({ "REG_CAPITAL": "600万元" })).await;
    let codes = |answer: &serde_json::Value| -> Vec<String> {
        let found = answer["rows"][0]["findings"].as_array().unwrap();
        found.iter().map(|f| f["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&mended), ["E504"], "{mended}");
    let other = mend(&mended["rows"][0]["version"], json!({ "USCC": "92370602MA0DEM021B" })).await;
    assert_eq!(codes(&other), [""; 0], "{other}");
    let query = lake::query::Query::new("SELECT \"REG_CAPITAL\" FROM legal_entity ORDER BY \"USCC\"");
    let table = served.intake.lake.query(query).await.unwrap();
    assert_eq!(table.rows.len(), 2, "{:?}", table.rows);
    assert!(
        format!("{:?}", table.rows[0]).contains("500万元") && !format!("{:?}", table.rows).contains("-500")
    );
});
