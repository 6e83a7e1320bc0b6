//! How departments' spreadsheets look (表格样式): format, encoding, headers, order and extra columns.

use crate::rng::Rng;
use crate::template::Resource;

/// File format with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV as Excel's "save as CSV" writes it in Chinese Windows: GB18030.
    CsvGb18030,
    /// CSV in UTF-8 with byte order mark.
    CsvUtf8Bom,
    /// CSV in UTF-8 without.
    CsvUtf8,
    /// XLSX, header in the first row.
    Xlsx,
    /// XLSX with a merged title row and a line naming unit and measure above the header.
    XlsxTitled,
}

impl Format {
    /// The file name's ending.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::CsvGb18030 | Self::CsvUtf8Bom | Self::CsvUtf8 => "csv",
            Self::Xlsx | Self::XlsxTitled => "xlsx",
        }
    }

    /// Whether the file is a workbook.
    pub const fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::XlsxTitled)
    }

    /// Encoding as the manifest names it.
    pub const fn encoding(self) -> &'static str {
        match self {
            Self::CsvGb18030 => "gb18030",
            Self::CsvUtf8Bom => "utf-8-bom",
            Self::CsvUtf8 => "utf-8",
            Self::Xlsx | Self::XlsxTitled => "xlsx",
        }
    }
}

/// How columns are headed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Headers {
    /// The printed labels.
    Labels,
    /// The field codes.
    Codes,
    /// Labels with brackets of the other width and a blank before them.
    LooseLabels,
}

/// The looks of one department's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub format: Format,
    pub headers: Headers,
    /// Columns in odd order.
    pub shuffled: bool,
    /// Columns of the department's own besides the template's.
    pub extra: bool,
    /// Every cell in quotation marks.
    pub quoted: bool,
    /// Separator in dates.
    pub date: char,
    /// Dates and amounts as real date and number cells (workbooks only).
    pub native: bool,
}

const PRESETS: [Layout; 6] = [
    Layout {
        format: Format::CsvGb18030,
        headers: Headers::Labels,
        shuffled: false,
        extra: false,
        quoted: true,
        date: '/',
        native: false,
    },
    Layout {
        format: Format::XlsxTitled,
        headers: Headers::Labels,
        shuffled: false,
        extra: false,
        quoted: false,
        date: '/',
        native: true,
    },
    Layout {
        format: Format::CsvUtf8Bom,
        headers: Headers::LooseLabels,
        shuffled: true,
        extra: true,
        quoted: false,
        date: '-',
        native: false,
    },
    Layout {
        format: Format::CsvUtf8,
        headers: Headers::Codes,
        shuffled: false,
        extra: false,
        quoted: false,
        date: '/',
        native: false,
    },
    Layout {
        format: Format::Xlsx,
        headers: Headers::Codes,
        shuffled: true,
        extra: true,
        quoted: false,
        date: '.',
        native: false,
    },
    Layout {
        format: Format::CsvGb18030,
        headers: Headers::Labels,
        shuffled: true,
        extra: false,
        quoted: false,
        date: '/',
        native: false,
    },
];

/// Columns departments add for themselves. No standard field bears these names.
const EXTRA: [&str; 2] = ["经办科室内部流水", "打印标记"];

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Header as written.
    pub header: String,
    /// Field code; none for the department's own columns.
    pub field: Option<&'static str>,
}

impl Layout {
    /// The looks of the `unit`-th department's files; a department keeps its habits.
    pub fn of(resource: Resource, unit: usize) -> Self {
        let shift = match resource {
            Resource::Authority
            | Resource::LegalEntity
            | Resource::Licence2018
            | Resource::Licence2016
            | Resource::ExpectedLicences => 0,
            Resource::Person
            | Resource::Penalty2018
            | Resource::Penalty2016
            | Resource::ExpectedPenalties
            | Resource::ReturnedRecords => 1,
        };
        PRESETS[(unit + shift) % PRESETS.len()]
    }

    /// The columns in the order in which the file has them.
    pub fn columns(&self, resource: Resource, rng: &mut Rng) -> Vec<Column> {
        let mut columns: Vec<Column> = resource
            .fields()
            .iter()
            .map(|(code, label)| Column { header: self.header(code, label), field: Some(*code) })
            .collect();
        if self.shuffled {
            rng.shuffle(&mut columns);
        }
        if self.extra {
            for header in EXTRA {
                let at = rng.below(columns.len() + 1);
                columns.insert(at, Column { header: header.to_owned(), field: None });
            }
        }
        columns
    }

    fn header(&self, code: &str, label: &str) -> String {
        match self.headers {
            Headers::Labels => label.to_owned(),
            Headers::Codes => code.to_owned(),
            Headers::LooseLabels => {
                let turned: String = label
                    .chars()
                    .map(|c| match c {
                        '(' => '（',
                        ')' => '）',
                        '（' => '(',
                        '）' => ')',
                        c => c,
                    })
                    .collect();
                turned.replacen('（', " （", 1)
            }
        }
    }
}
