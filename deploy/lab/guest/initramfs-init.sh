#!/bin/busybox sh
# First process of every layer: finds the system disk and hands over to the init on it.
export PATH=/bin
busybox mount -t devtmpfs dev /dev
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
. /load.sh
for module in virtio_mmio virtio_blk ext4; do
  load "$module" || echo "cannot load $module" >/dev/console
done

# Disks are told apart by serial number: their order under microvm is not the order on QEMU's command line.
for block in /sys/block/vd*; do
  case $(busybox cat "$block/serial") in
    system) system="/dev/${block##*/}" ;;
    config) config="/dev/${block##*/}" ;;
  esac
done
if ! busybox mount -t ext4 -o ro "${system:-/dev/none}" /system ||
  ! busybox mount -t ext4 -o ro "${config:-/dev/none}" /system/config; then
  echo 'the system disk or the configuration disk is missing' >/dev/console
  busybox poweroff -f
fi
for directory in dev proc sys; do
  busybox mount --move "/$directory" "/system/$directory"
done
exec busybox switch_root /system /config/init.sh
