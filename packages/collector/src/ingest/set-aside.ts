import { messageOf } from '@nestwatch/common/errors';
import { createOutage } from '@nestwatch/common/outage';
import { parseReportSubject } from '@nestwatch/proto';
import type { MessageOutcome } from '../delivery/pending-changes.ts';
import type { BatchOptions, Refused } from './batch.ts';
import type { Bound } from './beyond.ts';
import { addDeadLetter } from './dead-letters.ts';
import { createLetterShares } from './letter-shares.ts';
import { deadOutcome } from './outcomes.ts';

/** A message whose letter was not taken so often is given up: it would come again for ever. */
const MOST_DELIVERIES = 5;
const AGAIN_MS = 5000;

const NOT_WHOLE = {
  part: 'a message that was set aside is stored truncated',
  nothing: 'too many messages were set aside in this hour: the others are only counted',
};

type Fate = 'kept' | 'lost' | 'comes again';

/**
 * Sets messages aside. Once the dead-letter stream has them they are confirmed: sending them again is pointless. Never
 * throws. A message whose letter is not taken comes again a little later, at most five times: then it is confirmed without
 * a letter, and counted, so that it does not come for ever.
 */
export function createSetAside(options: BatchOptions) {
  const { connection, tracker, growth, metrics, beyond, clock, log } = options;
  const shares = createLetterShares(clock);
  const outage = createOutage({
    log,
    failing: 'cannot set messages aside, retrying',
    working: 'messages can be set aside again',
  });

  async function letterFor({ jsMsg, reason }: Refused): Promise<Fate> {
    try {
      const kept = await addDeadLetter(connection, jsMsg, reason, clock.wallUs(), shares);
      outage.worked();
      if (kept !== 'whole') note(jsMsg.subject, 'letter', NOT_WHOLE[kept]);
      return 'kept';
    } catch (error) {
      outage.failed(error);
      if (jsMsg.info.deliveryCount < MOST_DELIVERIES) return 'comes again';
      metrics.letterLost();
      log.warn('dropped a message that could not be set aside', {
        subject: jsMsg.subject,
        reason,
        error: messageOf(error),
      });
      return 'lost';
    }
  }

  function note(subject: string, bound: Bound, reason: string): void {
    const { lab, node } = parseReportSubject(subject) ?? { lab: 'unknown', node: 'unknown' };
    beyond.note({ lab, node, name: '' }, bound, reason);
  }

  return async (refused: readonly Refused[], bound: Bound): Promise<void> => {
    if (refused.length === 0) return;
    const fates = await Promise.all(refused.map(letterFor));
    const decided = refused.filter((_, at) => fates[at] !== 'comes again');
    const outcomes = decided.map(({ jsMsg, message }) => deadOutcome(jsMsg, message));
    const known = outcomes.filter((each): each is MessageOutcome => each !== undefined);
    // Nonsense must not make the states grow: its sender is told, but only runs that gave something sound are kept.
    tracker.record(known, known.filter(growth.knows));
    for (const { jsMsg, reason } of decided) {
      metrics.dead(jsMsg.subject);
      note(jsMsg.subject, bound, reason);
      jsMsg.ack();
    }
    for (const [at, { jsMsg }] of refused.entries())
      if (fates[at] === 'comes again') jsMsg.nak(AGAIN_MS * jsMsg.info.deliveryCount);
  };
}

export type SetAside = ReturnType<typeof createSetAside>;
