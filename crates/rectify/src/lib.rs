//! Rectification (整改): every decision against its clock, and what is wrong until somebody has put it right.

pub mod actions;
mod context;
pub mod facts;
pub mod model;
mod pages;
mod store;

use kernel::Role;
use shell::{Access, Card, Module, NavItem, Routes};

use actions::{MAY_CHASE, MAY_SPEAK};

pub use context::Rectify;
pub use store::migrations;

/// The module for the frame.
#[must_use]
pub fn module(rectify: Rectify) -> Module {
    use pages::{cards, chase, faq, issue, issues, record, records};

    let routes = Routes::new()
        .get("/records", Access::Signed, records::show)
        .get("/records.xlsx", Access::Signed, records::xlsx)
        .get("/records/{id}", Access::Signed, record::show)
        .get("/issues", Access::Signed, issues::show)
        .get("/issues.xlsx", Access::Signed, issues::xlsx)
        .get("/issues/{id}", Access::Signed, issue::show)
        .post("/issues/{id}/note", Access::Roles(MAY_SPEAK), issue::note)
        .post("/issues/{id}/call", Access::Roles(MAY_CHASE), issue::call)
        .post("/issues/{id}/dispute", Access::Roles(&[Role::DataOfficer]), issue::dispute)
        .post("/issues/{id}/answer", Access::Roles(MAY_CHASE), issue::answer)
        .get("/faq", Access::Signed, faq::show)
        .post("/faq/note", Access::Roles(MAY_CHASE), faq::note)
        .get("/chase", Access::Roles(MAY_CHASE), chase::show)
        .get("/chase.xlsx", Access::Roles(MAY_CHASE), chase::xlsx)
        .with_state(rectify.clone());
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("rectify", locales, routes);
    let item = |label, href, roles| NavItem { group: "nav-rectify", label, href, roles };
    module.nav = vec![
        item("records", "/records", &[]),
        item("issues", "/issues", &[]),
        item("chase", "/chase", MAY_CHASE),
        item("faq", "/faq", &[]),
    ];
    module.cards = vec![Card::new(move |cx| cards::clock(cx, rectify.clone()))];
    module
}
