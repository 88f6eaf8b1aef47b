import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '@nestwatch/common/defined';
import { jsonFile } from '@nestwatch/common/json-file';
import type { createLatch } from '@nestwatch/common/latch';
import { saying } from '@nestwatch/common/log';
import type { InventoryShape } from '@nestwatch/proto';
import type { StableFacts } from '../capability/changes.ts';
import type { LayerPosition } from '../capability/fact.ts';
import type { IssueList } from '../capability/known-issues/issue.ts';
import type { CapabilityContext } from '../capability/read-capability.ts';
import { type Found, unknown } from '../host/host.ts';
import { ownNode } from '../host/own-node.ts';
import { type CanaryCalls, telling } from '../rounds/canary/calls.ts';
import type { Agent } from './bootstrap.ts';
import type { SyncedLabClock } from './clock-sync/synced-lab-clock.ts';
import type { Messenger } from './messenger.ts';

const INVENTORY_LIMIT_MS = 60_000;
/** What it gives is waited for so long before the first message is made without it. */
const INVENTORY_HEAD_START_MS = 1000;
const ASSESS_EVERY_MS = 60_000;
/** Of the interval: so long a round waits for a sample that does not come. */
const LATEST_ROUND = 1.5;

/** Where the node stands, and what an exit costs its parent, as far as it knows. */
const positionOf = (labClock: SyncedLabClock): LayerPosition => ({
  ...labClock.position(),
  parentExitUs: labClock.parentExitUs(),
});

/**
 * What this node can host: at the start, after every change, and once in a while, until the signal is aborted.
 * @param sampled woken at the end of each sample, when a look at the guests costs nothing: that has found them
 */
export async function makeCapability(
  agent: Agent,
  messenger: Messenger,
  canary: CanaryCalls,
  sampled: Pick<ReturnType<typeof createLatch>, 'wait'>,
): Promise<void> {
  const { config, kernelHost: host, clock, signal, labClock, log, stateDir } = agent;
  const [{ readCapability }, { loadIssues }, { guestFinderOf }, { watchCapability }] = await Promise.all([
    import('../capability/read-capability.ts'),
    import('../capability/known-issues/load-issues.ts'),
    import('../guests/guest-finder.ts'),
    import('./capability-watch.ts'),
  ]);
  let inventory: Found<InventoryShape> | undefined;
  const taken = inventoryOf(agent).then((found) => {
    inventory = found;
  });
  await Promise.race([taken, sleep(INVENTORY_HEAD_START_MS, undefined, { ref: false })]);
  const finder = guestFinderOf(host, clock);
  const told = tellingProblems(log.warn);
  const settled: NonNullable<CapabilityContext['settled']> = new Map();
  const file = jsonFile(join(stateDir, 'capability.json'), parseFacts);
  await watchCapability({
    findGuests: () => finder.find(config.interval / 2),
    position: () => JSON.stringify(positionOf(labClock)),
    read: async (guests) =>
      readCapability({
        host,
        settled,
        guests,
        issues: told(await loadIssues(config['known-issues.file'])),
        position: positionOf(labClock),
        configured: { layer: config.layer, parent: config.parent },
        ...defined({ inventory }),
      }),
    send: messenger.capability,
    event: messenger.event,
    onChanges(changes) {
      const change = telling(changes);
      if (change !== undefined) canary.call(change);
    },
    memory: {
      load: file.read,
      save: (facts) => file.write(facts).catch(saying(log.warn, 'cannot save what this machine can host')),
    },
    roundMs: config.interval,
    nextRound: () => sampled.wait({ signal, limitMs: config.interval * LATEST_ROUND }),
    assessEveryMs: ASSESS_EVERY_MS,
    sendEveryMs: config['capability.interval'],
    signal,
  });
  await taken;
}

/** Gives a list back, and says what is wrong with its file when that begins or changes. */
function tellingProblems(warn: (message: string) => void) {
  let last: string | undefined;
  return (list: IssueList): IssueList => {
    if (list.problem !== undefined && list.problem !== last) warn(list.problem);
    last = list.problem;
    return list;
  };
}

async function inventoryOf({ config, program, signal }: Agent): Promise<Found<InventoryShape>> {
  if (!config['inventory.enabled']) return unknown('inventory: switched off');
  const { takeInventory } = await import('../host/inventory/take.ts');
  return takeInventory({
    command: [...ownNode(), program, 'inventory'],
    timeoutMs: INVENTORY_LIMIT_MS,
    signal,
  });
}

function parseFacts(json: unknown): StableFacts | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return Object.fromEntries(Object.entries(json).filter(([, value]) => typeof value === 'string'));
}
