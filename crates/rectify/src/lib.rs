//! Rectification (整改): every decision against its clock, and what is wrong until somebody has put it right.

pub mod actions;
mod context;
pub mod facts;
mod jobs;
pub mod model;
pub mod outgoing;
mod pages;
mod store;

use ::store::jobs::{JobCx, Worker};
use kernel::Role;
use shell::{Access, Card, Module, NavItem, Routes};

use actions::notices::MAY_STEER;
use actions::{MAY_CHASE, MAY_CONFIRM, MAY_JUDGE, MAY_SPEAK};

pub use context::Rectify;
pub use jobs::jobs;
pub use outgoing::Outgoing;
pub use store::{beside_an_earlier, migrations};

/// The module for the frame; `outgoing` says what may be sent by mail and webhook.
#[must_use]
pub fn module(rectify: Rectify, outgoing: Outgoing) -> Module {
    use pages::notices::{self, Desk, hooks, inbox, outbox, templates};
    use pages::{cards, chase, faq, issue, issues, judgements, record, records, returns, training, volumes};

    let steer = Access::Roles(MAY_STEER);

    let routes = Routes::new()
        .get("/records", Access::Signed, records::show)
        .get("/records.xlsx", Access::Signed, records::xlsx)
        .get("/volumes", Access::Signed, volumes::show)
        .get("/volumes.xlsx", Access::Signed, volumes::xlsx)
        .get("/records/{id}", Access::Signed, record::show)
        .post("/records/{id}/call", Access::Roles(MAY_CHASE), record::call)
        .get("/issues", Access::Signed, issues::show)
        .get("/issues.xlsx", Access::Signed, issues::xlsx)
        .get("/issues/{id}", Access::Signed, issue::show)
        .post("/issues/{id}/note", Access::Roles(MAY_SPEAK), issue::note)
        .post("/issues/{id}/call", Access::Roles(MAY_CHASE), issue::call)
        .post("/issues/{id}/dispute", Access::Roles(&[Role::DataOfficer]), issue::dispute)
        .post("/issues/{id}/answer", Access::Roles(MAY_CHASE), issue::answer)
        .post("/issues/{id}/confirm", Access::Roles(MAY_CONFIRM), returns::confirm_all)
        .post("/issues/{id}/agree", Access::Roles(MAY_CHASE), returns::agree_all)
        .post("/issues/{id}/send-back", Access::Roles(MAY_CHASE), returns::send_back_all)
        .get("/judgements", Access::Roles(MAY_JUDGE), judgements::show)
        .get("/judgements/preview", Access::Roles(MAY_JUDGE), judgements::preview)
        .get("/judgements/{id}", Access::Roles(MAY_JUDGE), judgements::detail)
        .get("/returns", Access::Signed, returns::show)
        .get("/returns.xlsx", Access::Signed, returns::xlsx)
        .post("/returns/{id}/confirm", Access::Roles(MAY_CONFIRM), returns::confirm)
        .post("/returns/{id}/agree", Access::Roles(MAY_CHASE), returns::agree)
        .post("/returns/{id}/send-back", Access::Roles(MAY_CHASE), returns::send_back)
        .get("/faq", Access::Signed, faq::show)
        .get("/training", Access::Signed, training::show)
        .post("/faq/note", Access::Roles(MAY_CHASE), faq::note)
        .get("/chase", Access::Roles(MAY_CHASE), chase::show)
        .get("/chase.xlsx", Access::Roles(MAY_CHASE), chase::xlsx)
        .get("/notices", Access::Signed, inbox::show)
        .get("/notices.xlsx", Access::Signed, inbox::xlsx)
        .post("/notices/read", Access::Signed, inbox::read_all)
        .post("/notices/{id}/open", Access::Signed, inbox::open)
        .post("/notices/{id}/read", Access::Signed, inbox::read)
        .post("/notices/{id}/unread", Access::Signed, inbox::unread)
        .get("/notices/rules", steer, notices::rules::show)
        .post("/notices/rules", steer, notices::rules::set)
        .get("/notices/templates/{kind}", steer, templates::show)
        .post("/notices/templates/{kind}/{lang}", steer, templates::edit)
        .post("/notices/templates/{kind}/{lang}/restore", steer, templates::restore)
        .get("/notices/outbox", steer, outbox::show)
        .post("/notices/outbox/{id}/retry", steer, outbox::retry)
        .get("/notices/webhooks", steer, hooks::show)
        .post("/notices/webhooks", steer, hooks::add)
        .post("/notices/webhooks/{id}/remove", steer, hooks::remove)
        .post("/notices/webhooks/{id}/test", steer, hooks::test)
        .with_state(Desk { rectify: rectify.clone(), outgoing });
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("rectify", locales, routes);
    let item = |label, href, roles| NavItem { group: "nav-rectify", label, href, roles };
    module.nav = vec![
        item("notices", "/notices", &[]),
        item("records", "/records", &[]),
        item("volumes", "/volumes", &[]),
        item("issues", "/issues", &[]),
        item("returns", "/returns", &[]),
        item("chase", "/chase", MAY_CHASE),
        item("judgements", "/judgements", MAY_JUDGE),
        item("faq", "/faq", &[]),
        item("training", "/training", &[]),
    ];
    let of_notices = rectify.clone();
    let of_calendar = rectify.clone();
    module.cards = vec![
        Card::new(move |cx| cards::calendar(cx, of_calendar.clone())),
        Card::new(move |cx| cards::notices(cx, of_notices.clone())),
        Card::new(move |cx| cards::clock(cx, rectify.clone())),
    ];
    module
}

/// Gives the worker the job that judges again when rules changed.
#[must_use]
pub fn judging(worker: Worker, rectify: Rectify) -> Worker {
    worker.patient(actions::JUDGE).on(actions::JUDGE, move |job: JobCx, work: actions::Judge| {
        let rectify = rectify.clone();
        async move { actions::judge(&rectify, &job, work).await }
    })
}
