# Sourced: loads modules with what each needs, as the image has noted it. What is not there is built into the kernel.
modules=/lib/modules/$(busybox uname -r)

# load MODULE [PARAMETER=VALUE...]
load() {
  local module=$1 needed
  shift
  busybox grep -q "^$module " /proc/modules && return 0
  [ -f "$modules/$module.ko" ] || return 0
  for needed in $(busybox sed -n "s/^$module: //p" "$modules/needs"); do
    load "$needed" || return 1
  done
  busybox insmod "$modules/$module.ko" "$@"
}
