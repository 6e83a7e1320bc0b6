//! The catalogue: search, facets, the tree of departments.

use std::collections::HashMap;

use askama::Template;
use kernel::{Actor, OrgId, Result};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};

use super::{address, badge, tree};
use crate::actions::EDIT;
use crate::model::{CLASSES, Class, EntryState, OpenType, ShareType, UpdateCycle};
use crate::store::entries::{self, Facet, Find, Model};
use crate::store::orgs;
use identity::org::Org;

/// One value of a facet.
struct Choice {
    label: String,
    count: i64,
    href: String,
    chosen: bool,
}

struct FacetBox {
    title: &'static str,
    choices: Vec<Choice>,
}

struct Line {
    row: Model,
    org: Option<Org>,
}

#[derive(Template)]
#[template(path = "catalogue/list.html")]
struct List {
    cx: Cx,
    table: TableState,
    rows: Vec<Line>,
    total: u64,
    facets: Vec<FacetBox>,
    tree: String,
    can_edit: bool,
}

impl List {
    fn href(&self, row: &Model) -> String {
        let base = address(&row.code);
        if row.current { base } else { format!("{base}?version={}", row.version) }
    }

    /// The file of what the list shows.
    fn export(&self, format: &str) -> String {
        self.table.with("format", format).replacen("/catalogue?", "/catalogue/export?", 1)
    }

    fn badge(&self, row: &Model) -> String {
        badge(&self.cx, &row.state)
    }

    fn share(&self, row: &Model) -> String {
        self.cx.t(&format!("entry-share-{}", row.share_type))
    }

    fn open(&self, row: &Model) -> String {
        self.cx.t(&format!("entry-open-{}", row.open_type))
    }

    fn cycle(&self, row: &Model) -> String {
        self.cx.t(&format!("entry-cycle-{}", row.update_cycle))
    }

    fn org<'a>(&self, line: &'a Line) -> &'a str {
        line.org.as_ref().map_or("", |o| o.name(self.cx.lang()))
    }

    fn updated(&self, row: &Model) -> String {
        self.cx.date(kernel::beijing_date(row.updated_at))
    }
}

/// What the query asks for.
pub(super) fn find(table: &TableState) -> Find {
    Find {
        text: table.filter("q").trim().to_owned(),
        org: table.filter("org").parse().ok().map(OrgId),
        class: table.filter("class").to_owned(),
        share: table.filter("share").to_owned(),
        open: table.filter("open").to_owned(),
        cycle: table.filter("cycle").to_owned(),
        state: table.filter("state").to_owned(),
    }
}

/// The columns one may sort by.
pub(super) const SORTS: [&str; 4] = ["-updated", "name", "code", "published"];

/// `GET /catalogue`
pub async fn show(cx: Cx, Signed(actor): Signed) -> Reply {
    let table = TableState::read(&cx, &SORTS);
    let find = find(&table);
    let conn = cx.app().db().conn();
    let part = (table.offset(), table.limit());
    let (rows, total) = entries::list(conn, &actor, &find, (table.sort(), table.descending()), part).await?;
    let of = entries::orgs_of(conn, &rows).await?;
    let rows = rows.into_iter().zip(of).map(|(row, org)| Line { row, org }).collect();
    let facets = facets(&cx, &actor, &table, &find).await?;
    let tree = departments(&cx, &actor, &table, &find).await?;
    let can_edit = cx.can(EDIT);
    page(&List { cx, table, rows, total, facets, tree, can_edit })
}

/// A facet, the key of its name, its parameter, and its values with their names.
type Axis<'a> = (Facet, &'static str, &'a str, Vec<(String, String)>);

async fn facets(cx: &Cx, actor: &Actor, table: &TableState, find: &Find) -> Result<Vec<FacetBox>> {
    let states = EntryState::ALL.into_iter().filter(|s| *s != EntryState::Superseded);
    let term = |prefix: &str, code: &str| cx.t(&format!("{prefix}-{code}"));
    let axes: [Axis<'_>; 5] = [
        (
            Facet::State,
            "entry-state",
            "state",
            states.map(|s| (s.name().to_owned(), term("entry-state", s.name()))).collect(),
        ),
        (
            Facet::Class,
            "entry-class",
            "class",
            CLASSES
                .iter()
                .filter(|c| c.path.len() == 4)
                .map(|c| (c.path.to_owned(), Class::label(c.path, cx.lang())))
                .collect(),
        ),
        (
            Facet::Share,
            "entry-share",
            "share",
            ShareType::ALL.iter().map(|t| (t.code().to_owned(), term("entry-share", t.code()))).collect(),
        ),
        (
            Facet::Open,
            "entry-open",
            "open",
            OpenType::ALL.iter().map(|t| (t.code().to_owned(), term("entry-open", t.code()))).collect(),
        ),
        (
            Facet::Cycle,
            "entry-cycle",
            "cycle",
            UpdateCycle::ALL.iter().map(|c| (c.name().to_owned(), term("entry-cycle", c.name()))).collect(),
        ),
    ];
    let mut boxes = Vec::new();
    for (facet, title, name, values) in axes {
        let counts: HashMap<String, i64> =
            entries::counts(cx.app().db().conn(), actor, find, facet).await?.into_iter().collect();
        let choices: Vec<Choice> = values
            .into_iter()
            .filter_map(|(value, label)| {
                let chosen = table.filter(name) == value;
                let count = counts.get(&value).copied().unwrap_or(0);
                let href = table.with(name, if chosen { "" } else { &value });
                (chosen || count > 0).then_some(Choice { label, count, href, chosen })
            })
            .collect();
        if !choices.is_empty() {
            boxes.push(FacetBox { title, choices });
        }
    }
    Ok(boxes)
}

async fn departments(cx: &Cx, actor: &Actor, table: &TableState, find: &Find) -> Result<String> {
    let conn = cx.app().db().conn();
    let all = orgs::all(conn).await?;
    let sums = tree::rolled_up(&all, &entries::counts_by_org(conn, actor, find).await?);
    let shown: Vec<Org> =
        all.into_iter().filter(|o| sums.contains_key(&o.id) || find.org == Some(o.org_id())).collect();
    if shown.is_empty() {
        return Ok(String::new());
    }
    let selected = find.org.map(|o| o.0);
    Ok(tree::html(
        &shown,
        &tree::Look {
            lang: cx.lang(),
            selected,
            open: 2,
            href: &|o| {
                table.with("org", if selected == Some(o.id) { String::new() } else { o.id.to_string() })
            },
            more: &|n| cx.t1("org-below-n", "n", n),
            after: &|o| {
                format!(" <span class=\"count\">{}</span>", cx.num(sums.get(&o.id).copied().unwrap_or(0)))
            },
        },
    ))
}
