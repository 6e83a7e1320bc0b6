//! Portal (公示): what the public may see without an account, and what it may ask for: objections and credit repair.

pub mod actions;
mod context;
mod store;

use shell::{Module, Routes};

pub use context::Portal;
pub use store::migrations;

/// The module for the frame.
#[must_use]
pub fn module(portal: Portal) -> Module {
    let routes = Routes::new().with_state(portal);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    Module::new("portal", locales, routes)
}
