import { formatTime, significant } from '@nestwatch/common/quantities';
import { nodeText } from '../../text.ts';
import { type Cause, type CauseFinder, share } from '../cause.ts';

const LEAST = 1.25;

/** Exits became dearer, or more of them happen. Of the slow node and of what runs it. */
export const exits: CauseFinder = ({ slow, above, factor }) =>
  [slow, ...above].flatMap((node): Cause[] => {
    const found: Cause[] = [];
    const cost = rise(node.before.exitUs, node.since.exitUs);
    if (cost !== undefined) {
      found.push({
        text: `One exit costs ${nodeText(node)} ${micros(node.since.exitUs)} instead of ${micros(node.before.exitUs)}, ${significant(cost)} times as much.`,
        weight: share(cost, factor) / 2,
      });
    }
    const often = rise(node.before.exitsPerSecond, node.since.exitsPerSecond);
    if (often !== undefined && node !== slow) {
      found.push({
        text: `Guests of ${nodeText(node)} exit ${significant(often)} times as often (${Math.round(node.since.exitsPerSecond ?? 0)} instead of ${Math.round(node.before.exitsPerSecond ?? 0)} exits per second).`,
        weight: share(often, factor) / 3,
      });
    }
    return found;
  });

function rise(before: number | undefined, since: number | undefined): number | undefined {
  if (before === undefined || since === undefined || before <= 0) return undefined;
  return since / before >= LEAST ? since / before : undefined;
}

function micros(us: number | undefined): string {
  return formatTime((us ?? 0) / 1e6);
}
