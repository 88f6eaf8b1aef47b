import type { Log } from '@nestwatch/common/log';
import { slowdown as measurement, presence, SlowdownState } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { streamKey } from '../read/result.ts';
import { isSilent } from '../read/silent.ts';
import type { JudgedLab, JudgedNode, StreamView } from './judged-lab.ts';
import { createPointWriter } from './point-writer.ts';

const PRESENCE_EVERY_US = 60_000_000;

/** Writes once a minute who is heard of and who runs whom, by name: the dashboards cannot compare times, nor join ids. */
export function createPresenceWriter(store: Pick<Store, 'write'>, log: Log) {
  const write = createPointWriter(store, 'points of presence', log);
  let writtenUs = Number.NEGATIVE_INFINITY;
  return async (labs: readonly JudgedLab[], nowUs: number): Promise<void> => {
    if (nowUs - writtenUs < PRESENCE_EVERY_US) return;
    const lines = labs.flatMap((lab) => [...lab.nodes.values()].map((node) => presenceLine(lab, node)));
    if ((await write(async () => lines)) === undefined) writtenUs = nowUs;
  };
}

function presenceLine({ nowUs, nodes, pipeline }: JudgedLab, node: JudgedNode): string | undefined {
  const sinceUs = pipeline.caughtUpSinceUs;
  const fields = {
    silent: sinceUs === undefined ? undefined : Number(isSilent(Math.max(node.lastSeenUs, sinceUs), nowUs)),
    parent_name: nodes.get(node.parent ?? '')?.name,
  };
  return encodeComputed(presence, commonTagsOf(node), {}, fields, nowUs);
}

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
    const lines = labs.flatMap(slowdownLines).filter(([key, line]) => written.get(key) !== line);
    if ((await write(async () => lines.map(([, line]) => line))) !== undefined) return;
    for (const [key, line] of lines) written.set(key, line);
  };
}

/** The newest line of each stream, under what tells the streams apart. */
function slowdownLines({ nodes }: JudgedLab): (readonly [string, string])[] {
  return [...nodes.values()].flatMap((node) =>
    node.streams.flatMap((stream) => {
      const line = slowdownLine(node, stream);
      const key = [node.lab, node.node, streamKey(stream), stream.against].join('\0');
      return line === undefined ? [] : [[key, line] as const];
    }),
  );
}

function slowdownLine(node: JudgedNode, stream: StreamView): string | undefined {
  const timeUs = stream.resultTimesUs.at(-1);
  const { benchmark, variant, target, against, standing } = stream;
  if (timeUs === undefined) return undefined;
  const fields = {
    slowdown_ratio: standing.slowdown,
    usual_ratio: standing.usual,
    spread_ratio: standing.spread,
    minimum_detectable_ratio: standing.minimumDetectable,
    state: STATES[standing.state],
    samples: standing.samples,
  };
  const tags = { benchmark, variant, target, against };
  return encodeComputed(measurement, commonTagsOf(node), tags, fields, timeUs);
}
