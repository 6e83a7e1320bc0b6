//! What happens around every request: who asks, in which language, with which token; and what becomes of an error.

use std::net::SocketAddr;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use kernel::{Error, ErrorKind, Lang, Result, Text};

use crate::cx::{Cx, Inner};
use crate::fail::{Fail, Failed, status};
use crate::page::{FLASH_COOKIE, Flash};
use crate::{App, csrf, session, ui};

/// The cookie that holds a session's secret.
pub(crate) const SESSION_COOKIE: &str = "yishu_session";
/// The cookie from which the token of a visitor without a session is derived.
const VISITOR_COOKIE: &str = "yishu_visitor";

const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

pub(crate) async fn frame(State(app): State<App>, mut req: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(req.headers());
    let cookie = |name: &str| jar.get(name).map(|c| c.value().to_owned());
    let headers = req.headers();
    let has = |name: &str| headers.contains_key(name);
    let lang = cookie("yishu_lang")
        .and_then(|l| l.parse().ok())
        .or_else(|| {
            // An interface has no switch to click: it names its language.
            let first = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            is_api(req.uri().path()).then(|| first.parse().ok()).flatten()
        })
        .unwrap_or(Lang::Zh);
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "))
        .map(|s| s.trim().to_owned());
    let (who, secret, trouble) = match identify(&app, bearer.as_deref(), cookie(SESSION_COOKIE)).await {
        Ok((who, secret)) => (who, secret, None),
        Err(e) => (None, None, Some(e)),
    };
    let mut visitor = cookie(VISITOR_COOKIE);
    let new_visitor = secret.is_none() && visitor.is_none() && bearer.is_none();
    if new_visitor {
        visitor = Some(session::random_secret());
    }
    let seed = secret.clone().or_else(|| visitor.clone()).unwrap_or_default();
    let cx = Cx(Arc::new(Inner {
        lang,
        who,
        csrf: csrf::token(&seed),
        path: req.uri().path().to_owned(),
        query: req.uri().query().unwrap_or("").to_owned(),
        came_from: came_from(&app, headers).map(|from| app.nearest(&from)),
        stood_on: std::sync::OnceLock::new(),
        form_token: std::sync::OnceLock::new(),
        htmx: has("hx-request"),
        ip: address(&app, &req),
        request: uuid::Uuid::now_v7().simple().to_string(),
        flash: cookie(FLASH_COOKIE).as_deref().and_then(Flash::read),
        safe: csrf::is_safe(req.method()),
        wants_problem: is_api(req.uri().path()) || has("hx-request") || prefers_json(headers),
        session: secret,
        app: app.clone(),
    }));
    req.extensions_mut().insert(cx.clone());
    let method = req.method().clone();
    let started = app.clock().now();

    let checked = match trouble {
        Some(e) => Err(e),
        None => admit(&cx, req, bearer.is_some()).await,
    };
    let mut response = match checked {
        Ok(req) => next.run(req).await,
        Err(e) => Fail(e).into_response(),
    };
    response = shape(&cx, response);

    let failed = response.status().is_server_error();
    app.count(failed);
    let millis = (app.clock().now() - started).num_milliseconds();
    tracing::info!(
        request = cx.request_id(),
        %method,
        path = cx.path(),
        status = response.status().as_u16(),
        millis,
        actor = cx.actor_name(),
        "answered"
    );
    seal(&cx, &mut response, visitor.filter(|_| new_visitor));
    response
}

/// Limits and tokens, before anything runs.
async fn admit(cx: &Cx, req: Request, bearer: bool) -> Result<Request> {
    if is_api(cx.path()) {
        let key = match cx.actor() {
            Some(a) => a.credential.map_or_else(|| a.name.clone(), |c| c.to_string()),
            None => cx.ip().map(|ip| ip.to_string()).unwrap_or_default(),
        };
        cx.app().api_limit().take(&key, cx.now())?;
    }
    csrf::without_nul(cx.query().as_bytes())?;
    let ended = cx.signed().is_err() && CookieJar::from_headers(req.headers()).get(SESSION_COOKIE).is_some();
    if bearer || csrf::is_safe(req.method()) {
        Ok(req)
    } else if cx.actor().is_none() && (is_api(cx.path()) || (ended && cx.path() != "/sign-in")) {
        // A system that forgot its credential is told so, and a person whose session ran out under an open page: not that
        // the page is too old.
        Err(Error::unauthenticated())
    } else {
        let (req, stood_on) = csrf::check(req, &cx.0.csrf, cx.app().settings().behind_proxy).await?;
        if let Some(page) = stood_on.filter(|page| cx.app().opens(page)) {
            let _ = cx.0.stood_on.set(page);
        }
        Ok(req)
    }
}

type Known = (Option<crate::Who>, Option<String>);

async fn identify(app: &App, bearer: Option<&str>, cookie: Option<String>) -> Result<Known> {
    if let Some(secret) = bearer {
        // A wrong credential is never mistaken for an anonymous visit.
        return match app.identify().by_secret(secret).await? {
            Some(who) => Ok((Some(who), None)),
            None => Err(Error::new(
                ErrorKind::Unauthenticated,
                "credential-unknown",
                Text::new(
                    "接口凭证无效或已吊销。请向本单位管理员索取新的凭证。",
                    "The API credential is unknown or was revoked. Ask your administrator for a new one.",
                ),
            )),
        };
    }
    let Some(secret) = cookie else { return Ok((None, None)) };
    let Some(user) = app.sessions().find(&secret, app.clock().now()).await? else { return Ok((None, None)) };
    let who = app.identify().by_account(user).await?;
    Ok(if who.is_some() { (who, Some(secret)) } else { (None, None) })
}

/// Path and query of the page that made the request, if it is one of this site.
fn came_from(app: &App, headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let forwarded = text("x-forwarded-host").filter(|_| app.settings().behind_proxy);
    let host = forwarded.or_else(|| text("host"))?;
    let (_, rest) = text("referer")?.split_once("://")?;
    let path = rest.strip_prefix(host)?;
    (path.starts_with('/') && !path.starts_with("//")).then(|| path.to_owned())
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    accept.contains("json") && !accept.contains("text/html")
}

fn address(app: &App, req: &Request) -> Option<std::net::IpAddr> {
    if app.settings().behind_proxy {
        // The last one was written by our own proxy; those before it by whoever asked.
        let forwarded = req.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
        if let Some(ip) = forwarded.and_then(|f| f.rsplit(',').next()).and_then(|ip| ip.trim().parse().ok()) {
            return Some(ip);
        }
    }
    req.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip())
}

/// A handler that panics is our fault, and only its own request's.
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Fail(Error::internal(format!("panic: {text}"))).into_response()
}

/// Gives an error its shape: the one place where that happens.
fn shape(cx: &Cx, response: Response) -> Response {
    let error = match response.extensions().get::<Failed>() {
        Some(Failed(e)) => Arc::clone(e),
        None if response.status().is_client_error() && !is_ours(&response) => {
            Arc::new(foreign(response.status()))
        }
        None => return response,
    };
    let code = match error.code() {
        "malformed" => response.status(),
        _ => status(error.kind()),
    };
    if code.is_server_error() {
        tracing::error!(request = cx.request_id(), error = ?error, "failed");
    } else {
        tracing::debug!(request = cx.request_id(), error = ?error, "refused");
    }
    if error.kind() == ErrorKind::Unauthenticated && !is_api(cx.path()) {
        let asked = || match cx.query() {
            "" => cx.path().to_owned(),
            query => format!("{}?{query}", cx.path()),
        };
        // After a form, back to the page that holds it.
        let back = cx.0.came_from.clone().filter(|_| !cx.0.safe || cx.htmx()).unwrap_or_else(asked);
        let to = format!("/sign-in?next={}", ui::encode(&back));
        if !cx.0.wants_problem {
            return Redirect::to(&to).into_response();
        }
        let mut response = problem(cx, &error, code);
        if let (true, Ok(to)) = (cx.htmx(), HeaderValue::from_str(&to)) {
            response.headers_mut().insert("hx-redirect", to);
        }
        return response;
    }
    if cx.0.wants_problem { problem(cx, &error, code) } else { error_page(cx, &error, code) }
}

/// Whether a handler gave the refusal its own page or document.
fn is_ours(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|t| t.starts_with("text/html") || t.contains("json") || t.contains("xml"))
}

/// A refusal by the HTTP library: a body that cannot be read, a method that does not exist.
fn foreign(status: StatusCode) -> Error {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(
            ErrorKind::TooLarge,
            "too-large",
            Text::new(
                "内容超过允许的大小。请分成几份再提交。",
                "The content is larger than allowed. Send it in several parts.",
            ),
        ),
        _ => Error::bad_input(
            "malformed",
            "请求的格式不正确，无法读取。请检查字段是否齐全、格式是否正确。",
            "The request cannot be read. Check that every field is there and well formed.",
        ),
    }
}

/// RFC 9457.
fn problem(cx: &Cx, e: &Error, code: StatusCode) -> Response {
    let body = serde_json::json!({
        "type": format!("/errors#{}", e.code()),
        "title": cx.t(kind_key(e.kind())),
        "status": code.as_u16(),
        "code": e.code(),
        "detail": e.text().get(cx.lang()),
        "instance": cx.request_id(),
    });
    let mut response =
        (code, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
    if code == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

const fn kind_key(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::BadInput => "error-bad-input",
        ErrorKind::Unauthenticated => "error-unauthenticated",
        ErrorKind::Forbidden => "error-forbidden",
        ErrorKind::NotFound => "error-not-found",
        ErrorKind::Conflict => "error-conflict",
        ErrorKind::TooLarge => "error-too-large",
        ErrorKind::RateLimited => "error-rate-limited",
        ErrorKind::Unavailable => "error-unavailable",
        ErrorKind::Internal => "error-internal",
    }
}

#[derive(Template)]
#[template(path = "shell/error.html")]
struct ErrorPage<'a> {
    cx: Cx,
    title: String,
    text: &'a str,
    code: &'a str,
    status: u16,
}

/// The same in the frame of the public site, which leads back to it and not to the sign-in.
#[derive(Template)]
#[template(path = "shell/public_error.html")]
struct PublicErrorPage<'a> {
    cx: Cx,
    title: String,
    text: &'a str,
    code: &'a str,
    status: u16,
}

fn error_page(cx: &Cx, e: &Error, code: StatusCode) -> Response {
    let (title, text) = (cx.t(kind_key(e.kind())), e.text().get(cx.lang()));
    let (cx, status) = (cx.clone(), code.as_u16());
    let public = cx.path() == "/public" || cx.path().starts_with("/public/");
    let page = match public {
        true => PublicErrorPage { cx, title, text, code: e.code(), status }.render(),
        false => ErrorPage { cx, title, text, code: e.code(), status }.render(),
    };
    match page {
        Ok(html) => (code, Html(html)).into_response(),
        Err(_) => (code, text.to_owned()).into_response(),
    }
}

/// Security headers and cookies on the way out.
fn seal(cx: &Cx, response: &mut Response<Body>, visitor: Option<String>) {
    let html =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("x-frame-options", "DENY");
    set("cross-origin-opener-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    if cx.app().settings().secure_cookies {
        set("strict-transport-security", "max-age=31536000");
    }
    set("cache-control", "no-store");
    if let Ok(id) = HeaderValue::from_str(cx.request_id()) {
        headers.insert("x-request-id", id);
    }
    let mut cookie = |text: String| {
        if let Ok(v) = HeaderValue::from_str(&text) {
            headers.append(header::SET_COOKIE, v);
        }
    };
    let secure = if cx.app().settings().secure_cookies { "; Secure" } else { "" };
    if let (true, Some(visitor)) = (html, visitor) {
        cookie(format!("{VISITOR_COOKIE}={visitor}; Path=/; HttpOnly; SameSite=Lax{secure}"));
    }
    if html && !cx.htmx() && cx.flash().is_some() {
        cookie(format!("{FLASH_COOKIE}=; Path=/; Max-Age=0"));
    }
}

impl Cx {
    /// `Set-Cookie` for a session just opened.
    #[must_use]
    pub fn session_cookie(&self, secret: &str) -> String {
        let secure = if self.app().settings().secure_cookies { "; Secure" } else { "" };
        format!("{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}")
    }

    /// `Set-Cookie` for a session just ended.
    #[must_use]
    pub fn no_session_cookie(&self) -> String {
        format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    }
}
