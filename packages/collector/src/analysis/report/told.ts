import type { StoredAcceptance } from '../../read/acceptances.ts';
import type { Firing } from '../../read/alerts.ts';
import type { StreamId } from '../../read/result.ts';
import { acceptedAt } from '../acceptance.ts';
import { type EnvironmentChange, isBetween } from '../environment/changes.ts';
import { streamName } from '../judged-lab.ts';
import { lineageOf, type References } from '../references.ts';
import type { ReportTold } from './report.ts';

/** Rules that report what a stream measures. */
export const RULES_OF_STREAMS = ['slowdown-self', 'slowdown-parent', 'slowdown-small', 'erratic'];
/** What is over within this many rounds may have been nothing. */
const SHORT = 10;
/** Most rounds over which an alert is judged: five of a step that waits. */
const JUDGED_OVER = 5;

interface Stream {
  readonly node: string;
  readonly stream: StreamId;
  /** Oldest first. */
  readonly resultTimesUs: readonly number[];
}

/** Number of alerts of a stream, and their outcome. */
export function toldOf(
  { node, stream, resultTimesUs }: Stream,
  {
    references,
    firings,
    acceptances,
    changes,
  }: {
    readonly references: readonly References[];
    readonly firings: readonly Firing[];
    readonly acceptances: readonly StoredAcceptance[];
    readonly changes: (node: string) => readonly EnvironmentChange[];
  },
): ReportTold {
  const told = firings.filter((each) => each.node === node && each.subject === streamName(stream));
  const acceptedUs = acceptedAt(acceptances, references, node, 'self', stream);
  const isAccepted = ({ firedUs, resolvedUs = Number.POSITIVE_INFINITY }: Firing) =>
    acceptedUs.some((us) => us >= firedUs && us <= resolvedUs);
  const changed = lineageOf(references, node).flatMap((each) => changes(each));
  const hasPassed = (firing: Firing) =>
    firing.resolvedUs !== undefined &&
    !isAccepted(firing) &&
    roundsIn(resultTimesUs, firing.firedUs, firing.resolvedUs) <= SHORT &&
    !changed.some((change) => isBetween(change, roundBefore(resultTimesUs, firing.firedUs), firing.firedUs));
  return {
    alerts: told.length,
    firing: told.filter(({ resolvedUs }) => resolvedUs === undefined).length,
    accepted: told.filter(isAccepted).length,
    passed: told.filter(hasPassed).length,
  };
}

function roundsIn(timesUs: readonly number[], fromUs: number, toUs: number): number {
  return timesUs.filter((us) => us > fromUs && us <= toUs).length;
}

/** The last round that was as usual: an alert fires some rounds after what it reports began. */
function roundBefore(timesUs: readonly number[], firedUs: number): number {
  const before = timesUs.filter((us) => us <= firedUs);
  return before.at(-JUDGED_OVER - 1) ?? before[0] ?? firedUs;
}
