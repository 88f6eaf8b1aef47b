import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { delivery } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { type NodeFigures, nodeFigures } from './figures.ts';
import type { DeliveryStateStore } from './state-store.ts';

/** Lines of nestwatch_delivery for one node, at a moment in µs since 1970. */
function deliveryLines(figures: NodeFigures, timeUs: number): string[] {
  const runs = Object.entries(figures.runs).filter(([, { boots }]) => boots > 0);
  return runs.flatMap(
    ([run, fields]) => encodeComputed(delivery, commonTagsOf(figures), { run }, fields, timeUs) ?? [],
  );
}

const EVERY_US = 10_000_000;

/**
 * Writes the figures of the nodes that changed, at most every 10 s. Collectors that share the work write the same
 * figures at the same times, so that the points coincide: the one that does not know yet of what another has told may
 * write over it. So each looks again at what it wrote, and writes what turned out to be older than the states.
 */
export function createDeliveryWriter(store: Pick<Store, 'write'>, nowUs: () => number, log: Log) {
  let changed = new Set<string>();
  /** What was written last, by node. */
  let written = new Map<string, string>();
  let writtenUs = 0;
  return async (states: DeliveryStateStore, keys: readonly string[]): Promise<void> => {
    for (const key of keys) changed.add(key.split('.').slice(0, 2).join('.'));
    const timeUs = Math.floor(nowUs() / EVERY_US) * EVERY_US;
    if (changed.size + written.size === 0 || timeUs === writtenUs) return;
    const nodes = nodeFigures(states.all(), new Set([...changed, ...written.keys()]))
      .map((figures) => ({ figures, key: `${figures.lab}.${figures.node}`, text: JSON.stringify(figures) }))
      .filter(({ key, text }) => changed.has(key) || written.get(key) !== text);
    try {
      if (nodes.length > 0) await store.write(nodes.flatMap(({ figures }) => deliveryLines(figures, timeUs)));
      changed = new Set();
      written = new Map(nodes.map(({ key, text }) => [key, text]));
      writtenUs = timeUs;
    } catch (error) {
      log.debug('cannot write delivery figures', { error: messageOf(error) });
    }
  };
}
