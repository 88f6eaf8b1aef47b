import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import type { DeliveryTracker } from '../delivery/tracker.ts';
import type { Mark } from '../influx/points/line-buffer.ts';
import type { Store } from '../influx/store.ts';
import type { Beyond } from './beyond.ts';
import type { AgentMessage } from './decode.ts';
import type { GrowthGuard } from './growth-guard.ts';
import type { IngestMetrics } from './metrics.ts';
import type { IngestConfig } from './settings.ts';

/** What takes messages in shares. */
export interface BatchOptions {
  readonly connection: NatsConnection;
  readonly config: IngestConfig;
  readonly store: Pick<Store, 'writeBytes'>;
  readonly metrics: IngestMetrics;
  readonly tracker: DeliveryTracker;
  readonly growth: GrowthGuard;
  readonly beyond: Beyond;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with every message that is written. */
  readonly onWritten?: (message: AgentMessage) => void;
}

/** A message whose lines stand in a batch, between two marks. */
export interface Accepted {
  readonly jsMsg: JsMsg;
  readonly message: AgentMessage;
  readonly from: Mark;
  readonly to: Mark;
}

/** A message that cannot be taken in. */
export interface Refused {
  readonly jsMsg: JsMsg;
  /** Undefined where it could not be understood. */
  readonly message: AgentMessage | undefined;
  readonly reason: string;
}

/** Lab and node of a message, as NATS enforced them: the part of its subject that says who sent it. */
export function senderOf({ subject }: Pick<JsMsg, 'subject'>): string {
  const text = `${subject}`;
  return text.slice(0, text.lastIndexOf('.'));
}
