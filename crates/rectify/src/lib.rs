//! Rectification (整改): every decision against its clock, and what is wrong until somebody has put it right.

pub mod actions;
mod context;
pub mod model;
mod pages;
mod store;

use shell::{Access, Card, Module, NavItem, Routes};

pub use context::Rectify;
pub use store::migrations;

/// The module for the frame.
#[must_use]
pub fn module(rectify: Rectify) -> Module {
    use pages::{cards, record, records};

    let routes = Routes::new()
        .get("/records", Access::Signed, records::show)
        .get("/records.xlsx", Access::Signed, records::xlsx)
        .get("/records/{id}", Access::Signed, record::show)
        .with_state(rectify.clone());
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("rectify", locales, routes);
    module.nav = vec![NavItem { group: "nav-rectify", label: "records", href: "/records", roles: &[] }];
    module.cards = vec![Card::new(move |cx| cards::clock(cx, rectify.clone()))];
    module
}
