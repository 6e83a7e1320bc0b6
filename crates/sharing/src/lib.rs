//! One source, many uses (一源多用): what a department handed in once is turned into every standard it must serve, and delivered.

pub mod actions;
mod api;
mod context;
mod jobs;
pub mod model;
mod pages;
mod store;

use intake::actions::receive_upload::MAY_HAND_IN;
use kernel::Role;
use shell::{Access, Card, Module, NavItem, Routes};

use actions::{MAY_DECIDE, MAY_DELIVER};

pub use context::Sharing;
pub use jobs::jobs;
pub use store::{gave_way, left_out, migrations};

/// Who sees targets: they tell of the city's network.
const MAY_SEE_TARGETS: &[Role] = &[Role::BureauSteward, Role::Auditor, Role::Administrator];

/// The module for the frame.
#[must_use]
pub fn module(sharing: Sharing) -> Module {
    use pages::{cards, deliveries, delivery, held, mapping, mappings, target, targets};

    let (deliver, see) = (Access::Roles(MAY_DELIVER), Access::Roles(MAY_SEE_TARGETS));
    let routes = Routes::new()
        .get("/mappings", Access::Signed, mappings::show)
        .get("/mappings/waiting", Access::Signed, held::show)
        .post("/mappings/waiting/{id}/go", Access::Roles(MAY_DECIDE), held::go)
        .post("/mappings/waiting/{id}/drop", Access::Roles(MAY_DECIDE), held::drop_row)
        .get("/mappings/{code}", Access::Signed, mapping::show)
        .post("/mappings/{code}/enable", deliver, mappings::enable)
        .post("/mappings/{code}/disable", deliver, mappings::disable)
        .get("/targets", see, targets::show)
        .get("/targets/new", deliver, target::new)
        .post("/targets", deliver, target::create)
        .get("/targets/{id}", see, target::show)
        .get("/targets/{id}/edit", deliver, target::edit)
        .post("/targets/{id}", deliver, target::update)
        .post("/targets/{id}/enable", deliver, target::enable)
        .post("/targets/{id}/disable", deliver, target::disable)
        .get("/deliveries", Access::Signed, deliveries::show)
        .get("/deliveries.xlsx", Access::Signed, deliveries::xlsx)
        .get("/deliveries/{id}", Access::Signed, delivery::show)
        .get("/deliveries/{id}/file", deliver, delivery::file)
        .post("/deliveries/{id}/resend", deliver, delivery::resend)
        .post_large("/deliveries/receipt", deliver, delivery::LARGEST_RECEIPT, delivery::receipt)
        .post_large("/api/v1/finished-cases", Access::Roles(MAY_HAND_IN), 64 << 20, api::push_cases)
        .get("/api/v1/finished-cases/{number}", Access::Signed, api::case)
        .with_state(sharing.clone());
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("sharing", locales, routes);
    module.openapi = Some(api::document());
    let item = |label, href, roles| NavItem { group: "nav-sharing", label, href, roles };
    module.nav = vec![
        item("mappings", "/mappings", &[]),
        item("held-rows", "/mappings/waiting", MAY_DECIDE),
        item("deliveries", "/deliveries", &[]),
        item("targets", "/targets", MAY_SEE_TARGETS),
    ];
    module.cards = vec![Card::new(move |cx| cards::sharing(cx, sharing.clone()))];
    module
}
