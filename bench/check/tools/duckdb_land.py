"""DuckDB does the same checks, both check digits included, and writes good and bad rows as Parquet."""

import sys

import duckdb
from common import CATEGORIES, CODE_GOOD_SQL, IDENTITY_GOOD_SQL, KINDS, answer, file

folder = sys.argv[2]
listed = lambda values: ", ".join(f"'{v}'" for v in values)
tests = [
    "CF_XDR_MC IS NULL OR CF_XDR_MC = ''",
    f"CF_XDR_LB NOT IN ({listed(KINDS)})",
    f"NOT {CODE_GOOD_SQL}",
    f"NOT {IDENTITY_GOOD_SQL}",
    f"CF_CFLB NOT IN ({listed(CATEGORIES)})",
    "try_cast(CF_NR_FK AS DECIMAL(18, 6)) IS NULL",
    "try_strptime(CF_JDRQ, '%Y/%m/%d') IS NULL",
    "row_number() OVER (PARTITION BY CF_WSH ORDER BY line) > 1",
]
bits = " | ".join(f"CASE WHEN {test} THEN {1 << i} ELSE 0 END" for i, test in enumerate(tests))
duckdb.sql(
    f"""
    CREATE TABLE judged AS
    SELECT *, {bits} AS wrong
    FROM (SELECT *, row_number() OVER () AS line FROM read_csv('{file()}', all_varchar = true, header = true))
    """
)
duckdb.sql(
    f"""
    COPY (SELECT * EXCLUDE (wrong, CF_JDRQ, CF_NR_FK), strptime(CF_JDRQ, '%Y/%m/%d')::DATE AS CF_JDRQ,
                 CF_NR_FK::DECIMAL(18, 6) AS CF_NR_FK
          FROM judged WHERE wrong = 0)
    TO '{folder}/good.parquet' (FORMAT parquet, COMPRESSION snappy)
    """
)
duckdb.sql(f"COPY (SELECT * FROM judged WHERE wrong <> 0) TO '{folder}/bad.parquet' (FORMAT parquet)")
rows, bad = duckdb.sql("SELECT count(*), sum(bit_count(wrong)) FROM judged").fetchall()[0]
answer(rows, bad)
