import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '@nestwatch/collector/influx/store';
import { groupBy } from '@nestwatch/common/group-by';
import { panelQueries } from '../../../dashboards/test/panels.ts';
import { expandForGrafana } from '../../support/grafana.ts';
import { LAB, type UpgradeLab } from './upgrade-lab.ts';

/** From when to when, ms since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Time over which a panel sums up, and so the least length of a gap. */
export const STEP_S = 5;

/** Measurements with points at every interval of an agent or a collector, whatever happens in the lab. */
const OFTEN = [
  ...[
    'report',
    'cpu_time',
    'exit_latency',
    'timer_latency',
    'clock_cost',
    'run_delay',
    'pressure',
    'context',
  ],
  ...['memory', 'disk', 'net', 'load', 'probe', 'guests', 'delivery', 'collector'],
];
/** Those that the collector writes once a minute. */
const EACH_MINUTE = ['topology', 'presence'];

export type Pace = 'often' | 'each minute';

/**
 * Queries of all panels, of the dashboards as they are and of those of 0.1.0, that read what comes at this pace; but for
 * those of another time or lab.
 */
export function queriesOf({ release }: UpgradeLab, pace: Pace): string[] {
  const old = readdirSync(release.dashboards).flatMap((file) =>
    queriesIn(JSON.parse(readFileSync(join(release.dashboards, file), 'utf8'))),
  );
  const wanted = (pace === 'often' ? OFTEN : EACH_MINUTE).map((name) => `nestwatch_${name}`);
  return [...new Set([...panelQueries.map(({ query }) => query), ...old])]
    .filter((query) => wanted.includes(/FROM "([^"]+)"/.exec(query)?.[1] ?? ''))
    .filter((query) => !/\$(shift|other_lab)\b/.test(query));
}

/** Every "query" of a panel, wherever it stands in a dashboard's JSON. */
function queriesIn(dashboard: { panels: { targets?: { query?: string }[] }[] }): string[] {
  return dashboard.panels.flatMap(({ targets = [] }) => targets.flatMap(({ query }) => query ?? []));
}

/** One line of a panel: what names it, and the times at which it has a value, ms since 1970. */
export interface Line {
  readonly name: string;
  readonly timesMs: readonly number[];
}

/**
 * What a panel draws of the lab in a span, by names: the tags that tell lines apart and the column. Left out is what is
 * not steady: messages other than samples, and nodes that wait for their place.
 */
export async function linesOf(store: Pick<Store, 'query'>, query: string, span: Span): Promise<Line[]> {
  const isSteady = ({ kind = 'sample', layer }: Readonly<Record<string, string>>) =>
    kind === 'sample' && layer !== 'unknown';
  const all = { all: '.*' };
  const variables = { lab: LAB, node: query.includes('=~') ? all : 'middle', layer: all };
  const scope = { ...span, interval: `${STEP_S}s`, variables };
  const series = (await store.query(expandForGrafana(query, scope))).filter(({ tags }) => isSteady(tags));
  const points = series.flatMap(({ tags, rows }) =>
    rows.flatMap((row) =>
      Object.entries(row)
        .filter(([column, value]) => column !== 'time' && value !== null)
        .map(([column]) => ({
          name: JSON.stringify({ ...tags, column }),
          timeMs: Number(row['time']) / 1000,
        })),
    ),
  );
  return [...groupBy(points, ({ name }) => name)]
    .map(([name, of]) => ({ name, timesMs: of.map(({ timeMs }) => timeMs) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
