import { dashboard } from './dashboard.ts';
import { benchmarks } from './dashboards/benchmarks.ts';
import { compare } from './dashboards/compare.ts';
import { lab } from './dashboards/lab.ts';
import { node } from './dashboards/node.ts';
import { overhead } from './dashboards/overhead.ts';
import { pipeline } from './dashboards/pipeline.ts';
import type { DashboardSpec } from './spec.ts';
import { uidOf } from './titles.ts';

export const dashboards: readonly DashboardSpec[] = [lab, benchmarks, compare, overhead, node, pipeline];

/** Every dashboard's file name and text, as they stand in dashboards/. The same catalogue gives the same bytes. */
export function files(): Map<string, string> {
  return new Map(
    dashboards.map((spec) => [`${uidOf(spec)}.json`, `${JSON.stringify(dashboard(spec), null, 2)}\n`]),
  );
}
