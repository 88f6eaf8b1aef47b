import type { Run } from '../local/with-processes.ts';
import { bootCascade, type Cascade } from './cascade/boot.ts';
import { createLayerWatch } from './cascade/layer-watch.ts';
import type { CascadePlan } from './cascade/plan.ts';
import type { Slowness } from './cascade/slow.ts';
import { measureCoreShare, readTscKhz, speedOf } from './cascade/speed.ts';
import { bringUpLayers, waitForPositions } from './live/bring-up-layers.ts';
import type { LayerRow } from './live/read-layers.ts';
import type { LabConfig } from './settings.ts';

const LAYER_LIMIT_MS = 300_000;
/** What guest0 takes tells how fast this machine is; the slowest kernel seen took 11 times that to boot in guest3. */
const TIMES_GUEST0 = 25;

/** Boots one layer after the other. @throws RetryableError when one does not come up in its time */
export async function coldStart(
  config: LabConfig,
  run: Run,
  plan: CascadePlan,
  slownesses: readonly Slowness[],
  read: () => Promise<LayerRow[]>,
): Promise<Cascade> {
  const { say, stop, processes, onDeath } = run;
  const coreShare = measureCoreShare();
  const speed = speedOf(config, slownesses, coreShare);
  const limitMs = config['layer.limit'] ?? LAYER_LIMIT_MS / coreShare;
  const left = (coreShare * 100).toFixed(0);
  say(`a lab second takes ${(1 / speed).toFixed(0)} s (this machine leaves ${left} % of a core)`);
  const watch = createLayerWatch(plan.machines, say);
  const cascade = await bootCascade(plan, config['data.dir'], {
    ...{ processes, onDeath, speed, tscKhz: readTscKhz() },
    onLine: (line) => watch.line(line, Date.now()),
  });
  try {
    const given = config['layer.limit'] !== undefined;
    const limits = { leastMs: limitMs, timesGuest0: given ? 0 : TIMES_GUEST0 };
    await bringUpLayers(config, run, watch, cascade.console, read, limits);
    await waitForPositions(read, limitMs, stop);
    return cascade;
  } catch (error) {
    cascade.close();
    throw error;
  }
}
