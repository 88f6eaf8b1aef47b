import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';

/** Each request for messages ends after so long, so that one that a server forgot is soon made again. */
const EXPIRES_MS = 10_000;

export interface PullsOptions {
  consumer: Pick<Consumer, 'fetch'>;
  onMessage(jsMsg: JsMsg): void;
  /** A request was answered in full or ran out, so more may be asked for. */
  onEnd(): void;
  /** The stream or the consumer is gone. */
  onFailure(error: Error): void;
}

/**
 * Takes from the stream what was asked for and no more. The client's own `consume` asks again as soon as messages have
 * come, written or not: one collector would take all that the stream lets be unacknowledged, and leave the others none.
 */
export function createPulls({ consumer, onMessage, onEnd, onFailure }: PullsOptions) {
  const open = new Set<ConsumerMessages>();
  const pulling = new Set<Promise<void>>();
  let [asked, stopped] = [0, false];

  async function pull(count: number): Promise<void> {
    const messages = await consumer.fetch({ max_messages: count, expires: EXPIRES_MS });
    open.add(messages);
    if (stopped) messages.stop();
    let missing = count;
    try {
      for await (const jsMsg of messages) {
        // After a reconnection the client asks once more for everything.
        if (missing > 0) {
          missing -= 1;
          asked -= 1;
        }
        onMessage(jsMsg);
      }
      const reason = await messages.closed();
      if (reason instanceof Error) throw reason;
    } finally {
      open.delete(messages);
      asked -= missing;
    }
  }

  return {
    /** Messages that were asked for and are still to come. */
    get asked(): number {
      return asked;
    },
    /** Asks for this many more. */
    ask(count: number): void {
      asked += count;
      const one = pull(count)
        .then(onEnd, onFailure)
        .finally(() => pulling.delete(one));
      pulling.add(one);
    },
    /** Ends all requests. Resolves when what had come was given. */
    async stop(): Promise<void> {
      stopped = true;
      for (const messages of open) messages.stop();
      await Promise.all(pulling);
    },
  };
}
