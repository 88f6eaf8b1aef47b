#!/bin/sh
# Reads orders from the console, one a line: "guestN WORD...". What is not for this layer goes down.
. /config/common.sh
while read -r target order; do
  if [ "$target" = "guest$DEPTH" ]; then
    /config/order.sh $order </dev/null &
  elif [ -p /run/lab/orders ]; then
    echo "$target $order" >/run/lab/orders
  fi
done </dev/hvc0
