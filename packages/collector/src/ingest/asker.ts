import type { Msg } from '@nats-io/transport-node';
import { ID_PATTERN, inboxPrefix } from '@nestwatch/proto';

/** A node that asks a collector for something, and where it may be answered. */
export interface Asker {
  readonly lab: string;
  readonly node: string;
  readonly reply: string;
}

/** Where nats-server brings an answer back into another account: it makes these subjects itself, and no user may. */
const ACROSS_ACCOUNTS = '_R_.';

/** By this nats-server says from which account a message comes; in one's own account anybody may write it. */
const REQUEST_INFO = 'Nats-Request-Info';

/**
 * Who asks on nestwatch.<lab>.<node>.<what>; undefined for a question that must not be answered. NATS does not check where
 * an answer is asked to: without this, a node could have us write to another's subject.
 */
export function askerOf({ subject, reply = '', headers }: Msg): Asker | undefined {
  const [, lab = '', node = ''] = subject.split('.');
  if (!ID_PATTERN.test(lab) || !ID_PATTERN.test(node)) return undefined;
  // With other headers it is an answer of the server that somebody directed here; nodes send none.
  if (headers?.keys().some((name) => name !== REQUEST_INFO)) return undefined;
  const isOwn = isAcross(reply) || reply.startsWith(`${inboxPrefix(lab, node)}.`);
  return isOwn ? { lab, node, reply } : undefined;
}

/** The same, and a question that must not be answered is dismissed. */
export function takeAsker(question: Msg): Asker | undefined {
  const asker = askerOf(question);
  if (asker === undefined) dismiss(question);
  return asker;
}

/**
 * Answers nothing to what gets no other answer, where that goes to another account. nats-server keeps every question until
 * its answer, or for two minutes, and looks through those of the same reply subject at each answer: enough of them from one
 * node would hold up what JetStream acknowledges to all.
 */
export function dismiss(question: Pick<Msg, 'reply' | 'respond'>): void {
  if (isAcross(question.reply ?? '')) question.respond();
}

/** Whether an answer goes to another account than that of the collectors. */
export function isAcross(reply: string): boolean {
  return reply.startsWith(ACROSS_ACCOUNTS);
}

/** Name of the other account from which a question comes; undefined when it comes from the collectors' own. */
export function accountOf({ reply = '', headers }: Pick<Msg, 'reply' | 'headers'>): string | undefined {
  if (!isAcross(reply)) return undefined;
  try {
    const { acc } = JSON.parse(headers?.get(REQUEST_INFO) ?? '') as { acc?: unknown };
    return typeof acc === 'string' ? acc : undefined;
  } catch {
    return undefined;
  }
}
