#!/bin/sh
# Process 1 of every layer: mounts, network, KVM, the agent, the next layer, and orders from above.
# The machine knows which one it is only to find its network and its guests; the agent is not told.
. /config/common.sh

find_disks
find_qemu_root
[ -n "$disk_scratch" ] && var_type=ext4 || var_type=tmpfs
# KVM keeps its statistics in debugfs. QEMU has its own libraries, and so a root of its own, in which it sees these folders.
mount_all <<EOF
run /run tmpfs defaults 0 0
tmp /tmp tmpfs defaults 0 0
cgroup /sys/fs/cgroup cgroup2 defaults 0 0
debug /sys/kernel/debug debugfs defaults 0 0
${disk_scratch:-var} /var $var_type defaults 0 0
$(for folder in dev proc sys run tmp var boot; do echo "/$folder $qemu_root/$folder none rbind 0 0"; done)
EOF
mkdir -p /dev/shm /dev/pts /run/lab
for module in virtio_console virtio_net cpuid msr; do
  load "$module" || say "cannot load $module"
done
# Held open, because the settings of a terminal are forgotten when nobody has it open.
exec 3<>/dev/hvc0
stty -F /dev/hvc0 raw -echo
hostname "$NAME"
say "kernel up"

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
set -- $(md5sum /sys/class/net/eth0/address)
echo "$1" >/run/machine-id
ip link set lo up
ip address add "10.60.$MACHINE.15/24" dev eth0
ip link set eth0 up
ip route add default via "10.60.$MACHINE.2"

eval "without_npt=\${WITHOUT_NPT_$MACHINE}"
. /config/load-kvm.sh
load_kvm ${without_npt:+shadow}
# udev would give it to a group that agents are in.
[ -z "$BARE" ] || ! [ -c /dev/kvm ] || chmod 666 /dev/kvm

[ -n "$OBSERVED$BARE" ] || . /config/agent.sh &
for guest in $GUESTS; do
  . /config/child.sh &
done
if [ -n "$OBSERVED" ]; then . /config/observe.sh; else . /config/orders.sh; fi
say "the console closed"
poweroff -f
