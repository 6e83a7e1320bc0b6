//! `GET /volumes`: how much arrived of a month beside what used to arrive (报送量对比).

use std::cmp::Reverse;

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use chrono::NaiveDate;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{OrgId, Result};
use shell::ui::{Chart, ChartKind, Crumbs, TableState, Tone};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};
use standards::calendar::add_workdays;

use super::resource_title;
use crate::context::Rectify;
use crate::model::{MONTHS, Usual, Volume, month_after, month_back};
use crate::store::volumes::{Arrived, arrived};

/// Months offered in the filter.
const OFFERED: usize = 24;

/// One organisation and resource.
struct Line {
    org: String,
    resource: String,
    came: i64,
    usual: Usual,
    volume: Volume,
    /// Its decisions of the month.
    href: String,
}

impl Line {
    /// Decisions fewer than usual.
    fn gap(&self) -> i64 {
        self.usual.decisions().map_or(0, |n| (n - self.came).max(0))
    }
}

#[derive(Template)]
#[template(path = "rectify/volumes.html")]
struct List {
    cx: Cx,
    part: Part,
    months: Vec<(String, String)>,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "rectify/volumes_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    /// Lines that the filter leaves.
    total: i64,
    quiet: i64,
    fewer: i64,
    month: NaiveDate,
    chart: String,
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
        Crumbs::new(&self.cx).to("records", "/records").here("volumes").to_string()
    }
}

impl Part {
    fn month(&self) -> String {
        self.month.format("%Y-%m").to_string()
    }

    /// What the month is held to, in words.
    fn usual(&self, line: &Line) -> String {
        match line.usual {
            Usual::LastYear(n) => self.cx.t1("volume-last-year", "n", n),
            Usual::Before(n) => self.cx.t1("volume-before", "n", n),
            Usual::Unknown => self.cx.t("volume-nothing-before"),
        }
    }
}

/// The newest month all of whose decisions should have arrived by now; the one before this where no calendar tells.
fn newest_due(rectify: &Rectify, today: NaiveDate) -> NaiveDate {
    let limits = rectify.intake.packs.resources().filter_map(|(_, r)| r.time_limit.as_ref());
    let longest = limits.map(|l| l.workdays).max().unwrap_or(0);
    let last_month = month_back(today, 1);
    let passed = month_back(today, 0).pred_opt().and_then(|last| add_workdays(last, longest).ok());
    if passed.is_none_or(|deadline| deadline < today) { last_month } else { month_back(today, 2) }
}

/// The lines that the filter leaves, the greatest gap first, and what arrived over the months together.
async fn read(
    cx: &Cx,
    actor: &kernel::Actor,
    rectify: &Rectify,
    orgs: &Orgs,
    state: &TableState,
) -> Result<(NaiveDate, Vec<Line>, [i64; MONTHS])> {
    let asked = NaiveDate::parse_from_str(&format!("{}-01", state.filter("month")), "%Y-%m-%d");
    let month = asked.unwrap_or_else(|_| newest_due(rectify, rectify.intake.clock.today()));
    let resource = Some(state.filter("resource")).filter(|r| !r.is_empty());
    let found =
        arrived(rectify.intake.db.conn(), actor, state.filter("org").parse().ok(), resource, month).await?;
    let last = month_after(month).pred_opt().unwrap_or(month);
    let mut sums = [0; MONTHS];
    let mut lines = Vec::with_capacity(found.len());
    for Arrived { org_id, resource, months } in found {
        for (sum, n) in sums.iter_mut().zip(months) {
            *sum += n;
        }
        let usual = Usual::of(&months);
        let came = months.first().copied().unwrap_or(0);
        lines.push(Line {
            org: orgs.name(OrgId(org_id), cx.lang()),
            href: format!("/records?resource={resource}&org={org_id}&from={month}&to={last}"),
            resource: resource_title(cx, rectify, &resource),
            came,
            usual,
            volume: Volume::of(came, usual),
        });
    }
    lines.sort_by(|a, b| {
        let rank = |l: &Line| (!l.volume.is_told(), Reverse(l.gap()), Reverse(l.came));
        rank(a).cmp(&rank(b)).then_with(|| (&a.org, &a.resource).cmp(&(&b.org, &b.resource)))
    });
    Ok((month, lines, sums))
}

fn keeps(state: &TableState, line: &Line) -> bool {
    match state.filter("which") {
        "all" => true,
        "" => line.volume.is_told(),
        name => line.volume.name() == name,
    }
}

/// `GET /volumes`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &["gap"]);
    let orgs = Orgs::load(&cx).await?;
    let (month, lines, sums) = read(&cx, &actor, &rectify, &orgs, &state).await?;
    let of = |v: Volume| lines.iter().filter(|l| l.volume == v).count() as i64;
    let (quiet, fewer) = (of(Volume::Quiet), of(Volume::Fewer));
    let mut chart = Chart::new(
        ChartKind::Bar,
        (0..MONTHS).rev().map(|k| month_back(month, k).format("%Y-%m").to_string()).collect(),
    );
    chart =
        chart.series(cx.t("volume-came"), Tone::Brand, sums.iter().rev().map(|n| Some(*n as f64)).collect());
    let chart = if lines.is_empty() { String::new() } else { chart.html(&cx, cx.t("volume-chart")) };
    let kept: Vec<Line> = lines.into_iter().filter(|l| keeps(&state, l)).collect();
    let total = kept.len() as i64;
    let (offset, limit) = (state.offset() as usize, state.limit() as usize);
    let rows = kept.into_iter().skip(offset).take(limit).collect();
    let today = rectify.intake.clock.today();
    let resources = rectify.intake.packs.resources().filter(|(_, r)| r.time_limit.is_some());
    let month_name = |k| month_back(today, k).format("%Y-%m").to_string();
    let whole = List {
        months: (0..OFFERED).map(|k| (month_name(k), month_name(k))).collect(),
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        orgs: orgs.choice(state.filter("org").parse().ok(), cx.lang()),
        part: Part { cx: cx.clone(), rows, total, quiet, fewer, month, chart, state },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /volumes.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let state = TableState::read(&cx, &["gap"]);
    let orgs = Orgs::load(&cx).await?;
    let (month, lines, _) = read(&cx, &actor, &rectify, &orgs, &state).await?;
    let title = format!("{} {}", cx.t("volumes"), month.format("%Y-%m"));
    let rows = lines.into_iter().filter(|l| keeps(&state, l)).map(|l| {
        let (last_year, before) = match l.usual {
            Usual::LastYear(n) => (Some(n), None),
            Usual::Before(n) => (None, Some(n)),
            Usual::Unknown => (None, None),
        };
        let number = |n: Option<i64>| n.map_or_else(|| String::new().into(), Into::into);
        vec![
            l.org.clone().into(),
            l.resource.clone().into(),
            cx.t(&format!("volume-{}", l.volume.name())).into(),
            l.came.into(),
            number(last_year),
            number(before),
            l.gap().into(),
        ]
    });
    let rows = rows.collect();
    let columns = export::columns(
        &cx,
        &[
            ("column-department", 28),
            ("column-resource", 26),
            ("volume-standing", 14),
            ("volume-came", 12),
            ("volume-column-last-year", 14),
            ("volume-column-before", 18),
            ("volume-gap", 12),
        ],
    );
    Ok(export::workbook(&title, vec![Sheet { title: title.clone(), columns, rows }]).await?)
}
