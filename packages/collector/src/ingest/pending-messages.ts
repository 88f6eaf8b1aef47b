import type { JsMsg } from '@nats-io/jetstream';

/**
 * Messages that were delivered and are not decided yet, each once: the stream delivers again what is not acknowledged in
 * time, and while InfluxDB is away for an hour these repetitions must not pile up.
 */
export function createIntake() {
  const waiting = new Map<number, JsMsg>();
  const taken = new Map<number, JsMsg>();
  return {
    add(message: JsMsg): void {
      if (!taken.has(message.seq)) waiting.set(message.seq, message);
    },
    get waiting(): number {
      return waiting.size;
    },
    /** Those that wait and those that are being worked on. */
    get undecided(): number {
      return waiting.size + taken.size;
    },
    /** The oldest that wait, at most so many. They are being worked on until `decided`. */
    take(most: number): JsMsg[] {
      const batch: JsMsg[] = [];
      for (const [seq, message] of waiting) {
        if (batch.length >= most) break;
        batch.push(message);
        waiting.delete(seq);
        taken.set(seq, message);
      }
      return batch;
    },
    decided(batch: readonly JsMsg[]): void {
      for (const { seq } of batch) taken.delete(seq);
    },
    /** Tells the stream that all of them are still being worked on, here. */
    keep(): void {
      for (const message of waiting.values()) message.working();
      for (const message of taken.values()) message.working();
    },
  };
}
