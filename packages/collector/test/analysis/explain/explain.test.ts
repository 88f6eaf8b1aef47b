import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import type { Evidence, NodeEvidence } from '../../../src/analysis/explain/evidence.ts';
import { explain } from '../../../src/analysis/explain/explain.ts';
import type { Quantities } from '../../../src/read/quantities.ts';

const node = (
  layer: number,
  before: Quantities = {},
  since: Quantities = before,
  selfSlowdown?: number,
): NodeEvidence => ({
  node: `guest${layer}`,
  name: `guest${layer}`,
  layer,
  before,
  since,
  ...defined({ selfSlowdown }),
});
const evidence = (slow: NodeEvidence, above: NodeEvidence[], factor = 2): Evidence => ({
  slow,
  above,
  others: [],
  factor,
});
const texts = (given: Evidence) => explain(given).map((cause) => cause.text);

test('names the layer whose time is stolen, and who steals it', () => {
  const slow = node(3, { stealRatio: 0.02 }, { stealRatio: 0.5 });
  expect(texts(evidence(slow, [node(2), node(1), node(0)]))).toEqual([
    'Steal in guest3 (layer 3) rose from 2.0 % to 50 %: guest2 (layer 2) runs other work or limits it.',
  ]);
  const above = node(1, { stealRatio: 0 }, { stealRatio: 0.4 });
  expect(texts(evidence(node(3), [node(2), above, node(0)]))).toEqual([
    'Steal in guest1 (layer 1) rose from 0 % to 40 %: guest0 (layer 0) runs other work or limits it.',
  ]);
});

test('acquits a guest whose host is slow', () => {
  const [first] = texts(
    evidence(node(3, {}, {}, 2), [node(2, {}, {}, 2), node(1, {}, {}, 1.9), node(0, {}, {}, 2)]),
  );
  expect(first).toBe(
    'The host itself is slow, and everything in it: guest0 (layer 0) became 2.00 times slower too (guest2 ×2.00, guest1 ×1.90, guest0 ×2.00), so guest3 is not the cause.',
  );
});

test('names a known issue of the kernel that is slow, above all where it is new', () => {
  const open = (value: string) => ({ facts: { 'known_issues.open': value } });
  const upgraded = node(1, open('CVE-2026-46071=state'), open('CVE-2026-46071=state cpuid-leaf-d=slow'));
  expect(texts(evidence(node(2), [upgraded]))).toEqual([
    'The kernel of guest1 (layer 1) has the known issue cpuid-leaf-d (slow), which is new.',
  ]);
  const old = node(1, open('cpuid-leaf-d=slow'));
  expect(texts(evidence(node(2), [old]))).toEqual([
    'The kernel of guest1 (layer 1) has the known issue cpuid-leaf-d (slow), as before.',
  ]);
});

test('names mitigations and microcode that changed first', () => {
  const facts = (atExits: string, microcode: string) => ({
    facts: { 'mitigations.at_exits': atExits, 'mitigations.microcode': microcode },
  });
  const updated = node(0, facts('retpolines', '0x1'), facts('retpolines vmscape-ibpb', '0x2'));
  expect(texts(evidence(node(1), [updated]))).toEqual([
    'guest0 (layer 0) changed: mitigations +vmscape-ibpb; microcode 0x1 → 0x2.',
  ]);
});

test('sees that nested paging or VMCS shadowing is gone', () => {
  const facts = (value: string) => ({ facts: { 'kvm_modules.parameters': value } });
  const amd = node(2, facts('kvm_amd.npt=1,kvm_amd.nested=1'), facts('kvm_amd.npt=0,kvm_amd.nested=1'));
  expect(texts(evidence(node(3), [amd]))).toEqual([
    'guest2 (layer 2) lost nested paging (NPT) (kvm_amd.npt=1 before).',
  ]);
  const intel = node(1, facts('kvm_intel.enable_shadow_vmcs=Y'), facts('kvm_intel.enable_shadow_vmcs=N'));
  expect(texts(evidence(node(2), [intel]))[0]).toContain('VMCS shadowing');
  const on = node(1, facts('kvm_intel.ept=N'), facts('kvm_intel.ept=Y'));
  expect(texts(evidence(node(2), [on]))).toEqual([]);
  expect(texts(evidence(node(2), [node(1, facts('kvm_intel.ept=Y'), {})]))).toEqual([]);
});

test('finds each other kind of cause, the one that accounts for most first', () => {
  const slow = node(
    3,
    { clocksource: 'kvm-clock', exitUs: 200, memoryPressureRatio: 0, stealRatio: 0.01 },
    { clocksource: 'acpi_pm', exitUs: 300, memoryPressureRatio: 0.2, stealRatio: 0.05 },
  );
  const parent = node(
    2,
    { guestsRunning: 1, guestsVcpus: 1, cpus: 2, exitsPerSecond: 500 },
    { guestsRunning: 3, guestsVcpus: 4, cpus: 2, exitsPerSecond: 900 },
  );
  expect(texts(evidence(slow, [parent]))).toEqual([
    'The clocksource of guest3 (layer 3) changed from kvm-clock to acpi_pm, which is read by an exit.',
    'guest3 (layer 3) is short of memory: threads waited for it 20 % of the time, up from 0 %.',
    'guest2 (layer 2) has 2 CPUs for 4 vCPUs of its guests, up from 1.',
    'guest2 (layer 2) runs 3 guests now, up from 1.',
    'One exit costs guest3 (layer 3) 300 µs instead of 200 µs: 1.50 times as much.',
  ]);
});

const upgrade = {
  beforeUs: Date.parse('2026-11-19T18:00:00Z') * 1000,
  timeUs: Date.parse('2026-11-20T00:00:00Z') * 1000,
  phrases: ['kernel 6.1.0-37 → 6.12.117', 'Node.js v18.20.4 → v20.19.2'],
};

test('suspects first what was changed when it became slow, in the node or above it', () => {
  const slow = node(3, { stealRatio: 0.02 }, { stealRatio: 0.5 });
  const above = { ...node(2), changes: [{ change: upgrade, atOnce: true }] };
  expect(texts(evidence(slow, [above]))).toEqual([
    'guest2 (layer 2) changed: kernel 6.1.0-37 → 6.12.117, Node.js v18.20.4 → v20.19.2 (2026-11-20).',
    'Steal in guest3 (layer 3) rose from 2.0 % to 50 %: guest2 (layer 2) runs other work or limits it.',
  ]);
  const earlier = { ...node(2), changes: [{ change: upgrade, atOnce: false }] };
  expect(texts(evidence(slow, [earlier]))[1]).toContain('changed some rounds earlier: kernel');
});

test('sees from the facts what was changed, as long as no benchmark has run since', () => {
  const facts = (kernel: string, parameters: string) => ({
    facts: { 'system.kernel': kernel, 'kvm_modules.parameters': parameters },
  });
  const before = facts('6.1.0-37', 'kvm_amd.npt=1,kvm_amd.nested=1,kvm.halt_poll_ns=200000');
  const since = facts('6.12.117', 'kvm_amd.npt=1,kvm_amd.nested=1,kvm.halt_poll_ns=0');
  expect(texts(evidence(node(3), [node(2, before, since)]))).toEqual([
    "guest2 (layer 2) changed: kernel 6.1.0-37 → 6.12.117; options of KVM's modules -kvm.halt_poll_ns=200000 +kvm.halt_poll_ns=0.",
  ]);
  const told = { ...node(2, before, since), changes: [{ change: upgrade, atOnce: true }] };
  expect(texts(evidence(node(3), [told]))[0]?.match(/kernel 6/g)).toHaveLength(1);
});

test('names another Node.js of the agent from its fact, and once where its benchmarks tell it too', () => {
  const facts = (version: string) => ({ facts: { 'process.node_version': version } });
  const agent = { ...node(3, facts('v18.20.4'), facts('v20.19.2')) };
  expect(texts(evidence(agent, []))).toEqual(['guest3 (layer 3) changed: Node.js v18.20.4 → v20.19.2.']);
  const told = { ...agent, changes: [{ change: upgrade, atOnce: true }] };
  expect(texts(evidence(told, []))[0]?.match(/Node\.js/g)).toHaveLength(1);
});

test('says nothing when nothing that is measured changed', () => {
  const same: Quantities = { stealRatio: 0.3, exitUs: 200, guestsVcpus: 1, cpus: 2, clocksource: 'tsc' };
  expect(explain(evidence(node(3, same), [node(2, same), node(1, same), node(0, same)]))).toEqual([]);
});
