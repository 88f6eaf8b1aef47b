import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { layOut } from '../../../lab/cascade/layout.ts';
import { outerCommandLine } from '../../../lab/cascade/outer-machine.ts';
import type { CascadePlan } from '../../../lab/cascade/plan.ts';
import { chain, type Tree } from '../../../lab/cascade/tree.ts';
import { cpuOf, stateIdentity } from '../../../lab/state/identity.ts';

const CPU = [
  'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 106\nmodel name\t: Intel(R) Xeon(R)',
  'stepping\t: 6\ncpu MHz\t\t: 2596.144\nflags\t\t: fpu vme sse4_2',
].join('\n');

interface Changes {
  name?: string;
  uuid?: string;
  qemu?: string;
  release?: string;
  tree?: Tree;
  natsPort?: number;
  agent?: string;
}

/** A plan on an image in a folder of its own. */
function plan(changes: Changes = {}): CascadePlan {
  const { name = 'system-1', uuid = 'id of a disk.....', qemu = '7.2', release = '6.1.0-50' } = changes;
  const { tree = chain(4), natsPort = 4222, agent = 'agent' } = changes;
  // Wherever the image lies.
  const cache = join(temporaryFolder('cache'), name);
  mkdirSync(cache);
  const disk = join(cache, 'system.ext4');
  const image = Buffer.alloc(4096);
  image.write(uuid, 1024 + 0x68);
  writeFileSync(disk, image);
  const parts = { qemu, release };
  const machines = layOut(tree);
  const system = {
    tree: join(cache, 'tree'),
    disk,
    layers: tree.map(() => parts),
    releases: [release],
  };
  return {
    system,
    machines,
    busybox: '/busybox',
    accelerator: 'tcg',
    files: new Map([['nestwatch-agent.mjs', Buffer.from(agent)]]),
    commandLine: (paths, clock) =>
      outerCommandLine({ system, machine: machines[0], accelerator: 'tcg', natsPort, ...paths, ...clock }),
  };
}

const identity = (changes?: Changes, cpu = CPU) => stateIdentity(plan(changes), cpu);

test('a lab of the same is the same, wherever its image lies and whatever port NATS has', async () => {
  const first = await identity();
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(await identity()).toBe(first);
  expect(await identity({ natsPort: 5222 })).toBe(first);
  expect(await identity({}, CPU.replace('2596.144', '800.1'))).toBe(first);
});

test.each<[string, Changes]>([
  ['another image', { name: 'system-2' }],
  ['an image that was built again of the same', { uuid: 'id of another....' }],
  ['another QEMU', { qemu: '10.0' }],
  ['another kernel', { release: '6.12.9' }],
  ['other layers', { tree: chain(3) }],
  ['a neighbour', { tree: [1, 1, 1, 2] }],
  ['another agent', { agent: 'agent of tomorrow' }],
])('%s is another', async (_, changes) => {
  expect(await identity(changes)).not.toBe(await identity());
});

test('another CPU is another', async () => {
  expect(await identity({}, CPU.replace('sse4_2', 'sse4_2 avx2'))).not.toBe(await identity());
  expect(cpuOf(`${CPU}\n\n${CPU.replace('Xeon', 'other')}`)).toBe(cpuOf(CPU));
  expect(cpuOf(CPU)).not.toContain('MHz');
});
