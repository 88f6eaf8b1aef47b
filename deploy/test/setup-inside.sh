#!/bin/sh
# Starts in the root HYPERVISOR what setup prints, has the root GUEST join by an invitation, and forgets it. Runs in networks and
# processes of its own, which end with it.
#
#   unshare --net --pid --fork --kill-child --mount sh setup-inside.sh HYPERVISOR GUEST
set -eu
hypervisor=$1
guest=$2
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
unset NODE_EXTRA_CA_CERTS
ip link set lo up
for root in "$hypervisor" "$guest"; do
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
done
on() { chroot "$hypervisor" "$@"; }

on nestwatch setup | sed -n 's/^  //p' >"$hypervisor/start.sh"
# In place of the path unit of systemd.
take=$(sed -n 's/^ExecStart=//p' "$hypervisor/usr/lib/systemd/system/nestwatch-enroll.service")
cat >"$hypervisor/run.sh" <<END
cd /
. /start.sh
while sleep 1; do
  ls /var/lib/nestwatch-collector/staged/*.json >/dev/null 2>&1 && $take
done
END
on sh /run.sh >"$hypervisor/log" 2>&1 &
tries=0
until on nestwatch lab training --json 2>/dev/null | grep -q '"node": "hypervisor"'; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || { tail -n 30 "$hypervisor/log"; exit 1; }
  sleep 1
done
tries=0
until url=$(on nestwatch invite --lab training --json 2>/dev/null | sed -n 's/.*"url": "\(.*\)".*/\1/p') && [ -n "$url" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || exit 1
  sleep 1
done
chroot "$guest" sh -c "wget -qO- $url | sh -s -- --background --node guest1" 2>&1
echo "there: $(on nestwatch lab training --json | sed -n 's/.*"node": "\(.*\)",/\1/p' | sort | tr '\n' ' ')"
ss -ltnH | awk '{ print "listens: " $4 }'
on nestwatch forget guest1 --lab training
echo "left: $(on nestwatch lab training --json | sed -n 's/.*"node": "\(.*\)",/\1/p' | sort | tr '\n' ' ')"
