//! `GET /issues`: what is wrong until somebody has put it right (整改单), one line for each cause in a submission.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, OrgId, Result};
use lake::check::{Finding, render};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};

use super::calendar_ends::calendar_ends;
use super::resource_title;
use crate::context::Rectify;
use crate::model::{IssueState, Origin};
use crate::store::entity::issue::Model;
use crate::store::issues::{self, Filter, SORTS, Sums};

/// One issue as lists show it.
pub(crate) struct Line {
    pub href: String,
    pub number: String,
    /// 为什么错
    pub why: String,
    /// 怎么改
    pub fix: String,
    pub field: String,
    pub code: String,
    pub resource: String,
    pub org: String,
    pub state: IssueState,
    pub findings: i64,
    pub open: i64,
    pub due: Option<String>,
    pub overdue: bool,
    pub assignee: String,
    pub opened_at: DateTime<Utc>,
    pub contacted_at: Option<DateTime<Utc>>,
    pub escalated_at: Option<DateTime<Utc>>,
    /// Whether the province sent the rows back.
    pub from_province: bool,
    /// Address of the frequent question.
    pub faq: String,
}

impl Line {
    pub(crate) fn of(cx: &Cx, rectify: &Rectify, row: &Model, orgs: &Orgs, today: NaiveDate) -> Result<Self> {
        let packs = &rectify.intake.packs;
        let first: Finding = serde_json::from_str(&row.finding).map_err(Error::internal)?;
        let said = render(packs, &row.resource, &first, cx.lang());
        let field = packs.resource(&row.resource).and_then(|(_, r)| r.field(&row.field));
        let state: IssueState = row.state.parse()?;
        Ok(Self {
            href: format!("/issues/{}", row.id),
            number: row.number.clone(),
            why: said.why,
            fix: said.fix,
            field: field.map_or_else(|| row.field.clone(), |f| f.label.get(cx.lang()).to_owned()),
            code: row.code.clone(),
            resource: resource_title(cx, rectify, &row.resource),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            state,
            findings: row.findings,
            open: row.open,
            due: row.due.map(|d| cx.date(d)),
            overdue: state == IssueState::Open && row.due.is_some_and(|d| d < today),
            assignee: row.assignee.clone(),
            opened_at: row.opened_at,
            contacted_at: row.contacted_at,
            escalated_at: row.escalated_at.filter(|_| state != IssueState::Closed),
            faq: question(row),
            from_province: row.origin == Origin::Province.name(),
        })
    }
}

/// The address of the frequent question that the cause of an issue is.
fn question(row: &Model) -> String {
    let encode = shell::ui::encode;
    let (code, pattern, field) = (encode(&row.code), encode(&row.pattern), encode(&row.field));
    format!("/faq?resource={}&code={code}&pattern={pattern}&field={field}", encode(&row.resource))
}

#[derive(Template)]
#[template(path = "rectify/issues.html")]
struct List {
    cx: Cx,
    part: Part,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
    may_chase: bool,
    calendar: String,
}

#[derive(Template)]
#[template(path = "rectify/issues_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    sums: Sums,
    state: TableState,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("issues").to_string()
    }

    /// The choices of the filter by state; open ones where nothing is said.
    fn states(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = match self.part.state.filter("state") {
            "" => "open",
            other => other,
        };
        let all = [
            ("open", "issue-state-open"),
            ("overdue", "issues-overdue"),
            ("escalated", "issues-escalated"),
            ("disputed", "issue-state-disputed"),
        ];
        let all = all.into_iter().chain([("closed", "issue-state-closed"), ("all", "all")]);
        all.map(|(name, key)| (name, self.cx.t(key), name == chosen)).collect()
    }
}

fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    let which = state.filter("state");
    Filter {
        state: match which {
            "all" => None,
            other => Some(other.parse().unwrap_or(IssueState::Open)),
        },
        overdue: which == "overdue",
        escalated: which == "escalated",
        resource: given("resource"),
        org: state.filter("org").parse().ok(),
        text: given("q"),
    }
}

/// `GET /issues`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let sort = (state.sort(), state.descending());
    let rows = issues::page(conn, &actor, &filter, today, sort, (state.offset(), state.limit())).await?;
    let sums = issues::total(conn, &actor, &filter, today).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.iter().map(|r| Line::of(&cx, &rectify, r, &orgs, today)).collect::<Result<Vec<_>>>()?;
    let resources = rectify.intake.packs.resources();
    let whole = List {
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        orgs: orgs.choice(filter.org, cx.lang()),
        may_chase: cx.can(crate::actions::MAY_CHASE),
        calendar: calendar_ends(&cx, today),
        part: Part { cx: cx.clone(), rows, sums, state },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /issues.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let sheet = sheet(&cx, &actor, &rectify).await?;
    Ok(export::workbook(&cx.t("issues"), vec![sheet]).await?)
}

async fn sheet(cx: &Cx, actor: &Actor, rectify: &Rectify) -> Result<Sheet> {
    let state = TableState::read(cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let lines = issues::total(conn, actor, &filter, today).await?.issues;
    let orgs = Orgs::load(cx).await?;
    let sort = (state.sort(), state.descending());
    let mut rows = Vec::new();
    for part in export::parts(lines)? {
        let found = issues::page(conn, actor, &filter, today, sort, part).await?;
        for row in &found {
            let line = Line::of(cx, rectify, row, &orgs, today)?;
            rows.push(vec![
                line.number.into(),
                cx.t(&format!("issue-state-{}", line.state.name())).into(),
                line.due.unwrap_or_default().into(),
                line.org.into(),
                line.assignee.into(),
                line.resource.into(),
                line.field.into(),
                line.why.into(),
                line.fix.into(),
                line.findings.into(),
                line.open.into(),
                cx.time(&line.opened_at).into(),
                cx.time_or_dash(&line.contacted_at).into(),
                line.code.into(),
            ]);
        }
    }
    let columns = export::columns(
        cx,
        &[
            ("issue-number", 16),
            ("column-state", 10),
            ("issue-due", 12),
            ("column-department", 24),
            ("issue-assignee", 12),
            ("column-resource", 24),
            ("issue-field", 20),
            ("issue-why", 50),
            ("issue-fix", 50),
            ("issue-findings", 8),
            ("issue-open", 8),
            ("issue-opened", 17),
            ("issue-contacted", 17),
            ("issue-code", 8),
        ],
    );
    Ok(Sheet { title: cx.t("issues"), columns, rows })
}
