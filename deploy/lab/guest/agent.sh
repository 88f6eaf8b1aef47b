# Sourced by init.sh, in a process of its own: keeps the agent running, with the flags of
# packages/agent/src/runtime/config/node-flags.ts. Its settings are the same in every layer.
. /config/agent.env
export HOME=/var UV_THREADPOOL_SIZE=2
# Starting a process takes guest3 half a minute.
[ "$DEPTH" -lt 3 ] || export NESTWATCH_BENCHMARKS_OFF=guest.canary
set -o pipefail
read -r pid _ </proc/self/stat
echo "$pid" >/run/lab/agent.pid
while true; do
  # This part of the shell becomes Node, with its process id.
  {
    read -r pid _ </proc/self/stat
    echo "$pid" >/run/lab/node.pid
    exec node --max-semi-space-size=1 --optimize-for-size --single-threaded --no-opt --no-sparkplug --regexp-interpret-all /config/nestwatch-agent.mjs run 2>&1
  } | while read -r line; do say "agent: $line"; done
  say "agent ended with $?"
  sleep 5
done
