import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { type EventShape, subjects, v1 } from '@nestwatch/proto';
import type { Estimate } from './estimator.ts';
import { bestOf, type Exchange } from './exchange.ts';
import type { SyncedLabClock, ToldPlace } from './synced-lab-clock.ts';

export interface SyncOptions {
  lab: string;
  node: string;
  boot: string;
  clock: Clock;
  labClock: SyncedLabClock;
  /** ms between two comparisons once the clock and the place are known. */
  intervalMs: number;
  log: Log;
  /** Told once: the estimate by which messages made before it are placed. */
  onFirst(estimate: Estimate): Promise<void>;
  /** Told when this machine stood still or a clock was set. */
  event(body: EventShape): void;
  signal: AbortSignal;
}

const BURST = 4;
const ANSWER_LIMIT_MS = 5000;
/** The first comparisons follow each other closely, because messages wait for what they give. */
const FIRST_PAUSE_MS = 100;
/** While the place is not known, it is asked for this often, for as many times: some nodes never learn it. */
const PLACE_PAUSE_MS = 1000;
const PLACE_TRIES = 60;

/** Compares clocks with the collector, often at first, then at every interval, until the signal is aborted. */
export async function keepSynced(connection: NatsConnection, options: SyncOptions): Promise<void> {
  const { labClock, intervalMs, log, signal } = options;
  let isFirst = true;
  let waitMs = FIRST_PAUSE_MS;
  let said = false;
  let tries = 0;
  do {
    try {
      const { best, told } = await burst(connection, options);
      const verdict = labClock.learn(best, told);
      if (verdict.kind === 'jumped') report(verdict.byUs, options);
      if (labClock.first !== undefined && isFirst) {
        isFirst = false;
        await options.onFirst(labClock.first);
      }
      if (said) log.info('the collector answers again');
      said = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!said) log.warn('no collector tells the time, trying until one does', { error: messageOf(error) });
      said = true;
    }
    const hurries = labClock.place().layer === undefined && tries < PLACE_TRIES;
    const mostMs = hurries ? Math.min(PLACE_PAUSE_MS, intervalMs) : intervalMs;
    tries += 1;
    if (!(await pause(Math.min(waitMs, mostMs), signal))) return;
    waitMs = Math.min(waitMs * 2, mostMs);
  } while (!signal.aborted);
}

async function burst(connection: NatsConnection, options: SyncOptions) {
  const exchanges: Exchange[] = [];
  let told: ToldPlace = { parent: '' };
  for (let count = 0; count < BURST; count += 1) {
    const answer = await ask(connection, options);
    exchanges.push(answer.exchange);
    told = answer.told;
  }
  const best = bestOf(exchanges);
  if (best === undefined) throw new Error('no exchange');
  return { best, told };
}

async function ask(connection: NatsConnection, { lab, node, boot, clock }: SyncOptions) {
  const sentMonoUs = clock.monoUs();
  const question = v1.SyncRequest.encode({ boot, monoUs: sentMonoUs }).finish();
  const message = await connection.request(subjects.sync(lab, node), question, { timeout: ANSWER_LIMIT_MS });
  const receivedMonoUs = clock.monoUs();
  const reply = v1.SyncReply.decode(message.data);
  const exchange: Exchange = {
    sentMonoUs,
    receivedMonoUs,
    serverReceivedUs: reply.receivedUs,
    serverSentUs: reply.sentUs,
    collector: reply.collector,
  };
  const told: ToldPlace = {
    parent: reply.parent,
    ...(reply.layer == null ? {} : { layer: reply.layer }),
    ...(reply.parentExitUs == null ? {} : { parentExitUs: reply.parentExitUs }),
  };
  return { exchange, told };
}

function report(byUs: number, { event, log }: SyncOptions): void {
  const seconds = (Math.abs(byUs) / 1e6).toFixed(1);
  const text =
    byUs > 0
      ? `this machine stood still for ${seconds} s, or the collector's clock was set forward`
      : `the collector's clock went back by ${seconds} s`;
  log.info(text);
  event({ kind: byUs > 0 ? v1.Event.Kind.RESUMED : v1.Event.Kind.CLOCK_STEPPED, text, magnitude: byUs });
}
