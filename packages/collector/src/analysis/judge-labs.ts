import { type Log, silentLog } from '@nestwatch/common/log';
import type { Store } from '../influx/store.ts';
import { isSameEnvironment } from '../read/environment.ts';
import { NODE_SPAN_MS, NODE_STATE } from '../read/node-state.ts';
import { createNodesReader } from '../read/nodes.ts';
import { readProbes } from '../read/probes.ts';
import type { Reader } from '../read/query.ts';
import { type Result, streamKey } from '../read/result.ts';
import { type ResultsByLab, readBenchmarks } from '../read/results.ts';
import type { Acceptance } from './acceptance.ts';
import { createTimelines } from './environment/timelines.ts';
import type { JudgedLab, JudgedNode, PipelineView, StreamView } from './judged-lab.ts';
import { createLongReader } from './long-reader.ts';
import { type LongViews, NO_VIEWS } from './long-views.ts';
import { type References, referencesOf } from './references.ts';
import { isProbe } from './result-groups.ts';
import { buildStreams } from './streams.ts';

/** What the labs measured; the thinned-out points where there are any. */
type HistoryStore = Reader & Partial<Pick<Store, 'queryThinned'>>;

interface HistorySettings {
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
/** A window is read when messages of its last seconds should be written. */
const WRITTEN_AFTER_US = 15_000_000;

/** Reads and judges how all labs are now. Everything comes from InfluxDB: what is judged is what is shown. */
export function createJudge(store: HistoryStore, settings: HistorySettings, log: Log = silentLog) {
  const history = createHistory(store, settings, log);
  const readNodes = createNodesReader(store, NODE_STATE, NODE_SPAN_MS);
  return async (
    nowUs: number,
    pipeline: PipelineView,
    acceptances: readonly Acceptance[] = [],
  ): Promise<JudgedLab[]> => {
    const [labs] = await Promise.all([readNodes(nowUs), history.refresh(nowUs)]);
    return [...labs].map(([lab, states]) => {
      const accepted = acceptances.filter((each) => each.lab === lab);
      const streams = history.streams(lab, referencesOf(states), accepted);
      const nodes = new Map<string, JudgedNode>();
      for (const [node, state] of states) {
        const changes = history.changes(lab, node);
        nodes.set(node, { ...state, streams: streams.get(node) ?? [], changes });
      }
      return { lab, nowUs, nodes, pipeline };
    });
  };
}

/** What the labs measured over weeks, kept in memory, and the streams judged from it. */
function createHistory(store: HistoryStore, settings: HistorySettings, log: Log) {
  const readLong = createLongReader(store.queryThinned, log);
  let longViews: LongViews = NO_VIEWS;
  const labs = new Map<string, Map<string, BenchmarkHistory>>();
  const environments = new Map<string, ReturnType<typeof createTimelines>>();
  let wholeUs = Number.NEGATIVE_INFINITY;
  let moreUs = Number.NEGATIVE_INFINITY;
  let probesUpToUs = 0;

  const take = (found: ResultsByLab) => {
    for (const [lab, results] of found) {
      const benchmarks = labs.get(lab) ?? new Map<string, BenchmarkHistory>();
      labs.set(lab, benchmarks);
      const timelines = environments.get(lab) ?? createTimelines();
      environments.set(lab, timelines);
      for (const result of results) {
        const benchmark = benchmarks.get(result.benchmark) ?? createBenchmarkHistory();
        benchmarks.set(result.benchmark, benchmark);
        benchmark.add(result);
        timelines.add(result);
      }
    }
  };

  const refreshBenchmarks = async (nowUs: number, oldestUs: number, whole: boolean) => {
    const more = nowUs - moreUs > MORE_EVERY_US;
    take(await readBenchmarks(store, whole ? oldestUs : nowUs - (more ? MORE_US : OVERLAP_US)));
    if (more) moreUs = nowUs;
  };

  const refreshProbes = async (nowUs: number, oldestUs: number, whole: boolean) => {
    const windowUs = settings.probeWindowMs * 1000;
    const toUs = nowUs - WRITTEN_AFTER_US;
    if (!whole && toUs < probesUpToUs + windowUs) return;
    const fromUs = whole ? oldestUs : Math.max(oldestUs, probesUpToUs - 2 * windowUs);
    take(await readProbes(store, { fromUs, toUs, windowUs }));
    probesUpToUs = Math.floor(toUs / windowUs) * windowUs;
  };

  return {
    /** Reads what is new. */
    async refresh(nowUs: number): Promise<void> {
      const whole = nowUs - wholeUs > WHOLE_EVERY_US;
      const oldestUs = nowUs - settings.benchmarksMs * 1000;
      const oldestProbeUs = nowUs - PROBE_WINDOWS * settings.probeWindowMs * 1000;
      longViews = await readLong(nowUs, oldestUs);
      await refreshBenchmarks(nowUs, oldestUs, whole);
      await refreshProbes(nowUs, oldestProbeUs, whole);
      if (!whole) return;
      wholeUs = nowUs;
      for (const timelines of environments.values()) timelines.forget(oldestUs);
      for (const [name, benchmark] of [...labs.values()].flatMap((benchmarks) => [...benchmarks])) {
        benchmark.forget(isProbe({ benchmark: name }) ? oldestProbeUs : oldestUs);
      }
    },
    /** What changed in a node, oldest first. */
    changes: (lab: string, node: string) => environments.get(lab)?.changes(node) ?? [],
    /** Judged streams of each node of a lab. Computed again only for benchmarks with new results. */
    streams(
      lab: string,
      references: readonly References[],
      accepted: readonly Acceptance[],
    ): ReadonlyMap<string, readonly StreamView[]> {
      const all = new Map<string, StreamView[]>();
      const version = JSON.stringify([references, accepted]);
      for (const benchmark of labs.get(lab)?.values() ?? []) {
        for (const [node, streams] of benchmark.streams(references, accepted, version, longViews, lab)) {
          all.set(node, [...(all.get(node) ?? []), ...streams]);
        }
      }
      return all;
    },
  };
}

type BenchmarkHistory = ReturnType<typeof createBenchmarkHistory>;

/** The results of one benchmark or probe in one lab, and the streams judged from them. */
function createBenchmarkHistory() {
  const results = new Map<string, Result>();
  let judged: { version: string; longViews: LongViews; streams: ReturnType<typeof buildStreams> } | undefined;
  return {
    add(result: Result): void {
      const key = [result.node, streamKey(result), result.timeUs].join('\0');
      const before = results.get(key);
      // An environment may be written a moment after its result.
      const isKnown = isSameEnvironment(before?.environment, result.environment);
      if (isKnown && before?.secondsPerUnit === result.secondsPerUnit) return;
      results.set(key, result);
      judged = undefined;
    },
    /** Forgets what was measured before a time, µs since 1970. */
    forget(oldestUs: number): void {
      for (const [key, result] of results) {
        if (result.timeUs >= oldestUs) continue;
        results.delete(key);
        judged = undefined;
      }
    },
    /**
     * Judged streams of each node, computed again only when there is something new.
     * @param version another text whenever the references or acceptances are others
     */
    streams(
      references: readonly References[],
      accepted: readonly Acceptance[],
      version: string,
      longViews: LongViews,
      lab: string,
    ) {
      if (judged?.version !== version || judged.longViews !== longViews) {
        const streams = buildStreams([...results.values()], references, accepted, longViews, lab);
        judged = { version, longViews, streams };
      }
      return judged.streams;
    },
  };
}
