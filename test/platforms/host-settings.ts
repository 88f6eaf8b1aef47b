import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What tells programs how to reach registries and mirrors, and what decides how tests are run. */
const PASSED =
  /^(npm_config_(registry|strict_ssl|ca|cafile|proxy|https_proxy|noproxy|fetch_\w+)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|CI|NESTWATCH_DEBIAN_MIRROR)$/i;
/** Files that are the same below the root as here. */
const SAME_FILES = ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt'];

/** The environment of a program in the root: a fresh login's, and how this machine reaches the outside. */
export function environmentInRoot(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed = Object.entries(env).filter(([name, value]) => PASSED.test(name) && value !== undefined);
  return {
    ...(Object.fromEntries(passed) as Record<string, string>),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  };
}

/** The lines of `apt-config dump` about how packages are fetched: proxies, certificates, whether dates are checked. */
export function fetchSettings(dump: string): string {
  const lines = dump.split('\n').filter((line) => /^Acquire::[\w:-]+ "[^"]*";$/.test(line));
  return lines.map((line) => `${line}\n`).join('');
}

/** A file of these lines, for apt in a root. */
export function writeAptSettings(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fetchSettings(execFileSync('apt-config', ['dump'], { encoding: 'utf8' })));
}

/** Puts into a root what the machine has for reaching npm's registry and Debian's mirror. */
export function passHostSettings(root: string, env: NodeJS.ProcessEnv): void {
  const extra = env['NODE_EXTRA_CA_CERTS'];
  for (const file of extra === undefined ? SAME_FILES : [...SAME_FILES, extra]) copyInto(root, file, file);
  copyInto(root, join(homedir(), '.npmrc'), '/root/.npmrc');
  const npm = (key: string) =>
    execFileSync('npm', ['config', 'get', key], { cwd: '/', encoding: 'utf8', stdio: 'pipe' }).trim();
  copyInto(root, npm('globalconfig'), '/etc/npmrc');
  const authority = npm('cafile');
  if (authority.startsWith('/')) copyInto(root, authority, authority);
  writeAptSettings(join(root, 'etc/apt/apt.conf.d/zz-host'));
}

function copyInto(root: string, from: string, to: string): void {
  if (!existsSync(from)) return;
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(from, target);
}
