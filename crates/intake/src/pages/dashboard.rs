//! `GET /dashboard`: rows in by day and department, pass rates, open issues, freshness; every figure opens the rows behind it.

use askama::Template;
use axum::extract::State as Shared;
use chrono::{DateTime, NaiveDate, Utc};
use identity::org::Org;
use kernel::{Actor, OrgId, Result};
use shell::ui::{Chart, ChartKind, Crumbs, TableState, Tone};
use shell::{Cx, Reply, Signed, page};

use super::{Orgs, export, resource_title};
use crate::Intake;
use crate::actions::owed::{Owed, owed};
use crate::model::Period;
use crate::store::figures::{self, Grain, Span};
use crate::store::receipts::{self, Filter, Total, Ways, Wrong};

/// The lengths one may choose, in days, and the one shown first.
const LENGTHS: [u64; 4] = [7, 30, 90, 365];
const LENGTH: u64 = 30;
/// Bars of a chart; the table below it has all.
const BARS: usize = 12;
/// Lines of the table of promises, unless all are asked for.
const PROMISES: usize = 12;

/// Everything the page and its download show.
struct View {
    table: TableState,
    period: Period,
    /// How many days were chosen, where it is one of the lengths.
    days: Option<u64>,
    /// The period that was asked for had nothing, so an earlier one is shown.
    earlier: bool,
    org: Option<Org>,
    /// From the top of what the reader sees down to `org`.
    way: Vec<(OrgId, String)>,
    total: Total,
    /// Rows that wait to be mended, whenever they came.
    open: i64,
    spans: Vec<(Period, Span)>,
    units: Vec<Unit>,
    owed: Vec<Kept>,
}

/// One organisation below the one looked at, with all below it.
struct Unit {
    id: OrgId,
    name: String,
    /// Whether there is anything below it.
    opens: bool,
    submissions: i64,
    rows: i64,
    passed: i64,
    rejected: i64,
    open: i64,
    at: Option<DateTime<Utc>>,
}

/// A promise as the page shows it.
pub(crate) struct Kept {
    pub owed: Owed,
    pub org: String,
    pub resource: String,
    pub cycle: String,
    /// How it stands, in words.
    pub words: String,
    pub tone: &'static str,
}

impl Kept {
    pub(crate) fn of(cx: &Cx, intake: &Intake, owed: Owed, orgs: &Orgs) -> Self {
        let (words, tone) = match owed.due {
            Some((_, standing)) => {
                let (key, days) = standing.words();
                (cx.t1(key, "n", days), standing.tone())
            }
            None => (cx.t("due-none"), ""),
        };
        Self {
            org: orgs.name(owed.promise.org, cx.lang()),
            resource: resource_title(cx, intake, &owed.promise.resource),
            cycle: cx.t(&format!("entry-cycle-{}", owed.promise.cycle.name())),
            words,
            tone,
            owed,
        }
    }

    pub(crate) fn last(&self) -> String {
        self.owed.last.map_or_else(|| "–".to_owned(), |d| d.to_string())
    }
}

#[derive(Template)]
#[template(path = "intake/dashboard.html")]
struct Dashboard {
    cx: Cx,
    view: View,
    by_time: String,
    rates: String,
    by_org: String,
}

impl Dashboard {
    fn crumbs(&self) -> String {
        let mut crumbs = Crumbs::new(&self.cx);
        let Some(((_, last), above)) = self.view.way.split_last() else {
            return crumbs.here("dashboard").to_string();
        };
        crumbs = crumbs.to("dashboard", self.view.table.with("org", ""));
        for (id, name) in above {
            crumbs = crumbs.to_named(name, self.view.table.with("org", id.to_string()));
        }
        crumbs.here_named(last).to_string()
    }

    fn lengths(&self) -> Vec<(u64, String, bool)> {
        let table = &self.view.table;
        let org = table.filter("org");
        let org = if org.is_empty() { String::new() } else { format!("&org={org}") };
        let link = |d: u64| (d, format!("/dashboard?days={d}{org}"), self.view.days == Some(d));
        LENGTHS.map(link).to_vec()
    }

    fn late(&self) -> usize {
        self.view.owed.iter().filter(|k| k.owed.is_late()).count()
    }

    fn shown(&self) -> &[Kept] {
        let all = !self.view.table.filter("all").is_empty();
        let most = if all { self.view.owed.len() } else { PROMISES.min(self.view.owed.len()) };
        &self.view.owed[..most]
    }

    /// The submissions of the period behind a figure.
    fn rows(&self) -> String {
        self.view.list(self.view.period, None, false)
    }

    fn unit_rows(&self, unit: &Unit) -> String {
        self.view.list(self.view.period, Some(unit.id), false)
    }

    fn open_rows(&self) -> String {
        let org = self.view.org.as_ref().map(|o| format!("&org={}", o.id)).unwrap_or_default();
        format!("/submissions?errors=open{org}")
    }

    fn unit_open(&self, unit: &Unit) -> String {
        let view = &self.view;
        let (from, to) = (view.period.from, view.period.to);
        format!("/submissions?way=received&from={from}&to={to}&errors=open&org={}", unit.id)
    }
}

impl View {
    async fn load(cx: &Cx, actor: &Actor, intake: &Intake) -> Result<Self> {
        let conn = intake.db.conn();
        let table = TableState::read(cx, &["rows"]);
        let orgs = Orgs::load(cx).await?;
        let org = table.filter("org").parse().ok().and_then(|id| orgs.find(id)).cloned();
        let id = org.as_ref().map(Org::org_id);
        let base = Filter { ways: Ways::Received, org: id, ..Filter::default() };
        let (period, days, earlier) = period(actor, intake, &table, &base).await?;
        let filter = Filter { from: Some(period.from), to: Some(period.to), ..base.clone() };
        let total = receipts::total(conn, actor, &filter).await?;
        let waiting = Filter { wrong: Wrong::Open, ..base };
        let open = receipts::total(conn, actor, &waiting).await?.open;
        let grain = if period.by_month() { Grain::Month } else { Grain::Day };
        let mut found: std::collections::HashMap<String, Span> =
            figures::by_time(conn, actor, &filter, grain)
                .await?
                .into_iter()
                .map(|s| (s.span.clone(), s))
                .collect();
        let spans = period.spans().into_iter().map(|(name, span)| {
            (span, found.remove(&name).unwrap_or_else(|| Span { span: name, ..Span::default() }))
        });
        let spans = spans.collect();
        let units = units(cx, &orgs, org.as_ref(), figures::by_org(conn, actor, &filter).await?);
        let owed = owed(intake, actor, id).await?.into_iter();
        Ok(Self {
            owed: owed.map(|o| Kept::of(cx, intake, o, &orgs)).collect(),
            way: way(cx, &orgs, org.as_ref()),
            table,
            period,
            days,
            earlier,
            org,
            total,
            open,
            spans,
            units,
        })
    }

    /// The list behind a figure.
    fn list(&self, period: Period, org: Option<OrgId>, rejected: bool) -> String {
        let mut link = format!("/submissions?way=received&from={}&to={}", period.from, period.to);
        if let Some(org) = org.or(self.org.as_ref().map(Org::org_id)) {
            link.push_str(&format!("&org={org}"));
        }
        if rejected {
            link.push_str("&errors=rejected");
        }
        link
    }
}

/// The days looked at, and which of the lengths they are. Unless one was chosen: where the last days are empty, as in a city
/// that was quiet for months, those up to the last on which something came; where all came on one day, longer back, so that
/// the page that opens shows how things went.
async fn period(
    actor: &Actor,
    intake: &Intake,
    table: &TableState,
    filter: &Filter,
) -> Result<(Period, Option<u64>, bool)> {
    let today = intake.clock.today();
    let (from, to): (Option<NaiveDate>, Option<NaiveDate>) =
        (table.filter("from").parse().ok(), table.filter("to").parse().ok());
    let asked = table.filter("days").parse().ok().filter(|d| LENGTHS.contains(d));
    match (from, to) {
        (Some(from), to) => return Ok((Period::between(from, to.unwrap_or(today)), None, false)),
        (None, Some(to)) => return Ok((Period::last(asked.unwrap_or(LENGTH), to), None, false)),
        (None, None) => {}
    }
    let conn = intake.db.conn();
    let days = asked.unwrap_or(LENGTH);
    let latest = figures::latest_day(conn, actor, filter).await?;
    let wanted = Period::last(days, today);
    let (last, earlier) = match latest.filter(|l| *l < wanted.from) {
        Some(latest) => (latest, true),
        None => (today, false),
    };
    let mut found = (Period::last(days, last), days);
    if asked.is_none() {
        for days in LENGTHS.into_iter().filter(|d| *d >= LENGTH) {
            let period = Period::last(days, last);
            let within = Filter { from: Some(period.from), to: Some(period.to), ..filter.clone() };
            if figures::by_time(conn, actor, &within, Grain::Day).await?.len() > 1 {
                found = (period, days);
                break;
            }
        }
    }
    Ok((found.0, Some(found.1), earlier))
}

/// Names from the top of what the reader sees down to an organisation.
fn way(cx: &Cx, orgs: &Orgs, org: Option<&Org>) -> Vec<(OrgId, String)> {
    let Some(org) = org else { return Vec::new() };
    let above = orgs.all().iter().filter(|o| org.path.starts_with(&o.path));
    above.map(|o| (o.org_id(), o.name(cx.lang()).to_owned())).collect()
}

/// Figures put together for those one step below `base`, or below the only one on top.
fn units(cx: &Cx, orgs: &Orgs, base: Option<&Org>, found: Vec<figures::OfOrg>) -> Vec<Unit> {
    let all = orgs.all();
    let top: Vec<&Org> = all.iter().filter(|o| !all.iter().any(|p| Some(p.id) == o.parent_id)).collect();
    let base = base.or(match top.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    let below = |o: &&Org| match base {
        Some(b) => o.parent_id == Some(b.id),
        None => top.iter().any(|t| t.id == o.id),
    };
    let steps: Vec<&Org> = all.iter().filter(below).collect();
    let mut units: Vec<Unit> = Vec::new();
    for f in found {
        let Some(own) = orgs.find(OrgId(f.org_id)) else { continue };
        // What the organisation handed in itself stands beside what those below it did.
        let at = steps.iter().copied().find(|s| own.path.starts_with(&s.path)).or(base).unwrap_or(own);
        let position = units.iter().position(|u| u.id == at.org_id()).unwrap_or_else(|| {
            units.push(Unit {
                id: at.org_id(),
                name: at.name(cx.lang()).to_owned(),
                opens: base.is_none_or(|b| b.id != at.id) && all.iter().any(|o| o.parent_id == Some(at.id)),
                submissions: 0,
                rows: 0,
                passed: 0,
                rejected: 0,
                open: 0,
                at: None,
            });
            units.len() - 1
        });
        let unit = &mut units[position];
        unit.submissions += f.submissions;
        unit.rows += f.rows;
        unit.passed += f.passed;
        unit.rejected += f.rejected;
        unit.open += f.open;
        unit.at = unit.at.max(f.at);
    }
    units.sort_by_key(|u| (std::cmp::Reverse(u.rows), u.name.clone()));
    units
}

fn value(n: i64) -> Option<f64> {
    Some(n as f64)
}

fn rate(passed: i64, rows: i64) -> Option<f64> {
    // To a tenth of a per cent, as everywhere on the page.
    (rows > 0).then(|| (passed as f64 * 1_000.0 / rows as f64).round() / 10.0)
}

impl View {
    fn by_time(&self, cx: &Cx) -> String {
        let links = |rejected: bool| self.spans.iter().map(move |(p, _)| Some(self.list(*p, None, rejected)));
        let mut chart =
            Chart::new(ChartKind::StackedBar, self.spans.iter().map(|(_, s)| s.span.clone()).collect())
                .series(
                    cx.t("rows-passed"),
                    Tone::Pass,
                    self.spans.iter().map(|(_, s)| value(s.passed)).collect(),
                )
                .links(links(false).collect())
                .series(
                    cx.t("rows-rejected"),
                    Tone::Reject,
                    self.spans.iter().map(|(_, s)| value(s.rejected)).collect(),
                )
                .links(links(true).collect());
        chart.unit = Some(cx.t("unit-rows"));
        chart.html(cx, cx.t(if self.period.by_month() { "dashboard-by-month" } else { "dashboard-by-day" }))
    }

    fn rates(&self, cx: &Cx) -> String {
        // Days without rows have no rate; they are left out so that the line is one.
        let with: Vec<&(Period, Span)> = self.spans.iter().filter(|(_, s)| s.rows > 0).collect();
        let mut chart = Chart::new(ChartKind::Line, with.iter().map(|(_, s)| s.span.clone()).collect())
            .series(
                cx.t("pass-rate"),
                Tone::Brand,
                with.iter().map(|(_, s)| rate(s.passed, s.rows)).collect(),
            )
            .links(with.iter().map(|(p, _)| Some(self.list(*p, None, true))).collect());
        chart.unit = Some("%".to_owned());
        chart.max = Some(100.0);
        chart.html(cx, cx.t("pass-rate"))
    }

    fn by_org(&self, cx: &Cx) -> String {
        let units = &self.units[..self.units.len().min(BARS)];
        let links = |rejected: bool| {
            units.iter().map(|u| Some(self.list(self.period, Some(u.id), rejected))).collect::<Vec<_>>()
        };
        let mut chart = Chart::new(ChartKind::StackedBar, units.iter().map(|u| u.name.clone()).collect())
            .series(cx.t("rows-passed"), Tone::Pass, units.iter().map(|u| value(u.passed)).collect())
            .links(links(false))
            .series(cx.t("rows-rejected"), Tone::Reject, units.iter().map(|u| value(u.rejected)).collect())
            .links(links(true));
        chart.horizontal = true;
        chart.html(cx, cx.t("dashboard-by-org"))
    }
}

/// `GET /dashboard`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let view = View::load(&cx, &actor, &intake).await?;
    page(&Dashboard {
        by_time: view.by_time(&cx),
        rates: view.rates(&cx),
        by_org: view.by_org(&cx),
        view,
        cx: cx.clone(),
    })
}

/// `GET /dashboard.xlsx`: the same figures, one sheet each.
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let view = View::load(&cx, &actor, &intake).await?;
    let columns = |keys: &[(&str, u32)]| keys.iter().map(|(k, w)| (cx.t(k), *w)).collect::<Vec<_>>();
    let percent = |passed, rows| cx.percent(passed, rows).into();
    let by_time = export::Sheet {
        title: cx.t("dashboard-by-day"),
        columns: columns(&[
            ("column-day", 12),
            ("column-rows", 12),
            ("rows-passed", 12),
            ("rows-rejected", 12),
            ("pass-rate", 10),
        ]),
        rows: view
            .spans
            .iter()
            .map(|(_, s)| {
                vec![
                    s.span.clone().into(),
                    s.rows.into(),
                    s.passed.into(),
                    s.rejected.into(),
                    percent(s.passed, s.rows),
                ]
            })
            .collect(),
    };
    let by_org = export::Sheet {
        title: cx.t("dashboard-by-org"),
        columns: columns(&[
            ("column-department", 30),
            ("column-submissions", 10),
            ("column-rows", 12),
            ("rows-passed", 12),
            ("rows-rejected", 12),
            ("pass-rate", 10),
            ("column-open", 10),
            ("column-last-change", 17),
        ]),
        rows: view
            .units
            .iter()
            .map(|u| {
                vec![
                    u.name.clone().into(),
                    u.submissions.into(),
                    u.rows.into(),
                    u.passed.into(),
                    u.rejected.into(),
                    percent(u.passed, u.rows),
                    u.open.into(),
                    cx.time_or_dash(&u.at).into(),
                ]
            })
            .collect(),
    };
    let kept = export::Sheet {
        title: cx.t("dashboard-fresh"),
        columns: columns(&[
            ("column-entry", 30),
            ("column-department", 30),
            ("column-cycle", 10),
            ("column-last-delivery", 12),
            ("column-due", 12),
            ("column-standing", 14),
            ("rows-landed", 12),
            ("column-open", 10),
        ]),
        rows: view
            .owed
            .iter()
            .map(|k| {
                vec![
                    k.owed.promise.name.clone().into(),
                    k.org.clone().into(),
                    k.cycle.clone().into(),
                    k.last().into(),
                    k.owed.due.map_or_else(String::new, |(day, _)| day.to_string()).into(),
                    k.words.clone().into(),
                    k.owed.rows.into(),
                    k.owed.open.into(),
                ]
            })
            .collect(),
    };
    let name = format!("{}-{}-{}", cx.t("dashboard"), view.period.from, view.period.to);
    Ok(export::workbook(&name, vec![by_time, by_org, kept]).await?)
}
