import type { Log } from '@nestwatch/common/log';
import { slowdown as measurement, SlowdownState } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { streamKey } from '../read/result.ts';
import type { JudgedLab, JudgedNode, StreamView } from './judged-lab.ts';
import { createPointWriter } from './point-writer.ts';

const STATES = {
  learning: SlowdownState.LEARNING,
  steady: SlowdownState.AS_USUAL,
  slow: SlowdownState.SLOW,
} as const;

/** Writes how each stream stands, once for each of its results, at the result's time. */
export function createSlowdownWriter(store: Pick<Store, 'write'>, log: Log) {
  const written = new Map<string, string>();
  const write = createPointWriter(store, 'slowdowns', log);
  return async (labs: readonly JudgedLab[]): Promise<void> => {
    // A late parent's result changes what is said of the same time, so the line itself is compared.
    const lines = labs.flatMap(linesOf).filter(([key, line]) => written.get(key) !== line);
    if ((await write(async () => lines.map(([, line]) => line))) !== undefined) return;
    for (const [key, line] of lines) written.set(key, line);
  };
}

/** The newest line of each stream, under what tells the streams apart. */
function linesOf({ lab, nodes }: JudgedLab): (readonly [string, string])[] {
  return [...nodes.values()].flatMap((node) =>
    node.streams.flatMap((stream) => {
      const line = slowdownLine(lab, node, stream);
      const key = [lab, node.node, streamKey(stream), stream.against].join('\0');
      return line === undefined ? [] : [[key, line] as const];
    }),
  );
}

function slowdownLine(lab: string, node: JudgedNode, stream: StreamView): string | undefined {
  const timeUs = stream.resultTimesUs.at(-1);
  const { benchmark, variant, target, against, standing } = stream;
  if (timeUs === undefined) return undefined;
  return encodeComputed(
    measurement,
    commonTagsOf({ ...node, lab }),
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
