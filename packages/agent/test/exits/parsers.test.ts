import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { groupBy } from '@nestwatch/common/group-by';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRecords, reasonName } from '../../src/exits/parse-records.ts';
import { parseSums } from '../../src/exits/parse-sums.ts';
import { parseReasonNames } from '../../src/exits/reason-names.ts';
import { createTally } from '../../src/exits/tally.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/exits');
/** guest0 of a lab, Linux 6.1 on SVM: it runs guest1, which runs guest2. */
const read = (file: string) => readFileSync(join(fixtures, file), 'utf8');

describe('records', () => {
  const records = [...parseRecords(read('guest0/trace.txt'))];

  test('every line of a real trace is one, but for the heading', () => {
    const kinds = groupBy(records, ({ kind }) => kind);
    expect(['exit', 'entry', 'nested'].map((kind) => kinds.get(kind as 'exit')?.length)).toEqual([72, 72, 6]);
    expect(new Set(records.map(({ thread }) => thread))).toEqual(new Set([210]));
    expect(kinds.get('nested')?.at(-1)).toEqual({
      kind: 'nested',
      thread: 210,
      atUs: 25_628_454,
      reason: 'npf',
    });
  });

  test.each([
    // As Linux 6.18 prints what VMX has, with flags after the reason.
    [
      ' CPU 0/KVM-1234  [011] d..1. 12.000007: kvm_exit: vcpu 0 reason EPT_VIOLATION rip 0x1 info1 0x2 info2 0x0',
      { kind: 'exit', thread: 1234, atUs: 12_000_007, reason: 'EPT_VIOLATION' },
    ],
    [
      'qemu-1 [000] ..... 1.000000: kvm_exit: vcpu 3 reason INVALID_STATE FAILED_VMENTRY rip 0x1 info1 0x0',
      { kind: 'exit', thread: 1, atUs: 1_000_000, reason: 'INVALID_STATE_FAILED_VMENTRY' },
    ],
    // As Linux 5.4 and 5.10 do: without flags of the CPU's state, with a prefix, without the vCPU.
    [
      '       fc_vcpu 0-11830 [034]  1497.376471: kvm_exit:             reason EXIT_WRITE_CR4 rip 0x1000520 info 8 0',
      { kind: 'exit', thread: 11830, atUs: 1_497_376_471, reason: 'WRITE_CR4' },
    ],
    [
      ' CPU 0/KVM-77    (     70) [000] d..1. 5.000001: kvm_exit: vcpu 0 reason PF excp rip 0x1 info1 0x0',
      { kind: 'exit', thread: 77, atUs: 5_000_001, reason: 'PF_excp' },
    ],
  ])('%s', (line, record) => {
    const [parsed, ...others] = parseRecords(`${line}\n`);
    expect(parsed).toEqual(record);
    expect(others).toEqual([]);
  });

  test('a process that calls itself as a record begins does not make one', () => {
    const name = '1 [0] 1.0: kvm_';
    const line = `${name}-9 [000] ..... 1.000000: sched_switch: prev_comm=kvm_exit: vcpu 0 reason hlt rip 0x0\n`;
    expect([...parseRecords(line)]).toEqual([]);
  });

  test('whatever stands there, reasons are short and plain', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(reasonName(name)).toMatch(/^[\w-]{0,40}$/);
      }),
    );
  });
});

test('a tally counts exits by reason, and times them until the next entry of the same thread', () => {
  const tally = createTally();
  tally.add(read('guest0/trace.txt'));
  const found = tally.threads.get(210);
  const counts = Object.fromEntries([...(found?.own ?? [])].map(([reason, { count }]) => [reason, count]));
  expect(counts).toEqual({ msr: 24, npf: 11, interrupt: 11, vmload: 9, vmsave: 7, vmrun: 5, vintr: 5 });
  expect([...(found?.nested ?? [])].map(([reason, { count }]) => [reason, count])).toEqual([
    ['interrupt', 3],
    ['msr', 1],
    ['npf', 2],
  ]);
  const exits = [...(found?.own.values() ?? [])];
  expect(exits.reduce((sum, { timed }) => sum + timed, 0)).toBeGreaterThanOrEqual(71);
  for (const { timed, us } of exits) expect(us / timed).toBeGreaterThan(1);
});

test('an exit at the end of one piece is not timed by an entry in the next', () => {
  const tally = createTally();
  const at = (seconds: string, what: string) => `q-1 [000] ..... ${seconds}: kvm_${what}\n`;
  tally.add(at('1.000000', 'exit: vcpu 0 reason hlt rip 0x0 info1 0x0'));
  tally.add(at('9.000000', 'entry: vcpu 0, rip 0x0'));
  expect(tally.threads.get(1)?.own.get('hlt')).toEqual({ count: 1, timed: 0, us: 0 });
});

test("the kernel's sums are read, with what found no room", () => {
  const { sums, dropped } = parseSums(read('guest0/exit-hist.txt'));
  expect(sums).toHaveLength(8);
  expect(sums.at(-1)).toEqual({ thread: 210, isa: 2, code: 124, hits: 1438 });
  expect(sums.reduce((sum, { hits }) => sum + hits, 0)).toBe(5083);
  expect(dropped).toBe(0);
  expect(parseSums(read('guest0/nested-hist.txt')).sums.map(({ hits }) => hits)).toEqual([
    28, 44, 45, 243, 360,
  ]);
  expect(parseSums('')).toEqual({ sums: [], dropped: 0 });
});

describe('numbers have the names that this kernel gives them', () => {
  const on61 = parseReasonNames(read('guest0/format.txt'));
  const on618 = parseReasonNames(read('linux-6.18/format.txt'));

  test.each([
    // VMX (1), also with the flag of a failed entry above its number.
    [1, 48, 'EPT_VIOLATION'],
    [1, 0x80000021, 'INVALID_STATE'],
    [1, 12, 'HLT'],
    // SVM (2): plain, a sum, and beyond 31 bits.
    [2, 0x78, 'hlt'],
    [2, 0x40 + 14, 'PF_excp'],
    [2, 0x400, 'npf'],
    [2, 0x80000001, 'vmgexit_mmio_read'],
    [2, 0xffffffff, 'invalid_guest_state'],
    // What it does not name is told as it is.
    [2, 0x999, 'exit_0x999'],
    [1, 999, 'exit_0x3e7'],
  ])('isa %d, %d: %s', (isa, code, name) => {
    expect(on61(isa, code)).toBe(name);
    expect(on618(isa, code)).toBe(name);
  });

  test('what a newer kernel has, an older one does not name', () => {
    expect([on61(2, 0xa6), on618(2, 0xa6)]).toEqual(['exit_0xa6', 'idle-halt']);
  });

  test('names in records and names of sums are the same', () => {
    const sums = parseSums(read('guest0/exit-hist.txt')).sums;
    const summed = new Set(sums.map(({ isa, code }) => on61(isa, code)));
    for (const { kind, reason } of parseRecords(read('guest0/trace.txt'))) {
      if (kind === 'exit') expect(summed).toContain(reason);
    }
  });
});
