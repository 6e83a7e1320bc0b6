#!/usr/bin/env bash
# demo.sh [--once]: builds in release, makes a fresh demo city in data/demo, runs the whole job on it and serves it.
# --once ends after the summary, non-zero when anything in it is wrong.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_cargo
make --no-print-directory web
say "Building yishu in release (the first time takes a while, see README.md; later runs take seconds)"
started=$SECONDS
cargo build --release -p yishu --locked
echo "built in $((SECONDS - started)) s"

say "Making a fresh demo city in data/demo and running the whole job on it"
exec "$TARGET/release/yishu" demo "$@"
