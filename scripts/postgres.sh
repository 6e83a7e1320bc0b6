#!/usr/bin/env bash
# postgres.sh start|stop: a throw-away PostgreSQL for the tests, in target/postgres, on a free port.
#   export YISHU_TEST_POSTGRES=$(scripts/postgres.sh start)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

place=${CARGO_TARGET_DIR:-target}/postgres
mkdir -p "$place"
place=$(cd "$place" && pwd)

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ]; then
  echo "Installing Debian's PostgreSQL" >&2
  apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends postgresql >&2
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)
fi

# PostgreSQL refuses to run as root; the folders above ours may be closed to others, so root's cluster lives in /tmp.
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  data=/tmp/yishu-postgres-$(printf %s "$place" | sha256sum | cut -c1-12)
  as() { runuser -u postgres -- "$@"; }
else
  data=$place/data
fi

stop() {
  if [ -f "$data/postmaster.pid" ]; then (cd / && as "$bin/pg_ctl" -D "$data" -m immediate -s stop) >&2 || true; fi
}

case ${1:-} in
start)
  if ! { [ -f "$place/port" ] && (cd / && as "$bin/pg_isready" -q -h 127.0.0.1 -p "$(cat "$place/port")"); }; then
    stop
    rm -rf "$data"
    install -d -m 700 "$data"
    if [ "$(id -u)" = 0 ]; then chown postgres "$data"; fi
    echo "Starting PostgreSQL in $data" >&2
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # Nothing in it outlives the tests, so nothing is forced to disk.
    (cd / && as "$bin/initdb" -D "$data" -U yishu -A trust -E UTF8 --locale=C --no-sync >/dev/null \
      && as "$bin/pg_ctl" -D "$data" -s -w -l "$data/log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" \
        start) >&2
    echo "$port" >"$place/port"
  fi
  echo "postgres://yishu@127.0.0.1:$(cat "$place/port")/postgres"
  ;;
stop)
  stop
  rm -rf "$data" "$place/port"
  ;;
*)
  echo "usage: $0 start|stop" >&2
  exit 2
  ;;
esac
