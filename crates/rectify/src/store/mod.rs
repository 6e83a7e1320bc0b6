//! Tables and queries of rectify; private to the crate but for the migrations.

pub(crate) mod attempts;
pub(crate) mod entity;
pub(crate) mod faq;
pub(crate) mod issues;
pub(crate) mod judgements;
mod migration;
pub(crate) mod missing;
pub(crate) mod notices;
pub(crate) mod record_notes;
pub(crate) mod records;
pub(crate) mod recount;
pub(crate) mod replaced;
pub(crate) mod returns;
pub(crate) mod volumes;

pub use migration::migrations;
pub use replaced::beside_an_earlier;

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
