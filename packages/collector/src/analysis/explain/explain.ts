import type { Cause, CauseFinder } from './cause.ts';
import { acceleration } from './causes/acceleration.ts';
import { clocksource } from './causes/clocksource.ts';
import { cpuWait } from './causes/cpu-wait.ts';
import { exits } from './causes/exits.ts';
import { guests } from './causes/guests.ts';
import { hostSlow } from './causes/host-slow.ts';
import { memory } from './causes/memory.ts';
import { overcommit } from './causes/overcommit.ts';
import { steal } from './causes/steal.ts';
import type { Evidence } from './evidence.ts';

const finders: readonly CauseFinder[] = [
  hostSlow,
  steal,
  acceleration,
  clocksource,
  cpuWait,
  memory,
  exits,
  guests,
  overcommit,
];

/** Most causes named: what comes after is seldom worth reading. */
const MOST = 5;

/** What changed together with a slowdown, the likeliest cause first. Empty when nothing that is measured did. */
export function explain(evidence: Evidence): Cause[] {
  return finders
    .flatMap((find) => find(evidence))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST);
}
