import type { JsMsg } from '@nats-io/jetstream';
import { type EventShape, parseReportSubject, v1 } from '@nestwatch/proto';
import type { MessageOutcome } from '../delivery/pending-changes.ts';
import { RUN_ID_PATTERN } from '../delivery/run-key.ts';
import type { DeliveryTracker } from '../delivery/tracker.ts';
import type { AgentMessage } from './decode.ts';

/** The outcome of a message that was written. */
export function writtenOutcome({ lab, node, header }: AgentMessage): MessageOutcome {
  const { runId, seq, freed, wallUs, name, layer, parent } = header;
  return { lab, node, runId, seq, outcome: 'written', freed, wallUs, name, layer, parent };
}

/**
 * The outcome of a message that went to the dead letters. What cannot be decoded is known by its message id
 * (<node>/<run id>/<seq>); undefined when that says nothing either: then it is nobody's, and nobody waits for it.
 */
export function deadOutcome(jsMsg: JsMsg, message?: AgentMessage): MessageOutcome | undefined {
  if (message !== undefined) return { ...writtenOutcome(message), outcome: 'dead' };
  const subject = parseReportSubject(jsMsg.subject);
  const [node, runId = '', number] = (jsMsg.headers?.get('Nats-Msg-Id') ?? '').split('/');
  // Another node's id: NATS vouches for the subject, not for the id.
  if (subject === undefined || node !== subject.node || !RUN_ID_PATTERN.test(runId)) return undefined;
  const seq = Number(number);
  if (!Number.isSafeInteger(seq) || seq < 1) return undefined;
  const unknown = { freed: 0, wallUs: 0, name: '', layer: undefined, parent: '' };
  return { ...unknown, lab: subject.lab, node, runId, seq, outcome: 'dead' };
}

/** Notes what an event says of other messages: what an earlier run left, what an outbox let go. */
export function noteDeliveryEvent({ lab, node, kind, header, body }: AgentMessage, tracker: DeliveryTracker) {
  if (kind !== 'event') return;
  const event = body as EventShape;
  if (event.kind === v1.Event.Kind.AGENT_STARTED) {
    tracker.runStarted({ lab, node, runId: header.runId }, header.wallUs, event.held ?? []);
  } else if (event.kind === v1.Event.Kind.OUTBOX_DROPPED) {
    tracker.dropped({ lab, node }, event.dropped ?? []);
  }
}
