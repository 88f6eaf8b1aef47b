import type { Manifest } from './manifest.ts';

/** Lines for systemd-sysusers: the service's user, and the groups that its unit names. */
export function sysusers({ user }: Manifest): string {
  return `g kvm - -\nu ${user} - "nestwatch" /var/lib/${user} /usr/sbin/nologin\n`;
}

/** Lines for systemd-tmpfiles: the service's folder, and a configuration that only root and the service may read. */
export function tmpfiles({ user, files }: Manifest): string {
  const configs = files.filter(({ config }) => config === true);
  const lines = configs.map(({ to }) => `z ${to} 0640 root ${user} -\n`);
  return `d /var/lib/${user} 0700 ${user} ${user} -\n${lines.join('')}`;
}

/** Shell that makes that user and those groups. Runs on Debian and on the Red Hat family, without systemd too. */
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

/** Shell that removes what the service left behind, and its user. */
export function forget({ user, files }: Manifest): string {
  const helper = files.some(({ to }) => to.endsWith('/nestwatch-upgrade.service'))
    ? ' /var/lib/nestwatch-upgrade'
    : '';
  return `rm -rf /var/lib/${user}${helper}
if getent passwd ${user} >/dev/null; then userdel ${user} || true; fi
if getent group ${user} >/dev/null; then groupdel ${user} || true; fi`;
}
