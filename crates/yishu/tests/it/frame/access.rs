//! Every route refuses the anonymous but those named here.

use axum::http::Method;
use reqwest::header::LOCATION;
use shell::Access;
use store::Db;
use yishu::wiring::migrations;

use super::Served;

/// Open to anyone, each with its reason.
const PUBLIC: &[(&str, &str)] = &[
    ("GET", "/assets/{*name}"),  // style and script of the sign-in page
    ("GET", "/favicon.svg"),     // the same
    ("GET", "/language/{lang}"), // the sign-in page too can be read in English
    ("GET", "/healthz"),         // asked by the balancer
    ("GET", "/metrics"),         // asked by the monitor; holds counts only
    ("GET", "/openapi.json"),    // says what exists, not what is in it
    // The public site: what the law has published, nothing personal in it.
    ("GET", "/public"),
    ("GET", "/public/search"),
    ("GET", "/public/search.csv"),
    ("GET", "/public/months/{month}"),
    ("GET", "/public/records/{id}"),
    ("GET", "/public/statistics"),
    ("GET", "/public/help"),
    ("GET", "/public/feed.rss"),
    ("GET", "/public/feed.atom"),
    ("GET", "/sitemap.xml"),
    ("GET", "/robots.txt"),
    ("GET", "/api/v1/public/records"),
    ("GET", "/api/v1/public/records/{id}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    // Objections and repair need no account; what is followed is opened by its code.
    ("GET", "/public/cases"),
    ("POST", "/public/cases"),
    ("POST", "/public/cases/leave"),
    ("GET", "/public/cases/mine"),
    ("POST", "/public/cases/papers"),
    ("POST", "/public/cases/withdraw"),
    ("POST", "/public/cases/rate"),
    ("GET", "/public/records/{id}/object"),
    ("POST", "/public/records/{id}/object"),
    ("GET", "/public/records/{id}/repair"),
    ("POST", "/public/records/{id}/repair"),
];

#[tokio::test]
async fn only_the_routes_named_here_are_public() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let served = Served::start(test.db.clone()).await;
    let mut public: Vec<_> = served
        .app
        .routes()
        .iter()
        .filter(|r| r.access == Access::Public)
        .map(|r| (r.method, r.path))
        .collect();
    let mut named = PUBLIC.to_vec();
    public.sort_unstable();
    named.sort_unstable();
    assert_eq!(public, named);
}

store::on_both!(every_other_route_refuses_the_anonymous, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let mut walked = 0;
    for route in served.app.routes().iter().filter(|r| r.access != Access::Public) {
        let browser = served.browser();
        // With a valid token of a visitor, so that it is not the token that is refused.
        let token = browser.csrf("/sign-in").await;
        let path = route.path.replace(['{', '}', '*'], "");
        let method: Method = route.method.parse().unwrap();
        let answer = browser
            .client
            .request(method, format!("{}{path}", served.base))
            .header("accept", "text/html")
            .header("x-csrf-token", token)
            .send()
            .await
            .unwrap();
        let place = format!("{} {}", route.method, route.path);
        if route.path.starts_with("/api/") {
            assert_eq!(answer.status(), 401, "{place}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json", "{place}");
        } else {
            assert_eq!(answer.status(), 303, "{place}");
            assert!(answer.headers()[LOCATION].to_str().unwrap().starts_with("/sign-in?next="), "{place}");
        }
        walked += 1;
    }
    assert!(walked >= 15, "the routes were not found");
    assert_eq!(served.audit_rows().await, 0, "nothing happened");
});

store::on_both!(a_role_is_refused_what_is_not_its_own, migrations, async |db: Db| {
    let served = Served::start(db).await;
    for role in kernel::Role::ALL {
        let browser = served.person(role.name(), None, &[role]).await;
        let token = browser.csrf("/").await;
        for route in served.app.routes() {
            let Access::Roles(roles) = route.access else { continue };
            if roles.contains(&role) {
                continue;
            }
            let path = route.path.replace(['{', '}', '*'], "");
            let answer = browser
                .client
                .request(route.method.parse().unwrap(), format!("{}{path}", served.base))
                .header("x-csrf-token", &token)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 403, "{} as {}: {}", route.method, role.name(), route.path);
        }
    }
});

#[tokio::test]
async fn every_interface_route_is_described_and_every_described_one_exists() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let served = Served::start(test.db.clone()).await;
    let document = serde_json::to_value(served.app.openapi()).unwrap();
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|k| k.as_str() != "parameters") {
            described.push((method.to_uppercase(), path.clone()));
        }
    }
    let mut routes: Vec<(String, String)> = served
        .app
        .routes()
        .iter()
        .filter(|r| r.path.starts_with("/api/"))
        .map(|r| (r.method.to_owned(), r.path.to_owned()))
        .collect();
    described.sort();
    routes.sort();
    assert_eq!(routes, described);
}
