import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { unpackedPackages } from '../../deploy/debian/unpacked-packages.ts';
import { createInviteLab, guestOf, type InviteLab, smallPackage } from './invite-lab.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const packages = temporaryFolder('packages');
let lab: InviteLab;

/** What a program has to find around it to be another time, such as "-365d" from now. */
async function clockOff(by: string): Promise<Readonly<Record<string, string>>> {
  const unpacked = await unpackedPackages({
    ...{ purpose: 'a clock that is off', without: 'this test fails', note: () => undefined },
    ...{ suite: 'bookworm', packages: ['libfaketime'], alone: true },
  });
  const library = 'usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
  return { LD_PRELOAD: join(unpacked, library), FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

beforeAll(async () => {
  smallPackage(packages);
  lab = await createInviteLab(packages);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

test('the same line again upgrades the agent, with the key that it has, and spends nothing', async () => {
  const url = lab.invite();
  const { home, paste } = guestOf(lab.dir, 'one');
  expect((await paste(url, '--node', 'one')).status).toBe(0);
  const key = join(home, '.config/nestwatch/agent.nk');
  const seed = readFileSync(key, 'utf8').trim();
  // The invitation has one use, which was the first.
  const pid = readFileSync(join(home, '.local/state/nestwatch-agent/nestwatch-agent.pid'), 'utf8');
  smallPackage(packages, '1.0.1');
  const again = await paste(url);
  expect(again.output).toContain('this machine is already enrolled: the agent is updated to version 1.0.1');
  expect(again.status, again.output).toBe(0);
  expect(readFileSync(key, 'utf8').trim()).toBe(seed);
  expect(readFileSync(join(home, '.local/share/nestwatch-agent/VERSION'), 'utf8')).toBe('1.0.1\n');
  expect(readFileSync(join(home, '.local/state/nestwatch-agent/nestwatch-agent.pid'), 'utf8')).not.toBe(pid);
  expect((await paste(url, '--remove')).status).toBe(0);
});

test('a clock that is a year behind is said, and nothing stays', async () => {
  const url = lab.invite();
  const { files, paste } = guestOf(lab.dir, 'late', await clockOff('-365d'));
  const ran = await paste(url, '--node', 'late');
  expect(ran.output).toMatch(
    /^nestwatch: cannot connect to NATS at tls:\/\/127\.0\.0\.1:\d+ \(its certificate lasts from (\d{4}-\d\d-\d\d) to [-\d]+, and the clock of this machine says [-\d]+: set the clock\)$/m,
  );
  expect(ran.status).not.toBe(0);
  expect(files().filter((name) => name.includes('nestwatch'))).toEqual([]);
  expect(lab.operate('invite', '--list')).not.toMatch(/late/);
});

test('an invitation outlives a restart of the collector, and is listed without its token', async () => {
  const url = lab.invite('--node', 'three');
  await lab.processes.stop(lab.collector);
  await lab.startCollector();
  const { paste } = guestOf(lab.dir, 'three');
  const ran = await paste(url, '--node', 'three', '--wait', '1');
  expect(ran.output).toContain('three is enrolled in lab lab');
  const listed = lab.operate('invite', '--list');
  expect(listed).toMatch(/three +1 of 1/);
  expect(listed).not.toContain(url.split('/i/')[1]);
  await paste(url, '--remove');
});

test('where nobody installs entries, the guest is told, and an operator how to tell NATS', async () => {
  await lab.stopInstalling();
  const url = lab.invite('--node', 'four');
  const { paste } = guestOf(lab.dir, 'four');
  const ran = await paste(url, '--node', 'four', '--wait', '5');
  expect(ran.output).toContain('an operator must still add it to NATS');
  const [, command = ''] =
    /^ {2}nestwatch (enroll four .*) --accounts FILE$/m.exec(lab.operate('invite', '--list')) ?? [];
  lab.nestwatch(...command.split(' '), '--accounts', lab.accounts);
  await lab.reload();
  const again = await paste(url);
  expect(again.output).toMatch(/the first report is confirmed: .*\(four\)/);
  expect(again.status).toBe(0);
  expect(lab.operate('invite', '--list')).not.toContain('enroll four');
  // Nobody takes it out of NATS here: it is gone from its machine, and says so.
  const gone = await paste(url, '--remove');
  expect(gone.output).toMatch(/stays in NATS[\s\S]*the agent is removed from this machine/);
  // Its id is its old key's, until that is put out and the id is free.
  const anew = async () =>
    (await paste(lab.invite('--node', 'four'), '--node', 'four', '--wait', '1')).output;
  expect(await anew()).toContain('the id four belongs to another key');
  lab.revoke('four', '--lab', 'lab');
  lab.operate('invite', '--release', 'four', '--lab', 'lab');
  expect(await anew()).toContain('four is enrolled in lab lab; an operator must still add it to NATS');
  await paste(lab.invite(), '--remove');
});
