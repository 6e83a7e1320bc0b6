"""Computes the indicators (考核指标) of the demo city from its ledger alone and compares them with the platform's.

    figures.py FILES

FILES is the folder of a simulated city whose three months a demo has played: manifest.json, ledger.ndjson, decisions.ndjson,
returns.ndjson, cases.ndjson, registered.ndjson, accounts.json and organisations.json are the simulator's; figures.json is what the platform counted. Everything here
follows the definitions in words (`crates/scorecard/indicators/*.yaml`) and the ledger; nothing comes from the platform's own tables, and
working days are those of the package chinesecalendar. Exit 1 when a figure differs, when an indicator of the platform is neither
computed here nor named in BEYOND, or when fewer than LEAST figures were compared.
"""

import datetime
import json
import pathlib
import sys
from collections import defaultdict

import chinese_calendar

# Working days: a decision to be reported (双公示报送期限), a record sent back, a case at the centre, with the department, and all of an
# objection together (山东).
REPORT, RETURNED, REPAIR, OBJECTION = 7, 5, 7, 7
# What no ledger can foretell, and why: whatever is drawn must be faultless, because no fault is planted in what is public.
BEYOND = {"publication-accuracy": "records are drawn by chance"}
LEAST = 1500
DAY = datetime.timedelta(days=1)


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def workdays_after(start, count):
    """The `count`-th working day after `start`."""
    at = start
    while count:
        at += DAY
        count -= chinese_calendar.is_workday(at)
    return at


class Ledger:
    def __init__(self, folder):
        organisations = json.loads((folder / "organisations.json").read_text(encoding="utf-8"))
        self.parent = {o["code"]: o["parent"] for o in organisations}
        self.files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
        decisions = lines(folder / "decisions.ndjson")
        self.decisions = [
            dict(
                org=d["org"],
                decided=day(d["decided"]),
                deadline=workdays_after(day(d["decided"]), REPORT),
                received=day(d.get("received_on")),
                valid=day(d.get("mended_on") if d["rejected"] else d.get("received_on")),
                first_valid=not d["rejected"],
            )
            for d in decisions
        ]
        # Cells that a decision's standard asks for.
        self.items = {(d["resource"], d["document"]): d["items"] for d in decisions}
        self.cases = lines(folder / "cases.ndjson")
        self.returns = lines(folder / "returns.ndjson")
        # What the bureau entered and did not take back, in the order in which it was entered.
        self.registered = [f for f in lines(folder / "registered.ndjson") if not f.get("revoked_on")]
        # Units with an account: all were opened before the first file came, and none is closed.
        accounts = json.loads((folder / "accounts.json").read_text(encoding="utf-8"))
        self.with_account = {a["org"] for a in accounts}
        # Rows put right, by file: (row, day).
        self.mended = defaultdict(list)
        for d in decisions:
            if d["rejected"] and d.get("mended_on"):
                self.mended[d["file"]].append((d["row"], day(d["mended_on"])))
        self.findings = defaultdict(list)
        for entry in lines(folder / "ledger.ndjson"):
            self.findings[entry["file"]].append(entry)
        self.libraries()
        # A record that comes again, corrected: pushed by its department, or corrected for an objection that was granted.
        self.pushed = [
            (r["org"], r["resource"], r["document"], day(r["answered_on"]))
            for r in self.returns
            if r["answer"] == "corrected" and r.get("answered_on")
        ] + [
            (c["org"], c["resource"], c["document"], day(c["decided_on"]))
            for c in self.cases
            if c["kind"] == "objection" and c.get("granted") and c.get("decided_on")
        ]

    def libraries(self):
        """In every other file of a base library somebody takes, on the day it comes, every suggestion there is: each row all of
        whose faults have one is put right. The register, of which some suggestions come, is still empty on that day."""
        known = lambda entry: entry.get("suggestion") and not entry.get("register")
        for place, file in enumerate(self.files):
            if file["resource"] not in ("legal-entity", "person") or place % 2 or not file["rejected"]:
                continue
            rows = defaultdict(list)
            for entry in self.findings[file["file"]]:
                if entry["severity"] == "reject":
                    rows[entry["row"]].append(entry)
            whole = [row for row, entries in rows.items() if all(map(known, entries))]
            self.mended[file["file"]].extend((row, day(file["received_on"])) for row in whole)

    def member(self, org):
        """The organisation directly below the city to which an organisation belongs."""
        while self.parent[org] not in (None, "city"):
            org = self.parent[org]
        return org

    def closed(self, r):
        """When a record sent back was answered: confirmed, or come again corrected for whatever reason."""
        again = [at for _, resource, document, at in self.pushed
                 if (resource, document) == (r["resource"], r["document"]) and at >= day(r["returned_on"])]
        own = [day(r["answered_on"])] if r.get("answered_on") else []
        return min(again + own, default=None)

    def tasks(self):
        """What departments do together: (organisation, due, closed). What stays at the centre is not theirs."""
        for r in self.returns:
            yield r["org"], workdays_after(day(r["returned_on"]), RETURNED), self.closed(r)
        for c in self.cases:
            forwarded, decided = day(c.get("forwarded_on")), day(c.get("decided_on"))
            if forwarded:
                yield c["org"], self.due(c), decided

    @staticmethod
    def due(c):
        """Last day of the department: of an objection with the centre's days, of a repair its own."""
        if c["kind"] == "objection":
            return workdays_after(day(c["filed_on"]), OBJECTION)
        return workdays_after(day(c["forwarded_on"]), REPAIR)

    def figures(self, begin, end, as_of):
        """(indicator, member) to [numerator, denominator] over a period, judged on a day; no member for the whole city."""
        found = defaultdict(lambda: [0, 0])
        inside = lambda at: at is not None and begin <= at <= end

        def count(indicator, org, part, whole=1):
            for whose in (self.member(org), None):
                found[indicator, whose][0] += part
                found[indicator, whose][1] += whole

        for d in self.decisions:
            valid, deadline, org = d["valid"], d["deadline"], d["org"]
            timely = valid is not None and valid <= deadline
            missing = inside(deadline) and deadline < as_of and (valid is None or valid > end)
            if inside(valid):
                count("timeliness-a", org, timely)
            if inside(valid) or missing:
                count("timeliness-b", org, timely and inside(valid))
            if inside(d["received"]):
                count("accuracy", org, d["first_valid"])
                count("accuracy-final", org, valid is not None and valid <= as_of)
                count("late", org, valid is not None and valid > deadline)
            if inside(d["decided"]) and deadline < as_of:
                count("missed", org, valid is None)
            if deadline <= end and deadline < as_of and valid is None:
                count("overdue", org, 1)
        for r in self.returns:
            if inside(day(r["returned_on"])):
                closed = self.closed(r)
                count("confirmation", r["org"], closed is not None and closed <= as_of)
        for org, due, closed in self.tasks():
            if inside(due) and (due < as_of or closed is not None):
                count("collaboration", org, closed is not None and closed <= due)
        for c in self.cases:
            # The papers of every repair are complete, and every target acknowledges on the day of the decision.
            decided = day(c.get("decided_on"))
            if c["kind"] == "repair" and inside(decided):
                count("repair", c["org"], decided <= self.due(c))
            if c["kind"] == "objection":
                self.objection(c, inside, (end, as_of), count)
        landed = {(f["org"], f["resource"]) for f in self.files if f["rows"] > f["rejected"]}
        for entry in {(f["org"], f["resource"]) for f in self.files}:
            count("catalogue-mounted", entry[0], entry in landed)
        # Of the figures of a department the newest up to the end; of two of one day the one entered later.
        newest = {}
        for n, f in enumerate(self.registered):
            if day(f["day"]) <= end:
                key = f["indicator"], f["org"]
                newest[key] = max(newest.get(key, (f["day"], -1)), (f["day"], n))
        for (indicator, org), (_, n) in newest.items():
            count(indicator, org, self.registered[n]["part"], self.registered[n]["whole"])
        # The city itself is no department's unit.
        for org in self.parent:
            if org != "city":
                count("accounts-opened", org, org in self.with_account)
        self.rows(inside, end, as_of, count)
        return found

    def objection(self, c, inside, judged, count):
        """Received; done by the department, and in time; with the department at the end of the period, and overdue."""
        end, as_of = judged
        forwarded, decided = day(c.get("forwarded_on")), day(c.get("decided_on"))
        if inside(day(c["filed_on"])):
            count("objections-received", c["org"], 1)
        if forwarded and inside(decided):
            count("objections-in-time", c["org"], decided <= self.due(c))
        if forwarded and forwarded <= end and (decided is None or decided > end):
            count("objections-overdue", c["org"], self.due(c) <= end and self.due(c) < as_of)

    def rows(self, inside, end, as_of, count):
        for f in self.files:
            org, rows, rejected = f["org"], f["rows"], f["rejected"]
            passed, mended = rows - rejected, self.mended[f["file"]]
            if inside(day(f["received_on"])):
                count("compliance", org, passed, rows)
                count("doubtful", org, rejected, rows)
                count("landed", org, passed + len(mended), rows)
                missing = sum(e["code"] == "E101" for e in self.findings[f["file"]])
                count("completeness", org, f["items"] - missing, f["items"])
                count("updates", org, 0, rows)
                count("unlinked", org, sum(e["code"] == "E109" for e in self.findings[f["file"]]), rows)
                count("modified", org, len(mended), rejected)
                count("handled", org, len(mended), rejected)
                count("ignored", org, 0, rejected)
                count("rows-received", org, rows, rows)
                count("rows-landed", org, passed, passed)
            for _, at in mended:
                if inside(at):
                    count("rows-landed", org, 1)
            if day(f["received_on"]) <= end:
                right = {row for row, _ in mended}
                left = [e for e in self.findings[f["file"]] if e["severity"] == "reject" and e["row"] not in right]
                count("open-findings", org, len(left), len(left))
        for r in self.returns:
            closed = self.closed(r)
            if day(r["returned_on"]) <= end and (closed is None or closed > as_of):
                count("open-findings", r["org"], 1)
        for org, resource, document, at in self.pushed:
            if inside(at):
                items = self.items[resource, document]
                count("completeness", org, items, items)
                count("updates", org, 1)
                count("unlinked", org, 0)
                for indicator in ("compliance", "landed", "rows-received", "rows-landed"):
                    count(indicator, org, 1)
                count("doubtful", org, 0)


def main():
    folder = pathlib.Path(sys.argv[1])
    ledger = Ledger(folder)
    told = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    equal, differing = 0, []
    for period in told:
        begin, end, as_of = day(period["from"]), day(period["to"]), day(period["as_of"])
        own = ledger.figures(begin, end, as_of)
        computed = {indicator for indicator, _ in own}
        listed = {(f["indicator"], f["org"]): [f["part"], f["whole"]] for f in period["figures"]}
        # What the platform does not list it counts as nothing; the ledger may know better.
        for indicator, whose in sorted(listed.keys() | own.keys(), key=str):
            theirs = listed.get((indicator, whose), [0, 0])
            if indicator in BEYOND:
                mine = [theirs[1]] * 2
            elif indicator in computed or theirs == [0, 0]:
                mine = own.get((indicator, whose), [0, 0])
            else:
                mine = "nothing"
            if mine == theirs:
                equal += 1
            else:
                differing.append(f"{begin}–{end} {indicator} {whose or 'city'}: the ledger gives {mine}, the platform {theirs}")
    for line in differing:
        print(line)
    print(f"{equal} figures equal, {len(differing)} differ")
    if differing or equal < LEAST:
        sys.exit(f"every figure must be equal, and at least {LEAST} be compared")


main()
