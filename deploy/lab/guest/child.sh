# Sourced by init.sh, in a process of its own: keeps one machine of the next layer, $guest, running, once it is told to.
# The machine's console is this one's console; orders reach it through a pipe.
eval "child=\$NAME_$guest memory=\$MEMORY_$guest mac=\$MAC_$guest kernel=/boot/\$KERNEL_$((DEPTH + 1))"
# What guest0 was told of its clock holds for all below it.
case $COMMAND_LINE in *lapic=notscdeadline*) KERNEL_WORDS="$KERNEL_WORDS lapic=notscdeadline" ;; esac
own=/run/lab/$child
mkdir "$own"
mkfifo "$own/orders" "$own/go"
if ! [ -c /dev/kvm ]; then
  say "no /dev/kvm, so no $child"
  exit 1
fi

# Memory is counted where it was taken, so the machine is in its control group from the start.
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir -p /sys/fs/cgroup/$child

# One machine at a time, so that each is measured while the others are idle.
read -r _ <$own/go

while true; do
  # Another one, when there was an order for it.
  [ -f $own/kernel ] && read -r kernel <$own/kernel
  say "starting $child"
  # The pipe is opened for reading and writing, so that neither end ever waits for the other.
  (
    echo 0 >/sys/fs/cgroup/$child/cgroup.procs
    exec chroot "$qemu_root" /usr/bin/qemu-system-x86_64 \
      -name "$child" -machine microvm,acpi=on,rtc=on,ioapic2=off -accel kvm -cpu host -smp "${CPUS:-1}" -m "$memory" \
      -L /usr/share/qemu -nodefaults -no-user-config -display none -no-reboot \
      -kernel "$kernel/vmlinuz" -initrd "$kernel/initrd" \
      -append "$KERNEL_WORDS nestwatch.machine=$guest" \
      -drive "id=system,if=none,format=raw,readonly=on,file.locking=off,file=$disk_system" \
      -device virtio-blk-device,drive=system,serial=system,queue-size=512 \
      -drive "id=config,if=none,format=raw,readonly=on,file.locking=off,file=$disk_config" \
      -device virtio-blk-device,drive=config,serial=config \
      -drive "id=scratch,if=none,format=raw,cache=unsafe,file=/var/$child.ext4" \
      -device virtio-blk-device,drive=scratch,serial=scratch \
      -netdev "user,id=net,net=10.60.$guest.0/24,host=10.60.$guest.2" \
      -device "virtio-net-device,netdev=net,mac=$mac" \
      -chardev stdio,id=console,signal=off -device virtio-serial-device,max_ports=1 -device virtconsole,chardev=console \
      -serial "file:$own/serial.log" \
      <>$own/orders >/dev/hvc0 2>$own/qemu.log
  ) &
  echo $! >$own/pid
  wait $!
  say "$child ended with $?"
  # Why a kernel gave up stands far above the end of what it wrote.
  { grep -hm 3 -e BUG: -e 'init\[1\]' -e 'Kernel panic' $own/serial.log; tail -n 5 $own/qemu.log $own/serial.log; } | while read -r line; do say "$child: $line"; done
  sleep 1
  while [ -e $own/hold ]; do sleep 0.2; done
done
