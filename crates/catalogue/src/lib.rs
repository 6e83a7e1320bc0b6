//! Catalogue (目录): what data exists, who provides it, in what shape, and who answers for it.

pub mod actions;
pub mod model;
mod pages;
pub mod store;

use kernel::Role;
use shell::{Access, Card, Module, NavItem, Routes};

/// Who writes entries.
const EDIT: Access = Access::Roles(actions::EDIT);
/// Who reviews them.
const REVIEW: Access = Access::Roles(actions::REVIEW);
/// Everyone signed in sees the navigation.
const ALL: &[Role] = &[];

/// The module for the frame.
#[must_use]
pub fn module() -> Module {
    use pages::{cards, change, compare, detail, list, people};
    let signed = Access::Signed;
    let routes = Routes::new()
        .get("/catalogue", signed, list::show)
        .get("/catalogue/new", EDIT, change::new)
        .post("/catalogue", EDIT, change::create)
        .get("/catalogue/{code}", signed, detail::show)
        .get("/catalogue/{code}/edit", EDIT, change::edit)
        .post("/catalogue/{code}/edit", EDIT, change::save)
        .post("/catalogue/{code}/submit", EDIT, change::submit)
        .post("/catalogue/{code}/review", REVIEW, change::review)
        .post("/catalogue/{code}/take-down", REVIEW, change::take_down)
        .get("/catalogue/{code}/compare", signed, compare::show)
        .post("/responsible", EDIT, people::assign)
        .post("/responsible/{id}/end", EDIT, people::end);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("catalogue", locales, routes);
    module.nav = vec![NavItem { group: "nav-catalogue", label: "catalogue", href: "/catalogue", roles: ALL }];
    module.cards = vec![Card::new(cards::waiting), Card::new(cards::own)];
    module
}
