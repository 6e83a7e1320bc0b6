//! `GET /evaluations`: what outside evaluators found in the files of departments (抽查评估).

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::response::Response;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, OrgId, Result};
use shell::ui::{Crumbs, FormState, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use uuid::Uuid;

use super::{id, number};
use crate::actions::{self, NewEvaluation, STEWARD};
use crate::context::Scorecard;
use crate::store::entity::evaluation::Model;
use crate::store::evaluations;

/// One evaluation.
struct Line {
    id: Uuid,
    day: String,
    org: String,
    what: String,
    evaluator: String,
    sampled: i64,
    unreported: i64,
    note: String,
    by: String,
    revoked: Option<String>,
}

#[derive(Template)]
#[template(path = "scorecard/evaluations.html")]
struct Page {
    cx: Cx,
    state: TableState,
    rows: Vec<Line>,
    total: u64,
    form: FormState,
    orgs: Vec<(String, String)>,
    resources: Vec<(String, String)>,
    may_record: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("evaluations").to_string()
    }

    fn field(&self, name: &str) -> String {
        let label = format!("evaluation-{name}");
        let field = self.form.field(&self.cx, name, &label);
        match name {
            "org" => field.kind("select").options(&self.orgs).choose().to_string(),
            "resource" => field.kind("select").options(&self.resources).to_string(),
            "day" => field.kind("date").required().to_string(),
            "note" => field.kind("textarea").attribute("rows", 2).required().to_string(),
            "evaluator" => field.required().to_string(),
            _ => field.kind("number").attribute("min", 0).required().to_string(),
        }
    }
}

fn resource_title(cx: &Cx, scorecard: &Scorecard, row: &Model) -> String {
    let Some(code) = &row.resource else { return cx.t("evaluation-any") };
    let found = scorecard.intake.packs.resource(code);
    found.map_or_else(|| code.clone(), |(_, r)| cx.text(&r.title).to_owned())
}

/// `GET /evaluations`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let today = kernel::beijing_date(cx.now()).to_string();
    let form = FormState::new().with("day", today).with("unreported", "0");
    build(cx, &actor, &scorecard, form).await
}

async fn build(cx: Cx, actor: &Actor, scorecard: &Scorecard, form: FormState) -> Reply {
    let state = TableState::read(&cx, &["day"]);
    let conn = scorecard.intake.db.conn();
    let orgs = Orgs::load(&cx).await?;
    let line = |r: Model| Line {
        what: resource_title(&cx, scorecard, &r),
        id: r.id,
        day: cx.date(r.on_day),
        org: orgs.name(OrgId(r.org_id), cx.lang()),
        evaluator: r.evaluator,
        sampled: r.sampled,
        unreported: r.unreported,
        note: r.note,
        by: r.by_name,
        revoked: r.revoked_by,
    };
    let found = evaluations::page(conn, actor, (state.offset(), state.limit())).await?;
    let mut resources = vec![(String::new(), cx.t("evaluation-any"))];
    let timed = scorecard.intake.packs.resources().filter(|(_, r)| r.time_limit.is_some());
    resources.extend(timed.map(|(_, r)| (r.resource.clone(), cx.text(&r.title).to_owned())));
    page(&Page {
        total: evaluations::count(conn, actor).await?,
        rows: found.into_iter().map(line).collect(),
        form,
        orgs: orgs.all().iter().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect(),
        resources,
        may_record: cx.can(STEWARD),
        state,
        cx,
    })
}

/// `GET /evaluations.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply<Response> {
    let (conn, orgs) = (scorecard.intake.db.conn(), Orgs::load(&cx).await?);
    let total = i64::try_from(evaluations::count(conn, &actor).await?).map_err(Error::internal)?;
    let mut rows = Vec::new();
    for part in export::parts(total)? {
        for r in evaluations::page(conn, &actor, part).await? {
            rows.push(vec![
                cx.date(r.on_day).into(),
                orgs.name(OrgId(r.org_id), cx.lang()).into(),
                resource_title(&cx, &scorecard, &r).into(),
                r.evaluator.into(),
                r.sampled.into(),
                r.unreported.into(),
                r.note.into(),
                r.by_name.into(),
                r.revoked_by.unwrap_or_default().into(),
            ]);
        }
    }
    let columns = export::columns(
        &cx,
        &[
            ("evaluation-day", 12),
            ("column-department", 28),
            ("evaluation-resource", 24),
            ("evaluation-evaluator", 24),
            ("evaluation-sampled", 10),
            ("evaluation-unreported", 10),
            ("evaluation-note", 50),
            ("points-by", 14),
            ("evaluation-revoked", 14),
        ],
    );
    let sheet = Sheet { title: cx.t("evaluations"), columns, rows };
    Ok(export::workbook(&cx.t("evaluations"), vec![sheet]).await?)
}

fn read(form: &FormState) -> Result<NewEvaluation> {
    let text = |name: &str| form.value(name).to_owned();
    Ok(NewEvaluation {
        org: OrgId(id(form.value("org"), ("这个单位", "department"))?),
        resource: Some(text("resource")).filter(|r| !r.is_empty()),
        day: form.value("day").parse().map_err(|_| super::no_day())?,
        evaluator: text("evaluator"),
        sampled: number(form.value("sampled")),
        unreported: number(form.value("unreported")),
        note: text("note"),
    })
}

/// `POST /evaluations`
pub async fn record(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let done = match read(&form) {
        Ok(new) => actions::record_evaluation(&scorecard, &actor, new).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(redirect(&cx, "/evaluations", Some(Flash::ok(cx.t("evaluation-recorded"))))),
        Err(e) => {
            let e = super::mendable(e)?;
            let form = form.refused(&cx, "", &e);
            super::refused(&e, build(cx, &actor, &scorecard, form).await?)
        }
    }
}

/// `POST /evaluations/{id}/revoke`
pub async fn revoke(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = super::id(&id, ("这次抽查评估", "evaluation"))?;
    actions::revoke_evaluation(&scorecard, &actor, id).await?;
    Ok(redirect(&cx, "/evaluations", Some(Flash::ok(cx.t("evaluation-revoked-done")))))
}
