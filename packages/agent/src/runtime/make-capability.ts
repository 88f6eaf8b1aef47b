import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { type Found, type Host, unknown } from '../host/host.ts';
import { createCapabilityMemory } from './capability-memory.ts';
import type { SyncedLabClock } from './clock-sync/synced-lab-clock.ts';
import type { AgentConfig } from './config/schema.ts';
import type { Messenger } from './messenger.ts';

const INVENTORY_LIMIT_MS = 60_000;
const CAPABILITY_LOOK_MS = 60_000;

const placeOf = (labClock: SyncedLabClock) => ({
  ...labClock.place(),
  parentExitUs: labClock.parentExitUs(),
});

interface CapabilityReporting {
  config: AgentConfig;
  host: Host;
  clock: Clock;
  program: string;
  messenger: Messenger;
  signal: AbortSignal;
  labClock: SyncedLabClock;
  log: Log;
  stateDir: string;
}

/** What this node can host: at the start, after every change, and once in a while, until the signal is aborted. */
export async function makeCapability(options: CapabilityReporting): Promise<void> {
  const { config, host, clock, program, messenger, signal, labClock, log, stateDir } = options;
  const [{ readCapability }, { takeInventory }, { createGuestFinder }, { watchCapability }] =
    await Promise.all([
      import('../capability/read-capability.ts'),
      import('../host/inventory/take.ts'),
      import('../guests/guest-finder.ts'),
      import('./capability-watch.ts'),
    ]);
  let inventory: Awaited<ReturnType<typeof takeInventory>> | undefined;
  const taking = config['inventory.enabled']
    ? takeInventory({
        command: [process.execPath, program, 'inventory'],
        timeoutMs: INVENTORY_LIMIT_MS,
        signal,
      })
    : Promise.resolve(unknown('inventory: switched off'));
  const taken = taking.then((found: Found<never> | NonNullable<typeof inventory>) => {
    inventory = found;
  });
  await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  const finder = createGuestFinder(host, clock);
  await watchCapability({
    findGuests: () => finder.find(),
    place: () => JSON.stringify(placeOf(labClock)),
    read: (guests) =>
      readCapability({
        ...{ host, clock, guests, position: placeOf(labClock) },
        configured: { layer: config.layer, parent: config.parent },
        ...(inventory === undefined ? {} : { inventory }),
      }),
    report: messenger.capability,
    event: messenger.event,
    memory: createCapabilityMemory(stateDir, log),
    roundMs: config.interval,
    lookEveryMs: CAPABILITY_LOOK_MS,
    reportEveryMs: config['capability.interval'],
    signal,
  });
  await taken;
}
