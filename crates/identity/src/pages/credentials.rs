//! API credentials: list, make, revoke.

use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, ErrorKind};
use serde::Deserialize;
use shell::ui::{Crumbs, FormState, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::{Once, org_options};
use crate::actions;
use crate::store::lists::{self, CredentialLine, Slice};

#[derive(Template)]
#[template(path = "identity/credentials.html")]
struct Credentials {
    cx: Cx,
    table: TableState,
    rows: Vec<CredentialLine>,
    total: u64,
    form: FormState,
    orgs: Vec<(String, String)>,
}

async fn show(cx: Cx, form: FormState) -> Reply {
    let table = TableState::read(&cx, &["-created", "label", "last-used"]);
    let slice = Slice {
        sort: table.sort(),
        descending: table.descending(),
        offset: table.offset(),
        limit: table.limit(),
    };
    let (rows, total) = lists::credentials(cx.app().db(), &cx.signed()?.scope, &slice).await?;
    let orgs = org_options(&cx).await?;
    page(&Credentials { cx, table, rows, total, form, orgs })
}

/// `GET /credentials`
pub async fn list(cx: Cx) -> Reply {
    let org = cx.signed()?.org.map(|o| o.to_string()).unwrap_or_default();
    show(cx, FormState::new().with("org", org)).await
}

#[derive(Deserialize)]
pub struct Given {
    org: String,
    label: String,
}

/// `POST /credentials`
pub async fn create(cx: Cx, Signed(actor): Signed, Form(given): Form<Given>) -> Reply<Response> {
    let org = given.org.parse().map_err(|_| Error::not_found("组织机构", "organisation"))?;
    match actions::create_credential(cx.app().db(), &actor, org, &given.label, cx.now()).await {
        Ok(secret) => page(&Once {
            cx,
            title: "credential-created",
            help: "credential-once-help",
            name: given.label,
            secret,
            back: "/credentials",
        }),
        Err(e) if e.kind() == ErrorKind::BadInput => {
            let form =
                FormState::new().with("org", given.org).with("label", given.label).refused(&cx, "label", &e);
            Ok((StatusCode::BAD_REQUEST, show(cx, form).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /credentials/{id}/revoke`
pub async fn revoke(cx: Cx, Signed(actor): Signed, Path(id): Path<String>) -> Reply {
    let id = id.parse().map_err(|_| Error::not_found("接口凭证", "API credential"))?;
    actions::revoke_credential(cx.app().db(), &actor, id, cx.now()).await?;
    Ok(redirect(&cx, "/credentials", Some(Flash::ok(cx.t("credential-revoked")))))
}
