#!/bin/sh
# Writes FOLDER/sync.conf: the safest sync to disk that the installed nats-server has.
#
#   sync.sh FOLDER [NATS-SERVER]
#
# From 2.10 on JetStream can sync every message before it acknowledges it. Before, it syncs every two minutes and has no
# setting for it: an unknown setting would keep the server from starting.
set -eu

[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
version=$("${2:-nats-server}" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/')
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ "$major" -gt 2 ] || { [ "$major" -eq 2 ] && [ "$minor" -ge 10 ]; }; then
  echo 'sync_interval: always' >"$1/sync.conf"
else
  echo "# nats-server $version has no sync_interval" >"$1/sync.conf"
fi
echo "$1/sync.conf is for nats-server $version: run sync.sh again after an upgrade" >&2
