//! `GET /issues/{id}`: one cause, who answers for it, what happened; and the forms to speak of it.

use askama::Template;
use axum::extract::{Form, Path, State as Shared};
use axum::response::Response;
use catalogue::actions::{Answerable, responsible_for};
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{OrgId, Role};
use serde::Deserialize;
use shell::ui::Crumbs;
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::issue_id;
use super::issues::Line;
use crate::actions::{self, MAY_CHASE, MAY_SPEAK};
use crate::context::Rectify;
use crate::model::IssueState;
use crate::store::issues;

/// One line of the history.
struct Entry {
    at: DateTime<Utc>,
    by: String,
    kind: String,
    note: String,
}

#[derive(Template)]
#[template(path = "rectify/issue.html")]
struct Detail {
    cx: Cx,
    issue: Line,
    submission: uuid::Uuid,
    people: Vec<Answerable>,
    history: Vec<Entry>,
    may_speak: bool,
    may_chase: bool,
    may_dispute: bool,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("issues", "/issues").here_named(&self.issue.number).to_string()
    }

    fn id(&self) -> &str {
        self.issue.href.trim_start_matches("/issues/")
    }

    fn state_text(&self) -> String {
        self.cx.t(&format!("issue-state-{}", self.issue.state.name()))
    }

    fn is_open(&self) -> bool {
        self.issue.state == IssueState::Open
    }

    fn is_disputed(&self) -> bool {
        self.issue.state == IssueState::Disputed
    }

    fn duty(&self, person: &Answerable) -> String {
        self.cx.t(&format!("duty-{}", person.duty.name()))
    }
}

/// `GET /issues/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply {
    let id = issue_id(&id)?;
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let row = issues::get(conn, &actor, id).await?;
    let orgs = Orgs::load(&cx).await?;
    let line = Line::of(&cx, &rectify, &row, &orgs, today)?;
    let people = responsible_for(conn, OrgId(row.org_id), &row.resource, today).await?;
    let history = issues::history(conn, id).await?.into_iter().map(|e| Entry {
        at: e.at,
        by: if e.by_name.is_empty() { cx.t("issue-by-platform") } else { e.by_name },
        kind: cx.t(&format!("issue-entry-{}", e.kind)),
        note: e.note,
    });
    page(&Detail {
        submission: row.submission_id,
        people,
        history: history.collect(),
        may_speak: cx.can(MAY_SPEAK),
        may_chase: cx.can(MAY_CHASE),
        may_dispute: cx.can(&[Role::DataOfficer]),
        issue: line,
        cx,
    })
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    note: String,
}

fn back(cx: &Cx, id: &str, said: &str) -> Response {
    redirect(cx, &format!("/issues/{id}"), Some(Flash::ok(cx.t(said))))
}

/// `POST /issues/{id}/note`
pub async fn note(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    let what = (said.note.as_str(), false);
    actions::add_note(&rectify.intake.db, &actor, issue_id(&id)?, what, cx.now()).await?;
    Ok(back(&cx, &id, "issue-noted"))
}

/// `POST /issues/{id}/call`
pub async fn call(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    let what = (said.note.as_str(), true);
    actions::add_note(&rectify.intake.db, &actor, issue_id(&id)?, what, cx.now()).await?;
    Ok(back(&cx, &id, "issue-called"))
}

/// `POST /issues/{id}/dispute`
pub async fn dispute(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    actions::dispute(&rectify.intake.db, &actor, issue_id(&id)?, &said.note, cx.now()).await?;
    Ok(back(&cx, &id, "issue-disputed"))
}

/// `POST /issues/{id}/answer`
pub async fn answer(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    actions::answer(&rectify.intake.db, &actor, issue_id(&id)?, &said.note, cx.now()).await?;
    Ok(back(&cx, &id, "issue-answered"))
}
