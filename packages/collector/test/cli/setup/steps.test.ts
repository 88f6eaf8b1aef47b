import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { type Machine, machineAt, type Ran } from '../../../src/cli/setup/machine.ts';
import { makeAll, undoAll } from '../../../src/cli/setup/plan.ts';
import { openRecord } from '../../../src/cli/setup/record.ts';
import { folderStep } from '../../../src/cli/setup/steps/folder.ts';
import { guestPackagesStep } from '../../../src/cli/setup/steps/guest-packages.ts';
import { packagesStep } from '../../../src/cli/setup/steps/packages.ts';
import { servicesStep } from '../../../src/cli/setup/steps/services.ts';
import { settingsStep } from '../../../src/cli/setup/steps/settings.ts';

const silent = () => undefined;

/** A machine whose programs are answers. */
function played(answer: (words: readonly string[], root: string) => Partial<Ran> | undefined) {
  const root = temporaryFolder('steps');
  const ran: string[] = [];
  const machine: Machine = {
    ...machineAt(root),
    run(...words) {
      ran.push(words.join(' '));
      return { status: 0, stdout: '', output: '', ...answer(words, root) };
    },
  };
  const install = (program: string) => {
    mkdirSync(join(root, 'usr/bin'), { recursive: true });
    writeFileSync(join(root, 'usr/bin', program), '');
  };
  return { root, ran, machine, install };
}

test('apt installs what is missing, after an update where it must, and takes away only that', async () => {
  const made = played(([, verb]) => {
    if (verb !== 'install') return undefined;
    const isUpdated = made.ran.some((each) => each.startsWith('apt-get update'));
    if (isUpdated) made.install('nats-server');
    return { status: isUpdated ? 0 : 100, output: 'Unable to locate package' };
  });
  for (const program of ['apt-get', 'openssl']) made.install(program);
  const needed = ['nats-server', 'openssl'].map((name) => ({ program: name, package: name }));
  const step = packagesStep(made.machine, 'packages', 'programs', () => needed);
  expect(step.isDone(0)).toBe(false);
  const note = await step.make(undefined);
  expect(note).toEqual({ installed: ['nats-server'] });
  expect(step.isDone(0)).toBe(true);
  step.undo(note);
  expect(made.ran.at(-1)).toBe('apt-get remove -y -q nats-server');
});

test('packages that no guest can install are refused before anything is made', () => {
  const folder = temporaryFolder('packages');
  const step = guestPackagesStep(played(() => undefined).machine, folder);
  expect(() => step.isDone(0)).toThrow(`--packages ${folder} has no packages`);
  const agent = { file: 'nestwatch-agent_0.1.0_all.deb', format: 'deb', ownRuntime: false };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '0.1.0', files: [agent] }));
  expect(() => step.isDone(0)).toThrow(/lists no self-contained agent, .*"npm run package" .*binutils/);
});

test('where there is no apt, or apt refuses, one line says so', () => {
  const { machine, install } = played(() => ({ status: 100, output: 'E: no space left\n' }));
  const step = packagesStep(machine, 'p', 'programs', () => [{ program: 'influxd', package: 'influxdb' }]);
  expect(() => step.isDone(0)).toThrow('influxd is missing, and apt-get is not available');
  install('apt-get');
  expect(() => step.make(undefined)).toThrow(/^apt-get could not install influxdb: .*E: no space left$/);
});

test('services are started, again after a change, and those that ran before go on at the end', async () => {
  const running = new Set(['nats-server.service']);
  const { ran, machine } = played(([, verb = '', ...words]) => {
    const unit = words.at(-1) ?? '';
    if (verb === 'restart') running.add(unit);
    return verb.startsWith('is-') ? { status: running.has(unit) ? 0 : 3 } : undefined;
  });
  const step = servicesStep(machine, ['nats-server.service', 'nestwatch-agent.service']);
  expect(step.isDone(0)).toBe(false);
  const note = await step.make(undefined);
  expect([step.isDone(0), step.isDone(1)]).toEqual([true, false]);
  ran.length = 0;
  step.undo(note);
  expect(ran).toEqual(['systemctl disable --quiet --now nestwatch-agent.service']);
  const broken = played(([, verb]) =>
    verb === 'restart' || verb === 'is-active' ? { status: 1 } : undefined,
  );
  expect(() => servicesStep(broken.machine, ['x.service']).make(undefined)).toThrow(
    'journalctl -u x.service',
  );
});

test('settings keep what stands around them, change with what is wanted, and are left alone once changed by hand', async () => {
  const { root, machine } = played(() => undefined);
  const file = join(root, 'c.yaml');
  writeFileSync(file, '# Ours.\nnats:\n  url: default # here\nhttp:\n  port: 1\n', { mode: 0o640 });
  const record = openRecord(machine);
  const steps = (url: string) => [
    settingsStep({
      ...{ machine, record, name: 's', what: 's', path: '/c.yaml', access: { mode: 0o640 } },
      values: () => ({ 'nats.url': url, 'invite.host': '10.0.0.1' }),
      defaults: { 'nats.url': 'default' },
    }),
  ];
  expect(await makeAll(steps('a'), record, silent)).toBe(1);
  expect(await makeAll(steps('b'), record, silent)).toBe(1);
  expect(await makeAll(steps('b'), record, silent)).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).toBe('# Ours.\nnats:\n  url: b # here\nhttp:\n  port: 1\ninvite:\n  host: 10.0.0.1\n');
  writeFileSync(file, `${text}log:\n  level: debug\n`);
  const said: string[] = [];
  undoAll(steps('b'), record, (line) => said.push(line));
  expect(said).toEqual(['left: /c.yaml was changed since']);
  expect(readFileSync(file, 'utf8')).toContain('debug');
});

test('a folder goes with what is ours in it, and stays with what is not', async () => {
  const { root, machine } = played(() => undefined);
  const step = folderStep({ machine, name: 'f', path: '/a/b/c', access: { mode: 0o755 }, goes: ['ours'] });
  const note = await step.make(undefined);
  writeFileSync(join(root, 'a/b/c/ours'), '');
  writeFileSync(join(root, 'a/b/c/theirs'), '');
  expect(step.undo(note)).toBe('/a/b/c, which also contains theirs');
  const again = folderStep({ machine, name: 'f', path: '/a/b/c', access: { mode: 0o755 }, goes: ['*'] });
  expect(again.undo(note)).toBeUndefined();
  expect(existsSync(join(root, 'a'))).toBe(false);
});
