//! Scorecard (考核通报): indicators over what happened, the live board, frozen periods, circulars and points.

pub mod actions;
mod circular;
mod context;
pub mod evaluate;
mod facts;
pub mod model;
mod pages;
mod store;

use shell::{Access, Module, NavItem, Routes};

use actions::{DEPARTMENT, MAY_ASK, STEWARD};
use pages::READERS;

pub use context::Scorecard;
pub use facts::{Kind, Marks};
pub use store::migrations;

/// Largest workbook of registered figures, in bytes.
const WORKBOOK_MAX: usize = 16 * 1024 * 1024;

/// The module for the frame.
#[must_use]
pub fn module(scorecard: Scorecard) -> Module {
    use pages::{
        board, circular, composition, evaluations, exemptions, figure, indicator, indicators, member, period,
        periods, points, registered, registered_import, regulation,
    };
    let (read, steward) = (Access::Roles(READERS), Access::Roles(STEWARD));
    let (department, ask) = (Access::Roles(DEPARTMENT), Access::Roles(MAY_ASK));
    let routes = Routes::new()
        .get("/board", read, board::show)
        .get("/board.xlsx", read, board::xlsx)
        .post("/board/refresh", steward, board::refresh)
        .get("/board/{member}", read, member::show)
        .get("/board/{member}/{indicator}", read, figure::show)
        .get("/board/{member}/{indicator}/facts.xlsx", read, figure::xlsx)
        .get("/indicators", read, indicators::show)
        .get("/indicators/{code}", read, indicator::show)
        .post("/indicators/{code}/preview", steward, indicator::preview)
        .post("/indicators/{code}/versions", steward, indicator::save)
        .post("/indicator-versions/{id}/revoke", steward, indicator::revoke)
        .get("/periods", read, periods::show)
        .post("/periods", steward, periods::open)
        .get("/periods/{id}", read, period::show)
        .get("/periods/{id}/scores.xlsx", read, period::xlsx)
        .get("/periods/{id}/members/{member}", read, composition::show)
        .get("/periods/{id}/members/{member}/score.xlsx", read, composition::xlsx)
        .post("/periods/{id}/recount", steward, period::recount)
        .post("/periods/{id}/discard", steward, period::discard)
        .post("/periods/{id}/publish", steward, period::publish)
        .post("/periods/{id}/recompute", read, period::recompute)
        .post("/periods/{id}/objections", department, period::object)
        .post("/periods/{id}/circular", steward, period::draft)
        .post("/score-objections/{id}/answer", steward, period::answer)
        .get("/circulars", Access::Signed, circular::list)
        .get("/circulars/{id}", Access::Signed, circular::show)
        .get("/circulars/{id}/circular.docx", Access::Signed, circular::as_docx)
        .get("/circulars/{id}/circular.pdf", Access::Signed, circular::as_pdf)
        .get("/circulars/{id}/circular.xlsx", Access::Signed, circular::as_xlsx)
        .post("/circulars/{id}/edit", steward, circular::edit)
        .post("/circulars/{id}/issue", steward, circular::issue)
        .post("/circulars/{id}/read", Access::Signed, circular::receipt)
        .post("/circulars/{id}/copies/{copy}/delivered", steward, circular::delivered)
        .get("/regulation", read, regulation::show)
        .get("/regulation/edit", steward, regulation::edit)
        .post("/regulation", steward, regulation::save)
        .get("/points", read, points::show)
        .get("/points.xlsx", read, points::xlsx)
        .post("/points", steward, points::give)
        .post("/points/{id}/appeal", department, points::appeal)
        .post("/points/{id}/answer", steward, points::answer)
        .post("/points/{id}/reverse", steward, points::reverse)
        .get("/evaluations", read, evaluations::show)
        .get("/evaluations.xlsx", read, evaluations::xlsx)
        .post("/evaluations", steward, evaluations::record)
        .post("/evaluations/{id}/revoke", steward, evaluations::revoke)
        .get("/registered", read, registered::show)
        .get("/registered.xlsx", read, registered::xlsx)
        .get("/registered/import", steward, registered_import::show)
        .get("/registered/template.xlsx", steward, registered_import::template)
        .post_large("/registered/import", steward, WORKBOOK_MAX, registered_import::import)
        .post("/registered", steward, registered::record)
        .post("/registered/{id}/revoke", steward, registered::revoke)
        .get("/exemptions", read, exemptions::show)
        .post("/exemptions", ask, exemptions::ask)
        .post("/exemptions/{id}/decide", steward, exemptions::decide)
        .post("/exemptions/{id}/revoke", steward, exemptions::take_back)
        .post("/scope", steward, exemptions::scope)
        .post("/scope/{id}/revoke", steward, exemptions::revoke)
        .with_state(scorecard);
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("scorecard", locales, routes);
    let item = |label, href| NavItem { group: "nav-scorecard", label, href, roles: READERS };
    module.nav = vec![
        item("board", "/board"),
        item("periods", "/periods"),
        item("circulars", "/circulars"),
        item("indicators", "/indicators"),
        item("points", "/points"),
        item("evaluations", "/evaluations"),
        item("registered-figures", "/registered"),
        item("exemptions", "/exemptions"),
        item("regulation", "/regulation"),
    ];
    module
}
