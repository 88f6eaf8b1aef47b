#!/bin/sh
# Installs the nestwatch agent on this machine, as an invitation of its lab says.
#
#   --node NAME     id of this machine in the lab; by default one made of its firmware's UUID
#   --user          for this user alone, without root
#   --background    start it in the background where no service manager runs
#   --wait SECONDS  how long to wait for its first confirmed report; 180 unless said otherwise
#   --upgrades      let this machine move by itself to a version that its lab is offered; needs root and systemd
#   --remove        take everything away, and this machine out of NATS
#
# Run again it upgrades. It needs a POSIX shell, curl or wget, and sha256sum. The key is made here and stays here.
set -eu

# @values@

MARK='# By an invitation of nestwatch. What you change here stays; a line less, and the next invitation leaves it alone.'
ACTION=install
NODE=
SCOPE=system
BACKGROUND=no
WAIT=180
UPGRADES=no
HELPER=/var/lib/nestwatch-upgrade
WORK=
UNDO=
# What it says where a command of this step fails.
STEP=

say() { printf 'nestwatch: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

usage() {
  say "$1; known: --node NAME, --user, --background, --wait SECONDS, --upgrades, --remove. Nothing was changed."
  exit 2
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
    --node) [ $# -ge 2 ] || usage "--node lacks its NAME"; NODE=$2; shift ;;
    --wait) [ $# -ge 2 ] || usage "--wait lacks its SECONDS"; WAIT=$2; shift ;;
    --user) SCOPE=user ;;
    --background) BACKGROUND=yes ;;
    --upgrades) UPGRADES=yes ;;
    --remove) ACTION=remove ;;
    *) usage "$1 is not an option" ;;
    esac
    shift
  done
  case $NODE in
  [!A-Za-z0-9]* | *[!A-Za-z0-9_-]*) usage "\"$NODE\" cannot be a node's id, which has letters, digits, _ and -" ;;
  esac
  case $WAIT in '' | *[!0-9]*) usage "\"$WAIT\" is no number of seconds" ;; esac
}

# Where everything lies.
set_places() {
  if [ "$SCOPE" = user ]; then
    [ -n "${HOME:-}" ] || die "HOME is not set, and --user requires it. Nothing was changed."
    CONF=${XDG_CONFIG_HOME:-$HOME/.config}/nestwatch
    STATE=${XDG_STATE_HOME:-$HOME/.local/state}/nestwatch-agent
    OPT=$HOME/.local/share/nestwatch-agent
    RUN=$STATE
  else
    CONF=/etc/nestwatch
    STATE=/var/lib/nestwatch-agent
    OPT=/opt/nestwatch-agent
    RUN=/run
  fi
  CONFIG=$CONF/agent.yaml
  KEY=$CONF/agent.nk
  AUTHORITY=$CONF/nats-ca.pem
  PIDFILE=$RUN/nestwatch-agent.pid
}

find_out_system() {
  [ "$(uname -s)" = Linux ] || die "this is $(uname -s): the agent is for Linux. Nothing was changed."
  machine=$(uname -m)
  [ "$machine" = x86_64 ] || die "no package for $machine: only x86_64 is supported. Nothing was changed."
  if [ "$SCOPE" = system ] && [ "$(id -u)" != 0 ]; then
    die "this requires root: end the line with \"| sudo sh\", or with \"| sh -s -- --user\" for yourself alone. Nothing was changed."
  fi
  set_places
  if [ -d /run/systemd/system ]; then INIT=systemd
  elif have openrc-run && have rc-service && [ -d /run/openrc ]; then INIT=openrc
  elif [ -d /etc/init.d ] && { have update-rc.d || have chkconfig; }; then INIT=sysv
  else INIT=none; fi
  if [ "$SCOPE" = user ] && ! systemctl --user show-environment >/dev/null 2>&1; then INIT=none; fi
  FORM=tar.xz
  if [ "$SCOPE" = system ]; then
    if have dpkg && [ -d /var/lib/dpkg/info ]; then FORM=deb
    elif have rpm && { have dnf || have yum || have zypper; }; then FORM=rpm; fi
  fi
}

# The line of the package of one format: format, file, SHA-256, bytes.
package_of() { printf '%s\n' "$PACKAGES" | grep "^$1 " || true; }

check_before() {
  if [ "$UPGRADES" = yes ]; then
    [ "$SCOPE" = system ] && [ "$INIT" = systemd ] ||
      die "--upgrades needs root and systemd: without it, run this line again for another version. Nothing was changed."
    [ -n "$SIGNER" ] || die "the collector has no key of packages (nestwatch setup makes one): leave out --upgrades. Nothing was changed."
  fi
  package=$(package_of "$FORM")
  if [ -z "$package" ] && [ "$FORM" != tar.xz ]; then FORM=tar.xz; package=$(package_of tar.xz); fi
  [ -n "$package" ] || die "the collector has no package of the agent for this system. Nothing was changed."
  have sha256sum || die "sha256sum is missing, and the download cannot be verified without it. Nothing was changed."
  have curl || have wget || die "neither curl nor wget is installed: install one. Nothing was changed."
  if [ "$FORM" = tar.xz ]; then
    have tar || die "tar is missing. Nothing was changed."
    [ "$SCOPE" = user ] || grep -q '^nestwatch-agent:' /etc/passwd || have useradd || have adduser ||
      die "neither useradd nor adduser is installed: create the user nestwatch-agent, or give --user. Nothing was changed."
    have xz || have unxz || die "xz is missing, and unpacking requires it: install xz or xz-utils. Nothing was changed."
  fi
  case $FORM in tar.xz) target=$OPT ;; *) target=/usr/lib/nestwatch-agent ;; esac
  for each in "$target" "$CONF" "$STATE"; do check_writable "$each"; done
  # As sudo leaves it, it may be a folder of another place.
  [ -d "${TMPDIR:-}" ] || TMPDIR=/tmp
  WORK=$(mktemp -d "$TMPDIR/nestwatch.XXXXXX" 2>/dev/null) || die "cannot create a temporary folder. Nothing was changed."
  # shellcheck disable=SC2086
  set -- $package
  check_space "$WORK" $(($4 / 1024 * 6 / 5))
  check_space "$(existing "$target")" $(($4 / 1024 * 7))
}

# The nearest folder above that is there.
existing() {
  at=$1
  while [ ! -d "$at" ]; do at=${at%/*}; [ -n "$at" ] || at=/; done
  printf '%s\n' "$at"
}

check_writable() {
  at=$(existing "$1")
  probe=$at/.nestwatch-probe.$$
  (: >"$probe") 2>/dev/null || die "cannot write $1: $at is read-only or belongs to another user. Nothing was changed."
  rm -f "$probe"
}

check_space() {
  # shellcheck disable=SC2046
  set -- "$1" "$2" $(df -Pk "$1" 2>/dev/null | tail -n 1)
  free=${6:-}
  case $free in '' | *[!0-9]*) return 0 ;; esac
  [ "$free" -ge "$2" ] || die "not enough space: $1 has $((free / 1024)) MiB free, and requires $(($2 / 1024 + 1)). Nothing was changed."
}

fetch() {
  # A proxy for the Internet does not know the way to the layer below.
  (
    unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY || true
    if have curl; then curl -fsS --connect-timeout 20 --max-time 1800 -o "$2" "$1"
    # Without -T: wget of BusyBox, as Debian builds it, crashes with it.
    else wget -q -O "$2" "$1"; fi
  )
}

download() {
  # shellcheck disable=SC2086
  set -- $(package_of "$FORM")
  FILE=$WORK/$2
  say "fetching $2 ($(($4 / 1048576)) MiB)"
  for pause in 3 10 0; do
    fetch "$BASE/p/$2" "$FILE" && break
    [ "$pause" != 0 ] || die "$BASE/p/$2 could not be downloaded: check for a proxy or a firewall. Nothing was changed."
    sleep "$pause"
  done
  sum=$(sha256sum "$FILE")
  [ "${sum%% *}" = "$3" ] ||
    die "$2 does not match the invitation (SHA-256 ${sum%% *} instead of $3): damaged or modified. Nothing was changed."
}

# Takes back what this run did, newest first, unless it came to its end.
finish() {
  status=$?
  trap - EXIT HUP INT TERM
  [ -z "$STEP" ] || say "$STEP"
  if [ "$status" != 0 ] && [ -n "$UNDO" ]; then
    set +e
    for each in $UNDO; do "undo_$each"; done >/dev/null 2>&1
    say "removing what was installed"
  fi
  [ -z "$WORK" ] || rm -rf "$WORK"
  exit "$status"
}

undo_with() { UNDO="$1 $UNDO"; }

undo_deb() { dpkg --purge nestwatch-agent-standalone; }
undo_rpm() { remove_rpm; }
undo_opt() { rm -rf "$OPT"; }
undo_old_opt() { rm -rf "$OPT"; mv "$WORK_OPT.old" "$OPT"; }
undo_config() { rm -f "$CONFIG" "$KEY" "$AUTHORITY"; rmdir "$CONF"; }
undo_state() { rm -rf "$STATE"; }
undo_upgrades() { remove_upgrades; }
undo_service() { remove_service; }
undo_user() { remove_user; }

install_package() {
  case $FORM in
  deb) install_deb ;;
  rpm) install_rpm ;;
  tar.xz) install_opt ;;
  esac
}

install_deb() {
  dpkg-query -W -f '${db:Status-Status}\n' nestwatch-agent-standalone 2>/dev/null | grep -qx installed || undo_with deb
  if have apt-get; then
    # What it recommends may be out of reach: a guest deep down often has no way to a mirror.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --allow-downgrades --no-install-recommends \
      -o Dpkg::Options::=--force-confold "$FILE" >"$WORK/log" 2>&1 || package_failed
  else
    dpkg --force-confold -i "$FILE" >"$WORK/log" 2>&1 || package_failed
  fi
  PROGRAM=/usr/bin/nestwatch-agent
}

install_rpm() {
  rpm -q nestwatch-agent-standalone >/dev/null 2>&1 || undo_with rpm
  # What it requires is on nearly every system, and a guest deep down often has no way to its repositories.
  { by_rpm_tool alone || by_rpm_tool; } >"$WORK/log" 2>&1 || package_failed
  PROGRAM=/usr/bin/nestwatch-agent
}

# With the repositories of this system, or alone.
by_rpm_tool() {
  if have dnf; then dnf install -y -q --nogpgcheck ${1:+"--disablerepo=*"} "$FILE"
  elif have yum; then yum install -y -q --nogpgcheck ${1:+"--disablerepo=*"} "$FILE"
  else zypper --non-interactive --no-gpg-checks ${1:+--no-remote} install --allow-unsigned-rpm --oldpackage "$FILE"; fi
}

# What rpm leaves: settings that were changed, and the user.
remove_rpm() {
  rpm -e nestwatch-agent-standalone || return 1
  rm -f "$CONFIG.rpmsave"
  rmdir "$CONF" 2>/dev/null || true
  remove_user >/dev/null 2>&1 || true
}

package_failed() {
  tail -n 15 "$WORK/log" >&2
  die "cannot install the package, see above"
}

install_opt() {
  WORK_OPT=$OPT
  rm -rf "$OPT.new" "$OPT.old"
  mkdir -p "$OPT.new"
  (if have xz; then xz -dc "$FILE"; else unxz -c "$FILE"; fi) | tar -xf - -C "$OPT.new" || {
    rm -rf "$OPT.new"
    die "cannot unpack the agent below $OPT: check the free space. Nothing was changed."
  }
  if [ -d "$OPT" ]; then
    mv "$OPT" "$OPT.old"
    undo_with old_opt
  else
    undo_with opt
  fi
  mv "$OPT.new"/nestwatch-agent-* "$OPT"
  rmdir "$OPT.new"
  PROGRAM=$OPT/bin/nestwatch-agent
}

# The user that the service runs as; packages make it themselves.
add_user() {
  OWNER=nestwatch-agent
  [ "$SCOPE" = system ] || { OWNER=; return 0; }
  grep -q "^$OWNER:" /etc/passwd 2>/dev/null && return 0
  [ "$FORM" = tar.xz ] || return 0
  undo_with user
  if have useradd; then
    grep -q "^$OWNER:" /etc/group || groupadd --system "$OWNER"
    useradd --system --gid "$OWNER" --home-dir "$STATE" --no-create-home --shell /bin/false "$OWNER"
  else
    grep -q "^$OWNER:" /etc/group 2>/dev/null || addgroup -S "$OWNER"
    adduser -S -D -H -h "$STATE" -s /bin/false -G "$OWNER" "$OWNER"
  fi >"$WORK/log" 2>&1 || package_failed
}

# What the unit for systemd names: kvm opens /dev/kvm, disk the device that the read benchmark times.
add_to_groups() {
  [ "$INIT" != systemd ] && [ -n "$OWNER" ] || return 0
  for group in kvm disk; do
    grep -q "^$group:" /etc/group || continue
    if have usermod; then usermod -a -G "$group" "$OWNER"; else addgroup "$OWNER" "$group"; fi
  done >"$WORK/log" 2>&1 || package_failed
}

remove_user() {
  if have userdel; then userdel nestwatch-agent
  else
    for group in kvm disk; do delgroup nestwatch-agent "$group"; done
    deluser nestwatch-agent
  fi
  if have groupdel; then groupdel nestwatch-agent; else delgroup nestwatch-agent; fi
}

join() {
  verb=$1
  shift
  NESTWATCH_INVITATION=$TOKEN "$PROGRAM" join "$verb" --collector "$BASE" "$@"
}

is_ours() { [ -f "$CONFIG" ] && [ "$(head -n 1 "$CONFIG")" = "$MARK" ]; }

# As the package brings it.
is_untouched() {
  [ ! -e "$CONFIG" ] || { grep -qx '  url: nats://127.0.0.1:4222' "$CONFIG" && ! grep -q '^  *nkey:' "$CONFIG"; }
}

enrol() {
  : >"$WORK/none.yaml"
  trusted=
  [ -z "$CA" ] || { trusted=$WORK/ca.pem; printf '%s\n' "$CA" >"$trusted"; }
  # It says which addresses it tried.
  # shellcheck disable=SC2086
  URL=$(join reach $NATS --config "$WORK/none.yaml" --nats-ca "$trusted") || exit 1
  [ -d "$CONF" ] || mkdir -p "$CONF"
  [ -e "$KEY" ] || undo_with config
  [ -d "$STATE" ] || { undo_with state; mkdir -p "$STATE"; }
  chmod 700 "$STATE"
  if [ -n "$NODE" ]; then set -- --node "$NODE"; else set --; fi
  NODE=$(join enrol --config "$WORK/none.yaml" --lab "$LAB" --key "$KEY" "$@") || exit 1
  write_config
}

write_config() {
  {
    printf '%s\nlab: %s\nnode: %s\nstate:\n  dir: %s\nnats:\n  url: %s\n  nkey: %s\n' \
      "$MARK" "$LAB" "$NODE" "$STATE" "$URL" "$KEY"
    [ -z "$CA" ] || printf '  ca: %s\n' "$AUTHORITY"
    [ "$UPGRADES" = no ] || upgrade_lines
  } >"$CONFIG.new"
  [ -z "$CA" ] || printf '%s\n' "$CA" >"$AUTHORITY"
  chmod 640 "$CONFIG.new" "$KEY"
  if [ -n "$OWNER" ]; then
    chown "root:$OWNER" "$CONFIG.new" "$KEY"
    chown "$OWNER:$OWNER" "$STATE"
  fi
  mv "$CONFIG.new" "$CONFIG"
}

upgrade_lines() { printf 'upgrade: allowed\npackages:\n  url: %s\n  key: %s\n' "$BASE" "$SIGNER"; }

# The package stays, to go back to, and a unit waits for the agent to ask. Root's file of settings says whether.
allow_upgrades() {
  [ "$UPGRADES" = yes ] || [ -d "$HELPER" ] || return 0
  [ -d "$HELPER" ] || undo_with upgrades
  mkdir -p "$HELPER"
  chmod 755 "$HELPER"
  rm -f "$HELPER"/kept.*
  cp "$FILE" "$HELPER/kept.$FORM"
  chmod 600 "$HELPER/kept.$FORM"
  [ "$UPGRADES" = yes ] || return 0
  grep -q '^upgrade: allowed$' "$CONFIG" || upgrade_lines >>"$CONFIG"
  if [ "$FORM" = tar.xz ]; then
    cp "$OPT"/share/systemd/system/nestwatch-upgrade.* /etc/systemd/system/
    systemctl daemon-reload
  fi
  systemctl enable -q --now nestwatch-upgrade.path
}

remove_upgrades() {
  [ -d "$HELPER" ] || return 0
  systemctl disable -q --now nestwatch-upgrade.path || true
  # One that goes on has dpkg to itself.
  systemctl stop nestwatch-upgrade.service || true
  rm -f /etc/systemd/system/nestwatch-upgrade.path /etc/systemd/system/nestwatch-upgrade.service
  rm -rf "$HELPER"
}

start_service() {
  case $INIT in
  systemd) start_systemd ;;
  openrc) write_openrc; rc-update add nestwatch-agent default >/dev/null; rc-service nestwatch-agent restart >/dev/null ;;
  sysv) write_sysv; enable_sysv; /etc/init.d/nestwatch-agent restart >/dev/null ;;
  none) start_background ;;
  esac
}

start_systemd() {
  if [ "$SCOPE" = user ]; then
    units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
    mkdir -p "$units"
    printf '[Unit]\nDescription=nestwatch agent\n[Service]\nExecStart="%s" run --config "%s"\nRestart=always\nRestartSec=5\n[Install]\nWantedBy=default.target\n' \
      "$PROGRAM" "$CONFIG" >"$units/nestwatch-agent.service"
    systemctl --user daemon-reload
    systemctl --user enable -q nestwatch-agent.service
    systemctl --user restart nestwatch-agent.service
    return 0
  fi
  if [ "$FORM" = tar.xz ]; then
    cp "$OPT/share/systemd/system/nestwatch-agent.service" /etc/systemd/system/nestwatch-agent.service
    [ ! -d /etc/modules-load.d ] || cp "$OPT"/share/modules-load.d/*.conf /etc/modules-load.d/
    # Groups that a unit names have to be there.
    for group in kvm disk; do
      grep -q "^$group:" /etc/group || groupadd --system "$group"
    done
    systemctl daemon-reload
  fi
  systemctl enable -q nestwatch-agent.service
  systemctl restart nestwatch-agent.service
}

write_openrc() {
  cat >/etc/init.d/nestwatch-agent <<END
#!/sbin/openrc-run
description="nestwatch agent"
command="$PROGRAM"
command_args="run --config $CONFIG"
command_user="$OWNER:$OWNER"
command_background=true
pidfile="$PIDFILE"
depend() { use net; after modules; }
# By the file alone: what runs is not the program that was started.
stop() {
  ebegin "Stopping nestwatch agent"
  start-stop-daemon --stop --retry TERM/30/KILL/5 --pidfile "\$pidfile"
  eend \$? && rm -f "\$pidfile"
}
END
  chmod 755 /etc/init.d/nestwatch-agent
}

write_sysv() {
  cat >/etc/init.d/nestwatch-agent <<END
#!/bin/sh
### BEGIN INIT INFO
# Provides:          nestwatch-agent
# Required-Start:    \$remote_fs \$network
# Required-Stop:     \$remote_fs \$network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: nestwatch agent
### END INIT INFO
# chkconfig: 2345 90 10
pid() { cat $PIDFILE 2>/dev/null; }
runs() { [ -n "\$(pid)" ] && kill -0 "\$(pid)" 2>/dev/null; }
start() {
  runs && return 0
  su -s /bin/sh -c 'exec "$PROGRAM" run --config "$CONFIG"' $OWNER >/dev/null 2>&1 </dev/null &
  echo \$! >$PIDFILE
}
stop() {
  runs || return 0
  kill "\$(pid)"
  tries=0
  while runs && [ \$tries -lt 30 ]; do tries=\$((tries + 1)); sleep 1; done
  rm -f $PIDFILE
}
status() {
  if runs; then echo "nestwatch-agent runs"; else echo "nestwatch-agent does not run"; return 3; fi
}
case \${1:-} in
start) start ;;
stop) stop ;;
restart | force-reload) stop; start ;;
status) status ;;
*) echo "usage: \$0 start|stop|restart|status" >&2; exit 2 ;;
esac
END
  chmod 755 /etc/init.d/nestwatch-agent
}

enable_sysv() {
  if have update-rc.d; then update-rc.d nestwatch-agent defaults >/dev/null 2>&1
  else chkconfig --add nestwatch-agent; fi
}

# Where nothing starts services, as in a container.
start_background() {
  if [ "$BACKGROUND" != yes ]; then
    say "no service manager runs here: start it with  $PROGRAM run --config $CONFIG  or with --background"
    return 0
  fi
  stop_background
  mkdir -p "$RUN"
  if [ -n "$OWNER" ] && have su; then
    su -s /bin/sh -c "exec '$PROGRAM' run --config '$CONFIG'" "$OWNER" >"$STATE/agent.log" 2>&1 </dev/null &
  else
    "$PROGRAM" run --config "$CONFIG" >"$STATE/agent.log" 2>&1 </dev/null &
  fi
  echo $! >"$PIDFILE"
}

stop_background() {
  [ -f "$PIDFILE" ] || return 0
  pid=$(cat "$PIDFILE")
  kill "$pid" 2>/dev/null || { rm -f "$PIDFILE"; return 0; }
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 "$pid" 2>/dev/null || break; sleep 1; done
  rm -f "$PIDFILE"
}

remove_service() {
  if [ "$SCOPE" = user ]; then
    if [ "$INIT" = systemd ]; then
      systemctl --user disable -q --now nestwatch-agent.service || true
      rm -f "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user/nestwatch-agent.service"
    fi
  else
    case $INIT in
    systemd) systemctl disable -q --now nestwatch-agent.service || true; rm -f /etc/systemd/system/nestwatch-agent.service ;;
    openrc) rc-service nestwatch-agent stop || true; rc-update del nestwatch-agent default || true ;;
    sysv) /etc/init.d/nestwatch-agent stop || true
      if have update-rc.d; then update-rc.d -f nestwatch-agent remove; else chkconfig --del nestwatch-agent; fi || true ;;
    esac
    rm -f /etc/init.d/nestwatch-agent
  fi
  stop_background
}

install() {
  check_before
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  download
  was_there=no
  if is_ours; then was_there=yes; fi
  install_package
  add_user
  add_to_groups
  if [ $was_there = yes ]; then
    say "this machine is already enrolled: the agent is updated to version $VERSION"
  elif ! is_untouched; then
    say "$CONFIG was written by hand and stays unchanged: the agent is updated to version $VERSION"
    UNDO=
    start_service
    return 0
  else
    enrol
  fi
  BEFORE=$(join now --config "$CONFIG" || echo 0)
  [ $was_there = yes ] || undo_with service
  if [ "$SCOPE" = system ]; then allow_upgrades; fi
  STEP="cannot start the service: see above"
  start_service
  STEP=
  if [ "$INIT" = none ] && [ "$BACKGROUND" != yes ]; then UNDO=; return 0; fi
  # From here on it stays: a layer may be slow, and what it reports is kept until it arrives.
  UNDO=
  rm -rf "$OPT.old"
  join wait --config "$CONFIG" --since "$BEFORE" --for "${WAIT}s"
}

remove() {
  if [ -x "$OPT/bin/nestwatch-agent" ]; then PROGRAM=$OPT/bin/nestwatch-agent; FORM=tar.xz
  elif have nestwatch-agent; then PROGRAM=nestwatch-agent
  else die "no agent is installed here. Nothing was changed."; fi
  if is_ours; then join leave --config "$CONFIG" || say "it stays in NATS until an operator runs: nestwatch revoke NODE"; fi
  remove_service >/dev/null 2>&1
  [ "$SCOPE" = user ] || remove_upgrades >/dev/null 2>&1
  case $FORM in
  deb) dpkg --purge nestwatch-agent-standalone >/dev/null ;;
  rpm) remove_rpm ;;
  tar.xz)
    rm -rf "$OPT"
    [ "$SCOPE" = user ] || remove_user >/dev/null 2>&1 || true
    ;;
  esac
  rm -rf "$STATE"
  rm -f "$CONFIG" "$KEY" "$AUTHORITY"
  rmdir "$CONF" 2>/dev/null || true
  say "the agent is removed from this machine"
}

main() {
  read_options "$@"
  find_out_system
  "$ACTION"
}

# Last, so that a script that arrived by half does nothing.
main "$@"
