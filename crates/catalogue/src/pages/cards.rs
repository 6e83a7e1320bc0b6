//! Cards of the home page.

use askama::Template;
use kernel::{Error, Result, Role};
use shell::Cx;

use crate::model::EntryState;
use crate::store::entries;

/// A figure that leads to its list.
struct Figure {
    label: &'static str,
    count: u64,
    href: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "catalogue/card.html")]
struct FiguresCard {
    cx: Cx,
    title: &'static str,
    figures: Vec<Figure>,
}

async fn figure(
    cx: &Cx,
    label: &'static str,
    states: &[EntryState],
    href: &'static str,
    tone: &'static str,
) -> Result<Figure> {
    let count = entries::count_state(cx.app().db().conn(), &cx.signed()?.scope, states).await?;
    Ok(Figure { label, count, href, tone })
}

fn card(cx: Cx, title: &'static str, figures: Vec<Figure>) -> Result<Option<String>> {
    FiguresCard { cx, title, figures }.render().map(Some).map_err(Error::internal)
}

/// The steward's: what waits for review.
pub async fn waiting(cx: Cx) -> Result<Option<String>> {
    if !cx.can(&[Role::BureauSteward]) {
        return Ok(None);
    }
    let states = [EntryState::Registering, EntryState::Publishing];
    let one = figure(&cx, "entries-waiting", &states, "/catalogue?state=waiting", "info").await?;
    card(cx, "entries-to-review", vec![one])
}

/// The data officer's: what is not handed in yet, and what came back.
pub async fn own(cx: Cx) -> Result<Option<String>> {
    if !cx.can(&[Role::DataOfficer]) {
        return Ok(None);
    }
    let figures = vec![
        figure(&cx, "entry-state-sent-back", &[EntryState::SentBack], "/catalogue?state=sent-back", "warn")
            .await?,
        figure(&cx, "entry-state-draft", &[EntryState::Draft], "/catalogue?state=draft", "").await?,
        figure(
            &cx,
            "entry-state-registered",
            &[EntryState::Registered],
            "/catalogue?state=registered",
            "info",
        )
        .await?,
    ];
    card(cx, "entries-own", figures)
}

/// The newest of what is published.
const NEWEST: u64 = 5;

#[derive(Template)]
#[template(path = "catalogue/card_find.html")]
struct FindCard {
    cx: Cx,
    total: u64,
    newest: Vec<(String, String, String)>,
}

/// For who looks for data rather than handing it in: a search, and what was published last.
pub async fn find(cx: Cx) -> Result<Option<String>> {
    if !cx.can(&[Role::Consumer, Role::TownshipClerk]) {
        return Ok(None);
    }
    let (conn, actor) = (cx.app().db().conn(), cx.signed()?);
    let find = entries::Find { state: EntryState::Published.name().to_owned(), ..Default::default() };
    let (rows, total) = entries::list(conn, actor, &find, ("published", true), (0, NEWEST)).await?;
    let orgs = entries::orgs_of(conn, &rows).await?;
    let newest = rows.iter().zip(&orgs).map(|(row, org)| {
        let org = org.as_ref().map_or_else(String::new, |o| o.name(cx.lang()).to_owned());
        (super::address(&row.code), row.name.clone(), org)
    });
    FindCard { newest: newest.collect(), total, cx: cx.clone() }.render().map(Some).map_err(Error::internal)
}
