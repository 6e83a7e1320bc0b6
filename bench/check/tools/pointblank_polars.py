import pointblank as pb
import polars as pl
from common import CATEGORIES, CODE, IDENTITY, KINDS, answer, file

frame = pl.read_csv(file(), infer_schema=False)
done = (
    pb.Validate(frame)
    .rows_distinct(columns_subset=["CF_WSH"])
    .col_vals_not_null("CF_XDR_MC")
    .col_vals_in_set("CF_XDR_LB", KINDS)
    .col_vals_regex("CF_XDR_SHXYM", CODE)
    .col_vals_regex("CF_FR_ZJHM", IDENTITY)
    .col_vals_in_set("CF_CFLB", CATEGORIES)
    .col_vals_expr(pl.col("CF_NR_FK").cast(pl.Float64, strict=False).is_not_null())
    .col_vals_expr(pl.col("CF_JDRQ").str.to_date("%Y/%m/%d", strict=False).is_not_null())
    .interrogate()
)
failed = done.n_failed()
# Of two rows with one key pointblank counts both; the first of them is not wrong.
bad = sum(n for step, n in failed.items() if step != 1) + frame.height - frame["CF_WSH"].n_unique()
answer(frame.height, bad)
