import { messageOf } from '@nestwatch/common/errors';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import { writeHalving } from '../influx/points/write-halving.ts';
import { type Accepted, type BatchOptions, senderOf } from './batch.ts';
import { createHeldBack } from './held-back.ts';
import type { PendingMessages } from './pending-messages.ts';
import type { SetAside } from './set-aside.ts';
import { writeMessages } from './write-batch.ts';

interface Waiting extends Accepted {
  readonly lines: Uint8Array;
}

interface Queue {
  messages: Waiting[];
  bytes: number;
}

/** A node is a suspect for so long after its last refused message. */
const SUSPECT_US = 60_000_000;
/** This many messages of one node are tried before it is another's turn. */
const AT_ONCE = 32;
/** Most of one node's messages that wait here, and their lines. */
const [MOST_MESSAGES, MOST_BYTES] = [500, 4 * 1024 ** 2];
/** Most of all nodes. */
const MOST_IN_ALL = 2000;

/**
 * Writes the messages of suspects, nodes of which InfluxDB refused something: one request after the other, beside those of
 * all others. What is more than a node's share here goes back to the stream for a while, and what is more than its share
 * there is set aside.
 */
export function createApart(options: BatchOptions, pending: PendingMessages, setAside: SetAside) {
  const { config, beyond, clock, log, signal } = options;
  const suspects = new Map<string, number>();
  const queues = new Map<string, Queue>();
  const holdBack = createHeldBack(config['ingest.pending'], clock);
  let working: Promise<void> | undefined;
  let inAll = 0;

  async function tryOut(messages: readonly Waiting[]): Promise<boolean> {
    const write = (some: readonly Waiting[]) => {
      const lines = Buffer.concat(some.map((each) => each.lines));
      return writeMessages(some, lines, (each) => each.lines, { setAside }, options);
    };
    return writeHalving(messages, write, async (message, error) => {
      suspects.set(senderOf(message.jsMsg), clock.monoUs() + SUSPECT_US);
      await setAside([{ ...message, reason: messageOf(error) }], 'refused');
    });
  }

  /** The oldest messages of the node whose turn it is. */
  function next(): Waiting[] {
    const [[sender, queue] = []] = queues;
    if (sender === undefined || queue === undefined) return [];
    const taken = queue.messages.splice(0, AT_ONCE);
    queue.bytes -= taken.reduce((sum, { lines }) => sum + lines.length, 0);
    queues.delete(sender);
    if (queue.messages.length > 0) queues.set(sender, queue);
    return taken;
  }

  async function work(): Promise<void> {
    for (let batch = next(); batch.length > 0; batch = next()) {
      inAll -= batch.length;
      const goesOn = await tryOut(batch).finally(() => {
        for (const { jsMsg } of batch) pending.decidedApart(jsMsg);
      });
      if (!goesOn || signal.aborted) return;
    }
  }

  function enqueue(accepted: Accepted, lines: LineBuffer): boolean {
    const sender = senderOf(accepted.jsMsg);
    const queue = queues.get(sender) ?? { messages: [], bytes: 0 };
    if (queue.messages.length >= MOST_MESSAGES || queue.bytes >= MOST_BYTES || inAll >= MOST_IN_ALL)
      return false;
    // A copy: the batch's lines give way to the next batch's.
    const own = Uint8Array.from(lines.bytes(accepted.from, accepted.to));
    queue.messages.push({ ...accepted, lines: own });
    queue.bytes += own.length;
    queues.set(sender, queue);
    inAll += 1;
    pending.setApart(accepted.jsMsg);
    return true;
  }

  function overflow(accepted: Accepted): void {
    const { jsMsg, message } = accepted;
    const reason = 'too many messages of this node wait for a separate retry';
    beyond.note(message.header, 'apart', reason);
    if (!holdBack(jsMsg)) void setAside([{ ...accepted, reason }], 'refused');
  }

  return {
    /** Whether this node's messages are written apart. */
    has(sender: string): boolean {
      const untilUs = suspects.get(sender);
      if (untilUs === undefined) return false;
      if (clock.monoUs() < untilUs || queues.has(sender)) return true;
      suspects.delete(sender);
      return false;
    },
    /** Takes messages of suspects over, with their lines. @param refusal why their node is one from now on */
    add(messages: readonly Accepted[], lines: LineBuffer, refusal?: string): void {
      const [first] = messages;
      if (first === undefined) return;
      if (refusal !== undefined) {
        const sender = senderOf(first.jsMsg);
        suspects.set(sender, clock.monoUs() + SUSPECT_US);
        log.warn('InfluxDB refuses points of a node, writing its messages separately', {
          sender,
          refusal,
        });
      }
      for (const each of messages) if (!enqueue(each, lines)) overflow(each);
      working ??= work()
        .catch((error: unknown) => log.error('cannot write messages separately', { error: messageOf(error) }))
        .finally(() => {
          working = undefined;
        });
    },
    /** Resolves when nothing is under way. */
    async finish(): Promise<void> {
      await working;
    },
  };
}

export type Apart = ReturnType<typeof createApart>;
