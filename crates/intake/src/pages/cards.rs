//! The cards of intake on the home page, by role: what waits for a person, what is due, what came last, how the work goes.

use askama::Template;
use chrono::Days;
use kernel::{Error, Result, Role};
use shell::Cx;

use super::Orgs;
use super::dashboard::Kept;
use super::list::Line;
use crate::Intake;
use crate::actions::owed::owed;
use crate::actions::receive_upload::MAY_HAND_IN;
use crate::store::figures;
use crate::store::receipts::{self, Filter, Sort, Wrong};

/// Lines of a card.
const LINES: u64 = 6;
/// A refusal is news for so long.
const RECENT: u64 = 30;

fn render(card: &impl Template) -> Result<Option<String>> {
    card.render().map(Some).map_err(Error::internal)
}

/// One thing to do: how many, and where.
struct Todo {
    label: String,
    count: i64,
    href: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "intake/card_work.html")]
struct Work {
    cx: Cx,
    todos: Vec<Todo>,
}

/// For who hands in: what waits for a decision or a mend.
pub async fn work(cx: Cx, intake: Intake) -> Result<Option<String>> {
    let actor = cx.signed()?;
    if !actor.is_any(MAY_HAND_IN) {
        return Ok(None);
    }
    let conn = intake.db.conn();
    let since = intake.clock.today().checked_sub_days(Days::new(RECENT));
    let counts = receipts::count_by_state(conn, actor, &Filter::default()).await?;
    let recent = Filter { from: since, ..Filter::default() };
    let recent = receipts::count_by_state(conn, actor, &recent).await?;
    let of = |counts: &[(String, i64)], state: &str| {
        counts.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n)
    };
    let since = since.map_or_else(String::new, |d| format!("&from={d}"));
    let open = Filter { wrong: Wrong::Open, ..Filter::default() };
    let open = receipts::total(conn, actor, &open).await?;
    let state = |state: &str, tone, counts: &[(String, i64)], more: &str| Todo {
        label: cx.t(&format!("submission-state-{state}")),
        count: of(counts, state),
        href: format!("/submissions?state={state}{more}"),
        tone,
    };
    let todos = vec![
        state("mapping", "warn", &counts, ""),
        state("held", "warn", &counts, ""),
        Todo {
            label: cx.t("open-rows"),
            count: open.open,
            href: "/submissions?errors=open".to_owned(),
            tone: "reject",
        },
        Todo { label: cx.t1("card-refused", "n", RECENT), ..state("refused", "reject", &recent, &since) },
    ];
    render(&Work { todos: todos.into_iter().filter(|t| t.count > 0).collect(), cx: cx.clone() })
}

#[derive(Template)]
#[template(path = "intake/card_due.html")]
struct Due {
    cx: Cx,
    title: String,
    kept: Vec<Kept>,
    late: usize,
    more: usize,
    promises: usize,
    may_hand_in: bool,
    city: bool,
}

/// What is due: for a data officer what the own organisation promised, for who watches the city who is late.
pub async fn due(cx: Cx, intake: Intake) -> Result<Option<String>> {
    let actor = cx.signed()?;
    let officer = actor.is_any(&[Role::DataOfficer]);
    if !officer && !actor.is_any(&[Role::BureauSteward, Role::Auditor]) {
        return Ok(None);
    }
    let orgs = Orgs::load(&cx).await?;
    let all = owed(&intake, actor, None).await?;
    let promises = all.len();
    let late = all.iter().filter(|o| o.is_late()).count();
    let pressing = all.iter().filter(|o| o.presses()).count();
    // Whoever has nothing pressing sees what comes next.
    let lines = LINES as usize;
    let shown = if pressing > 0 { pressing.min(lines) } else { promises.min(3) };
    let kept = all.into_iter().take(shown).map(|o| Kept::of(&cx, &intake, o, &orgs)).collect();
    render(&Due {
        title: cx.t(if officer { "card-due" } else { "card-late" }),
        kept,
        late,
        more: pressing.saturating_sub(shown),
        promises,
        may_hand_in: officer,
        city: !officer,
        cx: cx.clone(),
    })
}

#[derive(Template)]
#[template(path = "intake/card_newest.html")]
struct Newest {
    cx: Cx,
    lines: Vec<Line>,
    may_hand_in: bool,
}

/// What came last, for everyone whose organisation hands in or who watches.
pub async fn newest(cx: Cx, intake: Intake) -> Result<Option<String>> {
    let actor = cx.signed()?;
    if actor.roles.iter().all(|r| matches!(r, Role::Consumer | Role::Administrator)) {
        return Ok(None);
    }
    let sort = (Sort::Created, true);
    let found = receipts::page(intake.db.conn(), actor, &Filter::default(), sort, (0, LINES)).await?;
    let orgs = Orgs::load(&cx).await?;
    let lines = found.iter().map(|r| Line::of(&cx, &intake, r, &orgs)).collect::<Result<Vec<_>>>()?;
    render(&Newest { lines, may_hand_in: actor.is_any(MAY_HAND_IN), cx: cx.clone() })
}

#[derive(Template)]
#[template(path = "intake/card_jobs.html")]
struct Jobs {
    cx: Cx,
    waiting: i64,
    failed: i64,
    stuck: i64,
}

/// For administrators: whether the background work goes on.
pub async fn jobs(cx: Cx, intake: Intake) -> Result<Option<String>> {
    let actor = cx.signed()?;
    if !actor.is_any(&[Role::Administrator]) {
        return Ok(None);
    }
    let conn = intake.db.conn();
    let counts = figures::jobs(conn).await?;
    let of =
        |states: &[&str]| counts.iter().filter(|(s, _)| states.contains(&s.as_str())).map(|(_, n)| n).sum();
    let waiting = of(&["queued", "running"]);
    let failed = of(&["failed"]);
    let states = receipts::count_by_state(conn, actor, &Filter::default()).await?;
    let working = |s: &str| ["received", "checking", "landing"].contains(&s);
    let stuck = states.iter().filter(|(s, _)| working(s)).map(|(_, n)| n).sum();
    render(&Jobs { waiting, failed, stuck, cx: cx.clone() })
}
