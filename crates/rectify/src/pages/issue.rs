//! `GET /issues/{id}`: one cause, who answers for it, what happened; and the forms to speak of it.

use askama::Template;
use axum::extract::{Form, Path, Query, State as Shared};
use axum::response::Response;
use catalogue::actions::{Answerable, responsible_for};
use chrono::{DateTime, NaiveDate, Utc};
use intake::actions::look_up::summary;
use intake::{Orgs, mend_href};
use kernel::{Error, ErrorKind, IssueId, OrgId, Result, Role, SubmissionId};
use lake::check::{CheckInfo, Finding, checks_of, render};
use serde::Deserialize;
use shell::ui::Crumbs;
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::cause_rows::{self, CauseRows};
use super::issues::Line;
use super::judgements::judged_in_words;
use super::{diffs, issue_id, returns};
use crate::actions::{self, MAY_CHASE, MAY_CONFIRM, MAY_SPEAK};
use crate::context::Rectify;
use crate::model::{EntryKind, IssueState, Origin, as_example};
use crate::store::entity::issue::Model as Issue;
use crate::store::issues;
use crate::store::returns::{self as rows, Filter};

/// Rows sent back that the page of an issue shows; the rest stands in the list.
const RETURNED: u64 = 20;

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
    /// Where its rows are mended.
    mend: String,
    /// The file it is of, where it is of one.
    file: Option<String>,
    people: Vec<Answerable>,
    history: Vec<Entry>,
    /// Why one that still waits is wrong and how to mend it; none where nothing waits.
    explained: Option<(String, String)>,
    /// The rows that wait, for who may read them.
    waiting: Option<CauseRows>,
    /// What was changed in its field.
    diffs: Vec<diffs::Line>,
    /// What the province sent back, where it did: the first rows.
    returned: Vec<returns::Line>,
    may_ask: bool,
    may_answer: bool,
    /// Where its rule is changed, for who may.
    rule: Option<String>,
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

    fn some_open(&self) -> bool {
        self.returned.iter().any(returns::Line::is_open)
    }

    fn some_asked(&self) -> bool {
        self.returned.iter().any(returns::Line::is_asked)
    }

    fn duty(&self, person: &Answerable) -> String {
        self.cx.t(&format!("duty-{}", person.duty.name()))
    }
}

/// Which of its rows are looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    rows: Option<u64>,
}

/// `GET /issues/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Query(part): Query<Part>,
) -> Reply {
    let id = issue_id(&id)?;
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let row = issues::get(conn, &actor, id).await?;
    let orgs = Orgs::load(&cx).await?;
    let line = Line::of(&cx, &rectify, &row, &orgs, today)?;
    let people = responsible_for(conn, OrgId(row.org_id), &row.resource, today).await?;
    let history = issues::history(conn, id).await?.into_iter().map(|e| {
        let judged = e.kind == EntryKind::Judged.name();
        Ok(Entry {
            at: e.at,
            by: if e.by_name.is_empty() { cx.t("issue-by-platform") } else { e.by_name },
            kind: cx.t(&format!("issue-entry-{}", e.kind)),
            note: if judged { judged_in_words(&cx, &e.note)? } else { e.note },
        })
    });
    let history = history.collect::<Result<Vec<_>>>()?;
    let returned = returned(&cx, &rectify, &row, &orgs, today).await?;
    let waiting = if row.origin == Origin::Check.name() && row.open > 0 {
        cause_rows::of_issue(&cx, &actor, &rectify, &row, part.rows.unwrap_or(1)).await?
    } else {
        None
    };
    let file = match summary(&rectify.intake, &actor, SubmissionId(row.submission_id)).await {
        Ok(found) => Some(found.file),
        // Rows that were sent back come without one.
        Err(e) if e.kind() == ErrorKind::NotFound => None,
        Err(e) => return Err(e.into()),
    };
    page(&Detail {
        explained: explained(&cx, &rectify, &row, waiting.as_ref(), &returned)?,
        waiting,
        file,
        submission: row.submission_id,
        mend: mend_href(SubmissionId(row.submission_id), &row.code, &row.pattern, &row.field),
        returned,
        diffs: diffs::of_issue(&cx, &actor, &rectify, &row).await?,
        may_ask: cx.can(MAY_CONFIRM),
        may_answer: cx.can(MAY_CHASE),
        people,
        history,
        rule: rule_of(&rectify, &row)?.filter(|_| cx.can(MAY_CHASE)),
        may_speak: cx.can(MAY_SPEAK),
        may_chase: cx.can(MAY_CHASE),
        may_dispute: cx.can(&[Role::DataOfficer]),
        issue: line,
        cx,
    })
}

/// What is explained is what can still be put right: the row that was found first may be mended long since.
fn explained(
    cx: &Cx,
    rectify: &Rectify,
    issue: &Issue,
    waiting: Option<&CauseRows>,
    returned: &[returns::Line],
) -> Result<Option<(String, String)>> {
    if issue.open == 0 {
        return Ok(None);
    }
    let row = waiting.and_then(|w| w.rows.first()).map(|r| (&r.why, &r.fix));
    let sent_back = || returned.iter().find(|r| r.is_open() || r.is_asked()).map(|r| (&r.why, &r.fix));
    if let Some((why, fix)) = row.or_else(sent_back) {
        return Ok(Some((why.clone(), fix.clone())));
    }
    // Who may not read the rows is told the cause without the values of any.
    let first: Finding = serde_json::from_str(&issue.finding).map_err(Error::internal)?;
    let example = as_example(first, cx.lang());
    let said = render(&rectify.intake.packs, &issue.resource, &example, cx.lang());
    Ok(Some((said.why, said.fix)))
}

/// Where the rule behind an issue is changed locally, if it may be.
fn rule_of(rectify: &Rectify, issue: &Issue) -> Result<Option<String>> {
    let first: Finding = serde_json::from_str(&issue.finding).map_err(Error::internal)?;
    let Some((pack, resource)) = rectify.intake.packs.resource(&issue.resource) else { return Ok(None) };
    let key = first.rule.clone().unwrap_or(first.code);
    let check = checks_of(&rectify.intake.packs, pack, resource).into_iter().find(|c| c.key == key);
    let address = |c: &CheckInfo| {
        // What is disputed is the check of this field; the steward may widen it.
        let field = first.field.as_ref().filter(|f| first.rule.is_none() && c.fields.contains(f));
        let rule = field.map_or_else(|| c.key.clone(), |f| format!("{}@{f}", c.key));
        format!("/rules/{}/overrides/new?rule={}", issue.resource, shell::ui::encode(&rule))
    };
    Ok(check.filter(|c| c.adjustable).map(|c| address(&c)))
}

/// The first rows that the province sent back for this cause, those that wait before the others.
async fn returned(
    cx: &Cx,
    rectify: &Rectify,
    issue: &Issue,
    orgs: &Orgs,
    today: NaiveDate,
) -> Result<Vec<returns::Line>> {
    if issue.origin != Origin::Province.name() {
        return Ok(Vec::new());
    }
    let filter = Filter { issue: Some(IssueId(issue.id)), ..Filter::default() };
    let conn = rectify.intake.db.conn();
    let rows = rows::page(conn, cx.signed()?, &filter, today, ("due", false), (0, RETURNED)).await?;
    rows.iter().map(|r| returns::Line::of(cx, rectify, r, orgs, today)).collect()
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    pub(super) note: String,
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
