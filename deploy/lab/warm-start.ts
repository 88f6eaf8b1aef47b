import { pause } from '@nestwatch/common/backoff';
import { messageOf, RetryableError } from '@nestwatch/common/errors';
import { logTail, type OnDeath } from '../local/processes.ts';
import type { Run } from '../local/with-processes.ts';
import type { Cascade } from './cascade/boot.ts';
import { createLayerWatch } from './cascade/layer-watch.ts';
import type { CascadePlan } from './cascade/plan.ts';
import { waitedForCpuMs } from './cascade/run-queue.ts';
import { measureCoreShare, speedOf } from './cascade/speed.ts';
import { machineCount, treeOf } from './cascade/tree.ts';
import { hasPosition, missingFrom } from './live/bring-up-layers.ts';
import type { LayerRow } from './live/read-layers.ts';
import type { LabConfig } from './settings.ts';
import { restoreState } from './state/restore.ts';
import { resumeAgents } from './state/save.ts';
import { findState, removeState, type SavedState, touchState } from './state/store.ts';

const MEASURE_MS = 300;
/** Where no speed is asked for, one that is off by so much will do: a cascade that is up needs less than one that boots. */
const SPEED_SLACK = 0.3;
/** For each machine, and for these at least; the time in which guest0 waits for a CPU does not count. */
const LIMIT_MS_EACH = 15_000;
const USUAL_MACHINES = 4;
const LOOK_EVERY_MS = 200;

/**
 * Goes on with the saved state of a lab like this one. One that does not come up is removed.
 * @returns undefined when there is none, or none that comes up
 */
export async function warmStart(
  config: LabConfig,
  run: Run,
  plan: CascadePlan,
  { states, identity }: { states: string; identity: string },
  read: () => Promise<LayerRow[]>,
): Promise<Cascade | undefined> {
  const wanted = speedOf(config, [], measureCoreShare(MEASURE_MS));
  const slack = config.speed === undefined ? SPEED_SLACK : 0;
  const range = { wanted, least: wanted * (1 - slack), most: wanted * (1 + slack) };
  const state = await findState(states, identity, range);
  if (state === undefined) return undefined;
  run.say(`going on with the state that was saved at ${new Date(state.savedMs).toISOString()}`);
  try {
    const cascade = await goOn(config, run, plan, state, read);
    await touchState(state);
    return cascade;
  } catch (error) {
    run.stop.throwIfAborted();
    run.say(`it does not come up (${messageOf(error)}): booting from the image`);
    await removeState(state.folder);
    return undefined;
  }
}

async function goOn(
  config: LabConfig,
  run: Run,
  plan: CascadePlan,
  state: SavedState,
  read: () => Promise<LayerRow[]>,
): Promise<Cascade> {
  const { say, stop, processes } = run;
  const failed = new AbortController();
  let onDeath: OnDeath = (_name, how, logFile) =>
    failed.abort(new RetryableError(`QEMU ended (${how}): ${logTail(logFile).split('\n').at(-1)}`));
  const signal = AbortSignal.any([stop, failed.signal]);
  const watch = createLayerWatch(plan.machines, say);
  let cascade: Cascade | undefined;
  try {
    cascade = await restoreState(plan, state, {
      ...{ processes, folder: config['data.dir'], signal },
      onLine: (line) => watch.line(line, Date.now()),
      onDeath: (...death) => onDeath(...death),
    });
    say(`a lab second takes ${(1 / state.speed).toFixed(0)} s`);
    await resumeAgents(config['data.dir'], plan.machines, signal);
    await waitForReports(config, { processes, stop: signal }, read, {
      whole: false,
      limitMs: LIMIT_MS_EACH * Math.max(USUAL_MACHINES, plan.machines.length),
    });
    say('all layers report');
    onDeath = run.onDeath;
    return cascade;
  } catch (error) {
    await cascade?.end();
    throw failed.signal.aborted ? failed.signal.reason : error;
  }
}

/**
 * Waits until all layers report. Where they stand, and what they measured at their start, they report later.
 * @param whole whether to wait for that, too
 * @throws RetryableError when they take longer than the limit
 */
export async function waitForReports(
  config: LabConfig,
  { processes, stop }: Pick<Run, 'processes' | 'stop'>,
  read: () => Promise<LayerRow[]>,
  { whole, limitMs }: { whole: boolean; limitMs: number },
): Promise<void> {
  const { benchmarks } = config;
  const count = machineCount(treeOf(config));
  const ranMs = () => Date.now() - waitedForCpuMs(processes.find('guest0')?.pid ?? 0);
  const startedMs = ranMs();
  const isUp = (row: LayerRow) =>
    missingFrom(row, whole ? benchmarks : []).length === 0 && (!whole || hasPosition(row));
  for (;;) {
    const up = (await read()).filter(isUp);
    if (up.length === count) return;
    if (ranMs() - startedMs > limitMs) {
      throw new RetryableError(`${up.length} of ${count} machines report after ${limitMs / 1000} s`);
    }
    if (!(await pause(LOOK_EVERY_MS, stop))) stop.throwIfAborted();
  }
}
