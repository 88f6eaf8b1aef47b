import { errors, type NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';
import { unlessAborted } from '@nestwatch/common/unless-aborted';

export interface CollectorOptions {
  readonly connection: NatsConnection;
  /** On which the collector is asked. */
  readonly subject: string;
  /** What it would have to do, such as "grants turns". */
  readonly does: string;
  readonly log: Log;
}

/** The one collector that answers what is asked here. */
export interface Collector {
  /** The answer; undefined when there is none, or the signal is aborted. Never rejects. */
  ask(question: Uint8Array, limitMs: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Why there was no answer, for people; empty when there was one. */
  silence(): string;
}

/** Asks a collector. Says once that none answers, with what to do about it, and once that one does. */
export function createCollector({ connection, subject, does, log }: CollectorOptions): Collector {
  let reason = '';
  const outage = createOutage({
    log,
    failing: () => reason,
    working: `a collector ${does} again`,
    fields: () => ({ subject }),
  });
  const request = async (question: Uint8Array, limitMs: number) => {
    const answer = await connection.request(subject, question, { timeout: Math.max(1, Math.round(limitMs)) });
    return answer.data;
  };
  const noteAnswer = () => {
    reason = '';
    outage.worked();
  };
  const noteSilence = (error: unknown) => {
    const forbidden = isForbidden(error);
    reason = forbidden
      ? `this node is not permitted to ask which collector ${does}: ${ENROL}`
      : `no collector ${does}`;
    outage.failed(new Error(forbidden ? 'NATS refuses it' : START));
  };
  return {
    silence: () => reason,
    async ask(question, limitMs, signal) {
      if (signal.aborted) return undefined;
      try {
        const answer = await unlessAborted(request(question, limitMs), signal);
        if (answer !== undefined) noteAnswer();
        return answer;
      } catch (error) {
        if (!signal.aborted && !connection.isClosed()) noteSilence(error);
        return undefined;
      }
    },
  };
}

const ENROL = 'enrol it again with "nestwatch enroll" of this version or a newer one';
const START = 'none answers: it requires a collector of this version or a newer one';

function isForbidden(error: unknown): boolean {
  const { PermissionViolationError } = errors;
  return [error, (error as Error).cause].some((each) => each instanceof PermissionViolationError);
}
