#!/bin/sh
# Writes FOLDER/sync.conf: how often the installed nats-server syncs to disk, where it has a setting for it.
#
#   sync.sh FOLDER [NATS-SERVER]
#
# From 2.10 on every second. Each message before its acknowledgement would be the disk's speed, some hundreds a second, and
# one node that sends more would hold up all others. Before 2.10 it is every two minutes, and an unknown setting would keep
# the server from starting.
set -eu

[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
version=$("${2:-nats-server}" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/')
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ "$major" -gt 2 ] || { [ "$major" -eq 2 ] && [ "$minor" -ge 10 ]; }; then
  echo 'sync_interval: 1s' >"$1/sync.conf"
else
  echo "# nats-server $version has no sync_interval" >"$1/sync.conf"
fi
echo "$1/sync.conf is for nats-server $version: run sync.sh again after an upgrade" >&2
