//! The workbook of registered figures (登记数据表): its columns, and its rows as people send them back.

use kernel::{Error, Lang, Result, Text};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// 单位代码
    OrgCode,
    /// 单位, for whoever reads it; it has to be that of the code
    Org,
    /// 指标代码
    Code,
    /// 指标, for whoever reads it; it has to be that of the code
    Indicator,
    /// 分子
    Part,
    /// 分母
    Whole,
    /// 统计截止日
    Day,
    /// 数据依据
    Basis,
    /// 说明
    Note,
}

impl Column {
    /// All of them, from the left.
    pub const ALL: [Self; 9] = [
        Self::OrgCode,
        Self::Org,
        Self::Code,
        Self::Indicator,
        Self::Part,
        Self::Whole,
        Self::Day,
        Self::Basis,
        Self::Note,
    ];

    /// Its title.
    #[must_use]
    pub const fn title(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::OrgCode => ("单位代码", "Department code"),
            Self::Org => ("单位", "Department"),
            Self::Code => ("指标代码", "Indicator code"),
            Self::Indicator => ("指标", "Indicator"),
            Self::Part => ("分子", "Numerator"),
            Self::Whole => ("分母", "Denominator"),
            Self::Day => ("统计截止日", "Counted up to"),
            Self::Basis => ("数据依据", "Taken from"),
            Self::Note => ("说明", "Note"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Its width in characters.
    #[must_use]
    pub const fn width(self) -> u32 {
        match self {
            Self::Part | Self::Whole | Self::Day => 12,
            Self::OrgCode | Self::Code => 20,
            Self::Org => 28,
            Self::Basis | Self::Note => 40,
            Self::Indicator => 60,
        }
    }

    /// Whether a file without it cannot be read.
    const fn needed(self) -> bool {
        !matches!(self, Self::Org | Self::Indicator | Self::Note)
    }
}

/// A row that somebody filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As the spreadsheet counts.
    pub number: usize,
    /// The place of each column from the left, where the sheet has it.
    at: [Option<usize>; 9],
    cells: Vec<String>,
}

impl Line {
    /// A cell, without blanks around it.
    #[must_use]
    pub fn cell(&self, column: Column) -> &str {
        self.at[column as usize].and_then(|at| self.cells.get(at)).map_or("", |c| c.trim())
    }

    /// Where a cell is: its row, its address and the title of its column.
    #[must_use]
    pub fn place(&self, column: Column) -> Text {
        let (zh, en) = (column.title(Lang::Zh), column.title(Lang::En));
        let address =
            self.at[column as usize].map_or_else(String::new, |at| letters(at) + &self.number.to_string());
        Text::new(
            format!("第 {} 行“{zh}”（{address}）", self.number),
            format!("Row {}, “{en}” ({address})", self.number),
        )
    }
}

/// How a spreadsheet names a column: A to Z, AA and so on.
fn letters(mut at: usize) -> String {
    let mut name = String::new();
    loop {
        let letter = u8::try_from(at % 26).unwrap_or(0) + b'A';
        name.insert(0, char::from(letter));
        at /= 26;
        if at == 0 {
            return name;
        }
        at -= 1;
    }
}

/// The filled rows of a sheet, below its titles in either language.
///
/// # Errors
/// `registered-file` without the columns that are needed.
pub fn lines(rows: &[Vec<String>]) -> Result<Vec<Line>> {
    let filled = |row: &&Vec<String>| row.iter().any(|c| !c.trim().is_empty());
    let head = rows.iter().position(|row| filled(&row)).unwrap_or(0);
    let titles = rows.get(head).map_or(&[][..], Vec::as_slice);
    let is = |title: &str, column: Column| {
        title.trim() == column.title(Lang::Zh) || title.trim().eq_ignore_ascii_case(column.title(Lang::En))
    };
    let at = Column::ALL.map(|column| titles.iter().position(|title| is(title, column)));
    let missing: Vec<Column> =
        Column::ALL.into_iter().filter(|c| c.needed() && at[*c as usize].is_none()).collect();
    if !missing.is_empty() {
        let named = |lang, between| missing.iter().map(|c| c.title(lang)).collect::<Vec<_>>().join(between);
        return Err(Error::bad_input(
            "registered-file",
            format!("第一张工作表缺少这些列：{}。请下载模板填写，不要改动表头。", named(Lang::Zh, "、")),
            format!(
                "The first sheet lacks the columns {}. Download the template, fill it in and keep its header row.",
                named(Lang::En, ", ")
            ),
        ));
    }
    let below = rows.iter().zip(1..).skip(head + 1).filter(|(row, _)| filled(row));
    Ok(below.map(|(cells, number)| Line { number, at, cells: cells.clone() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_titles_in_either_language_and_cells_are_named() {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let titles = ["x", "denominator", "分子", "单位代码", "Indicator code", "统计截止日", "数据依据"];
        let rows = [row(&[]), row(&titles), row(&["", " "]), row(&["", "5", " 4 ", "A1", "systems"])];
        let found = lines(&rows).unwrap();
        assert_eq!(found.len(), 1);
        let line = &found[0];
        assert_eq!((line.number, line.cell(Column::Part), line.cell(Column::Note)), (4, "4", ""));
        assert_eq!(line.place(Column::Part).zh, "第 4 行“分子”（C4）");
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["A", "Z", "AA", "AZ", "BA"]);
        let refused = lines(&[row(&["单位代码", "分子"])]).unwrap_err();
        assert!(refused.text().zh.contains("指标代码、分母、统计截止日、数据依据"), "{}", refused.text().zh);
        assert_eq!(lines(&[]).unwrap_err().code(), "registered-file");
    }
}
