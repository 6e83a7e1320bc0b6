//! `GET /board`: the live board (实时看板): what each department handed in, what is wrong with it, and how it stands.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use futures::future::try_join;
use intake::export::{self, Sheet};
use kernel::{Actor, Result, Scope};
use shell::ui::{Chart, ChartKind, Crumbs, TableState, Tone, encode};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::{CITY, Shown, Sight, days, figure_href, name, sees_all, span};
use crate::actions::{self, STEWARD};
use crate::context::Scorecard;
use crate::evaluate::Basis;
use crate::model::{Figures, Indicator, PeriodState, Span, Standing, hundredths, standings};
use crate::store::periods;

/// One department.
struct Line {
    rank: Option<u32>,
    score: Option<i64>,
    /// Ranks gained since the stretch of days before.
    moved: Option<i64>,
    name: String,
    href: Option<String>,
    shown: Vec<Shown>,
    /// The values by which it is sorted, one for each column.
    keys: Vec<Option<i64>>,
}

#[derive(Template)]
#[template(path = "scorecard/board.html")]
struct Board {
    cx: Cx,
    state: TableState,
    span: Span,
    /// Title, sort name and whether it is an amount, of each column.
    columns: Vec<(String, String)>,
    rows: Vec<Line>,
    city: Vec<Shown>,
    chart: String,
    facts_at: Option<String>,
    versions: String,
    may_refresh: bool,
    ranking: bool,
    period: Option<(uuid::Uuid, bool)>,
    /// Whether others are hidden, because a draft has some of these days.
    hidden: bool,
    /// The subject shown instead of what gives points; empty where that is shown.
    subject: String,
    /// Subjects that hold more than what gives points, in the order of the indicators.
    subjects: Vec<String>,
    /// Indicators of the subject of which nobody has data in these days.
    without: Vec<(String, String)>,
}

impl Board {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("board").to_string()
    }

    fn score(&self, row: &Line) -> String {
        row.score.map(hundredths).unwrap_or_default()
    }

    fn moved(&self, row: &Line) -> String {
        match row.moved {
            Some(n) if n > 0 => self.cx.t1("board-up", "n", n),
            Some(n) if n < 0 => self.cx.t1("board-down", "n", -n),
            Some(_) => self.cx.t("board-same"),
            None => "–".to_owned(),
        }
    }

    /// Links to the months before, for a quick choice.
    fn months(&self) -> Vec<(String, String, bool)> {
        let mut month = Span::month_of(kernel::beijing_date(self.cx.now()));
        let mut all = Vec::new();
        for _ in 0..6 {
            let text = month.from.format("%Y-%m").to_string();
            let mut href = format!("/board?month={text}");
            if !self.subject.is_empty() {
                let _ = write!(href, "&subject={}", encode(&self.subject));
            }
            all.push((href, text, month == self.span));
            month = month.before();
        }
        all
    }

    /// What the columns are about: what gives points, or all of one subject.
    fn tabs(&self) -> Vec<(String, String, bool)> {
        let scored = (self.state.with("subject", ""), self.cx.t("board-scored"), self.subject.is_empty());
        let others = self
            .subjects
            .iter()
            .map(|s| (self.state.with("subject", s), self.cx.t(&format!("subject-{s}")), *s == self.subject));
        std::iter::once(scored).chain(others).collect()
    }
}

/// The columns of the board: what gives points and amounts; or the indicators of one subject of which anybody has data.
fn shown_of<'a>(read: &'a Read, subject: &str) -> Vec<&'a Indicator> {
    let all = || read.basis.indicators.iter();
    if subject.is_empty() {
        return all().filter(|i| i.weight > 0).chain(all().filter(|i| i.amount)).collect();
    }
    all().filter(|i| i.subject == subject && has_data(read, i)).collect()
}

fn has_data(read: &Read, indicator: &Indicator) -> bool {
    let city = read.figures.city(&indicator.code);
    city.denominator > 0 || city.exempted > 0
}

/// Subjects with an indicator that is neither an amount nor gives points, in the order of the indicators.
fn subjects(basis: &Basis) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for indicator in basis.indicators.iter().filter(|i| !i.amount && i.weight == 0) {
        if !all.contains(&indicator.subject) {
            all.push(indicator.subject.clone());
        }
    }
    all
}

/// The subject asked for, where there is such a one.
fn subject(cx: &Cx, basis: &Basis) -> String {
    let wanted = TableState::read(cx, &["rank"]).filter("subject").to_owned();
    if subjects(basis).contains(&wanted) { wanted } else { String::new() }
}

struct Read {
    basis: Basis,
    figures: Figures,
    standings: Vec<Standing>,
    before: Vec<Standing>,
    /// The period of exactly these days: its id, and whether it is still a draft.
    period: Option<(uuid::Uuid, bool)>,
    /// Whether scores and ranks of others are hidden, on these days and on those before.
    hidden: bool,
    hidden_before: bool,
}

async fn read(scorecard: &Scorecard, actor: &Actor, span: Span) -> Result<Read> {
    let basis = actions::basis(scorecard, span).await?;
    let earlier = actions::basis(scorecard, span.before()).await?;
    let (figures, before) =
        try_join(actions::counted(scorecard, &basis), actions::counted(scorecard, &earlier)).await?;
    let before = standings(&earlier.indicators, &before);
    let standings = standings(&basis.indicators, &figures);
    let period = periods::of_days(scorecard.intake.db.conn(), span).await?;
    let period = period.map(|p| (p.id, p.state == PeriodState::Draft.name()));
    let hidden = super::hidden(scorecard, actor, span).await?;
    let hidden_before = super::hidden(scorecard, actor, span.before()).await?;
    Ok(Read { basis, figures, standings, before, period, hidden, hidden_before })
}

/// While days of a draft are looked at, a department sees itself alone here too, and no rank.
async fn lines(
    cx: &Cx,
    actor: &Actor,
    scorecard: &Scorecard,
    (read, columns): (&Read, &[&Indicator]),
) -> Result<Vec<Line>> {
    let sight = Sight::of(scorecard, actor).await?;
    let hidden = read.hidden;
    let open = !hidden && sees_all(scorecard, actor, false).await?;
    Ok(read
        .standings
        .iter()
        .filter_map(|s| Some((s, read.basis.member(s.member)?)))
        .filter(|(_, m)| open || sight.sees(m))
        .map(|(standing, member)| {
            let sees = sight.sees(member);
            let figures = columns.iter().map(|i| (i, read.figures.of(member.id, &i.code)));
            let before = read.before.iter().find(|b| b.member == member.id).and_then(|b| b.rank);
            Line {
                rank: standing.rank.filter(|_| !hidden),
                score: standing.score,
                moved: before
                    .zip(standing.rank)
                    .filter(|_| !hidden && !read.hidden_before)
                    .map(|(b, now)| i64::from(b) - i64::from(now)),
                name: name(member, cx.lang()),
                href: sees.then(|| format!("/board/{}?{}", member.id, days(read.basis.span))),
                keys: figures
                    .clone()
                    .map(|(i, f)| if i.amount { Some(f.denominator) } else { f.rate() })
                    .collect(),
                shown: figures
                    .map(|(i, f)| {
                        let href = sees.then(|| figure_href(member.id, &i.code, read.basis.span, None));
                        Shown::of(cx, i, f, href)
                    })
                    .collect(),
            }
        })
        .collect())
}

/// Sorts by the column asked for; what has no data stands last either way.
fn sort(rows: &mut [Line], state: &TableState, columns: &[&Indicator]) {
    let place = columns.iter().position(|i| i.code == state.sort());
    let key = |line: &Line| match place {
        Some(at) => line.keys.get(at).copied().flatten(),
        None => line.rank.map(i64::from),
    };
    rows.sort_by(|a, b| match (key(a), key(b)) {
        (Some(x), Some(y)) if state.descending() => y.cmp(&x),
        (Some(x), Some(y)) => x.cmp(&y),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}

fn table_state(cx: &Cx, columns: &[&Indicator]) -> TableState {
    let names: Vec<String> =
        std::iter::once("rank".to_owned()).chain(columns.iter().map(|i| i.code.clone())).collect();
    TableState::read(cx, &names)
}

/// Scores as bars, at most this many departments.
const BARS: usize = 30;

fn chart(cx: &Cx, rows: &[Line]) -> String {
    let scored: Vec<&Line> = rows.iter().filter(|r| r.score.is_some()).take(BARS).collect();
    if scored.is_empty() {
        return String::new();
    }
    let mut chart = Chart::new(ChartKind::Bar, scored.iter().map(|r| r.name.clone()).collect())
        .series(
            cx.t("board-score"),
            Tone::Brand,
            scored.iter().map(|r| r.score.map(|s| s as f64 / 100.0)).collect(),
        )
        .links(scored.iter().map(|r| r.href.clone()).collect());
    chart.horizontal = true;
    chart.max = Some(100.0);
    chart.html(cx, cx.t("board-chart"))
}

/// `GET /board`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let span = span(&cx, &TableState::read(&cx, &["rank"]))?;
    let read = read(&scorecard, &actor, span).await?;
    let subject = subject(&cx, &read.basis);
    let columns = shown_of(&read, &subject);
    let state = table_state(&cx, &columns);
    let mut rows = lines(&cx, &actor, &scorecard, (&read, &columns)).await?;
    let chart = chart(&cx, &rows);
    sort(&mut rows, &state, &columns);
    let looked = actions::shown(&scorecard).await?.looked_at;
    let versions: Vec<String> = read.basis.versions.iter().map(|(t, v)| format!("{t} v{v}")).collect();
    page(&Board {
        columns: columns.iter().map(|i| (cx.text(&i.title).to_owned(), i.code.clone())).collect(),
        city: columns
            .iter()
            .map(|i| {
                let href = (actor.scope == Scope::City).then(|| figure_href(CITY, &i.code, span, None));
                Shown::of(&cx, i, read.figures.city(&i.code), href)
            })
            .collect(),
        ranking: rows.iter().any(|r| r.rank.is_some()),
        chart,
        rows,
        span,
        state,
        facts_at: looked.map(|at| cx.time(&at)),
        versions: versions.join(", "),
        may_refresh: cx.can(STEWARD),
        without: read
            .basis
            .indicators
            .iter()
            .filter(|i| i.subject == subject && !has_data(&read, i))
            .map(|i| (i.code.clone(), cx.text(&i.title).to_owned()))
            .collect(),
        subjects: subjects(&read.basis),
        subject,
        period: read.period,
        hidden: read.hidden,
        cx,
    })
}

/// `GET /board.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply<Response> {
    let span = span(&cx, &TableState::read(&cx, &["rank"]))?;
    let read = read(&scorecard, &actor, span).await?;
    let columns = shown_of(&read, &subject(&cx, &read.basis));
    let mut rows = lines(&cx, &actor, &scorecard, (&read, &columns)).await?;
    sort(&mut rows, &table_state(&cx, &columns), &columns);
    let none = cx.t("figure-none");
    let mut titles =
        export::columns(&cx, &[("board-rank", 6), ("column-department", 28), ("board-score", 10)]);
    titles.extend(columns.iter().map(|i| (cx.text(&i.title).to_owned(), 22)));
    let cells = rows.iter().map(|r| {
        let mut line = vec![
            r.rank.map(|n| n.to_string()).unwrap_or_default().into(),
            r.name.clone().into(),
            r.score.map(hundredths).unwrap_or_default().into(),
        ];
        line.extend(r.shown.iter().map(|s| s.cell(&none).into()));
        line
    });
    let sheet = Sheet { title: cx.t("board"), columns: titles, rows: cells.collect() };
    let title = format!("{} {}–{}", cx.t("board"), span.from, span.to);
    Ok(export::workbook(&title, vec![sheet]).await?)
}

/// `POST /board/refresh`
pub async fn refresh(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply<Response> {
    let flash = match actions::refresh(&scorecard, &actor).await? {
        true => Flash::ok(cx.t("board-refreshed")),
        false => Flash::warn(cx.t("board-refreshed-in-part")),
    };
    Ok(redirect(&cx, "/board", Some(flash)))
}
