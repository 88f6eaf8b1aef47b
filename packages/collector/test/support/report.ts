import { benchmarksOf } from '../../src/analysis/report/benchmarks.ts';
import { changesOf } from '../../src/analysis/report/changes.ts';
import { detectionsOf } from '../../src/analysis/report/detections.ts';
import type { Report } from '../../src/analysis/report/report.ts';
import { streamsOf } from '../../src/analysis/streams.ts';
import type { Result } from '../../src/read/result.ts';
import { result } from './compare.ts';

export const HOUR_US = 3_600_000_000;
export const START_US = Date.parse('2026-01-01T00:00:00Z') * 1000;
export const places = [{ node: 'guest0' }, { node: 'guest1', parent: 'guest0', base: 'guest0' }];

/** 60 rounds, in which guest1 becomes 1.5 times slower half way; a little noise of its own. */
export const results = Array.from({ length: 60 }, (_, at) => at).flatMap((at) =>
  places.map(({ node }, layer): Result => {
    const timeUs = START_US + at * HOUR_US;
    const noise = 1 + ((at * 7919 + layer * 104_729) % 97) / 2000;
    return result(at, {
      node,
      timeUs,
      round: `cpu.sha256@${new Date(timeUs / 1000).toISOString()}`,
      secondsPerUnit: (layer === 0 ? 4e-9 : at < 30 ? 5e-9 : 7.5e-9) * noise,
    });
  }),
);
export const nodes = places.map(({ node }, layer) => ({
  node,
  name: node,
  layer,
  lastSeenUs: START_US + 60 * HOUR_US,
  canHost: true,
}));
export const report: Report = {
  lab: 'a|b',
  fromUs: START_US,
  toUs: START_US + 60 * HOUR_US,
  differences: {
    ...{ lab: 'a|b', sinceUs: START_US, toUs: START_US + 60 * HOUR_US, notes: [] },
    changes: [
      {
        kind: 'slower',
        node: 'guest1',
        name: 'guest1',
        layer: 1,
        what: 'cpu.sha256 against its parent',
        figure: '×1.50',
      },
    ],
  },
  nodes,
  guests: [
    {
      ...{ node: 'guest1', name: 'guest1', guest: 'win11', activity: 2, transfer: 1 },
      ...{ cpus: 0, exitsPerSecond: 12, firstRestSeconds: 42, nestedState: 'kept' },
    },
  ],
  benchmarks: benchmarksOf(results, places, nodes),
  ...changesOf(results, places, (node) => node),
  detections: detectionsOf(streamsOf(results, places), nodes, {
    references: places,
    firings: [],
    acceptances: [],
    changes: () => [],
    named: (node) => node,
  }),
  acceptances: [
    {
      ...{ id: 'c0ffee', lab: 'a|b', node: 'guest1', benchmark: 'cpu.sha256' },
      ...{ atUs: START_US + 50 * HOUR_US, why: 'a | new kernel', by: 'alice' },
    },
  ],
  alerts: [
    {
      firedUs: START_US + 32 * HOUR_US,
      severity: 'critical',
      rule: 'slowdown-parent',
      subject: 'cpu.sha256',
      lab: 'a|b',
      node: 'guest1',
      name: 'guest1',
      text: 'slow | <b>',
      silenced: true,
    },
  ],
  exits: [],
  heldBack: [
    {
      ...{ node: 'guest2', name: 'guest2', guest: 'guest3', limitCpus: 0.4, throttledRatio: 0.58 },
      how: "guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time.",
    },
  ],
  advice: [
    { node: 'guest0', name: 'guest0', level: 'warning', summary: 'Nesting is off.', advice: 'Switch it on.' },
  ],
};
