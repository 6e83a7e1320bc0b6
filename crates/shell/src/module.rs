//! What a capability hands to the frame: routes with their access, navigation, texts, OpenAPI, cards for the home page.

use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, on};
use axum::{Router, extract::DefaultBodyLimit};
use kernel::{Actor, Error, Result, Role, UserId};

use crate::{Card, Cx, Fail};

/// Who may use a route. Enforced by the frame before the handler runs, so that it cannot be forgotten; a use case
/// decides the rest (which department, which row).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Anyone signed in.
    Signed,
    /// Who holds one of the roles.
    Roles(&'static [Role]),
}

/// One route as a test walks it.
#[derive(Debug, Clone)]
pub struct Route {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// The path with `{name}` places.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// Routes of a capability. All of them fit on one screen of its `lib.rs`.
pub struct Routes<S = ()> {
    router: Router<S>,
    list: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes.
    #[must_use]
    pub fn new() -> Self {
        Self { router: Router::new(), list: Vec::new() }
    }

    /// A page or an answer; changes nothing.
    #[must_use]
    pub fn get<H: Handler<T, S>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.add("GET", MethodFilter::GET, path, access, handler, None)
    }

    /// Changes something.
    #[must_use]
    pub fn post<H: Handler<T, S>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.add("POST", MethodFilter::POST, path, access, handler, None)
    }

    /// Changes something, with a body of up to `limit` bytes.
    #[must_use]
    pub fn post_large<H: Handler<T, S>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        limit: usize,
        handler: H,
    ) -> Self {
        self.add("POST", MethodFilter::POST, path, access, handler, Some(limit))
    }

    /// Replaces something.
    #[must_use]
    pub fn put<H: Handler<T, S>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.add("PUT", MethodFilter::PUT, path, access, handler, None)
    }

    /// Removes something.
    #[must_use]
    pub fn delete<H: Handler<T, S>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add("DELETE", MethodFilter::DELETE, path, access, handler, None)
    }

    fn add<H: Handler<T, S>, T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        handler: H,
        limit: Option<usize>,
    ) -> Self {
        let mut route = on(filter, handler);
        if let Some(limit) = limit {
            route = route.layer(DefaultBodyLimit::max(limit));
        }
        self.router =
            self.router.route(path, route.layer(from_fn(move |req, next| guard(access, req, next))));
        self.list.push(Route { method, path, access });
        self
    }

    /// Gives the handlers their state.
    #[must_use]
    pub fn with_state(self, state: S) -> Routes<()> {
        Routes { router: self.router.with_state(state), list: self.list }
    }

    pub(crate) fn into_parts(self) -> (Router<S>, Vec<Route>) {
        (self.router, self.list)
    }
}

async fn guard(access: Access, req: Request, next: Next) -> Response {
    let Some(cx) = req.extensions().get::<Cx>() else {
        return Fail(Error::internal("a route stands outside the frame")).into_response();
    };
    let allowed = match (access, cx.actor()) {
        (Access::Public, _) => Ok(()),
        (_, None) => Err(Error::unauthenticated()),
        (Access::Signed, Some(_)) => Ok(()),
        (Access::Roles(roles), Some(actor)) => actor.require(roles),
    };
    if let Err(e) = allowed {
        return Fail(e).into_response();
    }
    // Whoever must change the password first can do that, or leave.
    let way_out = cx.path().starts_with("/account/") || cx.path() == "/sign-out";
    if access != Access::Public && cx.must_change_password() && !way_out {
        return Redirect::to("/account/password").into_response();
    }
    next.run(req).await
}

/// A place in the side navigation.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Message key of the group's heading; items of one group stand together.
    pub group: &'static str,
    /// Message key of the label.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Who sees it; empty: everyone signed in.
    pub roles: &'static [Role],
}

/// One capability, ready to be served.
pub struct Module {
    /// The crate's name.
    pub name: &'static str,
    /// Its routes.
    pub routes: Routes,
    /// Its places in the navigation, in order.
    pub nav: Vec<NavItem>,
    /// Its texts: `(include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"))`.
    pub locales: (&'static str, &'static str),
    /// Its part of `/openapi.json`.
    pub openapi: Option<utoipa::openapi::OpenApi>,
    /// Its cards on the home page.
    pub cards: Vec<Card>,
}

impl Module {
    /// A module with texts only.
    #[must_use]
    pub fn new(name: &'static str, locales: (&'static str, &'static str), routes: Routes) -> Self {
        Self { name, routes, nav: Vec::new(), locales, openapi: None, cards: Vec::new() }
    }

    /// The routes alone, for tests.
    #[must_use]
    pub fn into_routes(self) -> Vec<Route> {
        self.routes.list
    }
}

/// A known person or system.
#[derive(Debug, Clone)]
pub struct Who {
    /// Who acts.
    pub actor: Actor,
    /// Nothing else is open until the password is changed.
    pub must_change_password: bool,
}

/// How the frame learns who acts; `identity` answers.
#[async_trait::async_trait]
pub trait Identify: Send + Sync {
    /// The account of a session, unless it is disabled.
    async fn by_account(&self, user: UserId) -> Result<Option<Who>>;

    /// The owner of a secret in `Authorization: Bearer`, unless it is revoked.
    async fn by_secret(&self, secret: &str) -> Result<Option<Who>>;
}
