//! Judging a rule's expressions without any rows, for the lint of packs.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, DataFusionError};
use standards::Text;
use standards::pack::{Resource, Rule};

use super::{functions, rows, ruleset};

/// Whether an expression of a rule can be compiled over the resource's typed fields, and is a yes-or-no question where it
/// is the rule's `assert`. Fits the callback of `standards::pack::lint`.
///
/// # Errors
/// What the engine says about it, in both languages.
pub fn judge_sql(resource: &Resource, rule: &Rule, sql: &str) -> Result<(), Text> {
    match kind_of(resource, sql) {
        Err(e) => {
            let e = e.strip_backtrace();
            let why = e.lines().next().unwrap_or_default();
            Err(Text::new(
                format!("表达式“{sql}”编译不了：{why}。"),
                format!("The expression \"{sql}\" cannot be compiled: {why}."),
            ))
        }
        Ok(kind) if sql == rule.assert && kind != DataType::Boolean => Err(Text::new(
            format!("assert“{sql}”的结果不是真或假，而是 {kind}。"),
            format!("The assert \"{sql}\" is neither true nor false but {kind}."),
        )),
        Ok(_) => Ok(()),
    }
}

fn kind_of(resource: &Resource, sql: &str) -> Result<DataType, DataFusionError> {
    let schema = ruleset::schema(resource);
    let columns = DFSchema::try_from(Arc::clone(&schema))?;
    let context = ruleset::context();
    // Any day will do: there is no row to judge.
    for function in functions::all(chrono::NaiveDate::default(), &Arc::default()) {
        context.register_udf(function);
    }
    let expression = rows::compile(&context, &columns, sql)?;
    // Some faults show only when an expression is evaluated; no row is enough.
    expression.evaluate(&RecordBatch::new_empty(Arc::clone(&schema)))?;
    expression.data_type(&schema)
}
