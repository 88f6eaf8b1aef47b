import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Machine, machineAt } from '../../packages/collector/src/cli/setup/machine.ts';
import { smallPackage } from './invite-lab.ts';

const top = resolve(import.meta.dirname, '../..');

/** What Debian's package of nats-server brings. */
export const PACKAGED = 'host: 127.0.0.1\nport: 4222\n';
const PROGRAMS = ['nats-server', 'influxd', 'openssl', 'pgrep', 'nestwatch-agent'];
const USERS = ['root', 'nats', 'nestwatch-collector', 'nestwatch-agent'];

/** A root in which all packages are installed. Its programs are those of this machine; nothing in it is started. */
export function setupRoot(root: string): Machine {
  for (const folder of ['usr/bin', 'usr/share/nestwatch', 'etc/nestwatch', 'var/lib'])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(top, 'deploy/nats'), join(root, 'usr/share/nestwatch/nats'), { recursive: true });
  for (const name of ['collector', 'agent']) {
    const file = join(root, `etc/nestwatch/${name}.yaml`);
    cpSync(join(top, `deploy/packages/${name}.yaml`), file);
    chmodSync(file, 0o640);
  }
  for (const name of PROGRAMS) writeFileSync(join(root, 'usr/bin', name), '');
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  writeFileSync(
    join(root, 'etc/passwd'),
    USERS.map((name) => `${name}:x:${uid}:${gid}::/:/bin/sh\n`).join(''),
  );
  writeFileSync(join(root, 'etc/group'), USERS.map((name) => `${name}:x:${gid}:\n`).join(''));
  writeFileSync(join(root, 'etc/nats-server.conf'), PACKAGED);
  const packages = join(root, 'usr/share/nestwatch/packages');
  mkdirSync(packages);
  smallPackage(packages);
  const machine = machineAt(root);
  const answers: Readonly<Record<string, () => string>> = {
    'dpkg-query': () => ` /etc/nats-server.conf ${createHash('md5').update(PACKAGED).digest('hex')}\n`,
    'nestwatch-agent': () =>
      execFileSync(process.execPath, [join(top, 'dist/nestwatch-agent.mjs'), 'join', 'id']).toString(),
  };
  return {
    ...machine,
    run(command, ...words) {
      const answer = answers[command];
      return answer === undefined
        ? machine.run(command, ...words)
        : { status: 0, stdout: answer(), output: '' };
    },
  };
}

/** Every file of a tree with its mode and content, and every folder. */
export function treeOf(root: string): string[] {
  return readdirSync(root, { recursive: true })
    .map(String)
    .sort()
    .map((name) => {
      const file = join(root, name);
      const { mode } = statSync(file);
      const content = statSync(file).isDirectory() ? 'folder' : readFileSync(file).toString('base64');
      return `${name} ${mode.toString(8)} ${content}`;
    });
}
