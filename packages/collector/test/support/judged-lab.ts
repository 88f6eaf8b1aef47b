import { defined } from '@nestwatch/common/defined';
import type { Standing } from '../../src/analysis/detect/standing.ts';
import type { JudgedLab, JudgedNode, StreamView } from '../../src/analysis/judged-lab.ts';

export const NOW_US = 1_800_000_000_000_000;
export const MINUTE_US = 60_000_000;

type NodeParts = Partial<Omit<JudgedNode, 'node' | 'name'>>;

/** A lab of guest0 to guest3, one below the other, all well; `parts` change single nodes. */
export function judgedLab(
  parts: Readonly<Record<string, NodeParts>> = {},
  view: Partial<JudgedLab> = {},
): JudgedLab {
  const names = ['guest0', 'guest1', 'guest2', 'guest3'];
  const nodes = new Map<string, JudgedNode>();
  names.forEach((name, layer) => {
    const parent = names[layer - 1];
    nodes.set(name, {
      lab: 'lab',
      node: name,
      name,
      layer,
      lastSeenUs: NOW_US - 5_000_000,
      streams: [],
      events: [],
      ...defined({ parent }),
      ...parts[name],
    });
  });
  return {
    lab: 'lab',
    nowUs: NOW_US,
    nodes,
    pipeline: { pending: 0, caughtUpSinceUs: NOW_US - 60 * MINUTE_US },
    ...view,
  };
}

export function stream(
  against: StreamView['against'],
  standing: Partial<Standing>,
  more: Partial<StreamView> = {},
): StreamView {
  return {
    benchmark: 'cpu.sha256',
    variant: '',
    target: '',
    against,
    standing: {
      state: 'steady',
      samples: 40,
      usual: 1.2,
      spread: 1.05,
      minimumDetectable: 1.25,
      slowdown: 1,
      ...standing,
    },
    resultTimesUs: [NOW_US - 10 * MINUTE_US],
    missed: [],
    ...more,
  };
}

export const slow = (slowdown: number): Partial<Standing> => ({
  state: 'slow',
  slowdown,
  sinceUs: NOW_US - 30 * MINUTE_US,
});
