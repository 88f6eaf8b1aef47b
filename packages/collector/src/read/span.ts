import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import { byLayerAndName } from './cells.ts';
import { readFacts, type ToldFact } from './facts.ts';
import { type MessageTrace, readMessages } from './messages.ts';
import { type KnownNode, readNodes } from './nodes.ts';
import { readProbes } from './probes.ts';
import { before, equals, type HistoryReader, type Reader, since } from './query.ts';
import { type Result, streamKey } from './result.ts';
import { readBenchmarks } from './results.ts';

/** What a lab measured from one moment up to another, µs since 1970, and under what. */
export interface Span {
  readonly lab: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** By layer and name, as they were last. */
  readonly nodes: readonly KnownNode[];
  /** Of benchmarks, and of probes by windows; oldest first. */
  readonly results: readonly Result[];
  /** By node, oldest first. */
  readonly messages: ReadonlyMap<string, readonly MessageTrace[]>;
  /** Oldest first. */
  readonly facts: readonly ToldFact[];
  /** Before this moment only thinned-out points are kept. Absent where all are. */
  readonly thinnedUntilUs?: number;
  /** Why thinned-out points could not be read; absent where they could, and where there are none. */
  readonly unreadable?: string;
}

export interface SpanRequest extends Pick<Span, 'lab' | 'fromUs' | 'toUs'> {
  /** Length of the windows in which probes are summed up. */
  readonly windowUs: number;
}

/** What an operator or an upgrade changes and no benchmark shows. */
export const SPAN_FACTS = [
  'system.kernel',
  'system.kernel_options',
  'kvm_modules.parameters',
  'huge_pages.transparent',
] as const;

type Part = Pick<Span, 'nodes' | 'results' | 'messages' | 'facts'>;

/** Reads a span: every point where they are still kept, thinned-out ones before. @throws as Store.query */
export async function readSpan(store: HistoryReader, request: SpanRequest): Promise<Span> {
  const { windowUs: _, ...span } = request;
  const full = await readPart(store, request);
  const keptFromUs = full.results[0]?.timeUs ?? span.toUs;
  if (keptFromUs <= span.fromUs) return { ...span, ...full };
  try {
    const older = await readPart({ query: store.queryThinned }, { ...request, toUs: keptFromUs });
    const joined = join(older, full);
    const isThinned = joined.results.length > full.results.length;
    return { ...span, ...joined, ...(isThinned && { thinnedUntilUs: keptFromUs }) };
  } catch (error) {
    if (!(error instanceof PermanentError || error instanceof RetryableError)) throw error;
    return { ...span, ...full, unreadable: messageOf(error) };
  }
}

async function readPart(store: Reader, { lab, fromUs, toUs, windowUs }: SpanRequest): Promise<Part> {
  const where = [equals('lab', lab), since(fromUs), before(toUs)];
  const [nodes, benchmarks, probes, messages, facts] = await Promise.all([
    readNodes(store, [], { lab, fromUs, toUs }),
    readBenchmarks(store, fromUs, { lab, toUs }),
    readProbes(store, { fromUs, toUs, windowUs, lab }),
    readMessages(store, where),
    readFacts(store, SPAN_FACTS, where),
  ]);
  const results = [...(benchmarks.get(lab) ?? []), ...(probes.get(lab) ?? [])];
  return { nodes, results: results.sort((a, b) => a.timeUs - b.timeUs), messages, facts };
}

/** A step that is kept whole and thinned out counts once, as do a node and a window of a probe. */
function join(older: Part, full: Part): Part {
  const keyOf = (result: Result) =>
    [result.node, streamKey(result), result.round || result.timeUs].join('\0');
  const known = new Set(full.results.map(keyOf));
  const knownNodes = new Set(full.nodes.map(({ node }) => node));
  const nodes = [...full.nodes, ...older.nodes.filter(({ node }) => !knownNodes.has(node))];
  const messages = new Map(older.messages);
  for (const [node, traces] of full.messages) messages.set(node, [...(messages.get(node) ?? []), ...traces]);
  return {
    nodes: nodes.sort(byLayerAndName),
    results: [...older.results.filter((result) => !known.has(keyOf(result))), ...full.results],
    messages,
    facts: [...older.facts, ...full.facts],
  };
}
