#!/usr/bin/env python3
"""Checks one generated file with `yishu check` and with its peers, one after the other, and prints the ratios.

    python3 bench/check/run.py --yishu target/release/yishu --python /tmp/venv/bin/python [--rows 1000000]

The file is the same bytes for the same seed. Every tool runs in a process of its own; wall time, CPU time and peak
memory are the kernel's figures for that process, start-up included. The slow tools get the first rows of the same
file, and their speed is compared by rows per second.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FAST = ["pandera_polars", "pointblank_polars", "duckdb_sql", "duckdb_digits"]
DIGITS = ["yishu", "duckdb_digits"]
SLOW = ["frictionless_rows", "validata_rows"]


def measure(command, folder):
    """Runs a command; standard output, wall seconds, CPU seconds, peak memory in MB, exit code."""
    with tempfile.TemporaryFile(dir=folder) as out:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        out.seek(0)
        text = out.read().decode()
    return text, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def ours(yishu, file, folder):
    command = [yishu, "check", str(file), "--resource", "bench-penalty", "--pack", str(HERE / "pack"), "--as-of", "2026-06-30"]
    command += ["--format", "json", "--findings", str(folder / "findings.ndjson")]
    text, wall, cpu, memory, code = measure(command, folder)
    if code not in (0, 1):
        sys.exit(f"yishu check failed with {code}")
    # A repeated key whose first row is wrong for another reason lets the repeat land; the pair is told by two warnings, one of which counts.
    with open(folder / "findings.ndjson") as lines:
        found = [json.loads(line) for line in lines]
    bad = sum(f["severity"] == "reject" or f["pattern"] == "other-lands" for f in found)
    return {"rows": json.loads(text)["rows"], "bad_cells": bad}, wall, cpu, memory


def peer(python, tool, file, folder):
    text, wall, cpu, memory, code = measure([python, str(HERE / "tools" / f"{tool}.py"), str(file)], folder)
    if code != 0:
        return None
    return json.loads(text.strip().splitlines()[-1]), wall, cpu, memory


def landing(args, file, rows, folder):
    """Check, then write the good rows: we as one commit of a Delta table, DuckDB as Parquet files."""
    def empty(name):
        path = folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return str(path)

    best = {}
    for _ in range(args.runs):
        for tool in ("append", "upsert", "duckdb"):
            if tool == "duckdb":
                command = [args.python, str(HERE / "tools" / "duckdb_land.py"), str(file), empty("duckdb")]
            else:
                command = [args.land, str(file), str(HERE / "pack" / "bench"), "bench-penalty", empty(tool), "2026-06-30", tool]
            text, wall, cpu, memory, code = measure(command, folder)
            if code != 0:
                sys.exit(f"{tool} failed with {code}")
            if tool not in best or wall < best[tool][0]:
                best[tool] = (wall, cpu, memory, json.loads(text.strip().splitlines()[-1]))
    print("\ncheck and land")
    for tool, (wall, cpu, memory, answer) in best.items():
        name = "duckdb to Parquet" if tool == "duckdb" else f"yishu, {tool}"
        print(f"{name:20} {rows:>9} {wall:>8.2f} s {cpu:>8.2f} CPU s {memory:>8.0f} MB {wall / best['append'][0]:>6.2f}x  {answer}")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--yishu", default=str(ROOT / "target" / "release" / "yishu"))
    args.add_argument("--python", default=sys.executable)
    args.add_argument("--rows", type=int, default=1_000_000)
    args.add_argument("--slow-rows", type=int, default=50_000)
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("--only-ours", action="store_true")
    args.add_argument("--land", help="the built example check_and_land: compares checking and landing too")
    args = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        file = folder / "penalties.csv"
        made = subprocess.run(
            [args.yishu, "simulate", "--seed", "1", "--bench", str(args.rows), "--out", str(file)],
            check=True, capture_output=True, text=True,
        )
        truth = json.loads(made.stdout)
        kinds = [k for k in truth if k not in ("rows", "bytes")]
        bad = sum(truth[k] for k in kinds)
        shapes = bad - truth["code_check"] - truth["id_check"]
        head = folder / "head.csv"
        with open(file, "rb") as source, open(head, "wb") as out:
            for _, line in zip(range(args.slow_rows + 1), source):
                out.write(line)
        print(f"{truth['rows']} rows, {truth['bytes'] / 1e6:.0f} MB, {bad} bad cells, {bad - shapes} of them found by check digits only")
        results = []
        for _ in range(args.runs):
            results.append(("yishu", *ours(args.yishu, file, folder)))
            for tool in [] if args.only_ours else FAST:
                if done := peer(args.python, tool, file, folder):
                    results.append((tool, *done))
        for tool in [] if args.only_ours else SLOW:
            if done := peer(args.python, tool, head, folder):
                results.append((tool, *done))
        best = {}
        for tool, answer, wall, cpu, memory in results:
            if tool not in best or wall < best[tool][1]:
                best[tool] = (answer, wall, cpu, memory)
        mine = best["yishu"][0]["rows"] / best["yishu"][1]
        print(f"{'tool':20} {'rows':>9} {'wall s':>8} {'CPU s':>8} {'rows/s':>11} {'rows/CPU-s':>11} {'peak MB':>8} {'yishu is':>9}  bad cells")
        wrong = False
        for tool, (answer, wall, cpu, memory) in best.items():
            expected = bad if tool in DIGITS else shapes
            agrees = answer["bad_cells"] == expected if tool not in SLOW else None
            wrong |= agrees is False
            mark = {True: "agrees", False: f"EXPECTED {expected}", None: "first rows"}[agrees]
            print(
                f"{tool:20} {answer['rows']:>9} {wall:>8.2f} {cpu:>8.2f} {answer['rows'] / wall:>11,.0f} {answer['rows'] / cpu:>11,.0f} "
                f"{memory:>8.0f} {mine / (answer['rows'] / wall):>8.1f}x  {answer['bad_cells']} {mark}"
            )
        if args.land:
            landing(args, file, truth["rows"], folder)
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
