/**
 * An invitation pasted into systems with other tools than Debian's: dnf, yum and zypper install, OpenRC and SysV start. The
 * programs are the real ones, from Debian's packages; their repositories are out of reach, as deep down in a cascade.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInviteLab, type InviteLab } from '../../test/e2e/invite-lab.ts';
import { listArtefacts } from '../packages/artefacts.ts';
import { buildDeb } from '../packages/deb.ts';
import { buildRpm } from '../packages/rpm.ts';
import { makeRuntime } from '../packages/runtime/make-runtime.ts';
import { standaloneAgent } from '../packages/runtime/standalone.ts';
import { buildTarball } from '../packages/runtime/tarball.ts';
import { noRootBecause } from './debian-bootstrap.ts';
import { createGuestRoot, type GuestRoot } from './guest-root.ts';
import { installed, run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const out = temporaryFolder('systems');
const packages = join(out, 'packages');
const options = { top, out: packages, version: '1.0.0', epoch: 1_700_000_000, compression: 0 };
const generous = 600_000;
const INCLUDE = ['dnf', 'openrc', 'rpm', 'xz-utils', 'zypper'];
/** What starts and stops the service by hand, and where it is. */
const SERVICE = { OpenRC: 'rc-service', SysV: 'service' } as const;
/** Not this machine's groups of processes. */
const OWN_CGROUPS = 'mount -t tmpfs none "$0/sys/fs/cgroup"';

interface System {
  readonly title: string;
  readonly init: keyof typeof SERVICE;
  /** Makes a Debian with all of these tools look like another system. */
  readonly without: readonly string[];
  readonly rpm: boolean;
  readonly program: string;
}

const DPKG = '/var/lib/dpkg/info';
const PACKAGED = '/usr/lib/nestwatch-agent/bin/nestwatch-agent';
const SYSTEMS: readonly System[] = [
  {
    ...{ title: 'OpenRC', init: 'OpenRC', rpm: false, program: '/opt/nestwatch-agent/bin/nestwatch-agent' },
    without: [DPKG, '/usr/bin/rpm'],
  },
  { title: 'SysV', init: 'SysV', rpm: false, program: PACKAGED, without: [] },
  { title: 'dnf', init: 'SysV', rpm: true, program: PACKAGED, without: [DPKG] },
  { title: 'yum', init: 'SysV', rpm: true, program: PACKAGED, without: [DPKG] },
  { title: 'zypper', init: 'SysV', rpm: true, program: PACKAGED, without: [DPKG, '/usr/bin/dnf'] },
];

const made = await prepare().catch((error: unknown) => ({ reason: messageOf(error) }));
const reason = 'reason' in made ? made.reason : undefined;
const systems = 'systems' in made ? made.systems : [];

async function prepare() {
  const why = installed('rpmbuild') ? noRootBecause() : 'rpmbuild is not installed';
  if (why !== undefined) return { reason: why };
  mkdirSync(packages, { recursive: true });
  const runtime = await makeRuntime(join(out, 'runtime'), () => undefined);
  const own = { name: 'nestwatch-agent', architecture: 'amd64', ownRuntime: true } as const;
  const standalone = standaloneAgent(runtime);
  listArtefacts(packages, options.version, [
    { ...own, format: 'deb', file: buildDeb(standalone, options) },
    { ...own, format: 'rpm', file: buildRpm(standalone, options) },
    { ...own, format: 'tar.xz', file: buildTarball(runtime, options) },
  ]);
  const base = baseRpm(join(out, 'base'));
  const found: (System & { readonly guest: GuestRoot })[] = [];
  for (const system of SYSTEMS) {
    const guest = await createGuestRoot(join(out, 'roots', system.title), {
      ...{ release: 'bookworm', include: INCLUDE },
    });
    becomes(system, guest, base);
    found.push({ ...system, guest });
  }
  return { systems: found };
}

/** What every system of rpm has, for Debian's programs, which know nothing of Debian's own packages. */
function baseRpm(folder: string): string {
  mkdirSync(folder);
  const provides = ['/bin/sh', '/usr/sbin/groupadd', '/usr/sbin/useradd', 'system-release = 9'];
  const lines = [
    ...[
      'Name: base',
      'Version: 1',
      'Release: 1',
      'Summary: What is there',
      'License: none',
      'BuildArch: noarch',
    ],
    ...[
      'AutoReqProv: no',
      ...provides.map((each) => `Provides: ${each}`),
      '%description',
      'Base.',
      '%files',
      '',
    ],
  ];
  writeFileSync(join(folder, 'base.spec'), lines.join('\n'));
  execFileSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${folder}`, join(folder, 'base.spec')]);
  return join(folder, 'RPMS/noarch/base-1-1.noarch.rpm');
}

function becomes({ title, init, rpm, without }: System, { path }: GuestRoot, base: string): void {
  for (const each of without) rmSync(join(path, each), { recursive: true });
  // As RHEL 7 names it.
  if (title === 'yum') renameSync(join(path, 'usr/bin/dnf'), join(path, 'usr/bin/yum'));
  if (init === 'OpenRC') {
    mkdirSync(join(path, 'run/openrc'));
    writeFileSync(join(path, 'run/openrc/softlevel'), 'default\n');
    // As after its boot: it makes the rest.
    run('chroot', [path, 'rc-status', '-a']);
  }
  if (!rpm) return;
  // Debian's rpm has its list elsewhere, where zypper does not look.
  mkdirSync(join(path, 'etc/rpm'), { recursive: true });
  writeFileSync(join(path, 'etc/rpm/macros'), '%_dbpath /var/lib/rpm\n');
  cpSync(base, join(path, basename(base)));
  const { status, output } = run('chroot', [path, 'rpm', '-i', `/${basename(base)}`]);
  if (status !== 0) throw new Error(output);
  const far = '[far]\nname=far\nenabled=1\nbaseurl=http://127.0.0.1:9/x\n';
  for (const folder of ['etc/yum.repos.d', 'etc/zypp/repos.d', 'etc/dnf'])
    mkdirSync(join(path, folder), { recursive: true });
  for (const folder of ['etc/yum.repos.d', 'etc/zypp/repos.d'])
    writeFileSync(join(path, folder, 'far.repo'), far);
  // As the Red Hat family has it.
  writeFileSync(join(path, 'etc/dnf/dnf.conf'), '[main]\nskip_if_unavailable=False\n');
}

describe.skipIf(reason !== undefined)(
  `an invitation on other systems${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: generous },
  () => {
    let lab: InviteLab;
    beforeAll(async () => {
      lab = await createInviteLab(packages);
    }, generous);
    afterAll(async () => {
      for (const { guest } of systems) guest.endAgent();
      await lab?.[Symbol.asyncDispose]();
    }, generous);

    test('without root it is below the home of who pastes it, and nowhere else', async () => {
      const [{ guest } = { guest: undefined }] = systems;
      if (guest === undefined) throw new Error('there is no system');
      const home = '/home/somebody';
      await guest.shell(`mkdir ${home} && chown 65534:65534 ${home}`);
      const pasted = (...words: string[]) =>
        guest.shell(
          `setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=${home} sh -c "wget -qO- ${lab.invite('--node', 'somebody')} | sh -s -- --user ${words.join(' ')}"`,
        );
      const first = await pasted('--background', '--node', 'somebody');
      expect(first.output).toMatch(/the first report is confirmed: \S+ \(somebody\) is/);
      const own = await guest.shell(
        'find / -xdev -name "*nestwatch*" -not -path "/proc/*" -not -path "/tmp/*"',
      );
      const places = own.output.trim().split('\n');
      expect(places.filter((each) => !each.startsWith(`${home}/.`))).toEqual([]);
      const gone = await pasted('--remove');
      expect(gone.output).toContain('somebody left lab lab');
      expect((await guest.shell(`find ${home} -type f`)).output).toBe('');
    });

    test.each(systems)(
      '$title: installs, runs as a service with its groups, and goes without a trace',
      async ({ init, rpm, program, guest }) => {
        const { path, node } = guest;
        const said = (line: string) => guest.shell(line, OWN_CGROUPS);
        const paste = (...words: string[]) =>
          said(`wget -qO- ${lab.invite('--node', node)} | sh -s -- ${words.join(' ')}`);
        const service = (verb: string) => said(`${SERVICE[init]} nestwatch-agent ${verb}`);
        const first = await paste('--node', node);
        expect(first.output).toMatch(new RegExp(`the first report is confirmed: \\S+ \\(${node}\\) is`));
        expect(first.status, first.output).toBe(0);
        expect(existsSync(join(path, program))).toBe(true);
        if (rpm) expect((await said('rpm -q nestwatch-agent-standalone')).output).toContain('1.0.0-1.x86_64');
        const enabled = await said('ls /etc/rc2.d /etc/runlevels/default');
        expect(enabled.output).toMatch(/^(S\d\d)?nestwatch-agent$/m);

        expect(await service('status')).toMatchObject({ status: 0 });
        const pid = readFileSync(join(path, 'run/nestwatch-agent.pid'), 'utf8').trim();
        const [uid, gid] = (
          await said('id -u nestwatch-agent; getent group disk | cut -d: -f3')
        ).output.split('\n');
        const ofService = run('ps', ['-o', 'uid=,supgid=', '--ppid', pid, '--pid', pid]).output;
        expect(ofService).toMatch(new RegExp(`^ *${uid} (\\d+,)*${gid}\\b`, 'm'));

        expect(await service('stop')).toMatchObject({ status: 0 });
        expect(await service('status')).toMatchObject({ status: 3 });
        expect(run('ps', ['-p', pid]).status).not.toBe(0);
        expect(await service('start')).toMatchObject({ status: 0 });
        await expect.poll(async () => (await service('status')).status, PATIENT).toBe(0);

        const again = await paste();
        expect(again.output).toContain('this machine is already enrolled');
        expect(again.status, again.output).toBe(0);
        const gone = await paste('--remove');
        expect(gone.output).toContain(`${node} left lab lab`);
        expect(gone.status, gone.output).toBe(0);
        const places = [
          '/etc/nestwatch',
          '/opt/nestwatch-agent',
          '/usr/lib/nestwatch-agent',
          '/var/lib/nestwatch-agent',
        ];
        const left = await said(
          `ls -d ${places.join(' ')} /etc/*/*nestwatch* /etc/*/*/*nestwatch* 2>/dev/null`,
        );
        expect(left.output).toBe('');
        expect(readFileSync(join(path, 'etc/passwd'), 'utf8')).not.toContain('nestwatch');
        expect(readFileSync(join(path, 'etc/group'), 'utf8')).not.toContain('nestwatch');
        expect(lab.members()).not.toContain(`node lab/${node}`);
      },
    );
  },
);
