//! The interface: credentials, problems, limits, headers.

use kernel::Role;
use serde_json::Value;
use shell::{Rate, Settings};
use store::Db;
use yishu::wiring::migrations;

use super::Served;

/// Makes a credential through the page and reads its secret there.
async fn credential(served: &Served, browser: &super::Browser, org: kernel::OrgId) -> String {
    let answer =
        browser.post("/credentials", "/credentials", &[("org", &org.to_string()), ("label", "前置机")]).await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    let start = html.find("<code>ys_").expect("the secret is shown") + 6;
    let secret = html[start..].split('<').next().unwrap().to_owned();
    let stored = served.actions().await;
    assert!(stored.contains(&"credential.create".to_owned()));
    secret
}

store::on_both!(a_credential_acts_for_its_department_until_it_is_revoked, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    let secret = credential(&served, &officer, mine).await;
    let elsewhere =
        officer.post("/credentials", "/credentials", &[("org", &other.to_string()), ("label", "x")]).await;
    assert_eq!(elsewhere.status(), 404, "another department's existence is not told");
    assert!(!officer.text("/credentials").await.contains(&secret), "shown once only");

    let ask = async |secret: &str| {
        let client = reqwest::Client::new();
        client.get(format!("{}/api/v1/me", served.base)).bearer_auth(secret).send().await.unwrap()
    };
    let me: Value = ask(&secret).await.json().await.unwrap();
    assert_eq!(
        (me["org"].as_str().unwrap(), me["scope"].as_str().unwrap()),
        (&*mine.to_string(), &*mine.to_string())
    );
    let list = officer.text("/credentials").await;
    assert!(list.contains("2026-01-05 09:00"), "last used, in Beijing time");

    let wrong = ask("ys_wrong").await;
    assert_eq!(wrong.status(), 401);
    let problem: Value = wrong.json().await.unwrap();
    assert_eq!(problem["code"], "credential-unknown");

    let id = list.split("/credentials/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let revoke = format!("/credentials/{id}/revoke");
    assert_eq!(officer.post("/credentials", &revoke, &[]).await.status(), 303);
    assert_eq!(ask(&secret).await.status(), 401);
});

store::on_both!(another_departments_credential_cannot_be_seen_or_revoked, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let (mine, other) = (served.org("A1").await, served.org("B1").await);
    let officer = served.person("officer", Some(mine), &[Role::DataOfficer]).await;
    credential(&served, &officer, mine).await;
    let list = officer.text("/credentials").await;
    let id = list.split("/credentials/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let stranger = served.person("stranger", Some(other), &[Role::DataOfficer]).await;
    assert!(!stranger.text("/credentials").await.contains(&id));
    let answer = stranger.post("/credentials", &format!("/credentials/{id}/revoke"), &[]).await;
    assert_eq!(answer.status(), 404);
});

#[tokio::test]
async fn a_refusal_is_a_problem_document_in_the_callers_language() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let served = Served::start(test.db.clone()).await;
    let client = reqwest::Client::new();
    let ask = async |language: &str| -> Value {
        let url = format!("{}/api/v1/me", served.base);
        let answer = client.get(url).header("accept-language", language).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let number = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["instance"], number);
        body
    };
    assert_eq!(ask("zh-CN").await["detail"], "请先登录。");
    let body = ask("en-GB,en").await;
    assert_eq!(
        (&body["detail"], &body["code"], &body["status"]),
        (&"Please sign in first.".into(), &"unauthenticated".into(), &401.into())
    );
    // A system that sends its rows without a credential is told just that.
    for path in ["resources/legal-entity/rows", "city-intake"] {
        let url = format!("{}/api/v1/{path}", served.base);
        let anonymous = client.post(url).json(&serde_json::json!({})).send().await.unwrap();
        assert_eq!(anonymous.status(), 401, "{path}");
    }
    let nowhere = client.get(format!("{}/api/v1/nowhere", served.base)).send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
    let wrong_method =
        client.delete(format!("{}/api/v1/me", served.base)).bearer_auth("x").send().await.unwrap();
    assert_eq!(wrong_method.status(), 401);
}

#[tokio::test]
async fn calls_are_limited_and_pages_carry_their_policy() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let settings = Settings { api_rate: Rate { burst: 3.0, per_second: 1.0 }, ..Settings::default() };
    let served = Served::with(test.db.clone(), settings).await;
    let client = reqwest::Client::new();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(client.get(format!("{}/api/v1/me", served.base)).send().await.unwrap().status().as_u16());
    }
    assert_eq!(seen, [401, 401, 401, 429]);
    let page = served.browser().get("/sign-in").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("cache-control", "no-store")]
    {
        assert_eq!(page.headers()[name], value);
    }
    let health = client.get(format!("{}/healthz", served.base)).send().await.unwrap();
    assert_eq!((health.status().as_u16(), health.text().await.unwrap().as_str()), (200, "ok\n"));
}

#[tokio::test]
async fn the_way_back_never_leads_to_another_site() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let served = Served::start(test.db.clone()).await;
    let browser = served.browser();
    for back in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let answer =
            browser.get(&format!("/language/en?back={}", shell::ui::encode(back))).send().await.unwrap();
        assert_eq!(answer.headers()["location"], "/", "{back}");
    }
}
