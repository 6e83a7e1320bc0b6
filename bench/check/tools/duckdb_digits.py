"""As duckdb_sql.py, with both check digits."""

import duckdb
from common import CATEGORIES, CODE_GOOD_SQL, IDENTITY_GOOD_SQL, KINDS, answer, file

listed = lambda values: ", ".join(f"'{v}'" for v in values)
row = duckdb.sql(
    f"""
    SELECT count(*),
           count(*) - count(DISTINCT CF_WSH)
           + count(*) FILTER (CF_XDR_MC IS NULL OR CF_XDR_MC = '')
           + count(*) FILTER (CF_XDR_LB NOT IN ({listed(KINDS)}))
           + count(*) FILTER (NOT {CODE_GOOD_SQL})
           + count(*) FILTER (NOT {IDENTITY_GOOD_SQL})
           + count(*) FILTER (CF_CFLB NOT IN ({listed(CATEGORIES)}))
           + count(*) FILTER (try_cast(CF_NR_FK AS DECIMAL(18, 6)) IS NULL)
           + count(*) FILTER (try_strptime(CF_JDRQ, '%Y/%m/%d') IS NULL)
    FROM read_csv('{file()}', all_varchar = true, header = true)
    """
).fetchall()[0]
answer(row[0], row[1])
