//! The context of a page: who asks, in which language, from where.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use kernel::{Actor, Error, Lang, Role};

use crate::app::App;
use crate::messages::Arg;
use crate::module::{NavItem, Who};
use crate::page::Flash;
use crate::{Fail, csrf, ui};

/// Longest address that a token carries, so that it is found at the beginning of any form.
const LONGEST_CARRIED: usize = 4_000;

/// The context of a page (页面上下文), an extractor and the field `cx` of every page template. Cheap to clone.
#[derive(Clone)]
pub struct Cx(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) app: App,
    pub(crate) lang: Lang,
    pub(crate) who: Option<Who>,
    /// The session's secret, when there is one.
    pub(crate) session: Option<String>,
    pub(crate) csrf: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// The page of this site on which the request was made, or the nearest above it that can be opened.
    pub(crate) came_from: Option<String>,
    /// The page on which the form stood first, where it was sent from a page that answered it before.
    pub(crate) stood_on: OnceLock<String>,
    /// The token of forms on a page that answers a form.
    pub(crate) form_token: OnceLock<String>,
    pub(crate) htmx: bool,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) request: String,
    pub(crate) flash: Option<Flash>,
    pub(crate) wants_problem: bool,
    /// Whether the request only reads.
    pub(crate) safe: bool,
}

impl Cx {
    /// The application.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// The language of the reader.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// Who is signed in.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.0.who.as_ref().map(|w| &w.actor)
    }

    /// Who is signed in, or 401.
    ///
    /// # Errors
    /// [`kernel::ErrorKind::Unauthenticated`]
    pub fn signed(&self) -> kernel::Result<&Actor> {
        self.actor().ok_or_else(Error::unauthenticated)
    }

    /// The name shown in the top bar.
    #[must_use]
    pub fn actor_name(&self) -> &str {
        self.actor().map_or("", |a| a.name.as_str())
    }

    /// Whether one of the roles is held, for showing or hiding a button. The use case decides again.
    #[must_use]
    pub fn can(&self, roles: &[Role]) -> bool {
        self.actor().is_some_and(|a| a.is_any(roles))
    }

    /// Whether a person is signed in.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.0.who.is_some()
    }

    pub(crate) fn must_change_password(&self) -> bool {
        self.0.who.as_ref().is_some_and(|w| w.must_change_password)
    }

    /// The secret of this session, to end it.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.0.session.as_deref()
    }

    /// The token for `<input type="hidden" name="_csrf">`, which stands first in every form.
    #[must_use]
    pub fn csrf(&self) -> &str {
        match self.came_from() {
            // A form that is refused comes again from the address of the refusal, which nobody can open.
            Some(page) if self.is_form() && page.len() <= LONGEST_CARRIED => {
                self.0.form_token.get_or_init(|| csrf::carrying(&self.0.csrf, page))
            }
            _ => &self.0.csrf,
        }
    }

    /// The path asked for.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The query string asked with, without `?`.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.0.query
    }

    /// The address of this site as the reader wrote it, without a slash at the end: for links in files, which are opened elsewhere.
    #[must_use]
    pub fn site(&self, headers: &HeaderMap) -> String {
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let proxied = self.app().settings().behind_proxy;
        let host =
            text("x-forwarded-host").filter(|_| proxied).or_else(|| text("host")).unwrap_or("localhost");
        let secure =
            self.app().settings().secure_cookies || (proxied && text("x-forwarded-proto") == Some("https"));
        let host: String =
            host.chars().filter(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(*c)).collect();
        format!("{}://{host}", if secure { "https" } else { "http" })
    }

    /// The page of this site on which the request was made; one that asked for itself is no way back, but a form that posts to its
    /// own address is.
    #[must_use]
    pub fn came_from(&self) -> Option<&str> {
        if let Some(page) = self.0.stood_on.get() {
            return Some(page);
        }
        self.0.came_from.as_deref().filter(|from| !self.0.safe || *from != self.0.path)
    }

    /// Whether a form was sent, rather than a page asked for.
    #[must_use]
    pub fn is_form(&self) -> bool {
        !self.0.safe
    }

    /// Whether htmx asks, and so a part of the page is enough.
    #[must_use]
    pub fn htmx(&self) -> bool {
        self.0.htmx
    }

    /// Whence the request came.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.ip
    }

    /// The number of this request in the log; an error page shows it.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.0.request
    }

    /// The message left by the request before.
    #[must_use]
    pub fn flash(&self) -> Option<&Flash> {
        self.0.flash.as_ref()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.app.clock().now()
    }

    /// The text for a key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.ta(key, &[])
    }

    /// The text for a key with one value.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl Into<Arg>) -> String {
        self.ta(key, &[(name, value.into())])
    }

    /// The text for a key with two values.
    #[must_use]
    pub fn t2(
        &self,
        key: &str,
        name: &str,
        value: impl Into<Arg>,
        name2: &str,
        value2: impl Into<Arg>,
    ) -> String {
        self.ta(key, &[(name, value.into()), (name2, value2.into())])
    }

    /// The text for a key with its values.
    #[must_use]
    pub fn ta(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.0.app.messages().get(self.0.lang, key, args)
    }

    /// The reader's half of a bilingual text.
    #[must_use]
    pub fn text<'a>(&self, text: &'a kernel::Text) -> &'a str {
        text.get(self.0.lang)
    }

    /// The name of a role.
    #[must_use]
    pub fn role(&self, role: &Role) -> String {
        self.t(&format!("role-{}", role.name()))
    }

    /// A count with thousands separators.
    #[must_use]
    pub fn num(&self, n: impl Count) -> String {
        n.count().map_or_else(|| "∞".to_owned(), ui::thousands)
    }

    /// A share as per cent with one decimal, `–` of nothing.
    #[must_use]
    pub fn percent(&self, part: impl Count, whole: impl Count) -> String {
        match (part.count(), whole.count()) {
            (Some(part), Some(whole)) if whole > 0 => ui::share(part, whole),
            _ => "–".to_owned(),
        }
    }

    /// A day.
    #[must_use]
    pub fn date(&self, day: impl Into<NaiveDate>) -> String {
        day.into().format("%Y-%m-%d").to_string()
    }

    /// An instant in Beijing time, to the minute.
    #[must_use]
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        beijing_time(at)
    }

    /// Like [`Cx::time`], `–` for never.
    #[must_use]
    pub fn time_or_dash(&self, at: &Option<DateTime<Utc>>) -> String {
        at.as_ref().map_or_else(|| "–".to_owned(), |at| self.time(at))
    }

    /// The address of a file of `web/dist`.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        self.0.app.assets().of(name)
    }

    /// The navigation for the reader: groups with their items.
    #[must_use]
    pub fn nav(&self) -> Vec<(&'static str, Vec<NavItem>)> {
        let mut groups: Vec<(&'static str, Vec<NavItem>)> = Vec::new();
        let Some(actor) = self.actor() else { return groups };
        for item in self.0.app.nav() {
            if !item.roles.is_empty() && !actor.is_any(item.roles) {
                continue;
            }
            match groups.iter_mut().find(|(g, _)| *g == item.group) {
                Some((_, items)) => items.push(*item),
                None => groups.push((item.group, vec![*item])),
            }
        }
        groups
    }

    /// Whether the page lies under a place of the navigation, and under no narrower one.
    #[must_use]
    pub fn is_here(&self, href: &&'static str) -> bool {
        let path = self.path();
        let under = |href: &str| {
            path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
        };
        let narrower = |other: &NavItem| other.href.len() > href.len() && under(other.href);
        under(href) && !self.0.app.nav().iter().any(narrower)
    }

    /// Where the switch to the other language leads: the same page, or the one that holds the form this page answers.
    #[must_use]
    pub fn language_switch(&self) -> String {
        let other = if self.lang() == Lang::Zh { "en" } else { "zh" };
        let back = match self.came_from() {
            Some(from) if !self.0.safe => from.to_owned(),
            None if !self.0.safe => self.app().nearest(self.path()),
            _ if self.query().is_empty() => self.path().to_owned(),
            _ => format!("{}?{}", self.path(), self.query()),
        };
        format!("/language/{other}?back={}", ui::encode(&back))
    }
}

impl Display for Cx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.request)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Cx {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Fail(Error::internal("a route stands outside the frame")))
    }
}

/// The actor, or 401.
pub struct Signed(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, s: &S) -> Result<Self, Fail> {
        let cx = Cx::from_request_parts(parts, s).await?;
        Ok(Self(cx.signed()?.clone()))
    }
}

/// A count as a template hands it over: by value or by reference.
pub trait Count {
    /// The count, unless it is beyond `i64`.
    fn count(self) -> Option<i64>;
}

macro_rules! counts {
    ($($t:ty),*) => {$(
        impl Count for $t {
            fn count(self) -> Option<i64> {
                i64::try_from(self).ok()
            }
        }

        impl Count for &$t {
            fn count(self) -> Option<i64> {
                i64::try_from(*self).ok()
            }
        }
    )*};
}

counts!(i32, i64, u32, u64, usize);

/// An instant in Beijing, to the minute.
#[must_use]
pub fn beijing_time(at: &DateTime<Utc>) -> String {
    match FixedOffset::east_opt(8 * 3600) {
        Some(beijing) => at.with_timezone(&beijing).format("%Y-%m-%d %H:%M").to_string(),
        None => at.to_rfc3339(),
    }
}
