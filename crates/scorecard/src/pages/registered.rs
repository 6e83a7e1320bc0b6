//! `GET /registered`: figures that the bureau enters, because their business is done outside this platform (登记数据).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::response::Response;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, OrgId, Result};
use shell::ui::{Crumbs, FormState, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use uuid::Uuid;

use super::{Shown, id, number};
use crate::actions::{self, NewFigure, STEWARD};
use crate::context::Scorecard;
use crate::model::{Figure, Indicators};
use crate::store::registered::{self, Entered, Filter};

/// One figure.
struct Line {
    id: Uuid,
    day: String,
    org: String,
    indicator: String,
    /// The rate or ratio, with its two numbers.
    value: String,
    counts: String,
    basis: String,
    note: String,
    by: String,
    /// `stands`, `replaced` or `revoked`, in words.
    state: String,
    tone: &'static str,
    revoked: bool,
}

#[derive(Template)]
#[template(path = "scorecard/registered.html")]
struct Page {
    cx: Cx,
    state: TableState,
    rows: Vec<Line>,
    total: u64,
    form: FormState,
    /// Who can be chosen in the filter, and in the form.
    orgs: Vec<(String, String)>,
    units: Vec<(String, String)>,
    /// Codes and titles; in the form with what the two numbers are.
    indicators: Vec<(String, String)>,
    choices: Vec<(String, String)>,
    may_record: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("registered-figures").to_string()
    }

    fn field(&self, name: &str) -> String {
        let label = format!("registered-{name}");
        let field = self.form.field(&self.cx, name, &label);
        match name {
            "org" => field
                .kind("select")
                .options(&self.units)
                .choose()
                .hint(self.cx.t("registered-org-hint"))
                .to_string(),
            "indicator" => field
                .kind("select")
                .options(&self.choices)
                .choose()
                .hint(self.cx.t("registered-indicator-hint"))
                .to_string(),
            "day" => field.kind("date").required().to_string(),
            "basis" => field.required().hint(self.cx.t("registered-basis-hint")).to_string(),
            "note" => field.kind("textarea").attribute("rows", 2).to_string(),
            "whole" => field.kind("number").attribute("min", 1).required().to_string(),
            _ => field.kind("number").attribute("min", 0).required().to_string(),
        }
    }

    fn is_filtered(&self) -> bool {
        !self.state.filter("org").is_empty() || !self.state.filter("indicator").is_empty()
    }
}

fn filter(state: &TableState) -> Filter {
    Filter {
        org: state.filter("org").parse().ok(),
        indicator: Some(state.filter("indicator").to_owned()).filter(|i| !i.is_empty()),
    }
}

/// A figure as people read it: the title of its indicator, its value, its two numbers.
fn told(cx: &Cx, all: &Indicators, found: &Entered) -> (String, String, String) {
    let row = &found.row;
    let Some(indicator) = all.find(&row.indicator) else {
        return (row.indicator.clone(), String::new(), format!("{} / {}", row.part, row.whole));
    };
    let figure = Figure { numerator: row.part, denominator: row.whole, exempted: 0 };
    let shown = Shown::of(cx, indicator, figure, None);
    (cx.text(&indicator.title).to_owned(), shown.text.unwrap_or_default(), shown.counts)
}

/// Whether a figure stands, in words, with the tone of its badge.
fn standing(cx: &Cx, found: &Entered) -> (String, &'static str) {
    match (&found.row.revoked_by, found.until) {
        (Some(by), _) => (cx.t1("registered-revoked-by", "who", by.as_str()), "info"),
        (None, Some(day)) => (cx.t1("registered-replaced", "day", day.to_string()), "info"),
        (None, None) => (cx.t("registered-stands"), "pass"),
    }
}

/// `GET /registered`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let state = TableState::read(&cx, &["day"]);
    let today = kernel::beijing_date(cx.now()).to_string();
    // What is looked at is what is entered next.
    let form = FormState::new()
        .with("day", today)
        .with("org", state.filter("org"))
        .with("indicator", state.filter("indicator"));
    build(cx, &actor, &scorecard, form).await
}

async fn build(cx: Cx, actor: &Actor, scorecard: &Scorecard, form: FormState) -> Reply {
    let state = TableState::read(&cx, &["day"]).on("/registered");
    let (conn, filter) = (scorecard.intake.db.conn(), filter(&state));
    let (orgs, all): (Orgs, Arc<Indicators>) = (Orgs::load(&cx).await?, Indicators::builtin()?);
    let line = |found: Entered| {
        let (indicator, value, counts) = told(&cx, &all, &found);
        let (state, tone) = standing(&cx, &found);
        let r = found.row;
        Line {
            id: r.id,
            day: cx.date(r.on_day),
            org: orgs.name(OrgId(r.org_id), cx.lang()),
            indicator,
            value,
            counts,
            basis: r.basis,
            note: r.note,
            by: r.by_name,
            state,
            tone,
            revoked: r.revoked_by.is_some(),
        }
    };
    let rows = registered::page(conn, actor, &filter, (state.offset(), state.limit())).await?;
    let rows = rows.into_iter().map(line).collect();
    let named = |o: &identity::org::Org| (o.id.to_string(), o.name(cx.lang()).to_owned());
    page(&Page {
        total: registered::count(conn, actor, &filter).await?,
        rows,
        form,
        orgs: orgs.all().iter().map(named).collect(),
        // The city's figure is the sum of all.
        units: orgs.all().iter().filter(|o| o.kind != "city").map(named).collect(),
        indicators: all.registered().map(|(i, _)| (i.code.clone(), cx.text(&i.title).to_owned())).collect(),
        choices: all
            .registered()
            .map(|(i, r)| (i.code.clone(), cx.text(&actions::called(i, r)).to_owned()))
            .collect(),
        may_record: cx.can(STEWARD),
        state,
        cx,
    })
}

/// `GET /registered.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply<Response> {
    let filter = filter(&TableState::read(&cx, &["day"]));
    let (conn, orgs, all) = (scorecard.intake.db.conn(), Orgs::load(&cx).await?, Indicators::builtin()?);
    let total = i64::try_from(registered::count(conn, &actor, &filter).await?).map_err(Error::internal)?;
    let mut rows = Vec::new();
    for part in export::parts(total)? {
        for found in registered::page(conn, &actor, &filter, part).await? {
            let (indicator, value, _) = told(&cx, &all, &found);
            let (state, _) = standing(&cx, &found);
            let r = found.row;
            rows.push(vec![
                cx.date(r.on_day).into(),
                orgs.name(OrgId(r.org_id), cx.lang()).into(),
                indicator.into(),
                r.whole.into(),
                r.part.into(),
                value.into(),
                r.basis.into(),
                r.note.into(),
                r.by_name.into(),
                state.into(),
            ]);
        }
    }
    let columns = export::columns(
        &cx,
        &[
            ("registered-day", 12),
            ("column-department", 28),
            ("indicator", 24),
            ("registered-whole", 14),
            ("registered-part", 14),
            ("figure", 10),
            ("registered-basis", 40),
            ("registered-note", 40),
            ("points-by", 14),
            ("column-state", 22),
        ],
    );
    let sheet = Sheet { title: cx.t("registered-figures"), columns, rows };
    Ok(export::workbook(&cx.t("registered-figures"), vec![sheet]).await?)
}

fn read(form: &FormState) -> Result<NewFigure> {
    let text = |name: &str| form.value(name).to_owned();
    Ok(NewFigure {
        org: OrgId(id(form.value("org"), ("这个单位", "department"))?),
        indicator: text("indicator"),
        day: form.value("day").parse().map_err(|_| super::no_day())?,
        whole: number(form.value("whole")),
        part: number(form.value("part")),
        basis: text("basis"),
        note: text("note"),
    })
}

/// `POST /registered`
pub async fn record(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let done = match read(&form) {
        Ok(new) => actions::record_figure(&scorecard, &actor, new).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(redirect(&cx, "/registered", Some(Flash::ok(cx.t("registered-recorded"))))),
        Err(e) => {
            let e = super::mendable(e)?;
            let form = form.refused(&cx, "", &e);
            super::refused(&e, build(cx, &actor, &scorecard, form).await?)
        }
    }
}

/// `POST /registered/{id}/revoke`
pub async fn revoke(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = super::id(&id, ("这次登记", "registered figure"))?;
    actions::revoke_figure(&scorecard, &actor, id).await?;
    Ok(redirect(&cx, "/registered", Some(Flash::ok(cx.t("registered-revoked-done")))))
}
