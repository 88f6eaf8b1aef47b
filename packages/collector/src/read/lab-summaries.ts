import { groupBy } from '@nestwatch/common/group-by';
import { type FiringAlert, readFiring } from './alerts.ts';
import { type NewestSlowdown, readNewestSlowdowns, worstSlowdown } from './newest-slowdowns.ts';
import { DAY_MS, type KnownNode, readNodes } from './nodes.ts';
import { type Reader, within } from './query.ts';
import { isSilent } from './silent.ts';

/** A lab in one row. Times are µs since 1970. */
export interface LabSummary {
  readonly lab: string;
  readonly machines: number;
  /** Layers of which a machine reports. */
  readonly layers: readonly number[];
  readonly silent: number;
  /** Of the newest judgements; absent while nothing is judged. */
  readonly worst?: { readonly slowdown: NewestSlowdown; readonly name: string };
  /** More than information; the most severe first. */
  readonly alerts: readonly FiringAlert[];
  /** When the newest message of it came. */
  readonly lastSeenUs: number;
  /** Names of its machines that are in another lab as well, as a copied disk is. */
  readonly shared: readonly string[];
}

/** All labs of the last 30 days, those with trouble first, then by name. @throws as Store.query */
export async function readLabSummaries(store: Reader, nowUs: number): Promise<LabSummary[]> {
  const [nodes, alerts, slowdowns] = await Promise.all([
    readNodes(store),
    readFiring(store),
    readNewestSlowdowns(store, [within(7 * DAY_MS)]),
  ]);
  const grave = groupBy(
    alerts.filter(({ severity }) => severity !== 'info'),
    ({ lab }) => lab,
  );
  const judged = groupBy(slowdowns, ({ lab }) => lab);
  const homes = groupBy(nodes, ({ node }) => node);
  const summaries = [...groupBy(nodes, ({ lab }) => lab)].map(([lab, own]): LabSummary => {
    const slowdown = worstSlowdown(
      (judged.get(lab) ?? []).filter(({ node }) => own.some((each) => each.node === node)),
    );
    return {
      lab,
      machines: own.length,
      layers: [...new Set(own.flatMap(({ layer }) => layer ?? []))].sort((a, b) => a - b),
      silent: own.filter(({ lastSeenUs }) => isSilent(lastSeenUs, nowUs)).length,
      ...(slowdown !== undefined && { worst: { slowdown, name: nameOf(own, slowdown.node) } }),
      alerts: grave.get(lab) ?? [],
      lastSeenUs: own.reduce((newest, { lastSeenUs }) => Math.max(newest, lastSeenUs), 0),
      shared: own.filter(({ node }) => (homes.get(node)?.length ?? 0) > 1).map(({ name }) => name),
    };
  });
  return summaries.sort(
    (a, b) => troubleOf(b) - troubleOf(a) || a.lab.localeCompare(b.lab, 'en', { numeric: true }),
  );
}

function nameOf(nodes: readonly KnownNode[], id: string): string {
  return nodes.find(({ node }) => node === id)?.name ?? id;
}

/** Critical alerts before others, and silent machines before none. */
function troubleOf({ alerts, silent }: LabSummary): number {
  if (alerts.some(({ severity }) => severity === 'critical')) return 3;
  return alerts.length > 0 ? 2 : silent > 0 ? 1 : 0;
}
