//! Catalogue (目录): what data exists, who provides it, in what shape, and who answers for it.

pub mod actions;
pub mod exchange;
pub mod facts;
pub mod model;
mod pages;
pub mod store;

pub use pages::overrides::{Asked, AskedChange};
pub use pages::rules::Rules;

use chrono::NaiveDate;
use kernel::{OrgId, Result, Role};
use lake::check::Override;
use sea_orm::ConnectionTrait;
use shell::{Access, Card, Module, NavItem, Routes};

/// Who writes entries.
const EDIT: Access = Access::Roles(actions::EDIT);
/// Who reviews them.
const REVIEW: Access = Access::Roles(actions::REVIEW);
/// Who reorganises.
const ORGS: Access = Access::Roles(actions::ORGS);
/// Who changes rules locally.
const RULES: Access = Access::Roles(actions::RULES);
/// Largest file of entries, in bytes.
const FILE_MAX: usize = 32 * 1024 * 1024;
/// Everyone signed in sees the navigation.
const ALL: &[Role] = &[];

/// The local overrides of rules in force for an organisation's rows of a resource on a day (生效的本地规则调整), as the
/// checker takes them; one query. The nearest organisation's goes before one of those above it, the newer before the older.
///
/// # Errors
/// When the database cannot be read.
pub async fn overrides_in_force(
    conn: &impl ConnectionTrait,
    resource: &str,
    org: OrgId,
    day: NaiveDate,
) -> Result<Vec<Override>> {
    store::overrides::in_force(conn, resource, org, day).await
}

/// How many steps were taken with local overrides so far: while it stays the same, none was made, extended or revoked.
///
/// # Errors
/// When the database cannot be read.
pub async fn override_steps(conn: &impl ConnectionTrait) -> Result<u64> {
    store::overrides::count_steps(conn).await
}

/// The module for the frame.
#[must_use]
pub fn module(rules: Rules) -> Module {
    use pages::{
        cards, change, compare, detail, files, list, org_changes, orgs, overrides, people, rules as checks,
    };
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
        .post("/orgs/{id}/split", ORGS, org_changes::split)
        .get("/rules", signed, checks::list)
        .get("/rules/{resource}", signed, checks::show)
        .get("/rules/{resource}/overrides/new", RULES, overrides::new)
        .post("/rules/{resource}/overrides", RULES, overrides::add)
        .post("/overrides/{id}/extend", RULES, overrides::extend)
        .post("/overrides/{id}/revoke", RULES, overrides::revoke)
        .with_state(rules);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("catalogue", locales, routes);
    let nav = |label, href| NavItem { group: "nav-catalogue", label, href, roles: ALL };
    module.nav = vec![nav("catalogue", "/catalogue"), nav("rules", "/rules"), nav("orgs", "/orgs")];
    module.cards = vec![Card::new(cards::waiting), Card::new(cards::own), Card::new(cards::find)];
    module
}
