import type { StoredAcceptance } from '../read/acceptances.ts';
import type { StreamId } from '../read/result.ts';
import { type Against, streamName } from './judged-lab.ts';
import { lineageOf, type References } from './references.ts';

/** An operator's word that what a lab measures now is the normal from now on. */
export type Acceptance = StoredAcceptance;

/**
 * When what a stream measured was accepted, oldest first, µs since 1970. What runs in an accepted node is slower than
 * its own past and than layer 0 by what was accepted, and is accepted with it; against its parent it stands for itself.
 */
export function acceptedAt(
  acceptances: readonly Acceptance[],
  references: readonly References[],
  node: string,
  against: Against,
  stream: StreamId,
): number[] {
  const lineage = against === 'parent' ? [node] : lineageOf(references, node);
  return acceptances
    .filter((each) => each.node === undefined || lineage.includes(each.node))
    .filter(({ benchmark }) => benchmark === undefined || isOf(stream, benchmark))
    .map(({ atUs }) => atUs)
    .sort((a, b) => a - b);
}

/** What is stored, as an acceptance; undefined when it is none. */
export function parseAcceptance(text: string): Acceptance | undefined {
  try {
    const given = JSON.parse(text) as Partial<Acceptance>;
    const whole =
      typeof given.id === 'string' && typeof given.lab === 'string' && typeof given.atUs === 'number';
    return whole ? ({ why: '', by: '', ...given } as Acceptance) : undefined;
  } catch {
    return undefined;
  }
}

function isOf(stream: StreamId, benchmark: string): boolean {
  return stream.benchmark === benchmark || streamName(stream) === benchmark;
}
