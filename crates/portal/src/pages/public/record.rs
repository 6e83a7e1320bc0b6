//! `GET /public/records/{id}`: one record with every public field; of one taken down only that it was, and why.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderValue;
use chrono::NaiveDate;
use indexmap::IndexMap;
use kernel::{Error, Lang, Result};
use shell::{Cx, Reply, page};
use standards::pack::{Field, FieldKind, Listed, Pack, Packs, PublicKind, is_endless};

use super::{Line, public_id};
use crate::context::Portal;
use crate::model::guard::hide;
use crate::model::publication::{Reason, State};
use crate::store::publication::entity::publication::Model;
use crate::store::publication::lists;

/// One public field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub code: String,
    pub label: String,
    pub value: String,
}

#[derive(Template)]
#[template(path = "portal/public/record.html")]
struct Record {
    cx: Cx,
    /// Where an objection and a repair begin.
    object: String,
    repair: String,
    line: Line,
    fields: Vec<Shown>,
    state: State,
    until: Option<String>,
    /// Rule by which the period runs.
    rule: String,
    published: String,
    /// Why and when it was taken down.
    reason: Option<Reason>,
    words: String,
    ended: String,
    /// Whether it can be repaired.
    repairable: bool,
    /// From when on a repair can be asked for, while that day is to come.
    repair_from: Option<String>,
}

/// A public value as a reader of the language sees it: codes by their labels, a validity without end in words.
pub(crate) fn public_value(packs: &Packs, pack: &Pack, lang: Lang, field: &Field, value: &str) -> String {
    let endless = |d: &NaiveDate| is_endless(*d);
    match &field.kind {
        FieldKind::Date { .. } if value.parse::<NaiveDate>().ok().filter(endless).is_some() => match lang {
            Lang::Zh => "长期".to_owned(),
            Lang::En => "no end".to_owned(),
        },
        FieldKind::Code { list, separator, .. } if !value.is_empty() => {
            let Some(edition) = packs.code_list(pack, list).and_then(|l| l.editions.last()) else {
                return value.to_owned();
            };
            let shown = |part: &str| match (edition.find(part), lang) {
                (Some(Listed::Value(v) | Listed::Alias(v)), Lang::Zh) => {
                    v.label.clone().unwrap_or_else(|| part.into())
                }
                (Some(Listed::Value(v) | Listed::Alias(v)), Lang::En) => {
                    v.en.clone().unwrap_or_else(|| part.into())
                }
                (None, _) => part.to_owned(),
            };
            let parts = value.split(separator.as_deref().unwrap_or("\n"));
            parts.map(shown).collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
        }
        _ => value.to_owned(),
    }
}

/// The public fields of a record as a reader of the language sees them.
///
/// # Errors
/// When what is stored cannot be read.
pub(crate) fn fields(packs: &Packs, lang: Lang, row: &Model) -> Result<Vec<Shown>> {
    let cells: IndexMap<String, String> = serde_json::from_str(&row.content).map_err(Error::internal)?;
    let Some((pack, resource)) = packs.resource(&row.resource) else { return Ok(Vec::new()) };
    Ok(cells
        .into_iter()
        .filter_map(|(code, value)| {
            let field = resource.field(&code)?;
            let value = public_value(packs, pack, lang, field, &value);
            Some(Shown { label: field.label.get(lang).to_owned(), value, code })
        })
        .collect())
}

/// The name of the rule by which a record's period runs.
pub(crate) fn rule(packs: &Packs, lang: Lang, row: &Model) -> String {
    let mut parts = row.term.split('/');
    let (table, period, grade) = (parts.next(), parts.next(), parts.next());
    let found = packs.resource(&row.resource).and_then(|(pack, _)| {
        let period_found =
            pack.retention.get(table?)?.periods.iter().find(|p| Some(p.name.as_str()) == period)?;
        let grade = period_found.grades.iter().find(|g| Some(g.grade.as_str()) == grade)?;
        Some((period_found, grade))
    });
    found.map_or_else(String::new, |(period, grade)| {
        format!("{} · {}", period.title.get(lang), grade.title.get(lang))
    })
}

/// Where a case on a record begins.
fn begins(row: &Model, kind: &str) -> String {
    format!("/public/records/{}/{kind}", row.public_id)
}

/// `GET /public/records/{id}`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>, Path(id): Path<String>) -> Reply {
    portal.limits.page(&cx)?;
    let row = lists::by_public(portal.intake.db.conn(), public_id(&id)?).await?;
    let state: State = row.state.parse().map_err(|()| Error::internal("unknown state"))?;
    let packs = &portal.intake.packs;
    let shown = state.is_shown();
    let repairable = row.kind == PublicKind::Penalty.name();
    let today = kernel::beijing_date(cx.now());
    let mut answer = page(&Record {
        object: begins(&row, "object"),
        repair: begins(&row, "repair"),
        line: Line::of(&cx, &row, ""),
        fields: if shown { fields(packs, cx.lang(), &row)? } else { Vec::new() },
        state,
        until: row.until.map(|d| cx.date(d)),
        rule: rule(packs, cx.lang(), &row),
        published: cx.time_or_dash(&row.published_at),
        reason: row.reason_kind.parse().ok(),
        words: hide(&row.reason, &[], today),
        ended: cx.time_or_dash(&row.ended_at),
        repairable,
        repair_from: Some(row.earliest).filter(|d| repairable && today < *d).map(|d| cx.date(d)),
        cx,
    })?;
    // Search engines keep copies that nobody can take down: persons, and what is down already, are no matter for them.
    if row.natural_person || !shown {
        answer.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex, noarchive"));
    } else {
        answer.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noarchive"));
    }
    Ok(answer)
}
