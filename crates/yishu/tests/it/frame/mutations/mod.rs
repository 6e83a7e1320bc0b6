//! Every route that changes something leaves a record in the audit log that names what was altered.
//!
//! A new mutating route is given a row: one call of [`Walk::see`] in the file of its capability, with the route as it is declared
//! (`"POST /things/{id}/close"`), the subject its record names (`thing:<id>`, or what the subject begins with where the
//! request makes the thing: `"thing:"`), and the request a person or system sends when all goes well. A walk that leaves a
//! route out fails and names it. Routes that change nothing worth a record stand in [`CHANGES_NOTHING`], each with its reason.

mod cases;
mod catalogue;
mod identity;
mod intake;
mod publication;
mod pulls;
mod rectify;
mod scorecard;
mod sharing;

use std::collections::BTreeSet;

use reqwest::Response;
use store::Db;
use store::audit::{Record, Verdict};
use yishu::wiring::migrations;

pub use intake::send_file;
pub use rectify::question;

use super::{Browser, Served};

/// Routes that take a POST but change nothing that is kept, each with its reason.
const CHANGES_NOTHING: &[&str] = &[
    "POST /public/cases",              // opens a case by its code: a cookie of the visitor
    "POST /public/cases/leave",        // takes that cookie away
    "POST /indicators/{code}/preview", // counts what would be, and keeps nothing
];

/// What has been walked so far.
pub(super) struct Walk {
    pub served: Served,
    seen: BTreeSet<&'static str>,
}

impl Walk {
    /// Sends a request that must succeed and leave a record whose subject begins with `subject`.
    pub async fn see(
        &mut self,
        route: &'static str,
        subject: &str,
        request: impl Future<Output = Response>,
    ) -> Response {
        let before = self.served.audit_rows().await;
        let answer = request.await;
        let status = answer.status();
        if status.as_u16() >= 400 {
            panic!("{route}: {status} {}", answer.text().await.unwrap());
        }
        let new = self.since(before).await;
        assert!(
            new.iter().any(|r| r.subject.starts_with(subject)),
            "{route} left no record naming {subject}, only {:?}",
            new.iter().map(|r| format!("{} {}", r.action, r.subject)).collect::<Vec<_>>()
        );
        self.seen.insert(route);
        answer
    }

    /// The same with a form, as a browser sends it.
    pub async fn form(
        &mut self,
        route: &'static str,
        subject: &str,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Response {
        self.see(route, subject, browser.post("/", path, fields)).await
    }

    async fn since(&self, before: u64) -> Vec<Record> {
        let find = store::audit::Find { offset: before, limit: 100, ..Default::default() };
        store::audit::find(&self.served.db, &find).await.unwrap().0
    }
}

store::on_both!(every_mutation_leaves_a_record, migrations, async |db: Db| {
    let mut walk = Walk { served: Served::start(db).await, seen: BTreeSet::new() };
    identity::walk(&mut walk).await;
    catalogue::walk(&mut walk).await;
    intake::walk(&mut walk).await;
    pulls::walk(&mut walk).await;
    rectify::walk(&mut walk).await;
    sharing::walk(&mut walk).await;
    cases::walk(&mut walk).await;
    scorecard::walk(&mut walk).await;
    rectify::walk_notices(&mut walk).await;
    publication::walk(&mut walk).await;

    let there: Vec<String> = walk
        .served
        .app
        .routes()
        .iter()
        .filter(|r| r.method != "GET")
        .map(|r| format!("{} {}", r.method, r.path))
        .collect();
    let known = |r: &str| walk.seen.contains(r) || CHANGES_NOTHING.contains(&r);
    let missing: Vec<_> = there.iter().filter(|r| !known(r)).collect();
    assert!(missing.is_empty(), "give these routes a row here: {missing:#?}");
    let gone: Vec<_> =
        walk.seen.iter().chain(CHANGES_NOTHING).filter(|r| !there.iter().any(|t| t == *r)).collect();
    assert!(gone.is_empty(), "these routes are no more: {gone:#?}");
    let auditor = walk.served.person("auditor-of-names", None, &[kernel::Role::Auditor]).await;
    let page = auditor.text("/audit").await;
    let unnamed: BTreeSet<String> = walk.served.actions().await.into_iter().collect();
    let unnamed: Vec<_> =
        unnamed.iter().filter(|a| !page.contains(&format!("<option value=\"{a}\""))).collect();
    assert!(unnamed.is_empty(), "the audit page has no name for {unnamed:?}");
    let verdict = store::audit::verify(&walk.served.db).await.unwrap();
    assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
});
