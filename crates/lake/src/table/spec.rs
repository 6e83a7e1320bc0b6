//! The shape of a table (表结构): the fields of its resource with their stored types, followed by provenance.

use deltalake_core::arrow::datatypes::{DataType, TimeUnit};
use deltalake_core::kernel::{DataType as DeltaType, PrimitiveType, StructField};
use kernel::{Error, Result};
use standards::pack::{FieldKind, Resource};

/// Id of the submission (报送批次) that brought the row, a UUID as text.
pub const SUBMISSION: &str = "_submission";
/// Row in the received file as a spreadsheet shows it.
pub const ROW: &str = "_row";
/// File digest or push key the row came from.
pub const SOURCE: &str = "_source";
/// When the bytes were received, UTC.
pub const RECEIVED_AT: &str = "_received_at";
/// From when the row's fact holds: the decision date where the resource has one, else the time of receipt.
pub const VALID_AT: &str = "_valid_at";
/// The business key as one text; see [`TableSpec::key`].
pub const KEY: &str = "_key";

/// Stored type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Text, UTF-8.
    Text,
    /// A calendar day.
    Date,
    /// Exact decimal: all digits, digits after the point.
    Decimal(u8, u8),
    /// Whole number, 64 bits.
    Integer,
    /// Instant in UTC, microseconds.
    Instant,
}

impl ColumnType {
    /// The stored type of a field kind: what a check digit or code list guards is text, so that leading zeros stay.
    #[must_use]
    pub const fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Date { .. } => Self::Date,
            FieldKind::Decimal { precision, scale, .. } => Self::Decimal(*precision, *scale),
            FieldKind::Integer { .. } => Self::Integer,
            _ => Self::Text,
        }
    }

    pub(crate) fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Decimal(p, s) => DataType::Decimal128(p, s.try_into().unwrap_or(0)),
            Self::Integer => DataType::Int64,
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    fn delta(self, column: &str) -> Result<DeltaType> {
        Ok(match self {
            Self::Text => DeltaType::STRING,
            Self::Date => DeltaType::DATE,
            Self::Decimal(p, s) => DeltaType::Primitive(
                PrimitiveType::decimal(p, s).map_err(|e| Error::internal(format!("{column}: {e}")))?,
            ),
            Self::Integer => DeltaType::LONG,
            Self::Instant => DeltaType::TIMESTAMP,
        })
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Field code, or the name of a provenance column.
    pub name: String,
    /// Stored type.
    pub kind: ColumnType,
}

/// The shape of a table, taken from its resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Resource code; the table lies at `tables/<code>`.
    pub code: String,
    /// The resource's own fields, in template order.
    pub fields: Vec<Column>,
    /// Business key (业务主键): one list of alternatives for each element; of the alternatives the first filled one
    /// counts. The stored `_key` joins the elements by U+001F, an empty element standing for none filled; it is
    /// NULL when no element is filled, and such a row never replaces another.
    pub key: Vec<Vec<String>>,
    /// Fields of the key that hold document numbers: they stand in it as [`standards::fold::document_number`] writes them.
    pub documents: Vec<String>,
    /// Field from which `_valid_at` is taken.
    pub valid_from: Option<String>,
}

impl TableSpec {
    /// The shape of a resource's table.
    ///
    /// # Errors
    /// `resource-code` when the code could not be a folder name or a field collides with provenance.
    pub fn of(resource: &Resource) -> Result<Self> {
        check_code(&resource.resource)?;
        let fields: Vec<Column> = resource
            .fields
            .iter()
            .map(|f| Column { name: f.code.clone(), kind: ColumnType::of(&f.kind) })
            .collect();
        let known = |name: &str| fields.iter().any(|c| c.name == name);
        if let Some(bad) = fields.iter().find(|c| c.name.starts_with('_') || c.name.is_empty()) {
            return Err(bad_code(&bad.name));
        }
        let key: Vec<Vec<String>> =
            resource.business_key.iter().map(|k| k.split('|').map(str::to_owned).collect()).collect();
        if let Some(missing) = key.iter().flatten().find(|k| !known(k)) {
            return Err(Error::bad_input(
                "key-field-unknown",
                format!("资源“{}”的业务主键字段“{missing}”不在字段表中。", resource.resource),
                format!(
                    "The business key of `{}` names the field `{missing}`, which it does not have.",
                    resource.resource
                ),
            ));
        }
        let documents = key.iter().flatten().filter(|k| resource.holds_document(k)).cloned().collect();
        let valid_from = resource
            .decision_date
            .clone()
            .filter(|d| fields.iter().any(|c| c.name == *d && c.kind == ColumnType::Date));
        Ok(Self { code: resource.resource.clone(), fields, key, documents, valid_from })
    }

    /// All columns in stored order: fields, then provenance, then the key.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let own = |name: &str, kind| Column { name: name.to_owned(), kind };
        let mut all = self.fields.clone();
        all.extend([
            own(SUBMISSION, ColumnType::Text),
            own(ROW, ColumnType::Integer),
            own(SOURCE, ColumnType::Text),
            own(RECEIVED_AT, ColumnType::Instant),
            own(VALID_AT, ColumnType::Instant),
            own(KEY, ColumnType::Text),
        ]);
        all
    }

    pub(crate) fn delta_columns(&self) -> Result<Vec<StructField>> {
        self.columns()
            .iter()
            .map(|c| Ok(StructField::new(c.name.clone(), c.kind.delta(&c.name)?, true)))
            .collect()
    }

    /// Columns whose least and greatest value are kept for each file, so that readers can skip files: provenance,
    /// the business key and dates. Others would only swell the log.
    pub(crate) fn stats_columns(&self) -> String {
        let plain = |n: &str| n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let mut names: Vec<&str> = vec![SUBMISSION, ROW, RECEIVED_AT, VALID_AT, KEY];
        names.extend(
            self.fields
                .iter()
                .filter(|c| c.kind == ColumnType::Date || self.key.iter().flatten().any(|k| *k == c.name))
                .map(|c| c.name.as_str())
                .filter(|n| plain(n)),
        );
        names.join(",")
    }
}

/// A resource code names a folder and a table, so nothing but letters, digits, `-` and `_` may stand in it.
pub(crate) fn check_code(code: &str) -> Result<()> {
    let ok = !code.is_empty()
        && code.len() <= 120
        && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !code.starts_with(['-', '_']);
    if ok { Ok(()) } else { Err(bad_code(code)) }
}

fn bad_code(code: &str) -> Error {
    Error::bad_input(
        "resource-code",
        format!("“{code}”不能用作代码：只能含字母、数字、“-”和“_”，且不能以“-”或“_”开头。"),
        format!(
            "`{code}` cannot be a code: only letters, digits, `-` and `_`, not starting with `-` or `_`."
        ),
    )
}
