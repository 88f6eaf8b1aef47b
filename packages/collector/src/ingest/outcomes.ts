import type { JsMsg } from '@nats-io/jetstream';
import { type EventShape, parseReportSubject, v1 } from '@nestwatch/proto';
import type { Settled } from '../delivery/pending-changes.ts';
import type { Accounting } from '../delivery/tracker.ts';
import type { Report } from './decode.ts';

/** The accounts' view of a report that was written. */
export function settledReport({ lab, node, header }: Report): Settled {
  const { boot, seq, freed, wallUs, name, layer, parent } = header;
  return { lab, node, boot, seq, outcome: 'written', freed, wallUs, name, layer, parent };
}

/**
 * The accounts' view of a message that was set aside. What cannot be decoded is known by its message id
 * (<node>/<boot>/<seq>); undefined when that says nothing either: then it is nobody's, and nobody waits for it.
 */
export function settledLetter(
  message: Pick<JsMsg, 'subject' | 'headers'>,
  report?: Report,
): Settled | undefined {
  if (report !== undefined) return { ...settledReport(report), outcome: 'dead' };
  const subject = parseReportSubject(message.subject);
  const [node, boot, seq] = (message.headers?.get('Nats-Msg-Id') ?? '').split('/');
  // Another node's id: NATS vouches for the subject, not for the id.
  if (subject === undefined || node !== subject.node || !/^[A-Za-z0-9_-]{1,64}$/.test(boot ?? '')) {
    return undefined;
  }
  const number = Number(seq);
  if (!Number.isSafeInteger(number) || number < 1) return undefined;
  return {
    ...{ lab: subject.lab, node, boot: boot ?? '', seq: number, outcome: 'dead', freed: 0, wallUs: 0 },
    ...{ name: '', layer: undefined, parent: '' },
  };
}

/** Events that tell of other messages: what an earlier run left, what an outbox let go. */
export function noteTidings({ lab, node, kind, header, body }: Report, accounting: Accounting): void {
  if (kind !== 'event') return;
  const event = body as EventShape;
  if (event.kind === v1.Event.Kind.AGENT_STARTED) {
    accounting.started({ lab, node, boot: header.boot }, header.wallUs, event.held ?? []);
  } else if (event.kind === v1.Event.Kind.OUTBOX_DROPPED) {
    accounting.dropped({ lab, node }, event.dropped ?? []);
  }
}
