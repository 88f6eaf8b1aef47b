import type { ReasonNames } from '@nestwatch/agent/exits/reason-names';
import { messageOf } from '@nestwatch/common/errors';
import { agreeing } from './agreement.ts';
import type { Conversation } from './conversation.ts';
import {
  between,
  type Counts,
  exitsIn,
  meanCounts,
  medianCounts,
  parseCounts,
  rateOf,
  rounded,
  without,
} from './counts.ts';
import type { WorkResult } from './result.ts';
import { PROGRAM_OF, type Work } from './works/list.ts';
import type { ProgramName } from './works/works.ts';

const NOTHING_TIMES = 3;
const LEAST_REPETITIONS = 2;
/** Nothing is repeated more than once when it has taken so long, ms of this machine. */
const ENOUGH_MS = 45_000;
/** Local timer interrupts of a layer, as /proc/interrupts calls them. */
const TICKS = 'irq.LOC';
/** With fewer in the time of spinning, they are no measure. */
const LEAST_TICKS = 20;
/** Of the first touch, more would not fit into the smallest machine. */
const MOST_REPETITIONS = { touch: 3, other: 5 } as const;
/** A count below this share of the pieces is not kept. */
const KEPT_SHARE = 0.002;

export interface Limits {
  /** For a layer to boot, and for one piece of work, ms of this machine. */
  readonly bootMs: number;
  readonly workMs: number;
}

/** Counts of layers, guest0 first. */
export type Snapshot = readonly Counts[];

/** Reads the counts of guest0 to guestN, one after the other, always in this order. */
export async function snapshot(
  conversation: Conversation,
  deepest: number,
  names: ReasonNames,
  limitMs: number,
): Promise<Snapshot> {
  const counts: Counts[] = [];
  for (let depth = 0; depth <= deepest; depth++) {
    counts.push(parseCounts((await conversation.ask(depth, 'count', limitMs)).answer, names));
  }
  return counts;
}

export const since = (before: Snapshot, after: Snapshot): Snapshot =>
  after.map((counts, depth) => between(before[depth] ?? {}, counts));

interface Reading {
  readonly us: number;
  readonly counts: Snapshot;
}

/** A layer that is up, and in which pieces of work can be counted. */
export async function openLayer(
  conversation: Conversation,
  depth: number,
  names: ReasonNames,
  { workMs }: Limits,
) {
  // What is read after one piece is what is read before the next: what the reading costs is then the same each time.
  let before = await snapshot(conversation, depth, names, workMs);

  async function read(program: ProgramName, limitMs = workMs): Promise<Reading> {
    const { answer } = await conversation.ask(depth, 'work', limitMs, program);
    const after = await snapshot(conversation, depth, names, workMs);
    const counts = since(before, after);
    before = after;
    if (!/^\d+$/.test(answer)) throw new WorkFailed(`the program ${program} failed in guest${depth}`);
    return { us: Number(answer) / 1000, counts };
  }

  const nothing = await readNothing(read);
  const exitsAbove = (counts: Snapshot) =>
    Array.from({ length: depth }, (_, at) => Math.round(exitsIn(counts[at])));

  /** Once, less what doing nothing for as long costs. */
  async function readNet(work: Work, program: ProgramName, limitMs: number): Promise<Reading> {
    const { us, counts } = await read(program, limitMs);
    // Idling is itself what is taken off from others.
    const meanwhile = work.name === 'idle' ? undefined : nothing[work.meanwhile];
    const units = meanwhile === undefined ? 0 : meanwhile.unitsIn({ us, counts });
    const net = counts.map((each, at) =>
      without(each, nothing.counts[at] ?? {}, meanwhile?.perUnit[at] ?? {}, units),
    );
    return { us, counts: net };
  }

  async function repeat(work: Work, program: ProgramName, limitMs: number): Promise<WorkResult> {
    const readings: Reading[] = [];
    const exits: number[][] = [];
    let same: number[] = [];
    const most = repetitionsOf(work);
    const startedMs = performance.now();
    const isLong = () => readings.length >= LEAST_REPETITIONS && performance.now() - startedMs > ENOUGH_MS;
    while (readings.length < most && same.length < 2 && !isLong()) {
      const reading = await readNet(work, program, limitMs);
      readings.push(reading);
      exits.push(exitsAbove(reading.counts));
      same = agreeing(exits, work.pieces);
    }
    const used = readings.filter((_, at) => !work.exact || same.includes(at));
    const least = Math.max(1, work.pieces * KEPT_SHARE);
    return {
      work: work.name,
      layer: depth,
      state: 'counted',
      us: Math.round(used.reduce((sum, { us }) => sum + us, 0) / used.length),
      counts: Array.from({ length: depth + 1 }, (_, at) =>
        rounded(meanCounts(used.map(({ counts }) => counts[at] ?? {})), least),
      ),
      repetitions: exits,
      ...(exits.length > 1 && { agrees: same.length > 1 }),
    };
  }

  return {
    /** Counts one work. Never throws but Silent, after which the layer answers no more, and for what ends the run. */
    async count(work: Work, limitMs = workMs): Promise<WorkResult> {
      const program = PROGRAM_OF[work.name];
      if (program === undefined) throw new Error(`${work.name} is no program`);
      try {
        return await repeat(work, program, limitMs);
      } catch (error) {
        if (!(error instanceof WorkFailed)) throw error;
        return noResult(work, depth, 'failed', messageOf(error));
      }
    },
  };
}

function repetitionsOf({ name, exact }: Work): number {
  if (name === 'idle') return 1;
  if (!exact) return LEAST_REPETITIONS;
  return name === 'touch' ? MOST_REPETITIONS.touch : MOST_REPETITIONS.other;
}

export function noResult(
  { name }: Pick<Work, 'name'>,
  layer: number,
  state: WorkResult['state'],
  why: string,
): WorkResult {
  return { work: name, layer, state, why, counts: [], repetitions: [] };
}

class WorkFailed extends Error {}

/** What reading and starting a program cost, and what a CPU that runs or waits costs meanwhile. */
async function readNothing(read: (program: ProgramName) => Promise<Reading>) {
  const idle: Reading[] = [];
  while (idle.length < NOTHING_TIMES) idle.push(await read('none'));
  const counts = Array.from({ length: idle[0]?.counts.length ?? 0 }, (_, at) =>
    medianCounts(idle.map((each) => each.counts[at] ?? {})),
  );
  const rates = (reading: Reading, unitsIn: (reading: Reading) => number) => {
    const units = Math.max(1, unitsIn(reading));
    return { unitsIn, perUnit: reading.counts.map((each, at) => rateOf(each, counts[at] ?? {}, units)) };
  };
  // A layer that runs pays by the tick, of which there are less in a time when the machine is busy; one that waits has few.
  const ticksOf = ({ counts: all }: Reading) => (all.at(-1)?.[TICKS] ?? 0) - (counts.at(-1)?.[TICKS] ?? 0);
  const spun = await read('spin');
  const timeOf = ({ us }: Reading) => us;
  return {
    counts,
    runs: rates(spun, ticksOf(spun) < LEAST_TICKS ? timeOf : ticksOf),
    waits: rates(await read('rest'), timeOf),
  };
}
