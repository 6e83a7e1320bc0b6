//! Row rules (行规则): SQL boolean expressions compiled once and evaluated over typed batches. What a finding needs beside
//! the verdict is evaluated for the failing rows only.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, UInt32Array,
};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::DFSchema;
use datafusion::common::DataFusionError;
use datafusion::optimizer::simplify_expressions::{ExprSimplifier, SimplifyContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;
use kernel::{Error, Result};
use standards::pack::{Rule, Severity, SubjectKind};

use super::codes::Code;
use super::fields::Kinds;
use super::hit::Hit;
use crate::typed::{dates, numbers};

/// A compiled rule.
pub(crate) struct RowRule {
    /// Its code.
    pub code: Code,
    assert: Arc<dyn PhysicalExpr>,
    blame: Vec<u16>,
    ambiguous: bool,
    suggest: Option<Arc<dyn PhysicalExpr>>,
    params: Vec<(String, Arc<dyn PhysicalExpr>)>,
    kinds: Vec<SubjectKind>,
    severity: Option<Severity>,
}

/// Compiles rules of one resource.
pub(crate) struct Compiler<'a> {
    /// A context that knows the functions and leaves names in the case they are written in.
    pub context: &'a SessionContext,
    /// The typed columns.
    pub schema: &'a DFSchema,
    /// Field code → index.
    pub field: &'a dyn Fn(&str) -> Option<u16>,
}

impl Compiler<'_> {
    /// Compiles a rule.
    ///
    /// # Errors
    /// `BadInput` naming the rule when its SQL cannot be understood or it blames a field that does not exist.
    pub(crate) fn compile(&self, rule: &Rule, code: Code) -> Result<RowRule> {
        let expr = |sql: &str| self.expr(sql).map_err(|e| wrong_rule(&rule.name, sql, &e));
        let blame = rule
            .blame
            .iter()
            .map(|f| (self.field)(f).ok_or_else(|| wrong_blame(&rule.name, f)))
            .collect::<Result<Vec<u16>>>()?;
        let params = rule.params.iter().map(|(n, sql)| Ok((n.clone(), expr(sql)?))).collect::<Result<_>>()?;
        Ok(RowRule {
            code,
            assert: expr(&rule.assert)?,
            blame,
            ambiguous: rule.ambiguous,
            suggest: rule.suggest.as_deref().map(expr).transpose()?,
            params,
            kinds: rule.kinds.clone(),
            severity: rule.severity,
        })
    }

    fn expr(&self, sql: &str) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        compile(self.context, self.schema, sql)
    }
}

/// Compiles an expression.
pub(crate) fn compile(
    context: &SessionContext,
    schema: &DFSchema,
    sql: &str,
) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
    let state = context.state();
    let logical = state.create_logical_expr(sql, schema)?;
    // `COALESCE` and its like exist only until they are simplified; `create_physical_expr` alone does not do that.
    let simplifying = SimplifyContext::builder()
        .with_schema(Arc::new(schema.clone()))
        .with_config_options(Arc::clone(state.config_options()))
        .build();
    let simplifier = ExprSimplifier::new(simplifying);
    let simple = simplifier.simplify(simplifier.coerce(logical, schema)?)?;
    state.create_physical_expr(simple, schema)
}

fn wrong_rule(name: &str, sql: &str, e: &DataFusionError) -> Error {
    let why = e.strip_backtrace();
    let why = why.lines().next().unwrap_or_default();
    Error::bad_input(
        "rule-invalid",
        format!("规则“{name}”的表达式看不懂：{sql}。原因：{why}。请对照 packs/README.md 修改。"),
        format!(
            "The expression of rule \"{name}\" cannot be understood: {sql} ({why}). Correct it with packs/README.md at hand."
        ),
    )
}

fn wrong_blame(name: &str, field: &str) -> Error {
    Error::bad_input(
        "rule-invalid",
        format!("规则“{name}”的 blame 中有不存在的字段“{field}”。"),
        format!("Rule \"{name}\" blames the field \"{field}\", which does not exist."),
    )
}

impl RowRule {
    /// Whether it tells something for information only.
    pub(crate) fn is_notice(&self) -> bool {
        self.severity == Some(Severity::Pass)
    }

    /// Reports the rows for which the rule is false, unless a blamed cell is `rejected` (row, field) already. `cell` gives the
    /// value of a field as it stands in the file.
    ///
    /// # Errors
    /// `Internal` when the expression fails on the batch, e.g. by overflow.
    pub(crate) fn run<'a>(
        &self,
        batch: &RecordBatch,
        kinds: &Kinds,
        rejected: &HashSet<(u32, u16)>,
        cell: &dyn Fn(u16, usize) -> &'a str,
        hits: &mut Vec<Hit>,
    ) -> Result<()> {
        let verdict = evaluate(&self.assert, batch)?;
        let Some(verdict) = verdict.as_any().downcast_ref::<BooleanArray>() else {
            return Err(Error::internal(format!(
                "a rule yields {} instead of a boolean",
                verdict.data_type()
            )));
        };
        if verdict.true_count() + verdict.null_count() == verdict.len() {
            return Ok(());
        }
        let applies = |row: usize| {
            self.kinds.is_empty()
                || kinds.get(row).copied().flatten().is_some_and(|k| self.kinds.contains(&k))
        };
        let failing: Vec<u32> = (0..verdict.len())
            .filter(|row| verdict.is_valid(*row) && !verdict.value(*row) && applies(*row))
            .map(|row| row as u32)
            .filter(|row| rejected.is_empty() || !self.blame.iter().any(|f| rejected.contains(&(*row, *f))))
            .collect();
        if failing.is_empty() {
            return Ok(());
        }
        let indices = UInt32Array::from(failing.clone());
        let part = take_record_batch(batch, &indices).map_err(Error::internal)?;
        let suggestions = self.suggest.as_ref().map(|s| evaluate(s, &part)).transpose()?;
        let params: Vec<(&str, ArrayRef)> =
            self.params.iter().map(|(n, p)| Ok((n.as_str(), evaluate(p, &part)?))).collect::<Result<_>>()?;
        let first = self.blame.first().copied().unwrap_or(super::hit::WHOLE_ROW);
        for (i, row) in failing.iter().enumerate() {
            let row = *row as usize;
            let mut hit = Hit::new(row, first, self.code, cell(first, row));
            for (name, values) in &params {
                if let Some(value) = show(values, i) {
                    hit.params.push(((*name).to_owned(), value));
                }
            }
            hit.suggestion = suggestions.as_ref().and_then(|s| show(s, i)).filter(|s| *s != hit.value);
            hit.related = self.blame.iter().skip(1).copied().collect();
            hit.ambiguous = self.ambiguous;
            hit.severity = self.severity;
            hits.push(hit);
        }
        Ok(())
    }
}

pub(crate) fn evaluate(expr: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<ArrayRef> {
    expr.evaluate(batch).and_then(|v| v.into_array(batch.num_rows())).map_err(Error::internal)
}

/// A value as a person writes it: days as `2020/09/29`, numbers shortest.
pub(crate) fn show(values: &ArrayRef, row: usize) -> Option<String> {
    if values.is_null(row) {
        return None;
    }
    Some(match values.data_type() {
        DataType::Utf8 => values.as_any().downcast_ref::<StringArray>()?.value(row).to_owned(),
        DataType::Date32 => dates::write(values.as_primitive::<Date32Type>().value(row)),
        DataType::Decimal128(_, scale) => numbers::write(
            values.as_primitive::<Decimal128Type>().value(row),
            u8::try_from(*scale).unwrap_or(0),
        ),
        DataType::Int64 => values.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => {
            let n = values.as_primitive::<Float64Type>().value(row);
            // Amounts are exact to a millionth; what lies beyond is the noise of binary fractions.
            format!("{}", (n * 1e6).round() / 1e6)
        }
        _ => array_value_to_string(values, row).ok()?,
    })
}
