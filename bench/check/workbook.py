#!/usr/bin/env python3
"""Checks a workbook of 100,000 rows and 30 columns, beside libraries that only read it."""

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter
from run import HERE, ROOT, measure

READERS = {
    "fastexcel": "import sys, fastexcel; print(fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes='string').height)",
    "openpyxl": "import sys, openpyxl; print(sum(1 for _ in openpyxl.load_workbook(sys.argv[1], read_only=True).active.iter_rows(values_only=True)) - 1)",
}


def write(source, target, more):
    """The twelve columns of the generated file and as many texts as make thirty."""
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    sheet = book.add_worksheet("处罚")
    with open(source, encoding="utf-8", newline="") as file:
        for at, cells in enumerate(csv.reader(file)):
            extra = [f"附加列{n + 1}" if at == 0 else f"第{at}行第{n + 1}项说明" for n in range(more)]
            sheet.write_row(at, 0, cells + extra)
    book.close()


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--yishu", default=str(ROOT / "target" / "release" / "yishu"))
    args.add_argument("--rows", type=int, default=100_000)
    args = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        source, book = folder / "rows.csv", folder / "rows.xlsx"
        subprocess.run(
            [args.yishu, "simulate", "--seed", "1", "--bench", str(args.rows), "--out", str(source)],
            check=True, capture_output=True,
        )
        write(source, book, 18)
        print(f"a workbook of {args.rows} rows and 30 columns, {book.stat().st_size / 1e6:.0f} MB")
        command = [args.yishu, "check", str(book), "--resource", "bench-wide", "--pack", str(HERE / "pack"), "--as-of", "2026-06-30", "--format", "json"]
        _, own, cpu, memory, code = measure(command, folder)
        if code not in (0, 1):
            sys.exit(f"yishu check failed with {code}")
        print(f"{'yishu, checked':20} {own:>8.2f} s {cpu:>8.2f} CPU s {memory:>8.0f} MB")
        for name, program in READERS.items():
            text, wall, cpu, memory, code = measure([sys.executable, "-c", program, str(book)], folder)
            if code == 0:
                print(f"{name + ', read only':20} {wall:>8.2f} s {cpu:>8.2f} CPU s {memory:>8.0f} MB {wall / own:>6.1f}x  {text.strip()} rows")


if __name__ == "__main__":
    main()
