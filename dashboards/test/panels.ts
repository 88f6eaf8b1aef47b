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
  fieldConfig: {
    defaults: {
      unit?: string;
      thresholds?: { steps: { value: number | null }[] };
      custom?: { stacking?: { mode: string } };
    };
    overrides: { properties: { id: string }[] }[];
  };
}

interface Dashboard {
  title: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; query: string | Target }[] };
  annotations: { list: { name: string; target?: Target }[] };
  links: { type: string; tags: string[]; includeVars: boolean; keepTime: boolean }[];
  tags: string[];
}

export const dashboards: Dashboard[] = [...files().values()].map((text) => JSON.parse(text) as Dashboard);

/** The queries of every panel. */
export const panelQueries: ShownQuery[] = dashboards.flatMap((dashboard) =>
  dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => {
      const name = `${dashboard.title.replace('nestwatch / ', '')} / ${panel.title}`;
      return shown(name, `${name} ${target.refId}`, target);
    }),
  ),
);

/** The queries of variables and annotations. */
export const otherQueries: ShownQuery[] = dashboards.flatMap(({ title, templating, annotations }) => [
  ...templating.list.flatMap(({ name, query }) =>
    typeof query === 'string' ? [] : [shown(title, `${title} variable ${name}`, query)],
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
