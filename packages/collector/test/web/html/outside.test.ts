import { expect, test } from 'vitest';
import type { Outside } from '../../../src/read/outside.ts';
import { outsideTable } from '../../../src/web/html/outside.ts';
import type { NodeView } from '../../../src/web/view/view.ts';

const MIB = 2 ** 20;
const node: NodeView = {
  ...{ lab: 'a', node: 'n2', name: 'guest2', lastSeenUs: 0, silent: false },
  ...{ capability: {}, verdicts: [], metrics: {}, benchmarks: [] },
};
const shown = (of: Outside) =>
  outsideTable(of, node)
    .text.replaceAll(/<[^>]*>/g, '|')
    .replaceAll(/\|+/g, '|');

test('both sides of a machine: what it is let have, and what it lets its guests have', () => {
  const text = shown({
    self: {
      guest: 'vm2',
      limits: {
        ...{ limit_cpus: 0.4, limit_group: '/child', throttled_ratio: 0.58, nice: 5, weight: 50 },
        ...{ cpus_allowed_list: '0-1', policy: 'idle', bound_with: 'vm3' },
      },
      memory: {
        ...{ given_bytes: 400 * MIB, resident_bytes: 300 * MIB, swapped_bytes: 64 * MIB },
        ...{ memory_stall_ratio: 0.3, huge_bytes: 100 * MIB, hugetlb_bytes: 0, limit_bytes: 512 * MIB },
      },
    },
    inside: { total_bytes: 380 * MIB, free_bytes: 90 * MIB, balloon_bytes: 20 * MIB },
    guests: [
      { guest: 'win11', limits: { nice: 0, policy: 'other', weight: 100 }, memory: { unread: 'x: EACCES' } },
    ],
  });
  expect(text).toContain(
    '|guest2|, as its parent sees it|0.400 CPUs by /child, throttled 58 %|on CPUs 0-1, class idle, nice 5, weight 50, beside vm3|400 MiB given, 300 MiB resident, at most 512 MiB|64.0 MiB, waits 30 %|100 MiB|',
  );
  expect(text).toContain('|win11|no limit|–|–|–|– (x: EACCES)|');
  expect(text).toContain('Inside, 90.0 MiB of 380 MiB are free; its balloon has returned 20.0 MiB.');
});

test('what could not be read of limits is said instead of "no limit", and nothing is said of nothing', () => {
  const unread = { guest: 'vm', limits: { unread: 'no cgroups here' } };
  expect(shown({ guests: [unread] })).toContain('|vm|no cgroups here|');
  expect(shown({ guests: [] })).toContain('it runs no guests');
});
