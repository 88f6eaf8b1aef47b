import { formatPercent } from '@nestwatch/common/quantities';
import type { GuestQuantities } from '../../read/guest-quantities.ts';
import { nodeText } from '../text.ts';
import { THROTTLED, throttledText } from '../who-limits.ts';
import { asGuest } from './as-guest.ts';
import { type CauseFinder, isMoreStolen, share } from './causes.ts';

/**
 * A cgroup of the parent that throttles the guest. A guest that gets the paravirtual steal clock counts that as steal, and then
 * the steal names it. Others, Windows among them, count nothing.
 */
export const throttled: CauseFinder = (node, { above, factor }) => {
  const parent = above[above.indexOf(node) + 1];
  if (parent === undefined || isMoreStolen(node)) return [];
  const { before, since } = asGuest(node, parent);
  const was = before?.throttledRatio ?? 0;
  const is = since?.throttledRatio ?? 0;
  if (since?.limitCpus === undefined || is - was < THROTTLED || is >= 1) return [];
  const text = `${throttledText(parent, node.name, since)}, up from ${formatPercent(was)}.`;
  return [{ text, weight: share((1 - was) / (1 - is), factor) }];
};

/** How its parent schedules the guest, where that changed for the worse. */
export const scheduled: CauseFinder = (node, { above }) => {
  const parent = above[above.indexOf(node) + 1];
  if (parent === undefined) return [];
  const { before, since } = asGuest(node, parent);
  if (before === undefined || since === undefined) return [];
  const phrases = worsened(before, since);
  if (phrases.length === 0) return [];
  return [
    { text: `${nodeText(parent)} schedules ${node.name} otherwise: ${phrases.join('; ')}.`, weight: 0.6 },
  ];
};

function worsened(before: GuestQuantities, since: GuestQuantities): string[] {
  const found: string[] = [];
  const compare = (
    key: 'nice' | 'weight' | 'cpusAllowed',
    called: string,
    isWorse: (grown: number) => boolean,
  ) => {
    const [from, to] = [before[key], since[key]];
    if (from === undefined || to === undefined || !isWorse(to - from)) return;
    found.push(`${called} ${Math.round(from)} → ${Math.round(to)}`);
  };
  compare('nice', 'nice', (grown) => grown > 0);
  compare('weight', 'weight of its cgroup', (grown) => grown < 0);
  compare('cpusAllowed', 'CPUs that it may use', (grown) => grown < 0);
  if (before.policy !== since.policy && (since.policy === 'idle' || since.policy === 'batch')) {
    found.push(`scheduling class ${before.policy ?? '?'} → ${since.policy}`);
  }
  return found;
}

/** A host that polls before it halts a vCPU takes that time from others, and from the guest's own quota. */
export const polling: CauseFinder = (node, { above }) => {
  const parent = above[above.indexOf(node) + 1];
  if (parent === undefined) return [];
  const { before, since } = asGuest(node, parent);
  const was = before?.haltPollFailRatio ?? 0;
  const is = since?.haltPollFailRatio ?? 0;
  if (is - was < 0.1) return [];
  const text = `${nodeText(parent)} spends ${formatPercent(is)} of a CPU polling in vain before ${node.name} halts (halt_poll_ns), up from ${formatPercent(was)}.`;
  return [{ text, weight: 0.3 }];
};
