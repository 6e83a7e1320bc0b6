//! Every route that changes something leaves a record in the audit log. A new route must be given a case here.

use std::collections::BTreeSet;

use kernel::Role;
use store::Db;
use yishu::wiring::migrations;

use super::{Browser, PASSWORD, Served};

/// Routes that take a POST but change nothing that is kept.
const CHANGES_NOTHING: &[&str] = &[];

struct Walk {
    served: Served,
    walked: BTreeSet<&'static str>,
}

impl Walk {
    /// Sends a form and sees a record more than before.
    async fn post(
        &mut self,
        browser: &Browser,
        route: &'static str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> String {
        let before = self.served.audit_rows().await;
        let page = if route == "/sign-in" { "/sign-in" } else { "/" };
        let answer = browser.post(page, path, fields).await;
        assert!(answer.status().as_u16() < 400, "{route}: {}", answer.status());
        assert!(self.served.audit_rows().await > before, "{route} left no record");
        self.walked.insert(route);
        answer.text().await.unwrap()
    }
}

store::on_both!(every_mutation_leaves_a_record, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let org = served.org("A1").await;
    let admin = served.person("admin", Some(org), &[Role::Administrator, Role::Auditor]).await;
    served.account("other", Some(org), &[Role::Auditor]).await;
    let mut walk = Walk { served, walked: BTreeSet::new() };
    let w = &mut walk;

    let visitor = w.served.browser();
    w.post(&visitor, "/sign-in", "/sign-in", &[("name", "other"), ("password", PASSWORD)]).await;
    let change = [("old", PASSWORD), ("new", "green-willow-8"), ("again", "green-willow-8")];
    w.post(&visitor, "/account/password", "/account/password", &change).await;
    w.post(&visitor, "/sign-out", "/sign-out", &[]).await;

    let new = [("name", "third"), ("display_name", "第三"), ("org", &*org.to_string()), ("roles", "auditor")];
    w.post(&admin, "/accounts", "/accounts", &new).await;
    let list = admin.text("/accounts?q=third").await;
    let id = list.split("/accounts/").nth(3).unwrap().split('/').next().unwrap().to_owned();
    w.post(
        &admin,
        "/accounts/{id}",
        &format!("/accounts/{id}"),
        &[("org", &*org.to_string()), ("roles", "auditor")],
    )
    .await;
    for (route, verb) in [
        ("/accounts/{id}/disable", "disable"),
        ("/accounts/{id}/enable", "enable"),
        ("/accounts/{id}/reset-password", "reset-password"),
    ] {
        w.post(&admin, route, &format!("/accounts/{id}/{verb}"), &[]).await;
    }
    w.post(&admin, "/credentials", "/credentials", &[("org", &*org.to_string()), ("label", "x")]).await;
    let list = admin.text("/credentials").await;
    let id = list.split("/credentials/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    w.post(&admin, "/credentials/{id}/revoke", &format!("/credentials/{id}/revoke"), &[]).await;
    w.post(&admin, "/audit/verify", "/audit/verify", &[]).await;

    let identity = identity::module().into_routes();
    let missing: Vec<&str> = identity
        .iter()
        .filter(|r| r.method != "GET" && !CHANGES_NOTHING.contains(&r.path))
        .map(|r| r.path)
        .filter(|path| !walk.walked.contains(path))
        .collect();
    assert!(missing.is_empty(), "give these routes a case here: {missing:?}");
    let verdict = store::audit::verify(&walk.served.db).await.unwrap();
    assert!(matches!(verdict, store::audit::Verdict::Intact { .. }), "{verdict:?}");
});
