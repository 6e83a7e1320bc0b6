//! `GET /submissions/{id}`: one submission — where it stands, what is wrong and why, the wrong rows to be mended.

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use chrono::{DateTime, Utc};
use kernel::{Error, Result, SubmissionId, Text};
use lake::check::{Group, render};
use serde::Deserialize;
use shell::{Cx, Reply, Signed, WithPart, page, page_or_part};

use super::{Orgs, Shown, clip, question, submission_id};
use crate::Intake;
use crate::actions::export_rows::MAY_EXPORT;
use crate::actions::judge_again::JUDGED;
use crate::actions::receive_upload::MAY_HAND_IN;
use crate::actions::supersede_rows::SUPERSEDED;
use crate::model::{RowState, State, Step};
use crate::store::entity::submission::Model;
use crate::store::{groups, mends, submissions, wrong_rows};

/// Groups shown at once; the others open with a link.
const GROUPS: usize = 50;
/// Characters of a value shown among others.
const SAMPLE: usize = 60;

/// A cause with its remedy.
pub(crate) struct Cause {
    /// Address of the frequent question.
    pub faq: String,
    pub id: uuid::Uuid,
    pub code: String,
    pub pattern: String,
    pub field: String,
    pub severity: String,
    pub title: String,
    pub label: String,
    pub why: String,
    pub fix: String,
    pub findings: i64,
    pub suggestions: i64,
    /// (place, value, suggestion)
    pub samples: Vec<(String, String, Option<String>)>,
}

#[derive(Template)]
#[template(path = "intake/detail.html")]
struct Detail {
    cx: Cx,
    head: Head,
    causes: Vec<Cause>,
    more_causes: usize,
    wrong: (u64, u64),
    log: Vec<Mend>,
    children: Vec<Shown>,
    parent: Option<SubmissionId>,
    /// The cause whose rows the correction grid opens with, as it names it; all of them when empty.
    group: String,
    may_change: bool,
    /// Whether the reader may see landed rows.
    may_read: bool,
}

/// Where a submission opens.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Opened {
    group: String,
}

impl Detail {
    /// Of the rows that were refused, how many wait no more, and how many still do; none before any was settled.
    fn settled(&self) -> Option<(i64, i64)> {
        let left = i64::try_from(self.wrong.0.saturating_add(self.wrong.1)).unwrap_or(i64::MAX);
        let done = self.head.s.rejected - left;
        (self.head.s.state == State::Landed && done > 0).then_some((done, left))
    }

    /// Whether there is a step of mending to take back.
    fn can_undo(&self) -> bool {
        self.log.iter().any(|m| !m.undone)
    }
}

/// A step of mending as the page lists it.
struct Mend {
    at: DateTime<Utc>,
    by: String,
    kind: &'static str,
    rows: usize,
    /// The page of the later submission whose rows took the place of these.
    by_submission: Option<String>,
    undone: bool,
}

#[derive(Template)]
#[template(path = "intake/head.html")]
struct Head {
    cx: Cx,
    s: Shown,
    reason: Option<String>,
    format: String,
    encoding: String,
    rule_set: String,
    progress: i64,
    version: Option<i64>,
    digest: String,
}

impl WithPart for Detail {
    type Part = Head;

    fn part(&self) -> &Head {
        &self.head
    }
}

impl Head {
    /// `done`, `now`, `failed` or nothing, for a step of the stepper.
    fn step_state(&self, step: Step) -> &'static str {
        let at = self.s.state.step();
        match self.s.state {
            State::Landed => "done",
            State::Refused | State::Withdrawn if step == Step::Ended => "failed",
            _ if step < at => "done",
            _ if step == at => "now",
            _ => "",
        }
    }

    fn steps(&self) -> [(Step, &'static str); 4] {
        [
            (Step::Received, "submission-step-received"),
            (Step::Read, "submission-step-read"),
            (Step::Checked, "submission-step-checked"),
            (
                Step::Ended,
                match self.s.state {
                    State::Refused => "submission-step-refused",
                    State::Withdrawn => "submission-step-withdrawn",
                    _ => "submission-step-landed",
                },
            ),
        ]
    }
}

/// `GET /submissions/{id}`; htmx gets the head alone, to follow the progress.
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    Query(opened): Query<Opened>,
) -> Reply {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let orgs = Orgs::load(&cx).await?;
    let head = head(&cx, &intake, &row, &orgs)?;
    if cx.htmx() {
        // The whole page is asked for once the work is done.
        return if head.s.state.is_working() {
            page(&head)
        } else {
            Ok(shell::redirect(&cx, &format!("/submissions/{id}"), None))
        };
    }
    let conn = intake.db.conn();
    let found = groups::list(conn, id).await?;
    let more_causes = found.len().saturating_sub(GROUPS);
    let mut causes = found
        .into_iter()
        .take(GROUPS)
        .map(|g| cause(&cx, &intake, &row.resource, g))
        .collect::<Result<Vec<_>>>()?;
    // What was mended meanwhile has nothing left to accept.
    let open_groups = wrong_rows::open_groups(conn, id).await?;
    for c in &mut causes {
        let left =
            open_groups.iter().find(|g| g.code == c.code && g.pattern == c.pattern && g.field == c.field);
        c.suggestions = left.map_or(0, |g| g.suggestions);
    }
    let open = wrong_rows::count(conn, id, RowState::Open).await?;
    let mended = wrong_rows::count(conn, id, RowState::Mended).await?;
    let children = submissions::children(conn, id).await?;
    let children = children.iter().map(|c| Shown::of(&cx, &intake, c, &orgs)).collect::<Result<_>>()?;
    let log = mends::list(conn, id).await?.into_iter().filter(|m| m.kind != "undo").map(|m| Mend {
        at: m.at,
        by: m.by,
        kind: if m.kind.starts_with("accept:") {
            "mend-accept"
        } else if m.kind.starts_with("upload") {
            "mend-upload"
        } else if m.kind.starts_with("drop") {
            "mend-drop"
        } else if m.kind.starts_with(JUDGED) {
            "mend-judged"
        } else if m.kind.starts_with(SUPERSEDED) {
            "mend-superseded"
        } else {
            "mend-edit"
        },
        rows: m.changes.as_array().map_or(0, Vec::len),
        by_submission: m.kind.strip_prefix(SUPERSEDED).map(|by| format!("/submissions/{by}")),
        undone: m.undone,
    });
    let whole = Detail {
        head,
        causes,
        more_causes,
        wrong: (open, mended),
        log: log.collect(),
        children,
        parent: row.parent_id.map(SubmissionId),
        group: opened.group,
        may_change: cx.can(MAY_HAND_IN),
        may_read: cx.can(MAY_EXPORT),
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

fn head(cx: &Cx, intake: &Intake, row: &Model, orgs: &Orgs) -> Result<Head> {
    let reason: Option<Text> = match &row.reason {
        Some(json) => Some(serde_json::from_value(json.clone()).map_err(Error::internal)?),
        None => None,
    };
    Ok(Head {
        s: Shown::of(cx, intake, row, orgs)?,
        reason: reason.map(|t| cx.text(&t).to_owned()),
        format: row.format.clone().unwrap_or_default().to_uppercase(),
        encoding: row.encoding.clone().unwrap_or_default(),
        rule_set: row.rule_set.clone().unwrap_or_default(),
        progress: row.progress_rows,
        version: row.lake_version,
        digest: row.digest.clone(),
        cx: cx.clone(),
    })
}

/// A group of equal findings in the reader's words.
pub(crate) fn cause(
    cx: &Cx,
    intake: &Intake,
    resource: &str,
    row: crate::store::entity::finding_group::Model,
) -> Result<Cause> {
    let group: Group = serde_json::from_value(row.data).map_err(Error::internal)?;
    let first = group.first.first().ok_or_else(|| Error::internal("a group without findings"))?;
    let said = render(&intake.packs, resource, first, cx.lang());
    let samples = group.first.iter().map(|f| {
        let mut place = String::new();
        if let Some(sheet) = &f.sheet {
            place.push_str(sheet);
            place.push(' ');
        }
        // What is wrong with a column of records without a header row stands in no row.
        if f.row > 0 {
            place.push_str(&cx.t1("place-row", "row", i64::from(f.row)));
        }
        if let Some(column) = f.column.as_ref().filter(|_| f.row > 0) {
            place.push_str(&format!(" {}", column.letter));
        }
        (place, clip(&f.value, SAMPLE), f.suggestion.as_deref().map(|s| clip(s, SAMPLE)))
    });
    Ok(Cause {
        faq: question(resource, &row.code, &row.pattern, &row.field),
        id: row.id,
        label: label(cx, intake, resource, &row.field),
        code: row.code,
        pattern: row.pattern,
        field: row.field,
        severity: row.severity,
        findings: row.findings,
        suggestions: row.suggestions,
        samples: samples.collect(),
        title: said.title,
        why: said.why,
        fix: said.fix,
    })
}

/// The label of a field in the reader's language; empty for the row as a whole.
pub(crate) fn label(cx: &Cx, intake: &Intake, resource: &str, field: &str) -> String {
    let found = intake.packs.resource(resource).and_then(|(_, r)| r.field(field));
    found.map(|f| f.label.get(cx.lang()).to_owned()).unwrap_or_default()
}
