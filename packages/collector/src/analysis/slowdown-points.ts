import { slowdown as measurement } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import type { JudgedLab, JudgedNode, StreamView } from './judged-lab.ts';

const STATES = { learning: 0, steady: 1, slow: 2 } as const;
const MOST_LINES = 5000;

/** Writes how each stream stands, once for each of its results, at the result's time. */
export function createSlowdownWriter(store: Pick<Store, 'write'>) {
  const written = new Map<string, string>();
  return async (views: readonly JudgedLab[]): Promise<void> => {
    const lines = new Map<string, string>();
    for (const { lab, nodes } of views) {
      for (const node of nodes.values()) {
        for (const stream of node.streams) {
          const line = slowdownLine(lab, node, stream);
          const { benchmark, variant, target, against } = stream;
          const key = [lab, node.node, benchmark, variant, target, against].join('\0');
          // A late parent's result changes what is said of the same time, so the line itself is compared.
          if (line !== undefined && written.get(key) !== line) lines.set(key, line);
        }
      }
    }
    const all = [...lines];
    for (let from = 0; from < all.length; from += MOST_LINES) {
      const part = all.slice(from, from + MOST_LINES);
      await store.write(part.map(([, line]) => line));
      for (const [key, line] of part) written.set(key, line);
    }
  };
}

function slowdownLine(lab: string, node: JudgedNode, stream: StreamView): string | undefined {
  const timeUs = stream.resultTimesUs.at(-1);
  const { benchmark, variant, target, against, standing } = stream;
  if (timeUs === undefined) return undefined;
  const { name, layer, parent = '' } = node;
  return encodeComputed(
    measurement,
    commonTagsOf({ lab, node: node.node, name, layer, parent }),
    { benchmark, variant, target, against },
    {
      slowdown_ratio: standing.slowdown,
      usual_ratio: standing.usual,
      spread_ratio: standing.spread,
      minimum_detectable_ratio: standing.minimumDetectable,
      state: STATES[standing.state],
      samples: standing.samples,
    },
    timeUs,
  );
}
