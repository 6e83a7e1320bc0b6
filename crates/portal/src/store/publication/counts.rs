//! Counts of what is shown (公示统计), kept with every change so that nobody counts millions of rows.

use std::collections::BTreeMap;

use kernel::Result;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, Statement,
};
use store::OrFail as _;

use super::entity::count::{Column, Entity};
use super::entity::publication;

/// Changes of counts on their way into the database.
#[derive(Default)]
pub(crate) struct Deltas(BTreeMap<(String, String, String), i64>);

impl Deltas {
    pub(crate) fn add(&mut self, of: &publication::Model, n: i64) {
        let month = of.decided.format("%Y-%m").to_string();
        *self.0.entry((of.kind.clone(), of.authority.clone(), month)).or_default() += n;
    }

    pub(crate) async fn write(self, conn: &impl ConnectionTrait) -> Result<()> {
        let sql = "insert into publication_count (kind, authority, month, n) values ($1, $2, $3, $4)
                   on conflict (kind, authority, month) do update set n = publication_count.n + excluded.n";
        for ((kind, authority, month), n) in self.0.into_iter().filter(|(_, n)| *n != 0) {
            let values = [kind.into(), authority.into(), month.into(), n.into()];
            let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
            conn.execute_raw(statement).await.or_fail()?;
        }
        Ok(())
    }
}

/// What is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Of {
    pub kind: Option<String>,
    pub authority: Option<String>,
    /// `2026`
    pub year: Option<i32>,
}

/// A figure by name.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Figure {
    pub name: String,
    pub n: i64,
}

fn asked(of: &Of) -> Select<Entity> {
    let mut asked = Entity::find().select_only();
    if let Some(kind) = &of.kind {
        asked = asked.filter(Column::Kind.eq(kind));
    }
    if let Some(authority) = &of.authority {
        asked = asked.filter(Column::Authority.eq(authority));
    }
    if let Some(year) = of.year {
        asked = asked.filter(Column::Month.starts_with(format!("{year:04}-")));
    }
    asked
}

fn sum() -> Expr {
    Func::coalesce([Expr::col(Column::N).sum(), Expr::val(0)]).cast_as("bigint")
}

/// How many are shown.
///
/// # Errors
/// When the database fails.
pub(crate) async fn total(conn: &impl ConnectionTrait, of: &Of) -> Result<i64> {
    let found: Option<i64> = asked(of).column_as(sum(), "n").into_tuple().one(conn).await.or_fail()?;
    Ok(found.unwrap_or_default())
}

async fn by(conn: &impl ConnectionTrait, of: &Of, column: Column) -> Result<Vec<Figure>> {
    asked(of)
        .column_as(column, "name")
        .column_as(sum(), "n")
        .group_by(column)
        .order_by_asc(column)
        .into_model::<Figure>()
        .all(conn)
        .await
        .map(|all| all.into_iter().filter(|f| f.n > 0).collect())
        .or_fail()
}

/// By month of decision, oldest first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn by_month(conn: &impl ConnectionTrait, of: &Of) -> Result<Vec<Figure>> {
    by(conn, of, Column::Month).await
}

/// By authority, the most first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn by_authority(conn: &impl ConnectionTrait, of: &Of) -> Result<Vec<Figure>> {
    let mut all = by(conn, of, Column::Authority).await?;
    all.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    Ok(all)
}
