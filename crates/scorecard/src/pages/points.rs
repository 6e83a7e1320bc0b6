//! `GET /points`: the points ledger (积分台账).

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::response::Response;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, OrgId, Result};
use shell::ui::{Crumbs, FormState, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use uuid::Uuid;

use super::{Again, id};
use crate::actions::{self, DEPARTMENT, NewPoints, STEWARD};
use crate::context::Scorecard;
use crate::model::PointRules;
use crate::store::entity::{appeal, point_entry};
use crate::store::points::{self, Filter};

/// One entry.
struct Line {
    id: Uuid,
    day: String,
    org: String,
    what: String,
    points: i64,
    reason: String,
    link: String,
    by: String,
    appeal: Option<appeal::Model>,
    may_appeal: bool,
    /// Whether an appeal waits for the answer.
    may_answer: bool,
    /// Whether it can be taken back without an appeal.
    may_reverse: bool,
    /// Whether a counter-entry took it back.
    reversed: bool,
}

/// The sum of one department.
struct Sum {
    org: String,
    points: i64,
    entries: i64,
    href: String,
}

#[derive(Template)]
#[template(path = "scorecard/points.html")]
struct Page {
    cx: Cx,
    state: TableState,
    rows: Vec<Line>,
    total: u64,
    sums: Vec<Sum>,
    orgs: Vec<(String, String)>,
    form: FormState,
    again: Again,
    rules: Vec<(String, String)>,
    may_give: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("points").to_string()
    }

    fn signed(&self, n: &i64) -> String {
        if *n > 0 { format!("+{n}") } else { n.to_string() }
    }

    fn field(&self, name: &str) -> String {
        let label = format!("points-{name}");
        let field = self.form.field(&self.cx, name, &label);
        match name {
            "org" => field.kind("select").options(&self.orgs).choose().to_string(),
            "rule" => field.kind("select").options(&self.rules).choose().to_string(),
            "day" => field.kind("date").required().to_string(),
            "reason" => field.kind("textarea").attribute("rows", 2).required().to_string(),
            _ => field.hint(self.cx.t("points-link-hint")).to_string(),
        }
    }

    fn appeal_state(&self, appeal: &appeal::Model) -> String {
        self.cx.t(&format!("points-appeal-{}", appeal.state))
    }
}

fn filter(state: &TableState) -> Filter {
    Filter {
        org: state.filter("org").parse().ok(),
        from: state.filter("from").parse().ok(),
        to: state.filter("to").parse().ok(),
    }
}

fn what(cx: &Cx, rules: &PointRules, row: &point_entry::Model) -> String {
    let rule = rules.find(&row.rule).map_or(row.rule.clone(), |r| cx.text(&r.title).to_owned());
    if row.reverses.is_some() { cx.t1("points-counter", "what", rule) } else { rule }
}

/// `GET /points`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    build(cx, &actor, &scorecard, Again::default()).await
}

async fn build(cx: Cx, actor: &Actor, scorecard: &Scorecard, again: Again) -> Reply {
    let state = TableState::read(&cx, &["day"]).on("/points");
    let (conn, filter) = (scorecard.intake.db.conn(), filter(&state));
    let mut found = points::page(conn, actor, &filter, (state.offset(), state.limit())).await?;
    // An entry whose form was refused stands first where it is not on this page of the list.
    if let Some(id) = again.row.filter(|id| found.iter().all(|r| r.id != *id)) {
        found.splice(0..0, points::get(conn, actor, id).await.ok());
    }
    let ids: Vec<Uuid> = found.iter().map(|r| r.id).collect();
    let mut appeals = points::appeals(conn, &ids).await?;
    let taken_back = points::reversed(conn, &ids).await?;
    let (orgs, rules) = (Orgs::load(&cx).await?, PointRules::builtin()?);
    let (may_appeal, may_reverse) = (cx.can(DEPARTMENT), cx.can(STEWARD));
    let rows = found
        .into_iter()
        .map(|r| {
            let appeal = appeals.iter().position(|a| a.entry_id == r.id).map(|at| appeals.swap_remove(at));
            let reversed = taken_back.contains(&r.id);
            let stands = r.reverses.is_none() && !reversed;
            Line {
                id: r.id,
                day: cx.date(r.on_day),
                org: orgs.name(OrgId(r.org_id), cx.lang()),
                what: what(&cx, &rules, &r),
                points: r.points,
                may_appeal: (may_appeal && appeal.is_none() && stands) || again.is("appeal", &r.id),
                may_answer: may_reverse
                    && (appeal.as_ref().is_some_and(|a| a.state == "open") || again.is("answer", &r.id)),
                may_reverse: (may_reverse && stands && appeal.as_ref().is_none_or(|a| a.state != "open"))
                    || again.is("reverse", &r.id),
                reason: r.reason,
                link: r.link,
                by: r.by_name,
                reversed,
                appeal,
            }
        })
        .collect();
    let sums = points::sums(conn, actor, &filter)
        .await?
        .into_iter()
        .map(|s| Sum {
            org: orgs.name(OrgId(s.org_id), cx.lang()),
            points: s.points,
            entries: s.entries,
            href: state.with("org", s.org_id.to_string()),
        })
        .collect();
    let title =
        |r: &crate::model::PointRule| (r.code.clone(), format!("{} ({:+})", cx.text(&r.title), r.points));
    page(&Page {
        total: points::count(conn, actor, &filter).await?,
        rows,
        sums,
        orgs: orgs.all().iter().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect(),
        form: again
            .page_form("give", FormState::new().with("day", kernel::beijing_date(cx.now()).to_string())),
        again,
        rules: rules.0.iter().map(title).collect(),
        may_give: cx.can(STEWARD),
        state,
        cx,
    })
}

/// `GET /points.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply<Response> {
    let (conn, filter) = (scorecard.intake.db.conn(), filter(&TableState::read(&cx, &["day"])));
    let (orgs, rules) = (Orgs::load(&cx).await?, PointRules::builtin()?);
    let total = i64::try_from(points::count(conn, &actor, &filter).await?).map_err(Error::internal)?;
    let mut rows = Vec::new();
    for part in export::parts(total)? {
        for r in points::page(conn, &actor, &filter, part).await? {
            rows.push(vec![
                cx.date(r.on_day).into(),
                orgs.name(OrgId(r.org_id), cx.lang()).into(),
                what(&cx, &rules, &r).into(),
                r.points.into(),
                r.reason.into(),
                r.by_name.into(),
                cx.time(&r.at).into(),
            ]);
        }
    }
    let columns = export::columns(
        &cx,
        &[
            ("points-day", 12),
            ("column-department", 28),
            ("points-rule", 36),
            ("points-points", 8),
            ("points-reason", 50),
            ("points-by", 14),
            ("points-at", 17),
        ],
    );
    let sheet = Sheet { title: cx.t("points"), columns, rows };
    Ok(export::workbook(&cx.t("points"), vec![sheet]).await?)
}

fn entry_id(text: &str) -> Result<Uuid> {
    id(text, ("这笔积分", "entry of the points ledger"))
}

/// Back to the ledger with a word, or the ledger with the form that was refused.
async fn answered(
    cx: Cx,
    (actor, scorecard): (&Actor, &Scorecard),
    done: Result<&str>,
    (of, form): ((&'static str, Option<Uuid>), FormState),
) -> Reply<Response> {
    match done {
        Ok(said) => Ok(redirect(&cx, "/points", Some(Flash::ok(cx.t(said))))),
        Err(e) => {
            let e = super::mendable(e)?;
            let again = Again::of(&cx, of, form, &e);
            super::refused(&e, build(cx, actor, scorecard, again).await?)
        }
    }
}

/// `POST /points`
pub async fn give(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let text = |name: &str| form.value(name).to_owned();
    let done = async {
        let new = NewPoints {
            org: OrgId(id(form.value("org"), ("这个单位", "department"))?),
            rule: text("rule"),
            day: form.value("day").parse().map_err(|_| super::no_day())?,
            reason: text("reason"),
            link: text("link"),
        };
        actions::give_points(&scorecard, &actor, new).await
    };
    let done = done.await.map(|_| "points-given");
    answered(cx, (&actor, &scorecard), done, (("give", None), form)).await
}

/// `POST /points/{id}/appeal`
pub async fn appeal(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (id, form) = (entry_id(&id)?, super::typed(&body));
    let done = actions::appeal_points(&scorecard, &actor, id, form.value("reason")).await;
    let done = done.map(|()| "points-appealed");
    answered(cx, (&actor, &scorecard), done, (("appeal", Some(id)), form)).await
}

/// `POST /points/{id}/reverse`
pub async fn reverse(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (id, form) = (entry_id(&id)?, super::typed(&body));
    let done = actions::reverse_points(&scorecard, &actor, id, form.value("reason")).await;
    let done = done.map(|()| "points-reversed");
    answered(cx, (&actor, &scorecard), done, (("reverse", Some(id)), form)).await
}

/// `POST /points/{id}/answer`
pub async fn answer(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (id, form) = (entry_id(&id)?, super::typed(&body));
    let text = (form.value("reason"), form.value("outcome") == "reversed");
    let done = actions::answer_appeal(&scorecard, &actor, id, text).await;
    let done = done.map(|()| "points-answered");
    answered(cx, (&actor, &scorecard), done, (("answer", Some(id)), form)).await
}
