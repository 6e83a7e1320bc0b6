//! Portal (公示): what the public may see without an account, and what it may ask for: objections and credit repair.

pub mod actions;
mod api;
mod context;
pub mod facts;
mod jobs;
mod limits;
pub mod model;
mod pages;
mod seal;
mod search;
mod store;

use shell::{Access, Card, Module, NavItem, Routes};

use actions::case::{CENTRE, MAY_CHOOSE, MAY_SEE, MAY_WORK};
use actions::publish::{MAY_REBUILD, MAY_WITHDRAW};
use pages::publication::MAY_SEE as MAY_SEE_PUBLICATION;

pub use context::Portal;
pub use jobs::jobs;
pub use store::migrations;

/// The module for the frame.
#[must_use]
pub fn module(portal: Portal) -> Module {
    let routes = case_routes(site_routes(Routes::new())).with_state(portal.clone());
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("portal", locales, routes);
    let item = |group, label, href, roles| NavItem { group, label, href, roles };
    module.nav = vec![
        item("nav-portal", "publication", "/publication", MAY_SEE_PUBLICATION),
        item("nav-portal", "recalls", "/publication/recalls", MAY_SEE_PUBLICATION),
        item("nav-portal", "samples", "/publication/samples", MAY_SEE_PUBLICATION),
        item("nav-cases", "cases", "/cases", MAY_SEE),
        item("nav-cases", "case-rules", "/case-rules", MAY_SEE),
    ];
    module.cards = vec![Card::new(move |cx| pages::case::cards::cases(cx, portal.clone()))];
    module.openapi = Some(api::document());
    module
}

/// The public site, and the console behind it.
fn site_routes(routes: Routes<Portal>) -> Routes<Portal> {
    use pages::public::{self, files, help, home, record, statistics, syndication};
    use pages::publication::{detail, list, recalls, samples, steps};

    let (see, withdraw) = (Access::Roles(MAY_SEE_PUBLICATION), Access::Roles(MAY_WITHDRAW));
    routes
        .get("/public", Access::Public, home::show)
        .get("/public/search", Access::Public, public::search::show)
        .get("/public/search.csv", Access::Public, files::found)
        .get("/public/months/{month}", Access::Public, files::month)
        .get("/public/records/{id}", Access::Public, record::show)
        .get("/public/statistics", Access::Public, statistics::show)
        .get("/public/help", Access::Public, help::show)
        .get("/public/feed.rss", Access::Public, syndication::rss)
        .get("/public/feed.atom", Access::Public, syndication::atom)
        .get("/sitemap.xml", Access::Public, syndication::sitemap)
        .get("/robots.txt", Access::Public, syndication::robots)
        .get("/api/v1/public/records", Access::Public, api::list)
        .get("/api/v1/public/records/{id}", Access::Public, api::one)
        .get("/publication", see, list::show)
        .get("/publication.xlsx", see, list::xlsx)
        .get("/publication/recalls", see, recalls::show)
        .get("/publication/samples", see, samples::show)
        .post("/publication/search/rebuild", Access::Roles(MAY_REBUILD), steps::rebuild)
        .get("/publication/{id}", see, detail::show)
        .post("/publication/{id}/withdraw", withdraw, steps::withdraw)
        .post("/publication/{id}/republish", withdraw, steps::republish)
        .post("/publication/{id}/recall", withdraw, steps::recall)
        .post("/publication/{id}/decide", withdraw, steps::decide)
}

/// Objections and repair.
fn case_routes(routes: Routes<Portal>) -> Routes<Portal> {
    use pages::case::{FORM_BYTES, detail, find, form, hall, list, mine, rules, steps};

    let (see, work) = (Access::Roles(MAY_SEE), Access::Roles(MAY_WORK));
    routes
        .get("/public/cases", Access::Public, find::show)
        .post("/public/cases", Access::Public, find::open)
        .post("/public/cases/leave", Access::Public, find::leave)
        .get("/public/cases/mine", Access::Public, mine::show)
        .post_large("/public/cases/papers", Access::Public, FORM_BYTES, mine::papers)
        .post("/public/cases/withdraw", Access::Public, mine::withdraw)
        .post("/public/cases/rate", Access::Public, mine::rate)
        .get("/public/records/{id}/object", Access::Public, form::object)
        .post_large("/public/records/{id}/object", Access::Public, FORM_BYTES, form::send_objection)
        .get("/public/records/{id}/repair", Access::Public, form::repair)
        .post_large("/public/records/{id}/repair", Access::Public, FORM_BYTES, form::send_repair)
        .get("/cases", see, list::show)
        .get("/cases.xlsx", see, list::xlsx)
        .get("/cases/new", work, hall::show)
        .post_large("/cases", work, FORM_BYTES, hall::submit)
        .get("/cases/{id}", see, detail::show)
        .post("/cases/{id}/contact", work, detail::contact)
        .get("/cases/{id}/papers/{paper}", work, steps::paper)
        .post("/cases/{id}/forward", work, steps::forward)
        .post("/cases/{id}/take-back", Access::Roles(CENTRE), steps::take_back)
        .post("/cases/{id}/ask-papers", work, steps::ask_papers)
        .post("/cases/{id}/halt", work, steps::halt)
        .post("/cases/{id}/resume", work, steps::resume)
        .post("/cases/{id}/extend", work, steps::extend)
        .post("/cases/{id}/note", work, steps::note)
        .post("/cases/{id}/decide", work, steps::decide)
        .get("/case-rules", see, rules::show)
        .post("/case-rules", Access::Roles(MAY_CHOOSE), rules::choose)
}
