//! Pages of scorecard.

pub mod board;
pub mod circular;
pub mod composition;
mod decisions;
pub mod evaluations;
pub mod exemptions;
pub mod figure;
pub mod indicator;
pub mod indicators;
pub mod member;
pub mod period;
pub mod periods;
pub mod points;
pub mod registered;
pub mod registered_import;
pub mod regulation;

use std::collections::HashSet;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use identity::org::Org;
use kernel::{Actor, Error, ErrorKind, Lang, Result, Scope};
use shell::ui::{FormState, TableState, encode};
use shell::{Cx, Reply};
use uuid::Uuid;

use crate::actions;
use crate::context::Scorecard;
use crate::evaluate::{Basis, Member};
use crate::facts::Kind;
use crate::model::{Figure, Indicator, Span};
use crate::store;

pub use crate::actions::READERS;

/// The id in a path; what is no id does not exist.
fn id(text: &str, what: (&str, &str)) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found(what.0, what.1))
}

/// The days of `?from=&to=`, or of `?month=2026-03`; this month where nothing is said.
///
/// # Errors
/// `period-days`; `score-day` for a year of which nothing is known.
fn span(cx: &Cx, state: &TableState) -> Result<Span> {
    let today = kernel::beijing_date(cx.now());
    let read = |text: &str| match text {
        "" => Ok(None),
        text => text.parse::<NaiveDate>().map_err(|_| no_day()).and_then(actions::sensible).map(Some),
    };
    match (read(state.filter("from"))?, read(state.filter("to"))?) {
        (Some(from), Some(to)) => Span::new(from, to),
        (Some(from), None) => Span::new(from, today.max(from)),
        (None, Some(to)) => Ok(Span { from: Span::month_of(to).from, to }),
        (None, None) => {
            let month = match state.filter("month") {
                "" => None,
                month => read(&format!("{month}-01"))?,
            };
            Ok(Span::month_of(month.unwrap_or(today)))
        }
    }
}

/// The days as an address holds them.
fn days(span: Span) -> String {
    format!("from={}&to={}", span.from, span.to)
}

/// A member's name.
fn name(member: &Member, lang: Lang) -> String {
    match lang {
        Lang::Zh => member.zh.clone(),
        Lang::En => member.en.clone(),
    }
}

/// What an actor may look into: the organisations of the scope.
struct Sight {
    all: bool,
    orgs: HashSet<Uuid>,
}

impl Sight {
    async fn of(scorecard: &Scorecard, actor: &Actor) -> Result<Self> {
        let all = actor.scope == Scope::City;
        let orgs = if all {
            Vec::new()
        } else {
            identity::org::list(scorecard.intake.db.conn(), &actor.scope).await?
        };
        Ok(Self { all, orgs: orgs.iter().map(|o: &Org| o.id).collect() })
    }

    /// Whether any part of a member lies in the scope.
    fn sees(&self, member: &Member) -> bool {
        self.all || member.orgs.iter().any(|o| self.orgs.contains(o))
    }

    /// The part of a member that lies in the scope; not found where there is none.
    fn part(&self, member: &Member) -> Result<Member> {
        if !self.sees(member) {
            return Err(Error::not_found("这个单位", "department"));
        }
        let orgs = member.orgs.iter().copied().filter(|o| self.all || self.orgs.contains(o)).collect();
        Ok(Member { orgs, ..member.clone() })
    }
}

/// Stands for the whole city where a member is named.
const CITY: Uuid = Uuid::nil();

/// All members as one.
fn whole_city(basis: &Basis) -> Member {
    Member {
        id: CITY,
        zh: "全市".to_owned(),
        en: "Whole city".to_owned(),
        orgs: basis.members.iter().flat_map(|m| m.orgs.iter().copied()).collect(),
    }
}

/// A figure as a cell shows it.
struct Shown {
    /// The rate, the ratio, the amount, or nothing where there is no data.
    text: Option<String>,
    /// `numerator / denominator` of a rate or ratio.
    counts: String,
    /// Exempted, 0 mostly.
    exempted: i64,
    /// Where its facts are; none where they may not be seen.
    href: Option<String>,
}

impl Shown {
    fn of(cx: &Cx, indicator: &Indicator, figure: Figure, href: Option<String>) -> Self {
        let text = match indicator.amount {
            true => Some(cx.num(figure.denominator)),
            false if indicator.ratio => figure.ratio(),
            false => figure.percent(),
        };
        let counts = match indicator.amount {
            true => String::new(),
            false => format!("{} / {}", cx.num(figure.numerator), cx.num(figure.denominator)),
        };
        Self { text, counts, exempted: figure.exempted, href }
    }

    /// The cell of a workbook: with its two numbers.
    fn cell(&self, none: &str) -> String {
        match &self.text {
            None => none.to_owned(),
            Some(text) if self.counts.is_empty() => text.clone(),
            Some(text) => format!("{text} ({})", self.counts),
        }
    }
}

/// Why a figure has no data, in words.
fn why_none(cx: &Cx, basis: &Basis, indicator: &Indicator, figure: Figure) -> String {
    let key = if figure.exempted == 0 && indicator.facts == Kind::Registered {
        "figure-none-registered"
    } else if !basis.marks.0.contains_key(&indicator.facts) {
        "figure-none-facts"
    } else if figure.exempted > 0 {
        "figure-none-exempted"
    } else {
        "figure-none-period"
    };
    cx.t(key)
}

/// Where the facts of a figure are.
fn figure_href(member: Uuid, code: &str, span: Span, period: Option<Uuid>) -> String {
    match period {
        Some(period) => format!("/board/{member}/{code}?period={period}"),
        None => format!("/board/{member}/{}?{}", encode(code), days(span)),
    }
}

/// Whether the ranking of all may be shown to an actor; of a draft to the bureau alone.
async fn sees_all(scorecard: &Scorecard, actor: &Actor, draft: bool) -> Result<bool> {
    if actor.scope == Scope::City && actor.is_any(actions::INSIDE) {
        return Ok(true);
    }
    if draft {
        return Ok(false);
    }
    Ok(actions::regulation(scorecard.intake.db.conn()).await?.1.ranking_open)
}

/// Whether the scores and ranks of others on these days are hidden from an actor, because a draft has some of the days: few days more or
/// less would tell nearly the same.
async fn hidden(scorecard: &Scorecard, actor: &Actor, span: Span) -> Result<bool> {
    let draft = store::periods::draft_within(scorecard.intake.db.conn(), span).await?;
    Ok(draft && !sees_all(scorecard, actor, true).await?)
}

/// A form that was refused, for the page that shows it again: which one it is, of which row, and what was typed.
#[derive(Default)]
struct Again {
    form: &'static str,
    row: Option<Uuid>,
    state: FormState,
}

impl Again {
    /// The form with its refusal, which stands above the page.
    fn of(cx: &Cx, (form, row): (&'static str, Option<Uuid>), typed: FormState, e: &Error) -> Self {
        Self { form, row, state: typed.refused(cx, "", e) }
    }

    /// Whether it is the form of a row. It stays on the page even where nobody may send it any more, so that nothing typed is lost.
    fn is(&self, form: &str, row: &Uuid) -> bool {
        self.form == form && self.row.as_ref() == Some(row)
    }

    /// What was typed as reason or answer into the form of a row.
    fn reason(&self, form: &str, row: &Uuid) -> &str {
        if self.is(form, row) { self.state.value("reason") } else { "" }
    }

    /// The form of the page itself: as it was typed where it is the one refused, else as it is given.
    fn page_form(&self, form: &str, fresh: FormState) -> FormState {
        if self.form == form { self.state.clone() } else { fresh }
    }
}

/// What was typed into a form.
fn typed(body: &[u8]) -> FormState {
    FormState::of(&shell::form_pairs(body))
}

/// The refusal of a form that whoever typed can mend on its page; another error goes on.
fn mendable(e: Error) -> Result<Error> {
    match e.kind() {
        ErrorKind::BadInput | ErrorKind::Conflict | ErrorKind::NotFound => Ok(e),
        _ => Err(e),
    }
}

/// The page of a refused form, with the status of the refusal.
fn refused(e: &Error, page: Response) -> Reply<Response> {
    let status = match e.kind() {
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    Ok((status, page).into_response())
}

/// A number that is none is refused with the others that make no sense.
fn number(text: &str) -> i64 {
    text.trim().parse().unwrap_or(-1)
}

/// A day that cannot be read.
fn no_day() -> Error {
    Error::bad_input("period-days", "请选择日期，形如 2026-03-01。", "Choose the day, such as 2026-03-01.")
}
