//! Signing in, staying in, and being kept out.

use chrono::Duration;
use kernel::Role;
use reqwest::header::LOCATION;
use store::Db;
use yishu::wiring::migrations;

use super::{Browser, PASSWORD, Served};

store::on_both!(one_signs_in_sees_the_home_page_and_signs_out, migrations, async |db: Db| {
    let served = Served::start(db).await;
    served.account("li.ming", None, &[Role::Auditor]).await;
    let browser = served.browser();
    let asked = browser.get("/audit?action=x").send().await.unwrap();
    assert_eq!(asked.headers()[LOCATION], "/sign-in?next=/audit%3Faction%3Dx");
    let answer = browser
        .post(
            "/sign-in",
            "/sign-in",
            &[("name", " Li.Ming "), ("password", PASSWORD), ("next", "/audit?action=x")],
        )
        .await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()[LOCATION].to_str().unwrap()),
        (303, "/audit?action=x")
    );
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");

    let home = browser.text("/").await;
    assert!(home.contains("您好，li.ming") && home.contains("lang=\"zh-CN\""), "{home}");
    assert!(home.contains("href=\"/audit\"") && !home.contains("href=\"/accounts\""), "navigation by role");
    assert_eq!(browser.get("/language/en?back=/").send().await.unwrap().status(), 303);
    let home = browser.text("/").await;
    assert!(home.contains("Hello, li.ming") && home.contains("lang=\"en\""), "{home}");

    assert_eq!(browser.post("/", "/sign-out", &[]).await.headers()[LOCATION], "/sign-in");
    assert_eq!(browser.get("/").send().await.unwrap().status(), 303);
    assert_eq!(served.actions().await, ["account.create", "session.open", "session.close"]);
});

store::on_both!(a_wrong_password_and_an_unknown_name_are_refused_alike, migrations, async |db: Db| {
    let served = Served::start(db).await;
    served.account("li.ming", None, &[Role::Auditor]).await;
    let strip = |html: String| {
        let start = html.find("role=\"alert\"").expect("a refusal");
        html[start..start + 200].to_owned()
    };
    let mut texts = Vec::new();
    for (name, password) in [("li.ming", "wrong"), ("nobody", PASSWORD)] {
        let browser = served.browser();
        let answer = browser.sign_in(name, password).await;
        assert_eq!(answer.status(), 400);
        texts.push(strip(answer.text().await.unwrap()));
        assert_eq!(browser.get("/").send().await.unwrap().status(), 303);
    }
    assert_eq!(texts[0], texts[1]);
    assert_eq!(served.actions().await, ["account.create", "session.refuse", "session.refuse"]);
});

store::on_both!(attempts_are_limited, migrations, async |db: Db| {
    let served = Served::start(db).await;
    served.account("li.ming", None, &[Role::Auditor]).await;
    let browser = served.browser();
    let token = browser.csrf("/sign-in").await;
    let attempt = async |password: &str| {
        let fields = [("name", "li.ming"), ("password", password)];
        browser.post_with(&token, "/sign-in", &fields).await.status().as_u16()
    };
    for _ in 0..10 {
        assert_eq!(attempt("wrong").await, 400);
    }
    assert_eq!(attempt(PASSWORD).await, 429, "even the right one");
    served.clock.advance(Duration::seconds(30));
    assert_eq!(attempt(PASSWORD).await, 303);
});

#[tokio::test]
async fn an_office_behind_one_address_can_sign_in() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let rate = shell::Rate { burst: 3.0, per_second: 0.1 };
    let served =
        Served::with(test.db.clone(), shell::Settings { address_rate: rate, ..Default::default() }).await;
    served.account("li.ming", None, &[Role::Auditor]).await;
    for _ in 0..6 {
        assert_eq!(served.browser().sign_in("li.ming", PASSWORD).await.status(), 303);
    }
    for name in ["a1", "a2", "a3"] {
        assert_eq!(served.browser().sign_in(name, "guess").await.status(), 400);
    }
    assert_eq!(
        served.browser().sign_in("a4", "guess").await.status(),
        429,
        "one who tries many names is stopped"
    );
}

store::on_both!(a_form_without_its_token_or_from_another_site_is_refused, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let admin = served.person("admin", None, &[Role::Administrator]).await;
    let before = served.audit_rows().await;
    let fields = [("name", "eve"), ("roles", "administrator"), ("city_wide", "yes")];
    let stranger = served.browser().csrf("/sign-in").await;
    for token in ["", "0", stranger.as_str()] {
        let answer = admin.post_with(token, "/accounts", &fields).await;
        assert_eq!(answer.status(), 403, "token {token:?}");
    }
    let token = admin.csrf("/accounts/new").await;
    let answer = admin
        .client
        .post(format!("{}/accounts", served.base))
        .header("origin", "https://evil.example")
        .header("x-csrf-token", &token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(served.audit_rows().await, before);
    assert_eq!(admin.post_with(&token, "/accounts", &fields).await.status(), 200);
    assert_eq!(served.audit_rows().await, before + 1);
});

store::on_both!(a_session_ends_by_idleness_by_age_and_by_disabling, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let admin = served.person("admin", None, &[Role::Administrator]).await;
    let is_in = async |browser: &Browser| browser.get("/").send().await.unwrap().status() == 200;
    served.clock.advance(Duration::minutes(119));
    assert!(is_in(&admin).await);
    served.clock.advance(Duration::minutes(119));
    assert!(is_in(&admin).await, "each request begins the idle time anew");
    served.clock.advance(Duration::minutes(121));
    assert!(!is_in(&admin).await);

    let admin = served.browser();
    assert_eq!(admin.sign_in("admin", PASSWORD).await.status(), 303);
    for _ in 0..7 {
        served.clock.advance(Duration::minutes(100));
        assert!(is_in(&admin).await);
    }
    served.clock.advance(Duration::minutes(21));
    assert!(!is_in(&admin).await, "twelve hours are the end in any case");

    let admin = served.browser();
    assert_eq!(admin.sign_in("admin", PASSWORD).await.status(), 303);
    let clerk = served.person("clerk", None, &[Role::Auditor]).await;
    assert!(is_in(&clerk).await);
    let list = admin.text("/accounts?q=clerk").await;
    let id = list.split("/accounts/").nth(3).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(admin.post("/accounts", &format!("/accounts/{id}/disable"), &[]).await.status(), 303);
    assert!(!is_in(&clerk).await);
    assert_eq!(clerk.sign_in("clerk", PASSWORD).await.status(), 400);
});

store::on_both!(a_one_time_password_opens_nothing_but_its_change, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let now = kernel::Clock::now(&served.clock);
    assert!(identity::actions::ensure_administrator(&served.db, "first-password", now).await.unwrap());
    assert!(!identity::actions::ensure_administrator(&served.db, "first-password", now).await.unwrap());
    let browser = served.browser();
    assert_eq!(browser.sign_in("admin", "first-password").await.status(), 303);
    assert_eq!(browser.get("/accounts").send().await.unwrap().headers()[LOCATION], "/account/password");
    let page = "/account/password";
    let change = async |old: &str, new: &str, again: &str| {
        browser.post(page, page, &[("old", old), ("new", new), ("again", again)]).await.status().as_u16()
    };
    assert_eq!(change("wrong", PASSWORD, PASSWORD).await, 400);
    assert_eq!(change("first-password", PASSWORD, "another").await, 400);
    assert_eq!(change("first-password", "short", "short").await, 400);
    assert_eq!(change("first-password", "first-password", "first-password").await, 400);
    assert_eq!(change("first-password", PASSWORD, PASSWORD).await, 303);
    assert_eq!(browser.get("/accounts").send().await.unwrap().status(), 200);
    assert_eq!(served.browser().sign_in("admin", "first-password").await.status(), 400);
    assert_eq!(served.browser().sign_in("admin", PASSWORD).await.status(), 303);
});
