"""DuckDB with both check digits."""

from common import CODE_GOOD_SQL, IDENTITY_GOOD_SQL, duckdb_check

duckdb_check(CODE_GOOD_SQL, IDENTITY_GOOD_SQL)
