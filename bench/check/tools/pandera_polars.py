import pandera.polars as pa
import polars as pl
from common import CATEGORIES, CODE, IDENTITY, KINDS, answer, file


def date(data):
    return data.lazyframe.select(pl.col(data.key).str.to_date("%Y/%m/%d", strict=False).is_not_null())


def number(data):
    return data.lazyframe.select(pl.col(data.key).cast(pl.Float64, strict=False).is_not_null())


text = dict(dtype=str, nullable=True)
schema = pa.DataFrameSchema(
    {
        "CF_WSH": pa.Column(str, unique=True, report_duplicates="exclude_first"),
        "CF_XDR_MC": pa.Column(str, nullable=False),
        "CF_XDR_LB": pa.Column(str, pa.Check.isin(KINDS)),
        "CF_XDR_SHXYM": pa.Column(str, pa.Check.str_matches(CODE)),
        "CF_FRDB": pa.Column(**text),
        "CF_FR_ZJHM": pa.Column(str, pa.Check.str_matches(IDENTITY)),
        "CF_SY": pa.Column(**text),
        "CF_CFLB": pa.Column(str, pa.Check.isin(CATEGORIES)),
        "CF_NR": pa.Column(**text),
        "CF_NR_FK": pa.Column(str, pa.Check(number)),
        "CF_JDRQ": pa.Column(str, pa.Check(date)),
        "CF_CFJG": pa.Column(**text),
    }
)
frame = pl.read_csv(file(), infer_schema=False)
bad = 0
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as e:
    cases = e.failure_cases
    # Of two rows with one key pandera names both; the first of them is not wrong.
    unique = cases.filter(pl.col("check").str.contains("unique")).height
    repeated = frame.height - frame["CF_WSH"].n_unique()
    bad = cases.height - unique + repeated
answer(frame.height, bad)
