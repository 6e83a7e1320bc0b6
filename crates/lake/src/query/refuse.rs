//! What a query may not do, said in words the person who wrote it can use.

use std::future::Future;
use std::time::Duration;

use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{ExplainStatement, Statement};
use datafusion::sql::sqlparser::ast::Statement as Sql;
use kernel::{Error, ErrorKind, Result, Text};

use crate::table::error::storage;

/// Longest statement, in bytes.
const LONGEST: usize = 64 * 1024;

/// Refuses everything but a question: the list says what is allowed, so whatever the engine learns later stays out.
pub(crate) fn unless_question(context: &SessionContext, sql: &str) -> Result<()> {
    if sql.len() > LONGEST {
        return Err(bad_sql("the statement is longer than 64 KiB"));
    }
    let dialect = context.state().config_options().sql_parser.dialect;
    let statement = context.state().sql_to_statement(sql, &dialect).map_err(engine)?;
    if is_question(&statement) { Ok(()) } else { Err(read_only()) }
}

fn is_question(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(sql) => matches!(
            sql.as_ref(),
            Sql::Query(_)
                | Sql::Explain { .. }
                | Sql::ExplainTable { .. }
                | Sql::ShowTables { .. }
                | Sql::ShowColumns { .. }
                | Sql::ShowVariable { .. }
                | Sql::ShowFunctions { .. }
        ),
        Statement::Explain(ExplainStatement { statement, .. }) => is_question(statement),
        _ => false,
    }
}

fn read_only() -> Error {
    Error::bad_input(
        "sql-read-only",
        "只能查询：请使用 SELECT、WITH、EXPLAIN、SHOW 或 DESCRIBE。数据只能通过报送入库。",
        "Only questions are allowed: SELECT, WITH, EXPLAIN, SHOW or DESCRIBE. Data comes in through submissions alone.",
    )
}

/// A version is asked of a table that the query does not read.
pub(crate) fn version_unread(table: &str) -> Error {
    Error::bad_input(
        "version-unread",
        format!("指定了“{table}”的版本，但这条查询没有读这张表。请核对表名（show tables 可列出全部）。"),
        format!(
            "A version of \"{table}\" was asked for, which the query does not read. Check the name (SHOW TABLES lists all)."
        ),
    )
}

fn bad_sql(message: &str) -> Error {
    Error::bad_input(
        "sql",
        format!("无法执行这条查询：{message}"),
        format!("The query cannot be run: {message}"),
    )
}

/// Turns what the engine says into the one error.
pub(crate) fn engine(e: DataFusionError) -> Error {
    match e.find_root() {
        DataFusionError::ResourcesExhausted(m) => Error::new(
            ErrorKind::TooLarge,
            "query-memory",
            Text::new(
                "查询所需内存超过上限。请加上筛选条件，或减少分组和排序的列。",
                "The query needs more memory than allowed. Filter more, or group and sort by fewer columns.",
            ),
        )
        .because(m),
        DataFusionError::External(inner) => match inner.downcast_ref::<Error>() {
            Some(ours) => crate::table::error::again(ours),
            None => storage("query", e),
        },
        DataFusionError::SQL(..)
        | DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::Configuration(_)
        | DataFusionError::NotImplemented(_)
        | DataFusionError::Execution(_)
        | DataFusionError::ArrowError(..) => {
            let text = e.strip_backtrace();
            if text.contains("not supported: COPY")
                || text.contains("DDL not supported")
                || text.contains("DML not supported")
            {
                return read_only();
            }
            bad_sql(&text)
        }
        _ => storage("query", e),
    }
}

/// Gives the query up after its time.
pub(crate) async fn in_time<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(Error::new(
            ErrorKind::TooLarge,
            "query-timeout",
            Text::new(
                format!("查询超过 {} 秒的时限，已停止。请加上筛选条件，或缩小范围。", limit.as_secs()),
                format!(
                    "The query ran longer than its {} seconds and was stopped. Filter more, or narrow it.",
                    limit.as_secs()
                ),
            ),
        )),
    }
}
