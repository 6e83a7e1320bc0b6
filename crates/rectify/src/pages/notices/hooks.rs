//! `GET /notices/webhooks`: where reminders are sent beside mail.

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{Actor, Error, ErrorKind, OrgId, Result};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use uuid::Uuid;

use crate::actions::notices::{NewWebhook, add_webhook, remove_webhook, test_webhook};
use crate::context::Rectify;
use crate::outgoing::Outgoing;
use crate::store::notices::hooks;

const HERE: &str = "/notices/webhooks";

struct Line {
    id: String,
    title: String,
    org: String,
    /// Host only: the path may hold a token.
    host: String,
    by: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "rectify/webhooks.html")]
struct List {
    cx: Cx,
    rows: Vec<Line>,
    form: FormState,
    orgs: Vec<(String, String)>,
    /// The key of one just made, shown this once.
    secret: Option<String>,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("notices", "/notices").here("webhooks").to_string()
    }
}

async fn answer(cx: Cx, actor: &Actor, rectify: &Rectify, form: FormState, secret: Option<String>) -> Reply {
    let conn = rectify.intake.db.conn();
    let orgs = Orgs::load(&cx).await?;
    let rows = hooks::all(conn).await?.into_iter().map(|h| Line {
        id: h.id.to_string(),
        title: h.title,
        org: h.org_id.map_or_else(|| cx.t("city-wide"), |o| orgs.name(OrgId(o), cx.lang())),
        host: h.url.split('/').nth(2).unwrap_or_default().to_owned(),
        by: h.made_by,
        at: h.created_at,
    });
    let rows = rows.collect();
    let all = identity::org::list(conn, &actor.scope).await?;
    let mut choice = vec![(String::new(), cx.t("city-wide"))];
    choice.extend(all.iter().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())));
    page(&List { cx, rows, form, orgs: choice, secret })
}

/// `GET /notices/webhooks`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    answer(cx, &actor, &rectify, FormState::new(), None).await
}

/// `POST /notices/webhooks`
pub async fn add(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Shared(outgoing): Shared<Outgoing>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = FormState::of(&shell::form_pairs(&body));
    let org = match form.value("org") {
        "" => None,
        id => Some(id.parse().map_err(|_| Error::not_found("组织机构", "organisation"))?),
    };
    let new = NewWebhook { org, title: form.value("title").to_owned(), url: form.value("url").to_owned() };
    match add_webhook(&rectify.intake.db, &outgoing, &actor, new, cx.now()).await {
        Ok(made) => answer(cx, &actor, &rectify, FormState::new(), Some(made.secret)).await,
        Err(e) if e.kind() == ErrorKind::BadInput => {
            let field = match e.code() {
                "webhook-address" => "url",
                "notice-address" => "",
                _ => "title",
            };
            let form = form.refused(&cx, field, &e);
            Ok((StatusCode::BAD_REQUEST, answer(cx, &actor, &rectify, form, None).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

fn hook_id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found("这个 Webhook", "webhook"))
}

/// `POST /notices/webhooks/{id}/remove`
pub async fn remove(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply<Response> {
    remove_webhook(&rectify.intake.db, &actor, hook_id(&id)?, cx.now()).await?;
    Ok(redirect(&cx, HERE, Some(Flash::ok(cx.t("webhook-removed")))))
}

/// `POST /notices/webhooks/{id}/test`
pub async fn test(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Shared(outgoing): Shared<Outgoing>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let flash = match test_webhook(&rectify.intake.db, &outgoing, &actor, hook_id(&id)?, cx.now()).await {
        Ok(()) => Flash::ok(cx.t("webhook-taken")),
        Err(e) if matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Unavailable) => {
            Flash::error(cx.text(e.text()).to_owned())
        }
        Err(e) => return Err(e.into()),
    };
    Ok(redirect(&cx, HERE, Some(flash)))
}
