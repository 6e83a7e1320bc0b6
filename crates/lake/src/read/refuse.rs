//! Every refusal of a file, in one place: what is wrong, where, and the remedy.

use kernel::{Error, ErrorKind, Text};

use super::json::Place;
use super::model::Limits;

/// Remedy that fits most files from old systems.
const SAVE_AS_ZH: &str = "请用 Excel 或 WPS 打开它，另存为 .xlsx 或 CSV（UTF-8）后再报送";
const SAVE_AS_EN: &str = "Open it in Excel or WPS, save it as .xlsx or CSV (UTF-8), and send that";

pub(super) fn empty_file() -> Error {
    Error::bad_input(
        "empty-file",
        "文件是空的，没有任何内容。请检查导出是否成功，重新导出后再报送。",
        "The file is empty. Check whether the export succeeded, export it again and send that.",
    )
}

pub(super) fn no_columns(place: &str) -> Error {
    Error::bad_input(
        "no-columns",
        format!("{place}里找不到表头：没有任何一列有名称。请在第一行写上各列的名称。"),
        format!(
            "No header was found in {place}: no column has a name. Put the names of the columns in the first row."
        ),
    )
}

pub(super) fn too_many_columns(columns: usize, limits: &Limits) -> Error {
    Error::bad_input(
        "too-many-columns",
        format!(
            "表头有 {columns} 列，超过上限 {} 列。请确认分隔符是否正确，或拆成几张表报送。",
            limits.max_columns
        ),
        format!(
            "The header has {columns} columns, the limit is {}. Check the separator, or split the table.",
            limits.max_columns
        ),
    )
}

pub(super) fn record_too_long(row: u32, limit: usize) -> Error {
    let mib = limit >> 20;
    Error::bad_input(
        "record-too-long",
        format!("第 {row} 行超过 {mib} MB，不像一行数据。请检查换行是否丢失，每条记录应占一行。"),
        format!(
            "Row {row} is longer than {mib} MB, which no row of data is. Check whether the line breaks were lost."
        ),
    )
}

pub(super) fn unclosed_quote(row: u32) -> Error {
    Error::bad_input(
        "unclosed-quote",
        format!(
            "第 {row} 行有一个双引号（\"）打开后没有关闭，其后的内容无法分列。请在该行补上引号；单元格内容里的引号要写成两个（\"\"）。"
        ),
        format!(
            "A double quote (\") opened in row {row} is never closed, so the cells after it cannot be told apart. Close it in that row; a quote inside a cell is written twice (\"\")."
        ),
    )
}

pub(super) fn too_many_rows() -> Error {
    Error::bad_input(
        "too-many-rows",
        "文件超过 42 亿行，请拆成几个文件报送。",
        "The file has more than 4.2 billion rows. Split it into several files.",
    )
}

pub(super) fn zip_bomb(limits: &Limits) -> Error {
    let gib = limits.max_expanded_bytes >> 30;
    Error::new(
        ErrorKind::TooLarge,
        "expands-too-much",
        Text::new(
            format!(
                "压缩文件解开后过大（超过 {gib} GB，或超过压缩前的 {} 倍），为安全起见不予读取。请拆成几个文件，或不压缩报送。",
                limits.max_ratio
            ),
            format!(
                "The packed file unpacks to too much (more than {gib} GB, or more than {} times its size) and is not read, for safety. Split it, or send it unpacked.",
                limits.max_ratio
            ),
        ),
    )
}

pub(super) fn too_large_for_format(format: &str, limit: u64) -> Error {
    let mib = limit >> 20;
    Error::new(
        ErrorKind::TooLarge,
        "too-large-for-format",
        Text::new(
            format!("{format} 文件超过 {mib} MB，这种格式只能整份读入。请另存为 .xlsx 或 CSV 后再报送。"),
            format!(
                "The {format} file is larger than {mib} MB, and this format can only be read whole. Save it as .xlsx or CSV."
            ),
        ),
    )
}

pub(super) fn nested_archive(name: &str) -> Error {
    Error::bad_input(
        "nested-archive",
        format!("压缩包里还有压缩包“{name}”。请先解开，把其中的表格直接放进一个 zip 里报送。"),
        format!(
            "The archive holds another archive, “{name}”. Unpack it and put the tables directly into one zip."
        ),
    )
}

pub(super) fn encrypted() -> Error {
    Error::bad_input(
        "encrypted-file",
        "文件设有打开密码，无法读取。请取消密码保护后再报送。",
        "The file is protected by a password and cannot be read. Remove the password and send it again.",
    )
}

pub(super) fn truncated(detail: impl std::fmt::Display) -> Error {
    Error::bad_input(
        "damaged-file",
        "文件不完整或已损坏，读到中途就断了，多半是上传或导出时中断。请重新导出并上传；若是压缩包，请先确认它能解开。",
        "The file is incomplete or damaged, most likely by an interrupted upload or export. Export and send it again; if it is an archive, check that it can be unpacked.",
    )
    .because(detail)
}

pub(super) fn zip_method(name: &str) -> Error {
    Error::bad_input(
        "archive-method",
        format!("压缩包里的“{name}”用了不支持的压缩算法。请用系统自带的“压缩为 zip”重新打包。"),
        format!(
            "“{name}” in the archive is packed by a method we do not read. Pack it again as an ordinary zip."
        ),
    )
}

pub(super) fn no_table_in_archive() -> Error {
    Error::bad_input(
        "no-table",
        "压缩包里没有可以读取的表格。请放入 CSV、XLSX、XLS、JSON 或 Parquet 文件。",
        "The archive holds no table that can be read. Put CSV, XLSX, XLS, JSON or Parquet files into it.",
    )
}

pub(super) fn no_sheet() -> Error {
    Error::bad_input(
        "no-table",
        "工作簿里没有任何有内容的工作表。请检查是否保存了数据。",
        "The workbook has no sheet with content. Check whether the data were saved.",
    )
}

pub(super) fn too_many_tables(limit: usize) -> Error {
    Error::bad_input(
        "too-many-tables",
        format!("文件里的表超过 {limit} 张。请拆开报送。"),
        format!("The file holds more than {limit} tables. Split it."),
    )
}

/// A file that is something else than a table, whatever its name says.
pub(super) fn not_a_table(what_zh: &str, what_en: &str) -> Error {
    Error::bad_input(
        "not-a-table",
        format!("这个文件的内容是{what_zh}，不是表格（与扩展名无关）。{SAVE_AS_ZH}。"),
        format!("By its content this file is {what_en}, not a table (whatever its name says). {SAVE_AS_EN}."),
    )
}

pub(super) fn unknown_encoding(guess: &str) -> Error {
    Error::bad_input(
        "unknown-encoding",
        format!(
            "文字编码既不是 UTF-8 也不是 GB18030（看起来像 {guess}）。请用记事本或 WPS 打开，另存为 UTF-8 后再报送。"
        ),
        format!(
            "The text is neither UTF-8 nor GB18030 (it looks like {guess}). Save it as UTF-8 and send that."
        ),
    )
}

pub(super) fn json_syntax(at: Place, detail: &str) -> Error {
    let Place { line, column } = at;
    Error::bad_input(
        "json-syntax",
        format!("第 {line} 行第 {column} 个字节附近不是合法的 JSON。请用导出工具重新生成，不要手工拼接。"),
        format!(
            "Near byte {column} of line {line} the text is not JSON. Let a program write it, not a hand."
        ),
    )
    .because(detail)
}

pub(super) fn json_not_object(record: u32) -> Error {
    Error::bad_input(
        "json-not-object",
        format!("第 {record} 条记录不是对象。请报送对象的数组 [{{…}}, {{…}}]，或每行一个对象。"),
        format!(
            "Record {record} is not an object. Send an array of objects [{{…}}, {{…}}], or one object a line."
        ),
    )
}

pub(super) fn bad_option(what_zh: &str, what_en: &str) -> Error {
    Error::bad_input(
        "bad-read-option",
        format!("读取选项不对：{what_zh}。"),
        format!("Wrong option for reading: {what_en}."),
    )
}

pub(super) fn no_such_table(index: usize) -> Error {
    Error::bad_input(
        "no-such-table",
        format!("文件里没有第 {} 张表。", index.saturating_add(1)),
        format!("The file has no table number {}.", index.saturating_add(1)),
    )
}

/// The same refusal, saying in which file of an archive or sheet of a workbook.
pub(super) fn within(place: &str, error: Error) -> Error {
    let text =
        Text::new(format!("“{place}”：{}", error.text().zh), format!("“{place}”: {}", error.text().en));
    let within = Error::new(error.kind(), error.code(), text);
    match error.detail() {
        Some(detail) => within.because(detail),
        None => within,
    }
}

/// What an I/O error means: a refusal passed through it, a damaged packed file, or a fault of ours.
pub(super) fn io(error: std::io::Error) -> Error {
    use std::io::ErrorKind as Io;
    match error.kind() {
        Io::UnexpectedEof | Io::InvalidData | Io::InvalidInput | Io::Unsupported => {
            match error.downcast::<Error>() {
                Ok(refusal) => refusal,
                Err(other) => truncated(other),
            }
        }
        _ => match error.downcast::<Error>() {
            Ok(refusal) => refusal,
            Err(other) => crate::table::error::working(other),
        },
    }
}
