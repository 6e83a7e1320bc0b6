//! `GET /periods`: the periods (考核周期), and the form that opens one.

use askama::Template;
use axum::extract::{RawForm, State as Shared};
use axum::response::Response;
use chrono::NaiveDate;
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use crate::actions::{self, NewPeriod, STEWARD};
use crate::context::Scorecard;
use crate::model::{PeriodState, Span};
use crate::store::entity::period::Model;
use crate::store::periods;

/// The field by which a period of days judged by another is meant.
const ANYWAY: &str = "anyway";

#[derive(Template)]
#[template(path = "scorecard/periods.html")]
struct Page {
    cx: Cx,
    rows: Vec<Model>,
    form: FormState,
    may_open: bool,
    window: u32,
    /// Whether to ask if a period of days judged by another is meant.
    overlaps: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("periods").to_string()
    }

    fn state(&self, row: &Model) -> (String, &'static str) {
        let tone = if row.state == PeriodState::Draft.name() { "warn" } else { "pass" };
        (self.cx.t(&format!("period-state-{}", row.state)), tone)
    }
}

async fn build(cx: Cx, scorecard: &Scorecard, (form, overlaps): (FormState, bool)) -> Reply {
    let conn = scorecard.intake.db.conn();
    page(&Page {
        rows: periods::list(conn).await?,
        form,
        overlaps,
        may_open: cx.can(STEWARD),
        window: actions::regulation(conn).await?.1.window,
        cx,
    })
}

/// `GET /periods`
pub async fn show(cx: Cx, Signed(_): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let last = Span::month_of(kernel::beijing_date(cx.now())).before();
    let form = FormState::new()
        .with(
            "name",
            cx.t2(
                "period-month",
                "y",
                last.from.format("%Y").to_string(),
                "m",
                last.from.format("%m").to_string(),
            ),
        )
        .with("from", last.from.to_string())
        .with("to", last.to.to_string());
    build(cx, &scorecard, (form, false)).await
}

/// `POST /periods`
pub async fn open(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let day = |name: &str| form.value(name).parse::<NaiveDate>().map_err(|_| super::no_day());
    let done = async {
        let span = Span::new(day("from")?, day("to")?)?;
        let new = NewPeriod { name: form.value("name"), span, anyway: form.value(ANYWAY) == "yes" };
        actions::open_period(&scorecard, &actor, new).await
    };
    match done.await {
        Ok(id) => Ok(redirect(&cx, &format!("/periods/{id}"), Some(Flash::ok(cx.t("period-opened"))))),
        Err(e) => {
            let e = super::mendable(e)?;
            // Asked anew for whatever days are sent next.
            let overlaps = e.code() == "period-overlaps";
            let form = form.refused(&cx, "", &e);
            super::refused(&e, build(cx, &scorecard, (form, overlaps)).await?)
        }
    }
}
