# Sourced by every script of a layer.
export PATH=/bin:/sbin:/usr/bin
. /config/load.sh
DEPTH=$(sed -n 's/.*nestwatch.depth=\([0-9]*\).*/\1/p' /proc/cmdline)

# One short line for the person at the build machine. It passes through the consoles of all layers above.
say() {
  echo "guest$DEPTH: $*" >/dev/hvc0
}

# Root of the QEMU that runs the next layer; in the deepest one, of the QEMU that runs itself. After lab.env.
qemu_root() {
  local next
  eval "next=\${QEMU_$((DEPTH + 1)):-\$QEMU_$DEPTH}"
  echo "/qemu/$next"
}

# mount_disk SERIAL DIRECTORY [OPTION...]
mount_disk() {
  local serial=$1 directory=$2 block
  shift 2
  for block in /sys/block/vd*; do
    [ "$(cat "$block/serial" 2>/dev/null)" = "$serial" ] && mount -t ext4 "$@" "/dev/${block##*/}" "$directory" && return 0
  done
  return 1
}
