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
            let why = why(e.lines().next().unwrap_or_default());
            Err(Text::new(
                format!("表达式“{sql}”编译不了：{}。", why.zh),
                format!("The expression \"{sql}\" cannot be compiled: {}.", why.en),
            ))
        }
        Ok(kind) if sql == rule.assert && kind != DataType::Boolean => {
            let kind = named(&kind);
            Err(Text::new(
                format!(
                    "表达式“{sql}”的结果应为真或假，现在是{}。请写成比较，例如 字段 IS NOT NULL。",
                    kind.zh
                ),
                format!(
                    "The expression \"{sql}\" must be true or false but is {}. Write a comparison, such as FIELD IS NOT NULL.",
                    kind.en
                ),
            ))
        }
        Ok(_) => Ok(()),
    }
}

/// What the engine says, in the words of who writes rules.
fn why(said: &str) -> Text {
    let inside = |from: &str| {
        let rest = &said[said.find(from)? + from.len()..];
        rest.find(['"', '\'', '.']).map(|end| rest[..end].to_owned()).filter(|found| !found.is_empty())
    };
    if let Some(field) = inside("No field named \"").or_else(|| inside("No field named ")) {
        return Text::new(
            format!("没有字段“{field}”，请写字段代码，大小写一致"),
            format!("there is no field \"{field}\"; write the field's code, in the same case"),
        );
    }
    if said.contains("table '") && said.contains("not found") {
        return Text::new(
            "条件里只能用本行的字段，不能查询别的表",
            "a condition may use the fields of its own row only, not ask other tables",
        );
    }
    match inside("ParserError(\"").or_else(|| inside("TokenizerError(\"")) {
        Some(syntax) => Text::new(format!("语法有误（{syntax}）"), format!("its syntax is wrong ({syntax})")),
        None => Text::new(said, said),
    }
}

/// What kind of value an expression gives.
fn named(kind: &DataType) -> Text {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Text::new("文本", "a text"),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Text::new("日期", "a date"),
        kind if kind.is_numeric() => Text::new("数字", "a number"),
        DataType::Null => Text::new("空值", "nothing"),
        other => Text::new(other.to_string(), other.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_says_is_put_in_words() {
        assert_eq!(
            why("Schema error: No field named nosuch.").zh,
            "没有字段“nosuch”，请写字段代码，大小写一致"
        );
        let table = why("Error during planning: table 'datafusion.public.person' not found");
        assert!(!table.zh.contains("datafusion") && !table.en.contains("datafusion"));
        let syntax = why("SQL error: ParserError(\"Expected: an expression, found: EOF\")");
        assert_eq!(syntax.zh, "语法有误（Expected: an expression, found: EOF）");
    }
}
