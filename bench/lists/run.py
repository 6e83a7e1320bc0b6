"""How long the console's lists take when one department has 100,000 open findings.

python3 bench/lists/run.py [YISHU] [--issues 100000]

Makes the simulated demo city, multiplies its issues (整改单) in its largest department, one open finding each, which is the worst
case for lists, serves it, and asks for each page five times as the steward and as that department's officer. Prints the best and
the worst of the last four in milliseconds. Needs nothing but Python's own library.
"""
import argparse
import http.cookiejar
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
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
    db.commit()
    login = db.execute("select name from account where org_id = ? limit 1", (org,)).fetchone()
    return login[0] if login else code


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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("yishu", nargs="?", default="target/release/yishu")
    options.add_argument("--issues", type=int, default=100_000)
    options.add_argument("--port", type=int, default=8197)
    given = options.parse_args()
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        demo = os.path.join(folder, "demo")
        subprocess.run([given.yishu, "demo", "--once", "--scale", "tiny", "--dir", demo], check=True, stdout=subprocess.DEVNULL)
        officer = multiply(os.path.join(demo, "control.db"), given.issues)
        base = f"http://127.0.0.1:{given.port}"
        settings = {"YISHU_DATABASE": f"sqlite://{demo}/control.db", "YISHU_LAKE": f"{demo}/lake", "YISHU_LISTEN": base[7:]}
        server = subprocess.Popen([given.yishu, "serve"], env=os.environ | settings, stdout=subprocess.PIPE)
        try:
            server.stdout.readline()
            for name, paths in (("steward", STEWARD), (officer, OFFICER)):
                browser = Browser(base, name)
                for path in paths:
                    times = sorted([browser.took(path) for _ in range(5)][1:])
                    slow += times[-1] > 1000
                    print(f"{name:10} {path:26} {times[0]:7.0f} {times[-1]:7.0f} ms")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    sys.exit(f"{slow} pages took longer than a second" if slow else 0)


if __name__ == "__main__":
    main()
