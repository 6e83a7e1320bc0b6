//! Queries on judgings (重新判定): which submissions are judged again because a rule changed, and what came of it.

use chrono::{DateTime, Utc};
use kernel::{Error, IssueId, OrgId, Result, Scope, SubmissionId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{issue, judgement, judgement_item as item};
use super::records::instant;
use super::{count, sum};
use crate::model::{IssueState, Origin};

/// What of the rules had been seen when open issues were last compared with them; empty before the first time.
pub(crate) async fn rules_seen(conn: &impl ConnectionTrait) -> Result<String> {
    let asked =
        Statement::from_string(conn.get_database_backend(), "select seen from rules_seen where id = 1");
    let row = conn.query_one_raw(asked).await.or_fail()?;
    Ok(row.map(|r| r.try_get("", "seen")).transpose().or_fail()?.unwrap_or_default())
}

/// Writes down what of the rules has been seen.
pub(crate) async fn set_rules_seen(conn: &impl ConnectionTrait, seen: &str) -> Result<()> {
    let sql = "insert into rules_seen (id, seen) values (1, $1) on conflict (id) do update set seen = excluded.seen";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [seen.into()]);
    conn.execute_raw(asked).await.or_fail()?;
    Ok(())
}

fn waiting() -> Condition {
    Condition::all()
        .add(issue::Column::Origin.eq(Origin::Check.name()))
        .add(issue::Column::State.is_in([IssueState::Open.name(), IssueState::Disputed.name()]))
}

/// The rule sets by which issues that wait were judged.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct JudgedBy {
    pub resource: String,
    pub org_id: Uuid,
    pub rule_set: String,
}

/// By which rule sets the issues that wait were judged, each once for each resource and department.
pub(crate) async fn judged_by(conn: &impl ConnectionTrait) -> Result<Vec<JudgedBy>> {
    use issue::Column;
    issue::Entity::find()
        .select_only()
        .columns([Column::Resource, Column::OrgId, Column::RuleSet])
        .filter(waiting())
        .group_by(Column::Resource)
        .group_by(Column::OrgId)
        .group_by(Column::RuleSet)
        .into_model::<JudgedBy>()
        .all(conn)
        .await
        .or_fail()
}

/// The submissions with waiting issues of some codes (of any where none is named) that were judged by a rule set.
pub(crate) async fn submissions_by(
    conn: &impl ConnectionTrait,
    by: &JudgedBy,
    codes: &[String],
) -> Result<Vec<Uuid>> {
    use issue::Column;
    let mut find = issue::Entity::find()
        .select_only()
        .column(Column::SubmissionId)
        .distinct()
        .filter(waiting())
        .filter(Column::Resource.eq(&by.resource))
        .filter(Column::OrgId.eq(by.org_id))
        .filter(Column::RuleSet.eq(&by.rule_set));
    if !codes.is_empty() {
        find = find.filter(Column::Code.is_in(codes.iter().map(String::as_str)));
    }
    find.into_tuple().all(conn).await.or_fail()
}

/// Issues that wait and have one of some codes, by department and submission, for a trial.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Affected {
    pub org_id: Uuid,
    pub submission_id: Uuid,
    pub issues: i64,
}

/// The submissions that a change of a rule of a resource would touch, within an organisation or in the whole city.
pub(crate) async fn affected(
    conn: &impl ConnectionTrait,
    (resource, codes, field): (&str, &[String], Option<&str>),
    scopes: [&Scope; 2],
) -> Result<Vec<Affected>> {
    use issue::{Column, Entity};
    let mut find = Entity::find()
        .select_only()
        .columns([Column::OrgId, Column::SubmissionId])
        .column_as(Column::Id.count(), "issues")
        .filter(waiting())
        .filter(Column::Resource.eq(resource))
        .filter(Column::Code.is_in(codes.iter().map(String::as_str)));
    if let Some(field) = field {
        find = find.filter(Column::Field.eq(field));
    }
    for scope in scopes {
        find = find.filter(identity::org::in_scope((Entity, Column::OrgId), scope));
    }
    find.group_by(Column::OrgId)
        .group_by(Column::SubmissionId)
        .order_by_asc(Column::OrgId)
        .order_by_asc(Column::SubmissionId)
        .into_model::<Affected>()
        .all(conn)
        .await
        .or_fail()
}

/// Sets the rule set of issues for which nothing has changed.
pub(crate) async fn go_on_with(conn: &impl ConnectionTrait, by: &JudgedBy, rule_set: &str) -> Result<()> {
    issue::Entity::update_many()
        .set(issue::ActiveModel { rule_set: Set(rule_set.to_owned()), ..Default::default() })
        .filter(issue::Column::Resource.eq(&by.resource))
        .filter(issue::Column::OrgId.eq(by.org_id))
        .filter(issue::Column::RuleSet.eq(&by.rule_set))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Writes down by which rule set the issues of a submission are judged now.
pub(crate) async fn set_rule_set(
    conn: &impl ConnectionTrait,
    of: SubmissionId,
    rule_set: &str,
) -> Result<()> {
    issue::Entity::update_many()
        .set(issue::ActiveModel { rule_set: Set(rule_set.to_owned()), ..Default::default() })
        .filter(issue::Column::SubmissionId.eq(of.0))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// The issues of a submission that wait and were judged by another rule set.
pub(crate) async fn stale(
    conn: &impl ConnectionTrait,
    of: SubmissionId,
    rule_set: &str,
) -> Result<Vec<issue::Model>> {
    issue::Entity::find()
        .filter(waiting())
        .filter(issue::Column::SubmissionId.eq(of.0))
        .filter(issue::Column::RuleSet.ne(rule_set))
        .all(conn)
        .await
        .or_fail()
}

/// Findings that wait in the issues of these submissions, at most so many rows are looked at.
pub(crate) async fn findings_of(conn: &impl ConnectionTrait, submissions: &[Uuid]) -> Result<i64> {
    let mut all = 0;
    for batch in submissions.chunks(500) {
        let found: Option<i64> = issue::Entity::find()
            .select_only()
            .column_as(sum(Expr::col((issue::Entity, issue::Column::Open))), "n")
            .filter(waiting())
            .filter(issue::Column::SubmissionId.is_in(batch.iter().copied()))
            .into_tuple()
            .one(conn)
            .await
            .or_fail()?;
        all += found.unwrap_or(0);
    }
    Ok(all)
}

/// Begins a judging of some submissions.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    row: judgement::Model,
    items: Vec<item::Model>,
) -> Result<()> {
    judgement::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    for batch in items.chunks(200) {
        let rows = batch.iter().map(|i| i.clone().into_active_model().reset_all());
        item::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// Which submissions are to be judged again and have not been yet.
pub(crate) async fn waiting_for_judgement(conn: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    item::Entity::find()
        .select_only()
        .column(item::Column::SubmissionId)
        .filter(item::Column::DoneAt.is_null())
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// The next submission of a judging that has not been judged yet.
pub(crate) async fn next(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<item::Model>> {
    item::Entity::find()
        .filter(item::Column::JudgementId.eq(id))
        .filter(item::Column::DoneAt.is_null())
        .order_by_asc(item::Column::SubmissionId)
        .one(conn)
        .await
        .or_fail()
}

/// Writes the columns set in `change` to one submission of a judging.
pub(crate) async fn set_item(
    conn: &impl ConnectionTrait,
    of: &item::Model,
    change: item::ActiveModel,
) -> Result<()> {
    item::Entity::update_many()
        .set(change)
        .filter(item::Column::JudgementId.eq(of.judgement_id))
        .filter(item::Column::SubmissionId.eq(of.submission_id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Ends a judging, with the changes it found.
pub(crate) async fn finish(conn: &impl ConnectionTrait, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    judgement::Entity::update_many()
        .set(judgement::ActiveModel { finished_at: Set(Some(instant(at))), ..Default::default() })
        .filter(judgement::Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// One judging.
///
/// # Errors
/// Not found.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid) -> Result<judgement::Model> {
    let found = judgement::Entity::find_by_id(id).one(conn).await.or_fail()?;
    found.ok_or_else(|| Error::not_found("这次重新判定", "judging"))
}

/// Judgings, newest first, and how many there are in all.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    (offset, limit): (u64, u64),
) -> Result<(Vec<judgement::Model>, i64)> {
    use sea_orm::PaginatorTrait as _;
    let find = judgement::Entity::find();
    let total = find.clone().count(conn).await.or_fail()?;
    let rows = find
        .order_by_desc(judgement::Column::StartedAt)
        .order_by_desc(judgement::Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()?;
    Ok((rows, i64::try_from(total).map_err(Error::internal)?))
}

/// What came of a judging; of one department where a list is by department.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Outcome {
    pub judgement_id: Uuid,
    pub org_id: Option<Uuid>,
    pub submissions: i64,
    pub done: i64,
    pub issues: i64,
    pub checked: i64,
    pub passed: i64,
    pub left: i64,
}

fn outcomes(ids: &[Uuid]) -> sea_orm::Select<item::Entity> {
    let col = |c| Expr::col((item::Entity, c));
    item::Entity::find()
        .select_only()
        .column(item::Column::JudgementId)
        .column_as(item::Column::SubmissionId.count(), "submissions")
        .column_as(count(Condition::all().add(item::Column::DoneAt.is_not_null())), "done")
        .column_as(sum(col(item::Column::Issues)), "issues")
        .column_as(sum(col(item::Column::Checked)), "checked")
        .column_as(sum(col(item::Column::Passed)), "passed")
        .column_as(sum(col(item::Column::LeftWrong)), "left")
        .filter(item::Column::JudgementId.is_in(ids.iter().copied()))
        .group_by(item::Column::JudgementId)
}

/// What came of some judgings.
pub(crate) async fn totals(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Outcome>> {
    let find = outcomes(ids).column_as(Expr::val(Option::<Uuid>::None), "org_id");
    find.into_model::<Outcome>().all(conn).await.or_fail()
}

/// What came of a judging for each department, who had most rows first.
pub(crate) async fn by_org(conn: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Outcome>> {
    let find = outcomes(&[id]).column(item::Column::OrgId).group_by(item::Column::OrgId);
    let mut all = find.into_model::<Outcome>().all(conn).await.or_fail()?;
    all.sort_by_key(|o| std::cmp::Reverse(o.checked));
    Ok(all)
}

/// What a judging did to the issues of one department.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Judged {
    pub org_id: Uuid,
    /// Issues that were judged again.
    pub issues: i64,
    /// Those of them that are closed now.
    pub closed: i64,
    /// Rows that pass now.
    pub passed: i64,
}

/// What a judging did to the issues of each department that it concerned.
pub(crate) async fn issues_by_org(conn: &impl ConnectionTrait, of: &judgement::Model) -> Result<Vec<Judged>> {
    let sql = "select org_id, cast(sum(issues) as bigint) as issues, cast(sum(closed) as bigint) as closed,
                cast(sum(passed) as bigint) as passed
            from (select t.org_id as org_id, t.issues as issues, t.passed as passed,
                    (select count(*) from issue i where i.submission_id = t.submission_id and i.resource = $2
                        and i.state = 'closed' and i.closed_at >= $3 and exists (select 1 from issue_entry e
                            where e.issue_id = i.id and e.kind = 'judged' and e.at >= $3)) as closed
                from judgement_item t where t.judgement_id = $1) as items
            group by org_id having sum(issues) > 0 order by org_id";
    let values = [of.id.into(), of.resource.clone().into(), instant(of.started_at).into()];
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Judged::find_by_statement(asked).all(conn).await.or_fail()
}

/// A submission that is to be judged again.
pub(crate) fn item(judgement: Uuid, submission: Uuid, org: OrgId) -> item::Model {
    item::Model {
        judgement_id: judgement,
        submission_id: submission,
        org_id: org.0,
        issues: 0,
        checked: 0,
        passed: 0,
        left_wrong: 0,
        done_at: None,
    }
}

/// The id of an issue of a row.
pub(crate) fn id_of(issue: &issue::Model) -> IssueId {
    IssueId(issue.id)
}
