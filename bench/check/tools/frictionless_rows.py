from common import CATEGORIES, CODE, IDENTITY, KINDS, answer, file
from frictionless import Resource, Schema, validate

string = lambda name, **constraints: {"name": name, "type": "string", "constraints": constraints}
schema = Schema.from_descriptor(
    {
        "fields": [
            string("CF_WSH", unique=True),
            string("CF_XDR_MC", required=True),
            string("CF_XDR_LB", enum=KINDS),
            string("CF_XDR_SHXYM", pattern=CODE),
            string("CF_FRDB"),
            string("CF_FR_ZJHM", pattern=IDENTITY),
            string("CF_SY"),
            string("CF_CFLB", enum=CATEGORIES),
            string("CF_NR"),
            {"name": "CF_NR_FK", "type": "number"},
            {"name": "CF_JDRQ", "type": "date", "format": "%Y/%m/%d"},
            string("CF_CFJG"),
        ]
    }
)
report = validate(Resource(path=file().split("/")[-1], basepath="/".join(file().split("/")[:-1]), schema=schema), limit_errors=10**9)
task = report.tasks[0]
answer(task.stats["rows"], len(task.errors))
