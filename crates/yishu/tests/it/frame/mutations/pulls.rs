//! Front-end databases: registered, tried, switched on, read, changed, switched off, removed.

use kernel::Role;

use super::Walk;
use crate::frame::pulls::{form, front_end, register, work};

pub(super) async fn walk(w: &mut Walk) {
    front_end(&w.served, "P1").await;
    let org = w.served.org("P1").await;
    w.served.provides(org, "legal-entity").await;
    let officer = w.served.person("pull-officer", Some(org), &[Role::DataOfficer]).await;
    let id = org.to_string();
    w.form("POST /pulls", "pull:", &officer, "/pulls", &form(&id, &[])).await;
    let home = register(&officer, org, &[("name", "另一张表")]).await;
    let subject = home.replace("/pulls/", "pull:");
    w.form("POST /pulls/{id}", &subject, &officer, &home, &form(&id, &[("name", "又一张表")])).await;
    let steps = [
        ("POST /pulls/{id}/test", "test"),
        ("POST /pulls/{id}/enable", "enable"),
        ("POST /pulls/{id}/run", "run"),
        ("POST /pulls/{id}/disable", "disable"),
        ("POST /pulls/{id}/remove", "remove"),
    ];
    for (route, verb) in steps {
        w.form(route, &subject, &officer, &format!("{home}/{verb}"), &[]).await;
        work(&w.served).await;
    }
}
