import { expect, test } from 'vitest';
import { parseCpuTicks } from '../../src/host/cpu-ticks.ts';

test('kernels with fewer columns and texts that are no /proc/stat', () => {
  expect(parseCpuTicks('cpu  1 2 3 4\ncpu0 1 2 3 4\n')).toEqual({
    counters: {
      user: 1,
      nice: 2,
      system: 3,
      idle: 4,
      'cpu0.user': 1,
      'cpu0.nice': 2,
      'cpu0.system': 3,
      'cpu0.idle': 4,
    },
    cpus: [0],
  });
  expect(parseCpuTicks('')).toBeUndefined();
  expect(parseCpuTicks('ctxt 12\n')).toBeUndefined();
});
