//! Identity (身份): people and systems, their roles, the organisations they belong to, and what they may see.

pub mod actions;
pub mod model;
pub mod org;
mod pages;
mod store;

use std::sync::Arc;

use kernel::{Result, UserId};
use shell::{Access, Identify, Module, Routes, Who};

pub use store::migrations;

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
    let routes = Routes::new()
        .get("/sign-in", Access::Public, pages::sign_in::show)
        .post("/sign-in", Access::Public, pages::sign_in::submit)
        .post("/sign-out", Access::Signed, pages::sign_in::sign_out)
        .get("/account/password", Access::Signed, pages::password::show)
        .post("/account/password", Access::Signed, pages::password::submit);
    Module::new("identity", (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl")), routes)
}
