import { expect, test } from 'vitest';
import type { AssessContext } from '../../../src/capability/assess.ts';
import { readFacts } from '../../../src/capability/facts/index.ts';
import { absent, type Host, known } from '../../../src/host/host.ts';
import { textHost } from '../../support/text-host.ts';

const SIGNATURE = Buffer.from('\0\0\0\0KVMKVMKVM\0\0\0', 'latin1');

test('what cannot change while the agent runs is read once, or once the module of its file is there', async () => {
  const asked: string[] = [];
  let cpuidLoaded = false;
  const machine = textHost({ '/proc/version': 'Linux version 6.1.0', '/proc/misc': '232 kvm' });
  const host: Host = {
    ...machine,
    read: (path, maxBytes) => {
      asked.push(path);
      return machine.read(path, maxBytes);
    },
    readAt: async (path) => {
      asked.push(path);
      return cpuidLoaded ? known(SIGNATURE) : absent(`${path}: ENOENT`);
    },
  };
  const settled: NonNullable<AssessContext['settled']> = new Map();
  const look = async () => {
    asked.length = 0;
    const context = { host, architecture: 'x86_64', nodeVersion: 'v20.0.0', guests: known([]) };
    const issues = { issues: [], from: 'nowhere', date: '2026-01-01' };
    return (await readFacts({ ...context, issues, settled })).cpuid.signature;
  };
  expect((await look()).state).toBe('absent');
  expect(asked).toEqual(expect.arrayContaining(['/proc/1/cgroup', '/dev/cpu/0/cpuid', '/proc/misc']));
  cpuidLoaded = true;
  expect(await look()).toEqual(known('KVMKVMKVM'));
  expect(await look()).toEqual(known('KVMKVMKVM'));
  expect(asked).toContain('/proc/misc');
  expect(asked).not.toContain('/proc/1/cgroup');
  expect(asked).not.toContain('/dev/cpu/0/cpuid');
});
