import { harmlessUpTo } from '@nestwatch/common/harmless';
import { beyond as measurement } from '@nestwatch/proto';
import { commonTagsOf, type NodeTags } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';

/** What a node had more of than it may. */
export type Bound =
  | 'message'
  | 'refused'
  | 'apart'
  | 'letter'
  | 'keys'
  | 'time'
  | 'thinning'
  | 'questions'
  | 'flood';

interface Count {
  readonly node: NodeTags;
  readonly bound: Bound;
  count: number;
  reason: string;
  changed: boolean;
}

/** Most nodes that are counted separately; the others are counted together. */
const MOST_NODES = 5000;
const REASON_CHARACTERS = 200;

/** Counts what is beyond a bound or a share, by node, since the start. */
export function createBeyond() {
  const counts = new Map<string, Map<Bound, Count>>();
  return {
    note(node: NodeTags, bound: Bound, reason: string, count = 1): void {
      const isKnown = counts.has(`${node.lab}.${node.node}`) || counts.size < MOST_NODES;
      const who = isKnown ? node : { lab: 'unknown', node: 'unknown', name: 'unknown' };
      const key = `${who.lab}.${who.node}`;
      const ofNode = counts.get(key) ?? new Map<Bound, Count>();
      counts.set(key, ofNode);
      const before = ofNode.get(bound)?.count ?? 0;
      const shown = harmlessUpTo(reason, REASON_CHARACTERS);
      ofNode.set(bound, { node: who, bound, count: before + count, reason: shown, changed: true });
    },
    /** Lines of nestwatch_beyond for what changed since the last time. */
    lines(collector: string, timeUs: number): string[] {
      const changed = [...counts.values()]
        .flatMap((each) => [...each.values()])
        .filter((each) => each.changed);
      return changed.flatMap((each) => {
        each.changed = false;
        const { node, bound, count, reason } = each;
        const tags = { bound, collector };
        return encodeComputed(measurement, commonTagsOf(node), tags, { count, reason }, timeUs) ?? [];
      });
    },
  };
}

export type Beyond = ReturnType<typeof createBeyond>;
