# Shared by the scripts here; to be sourced. Sets ROOT, TARGET and the functions below.
# shellcheck shell=bash
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
export ROOT TARGET
cd "$ROOT"

# say TEXT: one line on what happens now.
say() { printf '\n\033[1m▸ %s\033[0m\n' "$*"; }

# die TEXT: why it cannot go on, and the remedy.
die() {
  printf '\n✕ %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: directly, or through sudo where that needs no password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# debian_packages WHAT-FOR PACKAGE…: installs what is missing, or says what to install by hand.
debian_packages() {
  local purpose=$1
  shift
  local missing=() package
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "Installing ${missing[*]} ($purpose)"
  have apt-get || die "$purpose needs ${missing[*]} (names of Debian packages). Install them and run this again."
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } ||
    die "Could not install ${missing[*]} ($purpose). Run: sudo apt-get install ${missing[*]}"
}

need_cargo() {
  have cargo || die "Rust is missing. Install rustup (https://rustup.rs); rust-toolchain.toml then picks the version."
}

need_node() {
  if ! have node || ! have npm; then debian_packages "bundling the browser's part" nodejs npm; fi
  local major
  major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
  [ "$major" -ge 20 ] || die "Node 20 or newer is needed to bundle the browser's part; found $(node --version)."
}

# need_npm_packages: web/node_modules as the lock file says; nothing to do when it has not changed.
need_npm_packages() {
  need_node
  local stamp=web/node_modules/.installed
  if ! cmp -s web/package-lock.json "$stamp"; then
    say "Installing the browser's packages (npm ci)"
    (cd web && npm ci --no-audit --no-fund --loglevel=error)
    cp web/package-lock.json "$stamp"
  fi
}

# need_chromium: sets CHROMIUM; with a font that has Chinese characters.
need_chromium() {
  CHROMIUM="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
  if [ -z "$CHROMIUM" ]; then
    debian_packages "the browser walks" chromium
    CHROMIUM=$(command -v chromium) || die "Chromium is missing; install it or set CHROMIUM to its path."
  fi
  if have fc-list && [ -z "$(fc-list :lang=zh family)" ]; then
    debian_packages "Chinese characters in screenshots" fonts-noto-cjk
  fi
  export CHROMIUM
}

# need_postgres: PostgreSQL's server programs, for throw-away clusters.
need_postgres() {
  if ! have initdb && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    debian_packages "the tests on PostgreSQL" postgresql
  fi
}

# need_python: Python 3 that can make virtual environments.
need_python() {
  if ! python3 -c 'import venv, ensurepip' >/dev/null 2>&1; then
    debian_packages "the outside witnesses" python3 python3-venv
  fi
}
