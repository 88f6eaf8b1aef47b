import { type Environment, isSameEnvironment } from '../../read/environment.ts';
import type { Result } from '../../read/result.ts';
import { changesOf, type EnvironmentChange } from './changes.ts';

/** What stood beside the results of the nodes of one lab, whatever benchmark they were of. */
export function createTimelines() {
  const nodes = new Map<string, ReturnType<typeof createTimeline>>();
  return {
    add({ node, timeUs, environment }: Pick<Result, 'node' | 'timeUs' | 'environment'>): void {
      if (environment === undefined) return;
      const timeline = nodes.get(node) ?? createTimeline();
      nodes.set(node, timeline);
      timeline.add(timeUs, environment);
    },
    /** Forgets what stood before a time, µs since 1970. */
    forget(oldestUs: number): void {
      for (const [node, timeline] of nodes) if (timeline.forget(oldestUs) === 0) nodes.delete(node);
    },
    /** Changes of a node's environment, oldest first. */
    changes: (node: string): readonly EnvironmentChange[] => nodes.get(node)?.changes() ?? [],
  };
}

function createTimeline() {
  const rows = new Map<number, Environment>();
  let changes: readonly EnvironmentChange[] | undefined = [];
  return {
    add(timeUs: number, environment: Environment): void {
      if (isSameEnvironment(rows.get(timeUs), environment)) return;
      rows.set(timeUs, environment);
      changes = undefined;
    },
    forget(oldestUs: number): number {
      for (const timeUs of rows.keys()) {
        if (timeUs >= oldestUs) continue;
        rows.delete(timeUs);
        changes = undefined;
      }
      return rows.size;
    },
    changes(): readonly EnvironmentChange[] {
      changes ??= changesOf([...rows].map(([timeUs, environment]) => ({ timeUs, environment })));
      return changes;
    },
  };
}
