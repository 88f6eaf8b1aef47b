import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../local/ports.ts';
import { listArtefacts } from '../packages/artefacts.ts';
import { buildDeb } from '../packages/deb.ts';
import { collector } from '../packages/manifest.ts';
import { makeRuntime } from '../packages/runtime/make-runtime.ts';
import { standaloneAgent } from '../packages/runtime/standalone.ts';
import { noRootBecause } from './debian-bootstrap.ts';
import { createRoot, type DebianRoot } from './debian-root.ts';
import { smallRoots } from './small-roots.ts';
import { run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const cache = join(top, '.nestwatch/cache');
const out = temporaryFolder('setup');
const options = { top, out, version: '1.0.0', epoch: 1_700_000_000, compression: 0 };
const generous = 600_000;
/** Setup asks for one that is free on this machine, where something else may be NATS. */
const natsPort = await freePort();

const made = await prepare().catch((error: unknown) => ({ reason: messageOf(error) }));
const reason = 'reason' in made ? made.reason : undefined;
const { hypervisor, guest } = made as { hypervisor: DebianRoot; guest: DebianRoot };

async function prepare() {
  const why = noRootBecause();
  if (why !== undefined) return { reason: why };
  const runtime = await makeRuntime(join(out, 'runtime'), () => undefined);
  const [root, inside] = [await createRoot(cache), await createRoot(cache)];
  const packages = join(root.path, 'packages');
  mkdirSync(packages);
  const agent = buildDeb(standaloneAgent(runtime), { ...options, out: packages });
  listArtefacts(packages, options.version, [
    { name: 'nestwatch-agent', architecture: 'amd64', ownRuntime: true, format: 'deb', file: agent },
  ]);
  copyFileSync(buildDeb(collector, options), join(root.path, 'collector.deb'));
  copyFileSync('/etc/resolv.conf', join(root.path, 'etc/resolv.conf'));
  const { status, output } = root.chroot('dpkg', '-i', '/collector.deb');
  if (status !== 0) throw new Error(output);
  // A minimal Debian has no way to fetch anything.
  const [busybox] = (await smallRoots(join(out, 'roots'))).filter(({ title }) => title === 'BusyBox');
  cpSync(join(busybox?.path ?? '', 'bin/busybox'), join(inside.path, 'usr/local/bin/wget'));
  for (const path of [root.path, inside.path])
    for (const [name, minor] of Object.entries({ urandom: 9, zero: 5 }))
      run('mknod', ['-m', '666', join(path, 'dev', name), 'c', '1', String(minor)]);
  return { hypervisor: root, guest: inside };
}

afterAll(() => {
  hypervisor?.remove();
  guest?.remove();
});

const setup = (...words: string[]) => hypervisor.chroot('nestwatch', 'setup', ...words);
const steps = (output: string, kind: string) =>
  output.split('\n').filter((line) => line.startsWith(`${kind}: `));

describe.skipIf(reason !== undefined)(
  `setup in a minimal Debian${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: generous },
  () => {
    test('installs and configures everything, and the second time nothing', () => {
      const named = [
        '--lab',
        'training',
        '--node',
        'hypervisor',
        '--address',
        '127.0.0.1',
        '--nats-port',
        String(natsPort),
      ];
      const plan = setup(...named, '--packages', '/packages', '--dry-run');
      expect(plan.status, plan.output).toBe(0);
      expect(existsSync(join(hypervisor.path, 'etc/nats'))).toBe(false);
      const first = setup(...named, '--packages', '/packages');
      expect(first.status, first.output).toBe(0);
      expect(steps(first.output, 'done')).toHaveLength(steps(plan.output, 'to do').length);
      expect(first.output).toContain('Nothing was started. Start it:');
      const again = setup();
      expect([again.status, steps(again.output, 'done')]).toEqual([0, []]);
      expect(steps(again.output, 'already done')).toHaveLength(steps(first.output, 'done').length);
    });

    test('what it wrote runs as the services do, a guest joins by an invitation, and is forgotten', () => {
      const script = join(import.meta.dirname, 'setup-inside.sh');
      const own = ['--net', '--pid', '--fork', '--kill-child', '--mount'];
      const { status, output } = run('unshare', [...own, 'sh', script, hypervisor.path, guest.path]);
      expect(output).toMatch(/the first report is confirmed: \S+ \(guest1\)/);
      expect(output).toContain('there: guest1 hypervisor');
      expect(output).toContain(
        'its key is removed from /etc/nats/nestwatch/accounts.conf, and NATS has reloaded',
      );
      expect(output).toContain('left: hypervisor');
      // InfluxDB is on loopback alone, where guests do not come.
      const listens = [...output.matchAll(/^listens: (\S+)$/gm)].map(([, at = '']) => at);
      expect(listens.filter((at) => !at.startsWith('127.0.0.1:'))).toEqual([`*:${natsPort}`]);
      expect(listens).toContain('127.0.0.1:8086');
      expect(status, output).toBe(0);
    });

    test('all goes that it made', () => {
      const { status, output } = setup('--remove');
      expect([status, steps(output, 'left')]).toEqual([0, []]);
      const at = (path: string) => join(hypervisor.path, path);
      expect(readdirSync(at('etc/nestwatch')).sort()).toEqual(['agent.yaml', 'collector.yaml']);
      expect(readFileSync(at('etc/nestwatch/collector.yaml'), 'utf8')).toBe(
        readFileSync(join(top, 'deploy/packages/collector.yaml'), 'utf8'),
      );
      const gone = [
        'etc/nats',
        'var/lib/nats',
        'usr/share/nestwatch/packages',
        'usr/sbin/nats-server',
        'usr/bin/influxd',
      ];
      expect(gone.filter((path) => existsSync(at(path)))).toEqual([]);
    });
  },
);
