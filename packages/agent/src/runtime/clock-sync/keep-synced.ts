import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';
import { type EventShape, subjects, v1 } from '@nestwatch/proto';
import type { LayerPosition } from '../../capability/fact.ts';
import { bestOf, type Estimate, type Exchange } from './estimator.ts';
import type { SyncedLabClock } from './synced-lab-clock.ts';

interface SyncOptions {
  lab: string;
  node: string;
  runId: string;
  clock: Clock;
  labClock: SyncedLabClock;
  /** ms between two comparisons once the clock and the layer position are known. */
  intervalMs: number;
  log: Log;
  /** Told once: the estimate with which messages made before it are placed. */
  onFirst(estimate: Estimate): Promise<void>;
  /** Told with each answer whether this node has an account of NATS to itself; not by collectors of 0.1.0. */
  onKeptApart?(keptApart: boolean): void;
  /** Told with each answer that says so when why guests exit was last asked for, µs, and whether an alert did. */
  onExitsWanted?(wantedUs: number, byAlert: boolean): void;
  /** Told with each answer that says so which version the lab is offered, and when that was, µs since 1970. */
  onUpgradeOffered?(version: string, madeUs: number): void;
  /** Told when this machine stood still or a clock was set. */
  event(body: EventShape): void;
  signal: AbortSignal;
}

/** How long the first messages wait for the collector's clock, ms. */
const PATIENCE_MS = 10_000;
const BURST = 4;
const ANSWER_LIMIT_MS = 5000;
/** The first comparisons follow each other closely, because messages wait for what they give. */
const FIRST_PAUSE_MS = 100;
/** While the layer position is not known, it is asked for this often, for as many times: some nodes never learn it. */
const POSITION_PAUSE_MS = 1000;
const POSITION_TRIES = 60;

/**
 * Starts comparing clocks, and resolves when messages may be sent: the first estimate is there, or nobody gave one
 * for a while. In that case messages made up to then never get one, so that they are the same whenever they are sent.
 */
export async function startSync(connection: NatsConnection, options: SyncOptions): Promise<void> {
  const { log, signal } = options;
  const fixed = createLatch();
  let isLate = false;
  const onFirst = async (estimate: Estimate) => {
    if (!isLate) await options.onFirst(estimate);
    fixed.wake();
  };
  void keepSynced(connection, { ...options, onFirst });
  if ((await fixed.wait({ signal, limitMs: PATIENCE_MS })) || signal.aborted) return;
  isLate = true;
  log.warn('no collector has answered with its time yet: messages carry the time of this machine until then');
}

/** Compares clocks with the collector, often at first, then at every interval, until the signal is aborted. */
export async function keepSynced(connection: NatsConnection, options: SyncOptions): Promise<void> {
  const { labClock, intervalMs, log, signal } = options;
  const outage = createOutage({
    log,
    failing: 'no collector answers with its time, retrying',
    working: 'the collector answers again',
  });
  let isFirst = true;
  let waitMs = FIRST_PAUSE_MS;
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      await compare(connection, options);
      if (labClock.first !== undefined && isFirst) {
        isFirst = false;
        await options.onFirst(labClock.first);
      }
      outage.worked();
    } catch (error) {
      if (signal.aborted) return;
      outage.failed(error);
    }
    const hurries = labClock.position().layer === undefined && tries < POSITION_TRIES;
    const mostMs = hurries ? Math.min(POSITION_PAUSE_MS, intervalMs) : intervalMs;
    if (!(await pause(Math.min(waitMs, mostMs), signal))) return;
    waitMs = Math.min(waitMs * 2, mostMs);
  }
}

/** One comparison. @throws when no collector answers */
async function compare(connection: NatsConnection, options: SyncOptions): Promise<void> {
  const exchanges: Exchange[] = [];
  let position: LayerPosition = {};
  for (let count = 0; count < BURST; count += 1) {
    const answer = await ask(connection, options);
    exchanges.push(answer.exchange);
    position = answer.position;
  }
  const best = bestOf(exchanges);
  if (best === undefined) throw new Error('no exchange');
  const verdict = options.labClock.learn(best, position);
  if (verdict.kind === 'jumped') tellJump(verdict.byUs, options);
}

async function ask(connection: NatsConnection, options: SyncOptions) {
  const { lab, node, runId, clock, onKeptApart, onExitsWanted, onUpgradeOffered } = options;
  const sentMonoUs = clock.monoUs();
  const question = v1.SyncRequest.encode({ boot: runId, monoUs: sentMonoUs }).finish();
  const message = await connection.request(subjects.sync(lab, node), question, { timeout: ANSWER_LIMIT_MS });
  const receivedMonoUs = clock.monoUs();
  if (message.data.length === 0)
    throw new Error('the collector gets too many time requests in the name of this node');
  const reply = v1.SyncReply.decode(message.data);
  if (typeof reply.keptApart === 'boolean') onKeptApart?.(reply.keptApart);
  if (reply.exitsWantedUs) onExitsWanted?.(reply.exitsWantedUs, reply.exitsWantedByAlert === true);
  if (reply.upgradeVersion && reply.upgradeMadeUs)
    onUpgradeOffered?.(reply.upgradeVersion, reply.upgradeMadeUs);
  const exchange: Exchange = {
    sentMonoUs,
    receivedMonoUs,
    serverReceivedUs: reply.receivedUs,
    serverSentUs: reply.sentUs,
    collector: reply.collector,
  };
  const position = defined({
    parent: reply.parent,
    layer: reply.layer ?? undefined,
    parentExitUs: reply.parentExitUs ?? undefined,
  });
  return { exchange, position };
}

function tellJump(byUs: number, { event, log }: SyncOptions): void {
  const seconds = (Math.abs(byUs) / 1e6).toFixed(1);
  const text =
    byUs > 0
      ? `this machine was paused for ${seconds} s, or the collector's clock was set forward`
      : `the collector's clock was set back by ${seconds} s`;
  log.info(text);
  event({ kind: byUs > 0 ? v1.Event.Kind.RESUMED : v1.Event.Kind.CLOCK_STEPPED, text, magnitude: byUs });
}
