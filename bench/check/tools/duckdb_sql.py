"""DuckDB with what regular expressions can tell."""

from common import CODE, IDENTITY, duckdb_check

duckdb_check(f"regexp_matches(CF_XDR_SHXYM, '{CODE}')", f"regexp_matches(CF_FR_ZJHM, '{IDENTITY}')")
