import type { Log } from '@nestwatch/common/log';
import { presence } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { isSilent } from '../read/silent.ts';
import type { JudgedLab, JudgedNode } from './judged-lab.ts';
import { createPointWriter } from './point-writer.ts';

const EVERY_US = 60_000_000;

/** Writes once a minute who is heard of and who runs whom, by name: the dashboards cannot compare times, nor join ids. */
export function createPresenceWriter(store: Pick<Store, 'write'>, log: Log) {
  const write = createPointWriter(store, 'points of presence', log);
  let writtenUs = Number.NEGATIVE_INFINITY;
  return async (labs: readonly JudgedLab[], nowUs: number): Promise<void> => {
    if (nowUs - writtenUs < EVERY_US) return;
    const lines = labs.flatMap((lab) => [...lab.nodes.values()].map((node) => presenceLine(lab, node)));
    if ((await write(async () => lines)) === undefined) writtenUs = nowUs;
  };
}

function presenceLine({ lab, nowUs, nodes, pipeline }: JudgedLab, node: JudgedNode): string | undefined {
  const sinceUs = pipeline.caughtUpSinceUs;
  const fields = {
    silent: sinceUs === undefined ? undefined : Number(isSilent(Math.max(node.lastSeenUs, sinceUs), nowUs)),
    parent_name: nodes.get(node.parent ?? '')?.name,
  };
  return encodeComputed(presence, commonTagsOf({ ...node, lab }), {}, fields, nowUs);
}
