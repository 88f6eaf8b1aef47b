import type { Manifest } from './manifest.ts';

/** Shell that makes the service's user and the groups its unit names. Runs on Debian and on the Red Hat family. */
export function addUser({ user }: Manifest): string {
  const groups = ['kvm', user].map(
    (group) => `getent group ${group} >/dev/null || groupadd --system ${group}`,
  );
  return `${groups.join('\n')}
getent passwd ${user} >/dev/null || useradd --system --gid ${user} --home-dir /var/lib/${user} --no-create-home \\
  --shell /usr/sbin/nologin --comment "nestwatch" ${user}`;
}

/** Shell that lets only root and the service read the configuration, which can hold secrets. */
export function protectConfig({ user, files }: Manifest): string {
  return files
    .filter(({ config }) => config === true)
    .map(({ to }) => `chown root:${user} ${to}\nchmod 0640 ${to}`)
    .join('\n');
}

/** Runs systemctl where systemd is running, and does not mind where it is not: in an image under construction, say. */
export function systemctl(command: string): string {
  return `if [ -d /run/systemd/system ]; then systemctl ${command} || true; fi`;
}

/** Switches the unit on or off, also in an image under construction. */
export function unitFile(verb: 'enable' | 'disable', { unit }: Manifest): string {
  return `if command -v systemctl >/dev/null; then systemctl ${verb} ${unit} >/dev/null 2>&1 || true; fi`;
}

/** Shell that removes what the service left behind, and its user. */
export function forget({ user }: Manifest): string {
  return `rm -rf /var/lib/${user}
getent passwd ${user} >/dev/null && userdel ${user} || true
getent group ${user} >/dev/null && groupdel ${user} || true`;
}
