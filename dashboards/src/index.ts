import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { benchmarks } from './boards/benchmarks.ts';
import { lab } from './boards/lab.ts';
import { node } from './boards/node.ts';
import { overhead } from './boards/overhead.ts';
import { pipeline } from './boards/pipeline.ts';
import type { BoardSpec } from './spec.ts';

export const boards: readonly BoardSpec[] = [lab, benchmarks, overhead, node, pipeline];

/** Every dashboard's file name and text, as they stand in dashboards/. The same catalogue gives the same bytes. */
export function files(): Map<string, string> {
  return new Map(boards.map((spec) => [`${spec.uid}.json`, text(board(spec))]));
}

function text(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
