import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import type { InventoryShape } from '@nestwatch/proto';
import type { LayerPosition } from '../capability/fact.ts';
import { type Found, type Host, unknown } from '../host/host.ts';
import { createCapabilityMemory } from './capability-memory.ts';
import type { SyncedLabClock } from './clock-sync/synced-lab-clock.ts';
import type { AgentConfig } from './config/schema.ts';
import type { Messenger } from './messenger.ts';

const INVENTORY_LIMIT_MS = 60_000;
/** What it gives is waited for so long before the first message is made without it. */
const INVENTORY_HEAD_START_MS = 1000;
const ASSESS_EVERY_MS = 60_000;

/** Where the node stands, and what an exit costs its parent, as far as it knows. */
const positionOf = (labClock: SyncedLabClock): LayerPosition => ({
  ...labClock.position(),
  parentExitUs: labClock.parentExitUs(),
});

interface CapabilityOptions {
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
export async function makeCapability(options: CapabilityOptions): Promise<void> {
  const { config, host, clock, messenger, signal, labClock, log, stateDir } = options;
  const [{ readCapability }, { createGuestFinder }, { watchCapability }] = await Promise.all([
    import('../capability/read-capability.ts'),
    import('../guests/guest-finder.ts'),
    import('./capability-watch.ts'),
  ]);
  let inventory: Found<InventoryShape> | undefined;
  const taken = inventoryOf(options).then((found) => {
    inventory = found;
  });
  await Promise.race([taken, sleep(INVENTORY_HEAD_START_MS, undefined, { ref: false })]);
  const finder = createGuestFinder(host, clock);
  await watchCapability({
    findGuests: () => finder.find(),
    position: () => JSON.stringify(positionOf(labClock)),
    read: (guests) =>
      readCapability({
        host,
        clock,
        guests,
        position: positionOf(labClock),
        configured: { layer: config.layer, parent: config.parent },
        ...defined({ inventory }),
      }),
    send: messenger.capability,
    event: messenger.event,
    memory: createCapabilityMemory(stateDir, log),
    roundMs: config.interval,
    assessEveryMs: ASSESS_EVERY_MS,
    sendEveryMs: config['capability.interval'],
    signal,
  });
  await taken;
}

async function inventoryOf({ config, program, signal }: CapabilityOptions): Promise<Found<InventoryShape>> {
  if (!config['inventory.enabled']) return unknown('inventory: switched off');
  const { takeInventory } = await import('../host/inventory/take.ts');
  return takeInventory({
    command: [process.execPath, program, 'inventory'],
    timeoutMs: INVENTORY_LIMIT_MS,
    signal,
  });
}
