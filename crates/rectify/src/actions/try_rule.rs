//! 影响预估: what a change of a rule would do to the wrong rows that wait, before it is made. Nothing is changed.

use std::collections::BTreeMap;

use catalogue::AskedChange;
use intake::actions::judge_again::try_override;
use kernel::{Actor, OrgId, Result, Role, Scope, SubmissionId};
use lake::check::{Override, check_of, checks_of};
use uuid::Uuid;

use crate::context::Rectify;
use crate::store::judgements;

/// Who looks at what rules do to issues.
pub const MAY_JUDGE: &[Role] = &[Role::BureauSteward, Role::Administrator, Role::Auditor];
/// Rows tried before the page is shown; more would keep the steward waiting.
const MOST: u64 = 50_000;

/// What a change would do for one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effect {
    pub org: OrgId,
    pub issues: i64,
    /// Rows with a finding of the rule that wait.
    pub rows: u64,
    /// Rows that would pass.
    pub passed: u64,
    /// Whether there were more rows than were tried.
    pub more: bool,
}

/// Tries a change of a rule of a resource on the wrong rows that wait, department by department.
///
/// # Errors
/// Forbidden without the role; `override-rule` and `override-change` when the check cannot be changed so.
pub(crate) async fn try_rule(
    rectify: &Rectify,
    actor: &Actor,
    (resource, rule): (&str, &str),
    asked: &AskedChange,
) -> Result<Vec<Effect>> {
    actor.require(MAY_JUDGE)?;
    let intake = &rectify.intake;
    let (pack, found) = intake.resource(resource)?;
    let new = Override {
        id: String::new(),
        rule: rule.to_owned(),
        change: asked.change.clone(),
        reason: String::new(),
        author: actor.name.clone(),
        expires: None,
    };
    new.validate(&intake.packs, resource)?;
    let (key, field) = check_of(rule);
    let checks = checks_of(&intake.packs, pack, found).into_iter().filter(|c| c.key == key);
    let codes: Vec<String> = checks.map(|c| c.code).collect();
    let within = asked.org.map_or(Scope::City, Scope::Org);
    let affected =
        judgements::affected(intake.db.conn(), (resource, &codes, field), [&actor.scope, &within]).await?;
    let mut by_org: BTreeMap<Uuid, (i64, Vec<SubmissionId>)> = BTreeMap::new();
    for row in affected {
        let (issues, submissions) = by_org.entry(row.org_id).or_default();
        *issues += row.issues;
        submissions.push(SubmissionId(row.submission_id));
    }
    let (mut effects, mut left) = (Vec::new(), MOST);
    for (org, (issues, submissions)) in by_org {
        let org = OrgId(org);
        let tried = try_override(intake, (resource, org), &submissions, (&new, &codes), left).await?;
        left = left.saturating_sub(tried.checked);
        effects.push(Effect { org, issues, rows: tried.checked, passed: tried.passed, more: tried.more });
    }
    effects.sort_by_key(|e| std::cmp::Reverse(e.rows));
    Ok(effects)
}
