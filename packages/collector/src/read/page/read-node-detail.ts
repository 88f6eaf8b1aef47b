import { fieldOf, wordOf } from '@nestwatch/proto/catalogue';
import { detailQueries } from './queries.ts';
import type { Reader } from './read-lab-view.ts';

const PROBE_STATUS = fieldOf('nestwatch_probe', 'status');

/** What only a node's own page shows. */
export interface NodeDetail {
  readonly facts: readonly { fact: string; value: string; reason: string; source: string }[];
  readonly probes: readonly { probe: string; state: string; reason: string; durationUs: number }[];
}

/** Reads the facts and the probes of one node. */
export async function readNodeDetail(store: Reader, lab: string, node: string): Promise<NodeDetail> {
  const queries = detailQueries(lab, node);
  const [facts, probes] = await Promise.all([store.query(queries.facts), store.query(queries.probes)]);
  return {
    facts: facts.map(({ tags, rows }) => ({
      fact: tags['fact'] ?? '',
      value: String(rows[0]?.['value'] ?? ''),
      reason: String(rows[0]?.['reason'] ?? ''),
      source: String(rows[0]?.['source'] ?? ''),
    })),
    probes: probes.map(({ tags, rows }) => ({
      probe: tags['probe'] ?? '',
      state: wordOf(PROBE_STATUS, rows[0]?.['status']),
      reason: String(rows[0]?.['reason'] ?? ''),
      durationUs: Number(rows[0]?.['duration_us'] ?? 0),
    })),
  };
}
