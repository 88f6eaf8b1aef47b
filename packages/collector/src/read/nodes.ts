import type { Series } from '../influx/query-answer.ts';
import { byLayerAndName, type LayerPosition, positionIn, timeIn } from './cells.ts';
import { dropForgotten, forgottenBy, MARKS } from './forgotten.ts';
import { ask, before, call, equals, type Query, type Reader, since, within } from './query.ts';

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Who a node is, where it stands and when it was last heard of. */
export interface KnownNode extends LayerPosition {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  /** Time of its newest message, µs since 1970. */
  readonly lastSeenUs: number;
}

/** Something more to know of nodes: one question, and what each series of its answer adds to its node. */
export interface Facet<N> {
  /** Series are by lab and node unless it says otherwise. */
  readonly query: Query;
  /** How far back is looked, ms. */
  readonly spanMs: number;
  /** How long an answer may be reused, ms. */
  readonly holdsMs?: number;
  add(series: Series, node: N): Partial<N>;
}

/** Nodes by lab and node id. */
export type NodesByLab<N> = Map<string, Map<string, N>>;

const IDENTITY: Query = {
  select: [call('last', 'seq')],
  from: 'nestwatch_report',
  by: ['lab', 'node', 'name', 'layer', 'parent'],
};

export interface NodesOptions {
  /** Only this lab; all of them without. */
  readonly lab?: string | undefined;
  /** How far back a node is looked for, ms; 30 days unless said otherwise. */
  readonly spanMs?: number;
  /** End of all spans, µs since 1970; without it they end now, by the clock of InfluxDB. */
  readonly toUs?: number;
  /** Start of all spans instead, µs since 1970. */
  readonly fromUs?: number;
}

/** Reads the nodes once, by lab, layer and name; those that an operator forgot are left out. */
export async function readNodes<N extends KnownNode = KnownNode>(
  store: Reader,
  facets: readonly Facet<N>[] = [],
  { lab, spanMs = 30 * DAY_MS, toUs, fromUs }: NodesOptions = {},
): Promise<N[]> {
  const put = (query: Query, span: number) =>
    ask(store, {
      by: ['lab', 'node'],
      ...query,
      where: [
        ...(query.where ?? []),
        lab === undefined ? undefined : equals('lab', lab),
        fromUs !== undefined ? since(fromUs) : toUs === undefined ? within(span) : since(toUs - span * 1000),
        toUs === undefined ? undefined : before(toUs),
      ],
    });
  const [seen = [], marks = [], ...answers] = await Promise.all([
    put(IDENTITY, spanMs),
    put(MARKS, spanMs),
    ...facets.map((facet) => put(facet.query, facet.spanMs)),
  ]);
  return [...nodesOf(seen, marks, facets, answers).values()]
    .flatMap((nodes) => [...nodes.values()])
    .sort((a, b) => a.lab.localeCompare(b.lab) || byLayerAndName(a, b));
}

/**
 * Reads the nodes of all labs again and again, and asks for long spans only now and then: a week of a thousand nodes is
 * millions of points, of which the last minutes tell what is new.
 */
export function createNodesReader<N extends KnownNode>(
  store: Reader,
  facets: readonly Facet<N>[],
  spanMs: number,
): (nowUs: number) => Promise<NodesByLab<N>> {
  const repeated = (query: Query, span: number, holdsMs: number) => {
    let answer: Series[] | undefined;
    let askedUs = 0;
    return async (nowUs: number): Promise<Series[]> => {
      if (answer !== undefined && nowUs - askedUs < holdsMs * 1000) return answer;
      const where = [...(query.where ?? []), since(nowUs - span * 1000)];
      answer = await ask(store, { by: ['lab', 'node'], ...query, where });
      askedUs = nowUs;
      return answer;
    };
  };
  const identities = [
    repeated(IDENTITY, spanMs, 5 * MINUTE_MS),
    // Longer than an answer of the former holds.
    repeated(IDENTITY, 10 * MINUTE_MS, 0),
    repeated(MARKS, spanMs, 0),
  ];
  const queries = facets.map(({ query, spanMs: span, holdsMs = 0 }) => repeated(query, span, holdsMs));
  return async (nowUs) => {
    const [ever = [], lately = [], marks = [], ...answers] = await Promise.all(
      [...identities, ...queries].map((put) => put(nowUs)),
    );
    return nodesOf([...ever, ...lately], marks, facets, answers);
  };
}

/** Who is gone, for what is listed by node and is no report. @param lab all labs without */
export async function readForgotten(
  store: Reader,
  lab?: string,
): Promise<(node: Pick<KnownNode, 'lab' | 'node'>) => boolean> {
  const where = [within(30 * DAY_MS), lab === undefined ? undefined : equals('lab', lab)];
  const [seen, marks] = await Promise.all([IDENTITY, MARKS].map((query) => ask(store, { ...query, where })));
  const labs = newestOf(seen ?? []);
  const isForgotten = forgottenBy(marks ?? []);
  // Of whom no report is kept any more, the mark is newer.
  return ({ lab, node }) => isForgotten({ lab, node, lastSeenUs: labs.get(lab)?.get(node)?.lastSeenUs ?? 0 });
}

/** The labs that have reported in the last 30 days, the one heard of last first. */
export async function readLabs(store: Reader): Promise<string[]> {
  return labsOf(await readNodes(store));
}

/** The labs of some nodes, the one heard of last first. */
export function labsOf(nodes: readonly KnownNode[]): string[] {
  const newestFirst = [...nodes].sort((a, b) => b.lastSeenUs - a.lastSeenUs);
  return [...new Set(newestFirst.map(({ lab }) => lab))];
}

function nodesOf<N extends KnownNode>(
  seen: readonly Series[],
  marks: readonly Series[],
  facets: readonly Facet<N>[],
  answers: readonly (readonly Series[])[],
): NodesByLab<N> {
  const labs = newestOf(seen) as NodesByLab<N>;
  dropForgotten(labs, forgottenBy(marks));
  facets.forEach((facet, at) => {
    for (const series of answers[at] ?? []) {
      const nodes = labs.get(series.tags['lab'] ?? '');
      const node = nodes?.get(series.tags['node'] ?? '');
      if (node !== undefined) nodes?.set(node.node, { ...node, ...facet.add(series, node) });
    }
  });
  return labs;
}

/** A node's tags may have changed (it learnt its layer, was renamed): the newest series says how it is now. */
function newestOf(seen: readonly Series[]): NodesByLab<KnownNode> {
  const labs: NodesByLab<KnownNode> = new Map();
  for (const { tags, rows } of seen) {
    const { lab = '', node = '' } = tags;
    const nodes = labs.get(lab) ?? new Map<string, KnownNode>();
    labs.set(lab, nodes);
    const lastSeenUs = timeIn(rows[0]);
    if ((nodes.get(node)?.lastSeenUs ?? 0) > lastSeenUs) continue;
    nodes.set(node, { lab, node, name: tags['name'] ?? node, ...positionIn(tags), lastSeenUs });
  }
  return labs;
}
