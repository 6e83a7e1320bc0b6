//! `GET /public/cases/mine`: the applicant looks, adds papers, withdraws, rates.

use askama::Template;
use axum::extract::{Form, Multipart, State as Shared};
use axum::http::HeaderMap;
use axum::http::header::COOKIE as COOKIES;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use shell::{Cx, Flash, Reply, page, redirect};

use super::filled::Filled;
use super::find::COOKIE;
use super::{FORMS, visitor};
use crate::actions::case::{self, CaseView, REFUSED_LATE};
use crate::context::Portal;
use crate::model::case::{Course, Standing, State, Step};
use crate::model::guard::hide;

/// One line of the history as the applicant reads it: what, never who.
struct Entry {
    at: DateTime<Utc>,
    kind: String,
    note: String,
}

#[derive(Template)]
#[template(path = "portal/case_mine.html")]
struct Mine {
    cx: Cx,
    view: CaseView,
    course: Course,
    standing: Standing,
    history: Vec<Entry>,
    /// Field, what it said, what was wanted; and of corrections field, old, new.
    claims: Vec<(String, String, String)>,
    corrections: Vec<(String, String, String)>,
    papers: Vec<(String, String)>,
    /// What the applicant was told is missing.
    missing: String,
}

impl Mine {
    fn day(&self, day: &chrono::NaiveDate) -> String {
        self.cx.date(*day)
    }

    fn state_text(&self) -> String {
        self.cx.t(&format!("case-state-{}", self.course.state.name()))
    }

    /// The stages with how far each is.
    fn stages(&self) -> Vec<(String, &'static str)> {
        let (decided, done) = match self.course.state {
            State::Failed => ("failed", ""),
            State::Passed => ("done", "now"),
            State::Done if self.view.case.outcome.is_none() => ("failed", "done"),
            State::Done => ("done", "done"),
            State::Withdrawn => ("", ""),
            _ => ("", ""),
        };
        let (review, verify) = match self.course.state {
            State::Review => ("now", ""),
            State::Verify => ("done", "now"),
            State::Withdrawn => ("done", "failed"),
            _ => ("done", "done"),
        };
        let decided_key = if decided == "failed" { "case-state-failed" } else { "case-state-passed" };
        vec![
            (self.cx.t("case-state-review"), review),
            (self.cx.t("case-state-verify"), verify),
            (self.cx.t(decided_key), decided),
            (self.cx.t("case-state-done"), done),
        ]
    }

    fn may(&self, step: &str) -> bool {
        step.parse::<Step>().is_ok_and(|s| self.course.may(s))
    }

    fn outcome_text(&self) -> String {
        let outcome = self.view.case.outcome.as_deref();
        outcome.map(|o| self.cx.t(&format!("case-outcome-{o}"))).unwrap_or_default()
    }

    fn ratings(&self) -> Vec<(i64, String)> {
        (1..=5).map(|n| (n, self.cx.t(&format!("case-rating-{n}")))).collect()
    }
}

/// The code in the cookie; empty when there is none.
fn code_of(headers: &HeaderMap) -> String {
    let all = headers.get_all(COOKIES).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = all.flat_map(|v| v.split(';')).filter_map(|p| p.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

/// `GET /public/cases/mine`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>, headers: HeaderMap) -> Reply {
    let code = code_of(&headers);
    if code.is_empty() {
        return Ok(redirect(&cx, "/public/cases", None));
    }
    let mut view = case::view_of_code(&portal, &code).await?;
    let today = portal.intake.clock.today();
    // What was written before such texts were refused.
    view.case.answer = hide(&view.case.answer, &[], today);
    for entry in &mut view.history {
        entry.note = hide(&entry.note, &[], today);
    }
    let resource = portal.intake.packs.resource(&view.case.resource).map(|(_, r)| r);
    let label = |code: &str| {
        let field = resource.and_then(|r| r.field(code));
        field.map_or_else(|| code.to_owned(), |f| f.label.get(cx.lang()).to_owned())
    };
    let in_words = |code: &str, value: &str| {
        super::in_words(&portal.intake.packs, cx.lang(), &view.case.resource, (code, value))
    };
    // What desks write for each other is not for the applicant; what is told to the applicant is.
    let told = |e: &crate::store::case::entity::entry::Model| {
        matches!(e.kind.as_str(), "ask-papers" | "give-papers" | "extend")
    };
    // What desks and targets have among themselves is not the applicant's.
    let inside = ["note", "carry-out", REFUSED_LATE];
    let history = view.history.iter().filter(|e| !inside.contains(&e.kind.as_str())).map(|e| Entry {
        at: e.at,
        kind: cx.t(&format!("case-entry-{}", e.kind)),
        note: if told(e) { e.note.clone() } else { String::new() },
    });
    let missing = view.history.iter().find(|e| e.kind == Step::AskPapers.name()).map(|e| e.note.clone());
    let open =
        u32::try_from(view.acks.iter().filter(|a| a.acknowledged_at.is_none()).count()).unwrap_or(u32::MAX);
    let paper = |p: &crate::store::case::entity::paper::Model| {
        let title = super::detail::paper_title(&cx, &portal, &p.paper);
        (title, if p.name.is_empty() { cx.t("case-paper-original") } else { p.name.clone() })
    };
    page(&Mine {
        course: view.case.course(open)?,
        standing: case::standing(&view.case, today),
        history: history.collect(),
        claims: view
            .claims
            .iter()
            .map(|c| (label(&c.field), in_words(&c.field, &c.said), c.wanted.clone()))
            .collect(),
        corrections: view
            .corrections
            .iter()
            .map(|c| (label(&c.field), in_words(&c.field, &c.old), in_words(&c.field, &c.new)))
            .collect(),
        papers: view.papers.iter().map(paper).collect(),
        missing: missing.unwrap_or_default(),
        view,
        cx: cx.clone(),
    })
}

fn back(cx: &Cx, flash: Flash) -> Response {
    redirect(cx, "/public/cases/mine", Some(flash))
}

/// `POST /public/cases/papers`
pub async fn papers(
    cx: Cx,
    Shared(portal): Shared<Portal>,
    headers: HeaderMap,
    form: Multipart,
) -> Reply<Response> {
    FORMS.take(&visitor(&cx), cx.now())?;
    let filled = Filled::read(form).await?;
    let given =
        case::give_papers(&portal, &code_of(&headers), filled.value("note"), filled.files.clone()).await;
    match given {
        Ok(()) => Ok(back(&cx, Flash::ok(cx.t("case-papers-given")))),
        Err(refused) => {
            let told: Vec<&str> = refused.0.iter().map(|(_, e)| cx.text(e.text())).collect();
            Ok(back(&cx, Flash::error(told.join(" "))))
        }
    }
}

/// `POST /public/cases/withdraw`
pub async fn withdraw(cx: Cx, Shared(portal): Shared<Portal>, headers: HeaderMap) -> Reply<Response> {
    case::withdraw_case(&portal, &code_of(&headers)).await?;
    Ok(back(&cx, Flash::ok(cx.t("case-withdrawn"))))
}

/// How it went.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Rated {
    solved: String,
    rating: String,
}

/// `POST /public/cases/rate`
pub async fn rate(
    cx: Cx,
    Shared(portal): Shared<Portal>,
    headers: HeaderMap,
    Form(rated): Form<Rated>,
) -> Reply<Response> {
    let rating = rated.rating.parse().unwrap_or_default();
    case::rate_case(&portal, &code_of(&headers), rated.solved == "yes", rating).await?;
    Ok(back(&cx, Flash::ok(cx.t("case-rated"))))
}
