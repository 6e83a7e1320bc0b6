//! A session for one query: the lake's tables, our functions, and nothing that could read or write anything else.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::{ParamValues, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use kernel::{Error, Result};
use serde_json::Value;

use super::catalogue::LakeCatalogue;
use super::refuse;
use crate::check::functions;
use crate::table::Lake;

const CATALOGUE: &str = "yishu";
const SCHEMA: &str = "lake";

/// What all queries of a lake share: memory up to a limit, and spill files.
pub(crate) fn runtime(memory: usize) -> Result<Arc<RuntimeEnv>> {
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(memory)))
        .build_arc()
        .map_err(|e| Error::internal(format!("query runtime: {e}")))
}

/// Opens a session that reads the given versions.
pub(crate) fn open(lake: &Lake, versions: &HashMap<String, u64>) -> (SessionContext, Arc<LakeCatalogue>) {
    let mut config = SessionConfig::new()
        .with_information_schema(true)
        .with_default_catalog_and_schema(CATALOGUE, SCHEMA)
        .with_create_default_catalog_and_schema(false);
    // Field codes are upper case in the standards: names count as they are written.
    config.options_mut().sql_parser.enable_ident_normalization = false;
    let context = SessionContext::new_with_config_rt(config, lake.inner.runtime.clone());
    let catalogue = Arc::new(LakeCatalogue::new(lake.clone(), versions.clone()));
    context.register_catalog(CATALOGUE, catalogue.clone());
    // The functions of rules, less those that ask reference tables: in a query, join the table itself.
    let today = lake.inner.clock.today();
    for function in functions::all(today, &Arc::default()) {
        if !["known_in", "lookup_in"].contains(&function.name()) {
            context.register_udf(function);
        }
    }
    (context, catalogue)
}

/// Plans one read-only statement.
pub(crate) async fn plan(context: &SessionContext, sql: &str, params: &[Value]) -> Result<DataFrame> {
    refuse::unless_question(context, sql)?;
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = context.sql_with_options(sql, options).await.map_err(refuse::engine)?;
    if params.is_empty() {
        return Ok(frame);
    }
    let values: Vec<ScalarValue> = params.iter().map(scalar).collect();
    frame.with_param_values(ParamValues::from(values)).map_err(refuse::engine)
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Null => ScalarValue::Null,
        Value::Bool(b) => ScalarValue::Boolean(Some(*b)),
        Value::Number(n) => match n.as_i64() {
            Some(i) => ScalarValue::Int64(Some(i)),
            None => ScalarValue::Float64(n.as_f64()),
        },
        Value::String(s) => ScalarValue::Utf8(Some(s.clone())),
        other => ScalarValue::Utf8(Some(other.to_string())),
    }
}
