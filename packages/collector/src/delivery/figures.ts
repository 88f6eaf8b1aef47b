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
 * asked for again and again without being new.
 */
export function figuresOf(state: DeliveryState): Readonly<Figures> {
  let figures = counted.get(state);
  if (figures === undefined) {
    figures = count(state);
    counted.set(state, figures);
  }
  return figures;
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
export function nodeFigures(states: ReadonlyMap<string, DeliveryState>, wanted?: ReadonlySet<string>) {
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
  const sums = SUMMED.map((name) => [name, runs.reduce((sum, run) => sum + figuresOf(run)[name], 0)]);
  return { ...(Object.fromEntries(sums) as Record<Summed, number>), boots: runs.length };
}
