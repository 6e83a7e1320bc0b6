//! What differs between the databases a department may have. Every value is read as text, so that the same
//! rules judge a pulled row and an uploaded one.

use super::After;
use super::address::Kind;

/// A column as the database describes it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub name: String,
    /// Type as the catalogue of the database writes it.
    pub kind: String,
}

/// Lists name and type of a table's columns; binds the table, and the schema where [`binds_schema`].
pub(super) const fn columns_sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Postgres => {
            "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a \
             JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
             AND a.attnum > 0 AND NOT a.attisdropped \
             AND (n.nspname = $2 OR ($2 = '' AND pg_table_is_visible(c.oid))) \
             AND has_table_privilege(c.oid, 'SELECT') ORDER BY a.attnum"
        }
        Kind::MySql => {
            "SELECT CAST(column_name AS CHAR), CAST(column_type AS CHAR) FROM information_schema.columns \
             WHERE table_name = ? AND table_schema = COALESCE(NULLIF(?, ''), DATABASE()) ORDER BY ordinal_position"
        }
        // 1 is a hidden column of a virtual table; generated columns are 2 and 3.
        Kind::Sqlite => "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1",
    }
}

pub(super) const fn binds_schema(kind: Kind) -> bool {
    !matches!(kind, Kind::Sqlite)
}

/// Selects all columns as text; past the value of the increasing column and in its order, rows without a value first.
pub(super) fn select_sql(
    kind: Kind,
    table: &str,
    columns: &[Column],
    cursor: Option<usize>,
    after: Option<&After>,
) -> String {
    let list = columns.iter().map(|c| as_text(kind, &quote(kind, &c.name))).collect::<Vec<_>>().join(", ");
    let table = match (kind, table.split_once('.')) {
        (Kind::Sqlite, _) | (_, None) => quote(kind, table),
        (_, Some((schema, name))) => format!("{}.{}", quote(kind, schema), quote(kind, name)),
    };
    let mut sql = format!("SELECT {list} FROM {table}");
    if let (Some(i), Some(after)) = (cursor, after) {
        let column = quote(kind, &columns[i].name);
        let nulls = match &after.value {
            Some(value) => {
                let op = if after.inclusive { ">=" } else { ">" };
                sql.push_str(&format!(" WHERE {column} {op} {}", bound(kind, &columns[i].kind, value)));
                ""
            }
            None if kind == Kind::Postgres => " NULLS FIRST",
            None => "",
        };
        sql.push_str(&format!(" ORDER BY {column}{nulls}"));
    }
    sql
}

/// The first rows of a table, whatever their order.
pub(super) fn sample_sql(kind: Kind, table: &str, columns: &[Column], rows: u32) -> String {
    format!("{} LIMIT {rows}", select_sql(kind, table, columns, None, None))
}

/// The place of the value reached, in the type of its column: it is kept as text and must compare as what it is.
fn bound(kind: Kind, of: &str, value: &str) -> String {
    match kind {
        Kind::Postgres => format!("CAST($1 AS {of})"),
        // Left to itself MySQL compares a text with a whole number as floating point, which takes neighbouring
        // 19-digit numbers for equal.
        Kind::MySql => {
            let of = of.to_ascii_lowercase();
            let is = |names: &[&str]| names.iter().any(|n| of.starts_with(n));
            if of.contains("int") && of.contains("unsigned") {
                "CAST(? AS UNSIGNED)".to_owned()
            } else if is(&["tinyint", "smallint", "mediumint", "int", "bigint"]) {
                "CAST(? AS SIGNED)".to_owned()
            } else if is(&["decimal", "numeric"]) {
                "CAST(? AS DECIMAL(65,30))".to_owned()
            } else if is(&["datetime", "timestamp"]) {
                "CAST(? AS DATETIME(6))".to_owned()
            } else if is(&["date"]) {
                "CAST(? AS DATE)".to_owned()
            } else {
                "?".to_owned()
            }
        }
        // A computed column of a view has no type, and any text counts as greater than any number.
        Kind::Sqlite if of.is_empty() && value.parse::<f64>().is_ok() => "CAST(? AS NUMERIC)".to_owned(),
        Kind::Sqlite => "?".to_owned(),
    }
}

/// Whether a value can be one of the column's. PostgreSQL says so itself; the others compare nonsense without a word, so
/// that nothing, or everything, would be read for ever.
pub(super) fn is_value_of(kind: Kind, of: &str, value: &str) -> bool {
    let of = of.to_ascii_lowercase();
    let is = |names: &[&str]| names.iter().any(|n| of.contains(n));
    match kind {
        Kind::Postgres => true,
        Kind::MySql if is(&["date", "timestamp"]) => {
            value.get(..10).is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok())
        }
        Kind::MySql | Kind::Sqlite if is(&["int", "dec", "num", "float", "doub", "real"]) => {
            value.trim().parse::<f64>().is_ok()
        }
        Kind::MySql | Kind::Sqlite => true,
    }
}

fn as_text(kind: Kind, column: &str) -> String {
    match kind {
        Kind::MySql => format!("CAST({column} AS CHAR)"),
        Kind::Postgres | Kind::Sqlite => format!("CAST({column} AS TEXT)"),
    }
}

fn quote(kind: Kind, name: &str) -> String {
    match kind {
        Kind::MySql => format!("`{}`", name.replace('`', "``")),
        Kind::Postgres | Kind::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        vec![
            Column { name: "id".into(), kind: "bigint".into() },
            Column { name: "a\"b`c".into(), kind: "text".into() },
        ]
    }

    #[test]
    fn names_are_quoted_and_values_bound() {
        let mut after = After { column: "id".into(), value: Some("7".into()), inclusive: false };
        assert_eq!(
            select_sql(Kind::Postgres, "s.t", &columns(), Some(0), Some(&after)),
            "SELECT CAST(\"id\" AS TEXT), CAST(\"a\"\"b`c\" AS TEXT) FROM \"s\".\"t\" \
             WHERE \"id\" > CAST($1 AS bigint) ORDER BY \"id\""
        );
        assert_eq!(
            select_sql(Kind::MySql, "t", &columns(), None, None),
            "SELECT CAST(`id` AS CHAR), CAST(`a\"b``c` AS CHAR) FROM `t`"
        );
        assert!(
            select_sql(Kind::MySql, "t", &columns(), Some(0), Some(&after))
                .ends_with("WHERE `id` > CAST(? AS SIGNED) ORDER BY `id`")
        );
        after.value = None;
        assert!(
            select_sql(Kind::Postgres, "t", &columns(), Some(0), Some(&after))
                .ends_with("ORDER BY \"id\" NULLS FIRST")
        );
    }

    #[test]
    fn the_value_reached_compares_in_the_type_of_its_column() {
        for (of, place) in [
            ("bigint(20) unsigned", "CAST(? AS UNSIGNED)"),
            ("int", "CAST(? AS SIGNED)"),
            ("datetime(3)", "CAST(? AS DATETIME(6))"),
            ("date", "CAST(? AS DATE)"),
            ("decimal(20,0)", "CAST(? AS DECIMAL(65,30))"),
            ("varchar(32)", "?"),
        ] {
            assert_eq!(bound(Kind::MySql, of, "1"), place, "{of}");
        }
        for (kind, of, value, good) in [
            (Kind::MySql, "datetime(3)", "2026-01-05 09:00:00.500", true),
            (Kind::MySql, "datetime(3)", "yesterday", false),
            (Kind::MySql, "bigint(20) unsigned", "18446744073709551615", true),
            (Kind::MySql, "int", "x", false),
            (Kind::MySql, "varchar(20)", "x", true),
            (Kind::Sqlite, "INTEGER", "x", false),
            (Kind::Sqlite, "TEXT", "x", true),
        ] {
            assert_eq!(is_value_of(kind, of, value), good, "{of} {value}");
        }
        assert_eq!(bound(Kind::Sqlite, "", "9"), "CAST(? AS NUMERIC)");
        assert_eq!(bound(Kind::Sqlite, "", "2026-01-05"), "?");
    }
}
