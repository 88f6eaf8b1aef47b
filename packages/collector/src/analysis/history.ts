import type { Store } from '../influx/store.ts';
import type { Result } from '../read/result.ts';
import { type ResultsByLab, readBenchmarks, readProbes } from '../read/results.ts';
import type { StreamView } from './judged-lab.ts';
import { buildStreams, type Place } from './streams.ts';

export interface HistorySettings {
  /** How far back benchmark results are read. */
  readonly benchmarksMs: number;
  /** Length of the windows in which probes are summed up. */
  readonly probeWindowMs: number;
}

/** Windows of probes that are remembered: a baseline and what follows it. */
const PROBE_WINDOWS = 160;
const MINUTE_US = 60_000_000;
/**
 * Results come late from agents that were cut off, and stand where they were measured. So much is read again each
 * time, more of it every few minutes, and the whole every hour.
 */
const OVERLAP_US = 20 * MINUTE_US;
const MORE_US = 6 * 60 * MINUTE_US;
const MORE_EVERY_US = 5 * MINUTE_US;
const WHOLE_EVERY_US = 60 * MINUTE_US;
/** A window is read when reports of its last seconds should be written. */
const SETTLE_US = 15_000_000;

/** What the labs measured over weeks, kept in memory, and the streams judged from it. */
export interface History {
  /** Reads what is new. */
  refresh(nowUs: number): Promise<void>;
  /** Judged streams of each node of a lab. Computed again only for benchmarks with new results. */
  streams(lab: string, places: readonly Place[]): ReadonlyMap<string, readonly StreamView[]>;
}

export function createHistory(store: Pick<Store, 'query'>, settings: HistorySettings): History {
  const labs = new Map<string, Map<string, Benchmark>>();
  let wholeUs = Number.NEGATIVE_INFINITY;
  let moreUs = Number.NEGATIVE_INFINITY;
  let probesUpToUs = 0;

  const take = (found: ResultsByLab) => {
    for (const [lab, results] of found) {
      const benchmarks = labs.get(lab) ?? new Map<string, Benchmark>();
      labs.set(lab, benchmarks);
      for (const result of results) {
        const benchmark = benchmarks.get(result.benchmark) ?? { results: new Map(), changed: true };
        benchmarks.set(result.benchmark, benchmark);
        add(benchmark, result);
      }
    }
  };

  return {
    async refresh(nowUs) {
      const whole = nowUs - wholeUs > WHOLE_EVERY_US;
      const oldestUs = nowUs - settings.benchmarksMs * 1000;
      const more = nowUs - moreUs > MORE_EVERY_US;
      take(await readBenchmarks(store, whole ? oldestUs : nowUs - (more ? MORE_US : OVERLAP_US)));
      if (more) moreUs = nowUs;
      const windowUs = settings.probeWindowMs * 1000;
      const oldestProbeUs = nowUs - PROBE_WINDOWS * windowUs;
      const toUs = nowUs - SETTLE_US;
      if (whole || toUs >= probesUpToUs + windowUs) {
        const fromUs = whole ? oldestProbeUs : Math.max(oldestProbeUs, probesUpToUs - 2 * windowUs);
        take(await readProbes(store, { fromUs, toUs, windowUs }));
        probesUpToUs = Math.floor(toUs / windowUs) * windowUs;
      }
      if (!whole) return;
      wholeUs = nowUs;
      for (const benchmarks of labs.values()) {
        for (const [name, benchmark] of benchmarks)
          forget(benchmark, name.startsWith('probe.') ? oldestProbeUs : oldestUs);
      }
    },
    streams(lab, places) {
      const all = new Map<string, StreamView[]>();
      const placed = JSON.stringify(places);
      for (const benchmark of labs.get(lab)?.values() ?? []) {
        if (benchmark.changed || benchmark.placed !== placed || benchmark.streams === undefined) {
          benchmark.streams = buildStreams([...benchmark.results.values()], places);
          benchmark.changed = false;
          benchmark.placed = placed;
        }
        for (const [node, streams] of benchmark.streams)
          all.set(node, [...(all.get(node) ?? []), ...streams]);
      }
      return all;
    },
  };
}

interface Benchmark {
  readonly results: Map<string, Result>;
  changed: boolean;
  placed?: string;
  streams?: Map<string, StreamView[]>;
}

function add(benchmark: Benchmark, result: Result): void {
  const key = [result.node, result.variant, result.target, result.timeUs].join('\0');
  const before = benchmark.results.get(key);
  // A fingerprint may be written a moment after its result.
  if (before?.secondsPerUnit === result.secondsPerUnit && before?.fingerprint === result.fingerprint) return;
  benchmark.results.set(key, result);
  benchmark.changed = true;
}

function forget(benchmark: Benchmark, oldestUs: number): void {
  for (const [key, result] of benchmark.results) {
    if (result.timeUs >= oldestUs) continue;
    benchmark.results.delete(key);
    benchmark.changed = true;
  }
}
