//! One source, many uses (一源多用): what a department handed in once is turned into every standard it must serve, and delivered.

pub mod actions;
mod context;
mod store;

use shell::{Module, Routes};

pub use context::Sharing;
pub use store::migrations;

/// The module for the frame.
#[must_use]
pub fn module(sharing: Sharing) -> Module {
    let routes = Routes::new().with_state(sharing);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    Module::new("sharing", locales, routes)
}
