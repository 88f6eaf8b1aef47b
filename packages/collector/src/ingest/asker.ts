import type { Msg } from '@nats-io/transport-node';
import { ID_PATTERN, inboxPrefix } from '@nestwatch/proto';

/** A node that asks a collector for something, and where it may be answered. */
export interface Asker {
  readonly lab: string;
  readonly node: string;
  readonly reply: string;
}

/** Where nats-server brings an answer back into another account: it makes these subjects itself. */
const ACROSS_ACCOUNTS = '_R_.';

/**
 * Who asks on nestwatch.<lab>.<node>.<what>; undefined for a question that must not be answered. NATS does not check where
 * an answer is asked to: without this, a node could have us write to another's subject.
 */
export function askerOf({ subject, reply = '', headers }: Msg): Asker | undefined {
  const [, lab = '', node = ''] = subject.split('.');
  if (!ID_PATTERN.test(lab) || !ID_PATTERN.test(node)) return undefined;
  const isOwn = reply.startsWith(`${inboxPrefix(lab, node)}.`) || reply.startsWith(ACROSS_ACCOUNTS);
  // With headers it is an answer of the server that somebody directed here; nodes send none.
  return isOwn && headers === undefined ? { lab, node, reply } : undefined;
}
