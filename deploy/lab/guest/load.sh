# Sourced: loads modules with what each needs, as the image has noted it, and mounts. A process takes a deep layer a tenth of
# our seconds, most of it for the CPUIDs of its C library: what the shell can do itself, it does, and BusyBox runs insmod,
# ip and some others without starting a program.
READ_AHEAD_KIB=1024
modules=/lib/modules/$(uname -r)

# mount_all: one process mounts all that it reads, in lines as of /etc/fstab.
mount_all() {
  mount -a -T /proc/self/fd/0
}

# needs_of MODULE sets needs.
needs_of() {
  local name
  while read -r name needs; do
    [ "$name" = "$1:" ] && return 0
  done <"$modules/needs"
  needs=
}

# load MODULE [PARAMETER=VALUE...]
load() {
  local module=$1 needed needs
  shift
  ! [ -d "/sys/module/$module/holders" ] || return 0
  [ -f "$modules/$module.ko" ] || return 0
  needs_of "$module"
  for needed in $needs; do
    load "$needed" || return 1
  done
  insmod "$modules/$module.ko" "$@"
}
