import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import { numbersOf } from '../identity.ts';
import type { RetentionConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import { createLateThinning, type ThinOut } from './late.ts';
import { missedSteps } from './missed.ts';
import { createSaying, type Saying } from './saying.ts';
import { thinOutV1, thinOutV2 } from './thin-out.ts';
import { setUpV1 } from './v1.ts';
import { setUpV2 } from './v2.ts';

/** A database that was dropped and made again keeps everything, for ever: it is looked at so often. */
const LOOK_EVERY_MS = 60_000;
/** Span of the past that is searched for missed steps at once. */
const DAY_US = 86_400_000_000;
/** and so much of what is newest. */
const NEWEST_STEPS = 6;

/**
 * Retention as configured, from start to stop: sets it up, retries while the server refuses, sets it again where somebody
 * made the database again, and thins out what comes late and what was missed. Never holds up ingest, and never throws.
 */
export function createRetention(
  store: Store,
  config: RetentionConfig,
  clock: Clock,
  log: Log,
  everyMs = LOOK_EVERY_MS,
) {
  const stepMs = config['retention.step'];
  const saying = createSaying(log);
  const ours = new Set<string>();
  let setUp: SetUp | undefined;
  const mayThin = config['retention.long'] > 0 && hasThinning(store);
  const thinOut: ThinOut = async (fromUs, toUs) => setUp?.thinOut?.(fromUs, toUs);
  const late = createLateThinning(thinOut, stepMs, clock, log);

  const look = async (signal: AbortSignal) => {
    setUp = await retryUntil(() => setUpRetention(store, config, saying, clock.wallUs(), ours), {
      signal,
      log,
      firstMs: 1000,
      maxMs: 300_000,
      failing: 'cannot set up retention, retrying',
    });
  };

  async function keep(signal: AbortSignal): Promise<void> {
    while (setUp !== undefined && (await pause(everyMs, signal))) await look(signal);
  }

  /**
   * At each step of time looks at the newest ones, which the collector thins out where no task may be made, and goes back
   * day by day through what is kept, and from the beginning again.
   */
  async function findMissed(signal: AbortSignal): Promise<void> {
    for (let day = 0; ; day++) {
      try {
        const spans = setUp?.thinOut && spansToLookAt(clock.wallUs(), day, config);
        for (const step of await missedSteps(store, stepMs, spans ?? [])) late.missed(step);
      } catch (error) {
        log.debug('cannot search for points that were not thinned out', { error: messageOf(error) });
      }
      if (!(await pause(stepMs, signal))) return;
    }
  }

  return {
    /** As late thinning has it; without late thinning, nothing is too much. */
    note: mayThin ? late.note : () => true,
    async run(signal: AbortSignal): Promise<void> {
      await look(signal);
      const thinning = mayThin ? [late.run(signal), findMissed(signal)] : [];
      await Promise.all([keep(signal), ...thinning]);
    },
  };
}

/** The newest steps that should be thinned out, and one of the days before. Times in µs since 1970. */
function spansToLookAt(nowUs: number, day: number, config: RetentionConfig): (readonly [number, number])[] {
  const stepUs = config['retention.step'] * 1000;
  const endUs = (Math.floor(nowUs / stepUs) - 2) * stepUs;
  const keptDays = Math.max(1, Math.floor((config['retention.raw'] * 1000) / DAY_US) - 1);
  const toUs = endUs - (day % keptDays) * DAY_US;
  return [
    [endUs - NEWEST_STEPS * stepUs, endUs],
    [toUs - DAY_US, toUs],
  ];
}

function hasThinning({ dialect, serverVersion }: Store): boolean {
  return dialect.api === 'v1' ? numbersOf(serverVersion)[0] === 1 : numbersOf(serverVersion)[0] === 2;
}

/** What there is to keep up. */
export interface SetUp {
  /** Undefined where nothing is thinned out. */
  readonly thinOut: ThinOut | undefined;
}

/**
 * Brings retention and thinning-out to what is configured: retention policies and continuous queries on InfluxDB 1.x,
 * retention rules and a task on 2.x. Other servers have neither over this interface: there it says so and does nothing.
 * @param ours as of setUpV1, on 1.x
 * @returns undefined where there is nothing to keep up
 * @throws as Store.query, when the server refuses or cannot be asked
 */
export async function setUpRetention(
  store: Store,
  config: RetentionConfig,
  saying: Saying,
  nowUs: number,
  ours = new Set<string>(),
): Promise<SetUp | undefined> {
  // What that server does not do is said at the start.
  if (!store.answersQueries) return undefined;
  const stepMs = config['retention.step'];
  if (store.dialect.api === 'v2') {
    const setUp = await setUpV2(store, config, saying);
    if (setUp === undefined) return undefined;
    return { thinOut: setUp.thins ? thinOutV2(store, stepMs, setUp.orgID) : undefined };
  }
  if (numbersOf(store.serverVersion)[0] === 1) {
    await setUpV1(store, config, saying, nowUs, ours);
    return { thinOut: config['retention.long'] > 0 ? thinOutV1(store, stepMs) : undefined };
  }
  saying.log.info('retention is left to this server', { version: store.serverVersion });
  return undefined;
}
