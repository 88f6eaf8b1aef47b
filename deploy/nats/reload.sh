#!/bin/sh
# Checks a configuration of nats-server, and lets the running server take it over.
#
#   reload.sh CONFIGURATION [PID]
#
# The server is told twice: it links what an account that is new imports from others only at the second time.
set -eu

[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
nats-server -t -c "$1" >&2
# Without a number it looks for the only server that runs.
nats-server --signal "reload${2:+=$2}"
sleep 1
nats-server --signal "reload${2:+=$2}"
