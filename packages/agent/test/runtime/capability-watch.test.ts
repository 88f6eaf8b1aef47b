import { type EventShape, type GuestShape, v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { assess } from '../../src/capability/assess.ts';
import { changesBetween, type StableFacts, stableFacts } from '../../src/capability/changes.ts';
import { factMessages } from '../../src/capability/messages.ts';
import type { CapabilityBody } from '../../src/capability/read-capability.ts';
import { known } from '../../src/host/host.ts';
import { watchCapability } from '../../src/runtime/capability-watch.ts';
import { hostOf } from '../support/file-tree.ts';

const { KNOWN, ABSENT } = v1.Fact.State;
const { CHILDREN_CHANGED, CAPABILITY_CHANGED } = v1.Event.Kind;

interface Round {
  facts?: Record<string, string>;
  guests?: GuestShape[];
  position?: string;
}

/** Runs the watch over rounds, each of which says what is found then. */
async function watch(
  rounds: readonly Round[],
  options: { remembered?: StableFacts; sendEvery?: number; assessEvery?: number } = {},
) {
  const stop = new AbortController();
  const sent: string[] = [];
  const events: EventShape[] = [];
  const changes: string[] = [];
  let at = -1;
  let saved: StableFacts | undefined;
  const current = () => rounds[at] ?? {};
  await watchCapability({
    async findGuests() {
      at += 1;
      if (at >= rounds.length) stop.abort();
      return known(current().guests ?? []);
    },
    async read() {
      const facts = Object.entries(current().facts ?? {}).map(([fact, value]) => ({
        fact,
        value,
        state: value === '' ? ABSENT : KNOWN,
      }));
      return { facts, guests: current().guests ?? [] } as CapabilityBody;
    },
    send: ({ trigger }) => sent.push(trigger),
    event: (event) => events.push(event),
    onChanges: (found) => changes.push(...found),
    memory: {
      load: () => options.remembered,
      save: async (facts) => {
        saved = facts;
      },
    },
    roundMs: 1,
    nextRound: () => new Promise(setImmediate),
    position: () => current().position ?? '',
    assessEveryMs: options.assessEvery ?? 1,
    sendEveryMs: options.sendEvery ?? 1e6,
    signal: stop.signal,
  });
  return { sent, events, saved, changes };
}

const still = { facts: { 'kvm_modules.nested': 'yes' } };
const guest = (name: string, pid: number): GuestShape => ({ guest: name, pid, startedWallUs: pid });

test('sends at the start, not again while nothing changes, and after a time all the same', async () => {
  const quiet = await watch([still, still, still, still]);
  expect(quiet.sent.slice(0, 1)).toEqual(['start']);
  expect(quiet.events).toEqual([]);
  const timed = await watch([still, still, still, still], { sendEvery: 2 });
  expect(timed.sent.slice(0, 2)).toEqual(['start', 'interval']);
});

test('a fact that changes is sent and is an event that says from what to what', async () => {
  const { sent, events } = await watch([still, { facts: { 'kvm_modules.nested': 'no' } }]);
  expect(sent.slice(0, 2)).toEqual(['start', 'change']);
  expect(events[0]).toEqual({ kind: CAPABILITY_CHANGED, text: 'kvm_modules.nested: yes → no', magnitude: 1 });
});

test('what a reboot changed is noticed at the start', async () => {
  const { sent, events } = await watch([{ facts: { 'kvm_device.opens': '', 'new.fact': 'x' } }], {
    remembered: { 'kvm_device.opens': 'yes', 'old.fact': 'y' },
  });
  expect(sent[0]).toBe('start');
  expect(events[0]?.text).toBe('kvm_device.opens: yes → absent');
});

test('an agent that another Node.js runs now tells it by an event', async () => {
  const host = hostOf({});
  const read = async (nodeVersion: string) => {
    const { facts } = await assess({ host, architecture: 'x86_64', nodeVersion });
    return stableFacts({ facts: factMessages(facts) } as CapabilityBody);
  };
  const [before, after] = [await read('v18.20.4'), await read('v20.19.2')];
  expect(changesBetween(before, after)).toEqual(['process.node_version: v18.20.4 → v20.19.2']);
  const { events } = await watch([{ facts: after }], { remembered: before });
  expect(events[0]?.text).toContain('process.node_version: v18.20.4 → v20.19.2');
});

test('a layer position that the collector tells late is assessed at once', async () => {
  const { sent } = await watch([still, still, { facts: { x: 'y' }, position: 'layer 3' }, still], {
    assessEvery: 1e6,
  });
  expect(sent.slice(0, 2)).toEqual(['start', 'change']);
});

test('guests that start, stop and restart are told apart', async () => {
  const { sent, events } = await watch([
    { guests: [guest('a', 1)] },
    { guests: [guest('a', 1), guest('b', 2)] },
    { guests: [guest('a', 3), guest('b', 2)] },
    { guests: [guest('b', 2)] },
  ]);
  expect(events.slice(0, 3)).toMatchObject([
    { kind: CHILDREN_CHANGED, text: 'b was started; running now: 2', magnitude: 2 },
    { kind: CHILDREN_CHANGED, text: 'a was restarted; running now: 2', magnitude: 2 },
    { kind: CHILDREN_CHANGED, text: 'a was stopped; running now: 1', magnitude: 1 },
  ]);
  expect(sent.slice(0, 4)).toEqual(['start', 'change', 'change', 'change']);
});

test('every change is told of, also those since before a reboot, however many an event names', async () => {
  const names = Array.from({ length: 7 }, (_, at) => `kernel.f${at}`);
  const facts = (value: string) => Object.fromEntries(names.map((name) => [name, value]));
  const { changes } = await watch([{ facts: facts('new') }], { remembered: facts('old') });
  expect(changes).toEqual(names.map((name) => `${name}: old → new`));
});
