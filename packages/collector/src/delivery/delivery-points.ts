import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { delivery } from '@nestwatch/proto';
import { Gauge, type Registry } from 'prom-client';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { type Account, type Figures, figuresOf, sumFigures } from './state.ts';
import type { Board } from './state-store.ts';

const SHOWN = ['received', 'written', 'duplicates', 'dead', 'dropped', 'gaps', 'lost'] as const;

/** The figures of one node: of the run that goes on, and of all before it that the accounts still know. */
export interface NodeFigures {
  lab: string;
  node: string;
  name: string;
  layer: number | undefined;
  parent: string;
  lastUs: number;
  runs: { current: Figures & { boots: number }; earlier: Figures & { boots: number } };
}

/**
 * Adds up the accounts of each node. The run with the newest message is the one that goes on.
 * @param wanted `<lab>.<node>` of those that are asked for; all by default
 */
export function nodeFigures(
  accounts: ReadonlyMap<string, Account>,
  wanted?: ReadonlySet<string>,
): NodeFigures[] {
  const nodes = new Map<string, Account[]>();
  for (const [key, account] of accounts) {
    const node = key.slice(0, key.lastIndexOf('.'));
    if (wanted !== undefined && !wanted.has(node)) continue;
    const runs = nodes.get(node);
    if (runs === undefined) nodes.set(node, [account]);
    else runs.push(account);
  }
  return [...nodes].map(([key, runs]) => {
    const [lab = '', node = ''] = key.split('.');
    const ordered = [...runs].sort((a, b) => a.lastWallUs - b.lastWallUs || a.firstUs - b.firstUs);
    const current = ordered.slice(-1);
    const earlier = ordered.slice(0, -1);
    const sum = (part: readonly Account[]) => ({ ...sumFigures(part.map(figuresOf)), boots: part.length });
    return {
      ...{ lab, node, name: current[0]?.name ?? '', layer: current[0]?.layer },
      parent: current[0]?.parent ?? '',
      lastUs: Math.max(...runs.map((run) => run.lastUs)),
      runs: { current: sum(current), earlier: sum(earlier) },
    };
  });
}

/** Lines of nestwatch_delivery for one node, at a moment in µs since 1970. */
export function deliveryLines(figures: NodeFigures, timeUs: number): string[] {
  const tags = commonTagsOf(figures);
  return (['current', 'earlier'] as const).flatMap((run) => {
    const { highest: _, ...fields } = figures.runs[run];
    const made = encodeComputed(delivery, tags, { run }, fields, timeUs);
    return fields.boots === 0 || made === undefined ? [] : [made];
  });
}

/**
 * Writes the figures of the nodes that changed, at most every `everyMs`. Collectors that share the work write the same
 * figures at the same times, so that the points coincide.
 */
export function createDeliveryWriter(
  store: Pick<Store, 'write'>,
  nowUs: () => number,
  log: Log,
  everyMs = 10_000,
) {
  let changed = new Set<string>();
  let writtenUs = 0;
  return async (board: Board, keys: readonly string[]): Promise<void> => {
    for (const key of keys) changed.add(key.split('.').slice(0, 2).join('.'));
    const timeUs = Math.floor(nowUs() / (everyMs * 1000)) * everyMs * 1000;
    if (changed.size === 0 || timeUs === writtenUs) return;
    const nodes = nodeFigures(board.all(), changed);
    try {
      await store.write(nodes.flatMap((figures) => deliveryLines(figures, timeUs)));
      changed = new Set();
      writtenUs = timeUs;
    } catch (error) {
      log.debug('figures of the delivery could not be written', { error: messageOf(error) });
    }
  };
}

/** Gauges of /metrics, computed when they are asked for. */
export function registerDeliveryGauges(
  registry: Registry,
  accounts: () => ReadonlyMap<string, Account>,
): void {
  const gauges = SHOWN.map(
    (name) =>
      new Gauge({
        name: `nestwatch_delivery_${name}`,
        help: delivery.fields.find((field) => field.name === name)?.meaning ?? name,
        labelNames: ['lab', 'node'],
        registers: [registry],
        collect() {
          if (name === SHOWN[0]) refresh();
        },
      }),
  );
  const refresh = () => {
    for (const gauge of gauges) gauge.reset();
    for (const { lab, node, runs } of nodeFigures(accounts())) {
      for (const [at, name] of SHOWN.entries())
        gauges[at]?.set({ lab, node }, runs.current[name] + runs.earlier[name]);
    }
  };
}
