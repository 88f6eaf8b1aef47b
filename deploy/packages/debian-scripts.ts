import type { Manifest } from './manifest.ts';
import { addUser, forget, protectConfig } from './scripts.ts';

/** Calls of dpkg after which the package is to be as configured. */
const CONFIGURED = 'configure|abort-upgrade|abort-deconfigure|abort-remove';

/**
 * What dpkg runs as the package comes and goes, doing what debhelper's scripts do: deb-systemd-helper remembers what the
 * administrator switched on and off, also where no systemd runs, and deb-systemd-invoke minds policy-rc.d.
 */
export function debianScripts(manifest: Manifest): Record<'postinst' | 'prerm' | 'postrm', string> {
  const { unit, name } = manifest;
  return {
    postinst: `#!/bin/sh
set -e
case $1 in ${CONFIGURED}) ;; *) exit 0 ;; esac

${addUser(manifest)}
if command -v systemd-tmpfiles >/dev/null; then
  systemd-tmpfiles --create ${name}.conf >/dev/null || true
fi
${protectConfig(manifest)}

deb-systemd-helper unmask ${unit} >/dev/null || true
# True for what was never installed before.
if deb-systemd-helper --quiet was-enabled ${unit}; then
  deb-systemd-helper enable ${unit} >/dev/null || true
else
  deb-systemd-helper update-state ${unit} >/dev/null || true
fi
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
  if [ -n "$2" ]; then action=restart; else action=start; fi
  deb-systemd-invoke $action ${unit} >/dev/null || true
fi
`,
    prerm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop ${unit} >/dev/null || true
fi
`,
    postrm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
${purge(manifest)}`,
  };
}

/** What is shared with the package that takes this one's place stays, when that is there. */
function purge(manifest: Manifest): string {
  const { unit, insteadOf } = manifest;
  const others = insteadOf.map(
    (other) =>
      `  [ "$(dpkg-query -W -f '\${db:Status-Status}' ${other} 2>/dev/null)" = installed ] && exit 0\n`,
  );
  return `if [ "$1" = purge ]; then
${others.join('')}  if command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper purge ${unit} >/dev/null || true
  fi
  ${forget(manifest).replaceAll('\n', '\n  ')}
  rmdir /etc/nestwatch 2>/dev/null || true
fi
`;
}
