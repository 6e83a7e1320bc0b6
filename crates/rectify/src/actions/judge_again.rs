//! 重新判定: when a rule changed (a local override made, extended, revoked or run out, or a new version of the pack), the open issues
//! of that rule are judged again and every department is told what became of its own.

use std::collections::{BTreeMap, BTreeSet};

use intake::actions::follow::{causes_of, faulty_submission};
use intake::actions::judge_again::{Rejudged, Shown, judge_again, land_judged, overrides_of, rule_set_of};
use kernel::{Error, OrgId, Result, SubmissionId};
use lake::check::{check_of, checks_of};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::jobs::{self, JobCx, NewJob};
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::keep_issues::{PLATFORM, keep_issues};
use super::notices;
use crate::context::Rectify;
use crate::model::{Difference, EntryKind, JudgedNote, RuleChange};
use crate::store::entity::issue::Model as Issue;
use crate::store::entity::{judgement, judgement_item as item};
use crate::store::judgements::{self, JudgedBy};
use crate::store::{issues, records};

/// Kind of the job that judges again.
pub const JUDGE: &str = "rectify.judge";

/// What the job works on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Judge {
    /// The judging.
    pub judgement: Uuid,
}

/// What the job of a judging works on, so that its page finds the progress.
pub(crate) fn subject(id: Uuid) -> String {
    format!("judgement:{id}")
}

/// What of a resource is to be judged again, and why.
#[derive(Default)]
struct Stale {
    submissions: BTreeSet<(Uuid, OrgId)>,
    changes: BTreeSet<RuleChange>,
}

/// Notices that rules changed, and has the issues that wait judged again by a job.
///
/// # Errors
/// When the database fails.
pub(super) async fn notice_rules(rectify: &Rectify) -> Result<()> {
    let (intake, conn) = (&rectify.intake, rectify.intake.db.conn());
    let (now, today) = (intake.clock.now(), intake.clock.today());
    // An override also runs out with a day.
    let packs: Vec<String> =
        intake.packs.packs().iter().map(|p| format!("{}@{}", p.pack, p.version)).collect();
    let steps = catalogue::override_steps(conn).await?;
    let seen = format!("{steps} {today} {}", packs.join(" "));
    if judgements::rules_seen(conn).await? == seen {
        return Ok(());
    }
    let mut stale: BTreeMap<String, Stale> = BTreeMap::new();
    for by in judgements::judged_by(conn).await? {
        let org = OrgId(by.org_id);
        if intake.packs.resource(&by.resource).is_none() {
            continue;
        }
        let current = rule_set_of(intake, &by.resource, org, today).await?;
        if by.rule_set == current {
            continue;
        }
        let difference = Difference::between(&by.rule_set, &current);
        let changed = told(rectify, &by, &difference).await?;
        let codes = codes(&difference, &changed);
        // Of what was there before rule sets were written down nothing is known to have changed.
        let known = !by.rule_set.is_empty() && (difference.pack || !codes.is_empty());
        let of = if known { judgements::submissions_by(conn, &by, &codes).await? } else { Vec::new() };
        if of.is_empty() {
            judgements::go_on_with(conn, &by, &current).await?;
            continue;
        }
        let of_resource = stale.entry(by.resource.clone()).or_default();
        of_resource.changes.extend(changed);
        of_resource.submissions.extend(of.into_iter().map(|s| (s, org)));
    }
    let tx = intake.db.begin().await?;
    for (resource, Stale { submissions, changes }) in stale {
        let id = Uuid::now_v7();
        let row = judgement::Model {
            id,
            resource: resource.clone(),
            changes: serde_json::to_string(&changes).map_err(Error::internal)?,
            findings: judgements::findings_of(&tx, &submissions.iter().map(|(s, _)| *s).collect::<Vec<_>>())
                .await?,
            started_at: records::instant(now),
            finished_at: None,
        };
        let items = submissions.iter().map(|(s, org)| judgements::item(id, *s, *org)).collect();
        judgements::insert(&tx, row, items).await?;
        jobs::enqueue(&tx, NewJob::new(JUDGE, subject(id), &Judge { judgement: id })?, now).await?;
        let detail = json!({ "resource": resource, "submissions": submissions.len(), "changes": changes });
        audit::record(&tx, now, &kernel::Actor::system(), "rule.judge-again", &subject(id), &detail).await?;
    }
    judgements::set_rules_seen(&tx, &seen).await?;
    tx.commit().await.or_fail()
}

/// The changes between rule sets as people are told of them.
async fn told(rectify: &Rectify, by: &JudgedBy, difference: &Difference) -> Result<Vec<RuleChange>> {
    let intake = &rectify.intake;
    let (pack, resource) = intake.resource(&by.resource)?;
    let checks = checks_of(&intake.packs, pack, resource);
    let today = intake.clock.today();
    let in_force = overrides_of(intake, &by.resource, OrgId(by.org_id), today).await?;
    let mut changes: Vec<RuleChange> = difference
        .rules
        .iter()
        .map(|rule| {
            let (key, field) = check_of(rule);
            let code = checks.iter().find(|c| c.key == key).map_or(key, |c| c.code.as_str());
            let field = field.and_then(|f| resource.field(f)).map(|f| &f.label);
            RuleChange::of(rule, code, field, in_force.iter().find(|o| o.rule == *rule))
        })
        .collect();
    if difference.pack {
        changes.push(RuleChange::of_pack());
    }
    Ok(changes)
}

/// The message codes of changed rules; none where any may have changed.
fn codes(difference: &Difference, changes: &[RuleChange]) -> Vec<String> {
    match difference.pack {
        true => Vec::new(),
        false => changes.iter().map(|c| c.code.clone()).collect(),
    }
}

/// Judges what waits, submission by submission. Killed at any instant it goes on with the submission it was at; a row is never
/// counted or landed twice.
///
/// # Errors
/// When the database or the lake fails; what was judged so far stays.
pub async fn judge(rectify: &Rectify, job: &JobCx, work: Judge) -> Result<()> {
    let conn = rectify.intake.db.conn();
    let row = judgements::get(conn, work.judgement).await?;
    let mut seen = 0;
    while let Some(next) = judgements::next(conn, row.id).await? {
        let shown = Shown { job, before: seen, total: row.findings, note: "judgement-running" };
        let checked = judge_submission(rectify, &next, shown).await?;
        seen += i64::try_from(checked).unwrap_or(0);
    }
    notices::tell_judged(rectify, &row).await?;
    judgements::finish(conn, row.id, rectify.intake.clock.now()).await
}

async fn judge_submission(rectify: &Rectify, item: &item::Model, shown: Shown<'_>) -> Result<u64> {
    let (intake, now) = (&rectify.intake, rectify.intake.clock.now());
    let (conn, id, org) = (intake.db.conn(), SubmissionId(item.submission_id), OrgId(item.org_id));
    let done = || item::ActiveModel { done_at: Set(Some(records::instant(now))), ..Default::default() };
    let Some(faulty) = faulty_submission(intake, id).await? else {
        judgements::set_item(conn, item, done()).await?;
        return Ok(0);
    };
    let current = rule_set_of(intake, &faulty.resource, org, intake.clock.today()).await?;
    let stale = judgements::stale(conn, id, &current).await?;
    let mut difference = Difference::default();
    let old: BTreeSet<&str> = stale.iter().map(|i| i.rule_set.as_str()).collect();
    old.iter().for_each(|o| difference.add(Difference::between(o, &current)));
    let by = JudgedBy { resource: faulty.resource.clone(), org_id: org.0, rule_set: current.clone() };
    let changes = told(rectify, &by, &difference).await?;
    let codes = codes(&difference, &changes);
    let concerned: Vec<&Issue> =
        stale.iter().filter(|i| changes.iter().any(|c| c.concerns(&i.code, &i.field))).collect();
    let mut rejudged = Rejudged::default();
    if !concerned.is_empty() {
        let step = item.judgement_id.to_string();
        rejudged = judge_again(intake, id, &codes, &step, Some(shown)).await?;
        land_judged(intake, id, &step).await?;
    }
    if !stale.is_empty() {
        let causes = causes_of(intake, id).await?;
        let count = |n: u64| i64::try_from(n).map_err(Error::internal);
        let (passed, left) = (count(rejudged.passed)?, count(rejudged.left)?);
        intake
            .db
            .tx(async |tx| {
                for issue in &concerned {
                    let same = causes.iter().find(|c| {
                        c.code == issue.code && c.pattern == issue.pattern && c.field == issue.field
                    });
                    let left = same.map_or(0, |c| c.open);
                    let about = |c: &&RuleChange| c.concerns(&issue.code, &issue.field);
                    let changes = changes.iter().filter(about).cloned().collect();
                    let note = JudgedNote { changes, passed: (issue.open - left).max(0), left };
                    let note = serde_json::to_string(&note).map_err(Error::internal)?;
                    let of = judgements::id_of(issue);
                    issues::note(tx, of, EntryKind::Judged, (PLATFORM, &note), now).await?;
                }
                judgements::set_rule_set(tx, id, &current).await?;
                let change = item::ActiveModel {
                    issues: Set(i64::try_from(concerned.len()).map_err(Error::internal)?),
                    checked: Set(passed + left),
                    passed: Set(passed),
                    left_wrong: Set(left),
                    ..Default::default()
                };
                judgements::set_item(tx, item, change).await
            })
            .await?;
    }
    keep_issues(rectify, &faulty).await?;
    judgements::set_item(conn, item, done()).await?;
    Ok(rejudged.passed + rejudged.left)
}
