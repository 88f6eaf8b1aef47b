#!/bin/sh
# Puts guests that came by an invitation into the accounts of NATS, and has NATS take them over: the service `enroll` of
# deploy/compose.yaml, which does what nestwatch-enroll.path and .service do where there is systemd. It sees the processes of NATS,
# whose own number is 1.
set -eu
trap 'exit 0' TERM INT
take() {
  node /usr/lib/nestwatch/nestwatch.mjs take-staged --staged /staged --outcomes /outcomes \
    --accounts /etc/nats/accounts/accounts.conf --server /etc/nats/nestwatch.conf \
    --reload /usr/share/nestwatch/nats/reload.sh --pid 1
}
while :; do
  for entry in /staged/*.json; do
    if [ -e "$entry" ]; then take || echo 'cannot process entries, retrying' >&2; fi
    break
  done
  sleep 1 &
  wait $!
done
