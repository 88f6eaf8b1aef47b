#!/bin/sh
# Carries out one order. About a guest, the first one where none is named: start it, show its console, make it slower, heal
# it, start it with another kernel. About this layer: be busy or idle, break KVM, mend it, record this layer, measure what
# the agent costs it, install it by an invitation, have it stand still and go on, or end all that runs here.
. /config/common.sh
eval "child=\${2:-\$NAME_${GUESTS%% *}}"
own=/run/lab/$child

# begin_loops FILE COUNT
begin_loops() {
  for _ in $(seq "$2"); do
    sh -c 'while true; do true; done' &
    echo $! >>"/run/lab/$1"
  done
}

end_loops() {
  [ -f "/run/lab/$1" ] || return 0
  kill -9 $(cat "/run/lab/$1")
  rm "/run/lab/$1"
}

# The parameter is printed as N or as 0, by kernel version.
nested_paging_is_off() {
  grep -qs '^[N0]' /sys/module/kvm_amd/parameters/npt /sys/module/kvm_intel/parameters/ept
}

# A share of this layer's CPU for the child's machine, which stays; a layer that can spare it measures as before.
limit_child() {
  echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
  echo "$1" >"/sys/fs/cgroup/$child/cpu.max"
}

# A third of the memory that the child's machine has goes to swap: for whatever it touches of that something else has to go.
swap_child() {
  if ! [ -s /var/swap ]; then
    fallocate -l 201326592 /var/swap || dd if=/dev/zero of=/var/swap bs=1M count=192
    mkswap /var/swap
  fi >/dev/null 2>&1
  grep -q /var/swap /proc/swaps || swapon /var/swap || return 1
  # Not of memory.current, which counts what is cached of its disks as well.
  anonymous=$(sed -n 's/^anon //p' "/sys/fs/cgroup/$child/memory.stat")
  echo $((anonymous / 3 * 2)) >"/sys/fs/cgroup/$child/memory.high"
}

unswap_child() {
  echo max >"/sys/fs/cgroup/$child/memory.high"
  # Another guest may need it still.
  cat /sys/fs/cgroup/guest*/memory.high | grep -qv max || swapoff /var/swap
}

# end_child FOLDER: it stays ended for as long as FOLDER/hold is there.
end_child() {
  touch "$1/hold"
  [ -f "$1/pid" ] || return 0
  kill "$(cat "$1/pid")" 2>/dev/null
  while kill -0 "$(cat "$1/pid")" 2>/dev/null; do sleep 0.2; done
}

end_children() {
  for folder in /run/lab/guest*/; do
    [ -d "$folder" ] && end_child "$folder"
  done
}

# The module's parameters can be set only while no machine runs, so the guests start once more.
reload_kvm() {
  end_children
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    rmmod kvm_amd 2>/dev/null || rmmod kvm_intel 2>/dev/null && break
    sleep 0.5
  done
  . /config/load-kvm.sh
  load_kvm "$@"
  rm /run/lab/guest*/hold
}

case $1 in
  child)
    # A layer that has only begun makes the pipe in a moment.
    until [ -p "$own/go" ]; do sleep 0.2; done
    echo go >"$own/go"
    ;;
  halt)
    end_children
    kill "$(cat /run/lab/agent.pid)"
    killall node 2>/dev/null
    grep -q /var/swap /proc/swaps && swapoff /var/swap
    sync
    # What writes here still would keep it from being read-only; the agent needs a moment to end.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      mount -o remount,ro /var && break
      sleep 1
    done
    sync
    ;;
  freeze)
    # The agent ends its run, and stops itself until it is continued.
    read -r agent </run/lab/node.pid
    kill -TSTP "$agent" || { say "order failed: $*: no agent runs"; exit 1; }
    until grep -q '^State:.T' "/proc/$agent/status"; do sleep 0.1; done
    ;;
  resume)
    date -s "@$2" >/dev/null
    kill -CONT "$(cat /run/lab/node.pid)"
    ;;
  restart)
    [ -z "$3" ] || echo "/boot/$3" >"$own/kernel"
    end_child "$own"
    rm "$own/hold"
    ;;
  hog)
    end_loops hogs
    # Two against the child's one virtual CPU leave it a third of the time.
    begin_loops hogs 2
    ;;
  busy)
    end_loops busy
    begin_loops busy 1
    ;;
  idle) end_loops busy ;;
  # In short periods: what takes a hundredth of a second is throttled as well, such as a few hundred exits of a deep guest.
  quota) limit_child '8000 20000' ;;
  swap) swap_child || { say "order failed: $*: no swap"; exit 1; } ;;
  npt)
    reload_kvm shadow
    nested_paging_is_off || { say "order failed: $*: KVM is still in use"; exit 1; }
    ;;
  break)
    # What opens and runs nothing, as after a restore or with a module that does not fit.
    [ -e /dev/kvm.whole ] || mv /dev/kvm /dev/kvm.whole
    rm -f /dev/kvm
    mknod -m 600 /dev/kvm c 1 3
    ;;
  mend)
    if [ -e /dev/kvm.whole ]; then mv -f /dev/kvm.whole /dev/kvm; fi
    ;;
  heal)
    end_loops hogs
    [ -f "/sys/fs/cgroup/$child/cpu.max" ] && limit_child max
    grep -q /var/swap /proc/swaps && unswap_child
    if nested_paging_is_off; then reload_kvm; fi
    if nested_paging_is_off; then say "order failed: $*: KVM is still in use"; exit 1; fi
    ;;
  record)
    # The build machine as seen from any depth.
    rm -rf /tmp/record && mkdir -p /tmp/record && cd /tmp/record || exit 1
    node --no-opt --no-sparkplug /config/nestwatch-agent.mjs check --record check.json >check.txt 2>&1
    node --no-opt --no-sparkplug /config/nestwatch-agent.mjs probe --record probes --json >probes.json 2>&1
    tar -cz . | nc 10.60.0.2 "$2"
    cd / && rm -rf /tmp/record
    ;;
  cost)
    node /config/agent-cost.mjs "$2" "$3" | while read -r line; do say "$line"; done
    ;;
  invite)
    # The collector's settings name the outermost layer: without root's rights its agent does not see that it is emulated.
    named=
    [ "$DEPTH" = 0 ] && named="--node $NAME"
    # As somebody types it. What it downloads is kept on the disk: /tmp is memory, of which there is little.
    { wget -qO- "$2" | TMPDIR=/var/tmp sh -s -- --background $named 2>&1 || echo failed; } | while read -r line; do say "$line"; done
    say "disk: $(df -k /opt | tail -n 1 | tr -s ' ') memory: $(sed -n 's/^MemAvailable: *//p' /proc/meminfo)"
    ;;
  console)
    tail -n 20 "$own/qemu.log" "$own/serial.log" | while read -r line; do say "$child: $line"; done
    ;;
  *)
    say "unknown order $1"
    exit 1
    ;;
esac
say "order done: $*"
