//! The frame around handlers that go wrong, large bodies, and parts for htmx.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Form, Multipart, Path};
use axum::http::{Request, Response, StatusCode};
use kernel::{Actor, Clock, Error, Result, UserId};
use serde::Deserialize;
use shell::{Access, App, Cx, Flash, Identify, Module, Reply, Routes, Settings, Who, redirect};
use store::MigrationTrait;
use store::testing::{HandClock, TestDb};
use tower::ServiceExt;

fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [store::migrations(), shell::migrations()].into_iter().flatten().collect()
}

struct Anyone;

#[async_trait::async_trait]
impl Identify for Anyone {
    async fn by_account(&self, _: UserId) -> Result<Option<Who>> {
        Ok(Some(Who { actor: Actor::system(), must_change_password: false }))
    }

    async fn by_secret(&self, secret: &str) -> Result<Option<Who>> {
        Ok((secret == "right").then(|| Who { actor: Actor::system(), must_change_password: false }))
    }
}

#[derive(Deserialize)]
struct Amount {
    amount: u32,
}

async fn upload(mut parts: Multipart) -> Reply<String> {
    let mut names = Vec::new();
    while let Some(field) = parts.next_field().await.map_err(Error::internal)? {
        let name = field.name().unwrap_or_default().to_owned();
        let size = field.bytes().await.map_err(Error::internal)?.len();
        names.push(format!("{name}:{size}"));
    }
    Ok(names.join(","))
}

async fn frame() -> (App, Router, HandClock) {
    let routes = Routes::new()
        .get("/panics", Access::Public, || async {
            if true {
                panic!("out of cheese")
            }
        })
        .get("/internal", Access::Public, || async {
            Reply::<()>::Err(Error::internal("secret detail").into())
        })
        .get("/api/v1/gone", Access::Public, || async {
            Reply::<()>::Err(Error::not_found("资源", "resource").into())
        })
        .post("/api/v1/rows", Access::Signed, |body: String| async move { body.len().to_string() })
        .post_large("/api/v1/files", Access::Signed, 3 * 1024 * 1024, |body: String| async move {
            body.len().to_string()
        })
        .get("/number/{n}", Access::Public, |Path(n): Path<u32>| async move { n.to_string() })
        .get("/form", Access::Public, || async { "form" })
        .post("/form", Access::Public, |cx: Cx, Form(f): Form<Amount>| async move {
            redirect(&cx, "/number/1", Some(Flash::ok(format!("已收 {}", f.amount))))
        })
        .post("/number/{n}/double", Access::Public, |cx: Cx| async move {
            // A refused form, which comes back with its page.
            (StatusCode::BAD_REQUEST, axum::response::Html(format!("{}|{}", cx.csrf(), cx.language_switch())))
        })
        .post("/upload", Access::Public, upload);
    let module = Module::new("test", ("test-a = 甲 { $n } 条", "test-a = { $n } rows"), routes);
    // The folder must outlive the test; the system clears its temporary files.
    let test = Box::leak(Box::new(TestDb::sqlite(migrations).await));
    let clock = HandClock::new();
    let (app, router) = App::build(
        test.db.clone(),
        Arc::new(clock.clone()),
        Arc::new(Anyone),
        Settings::default(),
        vec![module],
    )
    .unwrap();
    (app, router, clock)
}

async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.unwrap()
}

async fn get(router: &Router, path: &str) -> Response<Body> {
    send(router, Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap()).await
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 10_000_000).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn our_own_faults_give_a_number_and_nothing_else() {
    let (_, router, _) = frame().await;
    for path in ["/panics", "/internal"] {
        let response = get(&router, path).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let number = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let page = text(response).await;
        assert!(page.contains(&number) && page.contains("系统内部出错"), "{page}");
        assert!(!page.contains("cheese") && !page.contains("secret"), "{page}");
    }
    let metrics = text(get(&router, "/metrics").await).await;
    assert!(metrics.contains("yishu_http_failures_total 2"), "{metrics}");
}

#[tokio::test]
async fn what_the_http_library_refuses_gets_our_shape_too() {
    let (_, router, _) = frame().await;
    let number = get(&router, "/number/many").await;
    assert_eq!(number.status(), StatusCode::BAD_REQUEST);
    assert!(text(number).await.contains("malformed"));
    let nowhere = get(&router, "/nowhere").await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    assert!(text(nowhere).await.contains("找不到页面"));
    let gone = get(&router, "/api/v1/gone").await;
    assert_eq!(
        (gone.status(), gone.headers()["content-type"].to_str().unwrap()),
        (StatusCode::NOT_FOUND, "application/problem+json")
    );
    // htmx wants a document it can show in the corner, not a page.
    let request = Request::get("/internal").header("hx-request", "true").body(Body::empty()).unwrap();
    let part = send(&router, request).await;
    assert_eq!(part.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn bodies_are_limited_where_nothing_else_is_said() {
    let (_, router, _) = frame().await;
    let post = async |path: &str, size: usize| {
        let request = Request::post(path)
            .header("authorization", "Bearer right")
            .header("content-type", "text/plain")
            .body(Body::from("x".repeat(size)))
            .unwrap();
        send(&router, request).await
    };
    assert_eq!(post("/api/v1/rows", 2_000_000).await.status(), StatusCode::OK);
    let large = post("/api/v1/rows", 2_200_000).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(text(large).await.contains("\"code\":\"too-large\""));
    assert_eq!(post("/api/v1/files", 3_000_000).await.status(), StatusCode::OK);
    assert_eq!(post("/api/v1/files", 3_200_000).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

/// The cookie and the token of a visitor's page.
async fn visit(router: &Router) -> (String, String) {
    let page = get(router, "/nowhere").await;
    let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let html = text(page).await;
    let token =
        html.split("name=\"csrf-token\" content=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (cookie, token)
}

#[tokio::test]
async fn a_refused_form_leads_back_to_itself_and_nowhere_else() {
    let (_, router, _) = frame().await;
    let (cookie, token) = visit(&router).await;
    let refused = async |from: &str| {
        let request = Request::post("/form")
            .header("host", "yishu.test")
            .header("referer", from)
            .header("accept", "text/html")
            .header("cookie", &cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        // Nothing but the token: the amount is missing.
        let answer = send(&router, request.body(Body::from(format!("_csrf={token}"))).unwrap()).await;
        assert!(answer.status().is_client_error(), "{}", answer.status());
        text(answer).await
    };
    let own = refused("https://yishu.test/form").await;
    assert!(own.contains("href=\"/form\"") && own.contains("返回上一页修改"), "{own}");
    assert!(!refused("https://evil.test/form").await.contains("返回上一页"));
}

#[tokio::test]
async fn a_form_refused_again_and_again_still_leads_to_the_page_it_stood_on() {
    let (_, router, _) = frame().await;
    let (cookie, first) = visit(&router).await;
    let refused = async |from: Option<&str>, token: &str, multipart: bool| {
        let mut request =
            Request::post("/number/7/double").header("host", "yishu.test").header("cookie", &cookie);
        if let Some(from) = from {
            request = request.header("referer", format!("https://yishu.test{from}"));
        }
        let (kind, body) = match multipart {
            true => (
                "multipart/form-data; boundary=b",
                format!("--b\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--b--\r\n"),
            ),
            false => ("application/x-www-form-urlencoded", format!("_csrf={token}")),
        };
        let answer =
            send(&router, request.header("content-type", kind).body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let shown = text(answer).await;
        let (token, switch) = shown.split_once('|').unwrap();
        (token.to_owned(), switch.to_owned())
    };
    let page = "/language/en?back=/form%3Fpart%3Da";
    let (token, switch) = refused(Some("/form?part=a"), &first, false).await;
    assert_eq!(switch, page);
    // From now on the form is sent from an address that nobody can open.
    let (token, switch) = refused(Some("/number/7/double"), &token, true).await;
    assert_eq!(switch, page);
    let (_, switch) = refused(Some("/number/7/double"), &token, false).await;
    assert_eq!(switch, page);
    // Whoever brings nothing of the page is led to the nearest that can be opened.
    for from in [Some("/number/7/double"), None] {
        let (_, switch) = refused(from, &first, false).await;
        assert_eq!(switch, "/language/en?back=/number/7", "{from:?}");
    }
    // A page that no route shows is not believed.
    let forged = format!("{first}.{}", hex::encode("//evil.test"));
    let (_, switch) = refused(Some("/form"), &forged, false).await;
    assert_eq!(switch, "/language/en?back=/form");
}

#[tokio::test]
async fn a_message_is_shown_once_on_the_next_page() {
    let (_, router, _) = frame().await;
    let (cookie, token) = visit(&router).await;
    let form = |htmx: bool| {
        let mut request = Request::post("/form")
            .header("cookie", &cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        if htmx {
            request = request.header("hx-request", "true");
        }
        request.body(Body::from(format!("_csrf={token}&amount=7"))).unwrap()
    };
    let answer = send(&router, form(false)).await;
    assert_eq!(
        (answer.status(), answer.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/number/1")
    );
    let flash = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let request =
        Request::get("/nowhere").header("cookie", format!("{cookie}; {flash}")).body(Body::empty()).unwrap();
    let next = send(&router, request).await;
    assert!(next.headers()["set-cookie"].to_str().unwrap().contains("yishu_flash=; Path=/; Max-Age=0"));
    let answer = send(&router, form(true)).await;
    assert_eq!(
        (answer.status(), answer.headers()["hx-redirect"].to_str().unwrap()),
        (StatusCode::OK, "/number/1")
    );
}

#[tokio::test]
async fn a_file_arrives_whole_behind_its_token() {
    let (_, router, _) = frame().await;
    let (cookie, token) = visit(&router).await;
    let file = "1,2,3\n".repeat(200_000);
    let upload = |token: &str| {
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}{}--b--\r\n", part("_csrf", token), part("file", &file));
        Request::post("/upload")
            .header("cookie", &cookie)
            .header("content-type", "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap()
    };
    let answer = send(&router, upload(&token)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(text(answer).await, "_csrf:64,file:1200000");
    assert_eq!(send(&router, upload("wrong")).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_wrong_credential_is_not_an_anonymous_visit() {
    let (_, router, _) = frame().await;
    let request =
        Request::get("/number/1").header("authorization", "Bearer wrong").body(Body::empty()).unwrap();
    let answer = send(&router, request).await;
    assert_ne!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn numbers_in_texts_are_separated_and_a_missing_text_shows_its_key() {
    let (app, _, clock) = frame().await;
    let texts = app.messages();
    assert_eq!(texts.get(kernel::Lang::Zh, "test-a", &[("n", 1_234_567_i64.into())]), "甲 1,234,567 条");
    assert_eq!(texts.get(kernel::Lang::En, "test-a", &[("n", 5_i64.into())]), "5 rows");
    assert_eq!(texts.get(kernel::Lang::En, "no-such-text", &[]), "no-such-text");
    assert_eq!(clock.today().to_string(), "2026-01-05");
}

#[tokio::test]
async fn two_crates_may_not_use_one_key() {
    let test = TestDb::sqlite(migrations).await;
    let twice = || Module::new("x", ("product = 甲", "product = A"), Routes::new());
    let built = App::build(
        test.db.clone(),
        Arc::new(HandClock::new()),
        Arc::new(Anyone),
        Settings::default(),
        vec![twice()],
    );
    assert_eq!(built.err().unwrap().code(), "internal");
}
