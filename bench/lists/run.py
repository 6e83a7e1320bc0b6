"""How long the console's lists take when one department has 100,000 open findings.

python3 bench/lists/run.py [YISHU] [--issues 100000] [--rows 100000] [--demo FOLDER]

Makes the simulated demo city (or copies the folder of one), multiplies the issues (整改单) of its largest department, one open finding each,
and the wrong rows of one of its submissions, so that few issues hold as many findings again. Serves it, waits for the first round that follows
what changed and reminds people, and asks for each page five times as the steward and as that department's officer. Prints the best and
the worst of the last four in milliseconds, and how long the reminders with the daily digest took; all the while it asks for the board,
whose facts are gathered and counted anew. Reminders are made on working days only. Needs nothing but Python's own library.
"""
import argparse
import datetime
import http.cookiejar
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import uuid

PASSWORD = "Yishu#2026"
STEWARD = ["/", "/issues", "/issues?state=all", "/issues?sort=-opened", "/issues?q=E102", "/issues?page=1500", "/chase",
           "/records", "/board", "/notices", "/faq"]
OFFICER = ["/", "/issues", "/issues?state=overdue", "/issues?page=1500", "/records", "/board", "/notices", "/faq"]


def multiply(database: str, wanted: int) -> str:
    """Copies issues of the department that has most until `wanted` are open in it. Returns its code."""
    db = sqlite3.connect(database)
    columns = [row[1] for row in db.execute("pragma table_info(issue)")]
    at = {name: i for i, name in enumerate(columns)}
    org, code = db.execute(
        "select org.id, org.code from issue join org on org.id = issue.org_id group by 1 order by count(*) desc limit 1"
    ).fetchone()
    rows = db.execute("select * from issue where due is not null").fetchall()
    chance = random.Random(1)
    fresh = lambda old: uuid.UUID(int=chance.getrandbits(128)).bytes if isinstance(old, bytes) else str(uuid.UUID(int=chance.getrandbits(128)))
    copies = []
    for n in range(wanted):
        row = list(chance.choice(rows))
        row[at["id"]], row[at["submission_id"]] = fresh(row[at["id"]]), fresh(row[at["submission_id"]])
        row[at["org_id"]], row[at["number"]] = org, f"ZG-{n:06}"
        row[at["state"]], row[at["findings"]], row[at["open"]], row[at["closed_at"]] = "open", 1, 1, None
        copies.append(row)
    db.executemany(f"insert into issue values ({','.join('?' * len(columns))})", copies)
    # As before the first round: everything is told anew, and the facts of the scorecard are looked through at once.
    db.execute("delete from notice_round")
    db.execute("update fact_run set looked_at = '2000-01-01T00:00:00.000000+00:00'")
    # Whatever hour it is, the day's digest is made at once.
    kept = db.execute("select rules from notice_rules where id = 1").fetchone()
    rules = json.dumps((json.loads(kept[0]) if kept else {}) | {"digest_hour": 0})
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    db.execute("insert or replace into notice_rules (id, rules, by_name, at) values (1, ?, 'bench', ?)", (rules, now))
    db.commit()
    login = db.execute("select name from account where org_id = ? limit 1", (org,)).fetchone()
    return login[0] if login else code


def many_rows(database: str, wanted: int) -> list[str]:
    """Multiplies the open rows of one submission of decisions until it has `wanted`. Returns the pages that show them."""
    db = sqlite3.connect(database)
    submission, resource = db.execute(
        "select s.id, s.resource from submission s join issue i on i.submission_id = s.id where i.state = 'open' and i.number not like 'ZG-%'"
        " and i.due is not null and s.rows_open > 0 order by s.rows_open desc limit 1"
    ).fetchone()
    columns = [[row[1] for row in db.execute(f"pragma table_info({table})")] for table in ("wrong_row", "finding")]
    old = [dict(zip(columns[0], r)) for r in db.execute("select * from wrong_row where submission_id = ? and state = 'open'", (submission,))]
    of = {row["id"]: [] for row in old}
    for r in db.execute("select * from finding where submission_id = ?", (submission,)):
        found = dict(zip(columns[1], r))
        of.get(found["wrong_row_id"], []).append(found)
    last = db.execute("select max(ordinal) from wrong_row where submission_id = ?", (submission,)).fetchone()[0]
    document = "CF_WSH" if resource.startswith("penalty") else "XK_WSH"
    chance = random.Random(2)
    fresh = lambda like: uuid.UUID(int=chance.getrandbits(128)).bytes if isinstance(like, bytes) else str(uuid.UUID(int=chance.getrandbits(128)))
    rows, findings, by_cause = [], [], {}
    for n in range(1, wanted + 1):
        row = dict(old[n % len(old)])
        cells = json.loads(row["cells"])
        cells[document] = f"{cells.get(document, '')}-{n}"
        source, row["id"] = row["id"], fresh(row["id"])
        row |= {"ordinal": last + n, "row": last + n, "cells": json.dumps(cells, ensure_ascii=False), "business_key": f"{row['business_key']}-{n}"}
        rows.append([row[c] for c in columns[0]])
        for found in of[source]:
            copy = found | {"id": fresh(found["id"]), "wrong_row_id": row["id"]}
            findings.append([copy[c] for c in columns[1]])
            cause = (found["code"], found["pattern"], found["field"])
            by_cause[cause] = by_cause.get(cause, 0) + 1
    for table, names, values in (("wrong_row", columns[0], rows), ("finding", columns[1], findings)):
        db.executemany(f"insert into {table} values ({','.join('?' * len(names))})", values)
    for (code, pattern, field), n in by_cause.items():
        db.execute("update finding_group set findings = findings + ? where submission_id = ? and code = ? and pattern = ? and field = ?", (n, submission, code, pattern, field))
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    like = db.execute("select updated_at from submission where id = ?", (submission,)).fetchone()[0]
    db.execute(
        "update submission set rows_total = rows_total + ?1, rows_rejected = rows_rejected + ?1, rows_open = rows_open + ?1, findings = findings + ?2, updated_at = ?3"
        " where id = ?4", (wanted, len(findings), now.replace(" ", "T") if "T" in like else now, submission))
    issue = db.execute("select id from issue where submission_id = ? and state = 'open' order by open desc", (submission,)).fetchone()[0]
    db.commit()
    text = lambda value: str(uuid.UUID(bytes=value)) if isinstance(value, bytes) else value
    submission, issue = text(submission), text(issue)
    return [f"/issues/{issue}", f"/submissions/{submission}", f"/submissions/{submission}/wrong-rows.json", "/records?which=overdue", "/notices?which=all"]


class Browser:
    def __init__(self, base: str, name: str):
        self.base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        page = self.opener.open(base + "/sign-in").read()
        csrf = re.search(rb'name="_csrf" value="([^"]+)"', page).group(1).decode()
        form = urllib.parse.urlencode({"_csrf": csrf, "name": name, "password": PASSWORD})
        self.opener.open(base + "/sign-in", form.encode()).read()

    def took(self, path: str) -> float:
        begin = time.perf_counter()
        self.opener.open(self.base + path).read()
        return (time.perf_counter() - begin) * 1000


def answers(base: str) -> bool:
    try:
        return urllib.request.urlopen(base + "/sign-in", timeout=5).status == 200
    except OSError:
        return False


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("yishu", nargs="?", default="target/release/yishu")
    options.add_argument("--issues", type=int, default=100_000)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--demo")
    options.add_argument("--port", type=int, default=8197)
    given = options.parse_args()
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        demo = os.path.join(folder, "demo")
        if given.demo:
            shutil.copytree(given.demo, demo)
        else:
            make = [given.yishu, "demo", "--once", "--scale", "tiny", "--dir", demo]
            subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        database = os.path.join(demo, "control.db")
        officer = multiply(database, given.issues)
        rows = many_rows(database, given.rows) if given.rows else []
        base = f"http://127.0.0.1:{given.port}"
        settings = {"YISHU_DATABASE": f"sqlite://{demo}/control.db", "YISHU_LAKE": f"{demo}/lake", "YISHU_LISTEN": base[7:],
                    "RUST_LOG": "warn,rectify=debug", "NO_COLOR": "1"}
        server = subprocess.Popen([given.yishu, "serve"], env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        reminded, ended = threading.Event(), threading.Event()
        watched: list[float] = []

        def watch_board() -> None:
            """Asks for the board all the while, also at the moment its new figures are counted."""
            browser = Browser(base, "steward")
            while not ended.wait(0.3):
                watched.append(browser.took("/board"))

        def read_log() -> None:
            for line in server.stdout:
                if "notices::remind" in line:
                    print(line.strip()[-120:])
                if "reminders were made" in line:
                    reminded.set()

        threading.Thread(target=read_log, daemon=True).start()
        watcher = threading.Thread(target=watch_board, daemon=True)
        try:
            while not answers(base):
                if server.poll() is not None:
                    sys.exit("the server ended before it answered")
                time.sleep(0.2)
            watcher.start()
            if not reminded.wait(900):
                print("no reminders within 15 minutes: is today a day off?")
            for name, paths in (("steward", STEWARD + rows), (officer, OFFICER)):
                browser = Browser(base, name)
                for path in paths:
                    times = sorted([browser.took(path) for _ in range(5)][1:])
                    slow += times[-1] > 1000
                    print(f"{name:10} {path.split('/')[1] + '/…' if '-' in path and len(path) > 40 else path:26} {times[0]:7.0f} {times[-1]:7.0f} ms", flush=True)
            ended.set()
            watcher.join()
            watched.sort()
            slow += watched[-1] > 1000
            print(f"{'steward':10} {'/board, ' + str(len(watched)) + ' times all the while':42} {watched[len(watched) // 2]:7.0f} {watched[-1]:7.0f} ms (median, worst)")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    sys.exit(f"{slow} pages took longer than a second" if slow else 0)


if __name__ == "__main__":
    main()
