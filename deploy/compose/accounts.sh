#!/bin/sh
# Lets a node or a person in or puts it out, while deploy/compose.yaml runs.
#
#   accounts.sh enroll guest3 --lab training > guest3.nk    prints the new key
#   accounts.sh revoke guest3 --lab training
#
# Takes the options of `nestwatch enroll` and `nestwatch revoke`: --operator, --read-only, --rotate and so on.
set -eu

[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
compose() { docker compose -f "$(dirname "$0")/../compose.yaml" "$@"; }
what=$1
shift
if [ "$what" = enroll ]; then set -- "$@" --key -; fi
compose run --rm -T --no-deps nestwatch "$what" --accounts /accounts/accounts.conf "$@"
# Twice: the server links a new account at the second time.
compose kill -s HUP nats >&2
sleep 1
compose kill -s HUP nats >&2
