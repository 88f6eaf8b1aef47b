#!/bin/sh
# Process 1 of every layer: mounts, network, KVM, the agent, the next layer, and orders from above.
# The machine knows which one it is only to find its network and its guests; the agent is not told.
. /config/common.sh

mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
mkdir -p /dev/shm /dev/pts /run/lab
mount -t cgroup2 cgroup /sys/fs/cgroup
# KVM keeps its statistics there.
mount -t debugfs debug /sys/kernel/debug
for module in virtio_console virtio_net cpuid msr; do
  load "$module" || say "cannot load $module"
done
# Held open, because the settings of a terminal are forgotten when nobody has it open.
exec 3<>/dev/hvc0
stty -F /dev/hvc0 raw -echo
hostname "$NAME"
say "kernel up"

mount_disk scratch /var || mount -t tmpfs var /var
if [ -n "$BARE" ]; then
  # What an ordinary machine can write, and a user that BusyBox cannot add.
  mkdir -p /var/etc /var/opt /var/tmp
  cp -a /etc/. /var/etc
  mount --bind /var/etc /etc
  mount --bind /var/opt /opt
  echo nestwatch-agent:x:990:990::/var:/bin/false >>/etc/passwd
  echo nestwatch-agent:x:990: >>/etc/group
else
  mkdir -p /var/lib/nestwatch-agent
fi
md5sum /sys/class/net/eth0/address | cut -c1-32 >/run/machine-id
ifconfig lo 127.0.0.1 up
ifconfig eth0 "10.60.$MACHINE.15" netmask 255.255.255.0 up
route add default gw "10.60.$MACHINE.2"

eval "without_npt=\${WITHOUT_NPT_$MACHINE}"
/config/load-kvm.sh ${without_npt:+shadow}
# udev would give it to a group that agents are in.
[ -z "$BARE" ] || ! [ -c /dev/kvm ] || chmod 666 /dev/kvm

# QEMU has its own libraries, and so a root of its own, in which it sees this layer's folders.
for folder in dev proc sys run tmp var boot; do
  mount --rbind "/$folder" "$(qemu_root)/$folder"
done
[ -n "$OBSERVED$BARE" ] || /config/agent.sh &
for guest in $GUESTS; do
  /config/child.sh "$guest" &
done
if [ -n "$OBSERVED" ]; then /config/observe.sh; else /config/orders.sh; fi
say "the console closed"
poweroff -f
