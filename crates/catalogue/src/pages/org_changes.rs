//! Reorganisation: add, rename, close, split, merge.

use askama::Template;
use axum::extract::{Form, Path, RawForm};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use kernel::{Error, OrgId, Result, beijing_date};
use serde::Deserialize;
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::mendable;
use super::orgs::id_of;
use crate::actions::{self, Merge, NewUnit, Part, Split, Successor};
use crate::store::entries::{self, Find, Model};
use crate::store::orgs;
use identity::org::{self, Org};

/// Parts a split form offers.
const PARTS: usize = 4;

fn day(given: &str) -> Result<NaiveDate> {
    given.parse().map_err(|_| {
        Error::bad_input(
            "org-day",
            format!("生效日期“{given}”不是日期，应如 2026-03-01。"),
            format!("“{given}” is not a day such as 2026-03-01."),
        )
    })
}

/// Back to the organisation's page, with what was done or why not.
fn told(cx: &Cx, id: OrgId, done: Result<()>, key: &str) -> Reply<Response> {
    let flash = match done {
        Ok(()) => Flash::ok(cx.t(key)),
        Err(e) if mendable(&e) => Flash::error(cx.text(e.text()).to_owned()),
        Err(e) => return Err(e.into()),
    };
    Ok(redirect(cx, &format!("/orgs/{id}"), Some(flash)))
}

/// The fields of the small forms.
#[derive(Deserialize)]
pub struct Given {
    #[serde(default)]
    parent: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    name_zh: String,
    #[serde(default)]
    name_en: String,
    on: String,
}

/// `POST /orgs`
pub async fn add(cx: Cx, Signed(actor): Signed, Form(given): Form<Given>) -> Reply<Response> {
    let parent = id_of(&given.parent)?;
    let unit = NewUnit { code: given.code, name_zh: given.name_zh, name_en: given.name_en };
    let done = match day(&given.on) {
        Ok(on) => actions::add_org(cx.app().db(), &actor, parent, &given.kind, unit, on, cx.now()).await,
        Err(e) => Err(e),
    };
    told(&cx, parent, done.map(|_| ()), "org-added")
}

/// `POST /orgs/{id}/rename`
pub async fn rename(
    cx: Cx,
    Signed(actor): Signed,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Reply<Response> {
    let id = id_of(&id)?;
    let db = cx.app().db();
    let done = match day(&given.on) {
        Ok(on) => actions::rename_org(db, &actor, id, &given.name_zh, &given.name_en, on, cx.now()).await,
        Err(e) => Err(e),
    };
    told(&cx, id, done, "org-renamed")
}

/// `POST /orgs/{id}/close`
pub async fn close(
    cx: Cx,
    Signed(actor): Signed,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Reply<Response> {
    let id = id_of(&id)?;
    let done = match day(&given.on) {
        Ok(on) => actions::close_org(cx.app().db(), &actor, id, on, cx.now()).await,
        Err(e) => Err(e),
    };
    told(&cx, id, done, "org-closed-done")
}

#[derive(Template)]
#[template(path = "catalogue/org_split.html")]
struct SplitPage {
    cx: Cx,
    org: Org,
    form: FormState,
    parts: Vec<String>,
    entries: Vec<Model>,
    children: Vec<Org>,
}

impl SplitPage {
    fn name<'a>(&self, o: &'a Org) -> &'a str {
        o.name(self.cx.lang())
    }

    fn value(&self, field: &str, part: &str) -> &str {
        self.form.value(&format!("{field}.{part}"))
    }

    fn takes(&self, what: &str, part: &str) -> bool {
        let chosen = self.form.value(what);
        if chosen.is_empty() { part == "1" } else { chosen == part }
    }

    fn takes_entry(&self, entry: &Model, part: &str) -> bool {
        self.takes(&format!("entry.{}", entry.code), part)
    }

    fn takes_child(&self, child: &Org, part: &str) -> bool {
        self.takes(&format!("child.{}", child.id), part)
    }
}

async fn split_page(cx: Cx, id: OrgId, form: FormState) -> Reply {
    let actor = cx.signed()?.clone();
    let conn = cx.app().db().conn();
    let org = org::require_in_scope(conn, &actor.scope, id).await?;
    let find = Find { org: Some(id), ..Find::default() };
    let (rows, _) = entries::list(conn, &actor, &find, ("code", false), (0, 5_000)).await?;
    let entries = rows.into_iter().filter(|r| r.org_id == org.id).collect();
    let children = orgs::children(conn, id, beijing_date(cx.now())).await?;
    let parts = (1..=PARTS).map(|n| n.to_string()).collect();
    page(&SplitPage { cx, org, form, parts, entries, children })
}

/// `GET /orgs/{id}/split`
pub async fn split_form(cx: Cx, Path(id): Path<String>) -> Reply {
    let form = FormState::new().with("on", beijing_date(cx.now()).to_string());
    split_page(cx, id_of(&id)?, form).await
}

/// The split meant by a form: parts without a name are left out.
fn split_of(org: OrgId, form: &FormState, pairs: &[(String, String)]) -> Result<Split> {
    let mut parts = Vec::new();
    for n in 1..=PARTS {
        let value = |field: &str| form.value(&format!("{field}.{n}")).to_owned();
        let unit = NewUnit { code: value("code"), name_zh: value("name_zh"), name_en: value("name_en") };
        if unit.code.trim().is_empty() && unit.name_zh.trim().is_empty() {
            continue;
        }
        let number = n.to_string();
        let taken = |prefix: &str| {
            pairs
                .iter()
                .filter(|(_, v)| *v == number)
                .filter_map(|(k, _)| k.strip_prefix(prefix).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let children = taken("child.").iter().map(|id| id_of(id)).collect::<Result<_>>()?;
        parts.push(Part { unit, entries: taken("entry."), children });
    }
    Ok(Split { org, on: day(form.value("on"))?, parts })
}

/// `POST /orgs/{id}/split`
pub async fn split(
    cx: Cx,
    Signed(actor): Signed,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let id = id_of(&id)?;
    let pairs = shell::form_pairs(&body);
    let form = FormState::of(&pairs);
    let done = match split_of(id, &form, &pairs) {
        Ok(split) => actions::split_org(cx.app().db(), &actor, split, cx.now()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => told(&cx, id, Ok(()), "org-split-done"),
        Err(e) if mendable(&e) => {
            let form = form.refused(&cx, "", &e);
            Ok((StatusCode::BAD_REQUEST, split_page(cx, id, form).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Template)]
#[template(path = "catalogue/org_merge.html")]
struct MergePage {
    cx: Cx,
    form: FormState,
    /// `(id, name)` of the units that exist.
    units: Vec<(String, String)>,
    into: Vec<(String, String)>,
}

async fn merge_page(cx: Cx, form: FormState) -> Reply {
    let today = beijing_date(cx.now());
    let orgs = org::list(cx.app().db().conn(), &cx.signed()?.scope).await?;
    let units: Vec<(String, String)> = orgs
        .iter()
        .filter(|o| orgs::valid_on(o, today) && o.parent_id.is_some())
        .map(|o| (o.id.to_string(), format!("{}{}", "　".repeat(o.depth()), o.name(cx.lang()))))
        .collect();
    let mut into = vec![(String::new(), cx.t("org-merge-new"))];
    into.extend(units.iter().cloned());
    page(&MergePage { cx, form, units, into })
}

/// `GET /orgs/merge?from=`
pub async fn merge_form(cx: Cx) -> Reply {
    let mut form = FormState::new().with("on", beijing_date(cx.now()).to_string());
    for (name, value) in shell::form_pairs(cx.query().as_bytes()) {
        form = form.with(&name, value);
    }
    merge_page(cx, form).await
}

fn merge_of(form: &FormState, pairs: &[(String, String)]) -> Result<Merge> {
    let from = pairs.iter().filter(|(k, v)| k == "from" && !v.is_empty()).map(|(_, v)| id_of(v));
    let into = match form.value("into") {
        "" => Successor::New(NewUnit {
            code: form.value("code").to_owned(),
            name_zh: form.value("name_zh").to_owned(),
            name_en: form.value("name_en").to_owned(),
        }),
        id => Successor::Existing(id_of(id)?),
    };
    Ok(Merge { from: from.collect::<Result<_>>()?, into, on: day(form.value("on"))? })
}

/// `POST /orgs/merge`
pub async fn merge(cx: Cx, Signed(actor): Signed, RawForm(body): RawForm) -> Reply<Response> {
    let pairs = shell::form_pairs(&body);
    let form = FormState::of(&pairs);
    let done = match merge_of(&form, &pairs) {
        Ok(merge) => actions::merge_orgs(cx.app().db(), &actor, merge, cx.now()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(id) => told(&cx, id, Ok(()), "org-merge-done"),
        Err(e) if mendable(&e) => {
            let form = form.refused(&cx, "", &e);
            Ok((StatusCode::BAD_REQUEST, merge_page(cx, form).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
