//! The card of intake on the home page: what waits for a person, what is being worked on, what came last.

use askama::Template;
use kernel::{Error, Result, Role};
use shell::Cx;

use super::{Orgs, Shown};
use crate::Intake;
use crate::store::submissions::{self, Filter};

#[derive(Template)]
#[template(path = "intake/card.html")]
struct Card {
    cx: Cx,
    waiting: Vec<(&'static str, i64)>,
    open: u64,
    last: Vec<Shown>,
    may_hand_in: bool,
}

/// For who hands in or runs the city.
pub async fn card(cx: Cx, intake: Intake) -> Result<Option<String>> {
    let actor = cx.signed()?;
    if !actor.is_any(&[Role::DataOfficer, Role::BureauSteward]) {
        return Ok(None);
    }
    let conn = intake.db.conn();
    let counts = submissions::count_by_state(conn, actor).await?;
    let waiting = ["mapping", "held", "refused"]
        .into_iter()
        .filter_map(|s| counts.iter().find(|(state, n)| state == s && *n > 0).map(|(_, n)| (s, *n)));
    let open = Filter { open_only: true, descending: true, per_page: 1, ..Filter::default() };
    let (_, open) = submissions::list(conn, actor, &open).await?;
    let last = Filter { descending: true, per_page: 6, ..Filter::default() };
    let (last, _) = submissions::list(conn, actor, &last).await?;
    let orgs = Orgs::load(&cx).await?;
    let last = last.iter().map(|r| Shown::of(&cx, &intake, r, &orgs)).collect::<Result<Vec<_>>>()?;
    let may_hand_in = actor.is_any(crate::actions::receive_upload::MAY_HAND_IN);
    let card = Card { waiting: waiting.collect(), open, last, may_hand_in, cx: cx.clone() };
    card.render().map(Some).map_err(Error::internal)
}
