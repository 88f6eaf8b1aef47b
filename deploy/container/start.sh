#!/bin/sh
# Runs the agent in a container. With an invitation (NESTWATCH_INVITATION, NESTWATCH_COLLECTOR) it first makes the machine's
# key in the state folder and has it enrolled, once.
set -eu
AGENT=${NESTWATCH_AGENT:-/usr/lib/nestwatch/nestwatch-agent.mjs}
STATE=${NESTWATCH_STATE_DIR:-/var/lib/nestwatch-agent}
export UV_THREADPOOL_SIZE=2

# The flags of packages/agent/src/runtime/config/node-flags.ts.
agent() {
  node --max-semi-space-size=1 --optimize-for-size --single-threaded --no-opt --no-sparkplug --regexp-interpret-all "$AGENT" "$@"
}

if [ "${1:-}" = run ] && [ -n "${NESTWATCH_INVITATION:-}" ]; then
  if [ -z "${NESTWATCH_COLLECTOR:-}" ]; then
    echo 'NESTWATCH_INVITATION is set, and NESTWATCH_COLLECTOR is not: give the address that "nestwatch invite" prints, such as http://192.168.122.1:9465' >&2
    exit 2
  fi
  export NESTWATCH_NATS_NKEY="${NESTWATCH_NATS_NKEY:-$STATE/node.nk}"
  if ! [ -e "$STATE/joined" ]; then
    agent join enrol --collector "$NESTWATCH_COLLECTOR" --key "$NESTWATCH_NATS_NKEY"
    : >"$STATE/joined"
  fi
fi
# The agent has no use for it any more.
unset NESTWATCH_INVITATION
exec node --max-semi-space-size=1 --optimize-for-size --single-threaded --no-opt --no-sparkplug --regexp-interpret-all "$AGENT" "$@"
