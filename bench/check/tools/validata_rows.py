from common import CATEGORIES, CODE, IDENTITY, KINDS, answer, file
from validata_core import resource_service, validation_service

string = lambda name, **constraints: {"name": name, "type": "string", "constraints": constraints}
schema = {
    "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
    "name": "bench",
    "title": "bench",
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
    ],
}
with open(file(), "rb") as f:
    resource = resource_service.from_file_content(file(), f.read())
report = validation_service.validate_resource(resource, schema, limit_errors=10**9)
answer(report.stats.rows, len(report.errors))
