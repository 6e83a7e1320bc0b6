"""What every tool shares: the columns, the rules as the tools can say them, and the form of the answer."""

import json
import sys

KINDS = ["法人及非法人组织", "自然人", "个体工商户"]
CATEGORIES = ["警告", "罚款", "没收违法所得、没收非法财物", "责令停产停业", "暂扣或者吊销许可证、暂扣或者吊销执照", "行政拘留", "其他"]
# The shapes that regular expressions can tell; the check digits are for those that can compute them.
CODE = r"^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$"
IDENTITY = r"^[0-9]{17}[0-9X]$"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_SUM = " + ".join(f"{3 ** i % 31} * (instr('{ALPHABET}', CF_XDR_SHXYM[{i + 1}]) - 1)" for i in range(17))
CODE_GOOD_SQL = f"""CASE WHEN regexp_matches(CF_XDR_SHXYM, '{CODE}')
    THEN '{ALPHABET}'[(31 - ({CODE_SUM}) % 31) % 31 + 1] = CF_XDR_SHXYM[18] ELSE false END"""
IDENTITY_SUM = " + ".join(f"{2 ** (17 - i) % 11} * CAST(CF_FR_ZJHM[{i + 1}] AS INTEGER)" for i in range(17))
IDENTITY_GOOD_SQL = f"""CASE WHEN regexp_matches(CF_FR_ZJHM, '{IDENTITY}')
    THEN '10X98765432'[({IDENTITY_SUM}) % 11 + 1] = CF_FR_ZJHM[18] ELSE false END"""


def file():
    return sys.argv[1]


def answer(rows, bad_cells):
    print(json.dumps({"rows": rows, "bad_cells": int(bad_cells)}))


def _string(name, **constraints):
    return {"name": name, "type": "string", "constraints": constraints}


# The rules as a table schema (frictionless, validata).
FIELDS = [
    _string("CF_WSH", unique=True),
    _string("CF_XDR_MC", required=True),
    _string("CF_XDR_LB", enum=KINDS),
    _string("CF_XDR_SHXYM", pattern=CODE),
    _string("CF_FRDB"),
    _string("CF_FR_ZJHM", pattern=IDENTITY),
    _string("CF_SY"),
    _string("CF_CFLB", enum=CATEGORIES),
    _string("CF_NR"),
    {"name": "CF_NR_FK", "type": "number"},
    {"name": "CF_JDRQ", "type": "date", "format": "%Y/%m/%d"},
    _string("CF_CFJG"),
]


def duckdb_check(code_good, identity_good):
    """Counts the bad cells of the file; the two conditions say when a code and an identity number are good."""
    import duckdb

    listed = lambda values: ", ".join(f"'{v}'" for v in values)
    row = duckdb.sql(
        f"""
        SELECT count(*),
               count(*) - count(DISTINCT CF_WSH)
               + count(*) FILTER (CF_XDR_MC IS NULL OR CF_XDR_MC = '')
               + count(*) FILTER (CF_XDR_LB NOT IN ({listed(KINDS)}))
               + count(*) FILTER (NOT {code_good})
               + count(*) FILTER (NOT {identity_good})
               + count(*) FILTER (CF_CFLB NOT IN ({listed(CATEGORIES)}))
               + count(*) FILTER (try_cast(CF_NR_FK AS DECIMAL(18, 6)) IS NULL)
               + count(*) FILTER (try_strptime(CF_JDRQ, '%Y/%m/%d') IS NULL)
        FROM read_csv('{file()}', all_varchar = true, header = true)
        """
    ).fetchall()[0]
    answer(row[0], row[1])
