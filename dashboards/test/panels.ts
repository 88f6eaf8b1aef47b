import type { Measurement } from '@nestwatch/proto/catalogue';
import { measurement } from '../src/catalogue.ts';
import { files } from '../src/index.ts';

/** One query as it stands in a dashboard. */
export interface ShownQuery {
  /** "Overhead / Steal A", to name it in a failure. */
  readonly where: string;
  readonly panel: string;
  readonly query: string;
  readonly resultFormat: string;
}

interface Target {
  refId?: string;
  query?: string;
  resultFormat?: string;
  alias?: string;
}

interface Panel {
  title: string;
  type: string;
  id: number;
  description?: string;
  targets?: Target[];
  gridPos: { x: number; y: number; w: number; h: number };
  transformations?: { id: string }[];
  /** Of a folded row. */
  collapsed?: boolean;
  panels?: Panel[];
  /** Of a row: the variable for each of whose values it is there. */
  repeat?: string;
  timeFrom?: string;
  interval?: string;
  maxDataPoints?: number;
  options?: { sortBy?: { displayName: string; desc: boolean }[] };
  fieldConfig: {
    defaults: {
      unit?: string;
      thresholds?: { steps: { value: number | null }[] };
      color?: { mode: string };
      custom?: { stacking?: { mode: string }; spanNulls?: boolean | number };
    };
    overrides: { properties: { id: string }[] }[];
  };
}

interface Dashboard {
  title: string;
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; query: string; current?: { value: unknown } }[] };
  annotations: { list: { name: string; target?: Target }[] };
  links: { type: string; title: string; url: string; includeVars: boolean; keepTime: boolean }[];
  tags: string[];
}

export const dashboards: Dashboard[] = [...files().values()].map((text) => JSON.parse(text) as Dashboard);

/** All panels, those of folded rows too. */
export function allPanels({ panels }: Dashboard): Panel[] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

/** The queries of every panel. */
export const panelQueries: ShownQuery[] = dashboards.flatMap((dashboard) =>
  allPanels(dashboard).flatMap((panel) =>
    (panel.targets ?? []).map((target) => {
      const name = `${dashboard.title.replace('nestwatch / ', '')} / ${panel.title}`;
      return shown(name, `${name} ${target.refId}`, target);
    }),
  ),
);

/** The queries of variables and annotations. */
export const otherQueries: ShownQuery[] = dashboards.flatMap(({ title, templating, annotations }) => [
  ...templating.list.flatMap(({ name, type, query }) =>
    type === 'query' ? [shown(title, `${title} variable ${name}`, { query })] : [],
  ),
  ...annotations.list.flatMap(({ name, target }) =>
    target === undefined ? [] : [shown(title, `${title} annotation ${name}`, target)],
  ),
]);

/** The measurement that a query reads; throws for one outside the catalogue. */
export function measurementOf(query: string): Measurement {
  const name = /FROM "([^"]+)"/.exec(query)?.[1];
  if (name === undefined) throw new Error(`no measurement in ${query}`);
  return measurement(name);
}

/** Names in double quotes that a query reads: fields and tags, not what it calls its results. */
export function namesIn(query: string): string[] {
  const withoutResults = query.replaceAll(/ AS "[^"]*"/g, '').replaceAll(/FROM "[^"]*"/g, '');
  return [...withoutResults.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
}

function shown(panel: string, where: string, target: Target): ShownQuery {
  return { panel, where, query: target.query ?? '', resultFormat: target.resultFormat ?? '' };
}
