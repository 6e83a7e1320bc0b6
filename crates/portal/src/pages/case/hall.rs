//! `GET /cases/new`, `POST /cases`: the service hall (办事大厅) takes an application in with its paper original.

use askama::Template;
use axum::extract::{Multipart, State as Shared};
use axum::response::Response;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};

use super::filled::Filled;
use super::find::{Found, found};
use super::form::{form_page, framed, hall_action, send};
use super::record_of;
use crate::actions::case::{MAY_WORK, see_in_scope};
use crate::context::Portal;
use crate::model::case::Kind;

#[derive(Template)]
#[template(path = "portal/case_hall.html")]
struct Hall {
    cx: Cx,
    asked: String,
    found: Vec<Found>,
}

impl Hall {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("cases", "/cases").here("case-new").to_string()
    }
}

/// `GET /cases/new`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply {
    actor.require(MAY_WORK)?;
    let asked = TableState::read(&cx, &[""]);
    if !asked.filter("record").is_empty() {
        let kind: Kind = asked.filter("kind").parse()?;
        let shown = see_in_scope(&portal, &actor.scope, record_of(asked.filter("record"))?).await?;
        let action = hall_action(kind, shown.found.id);
        return framed(&cx, true, &form_page(&cx, &portal, (true, &action), kind, &shown, None).await?);
    }
    let asked = asked.filter("q").to_owned();
    let found = found(&cx, &portal, &asked).await?;
    page(&Hall { cx: cx.clone(), asked, found })
}

/// `POST /cases?record=&kind=`
pub async fn submit(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    form: Multipart,
) -> Reply<Response> {
    actor.require(MAY_WORK)?;
    let asked = TableState::read(&cx, &[""]);
    let (kind, record) = (asked.filter("kind").parse()?, record_of(asked.filter("record"))?);
    send(&cx, &portal, Some(&actor), kind, record, Filled::read(form).await?).await
}
