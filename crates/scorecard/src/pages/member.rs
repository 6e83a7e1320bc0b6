//! `GET /board/{member}`: one department, every indicator with its two numbers, beside the city's.

use askama::Template;
use axum::extract::{Path, State as Shared};
use kernel::Error;
use shell::ui::{Chart, ChartKind, Crumbs, TableState, Tone};
use shell::{Cx, Reply, Signed, page};

use super::{CITY, Shown, Sight, days, figure_href, id, name, span, why_none};
use crate::actions;
use crate::context::Scorecard;
use crate::facts::Kind;
use crate::model::{Figure, Indicator, Span, hundredths, scored, standings};

/// One indicator.
struct Row {
    title: String,
    code: String,
    shown: Shown,
    why: String,
    city: Shown,
    points: String,
    before: Shown,
}

#[derive(Template)]
#[template(path = "scorecard/member.html")]
struct Page {
    cx: Cx,
    id: uuid::Uuid,
    name: String,
    span: Span,
    rank: Option<u32>,
    score: Option<String>,
    /// Rows by subject.
    groups: Vec<(String, Vec<Row>)>,
    /// Indicators whose figures nobody entered, neither for these days nor for those before.
    unregistered: Vec<(String, String)>,
    trend: String,
    exempted: i64,
}

impl Page {
    fn crumbs(&self) -> String {
        let board = format!("/board?{}", days(self.span));
        Crumbs::new(&self.cx).to("board", board).here_named(&self.name).to_string()
    }

    fn days(&self) -> String {
        days(self.span)
    }
}

/// Months of the trend.
const MONTHS: usize = 6;

/// `GET /board/{member}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(member): Path<String>,
) -> Reply {
    let what = ("这个单位", "department");
    let id = id(&member, what)?;
    let span = span(&cx, &TableState::read(&cx, &["rank"]))?;
    let basis = actions::basis(&scorecard, span).await?;
    let member = basis.member(id).ok_or_else(|| Error::not_found(what.0, what.1))?;
    let sight = Sight::of(&scorecard, &actor).await?;
    sight.part(member)?;
    let figures = actions::counted(&scorecard, &basis).await?;
    let earlier = actions::basis(&scorecard, span.before()).await?;
    let before = actions::counted(&scorecard, &earlier).await?;
    let all = standings(&basis.indicators, &figures);
    let standing = all.iter().find(|s| s.member == id);
    let hidden = super::hidden(&scorecard, &actor, span).await?;
    let of_city = |code: &str| sight.all.then(|| figure_href(CITY, code, span, None));
    let empty = |f: Figure| f.denominator == 0 && f.exempted == 0;
    let missing = |i: &&Indicator| {
        i.facts == Kind::Registered && empty(figures.of(id, &i.code)) && empty(before.of(id, &i.code))
    };
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    let rows = basis.indicators.iter().filter(|i| !missing(i)).map(|i| {
        let figure = figures.of(id, &i.code);
        let row = Row {
            title: cx.text(&i.title).to_owned(),
            code: i.code.clone(),
            shown: Shown::of(&cx, i, figure, Some(figure_href(id, &i.code, span, None))),
            why: why_none(&cx, &basis, i, figure),
            city: Shown::of(&cx, i, figures.city(&i.code), of_city(&i.code)),
            points: match scored(i, figure) {
                Some(s) => format!("{} / {}", hundredths(s.points), s.weight),
                None if i.weight > 0 => format!("– / {}", i.weight),
                None => String::new(),
            },
            before: Shown::of(
                &cx,
                i,
                before.of(id, &i.code),
                Some(figure_href(id, &i.code, span.before(), None)),
            ),
        };
        (cx.t(&format!("subject-{}", i.subject)), row)
    });
    for (subject, row) in rows {
        match groups.iter_mut().find(|(s, _)| *s == subject) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((subject, vec![row])),
        }
    }
    let trend = trend(&cx, &scorecard, id, span).await?;
    page(&Page {
        id,
        name: name(member, cx.lang()),
        span,
        // A rank among drafts would tell of the others.
        rank: standing.and_then(|s| s.rank).filter(|_| !hidden),
        score: standing.and_then(|s| s.score).map(hundredths),
        exempted: basis
            .indicators
            .iter()
            .filter(|i| i.weight > 0)
            .map(|i| figures.of(id, &i.code).exempted)
            // One decision may be exempted of several indicators.
            .max()
            .unwrap_or(0),
        unregistered: basis
            .indicators
            .iter()
            .filter(missing)
            .map(|i| (i.code.clone(), cx.text(&i.title).to_owned()))
            .collect(),
        groups,
        trend,
        cx,
    })
}

/// The rates that give most points over the last months.
async fn trend(cx: &Cx, scorecard: &Scorecard, id: uuid::Uuid, span: Span) -> kernel::Result<String> {
    let mut month = Span::month_of(span.to);
    let mut months = Vec::new();
    for _ in 0..MONTHS {
        let basis = actions::basis(scorecard, month).await?;
        let figures = actions::counted(scorecard, &basis).await?;
        months.push((month.from.format("%Y-%m").to_string(), figures));
        month = month.before();
    }
    months.reverse();
    let mut chart = Chart::new(ChartKind::Line, months.iter().map(|(m, _)| m.clone()).collect());
    let mut any = false;
    for (code, tone) in [("timeliness-a", Tone::Brand), ("accuracy", Tone::Pass), ("late", Tone::Reject)] {
        let Some(indicator) = crate::model::Indicators::builtin()?.find(code).cloned() else { continue };
        let values: Vec<Option<f64>> =
            months.iter().map(|(_, f)| f.of(id, code).rate().map(|r| r as f64 / 100.0)).collect();
        any |= values.iter().any(Option::is_some);
        chart = chart.series(cx.text(&indicator.title), tone, values);
    }
    chart.unit = Some("%".to_owned());
    chart.max = Some(100.0);
    Ok(if any { chart.html(cx, cx.t("member-trend")) } else { String::new() })
}
