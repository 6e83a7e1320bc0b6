//! The application: what every page needs, and the router made of all modules.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query};
use axum::http::header::SET_COOKIE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router};
use kernel::{Clock, Error, Lang, Result};
use serde::Deserialize;
use store::Db;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApiBuilder};

use crate::assets::Addresses;
use crate::limit::{Limiter, Rate};
use crate::messages::Messages;
use crate::module::{Access, Identify, Module, NavItem, Route, Routes};
use crate::session::Sessions;
use crate::{Card, Cx, Fail, Reply, assets, frame, home};

/// How the frame is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Cookies go over HTTPS only. On where the city's proxy speaks HTTPS.
    pub secure_cookies: bool,
    /// Believe `X-Forwarded-For` of the proxy in front.
    pub behind_proxy: bool,
    /// Requests to the API for one credential or address.
    pub api_rate: Rate,
    /// Attempts to sign in for one name.
    pub sign_in_rate: Rate,
    /// Failed attempts to sign in from one address. A whole office may share one, so it is far more.
    pub address_rate: Rate,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secure_cookies: false,
            behind_proxy: false,
            api_rate: Rate { burst: 400.0, per_second: 200.0 },
            sign_in_rate: Rate { burst: 10.0, per_second: 1.0 / 30.0 },
            address_rate: Rate { burst: 100.0, per_second: 0.5 },
        }
    }
}

/// The application (应用). Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    identify: Arc<dyn Identify>,
    settings: Settings,
    messages: Messages,
    nav: Vec<NavItem>,
    cards: Vec<Card>,
    sessions: Sessions,
    api_limit: Limiter,
    sign_in_limit: Limiter,
    address_limit: Limiter,
    assets: Addresses,
    routes: Vec<Route>,
    openapi: utoipa::openapi::OpenApi,
    requests: std::sync::atomic::AtomicU64,
    failures: std::sync::atomic::AtomicU64,
}

impl App {
    /// Puts the modules together: the application, and the router to serve.
    ///
    /// # Errors
    /// When a message catalogue cannot be read.
    pub fn build(
        db: Db,
        clock: Arc<dyn Clock>,
        identify: Arc<dyn Identify>,
        settings: Settings,
        modules: Vec<Module>,
    ) -> Result<(Self, Router)> {
        let mut modules = modules;
        modules.insert(0, own());
        let messages = Messages::new(modules.iter().map(|m| m.locales))?;
        let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        let mut openapi = OpenApiBuilder::new()
            .info(Info::new("Yishu 一数", env!("CARGO_PKG_VERSION")))
            .components(Some(ComponentsBuilder::new().security_scheme("credential", bearer).build()))
            .security(Some([SecurityRequirement::new("credential", Vec::<String>::new())]))
            .build();
        let (mut router, mut routes, mut nav, mut cards) =
            (Router::new(), Vec::new(), Vec::new(), Vec::new());
        for module in modules {
            let (part, list) = module.routes.into_parts();
            router = router.merge(part);
            routes.extend(list);
            nav.extend(module.nav);
            cards.extend(module.cards);
            if let Some(part) = module.openapi {
                openapi.merge(part);
            }
        }
        let app = Self(Arc::new(Inner {
            sessions: Sessions::new(db.clone()),
            api_limit: Limiter::new(settings.api_rate),
            sign_in_limit: Limiter::new(settings.sign_in_rate),
            address_limit: Limiter::new(settings.address_rate),
            assets: Addresses::new(),
            requests: 0.into(),
            failures: 0.into(),
            db,
            clock,
            identify,
            settings,
            messages,
            nav,
            cards,
            routes,
            openapi,
        }));
        let router = router
            .fallback(|| async { Fail(Error::not_found("页面", "page")) })
            .layer(DefaultBodyLimit::max(2 * 1024 * 1024))
            .layer(CatchPanicLayer::custom(frame::panicked))
            .layer(from_fn_with_state(app.clone(), frame::frame))
            .layer(CompressionLayer::new());
        Ok((app, router))
    }

    /// The control database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The time.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The sessions.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// The texts.
    #[must_use]
    pub fn messages(&self) -> &Messages {
        &self.0.messages
    }

    /// Settings of the frame.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The limit on failed attempts to sign in from one address.
    #[must_use]
    pub fn address_limit(&self) -> &Limiter {
        &self.0.address_limit
    }

    /// The limit on attempts to sign in with one name.
    #[must_use]
    pub fn sign_in_limit(&self) -> &Limiter {
        &self.0.sign_in_limit
    }

    /// Every route with its access, for tests that walk them.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.0.routes
    }

    /// Whether an address of this site can be opened: some route shows it.
    pub(crate) fn opens(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let mut shown = self.0.routes.iter().filter(|r| r.method == "GET");
        local_path(path) == path && shown.any(|r| matches(r.path, path))
    }

    /// The address, or where it can only be sent to the nearest above it that can be opened.
    pub(crate) fn nearest(&self, address: &str) -> String {
        if self.opens(address) {
            return address.to_owned();
        }
        let mut path = address.split(['?', '#']).next().unwrap_or_default();
        while let Some((above, _)) = path.rsplit_once('/') {
            if !above.is_empty() && self.opens(above) {
                return above.to_owned();
            }
            path = above;
        }
        "/".to_owned()
    }

    /// The OpenAPI document of all capabilities.
    #[must_use]
    pub fn openapi(&self) -> &utoipa::openapi::OpenApi {
        &self.0.openapi
    }

    pub(crate) fn identify(&self) -> &dyn Identify {
        &*self.0.identify
    }

    pub(crate) fn api_limit(&self) -> &Limiter {
        &self.0.api_limit
    }

    pub(crate) fn nav(&self) -> &[NavItem] {
        &self.0.nav
    }

    pub(crate) fn cards(&self) -> &[Card] {
        &self.0.cards
    }

    pub(crate) fn assets(&self) -> &Addresses {
        &self.0.assets
    }

    pub(crate) fn count(&self, failed: bool) {
        use std::sync::atomic::Ordering::Relaxed;
        self.0.requests.fetch_add(1, Relaxed);
        if failed {
            self.0.failures.fetch_add(1, Relaxed);
        }
    }
}

/// The frame's own routes.
fn own() -> Module {
    let routes = Routes::new()
        .get("/", Access::Signed, home::home)
        .get("/assets/{*name}", Access::Public, assets::asset)
        .get("/favicon.svg", Access::Public, assets::favicon)
        .get("/language/{lang}", Access::Public, language)
        .get("/healthz", Access::Public, healthz)
        .get("/metrics", Access::Public, metrics)
        .get("/openapi.json", Access::Public, openapi);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("shell", locales, routes);
    module.nav = vec![NavItem { group: "nav-work", label: "nav-home", href: "/", roles: &[] }];
    module
}

async fn healthz(cx: Cx) -> Reply<&'static str> {
    cx.app().db().ping().await?;
    Ok("ok\n")
}

async fn metrics(cx: Cx) -> String {
    use std::sync::atomic::Ordering::Relaxed;
    format!(
        "# TYPE yishu_http_requests_total counter\nyishu_http_requests_total {}\n\
         # TYPE yishu_http_failures_total counter\nyishu_http_failures_total {}\n",
        cx.app().0.requests.load(Relaxed),
        cx.app().0.failures.load(Relaxed)
    )
}

async fn openapi(cx: Cx) -> Json<utoipa::openapi::OpenApi> {
    Json(cx.app().openapi().clone())
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

async fn language(Path(lang): Path<String>, Query(Back { back }): Query<Back>) -> Reply<Response> {
    let lang: Lang = lang.parse().map_err(|()| Error::not_found("语言", "language"))?;
    let cookie = format!("yishu_lang={}; Path=/; SameSite=Lax; Max-Age=31536000", lang.tag());
    Ok(([(SET_COOKIE, cookie)], Redirect::to(local_path(&back))).into_response())
}

/// Whether a path is one of a route with `{name}` places.
fn matches(route: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(place), Some(_)) if place.starts_with("{*") => return true,
            (Some(place), Some(part)) if place == part || (place.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// A path on this site, or the home page: never a way out.
#[must_use]
pub fn local_path(path: &str) -> &str {
    let inside = path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && !path.contains(|c: char| c.is_control());
    if inside { path } else { "/" }
}
