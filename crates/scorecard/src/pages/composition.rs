//! `GET /periods/{id}/members/{member}`: one score of a period down to its points (得分构成).

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, Result};
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};
use uuid::Uuid;

use super::{Shown, Sight, figure_href, id, name, why_none};
use crate::actions;
use crate::circular::{Frozen, moved};
use crate::context::Scorecard;
use crate::model::{Composed, Direction, Figure, Indicator, PeriodState, Scored, composed, hundredths};
use crate::store::entity::period::Model;
use crate::store::periods;

/// One indicator.
struct Row {
    title: String,
    /// Its rule and its facts, as they were frozen; none where the facts may not be seen.
    href: Option<String>,
    /// The version by which it was counted.
    version: String,
    shown: Shown,
    why: String,
    weight: u32,
    points: Option<String>,
    /// How the points come about, in words.
    how: String,
}

#[derive(Template)]
#[template(path = "scorecard/composition.html")]
struct Page {
    cx: Cx,
    period: Model,
    member: Uuid,
    name: String,
    rows: Vec<Row>,
    draft: bool,
    score: Option<String>,
    rank: Option<u32>,
    moved: Option<i64>,
    /// Sum of the points, and of the weights that had data.
    sum: (String, u32),
    /// What was left out of the hundred because nothing was counted.
    left_out: Option<String>,
    arithmetic: String,
}

impl Page {
    fn crumbs(&self) -> String {
        let period = format!("/periods/{}", self.period.id);
        let crumbs = Crumbs::new(&self.cx).to("periods", "/periods").to_named(&self.period.name, period);
        crumbs.here_named(&self.name).to_string()
    }

    fn state(&self) -> String {
        self.cx.t(&format!("period-state-{}", self.period.state))
    }

    fn movement(&self) -> String {
        match self.moved {
            Some(n) if n > 0 => self.cx.t1("board-up", "n", n),
            Some(n) if n < 0 => self.cx.t1("board-down", "n", -n),
            Some(_) => self.cx.t("board-same"),
            None => "–".to_owned(),
        }
    }
}

/// The points of an indicator in words: the rate, or what is left of it where less is better, times the weight.
fn how(cx: &Cx, indicator: &Indicator, figure: Figure, given: Option<Scored>) -> String {
    let Some(given) = given else { return cx.t1("composed-none", "weight", indicator.weight) };
    let points = hundredths(given.points);
    let share = format!("{} ÷ {}", cx.num(figure.numerator), cx.num(figure.denominator));
    let share = match indicator.direction {
        Direction::Higher | Direction::Neutral => share,
        Direction::Lower => format!("(1 − {share})"),
    };
    let part = match indicator.direction {
        Direction::Higher | Direction::Neutral => figure.numerator,
        Direction::Lower => figure.denominator - figure.numerator,
    };
    match indicator.full_at {
        Some(at) if i128::from(part) * 100 >= i128::from(figure.denominator) * i128::from(at) => {
            cx.t2("composed-full", "at", at, "points", points)
        }
        _ => format!("{share} × {} = {points}", indicator.weight),
    }
}

/// What is left out of the hundred, in words; none where nothing is.
fn left_out(cx: &Cx, told: &Composed<'_>) -> Option<String> {
    let without = || told.parts.iter().filter(|(.., given)| given.is_none());
    let titles: Vec<String> = without()
        .map(|(i, ..)| cx.t2("composed-left", "title", cx.text(&i.title), "weight", i.weight))
        .collect();
    let weight: u32 = without().map(|(i, ..)| i.weight).sum();
    let between = cx.t("composed-between");
    (weight > 0).then(|| cx.t2("composed-left-out", "titles", titles.join(&between), "weight", weight))
}

fn arithmetic(cx: &Cx, told: &Composed<'_>) -> String {
    let Some(score) = told.score else { return cx.t("member-no-score") };
    let given: Vec<String> =
        told.parts.iter().filter_map(|(.., given)| given.map(|s| hundredths(s.points))).collect();
    let (sum, score) = (hundredths(told.points), hundredths(score));
    cx.ta(
        "composed-arithmetic",
        &[
            ("terms", given.join(" + ").into()),
            ("sum", sum.into()),
            ("weight", told.weight.to_string().into()),
            ("score", score.into()),
        ],
    )
}

struct Asked {
    period: Model,
    frozen: Frozen,
    member: Uuid,
    name: String,
    /// Whether its facts may be seen.
    sees: bool,
    /// Whether ranks may be shown.
    ranked: bool,
}

impl Asked {
    fn composed(&self) -> Composed<'_> {
        composed(&self.frozen.basis.indicators, &self.frozen.figures, self.member)
    }
}

/// What is asked for, where the page of the period shows it: before publication a department sees itself alone.
async fn asked(
    cx: &Cx,
    actor: &Actor,
    scorecard: &Scorecard,
    (period, member): (&str, &str),
) -> Result<Asked> {
    let what = ("这个单位", "department");
    let (period, member) = (id(period, ("这个考核周期", "period"))?, id(member, what)?);
    let period = periods::get(scorecard.intake.db.conn(), period).await?;
    let frozen = Frozen::of(&period)?;
    let draft = period.state == PeriodState::Draft.name();
    let sight = Sight::of(scorecard, actor).await?;
    let ranked = super::sees_all(scorecard, actor, draft).await?;
    let found = frozen.basis.member(member).filter(|m| ranked || sight.sees(m));
    let found = found.ok_or_else(|| Error::not_found(what.0, what.1))?;
    let sees = sight.sees(found);
    let name = name(found, cx.lang());
    Ok(Asked { name, member, sees, ranked, frozen, period })
}

/// The indicators with what they gave.
fn rows(cx: &Cx, asked: &Asked, told: &Composed<'_>) -> Vec<Row> {
    let (basis, period) = (&asked.frozen.basis, asked.period.id);
    let row = |(indicator, figure, given): &(&Indicator, Figure, Option<Scored>)| {
        let href = asked.sees.then(|| figure_href(asked.member, &indicator.code, basis.span, Some(period)));
        let formula = basis.formula(indicator);
        Row {
            title: cx.text(&indicator.title).to_owned(),
            version: formula
                .map(|f| cx.t2("formula-version", "n", f.version, "from", f.from.to_string()))
                .unwrap_or_default(),
            shown: Shown::of(cx, indicator, *figure, href.clone()),
            why: why_none(cx, basis, indicator, *figure),
            weight: indicator.weight,
            points: given.map(|s| hundredths(s.points)),
            how: how(cx, indicator, *figure, *given),
            href,
        }
    };
    told.parts.iter().map(row).collect()
}

/// `GET /periods/{id}/members/{member}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path((period, member)): Path<(String, String)>,
) -> Reply {
    let asked = asked(&cx, &actor, &scorecard, (&period, &member)).await?;
    let told = asked.composed();
    // A rank among drafts would tell of the others.
    let standing = asked.frozen.standing(asked.member).filter(|_| asked.ranked);
    let before = actions::before(scorecard.intake.db.conn(), &asked.period).await?;
    page(&Page {
        score: told.score.map(hundredths),
        rank: standing.and_then(|s| s.rank),
        moved: standing.and_then(|s| moved(s, before.as_ref())),
        sum: (hundredths(told.points), told.weight),
        left_out: left_out(&cx, &told),
        arithmetic: arithmetic(&cx, &told),
        draft: asked.period.state == PeriodState::Draft.name(),
        rows: rows(&cx, &asked, &told),
        name: asked.name,
        member: asked.member,
        period: asked.period,
        cx,
    })
}

/// `GET /periods/{id}/members/{member}/score.xlsx`
pub async fn xlsx(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path((period, member)): Path<(String, String)>,
) -> Reply<Response> {
    let asked = asked(&cx, &actor, &scorecard, (&period, &member)).await?;
    let told = asked.composed();
    let columns = export::columns(
        &cx,
        &[
            ("indicator", 24),
            ("formula", 24),
            ("figure", 12),
            ("figure-numerator", 10),
            ("figure-denominator", 10),
            ("figure-exempted", 10),
            ("indicator-field-weight", 8),
            ("composed-points", 10),
            ("composed-how", 40),
        ],
    );
    let none = cx.t("figure-none");
    let mut lines: Vec<Vec<export::Value>> = Vec::new();
    for (row, (_, figure, _)) in rows(&cx, &asked, &told).into_iter().zip(&told.parts) {
        lines.push(vec![
            row.title.into(),
            row.version.into(),
            row.shown.text.unwrap_or_else(|| none.clone()).into(),
            figure.numerator.into(),
            figure.denominator.into(),
            figure.exempted.into(),
            i64::from(row.weight).into(),
            row.points.unwrap_or_default().into(),
            row.how.into(),
        ]);
    }
    let mut sum: Vec<export::Value> = vec![cx.t("composed-sum").into()];
    sum.extend((0..5).map(|_| String::new().into()));
    sum.extend([
        i64::from(told.weight).into(),
        hundredths(told.points).into(),
        arithmetic(&cx, &told).into(),
    ]);
    lines.push(sum);
    let title = format!("{} {}", asked.period.name, asked.name);
    Ok(export::workbook(&title, vec![Sheet { title: cx.t("composed"), columns, rows: lines }]).await?)
}
