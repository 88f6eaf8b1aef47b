import type { Log } from '@nestwatch/common/log';
import { acceptance as measurement } from '@nestwatch/proto';
import { createPointWriter } from '../analysis/point-writer.ts';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import type { NoteAcceptance } from './acceptances.ts';

/** Writes what was accepted at its time. One that was taken back is written over the same point. */
export function noteAcceptances(store: Pick<Store, 'write'>, log: Log): NoteAcceptance {
  const write = createPointWriter(store, 'acceptances', log);
  return ({ lab, node = 'lab', atUs, ...acceptance }, ended) => {
    const tags = commonTagsOf({ lab, node, name: node });
    const { id, benchmark, why, by } = acceptance;
    const fields = { id, benchmark, why, by, ended: Number(ended) };
    return write(async () => [encodeComputed(measurement, tags, {}, fields, atUs)]);
  };
}
