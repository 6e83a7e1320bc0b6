//! Queries on issues. Lists are filtered in SQL by what the actor may see.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use intake::actions::follow::OPEN_FINDINGS;
use kernel::{Actor, Error, IssueId, OrgId, Result, Scope, SubmissionId};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Statement,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{entry, issue};
use super::records::instant;
use super::{count, sum};
use crate::model::{EntryKind, IssueState, Origin};
use issue::{ActiveModel, Column, Entity, Model};

/// The issues of a submission.
pub(crate) async fn of_submission(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
) -> Result<Vec<Model>> {
    Entity::find().filter(Column::SubmissionId.eq(submission.0)).all(conn).await.or_fail()
}

/// One issue, whoever may see it.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: IssueId) -> Result<Option<Model>> {
    Entity::find_by_id(id.0).one(conn).await.or_fail()
}

/// Takes an issue away with its history: nothing is left that it spoke of.
pub(crate) async fn remove(conn: &impl ConnectionTrait, id: IssueId) -> Result<()> {
    Entity::delete_by_id(id.0).exec(conn).await.or_fail()?;
    Ok(())
}

/// Adds issues.
pub(crate) async fn insert(conn: &impl ConnectionTrait, issues: Vec<Model>) -> Result<()> {
    for batch in issues.chunks(500) {
        let rows = batch.iter().map(|i| i.clone().into_active_model().reset_all());
        Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// Writes the columns set in `change`.
pub(crate) async fn update(conn: &impl ConnectionTrait, id: IssueId, mut change: ActiveModel) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    Entity::update_many().set(change).filter(Column::Id.eq(id.0)).exec(conn).await.or_fail()?;
    Ok(())
}

/// Moves an issue from one state to another. Of two that try, one succeeds.
///
/// # Errors
/// `issue-moved` when it does not stand there any more.
pub(crate) async fn transition(
    conn: &impl ConnectionTrait,
    id: IssueId,
    from: IssueState,
    to: IssueState,
) -> Result<()> {
    let moved = Entity::update_many()
        .set(ActiveModel { state: Set(to.name().to_owned()), ..Default::default() })
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(from.name()))
        .exec(conn)
        .await
        .or_fail()?;
    if moved.rows_affected == 0 && find(conn, id).await?.is_some_and(|i| i.state == to.name()) {
        return Err(Error::conflict(
            "issue-moved",
            "这一步已经办过了，不用再提交。打开整改单可以看到办理记录。",
            "This was done already; there is no need to send it again. The issue's page shows its history.",
        ));
    }
    only_one(&moved, || {
        Error::conflict(
            "issue-moved",
            "这张整改单的状态刚刚变了，请刷新页面再试。",
            "This issue has just changed. Reload the page and try again.",
        )
    })
}

/// Adds to the history of an issue.
pub(crate) async fn note(
    conn: &impl ConnectionTrait,
    id: IssueId,
    kind: EntryKind,
    (by, text): (&str, &str),
    at: DateTime<Utc>,
) -> Result<()> {
    let row = entry::Model {
        id: Uuid::now_v7(),
        issue_id: id.0,
        at: instant(at),
        by_name: by.to_owned(),
        kind: kind.name().to_owned(),
        note: text.to_owned(),
    };
    entry::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Adds the same to the histories of many issues.
pub(crate) async fn note_all(
    conn: &impl ConnectionTrait,
    ids: &[IssueId],
    kind: EntryKind,
    (by, text): (&str, &str),
    at: DateTime<Utc>,
) -> Result<()> {
    for batch in ids.chunks(500) {
        let rows = batch.iter().map(|id| entry::Model {
            id: Uuid::now_v7(),
            issue_id: id.0,
            at: instant(at),
            by_name: by.to_owned(),
            kind: kind.name().to_owned(),
            note: text.to_owned(),
        });
        entry::Entity::insert_many(rows.map(|r| r.into_active_model().reset_all()))
            .exec_without_returning(conn)
            .await
            .or_fail()?;
    }
    Ok(())
}

/// The history of an issue, newest first.
pub(crate) async fn history(conn: &impl ConnectionTrait, id: IssueId) -> Result<Vec<entry::Model>> {
    entry::Entity::find()
        .filter(entry::Column::IssueId.eq(id.0))
        .order_by_desc(entry::Column::At)
        .order_by_desc(entry::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// One issue the actor may see.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: IssueId) -> Result<Model> {
    Entity::find_by_id(id.0)
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这张整改单", "issue"))
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// None for all.
    pub state: Option<IssueState>,
    /// Only those whose deadline is past.
    pub overdue: bool,
    /// Only those the leader was told of.
    pub escalated: bool,
    pub resource: Option<String>,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// Number, message code or name of the responsible person.
    pub text: Option<String>,
}

fn condition(actor: &Actor, filter: &Filter, today: NaiveDate) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    if let Some(state) = filter.state {
        all = all.add(Column::State.eq(state.name()));
    }
    if filter.overdue {
        all = all.add(overdue(today));
    }
    if filter.escalated {
        all = all.add(Column::EscalatedAt.is_not_null());
    }
    if let Some(resource) = &filter.resource {
        all = all.add(Column::Resource.eq(resource));
    }
    if let Some(org) = filter.org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        let code = text.to_uppercase();
        all = all.add(
            Condition::any()
                .add(Column::Number.contains(&code))
                .add(Column::Code.eq(code))
                .add(Column::Assignee.contains(text)),
        );
    }
    all
}

fn overdue(today: NaiveDate) -> Condition {
    Condition::all().add(Column::State.eq(IssueState::Open.name())).add(Column::Due.lt(today))
}

/// By what the list is sorted: the deadline first by default; what has none stands last.
pub(crate) const SORTS: [&str; 3] = ["due", "opened", "open"];

/// A part of the list.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
    (sort, descending): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let order = if descending { Order::Desc } else { Order::Asc };
    let find = Entity::find().filter(condition(actor, filter, today));
    let find = match sort {
        "opened" => find.order_by(Column::OpenedAt, order.clone()),
        "open" => find.order_by(Column::Open, order.clone()),
        _ => find.order_by_asc(Column::Due.is_null()).order_by(Column::Due, order.clone()),
    };
    // In the same direction as the column before it, so that an index gives the order.
    find.order_by(Column::Id, order).offset(offset).limit(limit).all(conn).await.or_fail()
}

/// Sums over issues; of one organisation where a list is by organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sums {
    pub org_id: Option<Uuid>,
    pub issues: i64,
    pub open: i64,
    pub disputed: i64,
    pub overdue: i64,
    /// Open ones that the leader was told of.
    pub escalated: i64,
    /// Findings in rows that still wait.
    pub rows: i64,
    /// The earliest deadline of those open.
    pub due: Option<NaiveDate>,
    pub contacted_at: Option<DateTime<Utc>>,
}

fn sums(today: NaiveDate) -> sea_orm::Select<Entity> {
    let open = || Condition::all().add(Column::State.eq(IssueState::Open.name()));
    let disputed = Condition::all().add(Column::State.eq(IssueState::Disputed.name()));
    let rows = sum(Expr::col((Entity, Column::Open)));
    let due = Expr::case(open(), Expr::col((Entity, Column::Due))).finally(Option::<NaiveDate>::None);
    Entity::find()
        .select_only()
        // A column of the index that holds the others too, so that no issue itself is read.
        .column_as(Column::State.count(), "issues")
        .column_as(count(open()), "open")
        .column_as(count(disputed), "disputed")
        .column_as(count(overdue(today)), "overdue")
        .column_as(count(open().add(Column::EscalatedAt.is_not_null())), "escalated")
        .column_as(rows, "rows")
        .column_as(Expr::expr(due).min(), "due")
        .column_as(Column::ContactedAt.max(), "contacted_at")
}

/// The whole list in figures.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
) -> Result<Sums> {
    let one = sums(today)
        .column_as(Expr::val(Option::<Uuid>::None), "org_id")
        .filter(condition(actor, filter, today))
        // All states, in words: the index begins with them.
        .filter(Column::State.is_in(IssueState::ALL.map(IssueState::name)))
        .into_model::<Sums>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(one.unwrap_or_default())
}

/// Organisations with open issues, who is longest overdue first (催办清单).
pub(crate) async fn by_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
) -> Result<Vec<Sums>> {
    let mut all = sums(today)
        .column(Column::OrgId)
        .filter(condition(actor, filter, today))
        .filter(Column::State.eq(IssueState::Open.name()))
        .group_by(Column::OrgId)
        .into_model::<Sums>()
        .all(conn)
        .await
        .or_fail()?;
    all.sort_by_key(|s| (s.due.is_none(), s.due, std::cmp::Reverse(s.rows)));
    Ok(all)
}

/// Gives issues without a deadline the earliest of what they hold and is not right yet, where there is one by now.
pub(crate) async fn fill_due(conn: &impl ConnectionTrait) -> Result<()> {
    let of_check = format!(
        "select min(r.deadline) from ({OPEN_FINDINGS}) o {OF_ROW}
         where o.submission_id = issue.submission_id and o.code = issue.code and o.pattern = issue.pattern
         and o.field = issue.field"
    );
    let of_province =
        "select min(r.due) from returned r where r.issue_id = issue.id and r.state in ('open', 'asked')";
    for (origin, due) in [(Origin::Check, of_check.as_str()), (Origin::Province, of_province)] {
        let sql = format!("update issue set due = ({due}) where due is null and state <> $1 and origin = $2");
        let values = [IssueState::Closed.name().into(), origin.name().into()];
        let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        conn.execute_raw(asked).await.or_fail()?;
    }
    Ok(())
}

/// The decisions that open findings `o` tell of, as far as they wait to be put right.
const OF_ROW: &str = "join record_attempt a on a.submission_id = o.submission_id and a.ordinal = o.ordinal
        and not a.valid and not a.given_up
    join record r on r.id = a.record_id and r.first_valid_at is null";

/// Code, pattern and field of a cause.
pub(crate) type CauseKey = (String, String, String);

/// Of each cause in a submission, the earliest deadline among the decisions its open rows tell of and that are not valid yet.
pub(crate) async fn deadlines(
    conn: &impl ConnectionTrait,
    submission: SubmissionId,
) -> Result<HashMap<CauseKey, NaiveDate>> {
    let sql = format!(
        "select o.code, o.pattern, o.field, min(r.deadline) as due from ({OPEN_FINDINGS}) o {OF_ROW}
         where o.submission_id = $1 and r.deadline is not null group by o.code, o.pattern, o.field"
    );
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [submission.0.into()]);
    let rows = conn.query_all_raw(asked).await.or_fail()?;
    let line = |r: sea_orm::QueryResult| {
        let key = (r.try_get("", "code")?, r.try_get("", "pattern")?, r.try_get("", "field")?);
        Ok::<_, sea_orm::DbErr>((key, r.try_get("", "due")?))
    };
    rows.into_iter().map(line).collect::<std::result::Result<_, _>>().or_fail()
}
