import type { JsMsg } from '@nats-io/jetstream';

/**
 * Messages that were delivered and whose fate is not decided yet, each once: the stream delivers again what is not
 * acknowledged in time, and while InfluxDB is away for an hour these repetitions must not pile up.
 */
export function createPendingMessages() {
  const waiting = new Map<number, JsMsg>();
  const inWork = new Map<number, JsMsg>();
  return {
    add(jsMsg: JsMsg): void {
      if (!inWork.has(jsMsg.seq)) waiting.set(jsMsg.seq, jsMsg);
    },
    get waiting(): number {
      return waiting.size;
    },
    /** Those that wait and those that are being worked on. */
    get size(): number {
      return waiting.size + inWork.size;
    },
    /** The oldest that wait, at most so many. They are being worked on until `decided`. */
    take(most: number): JsMsg[] {
      const batch: JsMsg[] = [];
      for (const [seq, jsMsg] of waiting) {
        if (batch.length >= most) break;
        batch.push(jsMsg);
        waiting.delete(seq);
        inWork.set(seq, jsMsg);
      }
      return batch;
    },
    decided(batch: readonly JsMsg[]): void {
      for (const { seq } of batch) inWork.delete(seq);
    },
    /** Tells the stream that all of them are still being worked on, here. */
    keep(): void {
      for (const jsMsg of waiting.values()) jsMsg.working();
      for (const jsMsg of inWork.values()) jsMsg.working();
    },
  };
}
