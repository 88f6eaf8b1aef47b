# Sourced by init.sh: reads orders from the console, one a line: "NAME WORD...". What is not for this machine goes down.
while read -r target order; do
  if [ "$target" = "$NAME" ]; then
    /config/order.sh $order </dev/null &
  else
    hand_on "$target" "$order"
  fi
done </dev/hvc0
