//! Scorecard (考核通报): indicators over what happened, the live board, frozen periods, circulars and points.

pub mod actions;
mod context;
mod store;

use shell::{Module, Routes};

pub use context::Scorecard;
pub use store::migrations;

/// The module for the frame.
#[must_use]
pub fn module(scorecard: Scorecard) -> Module {
    let routes = Routes::new().with_state(scorecard);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    Module::new("scorecard", locales, routes)
}
