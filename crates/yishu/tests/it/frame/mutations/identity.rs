//! Accounts, sessions, credentials, the log itself.

use kernel::Role;

use super::Walk;
use crate::frame::PASSWORD;

pub(super) async fn walk(w: &mut Walk) {
    let org = w.served.org("A0").await;
    let admin = w.served.person("admin", Some(org), &[Role::Administrator, Role::Auditor]).await;
    w.served.account("other", Some(org), &[Role::Auditor]).await;

    let visitor = w.served.browser();
    let sign_in = [("name", "other"), ("password", PASSWORD)];
    w.see("POST /sign-in", "account:", visitor.post("/sign-in", "/sign-in", &sign_in)).await;
    let change = [("old", PASSWORD), ("new", "green-willow-8"), ("again", "green-willow-8")];
    w.form("POST /account/password", "account:", &visitor, "/account/password", &change).await;
    w.form("POST /sign-out", "account:", &visitor, "/sign-out", &[]).await;

    let org = org.to_string();
    let new = [("name", "third"), ("display_name", "第三"), ("org", &*org), ("roles", "auditor")];
    w.form("POST /accounts", "account:", &admin, "/accounts", &new).await;
    let list = admin.text("/accounts?q=third").await;
    let id = list.split("/accounts/").nth(3).unwrap().split('/').next().unwrap().to_owned();
    let subject = format!("account:{id}");
    let fields = [("org", &*org), ("roles", "auditor")];
    w.form("POST /accounts/{id}", &subject, &admin, &format!("/accounts/{id}"), &fields).await;
    for (route, verb) in [
        ("POST /accounts/{id}/disable", "disable"),
        ("POST /accounts/{id}/enable", "enable"),
        ("POST /accounts/{id}/reset-password", "reset-password"),
    ] {
        w.form(route, &subject, &admin, &format!("/accounts/{id}/{verb}"), &[]).await;
    }
    let new = [("org", &*org), ("label", "x")];
    w.form("POST /credentials", "credential:", &admin, "/credentials", &new).await;
    let list = admin.text("/credentials").await;
    let id = list.split("/credentials/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let path = format!("/credentials/{id}/revoke");
    w.form("POST /credentials/{id}/revoke", &format!("credential:{id}"), &admin, &path, &[]).await;
    w.form("POST /audit/verify", "audit", &admin, "/audit/verify", &[]).await;
}
