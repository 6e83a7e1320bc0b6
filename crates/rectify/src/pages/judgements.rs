//! `GET /judgements`: what became of open issues when rules changed (重新判定); and, before a rule is changed, what it would do.

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use catalogue::Asked;
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{Error, OrgId, Result};
use serde::Deserialize;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page, page_or_part};
use store::jobs;
use uuid::Uuid;

use super::resource_title;
use crate::actions::{judging_subject, try_rule};
use crate::context::Rectify;
use crate::model::{JudgedNote, RuleChange};
use crate::store::judgements::{self, Outcome};

/// One judging as the list shows it.
struct Line {
    href: String,
    started: DateTime<Utc>,
    resource: String,
    changes: Vec<String>,
    outcome: Outcome,
    finished: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "rectify/judgements.html")]
struct List {
    cx: Cx,
    rows: Vec<Line>,
    total: i64,
    state: TableState,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("issues", "/issues").here("judgements").to_string()
    }
}

/// One change in words: which rule, what was done, why.
pub(crate) fn in_words(cx: &Cx, change: &RuleChange) -> String {
    let what = cx.t(&format!("rule-change-{}", change.what));
    let told = match change.code.as_str() {
        "" => what,
        _ => cx.t2("rule-change-of", "code", change.named(cx.lang()), "what", what),
    };
    match change.reason.as_str() {
        "" => told,
        reason => cx.t2("rule-change-because", "told", told, "reason", reason),
    }
}

/// What the history of an issue tells of being judged again.
pub(crate) fn judged_in_words(cx: &Cx, note: &str) -> Result<String> {
    let note: JudgedNote = serde_json::from_str(note).map_err(Error::internal)?;
    let changes: Vec<String> = note.changes.iter().map(|c| in_words(cx, c)).collect();
    let mut told = vec![cx.t1("judged-changed", "changes", changes.join(&cx.t("list-separator")))];
    if note.passed > 0 {
        told.push(cx.t1("judged-passed", "n", note.passed));
    }
    if note.left > 0 {
        told.push(cx.t1("judged-left", "n", note.left));
    }
    Ok(told.join(" "))
}

/// `GET /judgements`
pub async fn show(cx: Cx, Signed(_): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &["-started"]);
    let conn = rectify.intake.db.conn();
    let (found, total) = judgements::list(conn, (state.offset(), state.limit())).await?;
    let ids: Vec<Uuid> = found.iter().map(|j| j.id).collect();
    let totals = judgements::totals(conn, &ids).await?;
    let rows = found.into_iter().map(|j| {
        let changes: Vec<RuleChange> = serde_json::from_str(&j.changes).map_err(Error::internal)?;
        Ok(Line {
            href: format!("/judgements/{}", j.id),
            started: j.started_at,
            resource: resource_title(&cx, &rectify, &j.resource),
            changes: changes.iter().map(|c| in_words(&cx, c)).collect(),
            outcome: totals.iter().find(|t| t.judgement_id == j.id).cloned().unwrap_or_default(),
            finished: j.finished_at,
        })
    });
    page(&List { rows: rows.collect::<Result<_>>()?, total, state, cx: cx.clone() })
}

/// One department's share.
struct Share {
    org: String,
    href: String,
    outcome: Outcome,
}

#[derive(Template)]
#[template(path = "rectify/judgement.html")]
struct Detail {
    cx: Cx,
    part: Part,
    resource: String,
    changes: Vec<String>,
    started: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "rectify/judgement_part.html")]
struct Part {
    cx: Cx,
    address: String,
    /// Submissions judged, of so many.
    done: i64,
    submissions: i64,
    /// Whether the work was given up.
    failed: bool,
    finished: Option<DateTime<Utc>>,
    shares: Vec<Share>,
}

impl WithPart for Detail {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl Detail {
    fn crumbs(&self) -> String {
        let crumbs = Crumbs::new(&self.cx).to("issues", "/issues").to("judgements", "/judgements");
        crumbs.here_named(&self.resource).to_string()
    }
}

/// `GET /judgements/{id}`; htmx gets the figures alone, to follow the progress.
pub async fn detail(
    cx: Cx,
    Signed(_): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply {
    let id: Uuid = id.parse().map_err(|_| Error::not_found("这次重新判定", "judging"))?;
    let conn = rectify.intake.db.conn();
    let row = judgements::get(conn, id).await?;
    let orgs = Orgs::load(&cx).await?;
    let shares = judgements::by_org(conn, id).await?.into_iter().filter_map(|outcome| {
        let org = OrgId(outcome.org_id?);
        Some(Share {
            org: orgs.name(org, cx.lang()),
            href: format!("/issues?org={org}&state=all&resource={}", shell::ui::encode(&row.resource)),
            outcome,
        })
    });
    let address = format!("/judgements/{id}");
    let job = jobs::latest(conn, &judging_subject(id)).await?;
    let shares: Vec<Share> = shares.collect();
    let changes: Vec<RuleChange> = serde_json::from_str(&row.changes).map_err(Error::internal)?;
    let whole = Detail {
        part: Part {
            cx: cx.clone(),
            done: shares.iter().map(|s| s.outcome.done).sum(),
            submissions: shares.iter().map(|s| s.outcome.submissions).sum(),
            failed: job.is_some_and(|j| j.state == "failed"),
            finished: row.finished_at,
            shares,
            address,
        },
        resource: resource_title(&cx, &rectify, &row.resource),
        changes: changes.iter().map(|c| in_words(&cx, c)).collect(),
        started: row.started_at,
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// What one department would feel.
struct Felt {
    org: String,
    issues: i64,
    rows: u64,
    passed: u64,
    left: u64,
}

#[derive(Template)]
#[template(path = "rectify/effect.html")]
struct Preview {
    cx: Cx,
    part: Effects,
}

#[derive(Template)]
#[template(path = "rectify/effect_part.html")]
struct Effects {
    cx: Cx,
    rows: Vec<Felt>,
    /// Whether there were more rows than were tried.
    more: bool,
    checked: u64,
    passed: u64,
    /// Why the change cannot be tried.
    refused: Option<String>,
}

impl WithPart for Preview {
    type Part = Effects;

    fn part(&self) -> &Effects {
        &self.part
    }
}

impl Preview {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("rules", "/rules").here("effect").to_string()
    }
}

/// The form of a local override as it stands.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    resource: String,
    #[serde(flatten)]
    asked: Asked,
}

/// `GET /judgements/preview`: what the override that is being filled in would do.
pub async fn preview(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Query(wanted): Query<Wanted>,
) -> Reply {
    let orgs = Orgs::load(&cx).await?;
    let tried = match wanted.asked.change() {
        Ok(asked) => try_rule(&rectify, &actor, (&wanted.resource, &wanted.asked.rule()), &asked).await,
        Err(e) => Err(e),
    };
    let (effects, refused) = match tried {
        Ok(effects) => (effects, None),
        Err(e) if e.kind() == kernel::ErrorKind::BadInput => (Vec::new(), Some(cx.text(e.text()).to_owned())),
        Err(e) => return Err(e.into()),
    };
    let part = Effects {
        cx: cx.clone(),
        more: effects.iter().any(|e| e.more),
        checked: effects.iter().map(|e| e.rows).sum(),
        passed: effects.iter().map(|e| e.passed).sum(),
        rows: effects
            .into_iter()
            .map(|e| Felt {
                org: orgs.name(e.org, cx.lang()),
                issues: e.issues,
                rows: e.rows,
                passed: e.passed,
                left: e.rows.saturating_sub(e.passed),
            })
            .collect(),
        refused,
    };
    page_or_part(&cx, &Preview { part, cx: cx.clone() })
}
