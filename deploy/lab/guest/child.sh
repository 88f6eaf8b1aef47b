#!/bin/sh
# Keeps the next layer's machine running, once it is told to. Its console is this one's console; orders reach it through a pipe.
. /config/common.sh
. /config/lab.env
child=$((DEPTH + 1))
eval "memory=\$MEMORY_$child mac=\$MAC_$child kernel=/boot/\$KERNEL_$child"
root=$(qemu_root)
mkfifo /run/lab/orders /run/lab/go
if ! [ -c /dev/kvm ]; then
  say "no /dev/kvm, so no guest$child"
  exit 1
fi
for block in /sys/block/vd*; do
  eval "disk_$(cat "$block/serial")=/dev/${block##*/}"
done

# Memory is counted where it was taken, so the machine is in its control group from the start.
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir -p /sys/fs/cgroup/child

# One layer at a time, so that each is measured while the ones above it are idle.
read -r _ </run/lab/go

while true; do
  # Another one, when there was an order for it.
  [ -f /run/lab/child-kernel ] && kernel=$(cat /run/lab/child-kernel)
  say "starting guest$child"
  # The pipe is opened for reading and writing, so that neither end ever waits for the other.
  (
    echo 0 >/sys/fs/cgroup/child/cgroup.procs
    exec chroot "$root" /usr/bin/qemu-system-x86_64 \
      -name "guest$child" -machine microvm,acpi=on,rtc=on -accel kvm -cpu host -smp "${CPUS:-1}" -m "$memory" \
      -L /usr/share/qemu -nodefaults -no-user-config -display none -no-reboot \
      -kernel "$kernel/vmlinuz" -initrd "$kernel/initrd" \
      -append "$KERNEL_WORDS nestwatch.depth=$child" \
      -drive "id=system,if=none,format=raw,readonly=on,file.locking=off,file=$disk_system" \
      -device virtio-blk-device,drive=system,serial=system \
      -drive "id=config,if=none,format=raw,readonly=on,file.locking=off,file=$disk_config" \
      -device virtio-blk-device,drive=config,serial=config \
      -drive "id=scratch,if=none,format=raw,cache=unsafe,file=/var/guest$child.ext4" \
      -device virtio-blk-device,drive=scratch,serial=scratch \
      -netdev "user,id=net,net=10.60.$child.0/24,host=10.60.$child.2" \
      -device "virtio-net-device,netdev=net,mac=$mac" \
      -chardev stdio,id=console,signal=off -device virtio-serial-device -device virtconsole,chardev=console \
      -serial file:/run/lab/child-serial.log \
      <>/run/lab/orders >/dev/hvc0 2>/run/lab/child-qemu.log
  ) &
  echo $! >/run/lab/child.pid
  wait $!
  say "guest$child ended with $?"
  # Why a kernel gave up stands far above the end of what it wrote.
  { grep -hm 3 -e BUG: -e 'init\[1\]' -e 'Kernel panic' /run/lab/child-serial.log; tail -n 5 /run/lab/child-qemu.log /run/lab/child-serial.log; } | while read -r line; do say "guest$child: $line"; done
  sleep 1
  while [ -e /run/lab/hold ]; do sleep 0.2; done
done
