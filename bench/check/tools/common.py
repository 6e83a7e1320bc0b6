"""What every tool shares: the columns, the rules as the tools can say them, and the form of the answer."""

import json
import sys

KINDS = ["法人及非法人组织", "自然人", "个体工商户"]
CATEGORIES = ["警告", "罚款", "没收违法所得、没收非法财物", "责令停产停业", "暂扣或者吊销许可证、暂扣或者吊销执照", "行政拘留", "其他"]
# The peers have no check digits; these are the shapes that regular expressions can tell.
CODE = r"^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$"
IDENTITY = r"^[0-9]{17}[0-9X]$"


def file():
    return sys.argv[1]


def answer(rows, bad_cells):
    print(json.dumps({"rows": rows, "bad_cells": int(bad_cells)}))
