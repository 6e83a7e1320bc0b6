//! `yishu sql`: read-only questions to the lake.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use kernel::{Error, Result};
use lake::Lake;
use lake::query::{Format as FileFormat, Query, Table};
use serde_json::Value;

use super::{failed, runtime, say};
use yishu::config::Given;

/// 查询数据湖，只读：SELECT、WITH、EXPLAIN、SHOW、DESCRIBE。
/// Query the lake, read-only: SELECT, WITH, EXPLAIN, SHOW, DESCRIBE.
///
/// 表名即资源代码：`licence-2018` 写作 `"licence-2018"` 或 `licence_2018`；字段名区分大小写。
/// Tables are resource codes: write `licence-2018` as `"licence-2018"` or `licence_2018`; names count as written.
#[derive(Debug, Args)]
pub struct Sql {
    /// 一条查询语句 / one statement
    #[arg(value_name = "SQL")]
    sql: String,
    /// 结果格式 / form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// 写入文件 / write to a file [xlsx and parquet need one]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// $1、$2 …… 的值，可重复 / value of $1, $2, …, repeatable
    #[arg(long = "param", value_name = "VALUE")]
    params: Vec<String>,
    /// 按某一版本读表，可重复 / read a table at a version, repeatable
    #[arg(long = "at", value_name = "RESOURCE=VERSION", value_parser = pinned)]
    versions: Vec<(String, u64)>,
    /// 最多行数 / most rows
    #[arg(long, default_value_t = 10_000)]
    limit: usize,
    /// 时限（秒） / time limit in seconds
    #[arg(long, default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    given: Given,
}

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// 文字表格 / aligned text
    Table,
    /// CSV
    Csv,
    /// JSON 数组 / one JSON array of objects
    Json,
    /// 每行一个 JSON / one JSON object a line
    Ndjson,
    /// Parquet
    Parquet,
    /// Excel
    Xlsx,
}

fn pinned(text: &str) -> Result<(String, u64), String> {
    let odd = "写成 资源=版本，例如 licence-2018=12 / write RESOURCE=VERSION";
    let (resource, version) = text.rsplit_once('=').ok_or(odd)?;
    Ok((resource.to_owned(), version.parse().map_err(|_| odd)?))
}

impl Sql {
    /// Asks, and prints the answer. Exit 2 when it cannot.
    pub fn run(self) -> ExitCode {
        match runtime().and_then(|r| r.block_on(self.ask())) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => failed(&e),
        }
    }

    async fn ask(self) -> Result<()> {
        let config = self.given.settle()?;
        let lake = Lake::open_existing(&config.lake, &config.engine).await?;
        let mut query = Query::new(self.sql)
            .bind(self.params.into_iter().map(Value::String))
            .limit(self.limit)
            .timeout(Duration::from_secs(self.timeout));
        query.versions.extend(self.versions);
        let format = match self.format {
            Format::Csv => FileFormat::PlainCsv,
            Format::Ndjson => FileFormat::Ndjson,
            Format::Parquet => FileFormat::Parquet,
            Format::Xlsx => FileFormat::Xlsx,
            Format::Table | Format::Json => return show(&lake, query, self.format, self.output).await,
        };
        match self.output {
            Some(path) => {
                // Excel takes a file without the mark for its own old encoding and shows Chinese as noise.
                let format = if format == FileFormat::PlainCsv { FileFormat::Csv } else { format };
                lake.export(&query, format, BufWriter::new(create(&path)?)).await?;
            }
            None if matches!(format, FileFormat::Parquet | FileFormat::Xlsx) => {
                return Err(Error::bad_input(
                    "output-needed",
                    "这种格式请用 --output 指定文件。",
                    "This format needs --output FILE.",
                ));
            }
            None => {
                lake.export(&query, format, std::io::stdout()).await?;
            }
        }
        Ok(())
    }
}

fn create(path: &PathBuf) -> Result<File> {
    File::create(path).map_err(|e| {
        Error::bad_input(
            "file-unwritable",
            format!("无法写入文件“{}”：{e}", path.display()),
            format!("Cannot write `{}`: {e}", path.display()),
        )
    })
}

async fn show(lake: &Lake, query: Query, format: Format, output: Option<PathBuf>) -> Result<()> {
    let limit = query.limit;
    let table = lake.query(query).await?;
    let text = if format == Format::Json { json(&table)? } else { aligned(&table) };
    match output {
        Some(path) => writeln!(create(&path)?, "{text}").map_err(Error::internal)?,
        None => say(&text),
    }
    if table.more {
        let _ = writeln!(
            std::io::stderr(),
            "只显示前 {limit} 行，用 --limit 调整。 Only the first {limit} rows; see --limit."
        );
    }
    Ok(())
}

fn json(table: &Table) -> Result<String> {
    let objects: Vec<serde_json::Map<String, Value>> = table
        .rows
        .iter()
        .map(|row| table.columns.iter().map(|c| c.name.clone()).zip(row.iter().cloned()).collect())
        .collect();
    serde_json::to_string_pretty(&objects).map_err(Error::internal)
}

/// Columns side by side; a Chinese character is two cells wide in a terminal.
fn aligned(table: &Table) -> String {
    let cells: Vec<Vec<String>> = std::iter::once(table.columns.iter().map(|c| c.name.clone()).collect())
        .chain(table.rows.iter().map(|row| row.iter().map(cell).collect()))
        .collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|c| cells.iter().filter_map(|row| row.get(c)).map(|t| width(t)).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(t, w)| format!("{t}{}", " ".repeat(w - width(t)))).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = cells.iter().map(line).collect();
    let rule = widths.iter().map(|w| "─".repeat(*w)).collect::<Vec<_>>().join("  ");
    lines.insert(1, rule);
    lines.push(format!("（{} 行 rows）", table.rows.len()));
    lines.join("\n")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "∅".to_owned(),
        // A line break or a key's separator would break the line.
        Value::String(s) => s.replace(['\n', '\r', '\t', '\u{1f}'], " "),
        other => other.to_string(),
    }
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// East Asian wide characters (UAX #11), as far as they occur here: CJK, its punctuation, full-width forms.
fn wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lake::query::ColumnInfo;
    use serde_json::json;

    fn table() -> Table {
        let column = |name: &str, kind: &str| ColumnInfo { name: name.into(), kind: kind.into() };
        Table {
            columns: vec![column("名称", "text"), column("n", "integer")],
            rows: vec![vec![json!("甲公司"), json!(1)], vec![Value::Null, json!(20)]],
            more: false,
            versions: Vec::new(),
        }
    }

    #[test]
    fn columns_stand_below_each_other() {
        let text = aligned(&table());
        assert_eq!(text, "名称    n\n──────  ──\n甲公司  1\n∅       20\n（2 行 rows）");
    }

    #[test]
    fn json_is_an_array_of_objects() {
        let back: Value = serde_json::from_str(&json(&table()).unwrap()).unwrap();
        assert_eq!(back, json!([{ "名称": "甲公司", "n": 1 }, { "名称": null, "n": 20 }]));
    }

    #[test]
    fn a_version_is_pinned_by_resource() {
        assert_eq!(pinned("licence-2018=12").unwrap(), ("licence-2018".to_owned(), 12));
        assert!(pinned("licence-2018").is_err());
    }
}
