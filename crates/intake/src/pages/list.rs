//! `GET /submissions`: all submissions one may see.

use askama::Template;
use axum::extract::{Query, State as Shared};
use serde::Deserialize;
use shell::{Cx, Reply, Signed, WithPart, page_or_part, ui};

use super::{Orgs, Shown};
use crate::Intake;
use crate::actions::receive_upload::MAY_HAND_IN;
use crate::model::State;
use crate::store::submissions::{self, Filter, Sort};

const PER_PAGE: u64 = 25;

/// What is asked, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    resource: String,
    org: String,
    open: String,
    sort: String,
    page: u64,
}

#[derive(Template)]
#[template(path = "intake/list.html")]
struct List {
    cx: Cx,
    part: Part,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
    may_hand_in: bool,
}

#[derive(Template)]
#[template(path = "intake/list_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Shown>,
    total: u64,
    pages: u64,
    asked: Asked,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl Part {
    /// This list with one thing asked otherwise.
    fn link(&self, name: &str, value: &str) -> String {
        let page = self.asked.page.to_string();
        let asked = [
            ("q", self.asked.q.as_str()),
            ("state", &self.asked.state),
            ("resource", &self.asked.resource),
            ("org", &self.asked.org),
            ("open", &self.asked.open),
            ("sort", &self.asked.sort),
            ("page", &page),
        ];
        let mut parts = Vec::new();
        for (n, v) in asked {
            let v = if n == name { value } else { v };
            if !v.is_empty() && !(n == "page" && (v == "0" || name != "page")) {
                parts.push(format!("{n}={}", ui::encode(v)));
            }
        }
        format!("/submissions?{}", parts.join("&"))
    }

    fn page_link(&self, page: impl std::borrow::Borrow<u64>) -> String {
        self.link("page", &page.borrow().to_string())
    }

    /// Sorted by the column, or the other way round when it is already.
    fn sort_link(&self, column: &str) -> String {
        let descending = format!("-{column}");
        self.link("sort", if self.asked.sort == descending { column } else { &descending })
    }

    fn aria_sort(&self, column: &str) -> &'static str {
        match self.asked.sort.strip_prefix('-') {
            Some(c) if c == column => "descending",
            None if self.asked.sort == column => "ascending",
            _ => "none",
        }
    }

    /// At most seven page numbers around the one shown.
    fn page_numbers(&self) -> std::ops::Range<u64> {
        let from = self.asked.page.saturating_sub(3);
        from..self.pages.min(from + 7)
    }

    fn is_filtered(&self) -> bool {
        let a = &self.asked;
        [&a.q, &a.state, &a.resource, &a.org, &a.open].iter().any(|v| !v.is_empty())
    }
}

fn filter(asked: &Asked) -> Filter {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (sort, descending) = match asked.sort.strip_prefix('-') {
        Some(s) => (s, true),
        None => (asked.sort.as_str(), asked.sort.is_empty()),
    };
    Filter {
        state: asked.state.parse::<State>().ok(),
        resource: given(&asked.resource),
        org: asked.org.parse().ok(),
        text: given(&asked.q),
        open_only: !asked.open.is_empty(),
        sort: match sort {
            "file" => Sort::File,
            "rows" => Sort::Rows,
            "rejected" => Sort::Rejected,
            "open" => Sort::Open,
            "state" => Sort::State,
            _ => Sort::Created,
        },
        descending,
        page: asked.page,
        per_page: PER_PAGE,
    }
}

/// `GET /submissions`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Query(asked): Query<Asked>,
) -> Reply {
    let (rows, total) = submissions::list(intake.db.conn(), &actor, &filter(&asked)).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.iter().map(|r| Shown::of(&cx, &intake, r, &orgs)).collect::<kernel::Result<Vec<_>>>()?;
    let resources = intake.packs.resources();
    let whole = List {
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        orgs: orgs.departments().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect(),
        may_hand_in: cx.can(MAY_HAND_IN),
        part: Part { cx: cx.clone(), rows, total, pages: total.div_ceil(PER_PAGE), asked },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}
