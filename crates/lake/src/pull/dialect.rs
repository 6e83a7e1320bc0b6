//! What differs between the databases a department may have. Every value is read as text, so that the same
//! rules judge a pulled row and an uploaded one.

use super::After;

/// Kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
}

/// A column as the database describes it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub name: String,
    /// Type as the catalogue of the database writes it.
    pub kind: String,
}

impl Dialect {
    /// Lists name and type of a table's columns; binds the table, and the schema where [`Self::binds_schema`].
    pub const fn columns_sql(self) -> &'static str {
        match self {
            Self::Postgres => {
                "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a \
                 JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
                 WHERE c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped \
                 AND (n.nspname = $2 OR ($2 = '' AND pg_table_is_visible(c.oid))) \
                 AND has_table_privilege(c.oid, 'SELECT') ORDER BY a.attnum"
            }
            Self::MySql => {
                "SELECT CAST(column_name AS CHAR), CAST(column_type AS CHAR) FROM information_schema.columns \
                 WHERE table_name = ? AND table_schema = COALESCE(NULLIF(?, ''), DATABASE()) ORDER BY ordinal_position"
            }
            Self::Sqlite => "SELECT name, type FROM pragma_table_info(?)",
        }
    }

    pub const fn binds_schema(self) -> bool {
        !matches!(self, Self::Sqlite)
    }

    /// Selects all columns as text, past the value of the cursor column, in its order.
    pub fn select_sql(
        self,
        table: &str,
        columns: &[Column],
        cursor: Option<usize>,
        after: Option<&After>,
    ) -> String {
        let list = columns.iter().map(|c| self.as_text(&self.quote(&c.name))).collect::<Vec<_>>().join(", ");
        let table = match (self, table.split_once('.')) {
            (Self::Sqlite, _) | (_, None) => self.quote(table),
            (_, Some((schema, name))) => format!("{}.{}", self.quote(schema), self.quote(name)),
        };
        let mut sql = format!("SELECT {list} FROM {table}");
        if let (Some(i), Some(after)) = (cursor, after) {
            let column = self.quote(&columns[i].name);
            if after.value.is_some() {
                let op = if after.inclusive { ">=" } else { ">" };
                let bound = match self {
                    Self::Postgres => format!("CAST($1 AS {})", columns[i].kind),
                    Self::MySql | Self::Sqlite => "?".to_owned(),
                };
                sql.push_str(&format!(" WHERE {column} {op} {bound}"));
            }
            sql.push_str(&format!(" ORDER BY {column}"));
        }
        sql
    }

    fn as_text(self, column: &str) -> String {
        match self {
            Self::MySql => format!("CAST({column} AS CHAR)"),
            Self::Postgres | Self::Sqlite => format!("CAST({column} AS TEXT)"),
        }
    }

    fn quote(self, name: &str) -> String {
        match self {
            Self::MySql => format!("`{}`", name.replace('`', "``")),
            Self::Postgres | Self::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
        }
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
        let after = After { column: "id".into(), value: Some("7".into()), inclusive: false };
        assert_eq!(
            Dialect::Postgres.select_sql("s.t", &columns(), Some(0), Some(&after)),
            "SELECT CAST(\"id\" AS TEXT), CAST(\"a\"\"b`c\" AS TEXT) FROM \"s\".\"t\" \
             WHERE \"id\" > CAST($1 AS bigint) ORDER BY \"id\""
        );
        assert_eq!(
            Dialect::MySql.select_sql("t", &columns(), None, None),
            "SELECT CAST(`id` AS CHAR), CAST(`a\"b``c` AS CHAR) FROM `t`"
        );
    }
}
