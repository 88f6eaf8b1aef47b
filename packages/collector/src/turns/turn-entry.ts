import type { LeaseEntry } from '@nestwatch/common/nats/lease-entry';
import { plainText } from './plain-text.ts';
import type { TurnAsk } from './turn-request.ts';

/**
 * Who has a lab's turn, as it stands in the bucket. Agents of 0.1.0 write the same about themselves, without the end, and
 * read the name and the round of others.
 */
export interface TurnEntry extends LeaseEntry {
  /** Empty while the turn is passed on. */
  readonly node: string;
  readonly name: string;
  readonly round: string;
  readonly claim: string;
  /** When the turn ends, ms since 1970 on the collector's clock; infinite for what an agent of 0.1.0 wrote. */
  readonly untilMs: number;
}

const MOST = 256;

/** What stands in the bucket; anything may. */
export function parseTurnEntry(entry: LeaseEntry): TurnEntry {
  const { node, name, round, claim, until } = fieldsOf(entry.value);
  return {
    ...entry,
    node: plainText(node, MOST),
    name: plainText(name, MOST) || plainText(node, MOST) || 'another node',
    round: plainText(round, MOST),
    claim: plainText(claim, MOST),
    untilMs: typeof until === 'number' ? until : Number.POSITIVE_INFINITY,
  };
}

function fieldsOf(value: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(value)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The entry of a node that is granted the turn. */
export function turnValue(
  node: string,
  { name, benchmark, round, claim }: Omit<TurnAsk, 'want' | 'limitMs'>,
  untilMs: number,
): string {
  return JSON.stringify({ node, name: name || node, benchmark, round, until: untilMs, claim });
}

/** An entry of nobody, which expires by itself: until then, who had the turn finds out that it is over. */
export function passingOnValue(claim: string): string {
  return JSON.stringify({ node: '', name: 'nobody, as it is passed on', round: 'the next one', claim });
}
