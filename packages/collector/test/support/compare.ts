import type { Environment } from '../../src/read/environment.ts';
import type { KnownNode } from '../../src/read/nodes.ts';
import type { Result } from '../../src/read/result.ts';
import type { Span } from '../../src/read/span.ts';

export const HOUR_US = 3_600_000_000;
export const START_US = Date.parse('2026-11-01T00:00:00Z') * 1000;

export const environment = (kernel: string, more: Partial<Environment> = {}): Environment => ({
  kernel,
  cpuModel: 'EPYC',
  cpus: 2,
  memoryBytes: 2e9,
  clocksource: 'tsc',
  parentHypervisor: 'pc-q35-7.2',
  nodeVersion: 'v20.20.2',
  mitigations: '',
  ...more,
});

/** A result of cpu.sha256 on guest1 in the round of an hour. */
export function result(hour: number, more: Partial<Result> = {}): Result {
  const timeUs = START_US + hour * HOUR_US;
  const benchmark = more.benchmark ?? 'cpu.sha256';
  return {
    node: 'guest1',
    benchmark,
    variant: '',
    target: '',
    unit: 'byte',
    timeUs,
    outcome: 1,
    reason: '',
    disturbances: '',
    argumentsHash: 'a',
    round: `${benchmark}@${new Date(timeUs / 1000).toISOString()}`,
    secondsPerUnit: 1e-9 * (1 + (hour % 3) / 100),
    ...more,
  };
}

export const node = (id: string, layer: number, more: Partial<KnownNode> = {}): KnownNode => ({
  lab: 'a',
  node: id,
  name: id,
  layer,
  lastSeenUs: START_US,
  ...more,
});

export function span(results: readonly Result[], more: Partial<Span> = {}): Span {
  return {
    lab: 'a',
    fromUs: START_US,
    toUs: START_US + 100 * HOUR_US,
    nodes: [node('guest1', 1)],
    results,
    messages: new Map(),
    facts: [],
    ...more,
  };
}
