#!/usr/bin/env bash
# Runs the benchmarks in bench/, each beside its peers. Figures are ratios of one run; see bench/README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_cargo
need_python
shopt -s nullglob
benches=(bench/*/run.sh)
[ ${#benches[@]} -gt 0 ] || die "There is no benchmark in bench/ yet."
make --no-print-directory web
say "Building yishu in release"
cargo build --release -p yishu --locked
export YISHU_BIN="$TARGET/release/yishu"
for bench in "${benches[@]}"; do
  say "$bench"
  bash "$bench"
done
