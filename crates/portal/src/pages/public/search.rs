//! `GET /public/search`: by name, code or document number as people type them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State as Shared;
use shell::ui::TableState;
use shell::{Cx, Reply, WithPart, page_or_part};

use super::choices::{Choices, choices};
use super::{Hits, Line, Wanted, hits};
use crate::context::Portal;
use crate::search;

#[derive(Template)]
#[template(path = "portal/public/search.html")]
struct Search {
    cx: Cx,
    part: Part,
    choices: Arc<Choices>,
}

#[derive(Template)]
#[template(path = "portal/public/search_part.html")]
struct Part {
    cx: Cx,
    lines: Vec<Line>,
    total: u64,
    more: bool,
    /// Whether a part of what is published cannot be found yet.
    behind: bool,
    typed: bool,
    state: TableState,
}

impl WithPart for Search {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

/// `GET /public/search`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>) -> Reply {
    portal.limits.page(&cx)?;
    let state = TableState::read(&cx, &["-decided"]);
    let wanted = Wanted::read(&state);
    let Hits { rows, total, more } = hits(&portal, &wanted, (state.offset(), state.limit())).await?;
    let typed = &wanted.question.typed;
    let lines = rows.iter().map(|r| Line::of(&cx, r, typed)).collect();
    let behind = !typed.is_empty() && !search::is_in_step(&portal).await?;
    let choices = choices(&portal).await?;
    let part = Part { cx: cx.clone(), lines, total, more, behind, typed: !typed.is_empty(), state };
    let whole = Search { part, choices, cx: cx.clone() };
    page_or_part(&cx, &whole)
}
