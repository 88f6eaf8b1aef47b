import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nkeys } from '@nats-io/transport-node';
import { type SignedOffer, signOffer } from '@nestwatch/common/invite/offer';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createInviteLab, guestOf, type InviteLab, listPackage } from './invite-lab.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const dist = resolve(import.meta.dirname, '../../dist');
const packages = temporaryFolder('packages');
const signer = nkeys.createUser();
const keyFile = join(temporaryFolder('key'), 'packages.nk');
const BUILT = '0.1.0';
/** Each look is a process. */
const SLOWLY = { timeout: 540_000, interval: 1000 };
let lab: InviteLab;
const pidFiles: string[] = [];
let willing: Awaited<ReturnType<typeof join_>>;
let ends = false;
/** Generous: only what never starts is given up sooner. */
let within = '300s';

beforeAll(async () => {
  writeFileSync(keyFile, new TextDecoder().decode(signer.getSeed()), { mode: 0o600 });
  versionedPackage('1.0.0');
  const signed = { NESTWATCH_INVITE_SIGNER: signer.getPublicKey() };
  lab = await createInviteLab(packages, undefined, {}, signed);
  willing = await join_('willing', true);
  await join_('unwilling', false);
  void willing.serveHelper();
});
afterAll(async () => {
  ends = true;
  // What the test started anew is no child of it.
  for (const file of pidFiles) process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  await lab?.[Symbol.asyncDispose]();
});

/** A package of the built agent that says it is of another version; one that is broken ends at once. */
function versionedPackage(version: string, broken = false): void {
  const name = `nestwatch-agent-${version}-linux-x64`;
  const home = join(packages, name);
  for (const folder of ['bin', 'lib']) mkdirSync(join(home, folder), { recursive: true });
  const built = readFileSync(join(dist, 'nestwatch-agent.mjs'), 'utf8');
  const program = built.replaceAll(`\`${BUILT}\``, `\`${version}\``);
  expect(program).not.toBe(built);
  writeFileSync(join(home, 'lib/nestwatch-agent.mjs'), program);
  const start = broken ? 'exit 1' : `exec "${process.execPath}" "\${0%/*}/../lib/nestwatch-agent.mjs" "$@"`;
  writeFileSync(join(home, 'bin/nestwatch-agent'), `#!/bin/sh\n${start}\n`);
  chmodSync(join(home, 'bin/nestwatch-agent'), 0o755);
  writeFileSync(join(home, 'VERSION'), `${version}\n`);
  execFileSync('tar', ['-C', packages, '-cJf', join(packages, `${name}.tar.xz`), name]);
  rmSync(home, { recursive: true });
  listPackage(packages, `${name}.tar.xz`, version);
}

/** A machine of a user that came by an invitation; in place of systemd are a file that restarts and a loop that looks. */
async function join_(name: string, allows: boolean) {
  const { home, paste } = guestOf(lab.dir, name);
  const config = join(home, '.config/nestwatch/agent.yaml');
  const state = join(home, '.local/state/nestwatch-agent');
  const opt = join(home, '.local/share/nestwatch-agent');
  const [helper, bin] = [join(home, 'helper'), join(home, 'bin')];
  expect((await paste(lab.invite(), '--node', name)).output).toContain('the first report is confirmed');
  for (const folder of [helper, bin]) mkdirSync(folder);
  copyFileSync(join(packages, 'nestwatch-agent-1.0.0-linux-x64.tar.xz'), join(helper, 'kept.tar.xz'));
  const more = `packages:\n  url: ${lab.base}\n  key: ${signer.getPublicKey()}\n  helper: ${helper}\nclock:\n  interval: 1s\n`;
  appendFileSync(config, allows ? `upgrade: allowed\n${more}` : more);
  const pidFile = join(state, 'nestwatch-agent.pid');
  pidFiles.push(pidFile);
  writeFileSync(
    join(bin, 'systemctl'),
    [
      '#!/bin/sh',
      '[ "$1" = restart ] || exit 0',
      `pid=$(cat ${pidFile}); kill $pid 2>/dev/null`,
      'while kill -0 $pid 2>/dev/null; do sleep 0.1; done',
      `rm -f ${pidFile}`,
      // In a session of its own before this ends, whose group ends with it.
      `setsid sh -c 'echo $$ >${pidFile}; exec ${opt}/bin/nestwatch-agent run --config ${config}' >>${state}/agent.log 2>&1 </dev/null &`,
      `while ! [ -s ${pidFile} ]; do sleep 0.1; done`,
    ].join('\n'),
  );
  chmodSync(join(bin, 'systemctl'), 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, TMPDIR: home, NODE_ENV: 'test' };
  execFileSync(join(bin, 'systemctl'), ['restart'], { env, stdio: 'ignore' });
  /** As nestwatch-upgrade.service does, whose path unit has a new file. */
  const help = () =>
    new Promise<string>((done) => {
      const words = ['install-upgrade', '--config', config, '--state-dir', state, '--within', within];
      const child = spawn(join(opt, 'bin/nestwatch-agent'), words, {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (data) => {
        said += String(data);
      });
      child.once('exit', () => done(said));
    });
  return {
    ...{ state, helper, help },
    version: () => readFileSync(join(opt, 'VERSION'), 'utf8').trim(),
    async serveHelper() {
      const wanted = join(state, 'upgrade.wanted');
      const at = () => (existsSync(wanted) ? statSync(wanted).mtimeMs : 0);
      for (let last = 0; !ends; await sleep(100)) {
        if (at() === last) continue;
        last = at();
        await help();
      }
    },
    leave(offer: SignedOffer, version: string) {
      writeFileSync(join(state, 'upgrade.offer'), JSON.stringify(offer));
      copyFileSync(
        join(packages, `nestwatch-agent-${version}-linux-x64.tar.xz`),
        join(state, 'upgrade.package'),
      );
    },
  };
}

interface Status {
  readonly offered: { readonly version?: string };
  readonly nodes: readonly { readonly node: string; readonly version?: string; readonly state: string }[];
}

function offer(folder = packages): string {
  return lab.operate('invite', '--upgrade', '--lab', 'lab', '--packages', folder, '--key', keyFile, '--json');
}

function stateOf(node: string) {
  const words = ['invite', '--upgrade', '--status', '--lab', 'lab', '--json', '--influx-url', lab.influxUrl];
  const { nodes } = JSON.parse(lab.operate(...words)) as Status;
  return nodes.find((each) => each.node === node);
}

test('who allows it moves, who does not says so, and an old offer takes nobody back', async () => {
  const before = await signOffer(signer.getSeed(), {
    lab: 'lab',
    version: '1.0.0',
    madeMs: Date.now(),
    files: [],
  });
  versionedPackage('1.1.0');
  expect(JSON.parse(offer())).toMatchObject({ version: '1.1.0' });
  await expect.poll(() => stateOf('willing'), SLOWLY).toMatchObject({ version: '1.1.0', state: 'has it' });
  expect(willing.version()).toBe('1.1.0');
  await expect
    .poll(() => stateOf('unwilling'), SLOWLY)
    .toMatchObject({
      version: '1.0.0',
      state: expect.stringMatching(/^1\.1\.0 is offered and not taken: .*upgrade: allowed/),
    });
  const log = () => readFileSync(join(willing.state, 'agent.log'), 'utf8');
  await expect.poll(log, SLOWLY).toContain('upgraded from 1.0.0 to 1.1.0');

  willing.leave(before, '1.0.0');
  expect(await willing.help()).toContain('refused: version 1.0.0 is not newer than 1.1.0');
  expect(willing.version()).toBe('1.1.0');
  versionedPackage('1.0.5');
  expect(() => offer()).toThrow(/is offered 1\.1\.0 already, and nodes do not go back/);
});

test('what is signed with another key is not handed on', () => {
  versionedPackage('1.2.0');
  const other = join(lab.dir, 'other.nk');
  writeFileSync(other, new TextDecoder().decode(nkeys.createUser().getSeed()), { mode: 0o600 });
  expect(() =>
    lab.operate('invite', '--upgrade', '--lab', 'lab', '--packages', packages, '--key', other),
  ).toThrow(/not signed with the key of packages/);
});

test('a package that was changed on its way is not even left for the helper', async () => {
  const whole = join(temporaryFolder('whole'), 'packages');
  cpSync(packages, whole, { recursive: true });
  const file = join(packages, 'nestwatch-agent-1.2.0-linux-x64.tar.xz');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(() => offer()).toThrow(/is not what manifest\.json says/);
  offer(whole);
  await expect
    .poll(() => stateOf('willing')?.state, SLOWLY)
    .toMatch(/^1\.2\.0 could not be fetched: .* is not what was signed/);
  expect(willing.version()).toBe('1.1.0');
});

test('a version that does not start is followed by the one before', async () => {
  versionedPackage('1.3.0', true);
  within = '5s';
  offer();
  await expect
    .poll(() => stateOf('willing')?.state, SLOWLY)
    .toMatch(/^1\.3\.0 was installed and did not work, 1\.1\.0 is back: version 1\.3\.0 had no report/);
  expect(willing.version()).toBe('1.1.0');
  expect(existsSync(join(willing.helper, 'attempt.json'))).toBe(false);
  // One that works is taken.
  within = '300s';
  versionedPackage('1.4.0');
  offer();
  await expect.poll(() => stateOf('willing'), SLOWLY).toMatchObject({ version: '1.4.0', state: 'has it' });
  expect(lab.operate('invite', '--upgrade', '--stop', '--lab', 'lab')).toBe('');
});
