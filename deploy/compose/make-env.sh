#!/bin/sh
# Prints random passwords for deploy/compose.yaml, and under which name or address guests reach this machine:
#
#   sh deploy/compose/make-env.sh 192.168.122.1 > deploy/.env
set -eu
echo COMPOSE_PROJECT_NAME=nestwatch
printf 'NESTWATCH_ADDRESS=%s\n' "${1:-127.0.0.1}"
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in INFLUX_PASSWORD INFLUX_TOKEN GRAFANA_PASSWORD; do
  # The letter keeps everybody from reading digits as a number.
  printf '%s=t%s\n' "$name" "$(random)"
done
