import { createChanges } from '../../analysis/changes/create-changes.ts';
import { readAlerts, readFiring } from '../../read/alerts.ts';
import { readEvents } from '../../read/lab-page.ts';
import { type LabRow, readLab } from '../../read/lab-table.ts';
import { readNodeDetail } from '../../read/node-detail.ts';
import { labsOf, readNodes } from '../../read/nodes.ts';
import { type HistoryReader, within } from '../../read/query.ts';
import { SEVERITIES } from '../../read/severity.ts';
import { isSilent } from '../../read/silent.ts';
import type { SchemaName } from './schemas.ts';

const HOUR_MS = 3_600_000;
/** Events of one answer. */
const MOST_EVENTS = 1000;

/** What one is asked. */
export interface Question {
  readonly store: HistoryReader;
  readonly nowUs: number;
  /** Parts of the path, by the names in its braces. They are ids. */
  readonly lab: string;
  readonly node: string;
  /** The parameter `hours`; undefined where it was not given. */
  readonly hours: number | undefined;
}

export interface Route {
  /** Such as /api/v1/labs/{lab}. */
  readonly path: string;
  readonly summary: string;
  /** What `hours` does here; absent where it is not taken. */
  readonly hours?: string;
  readonly answers: SchemaName;
  /** Undefined where unknown lab or machine. @throws as Reader.query */
  answer(question: Question): Promise<object | undefined>;
}

/** All that /api/v1 answers. docs/reference/openapi.json is made from it; fields are only ever added. */
export const routes: readonly Route[] = [
  {
    path: '/api/v1/labs',
    summary: 'All labs that reported in the last 30 days',
    answers: 'Labs',
    answer: readLabs,
  },
  {
    path: '/api/v1/labs/{lab}/nodes',
    summary: 'The machines of a lab, as `nestwatch lab` shows them',
    answers: 'Nodes',
    async answer({ store, lab, nowUs }) {
      const rows = await readLab(store, lab);
      return rows.length === 0
        ? undefined
        : { lab, nowUs, nodes: rows.map((row) => withSilence(row, nowUs)) };
    },
  },
  {
    path: '/api/v1/labs/{lab}/nodes/{node}',
    summary: 'One machine, with its facts and probes',
    answers: 'NodeDetail',
    async answer({ store, lab, node, nowUs }) {
      const row = (await readLab(store, lab)).find((each) => each.node === node);
      if (row === undefined) return undefined;
      const { facts, probes } = await readNodeDetail(store, lab, node);
      return { ...withSilence(row, nowUs), facts, probes };
    },
  },
  {
    path: '/api/v1/labs/{lab}/alerts',
    summary: 'Firing alerts, most severe first',
    hours: 'Instead: alerts that fired within this many hours, newest first',
    answers: 'Alerts',
    async answer({ store, lab, nowUs, hours }) {
      const fromUs = nowUs - (hours ?? 0) * HOUR_MS * 1000;
      const span = { fromUs, toUs: nowUs };
      return {
        lab,
        nowUs,
        alerts: await (hours === undefined ? readFiring(store, lab) : readAlerts(store, lab, span)),
      };
    },
  },
  {
    path: '/api/v1/labs/{lab}/events',
    summary: `What happened on its machines, at most ${MOST_EVENTS} events`,
    hours: 'How far back; by default 24 hours',
    answers: 'Events',
    answer: async ({ store, lab, nowUs, hours = 24 }) => ({
      ...{ lab, nowUs },
      events: await readEvents(store, lab, [within(hours * HOUR_MS)], MOST_EVENTS),
    }),
  },
  {
    path: '/api/v1/labs/{lab}/changes',
    summary: 'What changed, as `nestwatch changes` shows it',
    hours: 'How long ago the other moment is; by default 24 hours',
    answers: 'Changes',
    async answer({ store, lab, nowUs, hours = 24 }) {
      const sinceUs = nowUs - hours * HOUR_MS * 1000;
      return createChanges(store, { lab, sinceUs, toUs: nowUs, isLive: true });
    },
  },
];

function withSilence(row: LabRow, nowUs: number) {
  return { ...row, silent: isSilent(row.lastSeenUs, nowUs) };
}

async function readLabs({ store, nowUs }: Question) {
  const [nodes, alerts] = await Promise.all([readNodes(store), readFiring(store)]);
  const labs = labsOf(nodes).map((lab) => {
    const own = nodes.filter((each) => each.lab === lab);
    const firing = alerts.filter((alert) => alert.lab === lab);
    const count = (severity: string) => firing.filter((alert) => alert.severity === severity).length;
    return {
      lab,
      nodes: own.length,
      silent: own.filter(({ lastSeenUs }) => isSilent(lastSeenUs, nowUs)).length,
      lastSeenUs: Math.max(...own.map(({ lastSeenUs }) => lastSeenUs)),
      firing: Object.fromEntries(SEVERITIES.map((severity) => [severity, count(severity)])),
    };
  });
  return { nowUs, labs };
}
