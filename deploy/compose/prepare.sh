#!/bin/sh
# What NATS and the collector need before they start, in the service `accounts` of deploy/compose.yaml: the collector's key and its
# account, once; the authority, once; and at each start a certificate of NATS for the names under which it is reached.
#
#   prepare.sh [NAME...]     NAME: name or address under which guests reach this machine
#
# ROOT stands before all paths, for tests.
set -eu
root=${ROOT:-}
program=${NESTWATCH_PROGRAM:-/usr/lib/nestwatch/nestwatch.mjs}
certificates=${NESTWATCH_CERTIFICATES:-/usr/share/nestwatch/nats/certificates.sh}

[ -e "$root/keys/collector.nk" ] ||
  node "$program" enroll --collector --accounts "$root/accounts/accounts.conf" --key "$root/keys/collector.nk"

# The authority's key stays in a volume that nothing else has.
"$certificates" "$root/authority" nats localhost 127.0.0.1 "$@"
install -m 644 "$root/authority/ca.pem" "$root/keys/ca.pem"
install -m 644 "$root/authority/ca.pem" "$root/authority/server.pem" "$root/tls/"
install -m 600 "$root/authority/server.key" "$root/tls/server.key"
