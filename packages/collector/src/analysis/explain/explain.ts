import { acceleration } from './acceleration.ts';
import { amplified } from './amplified.ts';
import {
  type Cause,
  clocksource,
  cpuWait,
  exits,
  guests,
  hostSlow,
  memory,
  overcommit,
  steal,
} from './causes.ts';
import { changed } from './changed.ts';
import type { Evidence } from './evidence.ts';
import { knownIssues } from './known-issues.ts';
import { polling, scheduled, throttled } from './limits.ts';
import { merging, swapped } from './swapped.ts';

/** What a parent's own figures of its guest tell. */
const FROM_OUTSIDE = [throttled, scheduled, polling, swapped];

/** Most causes named: what comes after is seldom worth reading. */
const MOST = 5;

/** What changed together with a slowdown, the most likely cause first. Empty when nothing that is measured did. */
export function explain(evidence: Evidence): Cause[] {
  const { slow, above } = evidence;
  const onPath = [
    changed,
    steal,
    ...FROM_OUTSIDE,
    acceleration,
    clocksource,
    cpuWait,
    memory,
    exits,
    amplified,
    knownIssues,
  ];
  const found = [
    ...hostSlow(evidence),
    ...onPath.flatMap((find) => [slow, ...above].flatMap((node) => find(node, evidence))),
    ...[guests, overcommit, merging].flatMap((find) => above.flatMap((node) => find(node, evidence))),
  ];
  return found.sort((a, b) => b.weight - a.weight).slice(0, MOST);
}
