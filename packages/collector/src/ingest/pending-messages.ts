import type { JsMsg } from '@nats-io/jetstream';
import { senderOf } from './batch.ts';

/**
 * Messages that were delivered and whose fate is not decided yet, each once: the stream delivers again what is not
 * acknowledged in time, and while InfluxDB is away for an hour these repetitions must not pile up. Who sends much waits
 * for itself only: nodes take turns.
 */
export function createPendingMessages() {
  /** By sender, whose turn it is first. */
  const waiting = new Map<string, Map<number, JsMsg>>();
  const inWork = new Map<number, JsMsg>();
  const apart = new Map<number, JsMsg>();
  let count = 0;

  /** The oldest message of the node whose turn it is. It is being worked on until `decided`. */
  function next(): JsMsg | undefined {
    const [[sender, queue] = []] = waiting;
    const [[seq, jsMsg] = []] = queue ?? [];
    if (sender === undefined || queue === undefined || seq === undefined || jsMsg === undefined)
      return undefined;
    queue.delete(seq);
    count -= 1;
    // To the end of the line.
    waiting.delete(sender);
    if (queue.size > 0) waiting.set(sender, queue);
    inWork.set(seq, jsMsg);
    return jsMsg;
  }

  return {
    add(jsMsg: JsMsg): void {
      if (inWork.has(jsMsg.seq) || apart.has(jsMsg.seq)) return;
      const sender = senderOf(jsMsg);
      const queue = waiting.get(sender) ?? new Map<number, JsMsg>();
      if (!queue.has(jsMsg.seq)) count += 1;
      queue.set(jsMsg.seq, jsMsg);
      waiting.set(sender, queue);
    },
    get waiting(): number {
      return count;
    },
    /** Those that wait and those that are being worked on, but for those set apart. */
    get size(): number {
      return count + inWork.size;
    },
    next,
    /** At most this many, by `next`. */
    take(most: number): JsMsg[] {
      const batch: JsMsg[] = [];
      while (batch.length < most) {
        const jsMsg = next();
        if (jsMsg === undefined) break;
        batch.push(jsMsg);
      }
      return batch;
    },
    /** A message that is being worked on no longer takes the place of others. */
    setApart(jsMsg: JsMsg): void {
      inWork.delete(jsMsg.seq);
      apart.set(jsMsg.seq, jsMsg);
    },
    /** What was set apart of the batch stays where it is. */
    decided(batch: readonly JsMsg[]): void {
      for (const { seq } of batch) inWork.delete(seq);
    },
    decidedApart(jsMsg: JsMsg): void {
      apart.delete(jsMsg.seq);
    },
    /** Tells the stream that all of them are still being worked on, here. */
    keep(): void {
      for (const queue of waiting.values()) for (const jsMsg of queue.values()) jsMsg.working();
      for (const jsMsg of inWork.values()) jsMsg.working();
      for (const jsMsg of apart.values()) jsMsg.working();
    },
  };
}

export type PendingMessages = ReturnType<typeof createPendingMessages>;
