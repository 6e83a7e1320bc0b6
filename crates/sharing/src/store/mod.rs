//! Tables and queries of sharing; private to the crate but for the migrations.

pub(crate) mod deliveries;
pub(crate) mod entity;
pub(crate) mod lines;
pub(crate) mod mappings;
mod migration;
pub(crate) mod targets;

pub use migration::migrations;

use chrono::{DateTime, SubsecRound as _, Utc};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, SimpleExpr};

/// An instant as both databases keep it.
pub(crate) fn instant(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// A sum as a 64-bit whole number, 0 of nothing, on both databases.
fn sum(of: SimpleExpr) -> SimpleExpr {
    Func::coalesce([of.sum(), Expr::val(0)]).cast_as("bigint")
}

/// How many lines meet a condition.
fn count(which: Condition) -> SimpleExpr {
    sum(Expr::expr(Expr::case(which, 1).finally(0)))
}
