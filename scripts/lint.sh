#!/usr/bin/env bash
# Everything that judges the sources without running them. Warnings are errors.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_cargo
say "rustfmt"
cargo fmt --all --check
say "clippy"
cargo clippy --workspace --all-targets --locked -- -D warnings
say "TypeScript"
need_npm_packages
(cd web && npm run --silent check)
say "shellcheck"
have shellcheck || debian_packages "checking the scripts" shellcheck
shellcheck -x scripts/*.sh .ci/run
