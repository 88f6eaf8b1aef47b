import { join } from 'node:path';
import type { Reader } from '@nestwatch/collector/read/query';
import { messageOf } from '@nestwatch/common/errors';
import type { Run } from '../local/with-processes.ts';
import { planCascade } from './cascade/plan.ts';
import type { Slowness } from './cascade/slow.ts';
import { coldStart } from './cold-start.ts';
import type { SystemImage } from './image/system-image.ts';
import { readLayers } from './live/read-layers.ts';
import type { LabContext } from './settings.ts';
import { stateIdentity } from './state/identity.ts';
import { saveState } from './state/save.ts';
import { waitForReports, warmStart } from './warm-start.ts';

/** Benchmarks one after the other, through all layers. */
const WHOLE_LIMIT_MS = 600_000;

interface Options {
  slownesses: readonly Slowness[];
  system: SystemImage;
  natsUrl: string;
  store: Reader;
}

/** Starts all layers, from their saved state where there is one, until they report. */
export async function startLayers({ config, options }: LabContext, run: Run, { store, ...parts }: Options) {
  const { slownesses } = parts;
  const { say, stop } = run;
  const plan = await planCascade(config, parts);
  // A layer that is slow from its start is so in its memory.
  const keeps = config.accel === 'tcg' && slownesses.length === 0 && !options['cold'];
  const kept = keeps
    ? { states: join(config['cache.dir'], 'states'), identity: await stateIdentity(plan) }
    : undefined;
  let sinceUs = Date.now() * 1000;
  const read = () => readLayers(store, config.lab, sinceUs);
  const warm = kept && (await warmStart(config, run, plan, kept, read));
  if (warm === undefined) sinceUs = Date.now() * 1000;
  const cascade = warm ?? (await coldStart(config, run, plan, slownesses, read));
  return {
    /** What the layers have reported since they were started. */
    read,
    /** Waits until the layers have reported all that they do at their start, which those that are restored do later. */
    async whole(): Promise<void> {
      if (warm !== undefined)
        await waitForReports(config, run, read, { whole: true, limitMs: WHOLE_LIMIT_MS });
    },
    /**
     * Saves the state of layers that were booted. A failure is reported, and is no error.
     * @param goOn whether they are to go on afterwards
     */
    async save(goOn: boolean): Promise<void> {
      if (kept === undefined || warm !== undefined) return;
      const what = { ...kept, dataDir: config['data.dir'], machines: plan.machines, signal: stop, goOn };
      try {
        await saveState(cascade, what);
        say('the state of the layers is saved: the next start goes on with it');
      } catch (error) {
        stop.throwIfAborted();
        say(`the state of the layers is not saved: ${messageOf(error)}`);
      }
    },
    close: cascade.close,
  };
}
