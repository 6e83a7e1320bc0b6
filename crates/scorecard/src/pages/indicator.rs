//! `GET /indicators/{code}`: one indicator, how it is counted, every version it had, and a new one with what it would change.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use chrono::NaiveDate;
use kernel::{Error, ErrorKind, Result, Text};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, form_pairs, page, redirect};
use uuid::Uuid;

use super::{Shown, name};
use crate::actions::{self, NewVersion, STEWARD, Tried};
use crate::context::Scorecard;
use crate::evaluate::statement;
use crate::model::{Direction, Indicator, Span, Terms, applied, hundredths};
use crate::store::indicators;

/// One version as the history shows it.
struct Version {
    id: Option<Uuid>,
    number: u32,
    from: NaiveDate,
    /// `applies`, `coming`, `past` or `revoked`
    state: &'static str,
    terms: Terms,
    /// What it counts, in words.
    definition: Text,
    by: String,
    reason: String,
}

/// One department in a trial: figure and score before and after.
struct Line {
    name: String,
    old: Shown,
    new: Shown,
    scores: (String, String),
    ranks: (String, String),
    changed: bool,
}

/// What a trial gave.
struct Trial {
    span: Span,
    rows: Vec<Line>,
    city: (Shown, Shown),
}

#[derive(Template)]
#[template(path = "scorecard/indicator.html")]
struct Page {
    cx: Cx,
    indicator: Indicator,
    statement: String,
    versions: Vec<Version>,
    form: FormState,
    newest: u32,
    trial: Option<Trial>,
    steward: bool,
    /// Points of all indicators together.
    sum: u32,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx)
            .to("indicators", "/indicators")
            .here_named(self.cx.text(&self.indicator.title))
            .to_string()
    }

    fn direction(&self, direction: &Direction) -> String {
        self.cx.t(&format!("indicator-{}", direction.name()))
    }

    fn field(&self, name: &str) -> String {
        let label = format!("indicator-field-{}", name.replace('_', "-"));
        let field = self.form.field(&self.cx, name, &label);
        match name {
            "from" => field.kind("date").required().hint(self.cx.t("indicator-from-hint")).to_string(),
            "weight" => field.kind("number").attribute("min", 0).attribute("max", 100).required().to_string(),
            "full_at" => field.kind("number").attribute("min", 1).attribute("max", 100).to_string(),
            "direction" => {
                let options = Direction::ALL.map(|d| (d.name().to_owned(), self.direction(&d))).to_vec();
                field.kind("select").options(&options).required().to_string()
            }
            "reason" | "definition_zh" | "definition_en" => {
                field.kind("textarea").attribute("rows", 2).required().to_string()
            }
            _ => field
                .kind("textarea")
                .attribute("rows", 3)
                .attribute("spellcheck", "false")
                .required()
                .to_string(),
        }
    }

    fn facts(&self) -> String {
        self.cx.t(&format!("facts-{}", self.indicator.facts.name()))
    }

    /// Whether the points of all do not make a hundred.
    fn uneven(&self) -> bool {
        self.sum != 100
    }

    fn columns(&self) -> String {
        let names: Vec<&str> = self.indicator.facts.columns().iter().map(|(name, _)| *name).collect();
        names.join(" ")
    }
}

/// The fields of the terms.
const FIELDS: [&str; 9] = [
    "weight",
    "direction",
    "full_at",
    "definition_zh",
    "definition_en",
    "denominator",
    "numerator",
    "whole",
    "part",
];

fn form_of(terms: &Terms, from: NaiveDate) -> FormState {
    let definition = terms.definition.clone().unwrap_or_default();
    FormState::new()
        .with("definition_zh", definition.zh)
        .with("definition_en", definition.en)
        .with("from", from.to_string())
        .with("weight", terms.weight.to_string())
        .with("direction", terms.direction.name())
        .with("full_at", terms.full_at.map(|n| n.to_string()).unwrap_or_default())
        .with("denominator", &terms.denominator)
        .with("numerator", &terms.numerator)
        .with("whole", &terms.whole)
        .with("part", &terms.part)
}

fn typed(pairs: &[(String, String)]) -> std::result::Result<Terms, (&'static str, Error)> {
    let text = |name: &str| {
        let value = pairs.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim());
        value.replace("\r\n", "\n")
    };
    let number = |field: &'static str, code: &'static str| {
        text(field).parse::<u32>().map_err(|_| {
            let e = Error::bad_input(code, "请填整数，如 25。", "Type a whole number, such as 25.");
            (field, e)
        })
    };
    Ok(Terms {
        weight: number("weight", "indicator-weight")?,
        direction: Direction::ALL.into_iter().find(|d| d.name() == text("direction")).unwrap_or_default(),
        full_at: match text("full_at").as_str() {
            "" => None,
            _ => Some(number("full_at", "indicator-full-at")?),
        },
        denominator: text("denominator"),
        numerator: text("numerator"),
        whole: text("whole"),
        part: text("part"),
        definition: Some(Text::new(text("definition_zh"), text("definition_en"))),
    })
}

fn versions(
    shipped: &Indicator,
    own: Vec<crate::store::entity::indicator_version::Model>,
    // What applies is asked by the first day of a period.
    (period, today): (NaiveDate, NaiveDate),
) -> Result<Vec<Version>> {
    let revisions: Vec<crate::model::Revision> = own
        .iter()
        .filter(|r| r.revoked_at.is_none())
        .map(|r| {
            Ok(crate::model::Revision {
                indicator: r.indicator.clone(),
                version: u32::try_from(r.version).map_err(Error::internal)?,
                from: r.from_day,
                terms: serde_json::from_str(&r.terms).map_err(Error::internal)?,
            })
        })
        .collect::<Result<_>>()?;
    let now =
        applied(shipped, &revisions, period).and_then(|i| i.versions.last().map(|f| (f.version, f.from)));
    let state = |number: u32, from: NaiveDate| {
        if now == Some((number, from)) {
            "applies"
        } else if from > period {
            "coming"
        } else {
            "past"
        }
    };
    let mut all = Vec::new();
    for r in own {
        let number = u32::try_from(r.version).map_err(Error::internal)?;
        let state = if r.revoked_at.is_some() { "revoked" } else { state(number, r.from_day) };
        let terms: Terms = serde_json::from_str(&r.terms).map_err(Error::internal)?;
        all.push(Version {
            id: (state == "coming" && r.from_day > today).then_some(r.id),
            number,
            from: r.from_day,
            state,
            definition: terms.definition.clone().unwrap_or_else(|| shipped.definition.clone()),
            terms,
            by: r.by_name,
            reason: match r.revoked_by {
                Some(by) => format!("{} · {by}", r.reason),
                None => r.reason,
            },
        });
    }
    for f in shipped.versions.iter().rev() {
        let of = Indicator { versions: vec![f.clone()], ..shipped.clone() };
        let Some(terms) = Terms::of(&of) else { continue };
        all.push(Version {
            id: None,
            number: f.version,
            from: f.from,
            state: state(f.version, f.from),
            terms,
            definition: shipped.definition.clone(),
            by: String::new(),
            reason: String::new(),
        });
    }
    Ok(all)
}

fn trial(cx: &Cx, tried: &Tried, code: &str) -> Trial {
    let (old, new) = (&tried.indicators.0, &tried.indicators.1);
    let rows = tried.basis.members.iter().map(|m| {
        let (was, is) = (tried.figures.0.of(m.id, code), tried.figures.1.of(m.id, code));
        let standing = |all: &[crate::model::Standing]| {
            let found = all.iter().find(|s| s.member == m.id);
            let score = found.and_then(|s| s.score).map_or_else(|| "–".to_owned(), hundredths);
            (score, found.and_then(|s| s.rank).map_or_else(|| "–".to_owned(), |n| n.to_string()))
        };
        let (before, after) = (standing(&tried.standings.0), standing(&tried.standings.1));
        Line {
            name: name(m, cx.lang()),
            old: Shown::of(cx, old, was, None),
            new: Shown::of(cx, new, is, None),
            changed: was != is || before != after,
            scores: (before.0, after.0),
            ranks: (before.1, after.1),
        }
    });
    Trial {
        span: tried.basis.span,
        rows: rows.collect(),
        city: (
            Shown::of(cx, old, tried.figures.0.city(code), None),
            Shown::of(cx, new, tried.figures.1.city(code), None),
        ),
    }
}

async fn build(
    cx: Cx,
    scorecard: &Scorecard,
    code: &str,
    (form, trial, seen): (Option<FormState>, Option<Trial>, Option<u32>),
) -> Result<Page> {
    let conn = scorecard.intake.db.conn();
    let (shipped, today) = (actions::indicator(code)?, scorecard.intake.clock.today());
    let own = indicators::all(conn, Some(code)).await?;
    let basis = actions::basis(scorecard, Span::month_of(today)).await?;
    let now = basis.indicator(code).cloned().unwrap_or_else(|| shipped.clone());
    // The usual first day is that of the next month.
    let next = Span::month_of(today).to.succ_opt().unwrap_or(today);
    // It is filled with what applies on that day: a version to come is built upon, not undone.
    let revisions = indicators::revisions(conn).await?;
    let then = applied(&shipped, &revisions, next).unwrap_or_else(|| now.clone());
    let form = match (form, Terms::of(&then)) {
        (Some(form), _) => form,
        (None, Some(terms)) => form_of(&terms, next),
        (None, None) => FormState::new(),
    };
    Ok(Page {
        newest: match seen {
            Some(seen) => seen,
            None => actions::newest(scorecard, code).await?,
        },
        versions: versions(&shipped, own, (Span::month_of(today).from, today))?,
        statement: statement(&basis, &now).unwrap_or_default(),
        steward: cx.can(STEWARD),
        sum: basis.indicators.iter().map(|i| i.weight).sum(),
        indicator: now,
        form,
        trial,
        cx,
    })
}

/// `GET /indicators/{code}`
pub async fn show(
    cx: Cx,
    Signed(_): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(code): Path<String>,
) -> Reply {
    page(&build(cx, &scorecard, &code, (None, None, None)).await?)
}

/// The newest version that was seen.
fn version(pairs: &[(String, String)]) -> Option<u32> {
    pairs.iter().find(|(k, _)| k == "version").and_then(|(_, v)| v.trim().parse().ok())
}

fn filled(pairs: &[(String, String)]) -> FormState {
    let known = |name: &str| FIELDS.contains(&name) || ["from", "reason"].contains(&name);
    pairs.iter().filter(|(k, _)| known(k)).fold(FormState::new(), |form, (k, v)| form.with(k, v))
}

/// `POST /indicators/{code}/preview`: counts the month before with what was typed. Keeps nothing.
pub async fn preview(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(code): Path<String>,
    body: axum::body::Bytes,
) -> Reply {
    let pairs = form_pairs(&body);
    let form = filled(&pairs);
    let tried = match typed(&pairs) {
        Ok(terms) => actions::try_terms(&scorecard, &actor, &code, &terms).await,
        Err(refused) => Err(refused),
    };
    let shown = match tried {
        Ok(tried) => (Some(form), Some(trial(&cx, &tried, &code)), version(&pairs)),
        Err((field, e)) => (Some(form.refused(&cx, field, &e)), None, version(&pairs)),
    };
    page(&build(cx, &scorecard, &code, shown).await?)
}

/// `POST /indicators/{code}/versions`
pub async fn save(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(code): Path<String>,
    body: axum::body::Bytes,
) -> Reply<Response> {
    let pairs = form_pairs(&body);
    let text = |name: &str| pairs.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim());
    let done = async {
        let from = text("from").parse().map_err(|_| ("from", super::no_day()))?;
        let seen = version(&pairs).ok_or_else(|| ("", Error::not_found("这个版本", "version")))?;
        let new = NewVersion { seen, from, terms: typed(&pairs)?, reason: text("reason").to_owned() };
        actions::revise_indicator(&scorecard, &actor, &code, &new).await
    };
    match done.await {
        Ok(version) => {
            let mut said = cx.t1("indicator-saved", "n", version);
            let from = text("from").parse().map_err(|_| super::no_day())?;
            let sum = actions::points_from(&scorecard, from).await?;
            if sum != 100 {
                said = format!("{said} {}", cx.t1("indicators-sum-from", "n", sum));
            }
            Ok(redirect(&cx, &format!("/indicators/{code}"), Some(Flash::ok(said))))
        }
        Err((field, e)) => {
            let e = super::mendable(e)?;
            let form = filled(&pairs).refused(&cx, field, &e);
            // Told that somebody was quicker, one saves over the version that now stands on the page.
            let seen = version(&pairs).filter(|_| e.kind() != ErrorKind::Conflict);
            super::refused(&e, page(&build(cx, &scorecard, &code, (Some(form), None, seen)).await?)?)
        }
    }
}

/// `POST /indicator-versions/{id}/revoke`
pub async fn revoke(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = super::id(&id, ("这一版", "version"))?;
    let code = actions::revoke_version(&scorecard, &actor, id).await?;
    Ok(redirect(&cx, &format!("/indicators/{code}"), Some(Flash::ok(cx.t("indicator-revoked")))))
}
