#!/usr/bin/env bash
# Holds the lake's tables against outside readers: Python deltalake and DuckDB with its delta extension. Makes the
# Python environment below target/ on the first run (PyPI).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
YISHU_TEST_PYTHON=$(scripts/witnesses.sh | tail -n 1)
export YISHU_TEST_PYTHON
cargo test --package yishu --package lake --test it -- table::witness --nocapture
