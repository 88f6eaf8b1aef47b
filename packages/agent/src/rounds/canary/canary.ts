import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { LONGEST_TIMER_MS } from '@nestwatch/common/latch';
import type { CanaryCalls } from './calls.ts';

/** What is kept over restarts of the agent and of the machine. */
export interface CanaryMemory {
  /** When it was started last, ms since 1970. */
  readonly startedMs: number;
  /** False while it goes on: where that is kept, the agent or the machine ended meanwhile. */
  readonly ended: boolean;
  /** Whether it ever booted here. */
  readonly booted: boolean;
}

export interface CanaryOptions {
  readonly calls: CanaryCalls;
  /** Time between two runs that nothing calls for. */
  readonly intervalMs: number;
  /** Time before the first, ms. */
  readonly afterMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly memory: { read(): CanaryMemory | undefined; write(value: CanaryMemory): Promise<void> };
  /** Whether it can be tried here: KVM and a QEMU are there. */
  canTry(): Promise<boolean>;
  /** Runs it when the node does nothing else; whether it booted, undefined when it was not tried. */
  run(trigger: string): Promise<boolean | undefined>;
}

const HOUR_MS = 3_600_000;
/** Calls beyond these wait: a machine that is paused again and again must not boot guests all the time. */
const MOST_CALLED_IN_AN_HOUR = 6;

/**
 * Boots the canary the first time, once in a while, and when it is called, until the signal is aborted. Where it never
 * booted and cannot be tried, nothing is said: not every node is to run guests. Never throws for what `run` finds.
 */
export async function watchCanary(options: CanaryOptions): Promise<void> {
  const { calls, clock, signal, memory, afterMs } = options;
  const nowMs = () => clock.wallUs() / 1000;
  if (afterMs > 0 && !(await pause(afterMs, signal))) return;
  let called: number[] = [];
  let last = memory.read();
  while (!signal.aborted) {
    called = called.filter((at) => Math.abs(nowMs() - at) < HOUR_MS);
    const isFull = called.length >= MOST_CALLED_IN_AN_HOUR;
    const dueMs = dueInMs(last, nowMs(), options.intervalMs);
    if (isFull) await pause(Math.min(dueMs, HOUR_MS - (nowMs() - (called[0] ?? 0))), signal);
    else await calls.wait(signal, Math.min(dueMs, LONGEST_TIMER_MS));
    if (signal.aborted) return;
    const isDue = dueInMs(last, nowMs(), options.intervalMs) <= 0;
    const why = calls.take();
    if (why === '' && !isDue) continue;
    if (why !== '') called.push(nowMs());
    last = await attempt(options, last, why || (last === undefined ? 'first' : 'due'), nowMs());
  }
}

async function attempt(
  { memory, canTry, run, signal }: CanaryOptions,
  last: CanaryMemory | undefined,
  trigger: string,
  startedMs: number,
): Promise<CanaryMemory> {
  const booted = last?.booted ?? false;
  if (!booted && !(await canTry())) return { startedMs, ended: true, booted };
  await memory.write({ startedMs, ended: false, booted });
  const didBoot = await run(trigger);
  const now = { startedMs, ended: !signal.aborted, booted: didBoot === true || booted };
  await memory.write(now);
  return now;
}

/**
 * Time until it runs by itself. A run that did not end may have taken the machine with it, so that the next waits for an
 * hour; a clock that was set back makes nobody wait for longer than the interval.
 */
function dueInMs(last: CanaryMemory | undefined, nowMs: number, intervalMs: number): number {
  if (last === undefined) return 0;
  const waitMs = last.ended ? intervalMs : Math.min(intervalMs, HOUR_MS);
  return Math.min(waitMs, last.startedMs + waitMs - nowMs);
}
