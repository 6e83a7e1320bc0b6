//! `GET /periods/{id}`: one period: draft scores with the window to object, or the frozen ranking.

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::response::Response;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, Result};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::calendar;
use uuid::Uuid;

use super::{Again, Shown, Sight, figure_href, id, name};
use crate::actions::{self, DEPARTMENT, INSIDE, NewObjection, STEWARD};
use crate::circular::{Frozen, arrow, moved};
use crate::context::Scorecard;
use crate::model::{Indicator, PeriodState, Span, hundredths};
use crate::store::entity::period::Model;
use crate::store::{circulars, periods};

/// One department.
struct Line {
    rank: Option<u32>,
    score: Option<String>,
    moved: String,
    name: String,
    /// Its score down to its points.
    href: String,
    shown: Vec<Shown>,
}

/// What a department objects to, and what was answered.
struct Objection {
    id: Uuid,
    org: String,
    indicator: String,
    reason: String,
    by: String,
    at: String,
    state: String,
    open: bool,
    answer: String,
}

/// Another period with days of this one.
struct Clash {
    id: Uuid,
    name: String,
    days: String,
}

#[derive(Template)]
#[template(path = "scorecard/period.html")]
struct Page {
    cx: Cx,
    period: Model,
    frozen: Frozen,
    columns: Vec<String>,
    rows: Vec<Line>,
    objections: Vec<Objection>,
    indicators: Vec<(String, String)>,
    /// Other periods that judge some of the same days.
    clashes: Vec<Clash>,
    form: FormState,
    again: Again,
    draft: bool,
    /// Working days left to object, the last day counted; none when the window is over.
    left: Option<i64>,
    ready: bool,
    circular: Option<Uuid>,
    may_steward: bool,
    may_object: bool,
    inside: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("periods", "/periods").here_named(&self.period.name).to_string()
    }

    fn versions(&self) -> String {
        let all: Vec<String> = self.frozen.basis.versions.iter().map(|(t, v)| format!("{t} v{v}")).collect();
        all.join(", ")
    }

    fn formulas(&self) -> String {
        let all = self.frozen.basis.indicators.iter().filter(|i| i.weight > 0);
        let all: Vec<String> = all
            .flat_map(|i| i.versions.iter().map(|f| format!("{} v{}", self.cx.text(&i.title), f.version)))
            .collect();
        all.join(", ")
    }

    fn state(&self) -> String {
        self.cx.t(&format!("period-state-{}", self.period.state))
    }

    fn indicator_field(&self) -> String {
        let field = self.form.field(&self.cx, "indicator", "indicator").kind("select");
        field.options(&self.indicators).to_string()
    }

    fn reason_field(&self) -> String {
        let field = self.form.field(&self.cx, "reason", "objection-reason").kind("textarea");
        field.attribute("rows", 3).attribute("maxlength", 2000).required().to_string()
    }

    fn published(&self) -> String {
        self.cx.time_or_dash(&self.period.published_at)
    }
}

fn weighted(frozen: &Frozen) -> Vec<&Indicator> {
    frozen.basis.indicators.iter().filter(|i| i.weight > 0).collect()
}

/// The lines an actor may see. Before publication a department sees itself alone.
async fn lines(
    cx: &Cx,
    actor: &Actor,
    scorecard: &Scorecard,
    period: &Model,
    frozen: &Frozen,
) -> Result<Vec<Line>> {
    let draft = period.state == PeriodState::Draft.name();
    let sight = Sight::of(scorecard, actor).await?;
    let all = super::sees_all(scorecard, actor, draft).await?;
    let before = actions::before(scorecard.intake.db.conn(), period).await?;
    Ok(frozen
        .standings
        .iter()
        .filter_map(|s| Some((s, frozen.basis.member(s.member)?)))
        .filter(|(_, m)| all || sight.sees(m))
        .map(|(standing, member)| Line {
            // A rank among drafts would tell of the others.
            rank: standing.rank.filter(|_| all),
            score: standing.score.map(hundredths),
            moved: match moved(standing, before.as_ref()).filter(|_| all) {
                Some(0) => cx.t("board-same"),
                other => arrow(other),
            },
            name: name(member, cx.lang()),
            href: format!("/periods/{}/members/{}", period.id, member.id),
            shown: weighted(frozen)
                .into_iter()
                .map(|i| {
                    let href = sight
                        .sees(member)
                        .then(|| figure_href(member.id, &i.code, frozen.basis.span, Some(period.id)));
                    Shown::of(cx, i, frozen.figures.of(member.id, &i.code), href)
                })
                .collect(),
        })
        .collect())
}

fn period_id(text: &str) -> Result<Uuid> {
    id(text, ("这个考核周期", "period"))
}

/// `GET /periods/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply {
    build(cx, &actor, &scorecard, (period_id(&id)?, Again::default())).await
}

/// While it is a draft the bureau is told which other periods judge the same days.
async fn clashes(scorecard: &Scorecard, period: &Model) -> Result<Vec<Clash>> {
    let span = Span { from: period.from_day, to: period.to_day };
    let others = periods::overlapping(scorecard.intake.db.conn(), span).await?.into_iter();
    let others = others.filter(|(id, _, other)| *id != period.id && span.clashes(*other));
    let clash = |(id, name, other): (Uuid, String, Span)| Clash {
        id,
        name,
        days: format!("{} – {}", other.from, other.to),
    };
    Ok(others.map(clash).collect())
}

async fn build(cx: Cx, actor: &Actor, scorecard: &Scorecard, (id, again): (Uuid, Again)) -> Reply {
    let conn = scorecard.intake.db.conn();
    let period = periods::get(conn, id).await?;
    let frozen = Frozen::of(&period)?;
    let draft = period.state == PeriodState::Draft.name();
    let today = scorecard.intake.clock.today();
    let window = draft && today <= period.object_until;
    let left = match window {
        true => Some(calendar::workdays_between(today, period.object_until).map_err(actions::unpublished)?),
        false => None,
    };
    let rows = lines(&cx, actor, scorecard, &period, &frozen).await?;
    let orgs = intake::Orgs::load(&cx).await?;
    let objections: Vec<Objection> = periods::objections(conn, actor, period.id)
        .await?
        .into_iter()
        .map(|o| Objection {
            id: o.id,
            org: orgs.name(kernel::OrgId(o.org_id), cx.lang()),
            indicator: match frozen.basis.indicator(&o.indicator) {
                Some(i) => cx.text(&i.title).to_owned(),
                None => cx.t("objection-whole"),
            },
            reason: o.reason,
            by: o.by_name,
            at: cx.time(&o.at),
            open: o.state == "open",
            state: cx.t(&format!("objection-{}", o.state)),
            answer: o.answer,
        })
        .collect();
    let circular = circulars::of_period(conn, period.id).await?;
    let inside = cx.can(INSIDE);
    let rates = frozen.basis.indicators.iter().filter(|i| !i.amount);
    page(&Page {
        columns: weighted(&frozen).iter().map(|i| cx.text(&i.title).to_owned()).collect(),
        indicators: std::iter::once((String::new(), cx.t("objection-whole")))
            .chain(rates.map(|i| (i.code.clone(), cx.text(&i.title).to_owned())))
            .collect(),
        clashes: if draft && inside { clashes(scorecard, &period).await? } else { Vec::new() },
        form: again.page_form("object", FormState::new()),
        circular: circular.filter(|c| inside || c.state == "issued").map(|c| c.id),
        ready: draft && !window && !objections.iter().any(|o| o.open),
        may_steward: cx.can(STEWARD),
        may_object: (window && cx.can(DEPARTMENT) && actor.org.is_some()) || again.form == "object",
        again,
        inside,
        rows,
        objections,
        draft,
        left,
        frozen,
        period,
        cx,
    })
}

/// `GET /periods/{id}/scores.xlsx`
pub async fn xlsx(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let period = periods::get(scorecard.intake.db.conn(), period_id(&id)?).await?;
    let frozen = Frozen::of(&period)?;
    let rows = lines(&cx, &actor, &scorecard, &period, &frozen).await?;
    let none = cx.t("figure-none");
    let mut columns = export::columns(
        &cx,
        &[("board-rank", 6), ("column-department", 28), ("board-score", 10), ("board-moved", 10)],
    );
    columns.extend(weighted(&frozen).iter().map(|i| (cx.text(&i.title).to_owned(), 22)));
    let cells = rows.into_iter().map(|r| {
        let mut line: Vec<export::Value> = vec![
            r.rank.map(|n| n.to_string()).unwrap_or_default().into(),
            r.name.into(),
            r.score.unwrap_or_default().into(),
            r.moved.into(),
        ];
        line.extend(r.shown.iter().map(|s| s.cell(&none).into()));
        line
    });
    let sheet = Sheet { title: cx.t("periods"), columns, rows: cells.collect() };
    Ok(export::workbook(&period.name, vec![sheet]).await?)
}

fn back(cx: &Cx, id: Uuid, said: String) -> Response {
    redirect(cx, &format!("/periods/{id}"), Some(Flash::ok(said)))
}

/// `POST /periods/{id}/recount`
pub async fn recount(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = period_id(&id)?;
    actions::recount_period(&scorecard, &actor, id).await?;
    Ok(back(&cx, id, cx.t("period-recounted")))
}

/// `POST /periods/{id}/discard`
pub async fn discard(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    actions::discard_period(&scorecard, &actor, period_id(&id)?).await?;
    Ok(redirect(&cx, "/periods", Some(Flash::ok(cx.t("period-discarded")))))
}

/// `POST /periods/{id}/publish`
pub async fn publish(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = period_id(&id)?;
    actions::publish_period(&scorecard, &actor, id).await?;
    Ok(back(&cx, id, cx.t("period-published")))
}

/// `POST /periods/{id}/recompute`
pub async fn recompute(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = period_id(&id)?;
    let done = actions::recompute(&scorecard, &actor, id).await?;
    if done.same() {
        return Ok(back(&cx, id, cx.t1("period-same", "digest", &done.now[..12])));
    }
    let said = cx.t2("period-differs", "kept", &done.kept[..12], "now", &done.now[..12]);
    Ok(redirect(&cx, &format!("/periods/{id}"), Some(Flash::error(said))))
}

/// `POST /periods/{id}/objections`
pub async fn object(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (period, form) = (period_id(&id)?, super::typed(&body));
    let text = |name: &str| form.value(name).to_owned();
    let new = NewObjection { period, indicator: text("indicator"), reason: text("reason") };
    match actions::object_to(&scorecard, &actor, new).await {
        Ok(()) => Ok(back(&cx, period, cx.t("objection-made"))),
        Err(e) => {
            let e = super::mendable(e)?;
            let again = Again::of(&cx, ("object", None), form, &e);
            super::refused(&e, build(cx, &actor, &scorecard, (period, again)).await?)
        }
    }
}

/// `POST /score-objections/{id}/answer`
pub async fn answer(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (objection, form) = (super::id(&id, ("这项异议", "objection"))?, super::typed(&body));
    let period = periods::objection(scorecard.intake.db.conn(), objection).await?.period_id;
    let done = async {
        let recount = match form.value("outcome") {
            "recomputed" => true,
            "kept" => false,
            _ => return Err(Error::not_found("这种结果", "outcome")),
        };
        actions::answer_objection(&scorecard, &actor, objection, (form.value("reason"), recount)).await
    };
    match done.await {
        Ok(period) => Ok(back(&cx, period, cx.t("objection-answered"))),
        Err(e) => {
            let e = super::mendable(e)?;
            let again = Again::of(&cx, ("answer", Some(objection)), form, &e);
            super::refused(&e, build(cx, &actor, &scorecard, (period, again)).await?)
        }
    }
}

/// `POST /periods/{id}/circular`
pub async fn draft(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let circular = actions::draft_circular(&scorecard, &actor, period_id(&id)?).await?;
    Ok(redirect(&cx, &format!("/circulars/{circular}"), Some(Flash::ok(cx.t("circular-drafted")))))
}
