//! One entry: metadata, items, versions, who answers for it, what was done with it.

use askama::Template;
use axum::extract::{Path, Query};
use kernel::{Actor, Error, OrgId, Result, Role, Scope, beijing_date};
use serde::Deserialize;
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Reply, Signed, page};

use super::{address, badge};
use crate::actions::{EDIT, REVIEW};
use crate::model::{Class, DATA_TYPES, Duty, Entry, EntryState, Item, Verdict, from_url};
use crate::store::entity::entry_step;
use crate::store::entries::{self, Model};
use crate::store::people;
use identity::org::{self, Org};

#[derive(Template)]
#[template(path = "catalogue/detail.html")]
struct Detail {
    cx: Cx,
    /// The version shown.
    row: Model,
    entry: Entry,
    org: Option<Org>,
    /// The version being worked on, when it is not the one shown.
    other: Option<Model>,
    versions: Vec<Model>,
    steps: Vec<entry_step::Model>,
    people: Vec<people::Model>,
    can_edit: bool,
    can_submit: bool,
    can_review: bool,
    can_take_down: bool,
    /// Whether persons may be named.
    own: bool,
    form: FormState,
    duties: Vec<(String, String)>,
}

impl Detail {
    fn address(&self) -> String {
        address(&self.row.code)
    }

    /// Whether the reader may open the whole table; a department opens what it landed from its submissions.
    fn can_read(&self) -> bool {
        self.cx.can(&[Role::BureauSteward, Role::Auditor, Role::Administrator])
    }

    fn badge(&self, state: &str) -> String {
        badge(&self.cx, state)
    }

    fn term(&self, prefix: &str, code: &str) -> String {
        self.cx.t(&format!("{prefix}-{code}"))
    }

    /// The facts in the order of the guide; empty ones are left out.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let e = &self.entry;
        let all = [
            ("entry-class", format!("{} · {}", e.class_path, Class::label(&e.class_path, self.cx.lang()))),
            ("entry-provider-code", e.provider_code.clone()),
            ("entry-abstract", e.summary.clone()),
            ("entry-format", e.format.clone()),
            ("entry-share", self.term("entry-share", e.effective_share_type().code())),
            ("entry-share-condition", e.share_condition.clone()),
            ("entry-share-way", e.share_way.clone()),
            ("entry-open", self.term("entry-open", e.open_type.code())),
            ("entry-open-condition", e.open_condition.clone()),
            ("entry-cycle", self.term("entry-cycle", e.update_cycle.name())),
            ("entry-grade", e.data_grade.clone()),
            ("entry-system", e.source_system.clone()),
            ("entry-matter", e.matter.clone()),
            ("entry-published", self.row.published_on.map(|d| self.cx.date(d)).unwrap_or_default()),
        ];
        all.into_iter().filter(|(_, v)| !v.is_empty()).collect()
    }

    fn data_type(&self, item: &Item) -> String {
        let zh = self.cx.lang() == kernel::Lang::Zh;
        DATA_TYPES.iter().find(|(letter, ..)| *letter == item.data_type).map_or_else(
            || item.data_type.clone(),
            |(letter, name, en)| format!("{} {letter}", if zh { name } else { en }),
        )
    }

    fn flag(&self, on: &bool) -> String {
        if *on { self.cx.t("yes") } else { String::new() }
    }

    fn org_name(&self) -> &str {
        self.org.as_ref().map_or("", |o| o.name(self.cx.lang()))
    }

    fn item_share(&self, item: &Item) -> String {
        item.share_type.map(|t| self.term("entry-share", t.code())).unwrap_or_default()
    }
}

/// Which version to show.
#[derive(Deserialize)]
pub struct Which {
    version: Option<i32>,
}

/// Whether the actor may write for an organisation, for showing or hiding a button.
pub(super) async fn own(cx: &Cx, actor: &Actor, org: OrgId) -> Result<bool> {
    Ok(match actor.scope {
        Scope::City => true,
        Scope::Org(_) => org::require_in_scope(cx.app().db().conn(), &actor.scope, org).await.is_ok(),
    })
}

/// `GET /catalogue/{code}?version=`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Path(code): Path<String>,
    Query(which): Query<Which>,
) -> Reply {
    detail(cx, &actor, &from_url(&code), which.version, FormState::new()).await
}

/// The page, also when a person could not be named.
pub(super) async fn detail(
    cx: Cx,
    actor: &Actor,
    code: &str,
    version: Option<i32>,
    form: FormState,
) -> Reply {
    let conn = cx.app().db().conn();
    let today = beijing_date(cx.now());
    let chain = entries::chain(conn, actor, code).await?;
    let versions = entries::versions(conn, actor, code).await?;
    let row = match version {
        Some(v) => versions
            .iter()
            .find(|m| m.version == v)
            .cloned()
            .ok_or_else(|| Error::not_found("这个版本", "version"))?,
        None => chain.current.clone(),
    };
    let org = entries::orgs_of(conn, std::slice::from_ref(&row)).await?.pop().flatten();
    let own = own(&cx, actor, OrgId(chain.current.org_id)).await?;
    let work = chain.work();
    let state: EntryState = work.state()?;
    let change = chain.pending.is_some();
    let steps = if own { entries::steps(conn, code).await? } else { Vec::new() };
    let people = people::of_entry(conn, OrgId(row.org_id), code, today).await?;
    let other = (work.id != row.id).then(|| work.clone());
    let edits = own && cx.can(EDIT);
    let reviews = own && cx.can(REVIEW);
    page(&Detail {
        entry: row.entry(org.as_ref())?,
        can_edit: edits && (state.editable() || state.needs_new_version()),
        can_submit: edits && state.submit(change).is_ok(),
        can_review: reviews && state.review(Verdict::Approve, change).is_ok(),
        can_take_down: reviews && chain.current.state()?.take_down().is_ok(),
        own: edits,
        duties: Duty::ALL
            .iter()
            .map(|d| (d.name().to_owned(), cx.t(&format!("duty-{}", d.name()))))
            .collect(),
        form: if form.value("from").is_empty() { form.with("from", today.to_string()) } else { form },
        row,
        org,
        other,
        versions,
        steps,
        people,
        cx,
    })
}
