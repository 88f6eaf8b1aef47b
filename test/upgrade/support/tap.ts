import type { NatsConnection } from '@nats-io/transport-node';
import { type Kind, parseReportSubject, v1 } from '@nestwatch/proto';

/** A message of an agent, as it passed on the wire. */
export interface Passed {
  readonly node: string;
  readonly kind: Kind;
  /** The run of the agent, `boot` on the wire. */
  readonly run: string;
  readonly seq: number;
  /** Where its points stand, µs since 1970: all programs of a test share one clock. */
  readonly wallUs: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * What the agents of a lab published, heard beside the stream: the books that the collectors' books are compared with.
 * A message that was sent again is there once.
 */
export interface Tap {
  readonly nodes: () => string[];
  /** "run seq" of everything that a node published. */
  numbers(node: string): Set<string>;
  passed(node: string): Passed[];
  /** Messages that were published, repetitions included. */
  readonly published: () => number;
  /** All the nodes' messages, each once. */
  readonly total: () => number;
}

const types = {
  sample: v1.Sample,
  capability: v1.Capability,
  benchmark: v1.BenchmarkResult,
  event: v1.Event,
};

/** Listens from now on. */
export function tapReports(connection: NatsConnection, lab: string): Tap {
  const found = new Map<string, Map<string, Passed>>();
  let published = 0;
  connection.subscribe(`nestwatch.${lab}.*.*`, {
    callback(_, { subject, data }) {
      const report = parseReportSubject(subject);
      if (report === undefined) return;
      const { node, kind } = report;
      const body = types[kind].decode(data);
      const { boot = '', seq = 0, wallUs = 0 } = body.header ?? {};
      const mine = found.get(node) ?? new Map<string, Passed>();
      found.set(node, mine);
      const passed: Passed = {
        node,
        kind,
        run: boot ?? '',
        seq: seq ?? 0,
        wallUs: wallUs ?? 0,
        body: { ...body },
      };
      mine.set(`${boot} ${seq}`, passed);
      published += 1;
    },
  });
  return {
    nodes: () => [...found.keys()].sort(),
    numbers: (node) => new Set(found.get(node)?.keys()),
    passed: (node) => [...(found.get(node)?.values() ?? [])],
    published: () => published,
    total: () => [...found.values()].reduce((sum, each) => sum + each.size, 0),
  };
}

/** Runs of a node, and the highest number of each. */
export function runsOf(passed: readonly Passed[]): Map<string, number> {
  const runs = new Map<string, number>();
  for (const { run, seq } of passed) runs.set(run, Math.max(seq, runs.get(run) ?? 0));
  return runs;
}
