import { describe, expect, test } from 'vitest';
import { found, only } from '../../support/findings.ts';
import { judgedLab } from '../../support/judged-lab.ts';

const MIB = 2 ** 20;
const QUOTA = { limitCpus: 0.4, limitGroup: '/child', throttledRatio: 0.58, cpusAllowed: 2, vcpus: 1 };

describe('a guest that its parent throttles', () => {
  const seen = { guests: { guest3: QUOTA } };

  test('is told of as stolen time, with the cgroup that takes it', () => {
    const { rule, summary } = only(judgedLab({ guest2: seen, guest3: { stealRatio: 0.55 } }));
    expect(rule).toBe('steal-high');
    expect(summary).toBe(
      "55 % of the CPU time of guest3 (layer 3) is stolen: guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time.",
    );
  });

  test('is told of by itself where no steal shows', () => {
    expect(only(judgedLab({ guest2: seen, guest3: { stealRatio: 0 } }))).toMatchObject({
      rule: 'guest-throttled',
      node: 'guest3',
      subject: '',
      severity: 'warning',
      value: 0.58,
      summary:
        "guest3 (layer 3) is throttled 58 % of the time: guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time.",
    });
    const little = { guests: { guest3: { ...QUOTA, throttledRatio: 0.05 } } };
    expect(found(judgedLab({ guest2: little }))).toEqual([]);
  });

  test('is told of at its parent where no agent runs in it', () => {
    const windows = { guests: { win11: { ...QUOTA, throttledRatio: 0.2 } } };
    expect(found(judgedLab({ guest2: windows }))).toEqual(['guest-throttled guest2 win11 info']);
  });

  test('is found by what its parent calls it', () => {
    const parts = { guest2: { guests: { vm: QUOTA } }, guest3: { guestName: 'vm' } };
    expect(found(judgedLab(parts))).toEqual(['guest-throttled guest3  warning']);
  });
});

describe('a guest that its parent swaps', () => {
  const swapped = (more: object = {}) => ({ guests: { guest3: { swappedBytes: 120 * MIB, ...more } } });

  test('is a warning while it waits for it, and critical when it does little else', () => {
    const finding = only(judgedLab({ guest2: swapped({ memoryStallRatio: 0.1, majorFaultsPerSecond: 40 }) }));
    expect(finding).toMatchObject({ rule: 'guest-swapped', node: 'guest3', severity: 'warning' });
    expect(finding.summary).toBe(
      'guest2 (layer 2) has swapped out 120 MiB of guest3 (layer 3): it waits for memory there 10 % of the time, and 40.0 page faults per second read from the disk of guest2.',
    );
    expect(only(judgedLab({ guest2: swapped({ memoryStallRatio: 0.5 }) })).severity).toBe('critical');
  });

  test('is information while it has as much free itself, with the way out', () => {
    const finding = only(judgedLab({ guest2: swapped(), guest3: { memoryFreeBytes: 200 * MIB } }));
    expect(finding.severity).toBe('info');
    expect(finding.summary).toContain('although it has 200 MiB free: it uses little of that memory now');
    expect(finding.details?.[0]).toContain('free-page-reporting=on');
  });

  test('is nothing while nobody misses it', () => {
    expect(found(judgedLab({ guest2: swapped(), guest3: { memoryFreeBytes: MIB } }))).toEqual([]);
    expect(
      found(judgedLab({ guest2: { guests: { guest3: { swappedBytes: MIB, memoryStallRatio: 0.9 } } } })),
    ).toEqual([]);
  });
});
