import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { subjects, type TurnRequestShape, v1 } from '@nestwatch/proto';
import { createCollector } from './ask-collector.ts';

export type TurnReply = ReturnType<typeof v1.TurnReply.decode>;
export const { TAKE, KEEP, RELEASE } = v1.TurnRequest.Want;
export const { HELD, WAIT, LOST, REFUSED } = v1.TurnReply.State;

/** The collector that grants this node its lab's turn. */
export interface TurnCollector {
  ask(request: TurnRequestShape, limitMs: number, signal: AbortSignal): Promise<TurnReply | undefined>;
  /** Why there was no answer. */
  silence(): string;
}

export function createTurnCollector(options: {
  readonly connection: NatsConnection;
  readonly lab: string;
  readonly node: string;
  readonly log: Log;
}): TurnCollector {
  const subject = subjects.turn(options.lab, options.node);
  const collector = createCollector({ ...options, subject, does: 'grants turns' });
  return {
    silence: collector.silence,
    async ask(request, limitMs, signal) {
      const bytes = await collector.ask(v1.TurnRequest.encode(request).finish(), limitMs, signal);
      try {
        return bytes === undefined ? undefined : v1.TurnReply.decode(bytes);
      } catch {
        // Whoever answered is no collector.
        return undefined;
      }
    },
  };
}
