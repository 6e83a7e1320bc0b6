//! `GET /submissions`: all submissions one may see; the pushes of one sender, resource and day are one line that opens.

use askama::Template;
use axum::extract::State as Shared;
use chrono::{DateTime, Utc};
use kernel::{Actor, OrgId, Result};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};

use super::{Orgs, export, resource_title, resources, state_key, tone};
use crate::Intake;
use crate::actions::receive_upload::MAY_HAND_IN;
use crate::model::{State, Way};
use crate::store::entity::receipt::Model;
use crate::store::push_days;
use crate::store::receipts::{self, Filter, Sort, Total, Ways, Wrong};

/// One line of the list.
pub(crate) struct Line {
    pub href: String,
    pub file: String,
    /// How many pushes it stands for, where it stands for several.
    pub pushes: Option<i64>,
    pub resource: String,
    pub org: String,
    pub way: String,
    pub state: State,
    pub at: DateTime<Utc>,
    pub by: String,
    pub rows: i64,
    pub rejected: i64,
    pub open: i64,
}

impl Line {
    pub(crate) fn of(cx: &Cx, intake: &Intake, row: &Model, orgs: &Orgs) -> Result<Self> {
        let pushes = (row.kind == "pushes").then_some(row.submissions);
        Ok(Self {
            href: match pushes {
                Some(_) => format!("/submissions?pushes={}", row.id),
                None => format!("/submissions/{}", row.id),
            },
            file: match pushes {
                Some(n) => cx.t1("submission-pushes", "n", n),
                None => row.file_name.clone(),
            },
            pushes,
            resource: resource_title(cx, intake, &row.resource),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            way: cx.t(&format!("submission-way-{}", row.way)),
            state: row.state.parse()?,
            at: row.created_at,
            by: row.created_by.clone(),
            rows: row.rows_total,
            rejected: row.rows_rejected,
            open: row.rows_open,
        })
    }

    pub(crate) fn tone(&self) -> &'static str {
        tone(self.state, self.open)
    }

    pub(crate) fn state_key(&self) -> String {
        state_key(self.state, self.open)
    }
}

#[derive(Template)]
#[template(path = "intake/list.html")]
struct List {
    cx: Cx,
    part: Part,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
    may_hand_in: bool,
    /// The day of pushes that is opened.
    opened: Option<String>,
}

#[derive(Template)]
#[template(path = "intake/list_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    total: Total,
    state: TableState,
    may_hand_in: bool,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl Part {
    /// The list in one line of figures.
    fn sum(&self) -> String {
        let t = &self.total;
        let figures = [("rows", t.rows.into()), ("rejected", t.rejected.into()), ("open", t.open.into())];
        self.cx.ta("submission-sum", &figures)
    }
}

impl List {
    fn crumbs(&self) -> String {
        let crumbs = Crumbs::new(&self.cx);
        match &self.opened {
            Some(name) => crumbs.to("submissions", "/submissions").here_named(name).to_string(),
            None => crumbs.here("submissions").to_string(),
        }
    }

    /// Whether any of the filters is set that are not always shown.
    fn has_more(&self) -> bool {
        ["way", "errors", "from", "to", "open"].iter().any(|f| !self.part.state.filter(f).is_empty())
    }

    fn ways(&self) -> Vec<(&'static str, String)> {
        let own = std::iter::once(("received", self.cx.t("submission-way-received")));
        own.chain(Way::ALL.map(|w| (w.name(), self.cx.t(&format!("submission-way-{}", w.name()))))).collect()
    }

    fn errors(&self) -> &str {
        match self.part.state.filter("errors") {
            "" if !self.part.state.filter("open").is_empty() => "open",
            other => other,
        }
    }
}

/// What the address asks for; what it cannot mean is passed over.
fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    Filter {
        state: state.filter("state").parse().ok(),
        ways: match state.filter("way") {
            "received" => Ways::Received,
            way => Way::ALL.into_iter().find(|w| w.name() == way).map_or(Ways::Any, Ways::One),
        },
        wrong: match state.filter("errors") {
            "rejected" => Wrong::Rejected,
            "open" => Wrong::Open,
            _ if !state.filter("open").is_empty() => Wrong::Open,
            _ => Wrong::Any,
        },
        resource: given("resource"),
        org: state.filter("org").parse().ok(),
        text: given("q"),
        from: state.filter("from").parse().ok(),
        to: state.filter("to").parse().ok(),
        push_day: state.filter("pushes").parse().ok(),
    }
}

/// `GET /submissions`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let state = TableState::read(&cx, &Sort::NAMES);
    let filter = filter(&state);
    let conn = intake.db.conn();
    let sort = (Sort::named(state.sort()), state.descending());
    let rows = receipts::page(conn, &actor, &filter, sort, (state.offset(), state.limit())).await?;
    let total = receipts::total(conn, &actor, &filter).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.iter().map(|r| Line::of(&cx, &intake, r, &orgs)).collect::<Result<Vec<_>>>()?;
    let opened = match filter.push_day {
        Some(id) => push_days::find(conn, id).await?.map(|d| {
            let resource = resource_title(&cx, &intake, &d.resource);
            cx.ta(
                "submission-pushes-of",
                &[("resource", resource.into()), ("day", d.day.into()), ("by", d.created_by.into())],
            )
        }),
        None => None,
    };
    let may_hand_in = cx.can(MAY_HAND_IN);
    let whole = List {
        resources: resources(&cx, &intake),
        orgs: orgs.choice(filter.org, cx.lang()),
        may_hand_in,
        opened,
        part: Part { cx: cx.clone(), rows, total, state, may_hand_in },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /submissions.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let name = cx.t("submissions");
    Ok(export::workbook(&name, vec![sheet(&cx, &actor, &intake).await?]).await?)
}

/// `GET /submissions.csv`
pub async fn csv(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    Ok(export::csv(&cx.t("submissions"), sheet(&cx, &actor, &intake).await?))
}

/// The whole list that the filters leave.
async fn sheet(cx: &Cx, actor: &Actor, intake: &Intake) -> Result<export::Sheet> {
    let state = TableState::read(cx, &Sort::NAMES);
    let filter = filter(&state);
    let conn = intake.db.conn();
    let lines = receipts::total(conn, actor, &filter).await?.lines;
    let orgs = Orgs::load(cx).await?;
    let sort = (Sort::named(state.sort()), state.descending());
    let mut rows = Vec::new();
    for part in export::parts(lines)? {
        let found = receipts::page(conn, actor, &filter, sort, part).await?;
        for row in &found {
            let line = Line::of(cx, intake, row, &orgs)?;
            rows.push(vec![
                cx.time(&line.at).into(),
                line.file.clone().into(),
                line.resource.clone().into(),
                line.org.clone().into(),
                line.way.clone().into(),
                cx.t(&line.state_key()).into(),
                line.by.clone().into(),
                line.rows.into(),
                line.rejected.into(),
                line.open.into(),
                row.id.to_string().into(),
            ]);
        }
    }
    let columns = export::columns(
        cx,
        &[
            ("column-handed-in", 17),
            ("column-file", 40),
            ("column-resource", 24),
            ("column-department", 24),
            ("column-way", 12),
            ("column-state", 18),
            ("column-handed-in-by", 16),
            ("column-rows", 10),
            ("column-rejected", 10),
            ("column-open", 10),
            ("column-number", 36),
        ],
    );
    Ok(export::Sheet { title: cx.t("submissions"), columns, rows })
}
