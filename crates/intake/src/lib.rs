//! Intake (归集): rows come in, every wrong cell is explained, the good rows are kept, the wrong ones are
//! mended. Three ways in, the same rules for all: upload, push, pull.

pub mod actions;
mod api;
mod context;
pub mod facts;
pub mod jobs;
mod lookups;
pub mod model;
mod pages;
mod progress;
mod pull_settings;
mod store;

use ::store::jobs::{JobCx, Worker};
use shell::{Access, Card, Module, NavItem, Routes};

pub use api::{idempotency_key, rows_in};
pub use context::{Intake, MAX_UPLOAD};
pub use pages::{Orgs, clip, export, mend_href};
pub use pull_settings::{PullSettings, Secrets};
pub use store::migrations;

use actions::create_pull::{MAY_PULL, MAY_SEE_PULLS};
use actions::export_rows::MAY_EXPORT;
use actions::read_rows::MAY_READ_ALL;
use actions::receive_upload::MAY_HAND_IN;
use pages::{
    cards, changes, dashboard, data, detail, downloads, exports, grid, list, mapping, pulls, row, rows,
    rows_file, steps, upload,
};

/// The module for the frame.
#[must_use]
pub fn module(intake: Intake) -> Module {
    let hand_in = Access::Roles(MAY_HAND_IN);
    // A little more than the bytes of the file: the form around it.
    let upload_limit = usize::try_from(MAX_UPLOAD).unwrap_or(usize::MAX).saturating_add(1 << 20);
    let (pull, see_pulls) = (Access::Roles(MAY_PULL), Access::Roles(MAY_SEE_PULLS));
    let routes = Routes::new()
        .get("/submissions", Access::Signed, list::show)
        .get("/submissions.xlsx", Access::Signed, list::xlsx)
        .get("/submissions.csv", Access::Signed, list::csv)
        .get("/submissions/new", hand_in, upload::show)
        .post_large("/submissions", hand_in, upload_limit, upload::submit)
        .get("/submissions/{id}", Access::Signed, detail::show)
        .get("/submissions/{id}/changes", Access::Signed, changes::show)
        .get("/submissions/{id}/mapping", hand_in, mapping::show)
        .post("/submissions/{id}/mapping", hand_in, mapping::submit)
        .post("/submissions/{id}/withdraw", hand_in, steps::withdraw)
        .post("/submissions/{id}/decide", hand_in, steps::decide)
        .post("/submissions/{id}/accept-group", hand_in, steps::accept)
        .post("/submissions/{id}/undo-mend", hand_in, steps::undo)
        .post("/submissions/{id}/land-mended", hand_in, steps::land)
        .get("/submissions/{id}/wrong-rows.json", Access::Signed, grid::rows)
        .post_large("/submissions/{id}/mend", hand_in, 16 << 20, grid::mend)
        .post("/submissions/{id}/accept", hand_in, grid::accept)
        .post("/submissions/{id}/drop", hand_in, grid::drop_wrong)
        .post("/submissions/{id}/undo", hand_in, grid::undo)
        .get("/submissions/{id}/received", Access::Signed, downloads::received)
        .get("/submissions/{id}/findings.xlsx", Access::Signed, downloads::findings)
        .get("/submissions/{id}/wrong-rows.xlsx", Access::Signed, downloads::wrong)
        .post_large("/submissions/{id}/wrong-rows", hand_in, 64 << 20, downloads::mended)
        .get("/submissions/{id}/patch.csv", Access::Signed, downloads::patch)
        .get("/submissions/{id}/patch.xlsx", Access::Signed, downloads::patch_workbook)
        .get("/resources/{code}/template.xlsx", Access::Signed, downloads::template)
        .get("/pulls", see_pulls, pulls::list::show)
        .get("/pulls/new", pull, pulls::form::new)
        .post("/pulls", pull, pulls::form::create)
        .get("/pulls/{id}", see_pulls, pulls::detail::show)
        .post("/pulls/{id}", pull, pulls::form::update)
        .get("/pulls/{id}/edit", pull, pulls::form::edit)
        .post("/pulls/{id}/test", pull, pulls::steps::test)
        .post("/pulls/{id}/run", pull, pulls::steps::run)
        .post("/pulls/{id}/enable", pull, pulls::steps::enable)
        .post("/pulls/{id}/disable", pull, pulls::steps::disable)
        .post("/pulls/{id}/remove", pull, pulls::steps::remove)
        .get("/data", Access::Roles(MAY_READ_ALL), data::list)
        .get("/data/{resource}", Access::Signed, rows::show)
        .get("/data/{resource}/row", Access::Signed, row::show)
        .get("/data/{resource}/rows.csv", Access::Signed, rows_file::csv)
        .get("/data/{resource}/rows.xlsx", Access::Signed, rows_file::xlsx)
        .post("/data/{resource}/exports", Access::Signed, exports::ask)
        .get("/exports", Access::Signed, exports::list)
        .get("/exports/{id}", Access::Signed, exports::show)
        .get("/exports/{id}/file", Access::Signed, exports::file)
        .get("/dashboard", Access::Signed, dashboard::show)
        .get("/dashboard.xlsx", Access::Signed, dashboard::xlsx)
        .post_large("/api/v1/resources/{code}/rows", hand_in, 64 << 20, api::push)
        .post_large("/api/v1/resources/{code}/files", hand_in, upload_limit, api::upload)
        .get("/api/v1/submissions/{id}", Access::Signed, api::submission)
        .get("/api/v1/submissions/{id}/groups", Access::Signed, api::groups)
        .post_large("/api/v1/city-intake", hand_in, 64 << 20, api::city_intake)
        .with_state(intake.clone());
    let locales = (include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
    let mut module = Module::new("intake", locales, routes);
    let item = |label, href, roles| NavItem { group: "nav-intake", label, href, roles };
    module.nav = vec![
        item("submissions", "/submissions", &[]),
        item("submission-new", "/submissions/new", MAY_HAND_IN),
        item("pulls", "/pulls", MAY_SEE_PULLS),
        item("dashboard", "/dashboard", &[]),
        item("data-tables", "/data", MAY_READ_ALL),
        item("exports", "/exports", MAY_EXPORT),
    ];
    module.openapi = Some(api::document());
    // Each card has the platform to itself.
    macro_rules! card {
        ($make:path) => {{
            let intake = intake.clone();
            Card::new(move |cx| $make(cx, intake.clone()))
        }};
    }
    module.cards = vec![card!(cards::work), card!(cards::due), card!(cards::newest), card!(cards::jobs)];
    module
}

/// Adds the job handlers of intake to a worker.
#[must_use]
pub fn jobs(worker: Worker, intake: Intake) -> Worker {
    let (processing, pulling, exporting) = (intake.clone(), intake.clone(), intake);
    worker
        .patient(jobs::PROCESS)
        .on(jobs::PROCESS, move |_: JobCx, work: jobs::Process| {
            let intake = processing.clone();
            async move { actions::process_submission::process_submission(&intake, work.submission).await }
        })
        .on(jobs::PULL, move |job: JobCx, work: jobs::Pull| {
            let intake = pulling.clone();
            async move { jobs::pull(&intake, job, work).await }
        })
        .on(jobs::EXPORT, move |job: JobCx, work: jobs::Export| {
            let intake = exporting.clone();
            async move { jobs::export(&intake, job, work).await }
        })
}
