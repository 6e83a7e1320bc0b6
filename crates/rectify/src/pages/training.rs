//! `GET /training`: what this quarter's mistakes teach (培训材料): the most frequent causes of each resource with a wrong and a right
//! value, and what each field asks for. Made to be printed; nothing in it is anybody's data.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State as Shared;
use chrono::Datelike as _;
use kernel::Result;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};
use standards::pack::{Field, FieldKind, Need, NeedMark, Pack, Resource};

use super::faq::{Question, notes_by_cause};
use super::resource_title;
use crate::context::Rectify;
use crate::model::{WrongRight, quarter_begins, wrong_and_right};
use crate::store::faq::{self, Frequent};

/// Causes told of each resource.
const CAUSES: usize = 8;
/// Values of a code list told.
const VALUES: usize = 12;

/// One mistake.
struct Mistake {
    question: Question,
    example: Option<WrongRight>,
}

/// One field of the checklist.
struct Asked {
    label: String,
    code: String,
    need: String,
    example: String,
    note: String,
    /// The values that may stand there.
    values: String,
}

/// One resource.
struct Lesson {
    code: String,
    title: String,
    source: String,
    mistakes: Vec<Mistake>,
    fields: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "rectify/training.html")]
struct Training {
    cx: Cx,
    /// `2026` and `4`.
    quarter: (i32, u32),
    lessons: Vec<Lesson>,
    /// All resources, for a choice: code, title, whether chosen.
    resources: Vec<(String, String, bool)>,
}

impl Training {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("faq", "/faq").here("training").to_string()
    }
}

fn mark(cx: &Cx, mark: NeedMark) -> String {
    cx.t(match mark {
        NeedMark::R => "training-need-required",
        NeedMark::O => "training-need-optional",
        NeedMark::C => "training-need-conditional",
        NeedMark::E => "training-need-empty",
    })
}

fn need(cx: &Cx, resource: &Resource, need: &Need) -> String {
    match need {
        Need::All(of_all) => mark(cx, *of_all),
        Need::ByKind(by) => {
            let named = |kind| resource.subject.as_ref().and_then(|s| s.kinds.get(kind)).cloned();
            let told = by.iter().map(|(kind, of_kind)| {
                let kind = named(kind).unwrap_or_else(|| format!("{kind:?}"));
                cx.t2("training-need-of", "kind", kind, "need", mark(cx, *of_kind))
            });
            told.collect::<Vec<_>>().join(&cx.t("list-separator"))
        }
    }
}

fn asked(cx: &Cx, rectify: &Rectify, pack: &Pack, resource: &Resource, field: &Field) -> Asked {
    let values = match &field.kind {
        FieldKind::Code { list, .. } => {
            let edition = rectify.intake.packs.code_list_at(pack, list, rectify.intake.clock.today());
            let all = edition.map(|e| e.values.iter().map(|v| v.value.as_str()).collect::<Vec<_>>());
            all.map(|all| {
                let more = if all.len() > VALUES { " …" } else { "" };
                format!("{}{more}", all[..all.len().min(VALUES)].join("、"))
            })
        }
        _ => None,
    };
    Asked {
        label: field.label.get(cx.lang()).to_owned(),
        code: field.code.clone(),
        need: need(cx, resource, &field.need),
        example: field.example.clone().unwrap_or_default(),
        note: field.note.as_ref().map(|n| n.get(cx.lang()).to_owned()).unwrap_or_default(),
        values: values.unwrap_or_default(),
    }
}

/// `GET /training`
pub async fn show(cx: Cx, Signed(_): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &[""]);
    let chosen = state.filter("resource");
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let wanted = Some(chosen).filter(|c| !c.is_empty());
    let notes = notes_by_cause(&rectify).await?;
    let mut by_resource: BTreeMap<String, Vec<Frequent>> = BTreeMap::new();
    for found in faq::frequent(conn, wanted, Some(quarter_begins(today))).await? {
        let of = by_resource.entry(found.resource.clone()).or_default();
        if of.len() < CAUSES {
            of.push(found);
        }
    }
    if let Some(code) = wanted.filter(|c| rectify.intake.packs.resource(c).is_some()) {
        // Whoever asks for a resource gets its checklist, also when nothing went wrong with it.
        by_resource.entry(code.to_owned()).or_default();
    }
    let lessons = by_resource.into_iter().map(|(code, found)| lesson(&cx, &rectify, &code, found, &notes));
    let resources = rectify
        .intake
        .packs
        .resources()
        .map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned(), r.resource == chosen));
    page(&Training {
        quarter: (today.year(), today.month0() / 3 + 1),
        lessons: lessons.collect::<Result<_>>()?,
        resources: resources.collect(),
        cx: cx.clone(),
    })
}

fn lesson(
    cx: &Cx,
    rectify: &Rectify,
    code: &str,
    found: Vec<Frequent>,
    notes: &HashMap<crate::model::Cause, String>,
) -> Result<Lesson> {
    let known = rectify.intake.packs.resource(code);
    let mistakes = found.into_iter().map(|f| {
        let field = known.and_then(|(_, r)| r.field(&f.field));
        let example = field.and_then(|field| wrong_and_right(field, &f.code, &f.pattern));
        Ok(Mistake { example, question: Question::of(cx, rectify, f, notes)? })
    });
    Ok(Lesson {
        code: code.to_owned(),
        title: resource_title(cx, rectify, code),
        source: known.map(|(p, _)| p.source.clone()).unwrap_or_default(),
        mistakes: mistakes.collect::<Result<_>>()?,
        fields: known
            .map(|(pack, r)| r.fields.iter().map(|f| asked(cx, rectify, pack, r, f)).collect())
            .unwrap_or_default(),
    })
}
