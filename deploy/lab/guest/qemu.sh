#!/bin/sh
# A QEMU of this layer, in the root where it has its libraries: with it the agent boots its canary.
. /config/common.sh
find_qemu_root
exec chroot "$qemu_root" /usr/bin/qemu-system-x86_64 -L /usr/share/qemu "$@"
