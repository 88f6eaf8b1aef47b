# Sourced by every script of a layer.
export PATH=/bin:/sbin:/usr/bin
. /config/load.sh
. /config/lab.env
MACHINE=$(sed -n 's/.*nestwatch.machine=\([0-9]*\).*/\1/p' /proc/cmdline)
eval "DEPTH=\$DEPTH_$MACHINE NAME=\$NAME_$MACHINE GUESTS=\$GUESTS_$MACHINE"

# One short line for the person at the build machine. It passes through the consoles of all layers above.
say() {
  echo "$NAME: $*" >/dev/hvc0
}

# hand_on NAME ORDER: gives an order to the guest that is the machine of this name, or has it inside.
hand_on() {
  local id guest inside
  for id in $GUESTS; do
    eval "guest=\$NAME_$id inside=\$INSIDE_$id"
    case " $inside " in
      *" $1 "*) [ -p "/run/lab/$guest/orders" ] && echo "$1 $2" >"/run/lab/$guest/orders" ;;
    esac
  done
}

# Root of the QEMU that runs the next layer; in the deepest one, of the QEMU that runs itself.
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
