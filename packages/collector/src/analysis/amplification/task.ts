import { pause } from '@nestwatch/common/backoff';
import type { Log } from '@nestwatch/common/log';
import type { Store } from '../../influx/store.ts';
import { readExits } from '../../read/exits.ts';
import { createPointWriter } from '../point-writer.ts';
import { amplificationLines } from './compute.ts';

const MINUTE_US = 60e6;
/** Minutes that are computed again each time, because figures may come late. */
const MINUTES = 15;

export interface AmplificationOptions {
  store: Pick<Store, 'query' | 'write'>;
  /** µs since 1970. */
  nowUs: () => number;
  log: Log;
}

/**
 * Computes exit amplification once a minute until the signal is aborted. Several collectors may do so at once: they
 * write the same points.
 */
export async function runAmplification(
  { store, nowUs, log }: AmplificationOptions,
  signal: AbortSignal,
): Promise<void> {
  const write = createPointWriter(store, 'exit amplifications', log);
  while (await pause(MINUTE_US / 1000, signal)) await write(() => computeAmplification(store, nowUs()));
}

/** Points of the last complete minutes. */
export async function computeAmplification(store: Pick<Store, 'query'>, nowUs: number): Promise<string[]> {
  const toUs = Math.floor(nowUs / MINUTE_US) * MINUTE_US;
  const { own, guests } = await readExits(store, toUs - MINUTES * MINUTE_US, toUs);
  return amplificationLines(own, guests);
}
