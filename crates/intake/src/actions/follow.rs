//! For what comes after intake (后续环节): which submissions have wrong rows, and how these stand. Nothing here is for a
//! person; whoever shows it filters by what the actor may see.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kernel::{Error, OrgId, Result, SubmissionId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use standards::pack::Resource;
use store::OrFail as _;
use uuid::Uuid;

use crate::context::Intake;
use crate::model::{RowState, State};
use crate::store::entity::submission::{Column, Entity};
use crate::store::entity::wrong_row;
use crate::store::{groups, wrong_rows};

/// A submission in which rows were wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Faulty {
    /// The submission.
    pub submission: SubmissionId,
    /// Code of the resource.
    pub resource: String,
    /// Who handed it in.
    pub org: OrgId,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// The rule set it was judged by.
    pub rule_set: String,
    /// Whether it was taken back as a whole.
    pub withdrawn: bool,
}

/// A wrong row as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// By which it is mended.
    pub id: Uuid,
    /// Row as the spreadsheet shows it.
    pub row: i64,
    /// Its place in the submission; the next page begins after it.
    pub ordinal: i64,
    /// Cells by field code, as they stand now.
    pub cells: serde_json::Value,
    /// Whether it was given up: nobody hands it in any more.
    pub dropped: bool,
    /// Whether it is yet to be mended or landed.
    pub waits: bool,
}

/// Submissions with wrong rows after a time of change and, among those of the same time, after an id; the longest unchanged first.
/// From [`Uuid::nil`] on, all of that time.
///
/// # Errors
/// When the database cannot be read.
pub async fn faulty_after(
    intake: &Intake,
    (changed_at, id): (DateTime<Utc>, Uuid),
    limit: u64,
) -> Result<Vec<Faulty>> {
    let same_time = Condition::all().add(Column::UpdatedAt.eq(changed_at)).add(Column::Id.gt(id));
    let rows = faulty()
        .filter(Condition::any().add(Column::UpdatedAt.gt(changed_at)).add(same_time))
        .order_by_asc(Column::UpdatedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple::<Row>()
        .all(intake.db.conn())
        .await
        .or_fail()?;
    Ok(rows.into_iter().map(of_row).collect())
}

/// One submission with wrong rows; none where it is gone.
///
/// # Errors
/// When the database cannot be read.
pub async fn faulty_submission(intake: &Intake, id: SubmissionId) -> Result<Option<Faulty>> {
    let one = faulty().filter(Column::Id.eq(id.0)).into_tuple::<Row>();
    Ok(one.one(intake.db.conn()).await.or_fail()?.map(of_row))
}

type Row = (Uuid, String, Uuid, DateTime<Utc>, DateTime<Utc>, Option<String>, String);

fn faulty() -> sea_orm::Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Resource, Column::OrgId, Column::CreatedAt, Column::UpdatedAt])
        .columns([Column::RuleSet, Column::State])
        // Spelt out, so that the index of these few is used.
        .filter(Expr::cust("rows_rejected > 0"))
        // Until it has landed nobody can mend anything; what is held waits for a decision, not for mending.
        .filter(Column::State.is_not_in([State::Checking, State::Held, State::Landing].map(State::name)))
}

fn of_row((id, resource, org, received_at, changed_at, rule_set, state): Row) -> Faulty {
    Faulty {
        submission: SubmissionId(id),
        resource,
        org: OrgId(org),
        received_at,
        changed_at,
        rule_set: rule_set.unwrap_or_default(),
        withdrawn: state == State::Withdrawn.name(),
    }
}

/// Wrong rows of a submission after a place in it.
///
/// # Errors
/// When the database cannot be read.
pub async fn wrong_rows_after(
    intake: &Intake,
    submission: SubmissionId,
    ordinal: i64,
    limit: u64,
) -> Result<Vec<Wrong>> {
    let rows = wrong_row::Entity::find()
        .filter(wrong_row::Column::SubmissionId.eq(submission.0))
        .filter(wrong_row::Column::Ordinal.gt(ordinal))
        .order_by_asc(wrong_row::Column::Ordinal)
        .limit(limit)
        .all(intake.db.conn())
        .await
        .or_fail()?;
    let is = |row: &wrong_row::Model, states: &[RowState]| states.iter().any(|s| s.name() == row.state);
    Ok(rows
        .into_iter()
        .map(|r| Wrong {
            dropped: is(&r, &[RowState::Dropped]),
            waits: is(&r, &[RowState::Open, RowState::Mended]) && r.landed_by.is_none(),
            id: r.id,
            row: r.row,
            ordinal: r.ordinal,
            cells: r.cells,
        })
        .collect())
}

/// As a subquery: the findings that reject rows which still wait, with the place of their row in its submission. For whoever keeps
/// something of his own by these rows.
pub const OPEN_FINDINGS: &str = "select w.submission_id, w.ordinal, f.code, f.pattern, f.field
    from wrong_row w join finding f on f.wrong_row_id = w.id where w.state = 'open' and f.severity = 'reject'";

/// Who handed these submissions in; those that are gone are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn senders_of(intake: &Intake, ids: &[SubmissionId]) -> Result<HashMap<SubmissionId, OrgId>> {
    let mut senders = HashMap::with_capacity(ids.len());
    for batch in ids.chunks(500) {
        let found: Vec<(Uuid, Uuid)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::OrgId])
            .filter(Column::Id.is_in(batch.iter().map(|id| id.0)))
            .into_tuple()
            .all(intake.db.conn())
            .await
            .or_fail()?;
        senders.extend(found.into_iter().map(|(id, org)| (SubmissionId(id), OrgId(org))));
    }
    Ok(senders)
}

/// More steps from one standard to the next, and from one mending to the next, than any city has.
const DEEPEST: usize = 16;

/// 一数一源: which of these submissions hold what counts already where it was handed in, because their rows were made by a mapping from
/// rows of a resource for which `counts` holds, directly or over several mappings; and rows mended of such. The rule of
/// everything that counts a decision once: its clock (a resource with a time limit) and its publication (one with a publicity).
///
/// # Errors
/// When the database cannot be read.
pub async fn counted_at_source(
    intake: &Intake,
    ids: &[SubmissionId],
    counts: impl Fn(&Resource) -> bool,
) -> Result<HashSet<SubmissionId>> {
    let counts = |code: &str| intake.packs.resource(code).is_some_and(|(_, r)| counts(r));
    let mut found = HashSet::new();
    let mut own: HashMap<SubmissionId, String> = HashMap::new();
    let mut at: Vec<(SubmissionId, Uuid)> = ids.iter().map(|id| (*id, id.0)).collect();
    for _ in 0..DEEPEST {
        if at.is_empty() {
            break;
        }
        let lines = lineage(intake, &at).await?;
        let mut next = Vec::new();
        for (of, id) in at {
            let Some((resource, parent)) = lines.get(&id) else { continue };
            let made_of_another = own.entry(of).or_insert_with(|| resource.clone()) != resource;
            if made_of_another && counts(resource) {
                found.insert(of);
            } else if let Some(parent) = parent {
                next.push((of, *parent));
            }
        }
        at = next;
    }
    Ok(found)
}

/// Resource and parent of submissions.
async fn lineage(
    intake: &Intake,
    of: &[(SubmissionId, Uuid)],
) -> Result<HashMap<Uuid, (String, Option<Uuid>)>> {
    let ids: Vec<Uuid> = of.iter().map(|(_, id)| *id).collect::<HashSet<_>>().into_iter().collect();
    let mut lines = HashMap::with_capacity(ids.len());
    for batch in ids.chunks(500) {
        let found: Vec<(Uuid, String, Option<Uuid>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Resource, Column::ParentId])
            .filter(Column::Id.is_in(batch.iter().copied()))
            .into_tuple()
            .all(intake.db.conn())
            .await
            .or_fail()?;
        lines.extend(found.into_iter().map(|(id, resource, parent)| (id, (resource, parent))));
    }
    Ok(lines)
}

/// One cause of wrong rows in a submission, and how many still wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Message code.
    pub code: String,
    /// Observed pattern.
    pub pattern: String,
    /// Field code; empty where the whole row is meant.
    pub field: String,
    /// Findings there were.
    pub findings: i64,
    /// Findings in rows that still wait to be mended.
    pub open: i64,
    /// One finding of it, from which the words are made ([`lake::check::render`]).
    pub first: lake::check::Finding,
}

/// The causes for which rows of a submission were rejected.
///
/// # Errors
/// When the database cannot be read.
pub async fn causes_of(intake: &Intake, submission: SubmissionId) -> Result<Vec<Cause>> {
    let conn = intake.db.conn();
    let open = wrong_rows::open_groups(conn, submission).await?;
    let mut causes = Vec::new();
    for group in groups::list(conn, submission).await?.into_iter().filter(|g| g.severity == "reject") {
        let found: lake::check::Group = serde_json::from_value(group.data).map_err(Error::internal)?;
        let Some(first) = found.first.into_iter().next() else { continue };
        let left = open
            .iter()
            .find(|o| o.code == group.code && o.pattern == group.pattern && o.field == group.field);
        causes.push(Cause {
            open: left.map_or(0, |o| o.findings),
            code: group.code,
            pattern: group.pattern,
            field: group.field,
            findings: group.findings,
            first,
        });
    }
    // What a mending brought up, or a rule that changed since, no group of the first check tells.
    for group in open {
        let known = |c: &Cause| c.code == group.code && c.pattern == group.pattern && c.field == group.field;
        if !causes.iter().any(known) {
            causes.push(Cause {
                first: wrong_rows::one_finding(conn, submission, &group).await?,
                code: group.code,
                pattern: group.pattern,
                field: group.field,
                findings: group.findings,
                open: group.findings,
            });
        }
    }
    Ok(causes)
}
