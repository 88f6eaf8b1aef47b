#!/bin/busybox sh
# First process of every layer: finds the system disk and hands over to the init on it.
export PATH=/bin
. /load.sh
echo 'dev /dev devtmpfs defaults 0 0
proc /proc proc defaults 0 0
sys /sys sysfs defaults 0 0' >/fstab
busybox mount -a -T /fstab
for module in virtio_mmio virtio_blk ext4; do
  load "$module" || echo "cannot load $module" >/dev/console
done

# Disks are told apart by serial number: their order under microvm is not the order on QEMU's command line.
for block in /sys/block/vd*; do
  serial=
  # The file has no end of line.
  read -r serial <"$block/serial" || :
  case $serial in
    system) system="/dev/${block##*/}" ;;
    config) config="/dev/${block##*/}" ;;
  esac
  # Each read is a handful of exits here, and as many for each of those in the layer above.
  echo "$READ_AHEAD_KIB" >"$block/queue/read_ahead_kb"
done
mount_all <<EOF
${system:-/dev/none} /system ext4 ro 0 0
${config:-/dev/none} /system/config ext4 ro 0 0
EOF
if ! [ -f /system/config/init.sh ]; then
  echo 'the system disk or the configuration disk is missing' >/dev/console
  busybox poweroff -f
fi
mount_all <<EOF
/dev /system/dev none move 0 0
/proc /system/proc none move 0 0
/sys /system/sys none move 0 0
EOF
exec busybox switch_root /system /config/init.sh
