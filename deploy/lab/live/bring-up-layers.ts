import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import { type Console, sendOrder } from '../cascade/console.ts';
import type { LayerWatch } from '../cascade/layer-watch.ts';
import type { LayerRow } from './layer-row.ts';

const LOOK_EVERY_MS = 1000;
const CONSOLE_ANSWER_MS = 10_000;

export interface WaitOptions {
  watch: LayerWatch;
  console: Console;
  dataDir: string;
  read(): Promise<LayerRow[]>;
  /** Benchmarks that each layer has to have reported. */
  benchmarks: readonly string[];
  /** Time that each layer has, not counting that in which guest0 waits for a CPU of this machine. */
  limitMs: number;
  /** Time that guest0 has waited for a CPU so far, ms: a busy machine makes layers slow, and that is no hang. */
  waitedForCpuMs(): number;
  /** Takes the console of a layer that failed, line by line. */
  say(line: string): void;
  signal: AbortSignal;
}

/**
 * Starts one layer after the other, each when the one before has reported all that the table shows.
 * @throws RetryableError when a layer has not within its time; the end of its console is said before.
 */
export async function bringUpLayers(options: WaitOptions): Promise<void> {
  const { watch, dataDir, read, benchmarks, limitMs, waitedForCpuMs, signal } = options;
  let waitedBeforeMs = waitedForCpuMs();
  watch.started(0, Date.now());
  for (let layer = watch.current; layer !== undefined; layer = watch.current) {
    const { depth, startedMs } = layer;
    if (startedMs === undefined) {
      await sendOrder(dataDir, `guest${depth - 1}`, 'child');
      waitedBeforeMs = waitedForCpuMs();
      watch.started(depth, Date.now());
      continue;
    }
    const row = (await read()).find(({ name }) => name === `guest${depth}`);
    if (missingFrom(row, benchmarks).length === 0) {
      watch.reported(depth, Date.now());
    } else if (Date.now() - startedMs - (waitedForCpuMs() - waitedBeforeMs) > limitMs) {
      await sayConsole(depth, options);
      const missing = missingFrom(row, benchmarks).join(', ');
      throw new RetryableError(
        `guest${depth} did not come up within ${Math.round(limitMs / 1000)} s, missing: ${missing}`,
      );
    }
    if (!(await pause(LOOK_EVERY_MS, signal))) signal.throwIfAborted();
  }
}

/** What a layer has not reported yet. */
export function missingFrom(row: LayerRow | undefined, benchmarks: readonly string[]): string[] {
  const reported = Object.keys(row?.benchmarks ?? {});
  return [
    ...(row?.canHost === undefined ? ['capability'] : []),
    ...(row?.stealRatio === undefined ? ['samples'] : []),
    ...benchmarks.filter((name) => !reported.some((each) => each.split(' ')[0] === name)),
  ];
}

async function sayConsole(depth: number, { console, dataDir, say, signal }: WaitOptions): Promise<void> {
  const name = `guest${depth}`;
  const parent = `guest${depth - 1}`;
  if (depth > 0) {
    // The kernel of an inner layer writes to its parent's disk; the parent shows the end of it when asked.
    await sendOrder(dataDir, parent, 'console').catch(() => undefined);
    await pause(CONSOLE_ANSWER_MS, signal);
  }
  say(`the end of the console of ${name}:`);
  for (const text of console.tail(parent).filter((each) => each.startsWith(name))) say(`  ${text}`);
  for (const text of console.tail(name)) say(`  ${text}`);
}
