//! Catalogue (目录): what data exists, who provides it, in what shape, and who answers for it.

pub mod actions;
pub mod exchange;
pub mod model;
mod pages;
pub mod store;

use kernel::Role;
use shell::{Access, Card, Module, NavItem, Routes};

/// Who writes entries.
const EDIT: Access = Access::Roles(actions::EDIT);
/// Who reviews them.
const REVIEW: Access = Access::Roles(actions::REVIEW);
/// Who reorganises.
const ORGS: Access = Access::Roles(actions::ORGS);
/// Largest file of entries, in bytes.
const FILE_MAX: usize = 32 * 1024 * 1024;
/// Everyone signed in sees the navigation.
const ALL: &[Role] = &[];

/// The module for the frame.
#[must_use]
pub fn module() -> Module {
    use pages::{cards, change, compare, detail, files, list, org_changes, orgs, people};
    let signed = Access::Signed;
    let routes = Routes::new()
        .get("/catalogue", signed, list::show)
        .get("/catalogue/new", EDIT, change::new)
        .post("/catalogue", EDIT, change::create)
        .get("/catalogue/import", EDIT, files::form)
        .post_large("/catalogue/import", EDIT, FILE_MAX, files::import)
        .get("/catalogue/export", signed, files::export)
        .get("/catalogue/{code}", signed, detail::show)
        .get("/catalogue/{code}/edit", EDIT, change::edit)
        .post("/catalogue/{code}/edit", EDIT, change::save)
        .post("/catalogue/{code}/submit", EDIT, change::submit)
        .post("/catalogue/{code}/review", REVIEW, change::review)
        .post("/catalogue/{code}/take-down", REVIEW, change::take_down)
        .get("/catalogue/{code}/compare", signed, compare::show)
        .post("/responsible", EDIT, people::assign)
        .post("/responsible/{id}/end", EDIT, people::end)
        .get("/orgs", signed, orgs::list)
        .post("/orgs", ORGS, org_changes::add)
        .get("/orgs/merge", ORGS, org_changes::merge_form)
        .post("/orgs/merge", ORGS, org_changes::merge)
        .get("/orgs/{id}", signed, orgs::show)
        .post("/orgs/{id}/rename", ORGS, org_changes::rename)
        .post("/orgs/{id}/close", ORGS, org_changes::close)
        .get("/orgs/{id}/split", ORGS, org_changes::split_form)
        .post("/orgs/{id}/split", ORGS, org_changes::split);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("catalogue", locales, routes);
    let nav = |label, href| NavItem { group: "nav-catalogue", label, href, roles: ALL };
    module.nav = vec![nav("catalogue", "/catalogue"), nav("orgs", "/orgs")];
    module.cards = vec![Card::new(cards::waiting), Card::new(cards::own), Card::new(cards::find)];
    module
}
