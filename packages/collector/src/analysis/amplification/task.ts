import { pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Store } from '../../influx/store.ts';
import { readExits } from '../../read/exits.ts';
import { amplificationLines } from './compute.ts';

const MINUTE_US = 60e6;
/** Minutes that are computed again each time, because figures may come late. */
const MINUTES = 15;

export interface AmplificationOptions {
  store: Pick<Store, 'query' | 'write'>;
  /** µs since 1970. */
  nowUs: () => number;
  log: Log;
  signal: AbortSignal;
}

/**
 * Computes exit amplification once a minute until the signal is aborted. Several collectors may do so at once: they
 * write the same points.
 */
export async function runAmplification(options: AmplificationOptions): Promise<void> {
  const { log, signal } = options;
  let failing = false;
  while (await pause(MINUTE_US / 1000, signal)) {
    try {
      await computeAmplification(options);
      failing = false;
    } catch (error) {
      if (!failing) log.warn('exit amplification could not be computed', { error: messageOf(error) });
      failing = true;
    }
  }
}

/** Computes the last complete minutes. */
export async function computeAmplification({ store, nowUs }: Omit<AmplificationOptions, 'log' | 'signal'>) {
  const toUs = Math.floor(nowUs() / MINUTE_US) * MINUTE_US;
  const { own, guests } = await readExits(store, toUs - MINUTES * MINUTE_US, toUs);
  await store.write(amplificationLines(own, guests));
}
