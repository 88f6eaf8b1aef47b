/** The packages under a systemd that runs: what units start, restart and trigger. By hand; it needs root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInviteLab, type InviteLab } from '../../test/e2e/invite-lab.ts';
import { mirrorOf, sourcesList } from '../debian/suites.ts';
import { listArtefacts } from '../packages/artefacts.ts';
import { buildDeb } from '../packages/deb.ts';
import type { Manifest } from '../packages/manifest.ts';
import { makeRuntime, type Runtime } from '../packages/runtime/make-runtime.ts';
import { standaloneAgent } from '../packages/runtime/standalone.ts';
import { bootstrap, noRootBecause } from './debian-bootstrap.ts';
import { type Booted, bootSystemd } from './systemd-root.ts';
import { run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const out = temporaryFolder('systemd');
const packages = join(out, 'packages');
const generous = 900_000;
const BUILT = '0.1.0';
const RELEASE = 'bookworm';
const signer = nkeys.createUser();
const keyFile = join(out, 'packages.nk');

const made = await prepare().catch((error: unknown) => ({ reason: messageOf(error) }));
const reason = 'reason' in made ? made.reason : undefined;

async function prepare(): Promise<{ runtime: Runtime; root: string } | { reason: string }> {
  const why = noRootBecause();
  if (why !== undefined) return { reason: why };
  mkdirSync(packages, { recursive: true });
  writeFileSync(keyFile, new TextDecoder().decode(signer.getSeed()), { mode: 0o600 });
  const runtime = await makeRuntime(join(out, 'runtime'), () => undefined);
  const archive = join(top, `.nestwatch/cache/debian-systemd-${RELEASE}.tar`);
  const printed = run('apt-get', ['update', '--print-uris']).output;
  const mirror = mirrorOf(process.env['NESTWATCH_DEBIAN_MIRROR'], printed);
  const sources = sourcesList(RELEASE, mirror, 'binary').trim().split('\n');
  const include = ['systemd', 'systemd-sysv', 'dbus', 'curl', 'procps'];
  await bootstrap(archive, { release: RELEASE, sources, include });
  const root = join(out, 'root');
  mkdirSync(root);
  execFileSync('tar', ['-xf', archive, '-C', root, '--exclude=./dev/*']);
  return { runtime, root };
}

/** Puts a package of the agent as of another version where guests fetch it. */
function packageOf(runtime: Runtime, version: string): void {
  const manifest = standaloneAgent(runtime);
  const files = manifest.files.map((file) =>
    file.from === 'dist/nestwatch-agent.mjs'
      ? { ...file, edit: (text: string) => text.replaceAll(`\`${BUILT}\``, `\`${version}\``) }
      : file,
  );
  const options = { top, out: packages, version, epoch: 1_700_000_000, compression: 0 };
  const versioned: Manifest = { ...manifest, files };
  const own = { name: 'nestwatch-agent', architecture: 'amd64', ownRuntime: true, format: 'deb' } as const;
  listArtefacts(packages, version, [{ ...own, file: buildDeb(versioned, options) }]);
}

describe.skipIf(reason !== undefined)(
  `under a running systemd${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: generous },
  () => {
    let lab: InviteLab;
    let guest: Booted;
    let runtime: Runtime;
    const said = async (line: string) => (await guest.shell(line)).output.trim();

    beforeAll(async () => {
      if (!('root' in made)) return;
      runtime = made.runtime;
      packageOf(runtime, '1.0.0');
      lab = await createInviteLab(
        packages,
        undefined,
        {},
        {
          NESTWATCH_INVITE_SIGNER: signer.getPublicKey(),
        },
      );
      guest = await bootSystemd(made.root);
    }, generous);
    afterAll(async () => {
      await guest?.end();
      await lab?.[Symbol.asyncDispose]();
    }, generous);

    test('one line installs the package, and its service reports', async () => {
      const line = `curl -fsS ${lab.invite('--ttl', '1d')} | sh -s -- --node booted --upgrades`;
      const { output } = await guest.shell(line);
      expect(output).toMatch(/the first report is confirmed: \S+ \(booted\) is/);
      expect(await said('systemctl is-active nestwatch-agent.service nestwatch-upgrade.path')).toBe(
        'active\nactive',
      );
      expect(await said('systemctl show -P User nestwatch-agent.service')).toBe('nestwatch-agent');
    });

    test('the path unit of exits starts its helper when the agent asks', async () => {
      await guest.shell('systemctl enable --now nestwatch-exits.path');
      await guest.shell(
        'setpriv --reuid nestwatch-agent --clear-groups sh -c "echo exits >/var/lib/nestwatch-agent/exits.wanted"',
      );
      // What it answers depends on this machine's KVM; that it does is the unit's.
      await expect.poll(() => said('cat /run/nestwatch-exits/answer.json'), PATIENT).toContain('"startedMs"');
      expect(await said('systemctl show -P Result nestwatch-exits.service')).toBe('success');
    });

    test('a version that is offered is installed by the helper, and the new agent reports', async () => {
      packageOf(runtime, '1.1.0');
      lab.operate('invite', '--upgrade', '--lab', 'lab', '--packages', packages, '--key', keyFile);
      const words = [
        'invite',
        '--upgrade',
        '--status',
        '--lab',
        'lab',
        '--json',
        '--influx-url',
        lab.influxUrl,
      ];
      const slowly = { timeout: generous, interval: 2000 };
      await expect
        .poll(() => lab.operate(...words), slowly)
        .toMatch(/"version": "1\.1\.0",\s+"state": "has it"/);
      await expect
        .poll(() => said('cat /var/lib/nestwatch-upgrade/answer.json'), slowly)
        .toContain('"outcome":"installed"');
      expect(await said('dpkg -s nestwatch-agent-standalone | grep ^Version')).toMatch(/: 1\.1\.0/);
      expect(await said('ls /var/lib/nestwatch-upgrade')).not.toContain('attempt');
      expect(await said('systemctl show -P Result nestwatch-upgrade.service')).toBe('success');
    });

    test('one that does not report is followed by the one before', async () => {
      // NATS is not there for the new agent: what it says cannot be confirmed.
      packageOf(runtime, '1.2.0');
      const units = '/etc/systemd/system/nestwatch-upgrade.service.d';
      const start = '/usr/bin/nestwatch-agent install-upgrade --config /etc/nestwatch/agent.yaml --within 5s';
      await guest.shell(
        `mkdir -p ${units} && printf '[Service]\\nExecStart=\\nExecStart=${start}\\n' >${units}/short.conf`,
      );
      await guest.shell(
        'mkdir -p /etc/systemd/system/nestwatch-agent.service.d && printf "[Service]\\nExecStartPre=/bin/sh -c \'! dpkg -s nestwatch-agent-standalone | grep -q ^Version:.1.2.0\'\\n" >/etc/systemd/system/nestwatch-agent.service.d/refuse.conf && systemctl daemon-reload',
      );
      lab.operate('invite', '--upgrade', '--lab', 'lab', '--packages', packages, '--key', keyFile);
      await expect
        .poll(() => said('cat /var/lib/nestwatch-upgrade/answer.json'), { timeout: generous, interval: 2000 })
        .toMatch(/"outcome":"back".*"to":"1\.2\.0"|"to":"1\.2\.0".*"outcome":"back"/);
      expect(await said('dpkg -s nestwatch-agent-standalone | grep ^Version')).toMatch(/: 1\.1\.0/);
      await expect.poll(() => said('systemctl is-active nestwatch-agent.service'), PATIENT).toBe('active');
    });

    test('it goes without a trace', async () => {
      const { output } = await guest.shell(`curl -fsS ${lab.invite('--ttl', '1d')} | sh -s -- --remove`);
      expect(output).toContain('the agent is removed from this machine');
      expect(await said('ls -d /var/lib/nestwatch-* /etc/nestwatch /usr/lib/nestwatch-agent')).not.toMatch(
        /^\//m,
      );
      expect(await said('systemctl is-active nestwatch-agent.service nestwatch-upgrade.path')).toBe(
        'inactive\ninactive',
      );
    });
  },
);
