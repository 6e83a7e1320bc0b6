//! Identity (身份): people and systems, their roles, the organisations they belong to, and what they may see.

pub mod accounts;
pub mod actions;
mod api;
pub mod facts;
pub mod model;
pub mod org;
mod pages;
mod store;

use std::sync::Arc;

use kernel::{Result, Role, UserId};
use shell::{Access, Card, Identify, Module, NavItem, Routes, Who};

pub use store::migrations;

/// Who opens accounts.
const ADMINISTRATOR: &[Role] = &[Role::Administrator];
/// Who makes and revokes credentials of the departments in their scope.
const CREDENTIALS: &[Role] = &[Role::Administrator, Role::DataOfficer];
/// Who reads the audit log.
const AUDIT: &[Role] = &[Role::Auditor, Role::Administrator];

/// Answers the frame's question who acts.
pub struct Directory {
    db: ::store::Db,
    clock: Arc<dyn kernel::Clock>,
}

impl Directory {
    /// The directory over the control database.
    #[must_use]
    pub fn new(db: ::store::Db, clock: Arc<dyn kernel::Clock>) -> Self {
        Self { db, clock }
    }
}

#[async_trait::async_trait]
impl Identify for Directory {
    async fn by_account(&self, user: UserId) -> Result<Option<Who>> {
        store::who_by_account(self.db.conn(), user).await
    }

    async fn by_secret(&self, secret: &str) -> Result<Option<Who>> {
        store::who_by_secret(&self.db, secret, self.clock.now()).await
    }
}

/// The module for the frame.
#[must_use]
pub fn module() -> Module {
    use pages::{accounts, audit, credentials, password, sign_in};
    let (admin, keys, audits) =
        (Access::Roles(ADMINISTRATOR), Access::Roles(CREDENTIALS), Access::Roles(AUDIT));
    let routes = Routes::new()
        .get("/sign-in", Access::Public, sign_in::show)
        .post("/sign-in", Access::Public, sign_in::submit)
        .post("/sign-out", Access::Signed, sign_in::sign_out)
        .get("/account/password", Access::Signed, password::show)
        .post("/account/password", Access::Signed, password::submit)
        .get("/accounts", admin, accounts::list)
        .get("/accounts/new", admin, accounts::new)
        .post("/accounts", admin, accounts::create)
        .get("/accounts/{id}", admin, accounts::edit)
        .post("/accounts/{id}", admin, accounts::update)
        .post("/accounts/{id}/disable", admin, accounts::disable)
        .post("/accounts/{id}/enable", admin, accounts::enable)
        .post("/accounts/{id}/reset-password", admin, accounts::reset_password)
        .get("/credentials", keys, credentials::list)
        .post("/credentials", keys, credentials::create)
        .post("/credentials/{id}/revoke", keys, credentials::revoke)
        .get("/audit", audits, audit::list)
        .post("/audit/verify", audits, audit::verify)
        .get("/api/v1/me", Access::Signed, api::me);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let nav = |label, href, roles| NavItem { group: "nav-settings", label, href, roles };
    let mut module = Module::new("identity", locales, routes);
    module.nav = vec![
        nav("accounts", "/accounts", ADMINISTRATOR),
        nav("credentials", "/credentials", CREDENTIALS),
        nav("audit-log", "/audit", AUDIT),
    ];
    module.cards = vec![Card::new(pages::cards::accounts), Card::new(pages::cards::audit)];
    module.openapi = Some(api::document());
    module
}
