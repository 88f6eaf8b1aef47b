#!/bin/sh
# Keeps the agent running, with the flags of packages/agent/src/runtime/config/node-flags.ts. Its settings are the same in every layer.
. /config/common.sh
. /config/agent.env
export HOME=/var UV_THREADPOOL_SIZE=2
# Starting a process takes guest3 half a minute.
[ "$DEPTH" -lt 3 ] || export NESTWATCH_BENCHMARKS_OFF=guest.canary
set -o pipefail
echo $$ >/run/lab/agent.pid
while true; do
  # The shell becomes Node, with its process id.
  sh -c 'echo $$ >/run/lab/node.pid; exec "$@"' sh node --max-semi-space-size=1 --optimize-for-size --single-threaded --jitless /config/nestwatch-agent.mjs run 2>&1 | while read -r line; do say "agent: $line"; done
  say "agent ended with $?"
  sleep 5
done
