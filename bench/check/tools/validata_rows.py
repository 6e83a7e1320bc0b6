from common import FIELDS, answer, file
from validata_core import resource_service, validation_service

schema = {
    "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
    "name": "bench",
    "title": "bench",
    "fields": FIELDS,
}
with open(file(), "rb") as f:
    resource = resource_service.from_file_content(file(), f.read())
report = validation_service.validate_resource(resource, schema, limit_errors=10**9)
answer(report.stats.rows, len(report.errors))
