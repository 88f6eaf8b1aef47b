import type { Clock } from '@nestwatch/common/clock';
import { flagIn, timeIn } from '../../read/cells.ts';
import { type NewestPoint, readNewestPoints } from '../../read/newest-points.ts';
import { type NewestSlowdown, readNewestSlowdowns } from '../../read/newest-slowdowns.ts';
import { type Reader, within } from '../../read/query.ts';
import { exposedMeasurements } from './exposed.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** Who said nothing for so long is not shown: Prometheus would take the old for the new. */
const SPAN_MS = 3 * MINUTE_MS;
/** What comes hourly, or with a round, is read so often. */
const SLOW_MS = 5 * MINUTE_MS;

/** A node as /metrics/layers shows it. */
export interface ExposedNode {
  readonly lab: string;
  readonly node: string;
  readonly layer: string;
  readonly name: string;
  readonly parent: string;
  readonly lastSeenUs: number;
  readonly canHost?: boolean;
  /** Worst slowdown by what is compared with: self, parent, base. */
  readonly slowdowns: ReadonlyMap<string, number>;
  /** Newest points, in the order of `exposedMeasurements`. */
  readonly points: readonly (NewestPoint | undefined)[];
}

/** Reads how all nodes are; what changes slowly is asked for now and then only. */
export function createLayersReader(store: Reader, clock: Pick<Clock, 'monoUs'>) {
  const readSlow = heldFor(SLOW_MS, clock, () =>
    Promise.all([
      readNewestPoints(store, 'nestwatch_capability', 2 * DAY_MS, ['can_host']),
      readNewestSlowdowns(store, [within(2 * DAY_MS)]),
    ]),
  );
  return async (): Promise<ExposedNode[]> => {
    const [reports = [], ...samples] = await Promise.all([
      readNewestPoints(store, 'nestwatch_report', SPAN_MS),
      ...exposedMeasurements.map(({ measurement }) => readNewestPoints(store, measurement, SPAN_MS)),
    ]);
    const [capabilities, slowdowns] = await readSlow();
    const [hosts, worst] = [newestByNode(capabilities), worstByNode(slowdowns)];
    const measured = samples.map(newestByNode);
    return [...newestByNode(reports)]
      .map(([key, { tags, row }]) => {
        const { lab = '', node = '', layer = '', name = '', parent = '' } = tags;
        const canHost = flagIn(hosts.get(key)?.row ?? {}, 'can_host');
        return {
          ...{ lab, node, layer, name, parent },
          lastSeenUs: timeIn(row),
          ...(canHost === undefined ? {} : { canHost }),
          slowdowns: worst.get(key) ?? new Map<string, number>(),
          points: measured.map((points) => points.get(key)),
        };
      })
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  };
}

/** What a reading gives, for a time; one reading at a time for all clients. A failed reading is repeated. */
export function heldFor<T>(
  forMs: number,
  clock: Pick<Clock, 'monoUs'>,
  read: () => Promise<T>,
): () => Promise<T> {
  let held: { readonly sinceUs: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const nowUs = clock.monoUs();
    if (held !== undefined && nowUs - held.sinceUs < forMs * 1000) return held.answer;
    const asked = { sinceUs: nowUs, answer: read() };
    held = asked;
    asked.answer.catch(() => {
      if (held === asked) held = undefined;
    });
    return asked.answer;
  };
}

function keyOf({ lab = '', node = '' }: { readonly lab?: string; readonly node?: string }): string {
  return `${lab}.${node}`;
}

/** Of a node that was renamed or moved a moment ago, the newest point. */
function newestByNode(points: readonly NewestPoint[]): Map<string, NewestPoint> {
  const nodes = new Map<string, NewestPoint>();
  for (const point of points) {
    const key = keyOf(point.tags);
    const before = nodes.get(key);
    if (before === undefined || timeIn(before.row) < timeIn(point.row)) nodes.set(key, point);
  }
  return nodes;
}

function worstByNode(slowdowns: readonly NewestSlowdown[]): Map<string, Map<string, number>> {
  const nodes = new Map<string, Map<string, number>>();
  for (const { lab, node, against, ratio } of slowdowns) {
    const worst = nodes.get(keyOf({ lab, node })) ?? new Map<string, number>();
    nodes.set(keyOf({ lab, node }), worst.set(against, Math.max(worst.get(against) ?? 0, ratio)));
  }
  return nodes;
}
