import { groupBy } from '@nestwatch/common/group-by';
import { countOf, subtract, union } from '@nestwatch/common/ranges';
import { confirmedOf, type DeliveryState } from './state.ts';

type Figures = ReturnType<typeof count>;

/** The figures of one node: of the run that goes on, and of all before it that are still known. */
export type NodeFigures = ReturnType<typeof nodeFigures>[number];

export const SUMMED = [
  'received',
  'written',
  'duplicates',
  'dead',
  'dropped',
  'expired',
  'gaps',
  'lost',
] as const;
type Summed = (typeof SUMMED)[number];

/** Sums of several runs of an agent; `boots`, as it is stored, is how many they are. */
type RunFigures = Record<Summed, number> & { boots: number };

const counted = new WeakMap<DeliveryState, Figures>();

/**
 * The figures of a state. They are kept as long as it is, for a state is never changed, and most of thousands are
 * asked for again and again without being new; but not of most of them, which are quick to count.
 */
export function figuresOf(state: DeliveryState): Readonly<Figures> {
  const known = countPlain(state) ?? counted.get(state);
  if (known !== undefined) return known;
  const figures = count(state);
  counted.set(state, figures);
  return figures;
}

/** The same as `count` where all is written without a hole; undefined elsewhere. */
function countPlain(state: DeliveryState): Figures | undefined {
  const { written, dead, dropped, expired, found, held, freed, received, duplicates } = state;
  if (written.length > 1 || [dead, dropped, expired, found, held].some(({ length }) => length > 0))
    return undefined;
  const [from, to] = written[0] ?? [1, 0];
  if (freed > 0 && from > freed + 1) return undefined;
  const [lowest, highest] = [freed > 0 ? 1 : from, Math.max(freed, to)];
  const gaps = lowest - 1;
  return {
    ...{ received, duplicates, dead: 0, dropped: 0, expired: 0, gaps, highest },
    written: highest - lowest + 1,
    lost: state.closedUs === undefined ? 0 : gaps,
  };
}

/** What the collectors and an operator want to know of a delivery state, in sequence numbers. */
function count(state: DeliveryState) {
  const confirmed = confirmedOf(state);
  const written = union(state.written, state.found);
  const dead = subtract(state.dead, written);
  const dropped = subtract(state.dropped, union(written, state.dead));
  const highest = Math.max(confirmed.at(-1)?.[1] ?? 0, state.held.at(-1)?.[1] ?? 0);
  const missing = subtract(highest === 0 ? [] : [[1, highest]], confirmed);
  return {
    received: state.received,
    written: countOf(confirmed) - countOf(dead) - countOf(dropped) - countOf(state.expired),
    duplicates: state.duplicates,
    dead: countOf(dead),
    dropped: countOf(dropped),
    expired: countOf(state.expired),
    /** Below the highest number seen, and not confirmed yet. */
    gaps: countOf(missing),
    /** Of the gaps, those that the agent no longer holds: they will not come. */
    lost: state.closedUs === undefined ? 0 : countOf(subtract(missing, state.held)),
    highest,
  };
}

/**
 * Adds up the states of each node. The run with the newest message is the one that goes on.
 * @param states by `<lab>.<node>.<run id>`
 * @param wanted `<lab>.<node>` of those that are asked for; all by default
 */
export function nodeFigures(states: Iterable<[string, DeliveryState]>, wanted?: ReadonlySet<string>) {
  const nodes = groupBy(states, ([key]) => key.slice(0, key.lastIndexOf('.')));
  return [...nodes].flatMap(([key, entries]) => {
    if (wanted !== undefined && !wanted.has(key)) return [];
    const [lab = '', node = ''] = key.split('.');
    const runs = entries.map(([, state]) => state);
    runs.sort((a, b) => a.lastWallUs - b.lastWallUs || a.firstUs - b.firstUs);
    const { name = '', layer, parent = '' } = runs.at(-1) ?? {};
    const sums = { current: sumOf(runs.slice(-1)), earlier: sumOf(runs.slice(0, -1)) };
    return { lab, node, name, layer, parent, runs: sums };
  });
}

function sumOf(runs: readonly DeliveryState[]): RunFigures {
  const figures = runs.map(figuresOf);
  const sums = SUMMED.map((name) => [name, figures.reduce((sum, each) => sum + each[name], 0)]);
  return { ...(Object.fromEntries(sums) as Record<Summed, number>), boots: runs.length };
}
