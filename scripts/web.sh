#!/usr/bin/env bash
# Bundles the browser's part into web/dist, which the executable carries.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_npm_packages
say "Bundling the browser's part"
(cd web && node build.mjs)
# The executable carries these files; let cargo notice that they are new.
touch crates/shell/src/assets.rs
