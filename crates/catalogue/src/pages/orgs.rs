//! The organisations: the tree as it stands on a day, and one of them with its past.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use chrono::NaiveDate;
use kernel::{Actor, Error, OrgId, beijing_date};
use shell::ui::{Crumbs, FormState, TableState, escape};
use shell::{Cx, Reply, Signed, page};

use super::detail::own;
use super::tree;
use crate::actions::{EDIT, ORGS};
use crate::model::{Duty, ORG_KINDS};
use crate::store::entries::{self, Find};
use crate::store::{orgs, people};
use identity::org::{self, Org};

struct Kind {
    label: String,
    count: usize,
    href: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "catalogue/orgs.html")]
struct Orgs {
    cx: Cx,
    table: TableState,
    tree: String,
    total: usize,
    kinds: Vec<Kind>,
    states: Vec<Kind>,
    day: NaiveDate,
    can_change: bool,
}

/// `GET /orgs?kind=&state=&day=&q=`
pub async fn list(cx: Cx, Signed(actor): Signed) -> Reply {
    let table = TableState::read(&cx, &["path"]);
    let day = table.filter("day").parse().unwrap_or_else(|_| beijing_date(cx.now()));
    let conn = cx.app().db().conn();
    let all = orgs::all(conn).await?;
    let state = table.filter("state");
    let in_state = |o: &Org| match state {
        "closed" => o.valid_to.is_some_and(|to| to < day),
        "all" => true,
        _ => orgs::valid_on(o, day),
    };
    let text = table.filter("q").trim().to_lowercase();
    let named = |o: &Org| {
        text.is_empty() || [&o.name_zh, &o.name_en, &o.code].iter().any(|t| t.to_lowercase().contains(&text))
    };
    let kind = table.filter("kind");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for o in all.iter().filter(|o| in_state(o) && named(o)) {
        *counts.entry(o.kind.as_str()).or_default() += 1;
    }
    let kinds = ORG_KINDS
        .iter()
        .filter_map(|k| counts.get(k).map(|n| (*k, *n)))
        .map(|(k, count)| Kind {
            label: cx.t(&format!("org-kind-{k}")),
            count,
            chosen: kind == k,
            href: table.with("kind", if kind == k { "" } else { k }),
        })
        .collect();
    let states = [("", "org-state-valid"), ("closed", "org-state-closed"), ("all", "org-state-all")]
        .into_iter()
        .map(|(value, label)| Kind {
            label: cx.t(label),
            count: all
                .iter()
                .filter(|o| match value {
                    "" => orgs::valid_on(o, day),
                    "closed" => o.valid_to.is_some_and(|to| to < day),
                    _ => true,
                })
                .count(),
            chosen: state == value,
            href: table.with("state", value),
        })
        .collect();
    // A city has thousands of villages: they are shown when asked for.
    let shown: Vec<Org> = all
        .iter()
        .filter(|o| in_state(o) && named(o))
        .filter(|o| if kind.is_empty() { o.kind != "village" || !text.is_empty() } else { o.kind == kind })
        .cloned()
        .collect();
    let sums = tree::rolled_up(&all, &entries::counts_by_org(conn, &actor, &Find::default()).await?);
    let html = tree::html(
        &shown,
        &tree::Look {
            lang: cx.lang(),
            selected: None,
            open: 3,
            href: &|o| format!("/orgs/{}", o.id),
            more: &|n| cx.t1("org-below-n", "n", n),
            after: &|o| mark(&cx, o, day, sums.get(&o.id).copied()),
        },
    );
    let can_change = cx.can(ORGS);
    page(&Orgs {
        total: shown.len(),
        tree: if shown.is_empty() { String::new() } else { html },
        cx,
        table,
        kinds,
        states,
        day,
        can_change,
    })
}

/// What stands after a name in the tree.
fn mark(cx: &Cx, o: &Org, day: NaiveDate, entries: Option<i64>) -> String {
    let mut out =
        format!(" <span class=\"muted small\">{}</span>", escape(&cx.t(&format!("org-kind-{}", o.kind))));
    if let Some(n) = entries {
        out.push_str(&format!(" <span class=\"count\">{}</span>", cx.num(n)));
    }
    if !orgs::valid_on(o, day) {
        out.push_str(&format!(" <span class=\"badge warn\">{}</span>", escape(&cx.t("org-closed-state"))));
    }
    out
}

#[derive(Template)]
#[template(path = "catalogue/org.html")]
struct OrgPage {
    cx: Cx,
    org: Org,
    parent: Option<Org>,
    children: Vec<Org>,
    past: Vec<orgs::org_past::Model>,
    before: Vec<(orgs::org_succession::Model, Org)>,
    after: Vec<(orgs::org_succession::Model, Org)>,
    people: Vec<people::Model>,
    entries: i64,
    today: NaiveDate,
    can_change: bool,
    can_name: bool,
    rename: FormState,
    person: FormState,
    duties: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
}

impl OrgPage {
    fn name<'a>(&self, o: &'a Org) -> &'a str {
        o.name(self.cx.lang())
    }

    fn past_name<'a>(&self, p: &'a orgs::org_past::Model) -> &'a str {
        if self.cx.lang() == kernel::Lang::Zh { &p.name_zh } else { &p.name_en }
    }

    fn kind(&self, o: &Org) -> String {
        self.cx.t(&format!("org-kind-{}", o.kind))
    }

    fn duty(&self, person: &people::Model) -> String {
        self.cx.t(&format!("duty-{}", person.duty))
    }

    fn succession(&self, s: &orgs::org_succession::Model) -> String {
        self.cx.t(&format!("org-{}", s.kind))
    }
}

/// `GET /orgs/{id}`
pub async fn show(cx: Cx, Signed(actor): Signed, Path(id): Path<String>) -> Reply {
    org_page(cx, &actor, id_of(&id)?, None).await
}

/// The organisation meant by an address.
pub(super) fn id_of(id: &str) -> kernel::Result<OrgId> {
    id.parse().map_err(|_| Error::not_found("组织机构", "organisation"))
}

/// `person`: what was typed of a person to be named and was refused.
pub(super) async fn org_page(cx: Cx, actor: &Actor, id: OrgId, person: Option<FormState>) -> Reply {
    let conn = cx.app().db().conn();
    let today = beijing_date(cx.now());
    let org = org::find(conn, id).await?;
    let parent = match org.parent_id {
        Some(parent) => Some(org::find(conn, OrgId(parent)).await?),
        None => None,
    };
    let own = own(&cx, actor, id).await?;
    let counts = entries::counts_by_org(conn, actor, &Find { org: Some(id), ..Find::default() }).await?;
    let term = |prefix: &str, name: &str| (name.to_owned(), cx.t(&format!("{prefix}-{name}")));
    let today_text = today.to_string();
    page(&OrgPage {
        children: orgs::children(conn, id, today).await?,
        past: orgs::past(conn, id).await?,
        before: orgs::predecessors(conn, id).await?,
        after: orgs::successors(conn, id).await?,
        people: people::on_day(conn, id, today).await?,
        entries: counts.iter().filter(|(o, _)| *o == org.id).map(|(_, n)| n).sum(),
        can_change: own && cx.can(ORGS) && org.valid_to.is_none(),
        can_name: own && cx.can(EDIT) && org.valid_to.is_none(),
        rename: FormState::new()
            .with("name_zh", &org.name_zh)
            .with("name_en", &org.name_en)
            .with("on", &today_text),
        person: person.unwrap_or_else(|| FormState::new().with("from", &today_text)),
        duties: Duty::ALL.iter().map(|d| term("duty", d.name())).collect(),
        kinds: ORG_KINDS.iter().map(|k| term("org-kind", k)).collect(),
        org,
        parent,
        today,
        cx,
    })
}
