//! `GET /returns`: records that a superior platform sent back (省退回记录), and how many of them are corrected or confirmed.

use askama::Template;
use axum::extract::{Form, Path, State as Shared};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use intake::Orgs;
use intake::actions::provider::may_hand_in;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, OrgId, Result};
use lake::check::{Finding, render};
use serde::Deserialize;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, WithPart, page_or_part, redirect};
use standards::pack::Resource;

use super::{issue_id, resource_title};
use crate::actions::{Answer, MAY_CHASE, MAY_CONFIRM, answer_confirmation, ask_confirmation};
use crate::context::Rectify;
use crate::model::ReturnState;
use crate::store::entity::returned::Model;
use crate::store::returns::{self, Counts, Filter, SORTS, These};

/// One record sent back as lists show it.
pub(crate) struct Line {
    pub id: String,
    pub issue: String,
    /// Address of the decision; none where the platform does not know it.
    pub record: Option<String>,
    pub document: String,
    pub subject: String,
    pub resource: String,
    pub org: String,
    /// 为什么错, in everyday words.
    pub why: String,
    /// 怎么改
    pub fix: String,
    /// The superior's own code and words.
    pub code: String,
    pub said: String,
    pub returned: String,
    pub due: Option<String>,
    pub overdue: bool,
    pub state: ReturnState,
    pub reason: String,
    pub reason_by: String,
    pub closed_at: Option<DateTime<Utc>>,
    /// The submission that corrected it.
    pub closed_by: Option<String>,
}

impl Line {
    pub(crate) fn of(cx: &Cx, rectify: &Rectify, row: &Model, orgs: &Orgs, today: NaiveDate) -> Result<Self> {
        let cause: Finding = serde_json::from_str(&row.finding).map_err(Error::internal)?;
        let said = render(&rectify.intake.packs, &row.resource, &cause, cx.lang());
        let state: ReturnState = row.state.parse()?;
        let waits = matches!(state, ReturnState::Open | ReturnState::Asked);
        Ok(Self {
            id: row.id.to_string(),
            issue: format!("/issues/{}", row.issue_id),
            record: row.record_id.map(|id| format!("/records/{id}")),
            document: row.document.clone(),
            subject: row.subject.clone(),
            resource: resource_title(cx, rectify, &row.resource),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            why: said.why,
            fix: said.fix,
            code: row.code.clone(),
            said: row.said.clone(),
            returned: cx.date(row.returned_on),
            due: row.due.map(|d| cx.date(d)),
            overdue: waits && row.due.is_some_and(|d| d < today),
            state,
            reason: row.reason.clone(),
            reason_by: row.reason_by.clone(),
            closed_at: row.closed_at,
            closed_by: row.closed_by.map(|id| format!("/submissions/{id}/changes")),
        })
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state == ReturnState::Open
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.state == ReturnState::Asked
    }

    /// The key of the text of its state.
    pub(crate) fn state_key(&self) -> String {
        format!("return-state-{}", self.state.name())
    }
}

#[derive(Template)]
#[template(path = "rectify/returns.html")]
struct List {
    cx: Cx,
    part: Part,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
    /// Where a list is handed in, for those who may.
    list: Option<String>,
}

#[derive(Template)]
#[template(path = "rectify/returns_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    counts: Counts,
    /// Lines that the filter leaves.
    total: i64,
    state: TableState,
    may_ask: bool,
    may_answer: bool,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("returns").to_string()
    }

    /// The choices of the filter by state.
    fn states(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = self.part.state.filter("state");
        let all = ReturnState::ALL.map(|s| (s.name(), self.cx.t(&format!("return-state-{}", s.name()))));
        let other = [("overdue", "returns-overdue"), ("unknown", "returns-unknown")];
        let all = all.into_iter().chain(other.map(|(name, key)| (name, self.cx.t(key))));
        all.map(|(name, text)| (name, text, name == chosen)).collect()
    }
}

impl Part {
    /// The figures over the list: each leads to its rows.
    fn stats(&self) -> Vec<(String, i64, String, &'static str)> {
        let c = &self.counts;
        let tone = |n: i64, tone| if n > 0 { tone } else { "" };
        [
            ("open", c.open, ""),
            ("overdue", c.overdue, tone(c.overdue, "reject")),
            ("asked", c.asked, tone(c.asked, "warn")),
            ("corrected", c.corrected, "pass"),
            ("confirmed", c.confirmed, "pass"),
            ("unknown", c.unknown, tone(c.unknown, "warn")),
        ]
        .into_iter()
        .map(|(name, n, tone)| {
            let key = match name {
                "overdue" | "unknown" => format!("returns-{name}"),
                state => format!("return-state-{state}"),
            };
            (self.cx.t(&key), n, self.state.with("state", name), tone)
        })
        .collect()
    }

    fn rate(&self) -> String {
        let c = &self.counts;
        let share = self.cx.percent(c.closed(), c.returned);
        self.cx.ta(
            "returns-rate",
            &[
                ("rate", share.into()),
                ("closed", self.cx.num(c.closed()).into()),
                ("returned", self.cx.num(c.returned).into()),
            ],
        )
    }
}

fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    let which = state.filter("state");
    Filter {
        state: which.parse().ok(),
        overdue: which == "overdue",
        unknown: which == "unknown",
        issue: state.filter("issue").parse().ok(),
        resource: given("resource"),
        org: state.filter("org").parse().ok(),
        text: given("q"),
        from: state.filter("from").parse().ok(),
        to: state.filter("to").parse().ok(),
    }
}

/// The list of records sent back, among the packs.
fn list_of(rectify: &Rectify) -> Option<&Resource> {
    rectify.intake.packs.resources().map(|(_, r)| r).find(|r| r.returns.is_some())
}

/// `GET /returns`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let (sort, part) = ((state.sort(), state.descending()), (state.offset(), state.limit()));
    let rows = returns::page(conn, &actor, &filter, today, sort, part).await?;
    let total = returns::counts(conn, &actor, &filter, today).await?.returned;
    // The rate is that of all rows of the other filters, whichever state is looked at.
    let all = Filter { state: None, overdue: false, unknown: false, ..filter.clone() };
    let counts = returns::counts(conn, &actor, &all, today).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.iter().map(|r| Line::of(&cx, &rectify, r, &orgs, today)).collect::<Result<Vec<_>>>()?;
    let list = list_of(&rectify);
    let of = list.and_then(|l| l.returns.as_ref()).map(|r| r.resources.values().cloned().collect::<Vec<_>>());
    let resources = of.unwrap_or_default().into_iter().map(|code| {
        let title = resource_title(&cx, &rectify, &code);
        (code, title)
    });
    let list = list.map(|l| l.resource.clone());
    let departments: Vec<_> = orgs.departments().collect();
    let list = match list {
        Some(list) if may_hand_in(&rectify.intake, &actor, &list, &departments).await? => Some(list),
        _ => None,
    };
    let whole = List {
        resources: resources.collect(),
        orgs: orgs.choice(filter.org, cx.lang()),
        list,
        part: Part {
            cx: cx.clone(),
            rows,
            counts,
            total,
            state,
            may_ask: cx.can(MAY_CONFIRM),
            may_answer: cx.can(MAY_CHASE),
        },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /returns.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let sheet = sheet(&cx, &actor, &rectify).await?;
    Ok(export::workbook(&cx.t("returns"), vec![sheet]).await?)
}

async fn sheet(cx: &Cx, actor: &Actor, rectify: &Rectify) -> Result<Sheet> {
    let state = TableState::read(cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let lines = returns::counts(conn, actor, &filter, today).await?.returned;
    let orgs = Orgs::load(cx).await?;
    let mut rows = Vec::new();
    for part in export::parts(lines)? {
        let sort = (state.sort(), state.descending());
        for row in &returns::page(conn, actor, &filter, today, sort, part).await? {
            let line = Line::of(cx, rectify, row, &orgs, today)?;
            let state = cx.t(&line.state_key());
            rows.push(vec![
                line.document.into(),
                line.subject.into(),
                line.resource.into(),
                line.org.into(),
                line.returned.into(),
                line.due.unwrap_or_default().into(),
                state.into(),
                cx.time_or_dash(&line.closed_at).into(),
                line.why.into(),
                line.fix.into(),
                line.code.into(),
                line.said.into(),
                line.reason.into(),
            ]);
        }
    }
    let columns = export::columns(
        cx,
        &[
            ("record-document", 30),
            ("record-subject", 30),
            ("column-resource", 24),
            ("column-department", 24),
            ("return-on", 12),
            ("return-due", 12),
            ("column-state", 10),
            ("return-closed", 17),
            ("issue-why", 50),
            ("issue-fix", 50),
            ("return-code", 12),
            ("return-said", 50),
            ("return-reason", 40),
        ],
    );
    Ok(Sheet { title: cx.t("returns"), columns, rows })
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    note: String,
}

fn one(id: &str) -> Result<These> {
    id.parse().map(These::One).map_err(|_| Error::not_found("这条省退回的记录", "record sent back"))
}

fn whole(id: &str) -> Result<These> {
    issue_id(id).map(These::Issue)
}

async fn ask(cx: &Cx, actor: &Actor, rectify: &Rectify, which: These, note: &str) -> Reply<Response> {
    let n = ask_confirmation(&rectify.intake.db, actor, which, note, cx.now()).await?;
    Ok(back(cx, which, &cx.t1("return-asked", "n", n)))
}

async fn reply(
    cx: &Cx,
    actor: &Actor,
    rectify: &Rectify,
    which: These,
    (answer, note): (Answer, &str),
) -> Reply<Response> {
    let n = answer_confirmation(&rectify.intake.db, actor, which, (answer, note), cx.now()).await?;
    let key = if answer == Answer::Agree { "return-agreed" } else { "return-sent-back" };
    Ok(back(cx, which, &cx.t1(key, "n", n)))
}

fn back(cx: &Cx, which: These, said: &str) -> Response {
    let to = match which {
        These::One(_) => "/returns".to_owned(),
        These::Issue(id) => format!("/issues/{id}"),
    };
    redirect(cx, &to, Some(Flash::ok(said.to_owned())))
}

/// `POST /returns/{id}/confirm`
pub async fn confirm(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    ask(&cx, &actor, &rectify, one(&id)?, &said.note).await
}

/// `POST /returns/{id}/agree`
pub async fn agree(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    reply(&cx, &actor, &rectify, one(&id)?, (Answer::Agree, &said.note)).await
}

/// `POST /returns/{id}/send-back`
pub async fn send_back(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    reply(&cx, &actor, &rectify, one(&id)?, (Answer::SendBack, &said.note)).await
}

/// `POST /issues/{id}/confirm`
pub async fn confirm_all(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    ask(&cx, &actor, &rectify, whole(&id)?, &said.note).await
}

/// `POST /issues/{id}/agree`
pub async fn agree_all(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    reply(&cx, &actor, &rectify, whole(&id)?, (Answer::Agree, &said.note)).await
}

/// `POST /issues/{id}/send-back`
pub async fn send_back_all(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    reply(&cx, &actor, &rectify, whole(&id)?, (Answer::SendBack, &said.note)).await
}
