//! Naming responsible persons.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, OrgId, Result};
use serde::Deserialize;
use shell::ui::FormState;
use shell::{Cx, Flash, Reply, Signed, redirect};
use uuid::Uuid;

use super::{address, detail, mendable, orgs};
use crate::actions::{self, Assignment};

#[derive(Deserialize)]
pub struct Given {
    org: String,
    /// The entry whose page the form stands on; empty on an organisation's page.
    #[serde(default)]
    entry: String,
    /// `yes` when the person answers for everything of the organisation.
    #[serde(default)]
    whole: String,
    duty: String,
    person: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    email: String,
    from: String,
}

fn assignment(given: &Given) -> Result<Assignment> {
    let org: OrgId = given.org.parse().map_err(|_| Error::not_found("组织机构", "organisation"))?;
    let from = given.from.parse().map_err(|_| {
        Error::bad_input(
            "person-day",
            format!("起始日期“{}”不是日期，应如 2026-03-01。", given.from),
            format!("“{}” is not a day such as 2026-03-01.", given.from),
        )
    })?;
    let entry = (given.whole != "yes" && !given.entry.is_empty()).then(|| given.entry.clone());
    Ok(Assignment {
        org,
        entry,
        duty: given.duty.parse()?,
        name: given.person.clone(),
        phone: given.phone.clone(),
        email: given.email.clone(),
        from,
    })
}

/// The page the form stands on.
fn back(entry: &str, org: &str) -> String {
    if entry.is_empty() { format!("/orgs/{org}") } else { address(entry) }
}

/// `POST /responsible`
pub async fn assign(cx: Cx, Signed(actor): Signed, Form(given): Form<Given>) -> Reply<Response> {
    let done = match assignment(&given) {
        Ok(new) => actions::assign_responsible(cx.app().db(), &actor, new, cx.now()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => {
            let flash = Flash::ok(cx.t1("responsible-assigned", "name", given.person.trim()));
            Ok(redirect(&cx, &back(&given.entry, &given.org), Some(flash)))
        }
        Err(e) if mendable(&e) => {
            let form = FormState::new()
                .with("duty", given.duty)
                .with("person", given.person)
                .with("phone", given.phone)
                .with("email", given.email)
                .with("from", given.from)
                .refused(&cx, "", &e);
            let shown = match given.entry.as_str() {
                "" => orgs::org_page(cx, &actor, orgs::id_of(&given.org)?, Some(form)).await?,
                entry => detail::detail(cx, &actor, entry, None, form).await?,
            };
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Deserialize)]
pub struct End {
    #[serde(default)]
    entry: String,
}

/// `POST /responsible/{id}/end`
pub async fn end(
    cx: Cx,
    Signed(actor): Signed,
    Path(id): Path<String>,
    Form(given): Form<End>,
) -> Reply<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::not_found("负责人", "responsible person"))?;
    let org = actions::end_responsible(cx.app().db(), &actor, id, cx.now()).await?;
    Ok(redirect(&cx, &back(&given.entry, &org.to_string()), Some(Flash::ok(cx.t("responsible-ended")))))
}
