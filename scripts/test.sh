#!/usr/bin/env bash
# Every test. Stops at the first suite that fails; its last line is the total over all suites that ran, as counted
# from what each runner printed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LOGS=$(mktemp -d)
passed=0
failed=0
POSTGRES_STARTED=
# shellcheck disable=SC2317 # called by the trap
finish() {
  local status=$?
  trap - EXIT
  if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
  [ -z "$POSTGRES_STARTED" ] || scripts/postgres.sh stop >/dev/null 2>&1 || true
  rm -rf "$LOGS"
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  exit "$status"
}
trap finish EXIT

# number_after PATTERN FILE: the last number that sed's PATTERN (one group) finds, colours removed; 0 without one.
number_after() {
  local found
  found=$(sed 's/\x1b\[[0-9;]*m//g' "$2" | sed -nE "s/$1/\\1/p" | tail -n 1)
  echo "${found:-0}"
}

# suite NAME PASSED-PATTERN FAILED-PATTERN COMMAND…: runs it, shows its output, adds what it counted.
suite() {
  local name=$1 passed_pattern=$2 failed_pattern=$3 status=0 ran broke
  shift 3
  say "$name"
  local log="$LOGS/log"
  "$@" 2>&1 | tee "$log" || status=$?
  ran=$(number_after "$passed_pattern" "$log")
  broke=$(number_after "$failed_pattern" "$log")
  passed=$((passed + ran))
  failed=$((failed + broke))
  [ "$status" = 0 ] || { echo "✕ $name"; exit "$status"; }
  [ "$ran" -gt 0 ] || die "$name ran no test."
}

# rust: nextest, or cargo test with its many closing lines added up into one like nextest's.
rust() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --no-fail-fast --final-status-level fail
  else
    local status=0
    cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$LOGS/cargo" || status=$?
    awk '/^test result:/ { p += $4; f += $6 }
      END { printf "Summary %d tests run: %d passed, %d failed\n", p + f, p, f }' "$LOGS/cargo"
    return "$status"
  fi
}

identifiers() { bash crates/standards/tests/witness/run.sh && echo "witness: 1 passed"; }
browser_units() { (cd web && npm run --silent check && node build.mjs --tests && node --test --test-reporter=tap dist-test/*.mjs); }
browser_walks() { (cd web && npx --no-install playwright test -c e2e/playwright.config.ts); }

need_cargo
say "Format"
cargo fmt --all --check || die "Some Rust sources are not formatted. Run: make format"

make --no-print-directory web
suite "The browser's part: types and unit tests" '^# pass ([0-9]+).*' '^# fail ([0-9]+).*' browser_units

need_postgres
say "Starting a throw-away PostgreSQL"
YISHU_TEST_POSTGRES=$(scripts/postgres.sh start | tail -n 1)
POSTGRES_STARTED=1
say "Preparing the outside witnesses (Python)"
YISHU_TEST_PYTHON=$(scripts/witnesses.sh | tail -n 1)
export YISHU_TEST_POSTGRES YISHU_TEST_PYTHON
suite "Rust, on SQLite and on PostgreSQL, tables beside outside readers" \
  '.*tests? run: ([0-9]+) passed.*' '.*tests? run:.* ([0-9]+) failed.*' rust

suite "Identifiers beside python-stdnum" '^witness: ([0-9]+) passed$' '^witness: .* ([0-9]+) failed$' identifiers

need_chromium
export YISHU_BIN="${YISHU_BIN:-$TARGET/debug/yishu}"
suite "The browser walks (screenshots in $TARGET/screenshots)" \
  '^ *([0-9]+) passed.*' '^ *([0-9]+) failed.*' browser_walks

say "All green"
