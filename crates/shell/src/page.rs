//! Pages, their parts, and what comes after a form.

use askama::Template;
use axum::http::header::{HeaderName, HeaderValue, SET_COOKIE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Error;

use crate::{Cx, Reply};

/// A rendered template.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match page(&self.0) {
            Ok(r) => r,
            Err(e) => e.into_response(),
        }
    }
}

/// Renders a page.
///
/// # Errors
/// When the template cannot be rendered.
pub fn page(template: &impl Template) -> Reply {
    Ok(Html(template.render().map_err(Error::internal)?).into_response())
}

/// A page that holds the very struct htmx also gets: `{{ part|safe }}` in its template.
pub trait WithPart: Template {
    /// The part.
    type Part: Template;
    /// The part of this page.
    fn part(&self) -> &Self::Part;
}

/// The part when htmx asks, else the whole page.
///
/// # Errors
/// When the template cannot be rendered.
pub fn page_or_part<P: WithPart>(cx: &Cx, whole: &P) -> Reply {
    if cx.htmx() { page(whole.part()) } else { page(whole) }
}

/// A message shown once, on the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// `ok`, `warn` or `error`; the class of the notice.
    pub kind: &'static str,
    /// The text, in the reader's language.
    pub text: String,
}

pub(crate) const FLASH_COOKIE: &str = "yishu_flash";

impl Flash {
    /// Done.
    #[must_use]
    pub fn ok(text: impl Into<String>) -> Self {
        Self { kind: "ok", text: text.into() }
    }

    /// Done, but.
    #[must_use]
    pub fn warn(text: impl Into<String>) -> Self {
        Self { kind: "warn", text: text.into() }
    }

    /// Not done.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { kind: "error", text: text.into() }
    }

    fn cookie(&self) -> String {
        let text: String = self.text.chars().take(500).collect();
        format!(
            "{FLASH_COOKIE}={}.{}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60",
            self.kind,
            URL_SAFE_NO_PAD.encode(text)
        )
    }

    pub(crate) fn read(cookie: &str) -> Option<Self> {
        let (kind, text) = cookie.split_once('.')?;
        let kind = ["ok", "warn", "error"].into_iter().find(|k| *k == kind)?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        Some(Self { kind, text })
    }
}

/// Goes to another page after a form, with a message there. For htmx too.
#[must_use]
pub fn redirect(cx: &Cx, to: &str, flash: Option<Flash>) -> Response {
    let mut response = if cx.htmx() {
        let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
        ([(HeaderName::from_static("hx-redirect"), to)], ()).into_response()
    } else {
        Redirect::to(to).into_response()
    };
    if let Some(cookie) = flash.and_then(|f| HeaderValue::from_str(&f.cookie()).ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The fields of a form in their order, several of one name kept; for forms with fields of several values.
#[must_use]
pub fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}
