//! `GET /cases/{id}`: one case with its record, papers, desks, acknowledgements and history; and the forms to work on it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State as Shared};
use catalogue::actions::{Answerable, responsible_for};
use chrono::{DateTime, Utc};
use intake::Orgs;
use intake::actions::read_rows::MAY_READ_ALL;
use kernel::{Actor, OrgId, Result};
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};
use standards::pack::{CaseLimits, Personal};
use uuid::Uuid;

use super::case_of;
use crate::actions::case::{self, Beside, CENTRE, CaseView, DEPARTMENT, REFUSED_LATE, is_key_of};
use crate::context::Portal;
use crate::model::case::{Contact, Course, Desk, Fault, Kind, Outcome, Sealed, Standing, Step};
use crate::store::case::entity::{ack, paper};

/// A field of the record: what it says, what the applicant wants, whether it can be corrected here.
struct FieldLine {
    code: String,
    label: String,
    value: String,
    wanted: String,
    is_key: bool,
}

/// A paper that came.
struct PaperLine {
    title: String,
    name: String,
    href: Option<String>,
    size: String,
    at: DateTime<Utc>,
}

/// One line of the history.
struct Entry {
    at: DateTime<Utc>,
    by: String,
    kind: String,
    note: String,
}

/// The stay at a desk.
struct Stay {
    desk: String,
    opened: DateTime<Utc>,
    due: Option<String>,
    closed: Option<DateTime<Utc>>,
    late: bool,
}

#[derive(Template)]
#[template(path = "portal/case_detail.html")]
pub(super) struct Detail {
    cx: Cx,
    view: CaseView,
    course: Course,
    standing: Standing,
    resource: String,
    org: String,
    place: String,
    limits: CaseLimits,
    people: Vec<Answerable>,
    fields: Vec<FieldLine>,
    papers: Vec<PaperLine>,
    absent: Vec<String>,
    stays: Vec<Stay>,
    corrections: Vec<(String, String, String, String, String)>,
    claims: Vec<(String, String, String)>,
    /// Targets that turned the result down, with the delivery that tells why.
    refused: HashMap<String, Uuid>,
    /// The submission that made the last correction, for whoever may read it; none until it has landed.
    corrected_rows: Option<Uuid>,
    history: Vec<Entry>,
    at_desk: bool,
    may_note: bool,
    /// Other records of the same decision.
    beside: Vec<Beside>,
    /// In the clear, once asked for; the claims then are as well.
    contact: Option<Contact>,
}

impl Detail {
    fn day(&self, day: &chrono::NaiveDate) -> String {
        self.cx.date(*day)
    }

    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("cases", "/cases").here_named(&self.view.case.number).to_string()
    }

    fn state_text(&self) -> String {
        self.cx.t(&format!("case-state-{}", self.course.state.name()))
    }

    fn may(&self, step: &str) -> bool {
        self.at_desk && step.parse::<Step>().is_ok_and(|s| self.course.may(s))
    }

    fn may_take_back(&self) -> bool {
        self.cx.can(CENTRE) && self.course.may(Step::TakeBack)
    }

    fn may_extend(&self) -> bool {
        self.may("extend") && self.limits.extension.is_some()
    }

    fn may_halt(&self) -> bool {
        self.may("halt") && self.limits.expert_pause
    }

    fn outcomes(&self) -> Vec<(&'static str, String, bool)> {
        let Ok(kind) = self.view.case.kind.parse::<Kind>() else { return Vec::new() };
        let suggested = self.view.case.fault.as_deref().and_then(|f| f.parse().ok());
        let suggested = suggested.map(|f: Fault| f.suggested(!self.claims.is_empty()));
        let text = |o: &Outcome| self.cx.t(&format!("case-outcome-{}", o.name()));
        Outcome::of(kind).iter().map(|o| (o.name(), text(o), suggested == Some(*o))).collect()
    }

    fn is_objection(&self) -> bool {
        self.view.case.kind == Kind::Objection.name()
    }

    fn target(&self, ack: &ack::Model) -> String {
        target_title(self.cx.lang(), ack)
    }

    fn duty(&self, person: &Answerable) -> String {
        self.cx.t(&format!("duty-{}", person.duty.name()))
    }
}

fn target_title(lang: kernel::Lang, ack: &ack::Model) -> String {
    if lang == kernel::Lang::Zh { ack.title_zh.clone() } else { ack.title_en.clone() }
}

/// The name of a paper of any list.
pub(super) fn paper_title(cx: &Cx, portal: &Portal, paper: &str) -> String {
    let lists = portal.intake.packs.cases().paper_lists.values();
    let mut papers = lists.flat_map(|l| &l.papers);
    papers
        .find(|p| p.paper == paper)
        .map_or_else(|| cx.t("case-paper-other"), |p| p.title.get(cx.lang()).to_owned())
}

/// The page of a case, with what is sealed when it was asked for.
pub(super) async fn detail(
    cx: &Cx,
    actor: &Actor,
    portal: &Portal,
    id: uuid::Uuid,
    sealed: Option<Sealed>,
) -> Result<Detail> {
    let mut view = case::case_of_actor(portal, actor, id).await?;
    for (field, wanted) in sealed.iter().flat_map(|s| &s.claims) {
        if let Some(claim) = view.claims.iter_mut().find(|c| c.field == *field) {
            wanted.clone_into(&mut claim.wanted);
        }
    }
    let (lang, today) = (cx.lang(), portal.intake.clock.today());
    let open = view.acks.iter().filter(|a| a.acknowledged_at.is_none()).count();
    let course = view.case.course(u32::try_from(open).unwrap_or(u32::MAX))?;
    let known = portal.intake.packs.resource(&view.case.resource).map(|(_, r)| r);
    let in_words = |code: &str, value: &str| {
        super::in_words(&portal.intake.packs, lang, &view.case.resource, (code, value))
    };
    let label = |code: &str| {
        let field = known.and_then(|r| r.field(code));
        field.map_or_else(|| code.to_owned(), |f| f.label.get(lang).to_owned())
    };
    // The department sees its own record as it is, as on the page of its data.
    let own = actor.is_any(DEPARTMENT) && actor.org == Some(OrgId(view.case.org_id));
    let mut fields = Vec::new();
    if let (Some(shown), Some(resource)) = (&view.shown, known) {
        for field in &resource.fields {
            let is_key = is_key_of(shown, resource, &field.code);
            let number = matches!(field.personal, Some(Personal::Document | Personal::Phone));
            if number && !own {
                continue;
            }
            let value = shown.cell(&field.code);
            // What was hidden in a claim must not become the record's value, nor a key be changed by a slip.
            let usable = |wanted: &&str| !is_key && !wanted.contains('*');
            let claim = view.claims.iter().find(|c| c.field == field.code);
            let wanted = claim.map(|c| c.wanted.as_str()).filter(usable);
            fields.push(FieldLine {
                code: field.code.clone(),
                label: field.label.get(lang).to_owned(),
                value: in_words(
                    &field.code,
                    &if own { value.to_owned() } else { shown.masked(field, value) },
                ),
                wanted: wanted.unwrap_or_default().to_owned(),
                is_key,
            });
        }
    }
    let limits = case::limits_of(portal, &view.case)?.clone();
    let rules = portal.intake.packs.cases();
    let have = |id: &str| view.papers.iter().any(|p| p.paper == id);
    let absent = rules.papers(&limits).iter().filter(|p| p.required && !p.by_form && !have(&p.paper));
    let absent = absent.map(|p| p.title.get(lang).to_owned()).collect();
    let paper = |p: &paper::Model| PaperLine {
        title: paper_title(cx, portal, &p.paper),
        name: if p.name.is_empty() { cx.t("case-paper-original") } else { p.name.clone() },
        // Whoever does not work on cases sees that they exist.
        href: (!p.digest.is_empty() && cx.can(case::MAY_WORK))
            .then(|| format!("/cases/{id}/papers/{}", p.id)),
        size: format!("{} KB", cx.num((p.size + 1023) / 1024)),
        at: p.at,
    };
    let by = |name: &str, kind: &str| match (name, kind) {
        ("", "give-papers" | "withdraw" | "rate") => cx.t("case-desk-applicant"),
        ("", "open") if view.case.way == "public" => cx.t("case-desk-applicant"),
        ("", _) => cx.t("case-desk-platform"),
        (name, _) => name.to_owned(),
    };
    let stay = |t: &crate::store::case::entity::task::Model| Stay {
        desk: cx.t(&format!("case-desk-{}", t.desk)),
        opened: t.opened_at,
        due: t.due.map(|d| cx.date(d)),
        closed: t.closed_at,
        late: t.due.is_some_and(|d| t.closed_at.map_or(today, kernel::beijing_date) > d)
            && course.pause.is_none(),
    };
    let target_of = |note: &str| {
        let code = note.split('/').next().unwrap_or_default();
        let ack = view.acks.iter().find(|a| a.target == code);
        ack.map_or_else(|| code.to_owned(), |a| target_title(lang, a))
    };
    let orgs = Orgs::load(cx).await?;
    let conn = portal.intake.db.conn();
    let people = responsible_for(conn, OrgId(view.case.org_id), &view.case.resource, today).await?;
    let desk = if course.state.desk() == Desk::Department { DEPARTMENT } else { CENTRE };
    Ok(Detail {
        course,
        standing: case::standing(&view.case, today),
        resource: known.map_or_else(|| view.case.resource.clone(), |r| r.title.get(lang).to_owned()),
        org: orgs.name(OrgId(view.case.org_id), lang),
        place: rules
            .profiles
            .get(&view.case.profile)
            .map_or_else(String::new, |p| p.title.get(lang).to_owned()),
        limits,
        people,
        fields,
        papers: view.papers.iter().map(paper).collect(),
        absent,
        stays: view.tasks.iter().map(stay).collect(),
        corrections: view
            .corrections
            .iter()
            .map(|c| {
                (
                    label(&c.field),
                    in_words(&c.field, &c.old),
                    in_words(&c.field, &c.new),
                    c.by_name.clone(),
                    cx.time(&c.at),
                )
            })
            .collect(),
        // Names are masked in the log of the corrections: whoever may read the data sees them in the rows.
        corrected_rows: (own || cx.can(MAY_READ_ALL))
            .then(|| view.corrections.last().map(|c| c.submission_id).filter(|by| !by.is_nil()))
            .flatten(),
        // One that acknowledged may turn it down after all, when the case is closed too.
        refused: match view.acks.len() {
            0 => HashMap::new(),
            _ => case::refused_by(portal, &view.case).await?,
        },
        claims: view
            .claims
            .iter()
            .map(|c| (label(&c.field), in_words(&c.field, &c.said), c.wanted.clone()))
            .collect(),
        history: view
            .history
            .iter()
            .map(|e| Entry {
                at: e.at,
                by: by(&e.by_name, &e.kind),
                kind: cx.t(&format!("case-entry-{}", e.kind)),
                note: match e.kind.as_str() {
                    "carry-out" => cx.t1("case-asked-of", "n", e.note.clone()),
                    REFUSED_LATE => target_of(&e.note),
                    _ => e.note.clone(),
                },
            })
            .collect(),
        at_desk: actor.is_any(desk),
        may_note: cx.can(case::MAY_WORK),
        beside: case::beside(portal, &actor.scope, kernel::RecordId(view.case.record_id)).await?,
        contact: sealed.map(|s| s.contact),
        view,
        cx: cx.clone(),
    })
}

/// `GET /cases/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
) -> Reply {
    page(&detail(&cx, &actor, &portal, case_of(&id)?, None).await?)
}

/// `POST /cases/{id}/contact`: the handler's data and what was claimed in the clear.
pub async fn contact(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
) -> Reply {
    let id = case_of(&id)?;
    let sealed = case::reveal_contact(&portal, &actor, id).await?;
    page(&detail(&cx, &actor, &portal, id, Some(sealed)).await?)
}
