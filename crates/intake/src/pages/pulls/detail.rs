//! `GET /pulls/{id}`: one source, its runs and what they brought.

use askama::Template;
use axum::extract::{Path, State as Shared};
use chrono::{DateTime, Utc};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part, redirect};
use store::jobs;

use super::{Line, pull_id, said};
use crate::Intake;
use crate::actions::create_pull::MAY_PULL;
use crate::pages::Orgs;
use crate::pull_settings::variable;
use crate::store::pulls;

#[derive(Template)]
#[template(path = "intake/pull.html")]
struct Detail {
    cx: Cx,
    part: Running,
    user: String,
    increasing: Option<String>,
    inclusive: bool,
    reached: Option<String>,
    /// The variable that holds the password, and whether it is set.
    secret: Option<(String, bool)>,
    created_by: String,
    created_at: DateTime<Utc>,
    table: TableState,
    runs: Vec<RunLine>,
    total: u64,
    may_pull: bool,
}

/// The head, which follows a pull under way.
#[derive(Template)]
#[template(path = "intake/pull_head.html")]
struct Running {
    cx: Cx,
    s: Line,
    read: i64,
}

impl WithPart for Detail {
    type Part = Running;

    fn part(&self) -> &Running {
        &self.part
    }
}

struct RunLine {
    begun_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    /// Empty when the schedule asked.
    by: String,
    state: String,
    rows: i64,
    reached: String,
    submission: Option<uuid::Uuid>,
    error: Option<String>,
}

impl RunLine {
    fn tone(&self) -> &'static str {
        match self.state.as_str() {
            "new" => "pass",
            "failed" => "reject",
            "running" => "info",
            _ => "",
        }
    }

    fn key(&self) -> String {
        format!("pull-run-{}", self.state)
    }
}

/// `GET /pulls/{id}`; htmx gets the head alone, to follow a pull.
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let conn = intake.db.conn();
    let row = pulls::get(conn, &actor, pull_id(&id)?).await?;
    let orgs = Orgs::load(&cx).await?;
    let s = Line::of(&cx, &intake, &row, &orgs)?;
    if cx.htmx() && !s.running {
        // The whole page is asked for once the pull has ended.
        return Ok(redirect(&cx, &format!("/pulls/{id}"), None));
    }
    let read = if s.running {
        jobs::latest(conn, &format!("pull:{}", row.id)).await?.map_or(0, |job| job.done)
    } else {
        0
    };
    let table = TableState::read(&cx, &["-begun"]);
    let (runs, total) = pulls::runs(conn, row.id, table.offset(), table.limit()).await?;
    let mut lines = Vec::with_capacity(runs.len());
    for run in runs {
        lines.push(RunLine {
            begun_at: run.begun_at,
            ended_at: run.ended_at,
            by: run.asked_by,
            state: run.state,
            rows: run.rows,
            reached: run.reached.unwrap_or_default(),
            submission: run.submission_id,
            error: said(&cx, run.error.as_deref())?,
        });
    }
    let secret = row.secret.as_deref().map(|name| (variable(name), intake.pull.has_secret(name)));
    let whole = Detail {
        part: Running { cx: cx.clone(), s, read },
        user: row.user_name,
        increasing: row.increasing,
        inclusive: row.inclusive,
        reached: row.reached,
        secret,
        created_by: row.created_by,
        created_at: row.created_at,
        table,
        runs: lines,
        total,
        may_pull: cx.can(MAY_PULL),
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}
