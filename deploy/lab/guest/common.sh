# Sourced by every script of a layer.
export PATH=/bin:/sbin:/usr/bin
. /config/load.sh
. /config/lab.env
read -r COMMAND_LINE </proc/cmdline
MACHINE=${COMMAND_LINE##*nestwatch.machine=}
MACHINE=${MACHINE%%[!0-9]*}
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

# Sets qemu_root: root of the QEMU that runs the next layer; in the deepest one, of the QEMU that runs itself.
find_qemu_root() {
  local next
  eval "next=\${QEMU_$((DEPTH + 1)):-\$QEMU_$DEPTH}"
  qemu_root=/qemu/$next
}

# Sets disk_SERIAL to the path of each disk.
find_disks() {
  local block serial
  for block in /sys/block/vd*; do
    serial=
    # The file has no end of line.
    read -r serial <"$block/serial"
    [ -z "$serial" ] || eval "disk_$serial=/dev/${block##*/}"
  done
}
