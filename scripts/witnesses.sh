#!/usr/bin/env bash
# Makes a Python environment with the outside witnesses that some tests compare us with. Prints the path of its
# Python as the last line; the tests find it in YISHU_TEST_PYTHON.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_python
venv="$TARGET/witnesses"
if ! cmp -s scripts/witnesses.txt "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r scripts/witnesses.txt
  cp scripts/witnesses.txt "$venv/installed.txt"
fi
echo "$venv/bin/python"
