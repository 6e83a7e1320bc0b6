//! Queries on receipts: the list of submissions in which a day of pushes is one line. Filtered in SQL by what the actor may
//! see.

use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{Actor, OrgId, Result, Scope};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, IntoColumnRef, SimpleExpr};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, Order, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::receipt::{Column, Entity, Model};
use super::entity::submission;
use crate::model::{State, Way};

/// Which ways of handing in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Ways {
    #[default]
    Any,
    /// All but mended rows, which were counted when they came.
    Received,
    One(Way),
}

/// Which by what is wrong in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Wrong {
    #[default]
    Any,
    /// Some row was rejected.
    Rejected,
    /// Some row still waits to be mended.
    Open,
}

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub state: Option<State>,
    pub ways: Ways,
    pub wrong: Wrong,
    pub resource: Option<String>,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// Part of the file's name or of a push's key, or the number of a submission.
    pub text: Option<String>,
    /// First day, in Beijing.
    pub from: Option<NaiveDate>,
    /// Last day, in Beijing.
    pub to: Option<NaiveDate>,
    /// Only the pushes of this day of pushes, one by one.
    pub push_day: Option<Uuid>,
}

impl Filter {
    /// The day of pushes, where nothing else is asked.
    fn whole_day(&self) -> Option<Uuid> {
        let whole = Self { push_day: self.push_day, ..Self::default() };
        self.push_day.filter(|_| *self == whole)
    }
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    #[default]
    Created,
    File,
    State,
    Rows,
    Rejected,
    Open,
}

impl Sort {
    /// The names by which a list asks for them, the newest first by default.
    pub(crate) const NAMES: [&'static str; 6] = ["-created", "file", "state", "rows", "rejected", "open"];

    pub(crate) fn named(name: &str) -> Self {
        match name {
            "file" => Self::File,
            "state" => Self::State,
            "rows" => Self::Rows,
            "rejected" => Self::Rejected,
            "open" => Self::Open,
            _ => Self::Created,
        }
    }

    const fn column(self) -> Column {
        match self {
            Self::Created => Column::CreatedAt,
            Self::File => Column::FileName,
            Self::State => Column::State,
            Self::Rows => Column::RowsTotal,
            Self::Rejected => Column::RowsRejected,
            Self::Open => Column::RowsOpen,
        }
    }
}

/// A sum as a 64-bit whole number, 0 of nothing, on both databases.
pub(crate) fn sum(column: impl IntoColumnRef) -> SimpleExpr {
    Func::coalesce([Expr::col(column).sum(), Expr::val(0)]).cast_as("bigint")
}

/// What the filter asks, of what the actor may see.
pub(crate) fn condition(actor: &Actor, filter: &Filter) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    let text = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty());
    // A day of pushes is always landed and has no name of its own: whoever looks for another state or for a name looks
    // for single pushes.
    let singly = text.is_some() || filter.state.is_some_and(|s| s != State::Landed);
    all = match filter.push_day {
        Some(id) => all.add(Column::PushDayId.eq(id)),
        None if singly => all.add(Column::Kind.eq("one")),
        None => all.add(Column::PushDayId.is_null()),
    };
    if let Some(state) = filter.state {
        all = all.add(Column::State.eq(state.name()));
    }
    all = match filter.ways {
        Ways::Any => all,
        Ways::Received => all.add(Column::Way.is_not_in([Way::Mend, Way::Derive].map(Way::name))),
        Ways::One(way) => all.add(Column::Way.eq(way.name())),
    };
    all = match filter.wrong {
        Wrong::Any => all,
        Wrong::Rejected => all.add(Column::RowsRejected.gt(0)),
        Wrong::Open => all.add(Column::RowsOpen.gt(0)),
    };
    if let Some(resource) = &filter.resource {
        all = all.add(Column::Resource.eq(resource));
    }
    if let Some(org) = filter.org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(text) = text {
        all = match text.parse::<Uuid>() {
            Ok(id) => all.add(Column::Id.eq(id)),
            Err(_) => all.add(Column::FileName.contains(text)),
        };
    }
    if let Some(from) = filter.from {
        all = all.add(Column::Day.gte(from.to_string()));
    }
    if let Some(to) = filter.to {
        all = all.add(Column::Day.lte(to.to_string()));
    }
    all
}

/// A part of the list.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    (sort, descending): (Sort, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let order = if descending { Order::Desc } else { Order::Asc };
    if let (Some(day), Sort::Created) = (filter.whole_day(), sort) {
        return page_of_day(conn, actor, day, order, (offset, limit)).await;
    }
    Entity::find()
        .filter(condition(actor, filter))
        .order_by(sort.column(), order)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// A part of a day of pushes in the order in which they came. There may be a hundred thousand of them: which ones stand on a
/// page is told by an index alone, and only those are read.
async fn page_of_day(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    day: Uuid,
    order: Order,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let ids: Vec<Uuid> = submission::Entity::find()
        .select_only()
        .column(submission::Column::Id)
        .filter(submission::Column::PushDayId.eq(day))
        .order_by(submission::Column::CreatedAt, order.clone())
        .order_by(submission::Column::Id, order.clone())
        .offset(offset)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Entity::find()
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .filter(Column::Kind.eq("one"))
        .filter(Column::Id.is_in(ids))
        .order_by(Column::CreatedAt, order.clone())
        .order_by(Column::Id, order)
        .all(conn)
        .await
        .or_fail()
}

/// The whole list in figures.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(crate) struct Total {
    /// Lines of the list.
    pub lines: i64,
    /// Submissions behind them.
    pub submissions: i64,
    pub rows: i64,
    pub passed: i64,
    pub rejected: i64,
    pub open: i64,
}

/// Counts the whole list.
pub(crate) async fn total(conn: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<Total> {
    if let Some(day) = filter.whole_day() {
        return total_of_day(conn, actor, day).await;
    }
    let found = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "lines")
        .column_as(sum((Entity, Column::Submissions)), "submissions")
        .column_as(sum((Entity, Column::RowsTotal)), "rows")
        .column_as(sum((Entity, Column::RowsPassed)), "passed")
        .column_as(sum((Entity, Column::RowsRejected)), "rejected")
        .column_as(sum((Entity, Column::RowsOpen)), "open")
        .filter(condition(actor, filter))
        .into_model::<Total>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(found.unwrap_or_default())
}

/// The pushes of a day, which were counted as they came.
async fn total_of_day(conn: &impl ConnectionTrait, actor: &Actor, day: Uuid) -> Result<Total> {
    let line = Entity::find()
        .filter(Column::Id.eq(day))
        .filter(Column::Kind.eq("pushes"))
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?;
    Ok(line.map_or_else(Total::default, |l| Total {
        lines: l.submissions,
        submissions: l.submissions,
        rows: l.rows_total,
        passed: l.rows_passed,
        rejected: l.rows_rejected,
        open: l.rows_open,
    }))
}

/// How many lines stand in each state, of what the actor may see.
pub(crate) async fn count_by_state(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<Vec<(String, i64)>> {
    Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "n")
        .filter(condition(actor, filter))
        .group_by(Column::State)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}
