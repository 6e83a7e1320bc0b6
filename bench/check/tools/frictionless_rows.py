from common import FIELDS, answer, file
from frictionless import Resource, Schema, validate

schema = Schema.from_descriptor({"fields": FIELDS})
report = validate(Resource(path=file().split("/")[-1], basepath="/".join(file().split("/")[:-1]), schema=schema), limit_errors=10**9)
task = report.tasks[0]
answer(task.stats["rows"], len(task.errors))
