//! `GET /board/{member}/{indicator}`: one figure down to its rule and its facts (穿透).

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use intake::export::{self, Sheet};
use kernel::{Actor, Error, Result};
use serde_json::Value;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};
use uuid::Uuid;

use super::decisions::Decisions;
use super::{CITY, Shown, Sight, days, id, name, span, whole_city, why_none};
use crate::actions;
use crate::circular::Frozen;
use crate::context::Scorecard;
use crate::evaluate::{Basis, FactRows, Member, Part, fact_rows};
use crate::facts::Kind;
use crate::model::{Direction, Figure, Indicator, PeriodState};
use crate::store::periods;

/// One fact.
struct Row {
    href: Option<String>,
    cells: Vec<String>,
    fulfilled: bool,
}

#[derive(Template)]
#[template(path = "scorecard/figure.html")]
struct Page {
    cx: Cx,
    state: TableState,
    member: Member,
    indicator: Indicator,
    basis: Basis,
    period: Option<(Uuid, String)>,
    shown: Shown,
    why: String,
    whole: bool,
    part: Part,
    columns: Vec<String>,
    rows: Vec<Row>,
    total: i64,
}

impl Page {
    fn crumbs(&self) -> String {
        let crumbs = Crumbs::new(&self.cx);
        let crumbs = match &self.period {
            Some((id, name)) => crumbs.to("periods", "/periods").to_named(name, format!("/periods/{id}")),
            None if self.member.id == CITY => crumbs.to("board", format!("/board?{}", days(self.basis.span))),
            None => {
                let days = days(self.basis.span);
                let member = format!("/board/{}?{days}", self.member.id);
                crumbs.to("board", format!("/board?{days}")).to_named(self.name(), member)
            }
        };
        crumbs.here_named(self.cx.text(&self.indicator.title)).to_string()
    }

    fn name(&self) -> String {
        name(&self.member, self.cx.lang())
    }

    fn tabs(&self) -> Vec<(String, String, bool)> {
        Part::ALL
            .into_iter()
            .filter(|p| !self.plain() || matches!(p, Part::Denominator | Part::Exempted))
            .map(|p| {
                let key = match p {
                    Part::Denominator if self.plain() => "figure-counted".to_owned(),
                    Part::Rest if self.is_of_bad() => "figure-rest-lower".to_owned(),
                    _ => format!("figure-{}", p.name()),
                };
                (self.state.with("part", p.name()), self.cx.t(&key), p == self.part)
            })
            .collect()
    }

    /// Whether a fact is neither fulfilled nor not: an amount, or two numbers that somebody entered.
    fn plain(&self) -> bool {
        self.indicator.amount || self.indicator.facts == Kind::Registered
    }

    /// Whether the numerator counts what is bad, so that nobody is praised for it.
    fn is_of_bad(&self) -> bool {
        self.indicator.direction == Direction::Lower
    }

    fn head(&self) -> String {
        self.cx.t(if self.is_of_bad() { "figure-fulfilled-lower" } else { "figure-fulfilled" })
    }

    fn tone(&self, fulfilled: &bool) -> &'static str {
        match (self.is_of_bad(), *fulfilled) {
            (true, _) => "info",
            (false, true) => "pass",
            (false, false) => "reject",
        }
    }

    fn versions(&self) -> String {
        let table = self.indicator.facts.table();
        self.basis.versions.get(table).map(|v| format!("{table} v{v}")).unwrap_or_default()
    }

    /// Days and numbers stay on one line.
    fn short(&self, cell: &str) -> bool {
        cell.len() <= 10 && cell.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    }

    fn mark(&self) -> i64 {
        self.basis.marks.0.get(&self.indicator.facts).copied().unwrap_or(0)
    }

    fn download(&self) -> String {
        self.state.at(&format!("/board/{}/{}/facts.xlsx", self.member.id, self.indicator.code))
    }
}

struct Asked {
    member: Member,
    whole: bool,
    indicator: Indicator,
    basis: Basis,
    figure: Figure,
    period: Option<(Uuid, String)>,
}

/// What is asked for, within what the actor may see. Of a frozen period its own basis counts, not today's.
async fn asked(cx: &Cx, actor: &Actor, scorecard: &Scorecard, member: &str, code: &str) -> Result<Asked> {
    let state = TableState::read(cx, &["day"]);
    let unknown = || Error::not_found("这个单位", "department");
    let member = id(member, ("这个单位", "department"))?;
    let (basis, figures, period) = match state.filter("period").parse::<Uuid>() {
        Ok(period) => {
            let period = periods::get(scorecard.intake.db.conn(), period).await?;
            let frozen = Frozen::of(&period)?;
            let draft = period.state == PeriodState::Draft.name();
            let name =
                if draft { format!("{} ({})", period.name, cx.t("period-state-draft")) } else { period.name };
            (frozen.basis, frozen.figures, Some((period.id, name)))
        }
        Err(_) => {
            let basis = actions::basis(scorecard, span(cx, &state)?).await?;
            let figures = actions::counted(scorecard, &basis).await?;
            (basis, figures, None)
        }
    };
    let sight = Sight::of(scorecard, actor).await?;
    let city = Some(whole_city(&basis)).filter(|_| member == CITY && sight.all);
    let of = city.as_ref().or_else(|| basis.member(member)).ok_or_else(unknown)?;
    let part = sight.part(of)?;
    let figure = if city.is_some() { figures.city(code) } else { figures.of(member, code) };
    let indicator = basis.indicator(code).ok_or_else(|| Error::not_found("这项指标", "indicator"))?.clone();
    let whole = part.orgs.len() == of.orgs.len();
    Ok(Asked { whole, figure, member: part, indicator, period, basis })
}

/// Where a fact can be looked at.
fn href(kind: Kind, get: impl Fn(&str) -> String) -> Option<String> {
    Some(match kind {
        Kind::Decisions => format!("/records/{}", get("ID")),
        Kind::Receipts if get("KIND") == "one" => format!("/submissions/{}", get("ID")),
        Kind::Issues => format!("/issues/{}", get("ID")),
        Kind::Entries => format!("/catalogue/{}", get("CODE").replace('/', "-")),
        Kind::Registered => format!("/registered?org={}&indicator={}", get("ORG"), get("CODE")),
        Kind::Units => format!("/orgs/{}", get("ID")),
        _ if !get("RECORD").is_empty() => format!("/records/{}", get("RECORD")),
        _ => return None,
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The text of a value that stands for a word: states, ways, outcomes.
fn word(kind: Kind, column: &str, value: &str) -> Option<String> {
    let key = match (kind, column) {
        (_, _) if value.is_empty() => return None,
        (_, "FIRST_VALID" | "OK" | "PAPERS" | "MOUNTED" | "ACTIVE") => {
            return Some(if value == "1" { "yes" } else { "no" }.to_owned());
        }
        (Kind::Receipts, "KIND") => "receipt-kind",
        (Kind::Receipts, "WAY") => "submission-way",
        (Kind::Receipts, "STATE") => "submission-state",
        (Kind::Issues, "STATE") => "issue-state",
        (Kind::Entries, "SHARE") => "entry-share",
        (Kind::Returns, "OUTCOME") => "return-state",
        (Kind::Cases, "KIND") => "case-kind",
        (Kind::Cases, "OUTCOME") => "case-outcome",
        (Kind::Tasks, "ABOUT") => "task-about",
        (Kind::Tasks, "DESK") => "case-desk",
        (Kind::Units, "KIND") => "org-kind",
        _ => return None,
    };
    Some(format!("{key}-{value}"))
}

/// The head of a column.
fn head(cx: &Cx, kind: Kind, column: &str) -> String {
    match (kind, column) {
        (Kind::Entries, "PUBLISHED_ON") => cx.t("fact-entry-published-on"),
        (Kind::Registered, "DAY") => cx.t("registered-day"),
        (Kind::Units, "DAY") => cx.t("fact-since"),
        (Kind::Units, "OPENED_ON") => cx.t("fact-account-opened-on"),
        _ => cx.t(&format!("fact-{}", column.to_lowercase().replace('_', "-"))),
    }
}

/// Columns that people read: ids stand behind links, and the organisation where there is more than one.
fn columns(kind: Kind, found: &FactRows, member: &Member) -> Vec<usize> {
    (0..found.columns.len())
        .filter(|at| match found.columns[*at] {
            "ID" | "RECORD" => false,
            // They are of no resource, and all of the one indicator.
            "RESOURCE" | "CODE" if matches!(kind, Kind::Registered | Kind::Units) => false,
            "ORG" => member.orgs.len() > 1,
            _ => true,
        })
        .collect()
}

fn cells(
    cx: &Cx,
    scorecard: &Scorecard,
    orgs: &intake::Orgs,
    (kind, found): (Kind, &FactRows),
    which: &[usize],
    row: &[Value],
) -> Vec<String> {
    which
        .iter()
        .map(|at| {
            let value = row.get(*at).map(text).unwrap_or_default();
            match found.columns[*at] {
                "ORG" => value.parse().map_or(value, |id| orgs.name(kernel::OrgId(id), cx.lang())),
                "RESOURCE" | "EXPECTED_FROM" => match scorecard.intake.packs.resource(&value) {
                    Some((_, r)) => r.title.get(cx.lang()).to_owned(),
                    None => value,
                },
                column => word(kind, column, &value).map_or(value, |key| cx.t(&key)),
            }
        })
        .collect()
}

/// `GET /board/{member}/{indicator}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path((member, code)): Path<(String, String)>,
) -> Reply {
    let asked = asked(&cx, &actor, &scorecard, &member, &code).await?;
    let state = TableState::read(&cx, &["day"]);
    let part = Part::named(state.filter("part"));
    let of = (&asked.indicator, &asked.member);
    let found = fact_rows(&scorecard, &asked.basis, of, part, (state.offset(), state.limit())).await?;
    let orgs = intake::Orgs::load(&cx).await?;
    let kind = asked.indicator.facts;
    let which = columns(kind, &found, &asked.member);
    let about = Decisions::of(&scorecard, &actor, (kind, &found)).await?;
    let rows = found
        .rows
        .iter()
        .map(|row| {
            let get = |name: &str| {
                let at = found.columns.iter().position(|c| *c == name);
                at.and_then(|at| row.get(at)).map(text).unwrap_or_default()
            };
            let n = found.columns.len();
            let count = |at: usize| row.get(at).and_then(Value::as_i64).unwrap_or(0);
            Row {
                href: href(kind, get),
                cells: [about.cells(row), cells(&cx, &scorecard, &orgs, (kind, &found), &which, row)]
                    .concat(),
                fulfilled: count(n) > 0 && count(n) == count(n + 1),
            }
        })
        .collect();
    page(&Page {
        shown: Shown::of(&cx, &asked.indicator, asked.figure, None),
        why: why_none(&cx, &asked.basis, &asked.indicator, asked.figure),
        columns: [about.heads(&cx), which.iter().map(|at| head(&cx, kind, found.columns[*at])).collect()]
            .concat(),
        rows,
        total: found.total,
        part,
        state,
        whole: asked.whole,
        member: asked.member,
        indicator: asked.indicator,
        basis: asked.basis,
        period: asked.period,
        cx,
    })
}

/// `GET /board/{member}/{indicator}/facts.xlsx`
pub async fn xlsx(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path((member, code)): Path<(String, String)>,
) -> Reply<Response> {
    let asked = asked(&cx, &actor, &scorecard, &member, &code).await?;
    let part = Part::named(TableState::read(&cx, &["day"]).filter("part"));
    let of = (&asked.indicator, &asked.member);
    let orgs = intake::Orgs::load(&cx).await?;
    let kind = asked.indicator.facts;
    let first = fact_rows(&scorecard, &asked.basis, of, part, (0, 1)).await?;
    let which = columns(kind, &first, &asked.member);
    let mut rows = Vec::new();
    for page in export::parts(first.total)? {
        let found = fact_rows(&scorecard, &asked.basis, of, part, page).await?;
        let about = Decisions::of(&scorecard, &actor, (kind, &found)).await?;
        for row in &found.rows {
            let own = cells(&cx, &scorecard, &orgs, (kind, &found), &which, row);
            let mut line: Vec<export::Value> =
                about.cells(row).into_iter().chain(own).map(Into::into).collect();
            let n = found.columns.len();
            line.extend([n, n + 1].map(|at| row.get(at).and_then(Value::as_i64).unwrap_or(0).into()));
            rows.push(line);
        }
    }
    let about = Decisions::of(&scorecard, &actor, (kind, &first)).await?;
    let own = which.iter().map(|at| head(&cx, kind, first.columns[*at]));
    let mut titles: Vec<(String, u32)> = about.heads(&cx).into_iter().chain(own).map(|h| (h, 16)).collect();
    titles.extend(export::columns(&cx, &[("figure-denominator", 10), ("figure-numerator", 10)]));
    let title = cx.text(&asked.indicator.title).to_owned();
    let sheet = Sheet { title: title.clone(), columns: titles, rows };
    Ok(export::workbook(&format!("{title} {}", name(&asked.member, cx.lang())), vec![sheet]).await?)
}
