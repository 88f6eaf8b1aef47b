# Sourced by init.sh instead of the agent and its orders, in a lab that is observed: does pieces of work when told to, and
# tells what KVM counted. What it does between two pieces is the same each time, and as little as can be: no process is
# started for it.
kvm=/sys/kernel/debug/kvm
tracing=/sys/kernel/tracing
stacks=$tracing/instances/stacks

# sum_up FOLDER EVENT KEYS: has the kernel count an event by the first of the keys "a|b" that this kernel knows.
sum_up() {
  local keys=$3 key
  while [ -n "$keys" ]; do
    key=${keys%%|*}
    [ "$key" = "$keys" ] && keys='' || keys=${keys#*|}
    { echo "hist:keys=$key:sort=hitcount.descending:size=2048" >"$1/events/$2/trigger"; } 2>/dev/null && return 0
  done
  return 1
}

# This layer is going to run the next one: from now on its KVM is counted.
prepare() {
  local spec lacking
  mount -t tracefs tracefs "$tracing"
  for spec in $EVENTS; do
    sum_up "$tracing" "${spec%%:*}" "${spec#*:}" || lacking="$lacking ${spec%%:*}"
  done
  mkdir "$stacks" 2>/dev/null
  sum_up "$stacks" "$STACKS" 'common_stacktrace|stacktrace' || lacking="$lacking stacks"
  hosts=1
  say "answer $1 lacking$lacking"
}

count() {
  local line file value name one two spec event brace label code shut hits rest
  while read -r name value; do
    case $name in pgfault | pgmajfault) line="$line vm.$name=$value" ;; esac
  done </proc/vmstat
  while read -r name one two rest; do
    case $name in LOC: | RES: | CAL: | TLB:)
      [ "$CPUS" -gt 1 ] && one=$((one + two))
      line="$line irq.${name%:}=$one"
      ;;
    esac
  done </proc/interrupts
  if [ -n "$hosts" ]; then
    for file in "$kvm"/*; do
      [ -f "$file" ] && read -r value <"$file" && line="$line kvm.${file##*/}=$value"
    done
    for spec in $EVENTS; do
      event=${spec%%:*}
      [ -f "$tracing/events/$event/hist" ] || continue
      # Not from the file: BusyBox polls before it reads, and newer kernels let that wait for the next event.
      while read -r brace label code shut name hits rest; do
        [ "$brace" = '{' ] && line="$line ${event#*/}:$code=$hits"
      done <<EOF
$(cat "$tracing/events/$event/hist")
EOF
    done
  fi
  say "answer $1$line"
}

work() {
  local argument
  case $2 in
    read) argument=$disk_scratch ;;
    packet) argument=$DEPTH ;;
    call) argument=/dev/cpu/1/cpuid ;;
  esac
  say "answer $1 $("/config/works/$2" $argument 2>/dev/null)"
}

# Who had pages of the shadow taken away, most often first: HITS function<its caller<…
tell_stacks() {
  local line told=0 stack=''
  while read -r line && [ "$told" -lt 8 ]; do
    case $line in
      '{'*) stack='' ;;
      '}'*)
        say "stack $1 ${line##*: } $stack"
        told=$((told + 1))
        ;;
      *) stack="$stack${stack:+<}${line%%+*}" ;;
    esac
  done <<EOF
$(cat "$stacks/events/$STACKS/hist")
EOF
  say "answer $1"
}

tell_format() {
  local line
  while read -r line; do
    case $line in 'print fmt'*) say "answer $1 $line" ;; esac
  done <"$tracing/events/kvm/kvm_exit/format"
}

for feature in $FEATURES; do
  # A kernel that does not have it is as without.
  { echo "$feature" >/sys/kernel/debug/sched/features; } 2>/dev/null || say "no feature $feature"
done

say "ready"
while read -r target order id name; do
  if [ "$target" != "$NAME" ]; then
    hand_on "$target" "$order $id $name"
    continue
  fi
  case $order in
    prepare) prepare "$id" ;;
    count) count "$id" ;;
    work) work "$id" "$name" ;;
    stacks) tell_stacks "$id" ;;
    format) tell_format "$id" ;;
    free)
      killall touch 2>/dev/null
      say "answer $id"
      ;;
    *) /config/order.sh $order $id $name </dev/null ;;
  esac
done </dev/hvc0
