//! Tables and queries of sharing; private to the crate but for the migrations.

pub(crate) mod deliveries;
pub(crate) mod entity;
pub(crate) mod lines;
pub(crate) mod mappings;
pub(crate) mod marks;
mod migration;
pub(crate) mod stops;
pub(crate) mod targets;

pub use migration::migrations;
pub use stops::{gave_way, left_out};

pub(crate) use ::store::instant;
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, SimpleExpr};

/// A sum as a 64-bit whole number, 0 of nothing, on both databases.
fn sum(of: SimpleExpr) -> SimpleExpr {
    Func::coalesce([of.sum(), Expr::val(0)]).cast_as("bigint")
}

/// How many lines meet a condition.
fn count(which: Condition) -> SimpleExpr {
    sum(Expr::expr(Expr::case(which, 1).finally(0)))
}
