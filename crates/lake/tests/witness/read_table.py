"""Reads a Delta table with two outside readers and prints what both saw, as JSON.

read_table.py TABLE [VERSION]
"""

import glob
import json
import os
import sys

import deltalake
import duckdb
import duckdb_extension_delta
import pyarrow.compute as pc

ASK = (
    "SELECT count(*), CAST(sum(AMOUNT) AS VARCHAR), CAST(max(DECIDED) AS VARCHAR), "
    "count(DISTINCT _submission), count(DISTINCT _key), count(DISTINCT NAME) FROM "
)


def with_deltalake(path, version):
    table = deltalake.DeltaTable(path, version=version).to_pyarrow_table()
    distinct = [pc.count_distinct(table[c], mode="only_valid").as_py() for c in ("_submission", "_key", "NAME")]
    return [
        table.num_rows,
        str(pc.sum(table["AMOUNT"]).as_py()),
        str(pc.max(table["DECIDED"]).as_py()),
        *distinct,
    ]


def with_duckdb(path, version):
    folder = os.path.dirname(duckdb_extension_delta.__file__)
    (extension,) = glob.glob(f"{folder}/extensions/*/delta.duckdb_extension")
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    at = f", version={version}" if version is not None else ""
    return list(connection.execute(f"{ASK} delta_scan('{path}'{at})").fetchone())


def main():
    path = sys.argv[1]
    version = int(sys.argv[2]) if len(sys.argv) > 2 else None
    json.dump({"deltalake": with_deltalake(path, version), "duckdb": with_duckdb(path, version)}, sys.stdout)


main()
