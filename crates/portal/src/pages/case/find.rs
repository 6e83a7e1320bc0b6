//! `GET /public/cases`: follow a case by its code, or find the record to object to; `POST` opens the case of a code.

use askama::Template;
use axum::extract::{Form, State as Shared};
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use kernel::Result;
use serde::Deserialize;
use shell::ui::TableState;
use shell::{Cx, Reply, page, redirect};

use super::{GUESSES, visitor};
use crate::actions::case::{FoundPublic, follow_case, search};
use crate::context::Portal;

/// A record found.
pub(super) struct Found {
    pub id: String,
    /// The id under which the public sees it.
    pub public: String,
    pub document: String,
    pub subject: String,
    pub resource: String,
    pub decided: String,
    pub repairable: bool,
}

#[derive(Template)]
#[template(path = "portal/case_find.html")]
struct Find {
    cx: Cx,
    asked: String,
    found: Vec<Found>,
}

/// Public records by a document number.
pub(super) async fn found(cx: &Cx, portal: &Portal, asked: &str) -> Result<Vec<Found>> {
    if asked.trim().is_empty() {
        return Ok(Vec::new());
    }
    let records = search(portal, asked).await?;
    let line = |FoundPublic { record: r, seen }: FoundPublic| Found {
        id: r.id.to_string(),
        public: seen.public_id.to_string(),
        subject: seen.subject,
        resource: match portal.intake.packs.resource(&r.resource) {
            Some((_, known)) => known.title.get(cx.lang()).to_owned(),
            None => r.resource.clone(),
        },
        decided: cx.date(r.decision_date),
        repairable: seen.repairable,
        document: seen.document,
    };
    Ok(records.into_iter().map(line).collect())
}

/// `GET /public/cases`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>) -> Reply {
    portal.limits.page(&cx)?;
    let asked = TableState::read(&cx, &[""]).filter("q").to_owned();
    let found = found(&cx, &portal, &asked).await?;
    page(&Find { cx: cx.clone(), asked, found })
}

/// The cookie that holds the code while the applicant looks.
pub(super) const COOKIE: &str = "yishu_case";
/// For how long, in seconds.
const HALF_HOUR: u32 = 1_800;

/// Sets the cookie, or takes it away.
pub(super) fn with_code(cx: &Cx, mut response: Response, code: Option<&str>) -> Response {
    let secure = if cx.app().settings().secure_cookies { "; Secure" } else { "" };
    let (value, age) = code.map_or(("", 0), |c| (c, HALF_HOUR));
    let cookie =
        format!("{COOKIE}={value}; Path=/public/cases; HttpOnly; SameSite=Strict; Max-Age={age}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A code as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
}

/// `POST /public/cases`
pub async fn open(cx: Cx, Shared(portal): Shared<Portal>, Form(typed): Form<Typed>) -> Reply<Response> {
    let from = visitor(&cx);
    GUESSES.take(&from, cx.now())?;
    follow_case(&portal, &typed.code).await?;
    GUESSES.give_back(&from);
    // A cookie holds letters, digits and hyphens only: what was typed has passed as a code.
    let code: String = typed.code.chars().filter(char::is_ascii_alphanumeric).collect();
    Ok(with_code(&cx, redirect(&cx, "/public/cases/mine", None), Some(&code)))
}

/// `POST /public/cases/leave`
pub async fn leave(cx: Cx) -> Reply<Response> {
    Ok(with_code(&cx, redirect(&cx, "/public/cases", None), None))
}
