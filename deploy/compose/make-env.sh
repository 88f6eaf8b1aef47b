#!/bin/sh
# Prints random passwords for deploy/compose.yaml: sh deploy/compose/make-env.sh > deploy/.env
set -eu
echo COMPOSE_PROJECT_NAME=nestwatch
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in INFLUX_PASSWORD INFLUX_TOKEN GRAFANA_PASSWORD; do
  # The letter keeps everybody from reading digits as a number.
  printf '%s=t%s\n' "$name" "$(random)"
done
