#!/usr/bin/env bash
# Our checker beside its peers, which are installed into a throw-away environment. Slow: some minutes.
set -euo pipefail
cd "$(dirname "$0")"

venv=${YISHU_BENCH_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/yishu/bench-venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check -r requirements.txt
target=${CARGO_TARGET_DIR:-../../target}
cargo build --release --locked -p yishu -p lake --example check_and_land
yishu=${YISHU_BIN:-$target/release/yishu}
"$venv/bin/python" run.py --yishu "$yishu" --land "$target/release/examples/check_and_land" "$@"
"$venv/bin/python" workbook.py --yishu "$yishu"
