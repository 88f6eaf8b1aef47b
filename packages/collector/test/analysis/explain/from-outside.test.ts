import { expect, test } from 'vitest';
import type { Evidence, NodeEvidence } from '../../../src/analysis/explain/evidence.ts';
import { explain } from '../../../src/analysis/explain/explain.ts';
import { whoTakes } from '../../../src/analysis/who-limits.ts';
import type { GuestQuantities } from '../../../src/read/guest-quantities.ts';
import type { Quantities } from '../../../src/read/quantities.ts';

const MIB = 2 ** 20;

/** guest3 in guest2, as both are and as guest2 sees guest3. */
function texts(
  seen: { before?: GuestQuantities; since?: GuestQuantities },
  own: { before?: Quantities; since?: Quantities } = {},
  factor = 2.5,
): string[] {
  const { before = {}, since = {} } = own;
  const slow: NodeEvidence = { node: 'n3', name: 'guest3', layer: 3, before, since };
  const called = since.guestName ?? 'guest3';
  const parent: NodeEvidence = {
    node: 'n2',
    name: 'guest2',
    layer: 2,
    before: seen.before === undefined ? {} : { guests: { [called]: seen.before } },
    since: seen.since === undefined ? {} : { guests: { [called]: seen.since } },
  };
  const evidence: Evidence = { slow, above: [parent], others: [], factor };
  return explain(evidence).map(({ text }) => text);
}

const FREE: GuestQuantities = { cpusAllowed: 4, vcpus: 1, nice: 0, weight: 100, policy: 'other' };
const QUOTA: GuestQuantities = { ...FREE, limitCpus: 0.4, limitGroup: '/child', throttledRatio: 0.58 };
const STOLEN = { before: { stealRatio: 0.02 }, since: { stealRatio: 0.58 } };

test('steal is explained by the cgroup of the parent that limits the guest', () => {
  expect(texts({ before: FREE, since: QUOTA }, STOLEN)).toEqual([
    "Steal in guest3 (layer 3) rose from 2.0 % to 58 %: guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time.",
  ]);
});

test('where the host counts throttling as no steal, it is a cause by itself', () => {
  expect(texts({ before: FREE, since: QUOTA })).toEqual([
    "guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time, up from 0 %.",
  ]);
  expect(texts({ before: QUOTA, since: QUOTA })).toEqual([]);
});

test('a limit that came with the last sample is named, before it is known how much it throttles', () => {
  const { throttledRatio: _unknown, ...limited } = QUOTA;
  expect(whoTakes({ name: 'guest2', layer: 2 }, 'guest3', limited)).toBe(
    "guest2's cgroup /child limits guest3 to 0.4 CPU",
  );
  expect(whoTakes({ name: 'guest2', layer: 2 }, 'guest3', { ...limited, throttledRatio: 0.01 })).toBe(
    'guest2 (layer 2) runs other work: no cgroup throttles guest3',
  );
});

test('that the throttled guest waits for a CPU at its parent is not told as something else that runs there', () => {
  const slow: NodeEvidence = { node: 'n3', name: 'guest3', layer: 3, before: {}, since: {} };
  const waits = { cpuPressureRatio: 0.6, guests: { guest3: QUOTA } };
  const parent: NodeEvidence = { ...slow, node: 'n2', name: 'guest2', layer: 2, since: waits };
  const causes = explain({ slow, above: [parent], others: [], factor: 2.5 });
  expect(causes.map(({ text }) => text.split(' ')[0])).toEqual(["guest2's"]);
});

test('the guest is found by what its parent calls it', () => {
  const named = { before: STOLEN.before, since: { ...STOLEN.since, guestName: 'lab-vm' } };
  expect(texts({ since: QUOTA }, named)[0]).toContain('0.4 CPU');
});

test('what no cgroup limits has to wait for others, and why it comes after them', () => {
  const [first] = texts({ before: FREE, since: FREE }, STOLEN);
  expect(first).toMatch(/guest2 \(layer 2\) runs other work: no cgroup limits guest3\.$/);
  const behind = {
    ...FREE,
    nice: 10,
    weight: 20,
    policy: 'idle',
    cpusAllowed: 1,
    vcpus: 2,
    boundWith: 'other',
  };
  expect(texts({ before: behind, since: { ...behind, cpusAllowedList: '3' } }, STOLEN)[0]).toMatch(
    /: guest2 \(layer 2\) runs other work, and guest3 has the scheduling class idle, has nice 10, has the cgroup weight 20 \(default 100\), may run its 2 vCPUs on only 1 CPU, is bound to CPUs 3 as other\.$/,
  );
});

test('where nothing was read of limits, both stay possible', () => {
  expect(texts({}, STOLEN)[0]).toMatch(/guest2 \(layer 2\) runs other work or limits it\.$/);
  expect(texts({ since: { vcpus: 1 } }, STOLEN)[0]).toMatch(/runs other work or limits it\.$/);
});

test('a guest that is scheduled otherwise than before', () => {
  const worse = { ...FREE, nice: 10, weight: 50, cpusAllowed: 1, policy: 'batch' };
  expect(texts({ before: FREE, since: worse })).toEqual([
    'guest2 (layer 2) schedules guest3 otherwise: nice 0 → 10; weight of its cgroup 100 → 50; CPUs that it may use 4 → 1; scheduling class other → batch.',
  ]);
  expect(texts({ before: worse, since: FREE })).toEqual([]);
});

test('a host that polls in vain', () => {
  expect(texts({ before: FREE, since: { ...FREE, haltPollFailRatio: 0.3 } })).toEqual([
    'guest2 (layer 2) spends 30 % of a CPU polling in vain before guest3 halts (halt_poll_ns), up from 0 %.',
  ]);
});

test('the parent swaps memory that the guest has free', () => {
  const swapped = { swappedBytes: 120 * MIB, majorFaultsPerSecond: 40, memoryStallRatio: 0.3 };
  expect(texts({ before: FREE, since: swapped }, { since: { memoryFreeBytes: 90 * MIB } })).toEqual([
    'guest2 (layer 2) has swapped out 120 MiB of guest3, although it has 90.0 MiB free: it waits for memory there 30 % of the time, and 40.0 page faults per second read from the disk of guest2.',
  ]);
  expect(texts({ since: { swappedBytes: 120 * MIB } }, { since: { memoryFreeBytes: MIB } })).toEqual([
    'guest2 (layer 2) has swapped out 120 MiB of guest3: it uses little of that memory now.',
  ]);
  const same = { swappedBytes: 120 * MIB };
  expect(texts({ before: same, since: same })).toEqual([]);
  expect(texts({ since: { swappedBytes: MIB, majorFaultsPerSecond: 9 } })).toEqual([]);
});

test('merging of pages that takes CPU time', () => {
  expect(texts({}, {}, 2)).toEqual([]);
  const slow: NodeEvidence = { node: 'n3', name: 'guest3', layer: 3, before: {}, since: {} };
  const parent: NodeEvidence = { ...slow, name: 'guest2', layer: 2, since: { mergingCpuRatio: 0.4 } };
  expect(explain({ slow, above: [parent], others: [], factor: 2 }).map(({ text }) => text)).toEqual([
    'KSM of guest2 (layer 2) takes 40 % of a CPU to merge equal pages of its guests, up from 0 %.',
  ]);
});
