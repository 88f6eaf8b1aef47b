import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInviteLab, type InviteLab, type Ran } from '../../test/e2e/invite-lab.ts';
import type { Suite } from '../debian/suites.ts';
import { listArtefacts } from '../packages/artefacts.ts';
import { buildDeb } from '../packages/deb.ts';
import { makeRuntime } from '../packages/runtime/make-runtime.ts';
import { standaloneAgent } from '../packages/runtime/standalone.ts';
import { buildTarball } from '../packages/runtime/tarball.ts';
import { noRootBecause } from './debian-bootstrap.ts';
import { createGuestRoot, type GuestRoot } from './guest-root.ts';
import { run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const out = temporaryFolder('invite');
const packages = join(out, 'packages');
const options = { top, out: packages, version: '1.0.0', epoch: 1_700_000_000, compression: 0 };
const generous = 300_000;
/** Those whose minimal root is tried. */
const DEBIANS: Readonly<Record<string, Suite>> = { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' };

const made = await prepare().catch((error: unknown) => ({ reason: messageOf(error) }));
const reason = 'reason' in made ? made.reason : undefined;
const guests = 'guests' in made ? made.guests : [];

async function prepare(): Promise<{ guests: GuestRoot[] } | { reason: string }> {
  const why = noRootBecause();
  if (why !== undefined) return { reason: why };
  mkdirSync(packages, { recursive: true });
  const runtime = await makeRuntime(join(out, 'runtime'), () => undefined);
  const own = { name: 'nestwatch-agent', architecture: 'amd64', ownRuntime: true } as const;
  listArtefacts(packages, options.version, [
    { ...own, format: 'deb', file: buildDeb(standaloneAgent(runtime), options) },
    { ...own, format: 'tar.xz', file: buildTarball(runtime, options) },
  ]);
  const made: GuestRoot[] = [];
  for (const [number, release] of Object.entries(DEBIANS))
    made.push(await createGuestRoot(join(out, 'roots', `Debian-${number}`), { release }));
  return { guests: made };
}

describe.skipIf(reason !== undefined)(
  `an invitation pasted by root${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: generous },
  () => {
    let lab: InviteLab;
    beforeAll(async () => {
      lab = await createInviteLab(packages);
    }, generous);
    afterAll(async () => {
      for (const guest of guests) guest.endAgent();
      await lab?.[Symbol.asyncDispose]();
    }, generous);

    describe.each(guests)('$title', ({ path, node, shell: inside }) => {
      const paste = (url: string, ...words: string[]) =>
        inside(`wget -qO- ${url} | sh -s -- --background ${words.join(' ')}`);
      const left = () =>
        ['etc/nestwatch', 'opt/nestwatch-agent', 'usr/bin/nestwatch-agent', 'var/lib/nestwatch-agent'].filter(
          (each) => existsSync(join(path, each)),
        );
      const nothing = (ran: Ran, line: RegExp) => {
        expect(ran.output).toMatch(line);
        expect(ran.status).not.toBe(0);
        expect(left()).toEqual([]);
        expect(readdirSync(join(path, 'tmp')).filter((name) => name.startsWith('nestwatch'))).toEqual([]);
      };

      test('no root, a folder that cannot be written, no space and a NATS out of reach leave nothing behind', async () => {
        const url = lab.invite();
        const line = `wget -qO- ${url} | sh`;
        nothing(
          await inside(`setpriv --reuid 65534 --clear-groups sh -c '${line}'`),
          /^nestwatch: this requires root: end the line with .* Nothing was changed\.$/m,
        );
        const bound = 'mount --bind "$0/usr" "$0/usr" && mount -o remount,bind,ro "$0/usr"';
        nothing(
          await inside(line, bound),
          /^nestwatch: cannot write \/\S+: .* read-only .*Nothing was changed\.$/m,
        );
        const small = 'mount -t tmpfs -o size=8m none "$0/tmp"';
        nothing(
          await inside(line, small),
          /^nestwatch: not enough space: \/tmp\S* has \d+ MiB free, and requires \d+\. Nothing/m,
        );
        const script = await (await fetch(url)).text();
        const away = script.replace(/^NATS='.*'$/m, "NATS='nats://127.0.0.1:9 nats://localhost:9'");
        writeFileSync(join(path, 'away.sh'), away);
        nothing(
          await inside('sh /away.sh'),
          /^nestwatch: cannot connect to NATS at nats:\/\/127\.0\.0\.1:9 \(connection refused\), nats:\/\/localhost:9 \(.+\)$/m,
        );
        expect(readFileSync(join(path, 'etc/passwd'), 'utf8')).not.toContain('nestwatch');
      });

      test('installs, reports as its own user, upgrades, and goes without a trace', async () => {
        // A proxy that does not know the way is not asked.
        const url = lab.invite();
        const first = await inside(
          `wget -qO /n.sh ${url} && http_proxy=http://127.0.0.1:9 sh /n.sh --background --node ${node} && rm -f /n.sh /away.sh`,
        );
        expect(first.output).toMatch(new RegExp(`the first report is confirmed: \\S+ \\(${node}\\) is`));
        expect(first.status, first.output).toBe(0);
        expect(statSync(join(path, 'etc/nestwatch/agent.nk')).mode & 0o777).toBe(0o640);
        expect(existsSync(join(path, 'usr/lib/nestwatch-agent/bin/nestwatch-agent'))).toBe(true);
        const pid = readFileSync(join(path, 'run/nestwatch-agent.pid'), 'utf8').trim();
        const children = run('ps', ['-o', 'uid=', '--ppid', pid, '--pid', pid]).output.trim().split(/\s+/);
        expect(children.some((uid) => uid !== '0')).toBe(true);
        const again = await paste(url);
        expect(again.output).toContain('this machine is already enrolled');
        expect(again.status, again.output).toBe(0);
        expect(existsSync(join(path, 'opt/nestwatch-agent.old'))).toBe(false);
        const gone = await paste(url, '--remove');
        expect(gone.output).toContain(`${node} left lab lab`);
        expect(gone.status, gone.output).toBe(0);
        expect(left()).toEqual([]);
        expect(readFileSync(join(path, 'etc/passwd'), 'utf8')).not.toContain('nestwatch');
        expect(lab.members()).not.toContain(`node lab/${node}`);
      });
    });
  },
);
