import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import type { HistoryReader } from '../../read/query.ts';
import { type Result, type StreamId, streamKey } from '../../read/result.ts';
import { readSpan } from '../../read/span.ts';
import { isProbe } from '../result-groups.ts';
import { compareResults, type Limits, type StreamSide } from './compare-results.ts';
import type { ComparedRow, ComparedSide, ComparedStream, Comparison, RowVerdict } from './comparison.ts';
import { differences } from './differences.ts';
import { divide } from './divide.ts';
import { doubts } from './doubts.ts';
import { type NodePair, nodeOf, pairNodes } from './pair-nodes.ts';
import { type ComparisonRequest, longestUs } from './request.ts';
import { resultsByNode, type Side, type Sides, wholeSide } from './sides.ts';

/** Probes are summed up by windows: this many on the longer side, which hardly resemble their neighbours, and none shorter. */
const WINDOWS = 60;
const SHORTEST_WINDOW_US = 600e6;

/** Reads and computes all that a comparison says. @throws UsageError when there is nothing of what was asked for */
export async function createComparison(
  store: HistoryReader,
  request: ComparisonRequest,
): Promise<Comparison> {
  const sides = await readSides(store, request);
  const pairs = pairNodes(sides.before.span.nodes, sides.after.span.nodes);
  const streams = compareStreams(sides, pairs, request, request.benchmark);
  const rows = streams.flatMap((each) => each.rows);
  const count = (verdict: RowVerdict) => rows.filter((row) => row.verdict === verdict).length;
  return defined({
    before: summaryOf(sides.before, request.benchmark),
    after: summaryOf(sides.after, request.benchmark),
    worth: request.worth,
    failAbove: request.failAbove,
    counts: {
      slower: count('slower'),
      same: count('same'),
      faster: count('faster'),
      'too little to tell': count('too little to tell'),
      'not compared': count('not compared'),
    },
    streams,
    environment: differences(sides, pairs),
    notes: [...sides.notes, ...doubts(sides, pairs)],
  });
}

async function readSides(store: HistoryReader, request: ComparisonRequest): Promise<Sides> {
  const windowUs = Math.max(SHORTEST_WINDOW_US, Math.ceil(longestUs(request) / WINDOWS / 60e6) * 60e6);
  const read = (lab: string, { fromUs, toUs }: { fromUs: number; toUs: number }) =>
    readSpan(store, { lab, fromUs, toUs, windowUs });
  if (request.kind === 'environment') return divide(await read(request.lab, request), request);
  const [before, after] =
    request.kind === 'labs'
      ? request.labs.map((lab) => ({ ...request, lab, label: `lab ${lab}` }))
      : [request.before, request.after].map((each) => ({ ...each, lab: request.lab }));
  if (before === undefined || after === undefined) throw new Error('a comparison has two sides');
  const [was, is] = await Promise.all([read(before.lab, before), read(after.lab, after)]);
  return {
    before: wholeSide(before.label, was),
    after: wholeSide(after.label, is),
    dividedBy: new Map(),
    notes: [],
  };
}

function compareStreams(
  sides: Sides,
  pairs: readonly NodePair[],
  limits: Limits,
  benchmark: string | undefined,
): ComparedStream[] {
  // A target on one side may be another node on the other.
  const idOf = new Map(pairs.map((pair) => [pair.before?.node ?? '', nodeOf(pair).node]));
  const [old, now] = [sideReader(sides.before, idOf), sideReader(sides.after, new Map())];
  const wanted = (stream: StreamId) => benchmark === undefined || stream.benchmark === benchmark;
  const streams = new Map<string, StreamId & { unit: string }>();
  for (const { node } of sides.before.span.nodes) old.collect(node, streams);
  for (const { node } of sides.after.span.nodes) now.collect(node, streams);
  return [...streams]
    .filter(([, stream]) => wanted(stream))
    .map(([key, { benchmark: name, variant, target, unit }]) => ({
      benchmark: name,
      variant,
      target,
      unit,
      targetName: pairs.map(nodeOf).find(({ node }) => node === target)?.name ?? target,
      rows: pairs.flatMap((pair): ComparedRow[] => {
        const [was, is] = [old.read(key, pair.before), now.read(key, pair.after)];
        if (was.own.length + is.own.length === 0) return [];
        const { node, name: called, layer } = nodeOf(pair);
        const dividedBy = sides.dividedBy.get(node);
        const by = dividedBy && { node: dividedBy.node, name: dividedBy.name };
        return [defined({ node, name: called, layer, ...compareResults(was, is, limits), dividedBy: by })];
      }),
    }))
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => order(a).localeCompare(order(b), 'en', { numeric: true }));
}

/** Reads one side by node and stream, targets under the ids that they have on the other. */
function sideReader({ span, resultsOf }: Side, idOf: ReadonlyMap<string, string>) {
  const streamOf = ({ benchmark, variant, target }: Result) => ({
    benchmark,
    variant,
    target: idOf.get(target) ?? target,
  });
  const byStream = (of: (node: string) => readonly Result[]) => {
    const known = new Map<string, Map<string, Result[]>>();
    return (node: string) => {
      const found = known.get(node) ?? groupBy(of(node), (result) => streamKey(streamOf(result)));
      known.set(node, found);
      return found;
    };
  };
  const own = byStream(resultsOf);
  // A parent may be on another side than its guest, or on none.
  const all = byStream(resultsByNode(span.results));
  return {
    collect(node: string, streams: Map<string, StreamId & { unit: string }>): void {
      for (const [key, results] of own(node)) {
        const measured = results.find(({ secondsPerUnit }) => secondsPerUnit !== undefined);
        if (measured === undefined || streams.has(key)) continue;
        streams.set(key, { ...streamOf(measured), unit: measured.unit });
      }
    },
    read: (key: string, node: NodePair['before']): StreamSide => ({
      own: node === undefined ? [] : (own(node.node).get(key) ?? []),
      parent: node?.parent === undefined ? [] : (all(node.parent).get(key) ?? []),
    }),
  };
}

function summaryOf({ label, span, resultsOf }: Side, benchmark: string | undefined): ComparedSide {
  const results = span.nodes.flatMap(({ node }) => resultsOf(node));
  const times = results
    .filter((each) => benchmark === undefined || each.benchmark === benchmark)
    .map(({ timeUs }) => timeUs);
  const { lab, fromUs, toUs } = span;
  const firstUs = times.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  const lastUs = times.reduce((most, each) => Math.max(most, each), 0);
  const when = times.length === 0 ? {} : { firstUs, lastUs };
  return { label, lab, fromUs, toUs, results: times.length, ...when };
}

// Benchmarks before probes.
function order(stream: StreamId): string {
  return [isProbe(stream) ? 'z' : 'a', stream.benchmark, stream.variant, stream.target].join(' ');
}
