import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import type { Run } from '../../local/with-processes.ts';
import { type Console, sendOrder } from '../cascade/console.ts';
import type { LayerWatch } from '../cascade/layer-watch.ts';
import type { Machine } from '../cascade/layout.ts';
import { waitedForCpuMs } from '../cascade/run-queue.ts';
import type { LabConfig } from '../settings.ts';
import type { LayerRow } from './read-layers.ts';

const LOOK_EVERY_MS = 300;
const ROOT = 'guest0';
const CONSOLE_ANSWER_MS = 10_000;

/** Time that a layer has for each step: its kernel, and each thing that it reports. */
export interface StepLimits {
  leastMs: number;
  /** For the layers below guest0: this many times what guest0 took for everything, where that is more. */
  timesGuest0: number;
}

/**
 * Starts one machine after the other, layer by layer, each when the one before has reported all that the table shows.
 * The time in which guest0 waits for a CPU does not count in the limits. So a slow machine is no hang.
 * @throws RetryableError when a layer takes longer for a step; the end of its console is said before.
 */
export async function bringUpLayers(
  { 'data.dir': dataDir, benchmarks }: LabConfig,
  { processes, say, stop }: Run,
  watch: LayerWatch,
  console: Console,
  read: () => Promise<LayerRow[]>,
  limits: StepLimits,
): Promise<void> {
  // Grows while guest0 has a CPU.
  const ranMs = () => Date.now() - waitedForCpuMs(processes.find('guest0')?.pid ?? 0);
  const startedMs = ranMs();
  let limitMs = limits.leastMs;
  let step = '';
  let stepFromMs = ranMs();
  watch.started(ROOT, Date.now());
  for (let current = watch.current; current !== undefined; current = watch.current) {
    const { machine, stage } = current;
    const { name, parent } = machine;
    if (stage === 'waiting' && parent !== undefined) {
      await sendOrder(dataDir, parent, `child ${name}`);
      watch.started(name, Date.now());
      continue;
    }
    const row = (await read()).find((each) => each.name === name);
    const missing = missingFrom(row, benchmarks).join(', ');
    const nextStep = `${name} ${stage} ${missing}`;
    if (nextStep !== step) stepFromMs = ranMs();
    step = nextStep;
    if (missing === '') {
      watch.reported(name, Date.now());
      limitMs = limitAfter(machine, limitMs, limits.timesGuest0 * (ranMs() - startedMs));
    } else if (ranMs() - stepFromMs > limitMs) {
      if (parent !== undefined) await askForConsole(dataDir, { name, parent }, stop);
      sayConsole(machine, console, say);
      throw new RetryableError(
        `${name} made no progress within ${Math.round(limitMs / 1000)} s; missing: ${missing}`,
      );
    }
    if (!(await pause(LOOK_EVERY_MS, stop))) stop.throwIfAborted();
  }
}

/** guest0 sets the limit of the others, all ms. */
const limitAfter = ({ parent }: Machine, limitMs: number, ofGuest0Ms: number) =>
  parent === undefined ? Math.max(limitMs, ofGuest0Ms) : limitMs;

/** What a layer has not reported yet. */
export function missingFrom(row: LayerRow | undefined, benchmarks: readonly string[]): string[] {
  const reported = Object.keys(row?.benchmarks ?? {});
  return [
    ...(row?.canHost === undefined ? ['capability'] : []),
    ...(row?.stealRatio === undefined ? ['samples'] : []),
    ...benchmarks.filter((name) => !reported.some((each) => each.split(' ')[0] === name)),
  ];
}

/** The kernel of an inner layer writes to its parent's disk; the parent shows the end of it when asked. */
async function askForConsole(
  dataDir: string,
  { name, parent }: { name: string; parent: string },
  stop: AbortSignal,
): Promise<void> {
  await sendOrder(dataDir, parent, `console ${name}`).catch(() => undefined);
  await pause(CONSOLE_ANSWER_MS, stop);
}

function sayConsole({ name, parent = '' }: Machine, console: Console, say: Run['say']): void {
  say(`the end of the console of ${name}:`);
  const ofParent = console.tail(parent).filter((each) => /^\S+/.exec(each)?.[0].replace(/:$/, '') === name);
  for (const text of ofParent) say(`  ${text}`);
  for (const text of console.tail(name)) say(`  ${text}`);
}

/**
 * Waits until every layer reports the layer position that the collector found for it.
 * @throws RetryableError naming those that do not.
 */
export async function waitForPositions(
  read: () => Promise<LayerRow[]>,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const lost = (await read()).filter((row) => !hasPosition(row)).map(({ name }) => name);
    if (lost.length === 0) return;
    if (Date.now() > deadlineMs) {
      throw new RetryableError(`the collector could not determine the layer position of ${lost.join(', ')}`);
    }
    if (!(await pause(LOOK_EVERY_MS, signal))) signal.throwIfAborted();
  }
}

/** Only the outermost has no parent. */
export function hasPosition({ layer, parent }: LayerRow): boolean {
  return layer === 0 || (layer !== undefined && parent !== undefined);
}
